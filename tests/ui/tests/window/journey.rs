//! The whole way, from the first start to the next day: once by mouse, once by keyboard alone.
//!
//! The machine has no keyring, so that a passphrase opens the vault. Every code is checked by the site.

use crate::keys::Keys;
use crate::person::{
    add_pasted, assert_code, assert_copied, assert_copies, keep, lock, look_closer, make_vault_with_passphrase, mark,
    row, save_sample, unlock,
};
use crate::site::{BANK, POST, SAMPLE, Site, now};
use std::fs;
use std::path::PathBuf;
use sterk_ui_tests::{Desk, Look, Outcome, Window};

pub const PASSPHRASE: &str = "four words that differ";
const WRONG: &str = "four words that are wrong";
/// The post, under the name a person gave it.
const LETTERS: Site = POST.named("Letters");

#[tokio::test]
async fn a_person_with_a_mouse_gets_all_the_way() -> Outcome {
    let desk = Desk::without_keyring("mouse")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        let page = window.text("//main").await?;
        assert!(page.contains("No system keyring answers"), "the page says why it wants a passphrase: {page}");
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        desk.drag_in(&save_sample(desk)?)?;
        keep(&window, &SAMPLE).await?;
        add_pasted(desk, &window, &POST).await?;
        add_typed(&window, &BANK).await?;
        assert_codes(&window, &[&SAMPLE, &POST, &BANK]).await?;
        assert_copies(desk, &window, &POST).await?;
        window.fill(&mark("search"), "bnak").await?;
        window.gone(&row(&POST)).await?;
        assert_copies(desk, &window, &BANK).await?;
        window.click("//button[@class[contains(., 'clear')]]").await?;

        look_closer(&window, &POST).await?;
        window.fill(&mark("edit-issuer"), LETTERS.issuer).await?;
        window.click(&mark("save")).await?;
        assert_code(&window, &LETTERS).await?;
        remove(&window, &LETTERS).await?;
        window.click(&mark("undo")).await?;
        assert_code(&window, &LETTERS).await?;
        remove(&window, &BANK).await?;

        lock(&window).await?;
        let before = vault(desk)?;
        unlock(&window, WRONG).await?;
        assert_refused(&window).await?;
        assert_eq!(vault(desk)?, before, "a wrong passphrase changes nothing on the disk");
        unlock(&window, PASSPHRASE).await?;
        assert_codes(&window, &[&SAMPLE, &LETTERS]).await?;
        window.close().await?;

        let again = desk.open(Look::default()).await?;
        unlock(&again, PASSPHRASE).await?;
        again.click(&mark("menu")).await?;
        again.click(&mark("open-bin")).await?;
        again.click(&mark("restore")).await?;
        assert_codes(&again, &[&SAMPLE, &LETTERS, &BANK]).await?;
        again.close().await
    })
    .await
}

#[tokio::test]
async fn a_person_with_a_keyboard_alone_gets_all_the_way() -> Outcome {
    let desk = Desk::without_keyring("keyboard")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        let keys = Keys { desk, window: &window };
        make_vault_by_keys(&keys).await?;
        add_by_keys(&keys).await?;
        assert_codes(&window, &[&SAMPLE, &POST, &BANK]).await?;

        desk.set_clipboard("something else")?;
        let asked = now();
        keys.type_text("bnak").await?;
        window.gone(&row(&POST)).await?;
        keys.press("Return")?;
        assert_copied(desk, &BANK, asked)?;
        keys.press("Escape")?;
        window.find(&row(&POST)).await?;

        keys.press("Down")?;
        keys.until_on(&row(&POST), "Down").await?;
        keys.press("F2")?;
        keys.write("edit-issuer", LETTERS.issuer).await?;
        keys.press("Return")?;
        assert_code(&window, &LETTERS).await?;
        keys.until_on(&row(&LETTERS), "Down").await?;
        keys.press("Delete")?;
        window.gone(&row(&LETTERS)).await?;
        keys.press("ctrl+z")?;
        assert_code(&window, &LETTERS).await?;

        keys.press("ctrl+l")?;
        unlock_by_keys(&keys, WRONG).await?;
        assert_refused(&window).await?;
        unlock_by_keys(&keys, PASSPHRASE).await?;
        assert_codes(&window, &[&SAMPLE, &LETTERS, &BANK]).await?;
        window.close().await?;

        let again = desk.open(Look::default()).await?;
        unlock_by_keys(&Keys { desk, window: &again }, PASSPHRASE).await?;
        assert_codes(&again, &[&SAMPLE, &LETTERS, &BANK]).await?;
        again.close().await
    })
    .await
}

pub async fn make_vault_by_keys(keys: &Keys<'_>) -> Outcome {
    keys.write("new-passphrase", PASSPHRASE).await?;
    keys.write("repeat-passphrase", PASSPHRASE).await?;
    keys.press("Return")?;
    keys.window.find(&mark("recovery-key")).await?;
    let groups = keys.window.texts(&format!("{}//code", mark("recovery-key"))).await?;
    keys.activate("recovery-next").await?;
    for place in 1..=2 {
        let field = format!("({})[{place}]", mark("recovery-group"));
        let group: usize = keys.window.attribute(&field, "data-group").await?.parse()?;
        keys.until_on(&field, "Tab").await?;
        keys.type_text(&groups[group - 1]).await?;
    }
    keys.press("Return")?;
    keys.window.find(&mark("empty")).await.map(drop)
}

/// Adds one account from a file, one from the clipboard and one that is typed.
async fn add_by_keys(keys: &Keys<'_>) -> Outcome {
    save_sample(keys.desk)?;
    keys.press("ctrl+n")?;
    keys.activate("pick-files").await?;
    keys.desk.answer_file_dialog()?;
    keep_by_keys(keys, &SAMPLE).await?;

    keys.desk.set_clipboard(&POST.uri())?;
    keys.press("ctrl+v")?;
    keep_by_keys(keys, &POST).await?;

    keys.press("ctrl+n")?;
    keys.activate("type-in").await?;
    keys.write("form-issuer", BANK.issuer).await?;
    keys.write("form-name", BANK.account).await?;
    keys.write("form-secret", &BANK.base32().to_lowercase()).await?;
    previewed(keys.window).await?;
    keys.press("Return")?;
    keep_by_keys(keys, &BANK).await
}

async fn keep_by_keys(keys: &Keys<'_>, site: &Site) -> Outcome {
    keys.window.find(&mark("review")).await?;
    keys.activate("accept").await?;
    keys.window.gone(&mark("review")).await?;
    keys.window.find(&mark("assistant")).await?;
    keys.press("Escape")?;
    keys.window.gone(&mark("assistant")).await?;
    keys.window.find(&row(site)).await.map(drop)
}

async fn unlock_by_keys(keys: &Keys<'_>, passphrase: &str) -> Outcome {
    keys.write("passphrase", passphrase).await?;
    keys.press("Return")
}

/// Adds an account by typing it in, after a slip that the form names.
async fn add_typed(window: &Window, site: &Site) -> Outcome {
    window.click(&mark("add")).await?;
    window.click(&mark("type-in")).await?;
    window.fill(&mark("form-issuer"), site.issuer).await?;
    window.fill(&mark("form-name"), site.account).await?;
    window.fill(&mark("form-secret"), &format!("{}1", site.base32())).await?;
    window.find("//p[contains(., 'is in no secret')]").await?;
    window.fill(&mark("form-secret"), &site.base32().to_lowercase()).await?;
    previewed(window).await?;
    window.click(&mark("read-form")).await?;
    keep(window, site).await?;
    assert!(!window.source().await?.to_uppercase().contains(&site.base32()), "the secret stays out of the page");
    Ok(())
}

async fn previewed(window: &Window) -> Outcome {
    window.find(&format!("{}/*[@class[contains(., 'code')]]", mark("preview"))).await.map(drop)
}

async fn remove(window: &Window, site: &Site) -> Outcome {
    look_closer(window, site).await?;
    window.click(&mark("remove")).await?;
    window.gone(&row(site)).await
}

async fn assert_codes(window: &Window, sites: &[&Site]) -> Outcome {
    for site in sites {
        assert_code(window, site).await?;
    }
    Ok(())
}

async fn assert_refused(window: &Window) -> Outcome {
    let banner = window.text(&mark("error-banner")).await?;
    assert!(banner.contains("That passphrase does not open this vault"), "{banner}");
    Ok(())
}

/// Reads every file of the vault, with its path.
fn vault(desk: &Desk) -> Outcome<Vec<(PathBuf, Vec<u8>)>> {
    let files = desk.files("/vault");
    assert!(!files.is_empty(), "there is a vault on the disk");
    // What failed is counted beside the vault, for the audit trail.
    let others = files.into_iter().filter(|file| !file.ends_with("vault.events"));
    others.map(|file| Ok((file.clone(), fs::read(file)?))).collect()
}
