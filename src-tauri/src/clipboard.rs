//! The clipboard: codes go out and are taken back.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use zeroize::Zeroizing;

use crate::{
    error::{ErrorView, failed},
    view::CopiedView,
};

/// Holds the connection to the system's clipboard: on X11 a copied text lives as long as its owner.
#[derive(Clone, Default)]
pub struct Clipboard(Arc<Mutex<Desk>>);

#[derive(Default)]
struct Desk {
    system: Option<arboard::Clipboard>,
    /// The code that lies there now, if it is ours, and which copy it was.
    ours: Option<(u64, Zeroizing<String>)>,
    copies: u64,
}

impl Clipboard {
    /// Copies a code, kept out of clipboard histories where the system knows them, and clears it after these seconds.
    pub fn lend(&self, code: Zeroizing<String>, clears_in: u32) -> Result<CopiedView, ErrorView> {
        let mut desk = self.desk();
        put(desk.system()?, &code)?;
        desk.copies += 1;
        let copy = desk.copies;
        desk.ours = Some((copy, code));
        let clipboard = self.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_secs(clears_in.into()));
            clipboard.take_back(Some(copy));
        });
        Ok(CopiedView { clears_in })
    }

    /// Copies a text that is no secret and stays.
    pub fn leave(&self, text: Zeroizing<String>) -> Result<(), ErrorView> {
        let mut desk = self.desk();
        desk.ours = None;
        desk.system()?.set_text(text.as_str()).map_err(refused)
    }

    /// Clears the clipboard when our code still lies there; `copy` narrows it to one copy.
    pub fn take_back(&self, copy: Option<u64>) {
        let mut desk = self.desk();
        let Some((_, code)) = desk.ours.take_if(|(mine, _)| copy.is_none_or(|copy| copy == *mine)) else { return };
        if let Ok(system) = desk.system()
            && system.get_text().is_ok_and(|held| Zeroizing::new(held) == code)
        {
            // Nothing can be done about a clipboard that refuses, and nobody is waiting for an answer.
            let _ = system.clear();
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    fn system(&mut self) -> Result<&mut arboard::Clipboard, ErrorView> {
        if self.system.is_none() {
            self.system = Some(arboard::Clipboard::new().map_err(refused)?);
        }
        self.system.as_mut().ok_or_else(|| failed("clipboard_unavailable", "there is no clipboard"))
    }
}

#[cfg(target_os = "linux")]
fn put(system: &mut arboard::Clipboard, code: &str) -> Result<(), ErrorView> {
    use arboard::SetExtLinux;
    system.set().exclude_from_history().text(code).map_err(refused)
}

#[cfg(target_os = "macos")]
fn put(system: &mut arboard::Clipboard, code: &str) -> Result<(), ErrorView> {
    use arboard::SetExtApple;
    system.set().exclude_from_history().text(code).map_err(refused)
}

#[cfg(windows)]
fn put(system: &mut arboard::Clipboard, code: &str) -> Result<(), ErrorView> {
    use arboard::SetExtWindows;
    system.set().exclude_from_history().exclude_from_cloud().text(code).map_err(refused)
}

fn refused(error: arboard::Error) -> ErrorView {
    failed("clipboard_unavailable", &error.to_string())
}
