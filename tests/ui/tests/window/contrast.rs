//! Eyes that need more: contrast, and colours that the system has chosen.
//!
//! A theme of high contrast is what GTK has; WebKitGTK tells the page of it as `prefers-contrast: more`. Colours that a
//! system forces are of Windows: WebKitGTK knows `forced-colors` and never says that they are. So what the page says
//! for them is switched on by hand. That shows its own rules with real system colours, not what WebView2 adds to them.

use crate::album::Album;
use crate::person::{lock, make_vault, mark};
use crate::screens::{ACCOUNTS, paste};
use sterk_ui_tests::{Desk, Look, Outcome, Window};

/// Turns the rules for forced colours on or off; answers how many there are.
const FORCE: &str = "
    const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]);
    const found = rules.filter(rule => rule.media?.mediaText.includes('forced-colors'));
    window.forced = [...new Set([...(window.forced ?? []), ...found])];
    window.forced.forEach(rule => { rule.media.mediaText = ON ? 'all' : '(forced-colors: active)'; });
    return window.forced.length;";

#[tokio::test]
async fn more_contrast_in_light() -> Outcome {
    walk("contrast").await
}

async fn walk(name: &'static str) -> Outcome {
    let desk = Desk::with_keyring(name)?;
    desk.scenario(async |desk| {
        let albums = Albums::new(desk);
        let window = desk.open(Look { contrast: true, ..Look::default() }).await?;
        window.find(&mark("first-run")).await?;
        assert_eq!(window.execute("return matchMedia('(prefers-contrast: more)').matches").await?, true);
        albums.take(&window, "first-run").await?;
        make_vault(&window).await?;
        albums.take(&window, "empty").await?;
        paste(desk, &window, ACCOUNTS).await?;
        albums.take(&window, "review").await?;
        window.click(&mark("accept")).await?;
        window.find(&mark("code-row")).await?;
        albums.take(&window, "list").await?;
        desk.set_clipboard("https://example.org/a-web-page")?;
        window.click(&mark("add")).await?;
        window.click(&mark("paste")).await?;
        window.find(&mark("error-banner")).await?;
        albums.take(&window, "add-refused").await?;
        desk.focus("^Sterk$")?;
        desk.press("Escape")?;
        for (screen, sheet, key) in [("details", "details-sheet", "F2"), ("settings", "settings", "ctrl+comma")] {
            window.gone("//dialog").await?;
            desk.press(key)?;
            window.find(&mark(sheet)).await?;
            albums.take(&window, screen).await?;
            desk.press("Escape")?;
        }
        window.gone("//dialog").await?;
        lock(&window).await?;
        albums.take(&window, "locked").await?;
        window.close().await?;
        albums.close()
    })
    .await
}

/// Every screen twice: with more contrast, and with the system's own colours.
struct Albums<'a> {
    more: Album<'a>,
    forced: Album<'a>,
}

impl<'a> Albums<'a> {
    fn new(desk: &'a Desk) -> Self {
        let [more, forced] =
            ["contrast", "forced"].map(|name| Album::new(desk, name, &["first-run", "list", "details"]).enhanced());
        Self { more, forced }
    }

    async fn take(&self, window: &Window, screen: &str) -> Outcome {
        self.more.take(window, screen).await?;
        let rules = window.execute(&FORCE.replace("ON", "true")).await?;
        assert!(rules.as_u64().is_some_and(|count| count > 3), "the page has rules for forced colours: {rules}");
        self.forced.take(window, screen).await?;
        window.execute(&FORCE.replace("ON", "false")).await.map(drop)
    }

    fn close(self) -> Outcome {
        match (self.more.close(), self.forced.close()) {
            (Ok(()), Ok(())) => Ok(()),
            (Err(more), Err(forced)) => Err(format!("{more}\n{forced}").into()),
            (one, other) => one.and(other),
        }
    }
}
