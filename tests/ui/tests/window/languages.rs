//! The window speaks the language of the desk.

use sterk_ui_tests::{Desk, Look, Outcome};

#[tokio::test]
async fn speaks_dutch_on_a_dutch_desk() -> Outcome {
    greets("dutch", "nl_NL.UTF-8", "nl", "Bewaar je codes veilig op deze computer").await
}

#[tokio::test]
async fn speaks_french_on_a_french_desk() -> Outcome {
    greets("french", "fr_FR.UTF-8", "fr", "Gardez vos codes en sûreté sur cet ordinateur").await
}

#[tokio::test]
async fn speaks_english_where_it_knows_no_other() -> Outcome {
    greets("icelandic", "is_IS.UTF-8", "en", "Keep your codes safe on this computer").await
}

async fn greets(name: &'static str, language: &'static str, tag: &str, title: &str) -> Outcome {
    let desk = Desk::without_keyring(name)?;
    desk.scenario(async |desk| {
        let window = desk.open(Look { language, ..Look::default() }).await?;
        let shown = window.text("//h1").await?;
        desk.capture("first-run")?;
        assert_eq!(shown, title);
        assert_eq!(window.execute("return document.documentElement.lang").await?, tag);
        window.close().await
    })
    .await
}
