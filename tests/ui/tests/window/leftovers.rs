//! After a picture was kept: the secret that still lies in it.

use crate::album::Album;
use crate::person::{add_sample, assert_code, keep, make_vault, mark, save_sample};
use crate::site::SAMPLE;
use std::fs;
use sterk_ui_tests::{Desk, Look, Outcome, poll};

#[tokio::test]
async fn a_picture_whose_account_is_kept_is_deleted_when_the_person_says_so() -> Outcome {
    let desk = Desk::with_keyring("leftover")?;
    desk.scenario(async |desk| {
        let album = Album::new(desk, "leftover", &["none"]);
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        add_sample(desk, &window).await?;
        let asked = window.text(&mark("leftover")).await?;
        assert!(asked.contains("sample.png still holds the secret"), "{asked}");
        album.take(&window, "asked").await?;
        let picture = desk.pictures().join("sample.png");
        assert!(picture.exists(), "nothing is deleted before the person says so");
        window.click(&mark("delete-leftovers")).await?;
        poll("the end of the picture", 20, || (!picture.exists()).then_some(()))?;
        assert!(window.text(&mark("leftover")).await?.contains("deleted"));
        album.take(&window, "deleted").await?;
        assert_code(&window, &SAMPLE).await?;
        window.close().await?;
        album.close()
    })
    .await
}

#[tokio::test]
async fn a_picture_that_was_changed_meanwhile_stays_and_one_in_a_cloud_is_named() -> Outcome {
    let desk = Desk::with_keyring("leftover-changed")?;
    desk.scenario(async |desk| {
        let album = Album::new(desk, "leftover", &["none"]);
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        let synced = desk.pictures().join("Dropbox");
        fs::create_dir(&synced)?;
        let picture = synced.join("sample.png");
        fs::rename(save_sample(desk)?, &picture)?;
        desk.drag_in(&picture)?;
        keep(&window, &SAMPLE).await?;
        let asked = window.text(&mark("leftover")).await?;
        assert!(asked.contains("Dropbox"), "{asked}");
        album.take(&window, "synced").await?;
        fs::write(&picture, "something else by now")?;
        window.click(&mark("delete-leftovers")).await?;
        let done = format!("{}//*[contains(., 'changed')]", mark("leftover"));
        window.find(&done).await?;
        album.take(&window, "changed").await?;
        assert!(picture.exists());
        window.close().await?;
        album.close()
    })
    .await
}
