//! The ways to unlock, in the window: one more on paper, and a new vault key when something got out.

use crate::guide::{click_below, printed};
use crate::person::{keep_recovery_key, lock, make_vault_with_passphrase, mark, unlock, unlock_with_recovery_key};
use std::fs;
use sterk_ui_tests::{Desk, Look, Outcome, Window, poll};

const PASSPHRASE: &str = "four words that differ";
const BETTER: &str = "velvet kettle swing orbit";

/// A sheet has risen to its place.
const AT_REST: &str = "return [...document.querySelectorAll('dialog')].every(one => one.getAnimations().length === 0)";

#[tokio::test]
async fn a_recovery_key_is_printed_and_typed_back_before_it_opens_anything() -> Outcome {
    let desk = Desk::without_keyring("slots")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        open_slots(&window).await?;
        picture(desk, &window, "1-list").await?;
        click_below(&window, "slot-add-recovery_key").await?;
        window.fill(&mark("slot-name"), "in the safe").await?;
        picture(desk, &window, "2-adding").await?;
        click_below(&window, "slot-go").await?;
        prove(&window, PASSPHRASE).await?;
        window.find(&mark("recovery-key")).await?;
        picture(desk, &window, "3-paper").await?;
        assert_eq!(count(desk)?, 2, "nothing opens with it yet");
        window.click(&mark("recovery-print")).await?;
        desk.print_to_file()?;
        let groups = window.texts(&format!("{}//code", mark("recovery-key"))).await?;
        let page = poll("the printed page", 20, || printed(desk))?;
        for word in groups.iter().map(String::as_str).chain(["Recovery key of Sterk", "There is no O, I, L or U"]) {
            assert!(page.to_lowercase().contains(&word.to_lowercase()), "{word}: {page}");
        }
        assert!(!page.contains("Search") && !page.contains("Next"), "nothing else is for paper: {page}");
        let key = keep_recovery_key(&window).await?;
        window.find(&format!("{}//strong[text()='in the safe']", mark("slot"))).await?;
        assert_eq!(count(desk)?, 3);
        close(&window).await?;
        lock(&window).await?;
        unlock_with_recovery_key(&window, &key).await?;
        window.find(&mark("add")).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_passphrase_is_weighed_and_changed_and_then_replaced_with_the_vault_key() -> Outcome {
    let desk = Desk::without_keyring("rekey")?.with("STERK_UNLOCK_MS", "300");
    desk.scenario(async |desk| {
        let window = desk.open(Look { dark: true, ..Look::default() }).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        open_slots(&window).await?;
        click_below(&window, "slot-change").await?;
        window.fill(&mark("slot-passphrase"), "Summer2026!").await?;
        window.find(&format!("{}[@data-grade='weak']", mark("strength"))).await?;
        window.fill(&mark("slot-passphrase"), BETTER).await?;
        window.find(&format!("{}[@data-grade='strong']", mark("strength"))).await?;
        window.fill(&mark("slot-repeat"), BETTER).await?;
        picture(desk, &window, "1-change").await?;
        click_below(&window, "slot-go").await?;
        prove(&window, PASSPHRASE).await?;
        window.find(&mark("slots")).await?;
        let cost = desk.ask_sterk(&["slot", "list"])?[0]["kdf"].clone();
        assert!(cost["memory_kib"].as_u64() >= Some(65_536) && cost["passes"].as_u64() >= Some(3), "{cost}");

        let vault = desk.files("vault.sterk").into_iter().next().ok_or("no vault")?;
        fs::copy(&vault, vault.with_file_name("vault (old).sterk"))?;
        click_below(&window, "slot-rekey").await?;
        window.fill(&mark("rekey-passphrase"), BETTER).await?;
        picture(desk, &window, "2-rekey").await?;
        click_below(&window, "slot-go").await?;
        prove(&window, BETTER).await?;
        let before = fs::read(&vault)?;
        window.find(&mark("recovery-key")).await?;
        assert_eq!(fs::read(&vault)?, before, "nothing is written before the new key is on paper");
        keep_key(&window).await?;
        let text = window.text(&mark("rekeyed")).await?;
        assert!(text.contains("vault (old).sterk"), "{text}");
        picture(desk, &window, "3-rekeyed").await?;
        assert_ne!(fs::read(&vault)?, before);
        window.click(&mark("rekeyed-done")).await?;
        close(&window).await?;
        lock(&window).await?;
        unlock(&window, BETTER).await?;
        window.find(&mark("add")).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_window_whose_vault_was_given_a_new_key_elsewhere_locks_and_says_so() -> Outcome {
    let desk = Desk::without_keyring("rekeyed-elsewhere")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        let words = desk.pictures().join("words");
        fs::write(&words, PASSPHRASE)?;
        let words = words.to_str().ok_or("a path in UTF-8")?;
        let answer = desk.ask_sterk(&["--passphrase-file", words, "slot", "rekey"])?;
        assert!(answer["recovery_key"].is_string());
        let vault = desk.files("vault.sterk").into_iter().next().ok_or("no vault")?;
        let sealed = fs::read(&vault)?;
        window.click(&mark("menu")).await?;
        window.click(&mark("open-health")).await?;
        window.find(&mark("unlock")).await?;
        let said = window.text(&mark("error-banner")).await?;
        assert!(said.contains("new key"), "{said}");
        desk.capture("locked")?;
        assert_eq!(fs::read(&vault)?, sealed, "it wrote nothing");
        unlock(&window, PASSPHRASE).await?;
        window.find(&mark("add")).await?;
        window.close().await
    })
    .await
}

async fn open_slots(window: &Window) -> Outcome {
    window.click(&mark("menu")).await?;
    window.click(&mark("open-settings")).await?;
    click_below(window, "open-slots").await?;
    window.find(&mark("slots")).await.map(drop)
}

async fn prove(window: &Window, passphrase: &str) -> Outcome {
    window.fill(&mark("proof-passphrase"), passphrase).await?;
    window.click(&mark("prove")).await
}

/// Types the key back that a sheet shows.
async fn keep_key(window: &Window) -> Outcome {
    let groups = window.texts(&format!("{}//code", mark("recovery-key"))).await?;
    click_below(window, "recovery-next").await?;
    for place in 1..=2 {
        let field = format!("({})[{place}]", mark("recovery-group"));
        let group: usize = window.attribute(&field, "data-group").await?.parse()?;
        window.fill(&field, &groups[group - 1]).await?;
    }
    window.click(&mark("recovery-kept")).await
}

async fn close(window: &Window) -> Outcome {
    window.click("//dialog/header//button").await?;
    window.gone("//dialog").await
}

async fn picture(desk: &Desk, window: &Window, moment: &str) -> Outcome {
    window.until(AT_REST).await?;
    desk.capture(moment)
}

/// Counts the ways to unlock, as another program sees them.
fn count(desk: &Desk) -> Outcome<usize> {
    Ok(desk.ask_sterk(&["slot", "list"])?.as_array().map_or(0, Vec::len))
}
