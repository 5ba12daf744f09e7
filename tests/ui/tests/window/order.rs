//! The order of the list: an account stays where a person puts it.

use crate::person::{mark, row};
use crate::site::{BANK, POST, Site};
use sterk_ui_tests::{Desk, Look, Outcome};

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
