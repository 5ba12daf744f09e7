//! After the first day: typing an account in, giving it another name, throwing it away and not meaning it.

use crate::person::{add_pasted, assert_code, keep, make_vault, mark, row};
use crate::site::{BANK, POST, Site};
use sterk_ui_tests::{Desk, Look, Outcome};

/// The post, under the name a person gave it.
const LETTERS: Site = POST.named("Letters");

#[tokio::test]
async fn an_account_that_is_typed_in_makes_the_codes_of_its_preview() -> Outcome {
    let desk = Desk::with_keyring("type-in")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        window.click(&mark("add")).await?;
        window.click(&mark("type-in")).await?;
        window.fill(&mark("form-issuer"), BANK.issuer).await?;
        window.fill(&mark("form-name"), BANK.account).await?;
        window.fill(&mark("form-secret"), &format!("{}1", BANK.base32())).await?;
        window.find("//p[contains(., 'is in no secret')]").await?;
        window.fill(&mark("form-secret"), &BANK.base32().to_lowercase()).await?;
        window.find(&format!("{}/*[@class[contains(., 'code')]]", mark("preview"))).await?;
        window.click(&mark("read-form")).await?;
        keep(&window, &BANK).await?;
        assert_code(&window, &BANK).await?;
        assert!(!window.source().await?.to_uppercase().contains(&BANK.base32()), "the secret stays out of the page");
        window.close().await
    })
    .await
}

#[tokio::test]
async fn an_account_keeps_its_new_name_and_comes_back_from_the_bin() -> Outcome {
    let desk = Desk::with_keyring("details")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        add_pasted(desk, &window, &POST).await?;
        desk.focus("Sterk")?;
        desk.press("F2")?;
        window.fill(&mark("edit-issuer"), LETTERS.issuer).await?;
        window.click(&mark("save")).await?;
        assert_code(&window, &LETTERS).await?;

        desk.press("F2")?;
        window.click(&mark("remove")).await?;
        window.gone(&row(&LETTERS)).await?;
        window.click(&mark("undo")).await?;
        assert_code(&window, &LETTERS).await?;

        desk.press("Down")?;
        desk.press("Delete")?;
        window.gone(&row(&LETTERS)).await?;
        window.close().await?;

        let again = desk.open(Look::default()).await?;
        again.click(&mark("menu")).await?;
        again.click(&mark("open-bin")).await?;
        again.click(&mark("restore")).await?;
        assert_code(&again, &LETTERS).await?;
        again.close().await
    })
    .await
}

#[tokio::test]
async fn an_account_stays_where_the_person_puts_it() -> Outcome {
    let desk = Desk::with_keyring("order")?;
    desk.scenario(async |desk| {
        desk.sterk(&["init", "--slot", "keyring"])?;
        for site in [&BANK, &POST] {
            desk.sterk(&["add", "--yes", &site.uri()])?;
        }
        let window = desk.open(Look::default()).await?;
        window.find(&above(&BANK, &POST)).await?;
        desk.focus("Sterk")?;
        desk.press("Down")?;
        desk.press("alt+Down")?;
        window.find(&above(&POST, &BANK)).await?;
        window
            .until("return document.querySelector('[data-testid=said]').textContent.includes('place 2 of 2')")
            .await?;
        desk.capture("moved")?;

        let (from, to) = (format!("{}{}", row(&BANK), mark("grip")), row(&POST));
        window.drag(&from, &to).await?;
        window.find(&above(&BANK, &POST)).await?;
        window
            .until("return document.querySelector('[data-testid=said]').textContent.includes('place 1 of 2')")
            .await?;
        window.close().await?;

        let again = desk.open(Look::default()).await?;
        again.find(&above(&BANK, &POST)).await?;
        again.close().await
    })
    .await
}

/// Names the row of an account that stands directly above that of another.
fn above(upper: &Site, lower: &Site) -> String {
    format!("{}[following-sibling::li[1][contains(., '{}')]]", row(upper), lower.issuer)
}
