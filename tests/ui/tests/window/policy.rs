//! "MFA is now required": an organisation's file, from the drop on the window to the status that goes back.

use crate::person::{keep, make_vault_with_passphrase, mark, row};
use crate::site::POST;
use serde_json::{Value, json};
use std::fs;
use sterk_ui_tests::{Desk, Look, Outcome, Window, poll};

const SIGNED: &str = include_str!("../../../data/signed.sterk-policy.json");
const UNSIGNED: &str = include_str!("../../../data/example.sterk-policy.json");
const LINK: &str = "https://github.com/settings/security";
const PASSPHRASE: &str = "four words that differ";

/// A sheet has risen to its place.
const AT_REST: &str = "return [...document.querySelectorAll('dialog')].every(one => one.getAnimations().length === 0)";

#[tokio::test]
async fn a_policy_leads_from_its_file_to_an_enrolled_account_and_a_status_without_secrets() -> Outcome {
    let desk = Desk::without_keyring("policy")?;
    desk.scenario(async |desk| {
        let opened = desk.stand_in_for_browser()?;
        let window = desk.open(Look::default()).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;

        drop_in(desk, "harbour.sterk-policy.json", SIGNED)?;
        let review = window.text(&mark("policy-review")).await?;
        for part in ["eedb-2b12-38fd-4c62", LINK, "https://mail.harbour.example/account/two-factor", "40 bits"] {
            assert!(review.contains(part), "{part} is to be seen before anything applies: {review}");
        }
        picture(desk, &window, "1-review").await?;
        window.click(&mark("policy-apply")).await?;
        assert_eq!(states(&window).await?, ["missing", "missing"]);
        assert!(!opened.exists(), "nothing opens by itself");
        picture(desk, &window, "2-checklist").await?;

        window.click(&format!("({})[1]", mark("visit"))).await?;
        poll("a link in the browser", 20, || opened.exists().then_some(()))?;
        assert_eq!(fs::read_to_string(&opened)?, format!("{LINK}\n"));
        window.click(&mark("enrol-service")).await?;
        window.find(&mark("add-sheet")).await?;
        let github = POST.named("GitHub");
        desk.set_clipboard(&github.uri())?;
        window.click(&mark("paste")).await?;
        keep(&window, &github).await?;
        window.find(&row(&github)).await?;

        open_sheet(&window).await?;
        assert_eq!(states(&window).await?, ["unverified", "missing"]);
        window.click(&mark("finish")).await?;
        window.find(&mark("assistant")).await?;
        desk.press("Escape")?;
        window.gone(&mark("assistant")).await?;

        open_sheet(&window).await?;
        write_status(desk, &window).await?;
        desk.press("Escape")?;
        window.gone(&mark("policy-sheet")).await?;
        refuses_what_is_not_in_the_policy(&window, &opened).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_policy_without_the_known_signature_waits_for_a_yes_to_just_that() -> Outcome {
    let desk = Desk::without_keyring("policy-doubt")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look { dark: true, ..Look::default() }).await?;
        make_vault_with_passphrase(&window, PASSPHRASE).await?;
        drop_in(desk, "first.sterk-policy.json", SIGNED)?;
        window.click(&mark("policy-apply")).await?;
        window.find(&mark("policy-sheet")).await?;
        desk.press("Escape")?;
        window.gone(&mark("policy-sheet")).await?;

        drop_in(desk, "second.sterk-policy.json", UNSIGNED)?;
        window.find(&mark("policy-review")).await?;
        let locked = "return document.querySelector('[data-testid=policy-apply]').disabled";
        assert_eq!(window.execute(locked).await?, true, "nobody decides that for the person");
        picture(desk, &window, "1-doubt").await?;
        let refused = window.invoke("apply_policy", json!({ "accepted": [] })).await?;
        assert!(refused["error"].as_str().is_some_and(|error| error.contains("not signed")), "{refused}");
        window.click(&mark("doubt-signature_gone")).await?;
        window.click(&mark("policy-apply")).await?;
        window.find(&mark("policy-unsigned")).await?;

        window.click(&mark("remove-policy")).await?;
        window.fill(&mark("proof-passphrase"), PASSPHRASE).await?;
        picture(desk, &window, "2-removing").await?;
        window.click(&mark("prove")).await?;
        window.find(&mark("no-policy")).await?;
        picture(desk, &window, "3-none").await?;
        window.close().await
    })
    .await
}

/// Writes a policy to a file and drops that on the window.
fn drop_in(desk: &Desk, name: &str, text: &str) -> Outcome {
    let file = desk.pictures().join(name);
    fs::write(&file, text)?;
    desk.drag_in(&file)
}

async fn open_sheet(window: &Window) -> Outcome {
    window.click(&mark("menu")).await?;
    window.click(&mark("open-policy")).await?;
    window.find(&mark("policy-service")).await.map(drop)
}

/// Returns how the services stand, in the order of the checklist.
async fn states(window: &Window) -> Outcome<Vec<String>> {
    window.find(&mark("policy-service")).await?;
    let script = "return [...document.querySelectorAll('[data-testid=policy-service]')].map(one => one.dataset.state)";
    let found: Value = window.execute(script).await?;
    Ok(serde_json::from_value(found)?)
}

/// Writes the status through the system's dialog, under the name that it offers.
async fn write_status(desk: &Desk, window: &Window) -> Outcome {
    let near = "document.querySelector('[data-testid=status-name]').scrollIntoView({ block: 'center' })";
    window.execute(near).await?;
    window.fill(&mark("status-name"), "Ada").await?;
    picture(desk, window, "3-status").await?;
    window.click(&mark("write-status")).await?;
    desk.focus("^Save File$")?;
    // A key that comes before the folder is read does nothing.
    let mut written = Err("no status file".into());
    for _ in 0..5 {
        desk.press("Return")?;
        written = poll("a status file", 3, || desk.files("/sterk-status.json").pop());
        if written.is_ok() {
            break;
        }
    }
    let file = written?;
    window.until("return document.body.textContent.includes('sterk-status.json')").await?;
    let text = fs::read_to_string(&file)?;
    let status: Value = serde_json::from_str(&text)?;
    assert_eq!((&status["person"], &status["services"][0]["enrolled"]), (&json!("Ada"), &json!(true)));
    assert!(!text.contains(&POST.base32()) && !text.contains(POST.account), "{text}");
    Ok(())
}

/// A page that is not ours any more still cannot open what it likes.
async fn refuses_what_is_not_in_the_policy(window: &Window, opened: &std::path::Path) -> Outcome {
    for link in ["https://evil.example/", "file:///etc/passwd", "--help"] {
        let refused = window.invoke("open_enrolment", json!({ "link": link })).await?;
        assert!(refused["error"].as_str().is_some_and(|error| error.contains("does not name")), "{link}: {refused}");
    }
    assert_eq!(fs::read_to_string(opened)?.lines().count(), 1);
    Ok(())
}

async fn picture(desk: &Desk, window: &Window, moment: &str) -> Outcome {
    window.until(AT_REST).await?;
    desk.capture(moment)
}
