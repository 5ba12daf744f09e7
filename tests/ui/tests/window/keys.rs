//! A person without a mouse: only keys, and eyes.

use crate::person::mark;
use sterk_ui_tests::{Desk, Outcome, Window};

/// Nothing on the page takes more presses of Tab to reach.
const FARTHEST: usize = 20;

/// The keyboard of a desk, and the window to look at.
pub struct Keys<'a> {
    pub desk: &'a Desk,
    pub window: &'a Window,
}

impl Keys<'_> {
    /// Presses keys in the window.
    pub fn press(&self, keys: &str) -> Outcome {
        self.desk.press(keys)
    }

    /// Goes to a thing with Tab and sets it off.
    pub async fn activate(&self, name: &str) -> Outcome {
        self.until_on(&mark(name), "Tab").await?;
        self.press("Return")
    }

    /// Goes to a field with Tab and writes over what is in it.
    pub async fn write(&self, name: &str, text: &str) -> Outcome {
        self.until_on(&mark(name), "Tab").await?;
        self.press("ctrl+a")?;
        self.type_text(text).await
    }

    /// Types into the field that has the cursor, and waits until it is there.
    pub async fn type_text(&self, text: &str) -> Outcome {
        self.desk.type_text(text)?;
        let there = format!("return (document.activeElement.value ?? '').endsWith({})", serde_json::to_string(text)?);
        self.window.until(&there).await.map(drop)
    }

    /// Presses a key until the cursor is on a thing, or in it.
    pub async fn until_on(&self, xpath: &str, key: &str) -> Outcome {
        self.window.find(xpath).await?;
        self.desk.focus("^Sterk$")?;
        let look = format!(
            "const it = document.evaluate({}, document, null, 9).singleNodeValue, here = document.activeElement;
             const before = window.before; window.before = here;
             return it?.contains(here) ? 'there' : here !== before && 'moved'",
            serde_json::to_string(xpath)?
        );
        self.window.execute("window.before = null").await?;
        for _ in 0..FARTHEST {
            if self.window.until(&look).await? == "there" {
                return Ok(());
            }
            self.press(key)?;
        }
        Err(format!("not to be reached with {key}: {xpath}").into())
    }
}
