//! A machine without a keyring: the same job with a passphrase.

use crate::person::{add_pasted, assert_code, assert_copies, lock, make_vault_with_passphrase, mark};
use crate::site::POST;
use std::fs;
use sterk_ui_tests::{Desk, Look, Outcome, Window};

const PASSPHRASE: &str = "four words that differ";

#[tokio::test]
async fn without_a_keyring_a_passphrase_keeps_the_vault() -> Outcome {
    let desk = Desk::without_keyring("passphrase")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        let page = window.text("//main").await?;
        assert!(page.contains("No system keyring answers"), "the page says why: {page}");
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        add_pasted(desk, &window, &POST).await?;
        assert_code(&window, &POST).await?;
        assert_copies(desk, &window, &POST).await?;

        lock(&window).await?;
        unlock(&window, PASSPHRASE).await?;
        assert_code(&window, &POST).await?;
        window.close().await?;

        let again = desk.open(Look::default()).await?;
        unlock(&again, PASSPHRASE).await?;
        assert_code(&again, &POST).await?;
        again.close().await
    })
    .await
}

#[tokio::test]
async fn a_wrong_passphrase_says_so_and_changes_nothing() -> Outcome {
    let desk = Desk::without_keyring("wrong-passphrase")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        add_pasted(desk, &window, &POST).await?;
        lock(&window).await?;
        let before = vault(desk)?;

        unlock(&window, "four words that are wrong").await?;
        let banner = window.text(&mark("error-banner")).await?;
        assert!(banner.contains("That passphrase does not open this vault"), "{banner}");
        assert_eq!(vault(desk)?, before, "the vault's bytes are the same");

        unlock(&window, PASSPHRASE).await?;
        assert_code(&window, &POST).await?;
        window.close().await
    })
    .await
}

async fn unlock(window: &Window, passphrase: &str) -> Outcome {
    window.fill(&mark("passphrase"), passphrase).await?;
    window.click(&mark("unlock-open")).await
}

/// Reads every file of the vault, with its path.
fn vault(desk: &Desk) -> Outcome<Vec<(std::path::PathBuf, Vec<u8>)>> {
    let files = desk.files("/vault");
    assert!(!files.is_empty(), "there is a vault on the disk");
    files.into_iter().map(|file| Ok((file.clone(), fs::read(file)?))).collect()
}
