//! Backups that write themselves: set up, written after a change, tried, and a deleted account brought back from one.

use crate::person::{add_pasted, make_vault_with_passphrase, mark, row};
use crate::site::POST;
use std::fs;
use sterk_ui_tests::{Desk, Look, Outcome, Window, poll};

const PASSPHRASE: &str = "four words that differ";
const OWN: &str = "words of the backups";

#[tokio::test]
async fn a_change_is_backed_up_by_itself_and_a_deleted_account_comes_back() -> Outcome {
    let desk = Desk::without_keyring("backups")?.with("STERK_QUIET_MS", "300");
    desk.scenario(async |desk| {
        let stick = desk.pictures().join("stick");
        fs::create_dir_all(&stick)?;
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        open(desk, &window).await?;
        window.click(&mark("set-up-backups")).await?;
        window.fill(&mark("backups-passphrase"), OWN).await?;
        window.fill(&mark("backups-again"), OWN).await?;
        desk.capture("1-setup")?;
        window.click(&mark("backups-go")).await?;
        window.fill(&mark("proof-passphrase"), PASSPHRASE).await?;
        window.click(&mark("prove")).await?;
        window.find(&mark("no-folder")).await?;
        desk.press("Escape")?;
        window.gone(&mark("backups")).await?;

        add_folder(desk, &stick)?;
        add_pasted(desk, &window, &POST).await?;
        poll("a backup that wrote itself", 30, || backups(desk).pop())?;
        open(desk, &window).await?;
        window.find(&format!("{}[@data-stand='done']", mark("backup-folder"))).await?;
        desk.capture("2-folders")?;
        window.click(&mark("open-drill")).await?;
        window.fill(&mark("backups-passphrase"), OWN).await?;
        window.click(&mark("backups-go")).await?;
        assert!(window.text(&mark("drill-found")).await?.contains("1 account"));
        desk.press("Escape")?;
        window.gone(&mark("backups")).await?;

        window.find(&row(&POST)).await?;
        desk.focus("Sterk")?;
        desk.press("Down")?;
        desk.press("Delete")?;
        window.gone(&row(&POST)).await?;
        // The deletion is backed up too; what is wanted is in the one before.
        let newest = poll("a backup of the deletion", 30, || backups(desk).pop().filter(|_| backups(desk).len() > 1))?;
        fs::remove_file(newest)?;
        open(desk, &window).await?;
        restore(desk, &window).await?;
        desk.press("Escape")?;
        window.find(&row(&POST)).await?;
        open(desk, &window).await?;
        window.click(&mark("undo-restore")).await?;
        window.gone(&mark("undo-restore")).await?;
        desk.press("Escape")?;
        window.gone(&row(&POST)).await?;
        window.close().await
    })
    .await
}

/// Names the backups on the stick, oldest first.
fn backups(desk: &Desk) -> Vec<std::path::PathBuf> {
    desk.files("stick/sterk-auto-")
}

/// Adds the folder by the command line: the window meets what another process wrote.
fn add_folder(desk: &Desk, stick: &std::path::Path) -> Outcome {
    let words = desk.pictures().join("words");
    fs::write(&words, PASSPHRASE)?;
    desk.sterk(&["--passphrase-file", &words.to_string_lossy(), "backup", "auto", "add", &stick.to_string_lossy()])
}

async fn open(desk: &Desk, window: &Window) -> Outcome {
    window.find(&mark("menu")).await?;
    desk.focus("Sterk")?;
    desk.press("ctrl+comma")?;
    window.click(&mark("open-backups")).await?;
    window.find(&mark("backups")).await.map(drop)
}

/// Brings the one account back that the newest backup has and the vault has not.
async fn restore(desk: &Desk, window: &Window) -> Outcome {
    window.click(&mark("open-restore")).await?;
    window.fill(&mark("backups-passphrase"), OWN).await?;
    window.click(&mark("backups-go")).await?;
    window.click(&mark("take-row")).await?;
    desk.capture("3-choose")?;
    window.click(&mark("restore-go")).await?;
    window.find(&mark("undo-restore")).await?;
    desk.capture("4-restored")
}
