//! The two secrets that a person may see: recovery codes, and a QR code for another device.

use crate::person::{add_pasted, make_vault, make_vault_with_passphrase, mark};
use crate::site::{BANK, POST};
use sterk::{account::uri, scan};
use sterk_ui_tests::{Desk, Look, Outcome, Window, poll};

const PASSPHRASE: &str = "four words that differ";
const LIST: &str = "Your recovery codes:\n 1. 4fk2-9qtm\n 2. x7rd-p3ws\n 3. m0va-6hzn\n";

/// A sheet has risen to its place.
const AT_REST: &str = "return [...document.querySelectorAll('dialog')].every(one => one.getAnimations().length === 0)";

#[tokio::test]
async fn recovery_codes_are_shown_to_who_knows_the_passphrase_and_dated_when_copied() -> Outcome {
    let desk = Desk::without_keyring("recovery")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        add_pasted(desk, &window, &POST).await?;
        desk.focus("Sterk")?;
        desk.press("F2")?;
        open(&window, "open-recovery").await?;
        window.click(&mark("add-recovery")).await?;
        desk.set_clipboard(LIST)?;
        window.click(&mark("recovery-text")).await?;
        desk.press("ctrl+v")?;
        window.find(&format!("{}//li[3]", mark("recovery-typed"))).await?;
        let understood = window.texts(&format!("{}//code", mark("recovery-typed"))).await?;
        assert_eq!(understood, ["4fk2-9qtm", "x7rd-p3ws", "m0va-6hzn"], "numbers and headings are left out");
        picture(desk, &window, "1-typed").await?;
        window.click(&mark("keep-recovery")).await?;
        assert!(window.text(&mark("recovery-count")).await?.contains("3 codes left"));
        assert!(!window.source().await?.contains("x7rd"), "what was typed does not stay");
        close(desk, &window, "recovery-sheet").await?;

        open(&window, "open-recovery").await?;
        window.click(&mark("show-recovery")).await?;
        prove(&window, "proof-passphrase", "four words that are wrong").await?;
        let banner = window.text(&mark("error-banner")).await?;
        assert!(banner.contains("That passphrase does not open this vault"), "{banner}");
        assert!(!window.source().await?.contains("x7rd"), "a wrong passphrase shows nothing");
        picture(desk, &window, "2-wrong").await?;
        prove(&window, "proof-passphrase", PASSPHRASE).await?;
        window.find(&mark("recovery-code")).await?;
        let shown = window.texts(&format!("{}//code", mark("recovery-code"))).await?;
        assert_eq!(shown, ["4fk2-9qtm", "x7rd-p3ws", "m0va-6hzn"]);

        desk.set_clipboard("something else")?;
        window.click(&format!("({})[2]", mark("copy-recovery"))).await?;
        let copied =
            poll("a code on the clipboard", 20, || desk.clipboard().ok().filter(|text| text != "something else"))?;
        assert_eq!(copied, "x7rd-p3ws");
        let second = window.text(&format!("({})[2]//s/..", mark("recovery-code"))).await?;
        assert!(second.contains("Used on"), "{second}");
        window.find(&mark("recovery-few")).await?;
        picture(desk, &window, "3-copied").await?;
        close(desk, &window, "recovery-sheet").await?;
        assert!(!window.source().await?.contains("m0va"), "a closed sheet leaves no code behind");
        assert!(window.text(&mark("open-recovery")).await?.contains("2 codes left"), "the details count too");
        picture(desk, &window, "4-details").await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn another_device_reads_the_same_account_from_the_screen() -> Outcome {
    let desk = Desk::with_keyring("transfer")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        add_pasted(desk, &window, &BANK).await?;
        desk.focus("Sterk")?;
        desk.press("F2")?;
        open(&window, "open-transfer").await?;
        prove(&window, "proof-word", "please").await?;
        let banner = window.text(&mark("error-banner")).await?;
        assert!(banner.contains("another word"), "{banner}");
        picture(desk, &window, "1-word").await?;
        prove(&window, "proof-word", "STERK").await?;
        window.find(&mark("transfer-left")).await?;
        let link = poll("a QR code on the screen", 20, || scanned(desk).ok().flatten())?;
        let (read, given) = (uri::parse(&link)?, uri::parse(&BANK.uri())?);
        assert_eq!((read.issuer, read.name, read.otp), (given.issuer, given.name, given.otp));
        picture(desk, &window, "2-code").await?;
        let source = window.source().await?;
        assert!(!source.contains("otpauth") && !source.contains(&BANK.base32()), "the page has pixels, no letters");
        close(desk, &window, "transfer-sheet").await?;
        poll("a screen without the code", 20, || scanned(desk).ok().filter(Option::is_none))?;
        let again = window.invoke("transfer", serde_json::json!({ "id": account(&window).await? })).await?;
        let refused = again["error"].as_str().is_some_and(|error| error.contains("asks for authentication"));
        assert!(refused, "one proof is good for one showing: {again}");
        window.close().await
    })
    .await
}

/// Opens a sheet from the details, whose end may lie below the edge of the window.
pub async fn open(window: &Window, way: &str) -> Outcome {
    window.find(&mark(way)).await?;
    window.until(AT_REST).await?;
    let scroll = format!("document.querySelector('[data-testid={way}]').scrollIntoView({{ block: 'center' }})");
    window.execute(&scroll).await?;
    window.click(&mark(way)).await
}

pub async fn prove(window: &Window, field: &str, typed: &str) -> Outcome {
    window.fill(&mark(field), typed).await?;
    window.click(&mark("prove")).await
}

pub async fn close(desk: &Desk, window: &Window, sheet: &str) -> Outcome {
    desk.focus("Sterk")?;
    desk.press("Escape")?;
    window.gone(&mark(sheet)).await
}

/// Photographs a sheet that has come to rest.
async fn picture(desk: &Desk, window: &Window, moment: &str) -> Outcome {
    window.until(AT_REST).await?;
    desk.capture(moment)
}

/// Returns the id of the one account there is.
async fn account(window: &Window) -> Outcome<String> {
    let accounts = window.invoke("accounts", serde_json::json!({})).await?;
    Ok(accounts["ok"]["accounts"][0]["id"].as_str().ok_or("no account")?.to_owned())
}

/// Reads the QR code on the screen, as a phone before it would.
pub fn scanned(desk: &Desk) -> Outcome<Option<String>> {
    let grey = desk.pixels()?.chunks_exact(4).map(|pixel| pixel[1]).collect();
    let found = scan::read(&scan::Frame::new(900, 800, grey)?);
    Ok(found.first().map(|symbol| symbol.text.to_string()))
}
