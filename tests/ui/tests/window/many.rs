//! A vault of ten thousand accounts: the window shows those in view, and reaches the rest as fast.

use crate::person::{assert_code, mark};
use crate::site::{BANK, POST, Site};
use sterk_ui_tests::{Desk, Look, Outcome, Window};

/// The last account of all.
const LAST: Site = BANK.named("Zuiderzee");

/// One in the middle.
const HIDDEN: Site = POST.named("Lighthouse");

#[tokio::test]
async fn ten_thousand_accounts_take_few_rows_and_every_one_is_reached() -> Outcome {
    let desk = Desk::with_keyring("many")?;
    desk.scenario(async |desk| {
        desk.fill(&[LAST.uri(), HIDDEN.uri()])?;
        let window = desk.open(Look::default()).await?;
        window.find(&mark("code")).await?;
        assert_eq!(window.attribute(&mark("code-row"), "aria-setsize").await?, "10000");
        assert!(rows(&window).await? < 200, "what is out of sight is not on the page");

        desk.focus("Sterk")?;
        desk.press("Down")?;
        desk.press("End")?;
        assert_code(&window, &LAST).await?;
        window.until("return document.activeElement.closest('li')?.getAttribute('aria-posinset') === '10000'").await?;
        assert!(rows(&window).await? < 200);
        desk.capture("end")?;

        desk.press("Home")?;
        window.until("return document.activeElement.closest('li')?.getAttribute('aria-posinset') === '1'").await?;
        window.fill(&mark("search"), HIDDEN.issuer).await?;
        assert_code(&window, &HIDDEN).await?;
        window.until("return document.querySelectorAll('[data-testid=code-row]').length === 1").await?;
        window.close().await
    })
    .await
}

async fn rows(window: &Window) -> Outcome<u64> {
    let count = window.execute("return document.querySelectorAll('[data-testid=code-row]').length").await?;
    count.as_u64().ok_or_else(|| "no number of rows".into())
}
