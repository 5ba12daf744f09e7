//! The main job, with the keyring: from the picture of a QR code to a code that the site accepts.

use crate::person::{add_sample, assert_code, has_camera, keep, lock, make_vault, mark, row, save_sample};
use crate::site::{POST, SAMPLE};
use serde_json::json;
use std::path::Path;
use sterk_ui_tests::{Desk, Look, Outcome};

#[tokio::test]
async fn an_account_from_a_picture_outlives_lock_and_restart() -> Outcome {
    let desk = Desk::with_keyring("enrol")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        add_sample(desk, &window).await?;
        assert_code(&window, &SAMPLE).await?;

        lock(&window).await?;
        window.click(&mark("unlock-keyring")).await?;
        assert_code(&window, &SAMPLE).await?;
        window.close().await?;

        let again = desk.open(Look::default()).await?;
        assert_code(&again, &SAMPLE).await?;
        again.close().await
    })
    .await
}

#[tokio::test]
async fn the_recovery_key_is_copied_as_it_is_shown() -> Outcome {
    let desk = Desk::with_keyring("copy-key")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        window.click(&mark("make-vault")).await?;
        window.find(&mark("recovery-key")).await?;
        let groups = window.texts(&format!("{}//code", mark("recovery-key"))).await?;
        window.click(&mark("recovery-copy")).await?;
        let copied = sterk_ui_tests::poll("the copied key", 20, || desk.clipboard().ok())?;
        assert_eq!(copied, groups.join("-"));
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_code_anywhere_on_the_screen_is_found() -> Outcome {
    let desk = Desk::with_keyring("scan-screen")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        let picture = save_sample(desk)?.display().to_string();
        let _viewer = desk.start(Path::new("display"), &[&picture])?;
        desk.focus("ImageMagick")?;
        window.click(&mark("add")).await?;
        window.click(&mark("scan-screen")).await?;
        keep(&window, &SAMPLE).await?;
        assert_code(&window, &SAMPLE).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_screen_without_a_code_is_said_in_words() -> Outcome {
    let desk = Desk::with_keyring("scan-nothing")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        window.click(&mark("add")).await?;
        window.click(&mark("scan-screen")).await?;
        let page = window.text(&mark("error-banner")).await?;
        assert!(page.contains("QR code"), "{page}");
        window.close().await
    })
    .await
}

#[tokio::test]
async fn says_that_there_is_no_camera() -> Outcome {
    if has_camera() {
        // `cargo xtask test --camera` looks through cameras; nobody is filmed by a test of the window.
        return Ok(());
    }
    let desk = Desk::with_keyring("no-camera")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        window.click(&mark("add")).await?;
        window.click(&mark("look-through")).await?;
        let page = window.text(&mark("error-banner")).await?;
        assert!(page.contains("There is no camera."), "{page}");
        let ask = "const done = arguments[arguments.length - 1];
            window.__TAURI_INTERNALS__.invoke('camera_picture')
                .then(picture => done([picture instanceof ArrayBuffer, picture.byteLength]), error => done(String(error)));";
        assert_eq!(window.execute_async(ask, Vec::new()).await?, json!([true, 0]), "pictures cross as bytes");
        window.click(&mark("camera-back")).await?;
        window.find(&mark("add-sheet")).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_clipboard_without_a_link_is_refused_in_words() -> Outcome {
    let desk = Desk::with_keyring("paste-nothing")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        desk.set_clipboard("https://example.org/a-web-page")?;
        window.click(&mark("add")).await?;
        window.click(&mark("paste")).await?;
        let page = window.text(&mark("error-banner")).await?;
        assert!(page.contains("not a code for an authenticator"), "{page}");
        assert!(window.texts(&row(&POST)).await?.is_empty(), "nothing was added");
        window.close().await
    })
    .await
}
