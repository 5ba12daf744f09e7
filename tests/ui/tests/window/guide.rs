//! A whole enrolment with the assistant, and its bad days: a refused code, a new secret, an account that is lost.

use crate::album::Album;
use crate::journey::{PASSPHRASE, make_vault_by_keys};
use crate::keys::Keys;
use crate::person::{add_pasted, assert_code, leave_assistant, make_vault_with_passphrase, mark};
use crate::site::{BANK, POST, Site, now};
use std::fs;
use std::process::Command;
use sterk::{Passphrase, backup};
use sterk_ui_tests::{Desk, Look, Outcome, Window, poll};

const LIST: &str = "Your recovery codes:\n 1. 4fk2-9qtm\n 2. x7rd-p3ws\n 3. m0va-6hzn\n";
const OF_THE_FILE: &str = "a passphrase of its own";

#[tokio::test]
async fn a_person_with_a_keyboard_alone_enrols_from_a_copied_link_to_a_backup() -> Outcome {
    let desk = Desk::without_keyring("guide-keys")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        let keys = Keys { desk, window: &window };
        make_vault_by_keys(&keys).await?;
        desk.set_clipboard(&POST.uri())?;
        keys.press("ctrl+v")?;
        window.find(&mark("review")).await?;
        keys.activate("accept").await?;

        assert_big_code(&window, &POST).await?;
        desk.capture("1-code")?;
        keys.activate("assistant-refused").await?;
        window.find(&mark("clock")).await?;
        keys.activate("assistant-back").await?;
        keys.activate("assistant-accepted").await?;

        window.find(&mark("recovery-text")).await?;
        desk.set_clipboard(LIST)?;
        keys.until_on(&mark("recovery-text"), "Tab").await?;
        keys.press("ctrl+v")?;
        window.find(&format!("{}//li[3]", mark("recovery-typed"))).await?;
        desk.capture("2-codes")?;
        keys.activate("keep-recovery").await?;

        window.find(&mark("save-passphrase")).await?;
        keys.write("save-passphrase", OF_THE_FILE).await?;
        keys.write("save-again", OF_THE_FILE).await?;
        keys.press("Return")?;
        keys.write("proof-passphrase", PASSPHRASE).await?;
        keys.press("Return")?;
        desk.answer_save_dialog()?;
        let done = window.text(&mark("assistant-done")).await?;
        for said in ["accepted a code", "3 recovery codes are kept", "A fresh backup has it"] {
            assert!(done.contains(said), "{said}: {done}");
        }
        desk.capture("3-done")?;
        desk.focus("^Sterk$")?;
        keys.press("Return")?;
        window.gone(&mark("assistant")).await?;
        window.until(&marked("")).await?;
        assert_code(&window, &POST).await?;

        let file = desk.files(".sterk").into_iter().find(|file| file.starts_with(desk.pictures()));
        let opened = backup::Backup::open(&file.ok_or("no backup")?, &Passphrase::new(OF_THE_FILE.into()))?;
        let drill = opened.drill(None, now());
        assert_eq!((drill.accounts, drill.recovery_codes), (1, 3));
        window.close().await
    })
    .await
}

#[tokio::test]
async fn leaving_at_any_step_loses_nothing() -> Outcome {
    let desk = Desk::without_keyring("guide-leaving")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        add_pasted(desk, &window, &POST).await?;
        window.until(&marked("Not confirmed yet")).await?;
        go_on(desk, &window).await?;
        window.click(&mark("assistant-accepted")).await?;
        window.find(&mark("recovery-form")).await?;
        leave_assistant(&window).await?;
        window.until(&marked("Recovery codes open")).await?;

        go_on(desk, &window).await?;
        let list = desk.pictures().join("codes.txt");
        fs::write(&list, LIST)?;
        window.find(&mark("recovery-form")).await?;
        desk.drag_in(&list)?;
        window.find(&format!("{}//li[3]", mark("recovery-typed"))).await?;
        window.click(&mark("keep-recovery")).await?;
        window.find(&mark("save-backup")).await?;
        leave_assistant(&window).await?;
        window.until(&marked("")).await?;
        window.close().await?;

        let again = desk.open(Look::default()).await?;
        crate::person::unlock(&again, PASSPHRASE).await?;
        assert_code(&again, &POST).await?;
        desk.focus("^Sterk$")?;
        desk.press("F2")?;
        assert!(again.text(&mark("open-recovery")).await?.contains("3 codes left"));
        again.close().await
    })
    .await
}

#[tokio::test]
async fn a_new_secret_goes_onto_the_same_account_and_the_old_one_comes_back() -> Outcome {
    let desk = Desk::without_keyring("guide-anew")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        add_pasted(desk, &window, &POST).await?;
        go_on(desk, &window).await?;
        window.click(&mark("assistant-refused")).await?;
        for _ in 0..3 {
            window.click(&mark("assistant-still")).await?;
        }
        window.click(&mark("assistant-rescan")).await?;
        // The site calls the account by another name now.
        desk.set_clipboard(&BANK.uri())?;
        window.click(&mark("paste")).await?;
        assert!(window.text(&mark("duplicate")).await?.contains("For Example Post, ada@example.org"));
        window.click(&mark("accept")).await?;
        let renamed = BANK.named(POST.issuer);
        assert_big_code(&window, &renamed).await?;
        assert!(window.text(&mark("aside-until")).await?.contains("kept aside until"));
        leave_assistant(&window).await?;
        assert_eq!(window.texts(&mark("code-row")).await?.len(), 1, "no second entry");
        assert_code(&window, &renamed).await?;

        look_closer(desk, &window).await?;
        click_below(&window, "restore-secret").await?;
        window.gone(&mark("details-sheet")).await?;
        assert_code(&window, &POST).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn the_emergency_sheet_is_printed_with_names_and_without_secrets() -> Outcome {
    let desk = Desk::without_keyring("guide-paper")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        add_pasted(desk, &window, &POST).await?;
        add_pasted(desk, &window, &BANK).await?;
        look_closer(desk, &window).await?;
        click_below(&window, "open-lost").await?;
        window.fill(&mark("lost-who"), "The owner, room 4").await?;
        click_below(&window, "lost-note").await?;
        window.find(&mark("lost-reset")).await?;
        window.click(&mark("lost-sheet")).await?;
        window.find(&mark("emergency")).await?;
        desk.capture("1-sheet")?;
        window.click(&mark("print-emergency")).await?;
        desk.print_to_file()?;
        let page = poll("the printed page", 20, || printed(desk))?;
        for word in ["Example Post", "Example Bank", "none kept", "The owner, room 4"] {
            assert!(page.contains(word), "{word}: {page}");
        }
        for not in ["Save as a file", &POST.base32(), "Search"] {
            assert!(!page.contains(not), "{not} is not for paper: {page}");
        }
        window.close().await
    })
    .await
}

/// Photographs the assistant, which has just opened, and leaves it.
pub async fn photograph_assistant(desk: &Desk, album: &Album<'_>, window: &Window) -> Outcome {
    window.find(&mark("big-code")).await?;
    album.take(window, "assistant-code").await?;
    window.click(&mark("assistant-refused")).await?;
    for remedy in ["clock", "fresh", "facts", "rescan"] {
        window.find(&mark(&format!("remedy-{remedy}"))).await?;
        album.take(window, &format!("assistant-{remedy}")).await?;
        if remedy != "rescan" {
            window.click(&mark("assistant-still")).await?;
        }
    }
    window.click(&mark("assistant-accepted")).await?;
    window.find(&mark("recovery-text")).await?;
    desk.set_clipboard(LIST)?;
    window.click(&mark("recovery-text")).await?;
    desk.focus("^Sterk$")?;
    desk.press("ctrl+v")?;
    window.find(&format!("{}//li[3]", mark("recovery-typed"))).await?;
    album.take(window, "assistant-recovery").await?;
    window.click(&mark("assistant-later")).await?;
    window.find(&mark("save-passphrase")).await?;
    album.take(window, "assistant-backup").await?;
    window.click(&mark("assistant-no-backup")).await?;
    window.find(&mark("assistant-done")).await?;
    album.take(window, "assistant-done").await?;
    window.click(&mark("assistant-finish")).await?;
    window.gone(&mark("assistant")).await
}

/// Photographs the review of a namesake, the lost page, the emergency sheet, health and the sheet for a backup.
pub async fn photograph_bad_days(desk: &Desk, album: &Album<'_>, window: &Window) -> Outcome {
    look_closer(desk, window).await?;
    click_below(window, "open-lost").await?;
    window.find(&mark("lost")).await?;
    album.take(window, "lost").await?;
    window.click(&mark("lost-sheet")).await?;
    window.find(&mark("emergency")).await?;
    album.take(window, "emergency").await?;
    desk.press("Escape")?;
    window.gone(&mark("emergency")).await?;
    window.click(&mark("menu")).await?;
    window.click(&mark("open-health")).await?;
    window.find(&mark("health")).await?;
    album.take(window, "health").await?;
    window.click(&mark("mend-no_backup")).await?;
    window.find(&mark("save-backup")).await?;
    album.take(window, "backup").await?;
    desk.press("Escape")?;
    window.gone(&mark("save-backup")).await
}

/// Asks whether the one row has a mark with these words; none for no mark.
fn marked(words: &str) -> String {
    format!("return (document.querySelector('[data-testid=open-end]')?.title ?? '') === '{words}'")
}

async fn assert_big_code(window: &Window, site: &Site) -> Outcome {
    let before = now();
    let code = window.text(&mark("big-code")).await?.replace(' ', "");
    assert!(site.accepts(&code, (before, now())), "{} does not accept {code}", site.issuer);
    Ok(())
}

/// Opens the details of the first account.
async fn look_closer(desk: &Desk, window: &Window) -> Outcome {
    window.find(&mark("code-row")).await?;
    desk.focus("^Sterk$")?;
    desk.press("F2")?;
    window.find(&mark("details-sheet")).await.map(drop)
}

/// Goes on with the enrolment of the first account, from its details.
async fn go_on(desk: &Desk, window: &Window) -> Outcome {
    look_closer(desk, window).await?;
    click_below(window, "open-assistant").await?;
    window.find(&mark("assistant")).await.map(drop)
}

/// Clicks a thing that may lie below the edge of its sheet.
pub async fn click_below(window: &Window, name: &str) -> Outcome {
    window.find(&mark(name)).await?;
    window
        .until("return [...document.querySelectorAll('dialog')].every(one => one.getAnimations().length === 0)")
        .await?;
    window
        .execute(&format!("document.querySelector('[data-testid={name}]').scrollIntoView({{ block: 'center' }})"))
        .await?;
    window.click(&mark(name)).await
}

/// Returns the text of the page that was printed, once there is one.
pub fn printed(desk: &Desk) -> Option<String> {
    let page =
        Command::new("pdftotext").args(["-layout"]).arg(desk.files("output.pdf").pop()?).arg("-").output().ok()?;
    page.status.success().then(|| String::from_utf8_lossy(&page.stdout).into_owned())
}
