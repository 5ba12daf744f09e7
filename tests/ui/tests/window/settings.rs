//! How the window looks and speaks is the person's choice, and stays so.

use crate::person::{add_pasted, assert_code, assert_copies, make_vault, mark, row};
use crate::site::POST;
use serde_json::Value;
use sterk_ui_tests::{Desk, Look, Outcome, Window};

const COVERED: &str = "••• •••";

#[tokio::test]
async fn language_and_colours_stay_as_they_were_chosen() -> Outcome {
    let desk = Desk::with_keyring("settings")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        window.click(&mark("menu")).await?;
        desk.capture("menu")?;
        window.click(&mark("open-settings")).await?;
        pick(&window, "set-language", "nl").await?;
        window.find("//h2[text()='Instellingen']").await?;
        pick(&window, "set-theme", "dark").await?;
        window.until(&is("dark")).await?;
        desk.capture("sheet")?;
        window.close().await?;

        let again = desk.open(Look::default()).await?;
        again.find(&mark("add")).await?;
        assert_eq!(again.attribute(&mark("search"), "placeholder").await?, "Zoeken");
        assert_eq!(again.execute("return document.documentElement.lang").await?, "nl");
        again.until(&is("dark")).await?;
        let system = "return matchMedia('(prefers-color-scheme: dark)').matches";
        assert_eq!(again.execute(system).await?, Value::Bool(true), "the window itself is dark, not the page alone");
        again.close().await?;

        let bright = desk.open(Look { dark: true, ..Look::default() }).await?;
        desk.focus("Sterk")?;
        bright.find(&mark("add")).await?;
        desk.press("ctrl+comma")?;
        pick(&bright, "set-theme", "light").await?;
        bright.until(&is("light")).await?;
        desk.capture("light-on-a-dark-desk")?;
        bright.close().await
    })
    .await
}

#[tokio::test]
async fn a_hidden_code_is_copied_unseen_and_shown_by_space() -> Outcome {
    let desk = Desk::with_keyring("hidden")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        add_pasted(desk, &window, &POST).await?;
        desk.focus("Sterk")?;
        desk.press("ctrl+comma")?;
        window.click(&mark("set-hide")).await?;
        desk.press("Escape")?;
        window.gone(&mark("settings")).await?;
        let code = format!("{}{}", row(&POST), mark("code"));
        assert_eq!(window.text(&code).await?, COVERED);
        assert_copies(desk, &window, &POST).await?;
        assert_eq!(window.text(&code).await?, COVERED, "copying shows nothing");
        desk.capture("covered")?;

        desk.set_clipboard("something else")?;
        desk.press("space")?;
        window.until("return /[0-9]/.test(document.querySelector('[data-testid=code]').textContent)").await?;
        assert_code(&window, &POST).await?;
        desk.capture("shown")?;
        assert_eq!(desk.clipboard()?, "something else", "showing is not copying");
        desk.press("space")?;
        window
            .until(&format!("return document.querySelector('[data-testid=code]').textContent === '{COVERED}'"))
            .await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn about_names_the_folder_of_the_vault_and_copies_it() -> Outcome {
    let desk = Desk::with_keyring("about")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        window.click(&mark("menu")).await?;
        window.click(&mark("open-about")).await?;
        let folder = window.text(&mark("about-folder")).await?;
        let vault = desk.files("vault.sterk").into_iter().next().ok_or("no vault")?;
        assert_eq!(Some(folder.as_ref()), vault.parent(), "the vault lies where the page says");
        let ways = window.text(&mark("about-ways")).await?;
        assert_eq!(ways, "the system keyring and the recovery key");
        window.click(&mark("copy-folder")).await?;
        sterk_ui_tests::poll("the folder on the clipboard", 20, || {
            desk.clipboard().ok().filter(|text| *text == folder)
        })?;
        desk.capture("about")?;
        window.click(&format!("{}/summary", mark("licences"))).await?;
        let packages = window.text(&mark("licence-packages")).await?;
        assert!(!packages.is_empty());
        desk.capture("licences")?;
        window.close().await
    })
    .await
}

/// Picks an entry of a list, as the page is told of it.
async fn pick(window: &Window, list: &str, value: &str) -> Outcome {
    window.click(&format!("{}/option[@value='{value}']", mark(list))).await
}

/// Asks the page whether its ground has the colour of a theme.
fn is(theme: &str) -> String {
    let ground = if theme == "dark" { "rgb(20, 22, 24)" } else { "rgb(246, 246, 243)" };
    format!("return getComputedStyle(document.body).backgroundColor === '{ground}'")
}
