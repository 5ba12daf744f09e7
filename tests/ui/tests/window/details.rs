//! What a person notes about an account, and the codes that only come when asked for.

use crate::person::{add_pasted, look_closer, make_vault, make_vault_with_passphrase, mark, row, unlock};
use crate::site::{BANK, POST, Site};
use serde_json::json;
use sterk_ui_tests::{Desk, Look, Outcome, Window};

/// The secret of RFC 4226, appendix D, for codes by counter.
const COUNTED: &str = "otpauth://hotp/Library:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Library&counter=0";

#[tokio::test]
async fn what_is_noted_about_an_account_stays_and_finds_it() -> Outcome {
    let desk = Desk::with_keyring("noted")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        add_pasted(desk, &window, &BANK).await?;
        add_pasted(desk, &window, &POST).await?;
        look_closer(&window, &POST).await?;
        window.fill(&mark("edit-tags"), "letters, club").await?;
        window.fill(&mark("edit-note"), "the blue telephone").await?;
        window.click(&mark("edit-pinned")).await?;
        window.click(&mark("edit-verified")).await?;
        window.click(&mark("save")).await?;
        window.gone(&mark("details-sheet")).await?;
        window.close().await?;

        let again = desk.open(Look::default()).await?;
        again.find(&format!("{}[following-sibling::li[contains(., '{}')]]", row(&POST), BANK.issuer)).await?;
        for word in ["club", "telephone"] {
            again.fill(&mark("search"), word).await?;
            again.gone(&row(&BANK)).await?;
            again.find(&row(&POST)).await?;
        }
        let kept = desk.ask_sterk(&["show", POST.issuer])?;
        let facts = ["tags", "note", "pinned", "verified"].map(|field| kept[field].clone());
        assert_eq!(json!(facts), json!([["letters", "club"], "the blue telephone", true, true]));
        again.close().await
    })
    .await
}

#[tokio::test]
async fn a_code_by_counter_comes_when_asked_twice_and_its_counter_can_be_set() -> Outcome {
    const LIBRARY: Site = POST.named("Library");
    let desk = Desk::with_keyring("counter")?;
    desk.scenario(async |desk| {
        desk.sterk(&["init", "--slot", "keyring"])?;
        desk.sterk(&["add", "--yes", COUNTED])?;
        let window = desk.open(Look::default()).await?;
        let counter = || Ok::<_, Box<dyn std::error::Error>>(desk.ask_sterk(&["show", "Library"])?["counter"].clone());
        window.click(&mark("next-code")).await?;
        assert_eq!(counter()?, 0, "one press may be a slip: it uses no code up");
        window.click(&mark("next-code")).await?;
        assert_eq!((window.text(&mark("code")).await?.as_str(), counter()?), ("755 224", json!(1)), "RFC 4226");

        look_closer(&window, &LIBRARY).await?;
        window.fill(&mark("edit-counter"), "7").await?;
        window.click(&mark("save")).await?;
        window.gone(&mark("details-sheet")).await?;
        window.click(&mark("next-code")).await?;
        window.click(&mark("next-code")).await?;
        window.find(&format!("{}[normalize-space()='162 583']", mark("code"))).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn wrong_passphrases_make_the_next_one_wait() -> Outcome {
    const PASSPHRASE: &str = "four words that differ";
    let desk = Desk::without_keyring("patience")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        window.click(&mark("lock")).await?;
        for _ in 0..3 {
            try_once(&window).await?;
        }
        window.find(&format!("{}[starts-with(normalize-space(), 'Next try in')]", mark("unlock-open"))).await?;
        window.find(&format!("{}[normalize-space()='Unlock']", mark("unlock-open"))).await?;
        unlock(&window, PASSPHRASE).await?;
        window.find(&mark("empty")).await?;
        window.close().await
    })
    .await
}

/// Gives a wrong passphrase and waits for the answer.
async fn try_once(window: &Window) -> Outcome {
    unlock(window, "four words that are wrong").await?;
    window.find(&mark("error-banner")).await?;
    window.until("return !document.querySelector('[data-testid=passphrase]').readOnly").await.map(drop)
}
