//! What a person does in the window, step by step, and what they read there.

use crate::site::{SAMPLE, Site, now};
use std::fs;
use std::path::PathBuf;
use sterk_ui_tests::{Desk, Outcome, Window};

/// Names an element by the mark that the page gives it for tests.
pub fn mark(name: &str) -> String {
    format!("//*[@data-testid='{name}']")
}

/// Tells whether this machine has a camera.
pub fn has_camera() -> bool {
    fs::read_dir("/sys/class/video4linux").is_ok_and(|mut cameras| cameras.next().is_some())
}

/// Makes a vault that the keyring opens; returns its recovery key.
pub async fn make_vault(window: &Window) -> Outcome<String> {
    window.find(&mark("first-run")).await?;
    window.click(&mark("make-vault")).await?;
    keep_recovery_key(window).await
}

/// Makes a vault that a passphrase opens.
pub async fn make_vault_with_passphrase(window: &Window, passphrase: &str) -> Outcome {
    window.fill(&mark("new-passphrase"), passphrase).await?;
    window.fill(&mark("repeat-passphrase"), passphrase).await?;
    window.click(&mark("make-vault")).await?;
    keep_recovery_key(window).await.map(drop)
}

/// Copies the recovery key from the page and shows that the copy is right; returns it.
pub async fn keep_recovery_key(window: &Window) -> Outcome<String> {
    window.find(&mark("recovery-key")).await?;
    let groups = window.texts(&format!("{}//code", mark("recovery-key"))).await?;
    window.click(&mark("recovery-next")).await?;
    for place in 1..=2 {
        let field = format!("({})[{place}]", mark("recovery-group"));
        let group: usize = window.attribute(&field, "data-group").await?.parse()?;
        window.fill(&field, &groups[group - 1]).await?;
    }
    window.click(&mark("recovery-kept")).await?;
    window.find(&mark("add")).await?;
    Ok(groups.join("-"))
}

/// Adds the account of the sample picture, chosen in the system's file dialog.
pub async fn add_sample(desk: &Desk, window: &Window) -> Outcome {
    pick_sample(desk, window).await?;
    keep(window, &SAMPLE).await
}

/// Chooses the sample picture in the system's file dialog.
pub async fn pick_sample(desk: &Desk, window: &Window) -> Outcome {
    save_sample(desk)?;
    window.click(&mark("add")).await?;
    window.click(&mark("pick-files")).await?;
    desk.answer_file_dialog()
}

/// Puts the sample picture where file dialogs open.
pub fn save_sample(desk: &Desk) -> Outcome<PathBuf> {
    let file = desk.pictures().join("sample.png");
    fs::write(&file, include_bytes!("../../../../src/bin/sterk/sample.png"))?;
    Ok(file)
}

/// Adds an account from a link on the clipboard.
pub async fn add_pasted(desk: &Desk, window: &Window, site: &Site) -> Outcome {
    desk.set_clipboard(&site.uri())?;
    window.click(&mark("add")).await?;
    window.click(&mark("paste")).await?;
    keep(window, site).await
}

/// Reads the review and keeps what it shows.
pub async fn keep(window: &Window, site: &Site) -> Outcome {
    let review = window.text(&mark("review")).await?;
    assert!(review.contains(site.issuer) && review.contains(site.account), "the review names the account: {review}");
    window.click(&mark("accept")).await?;
    window.gone(&mark("review")).await?;
    leave_assistant(window).await?;
    window.find(&row(site)).await.map(drop)
}

/// Puts the assistant away that comes after one account was kept.
pub async fn leave_assistant(window: &Window) -> Outcome {
    window.click(&format!("{}/ancestor::dialog/header//button", mark("assistant"))).await?;
    window.gone(&mark("assistant")).await
}

/// Names the row of an account.
pub fn row(site: &Site) -> String {
    format!("{}[contains(., '{}')]", mark("code-row"), site.issuer)
}

/// Reads the code of an account from the page, and asks the site whether it is right.
pub async fn assert_code(window: &Window, site: &Site) -> Outcome<String> {
    let before = now();
    let code = window.text(&format!("{}{}", row(site), mark("code"))).await?.replace(' ', "");
    assert!(site.accepts(&code, (before, now())), "{} does not accept the code on the page", site.issuer);
    Ok(code)
}

/// Copies the code of an account by a click, and asks the site about the clipboard.
pub async fn assert_copies(desk: &Desk, window: &Window, site: &Site) -> Outcome {
    desk.set_clipboard("something else")?;
    let before = now();
    window.click(&format!("{}//button", row(site))).await?;
    assert_copied(desk, site, before)
}

/// Asks the site about the code that came to the clipboard.
pub fn assert_copied(desk: &Desk, site: &Site, before: u64) -> Outcome {
    let copied = sterk_ui_tests::poll("a code on the clipboard", 20, || {
        desk.clipboard().ok().filter(|text| text != "something else")
    })?;
    assert!(site.accepts(&copied, (before, now())), "{} does not accept the copied code", site.issuer);
    Ok(())
}

/// Opens the vault with a passphrase.
pub async fn unlock(window: &Window, passphrase: &str) -> Outcome {
    window.fill(&mark("passphrase"), passphrase).await?;
    window.click(&mark("unlock-open")).await
}

/// Opens the vault with its recovery key.
pub async fn unlock_with_recovery_key(window: &Window, key: &str) -> Outcome {
    window.click(&mark("use-recovery-key")).await?;
    window.fill(&mark("recovery-key-input"), key).await?;
    window.click(&mark("unlock-open")).await
}

/// Opens the details of an account; the button for it shows when the pointer is on its row.
pub async fn look_closer(window: &Window, site: &Site) -> Outcome {
    window.point_at(&row(site)).await?;
    window.click(&format!("{}{}", row(site), mark("more"))).await
}

/// Locks the vault.
pub async fn lock(window: &Window) -> Outcome {
    window.click(&mark("lock")).await?;
    window.find(&mark("unlock")).await?;
    let page = window.page().await?;
    assert!(!page.contains("Example"), "a locked window names no account: {page}");
    Ok(())
}
