//! The main job, with the keyring: from the picture of a QR code to a code that the site accepts.

use crate::person::{add_sample, assert_code, lock, make_vault, mark, row};
use crate::site::{POST, SAMPLE};
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
