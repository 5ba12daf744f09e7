//! The process behind the page ends: the window comes back by itself, locked.
//!
//! A driver would end with that process. So this window has none: what it shows is read from the screen.

use crate::person::{add_pasted, make_vault};
use crate::site::POST;
use sterk_ui_tests::{Desk, Look, Outcome, Picture, poll};

/// What the process is called that runs the page.
const PAGE: &str = "WebKitWebProces";

#[tokio::test]
async fn a_page_that_crashes_comes_back_locked() -> Outcome {
    let desk = Desk::with_keyring("crash")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        add_pasted(desk, &window, &POST).await?;
        window.close().await?;
        let locked = locked_screen(desk)?;

        let program = desk.start_window()?;
        let open = desk.settled()?;
        assert!(!locked.is_on(&desk.pixels()?) && !open.is_blank(), "the keyring has opened it by itself");
        // The second time it waits a second, so that a page that always crashes costs nothing.
        for time in ["once", "again"] {
            program.kill_child(PAGE)?;
            poll("the locked window", 20, || desk.pixels().ok().filter(|pixels| locked.is_on(pixels)))?;
            desk.capture(time)?;
        }
        desk.focus("Sterk")?;
        desk.press("Tab")?;
        desk.press("Return")?;
        poll("the open window", 20, || desk.pixels().ok().filter(|pixels| !locked.is_on(pixels)))?;
        Ok(())
    })
    .await
}

/// Photographs a window that a person locked.
fn locked_screen(desk: &Desk) -> Outcome<Picture> {
    let _program = desk.start_window()?;
    let open = desk.settled()?;
    desk.focus("Sterk")?;
    desk.press("ctrl+l")?;
    poll("another screen", 20, || desk.pixels().ok().filter(|pixels| !open.is_on(pixels)))?;
    desk.settled()
}
