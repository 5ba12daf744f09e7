//! Photographs every screen, light and dark, into `target/screens`: to be looked at.

use crate::person::{add_pasted, keep_recovery_key, lock, mark};
use crate::site::{BANK, POST};
use sterk_ui_tests::{Desk, Look, Outcome};

/// A sheet has risen to its place. The rings of the codes never rest.
const AT_REST: &str = "return document.querySelector('dialog').getAnimations().length === 0";

#[tokio::test]
async fn every_screen_has_a_light_picture() -> Outcome {
    photograph("light", false).await
}

#[tokio::test]
async fn every_screen_has_a_dark_picture() -> Outcome {
    photograph("dark", true).await
}

async fn photograph(name: &'static str, dark: bool) -> Outcome {
    let desk = Desk::with_keyring(name)?;
    desk.scenario(async |desk| {
        let window = desk.open(Look { dark, ..Look::default() }).await?;
        window.find(&mark("first-run")).await?;
        let script = "return matchMedia('(prefers-color-scheme: dark)').matches";
        assert_eq!(window.execute(script).await?, dark, "the page knows the desk's colours");
        desk.capture("1-first-run")?;
        window.click("//input[@value='passphrase']").await?;
        window.fill(&mark("new-passphrase"), "four words that differ").await?;
        window.fill(&mark("repeat-passphrase"), "four words that differ").await?;
        desk.capture("2-passphrase")?;
        window.click(&mark("make-vault")).await?;
        window.find(&mark("recovery-key")).await?;
        desk.capture("3-recovery-key")?;
        keep_recovery_key(&window).await?;
        window.find(&mark("empty")).await?;
        desk.capture("4-empty")?;

        desk.set_clipboard(&POST.uri())?;
        window.click(&mark("add")).await?;
        window.find(&mark("add-sheet")).await?;
        window.until(AT_REST).await?;
        desk.capture("5-add")?;
        window.click(&mark("paste")).await?;
        window.find(&mark("review")).await?;
        window.until(AT_REST).await?;
        desk.capture("6-review")?;
        window.click(&mark("accept")).await?;
        window.gone(&mark("review")).await?;
        add_pasted(desk, &window, &BANK).await?;
        desk.capture("7-codes")?;
        window.fill(&mark("search"), "nowhere").await?;
        window.find(&mark("no-match")).await?;
        desk.capture("8-no-match")?;
        window.click("//button[@class[contains(., 'clear')]]").await?;
        lock(&window).await?;
        desk.capture("9-locked")?;
        window.fill(&mark("passphrase"), "wrong").await?;
        window.click(&mark("unlock-open")).await?;
        window.find(&mark("error-banner")).await?;
        desk.capture("10-wrong-passphrase")?;
        window.close().await
    })
    .await
}
