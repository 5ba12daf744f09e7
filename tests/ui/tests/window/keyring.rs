//! A keyring that does not answer at once: it hangs, or asks for a password of its own.

use crate::person::{
    add_pasted, assert_code, lock, make_vault, make_vault_with_passphrase, mark, unlock_with_recovery_key,
};
use crate::site::POST;
use sterk_ui_tests::{Desk, Look, Outcome, Window};

const PASSPHRASE: &str = "four words that differ";
const WAITING: &str = "Waiting for the system keyring";

/// Makes a vault that the keyring opens, with one account; returns its recovery key.
async fn vault(desk: &Desk) -> Outcome<String> {
    let window = desk.open(Look::default()).await?;
    let key = make_vault(&window).await?;
    add_pasted(desk, &window, &POST).await?;
    window.close().await?;
    Ok(key)
}

async fn assert_waits(window: &Window) -> Outcome {
    let page = window.text(&mark("unlock")).await?;
    assert!(page.contains(WAITING), "the page names what it waits for: {page}");
    Ok(())
}

async fn assert_told(window: &Window, words: &str) -> Outcome {
    let banner = window.text(&mark("error-banner")).await?;
    assert!(banner.contains(words), "{banner}");
    Ok(())
}

#[tokio::test]
async fn a_keyring_that_hangs_is_waited_for_and_gone_round() -> Outcome {
    let desk = Desk::with_keyring("hang")?.with("STERK_KEYRING_LIMIT_MS", "15000");
    desk.scenario(async |desk| {
        let key = vault(desk).await?;
        desk.hang_keyring()?;
        let window = desk.open(Look::default()).await?;
        assert_waits(&window).await?;
        desk.capture("waits")?;
        unlock_with_recovery_key(&window, &key).await?;
        assert_code(&window, &POST).await?;
        lock(&window).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_keyring_that_hangs_is_given_up_in_words() -> Outcome {
    let desk = Desk::with_keyring("hang-for-good")?.with("STERK_KEYRING_LIMIT_MS", "1000");
    desk.scenario(async |desk| {
        let key = vault(desk).await?;
        desk.hang_keyring()?;
        let window = desk.open(Look::default()).await?;
        assert_told(&window, "took too long to answer").await?;
        desk.capture("given-up")?;
        window.click(&mark("unlock-keyring")).await?;
        assert_told(&window, "took too long to answer").await?;
        unlock_with_recovery_key(&window, &key).await?;
        assert_code(&window, &POST).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_first_run_beside_a_keyring_that_hangs_takes_a_passphrase() -> Outcome {
    let desk = Desk::with_keyring("hang-first-run")?.with("STERK_KEYRING_LIMIT_MS", "1000");
    desk.scenario(async |desk| {
        desk.hang_keyring()?;
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        add_pasted(desk, &window, &POST).await?;
        assert_code(&window, &POST).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn the_password_of_the_keyring_opens_the_vault() -> Outcome {
    let desk = Desk::with_keyring("keyring-asks")?;
    desk.scenario(async |desk| {
        vault(desk).await?;
        desk.lock_keyring()?;
        let window = desk.open(Look::default()).await?;
        assert_waits(&window).await?;
        desk.asked_by_keyring()?;
        desk.capture("asks")?;
        desk.answer_keyring()?;
        assert_code(&window, &POST).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_keyring_whose_question_is_dismissed_leaves_the_other_ways() -> Outcome {
    let desk = Desk::with_keyring("keyring-dismissed")?;
    desk.scenario(async |desk| {
        let key = vault(desk).await?;
        desk.lock_keyring()?;
        let window = desk.open(Look::default()).await?;
        desk.asked_by_keyring()?;
        desk.press("Escape")?;
        assert_told(&window, "question was dismissed").await?;
        desk.capture("dismissed")?;
        window.click(&mark("unlock-keyring")).await?;
        desk.answer_keyring()?;
        assert_code(&window, &POST).await?;
        lock(&window).await?;
        unlock_with_recovery_key(&window, &key).await?;
        assert_code(&window, &POST).await?;
        window.close().await
    })
    .await
}
