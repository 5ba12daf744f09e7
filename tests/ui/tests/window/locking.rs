//! The window locks by itself, and what was open is gone: from the page, and from the clipboard.

use crate::moments::Moments;
use crate::person::{add_pasted, assert_code, assert_copies, make_vault, mark};
use crate::site::POST;
use sterk_ui_tests::{Desk, Look, Outcome, Window, poll};

const KDE: &str = "x-kde-passwordManagerHint";

async fn open(desk: &Desk) -> Outcome<Window> {
    let window = desk.open(Look::default()).await?;
    make_vault(&window).await?;
    add_pasted(desk, &window, &POST).await?;
    Ok(window)
}

async fn assert_locked(desk: &Desk, window: &Window) -> Outcome {
    window.find(&mark("unlock")).await?;
    let source = window.source().await?;
    assert!(!source.contains(POST.issuer), "a locked page names no account: {source}");
    assert!(window.invoke("accounts", serde_json::json!({})).await?.get("error").is_some(), "the shell is locked too");
    poll("a clipboard without the code", 20, || (!holds_code(desk)).then_some(()))
}

fn holds_code(desk: &Desk) -> bool {
    desk.clipboard().is_ok_and(|text| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

async fn unlock(window: &Window) -> Outcome {
    window.click(&mark("unlock-keyring")).await?;
    assert_code(window, &POST).await.map(drop)
}

#[tokio::test]
async fn locks_when_the_person_leaves_and_takes_the_copied_code_along() -> Outcome {
    let desk = Desk::with_keyring("leave")?;
    desk.scenario(async |desk| {
        let moments = Moments::begin(desk.bus_address())?;
        let window = open(desk).await?;
        poll("somebody who delays sleep", 20, || (moments.delays() > 0).then_some(()))?;
        let moments = &moments;
        let leave: [(&str, &dyn Fn() -> Outcome); 4] = [
            ("screen-saver", &|| Ok(moments.cover("org.freedesktop.ScreenSaver", true)?)),
            ("locked-screen", &|| Ok(moments.change_session("LockedHint", true)?)),
            ("other-user", &|| Ok(moments.change_session("Active", false)?)),
            ("sleep", &|| {
                moments.sleep(true)?;
                Ok(moments.wait_for_leave_to_sleep()?)
            }),
        ];
        for (name, leave) in leave {
            assert_copies(desk, &window, &POST).await?;
            leave()?;
            if name == "sleep" {
                assert!(!holds_code(desk), "the machine sleeps only once the code is gone");
            }
            assert_locked(desk, &window).await.map_err(|error| format!("{name}: {error}"))?;
            unlock(&window).await?;
        }
        window.close().await
    })
    .await
}

#[tokio::test]
async fn locks_when_it_is_minimised_where_that_was_chosen() -> Outcome {
    let desk = Desk::with_keyring("minimise")?;
    desk.scenario(async |desk| {
        let window = open(desk).await?;
        desk.focus("Sterk")?;
        desk.minimise()?;
        std::thread::sleep(std::time::Duration::from_secs(2));
        let answer = window.invoke("accounts", serde_json::json!({})).await?;
        assert!(answer.get("ok").is_some(), "by default it stays open: {answer}");
        desk.bring_back()?;
        desk.focus("Sterk")?;
        desk.press("ctrl+comma")?;
        window.find(&mark("locking")).await?;
        desk.capture("settings")?;
        window.click(&mark("set-locks-minimised")).await?;
        window.until("return document.querySelector('[data-testid=set-locks-minimised]').checked").await?;
        desk.capture("settings-below")?;
        desk.press("Escape")?;
        window.gone(&mark("settings")).await?;
        desk.minimise()?;
        poll("a locked shell", 20, || desk.is_minimised().ok().filter(|minimised| *minimised).map(drop))?;
        window.until("return document.querySelector('[data-testid=unlock]') !== null").await?;
        desk.bring_back()?;
        assert_locked(desk, &window).await?;
        desk.capture("locked")?;
        window.close().await
    })
    .await
}

/// The shortest time that can be chosen is a minute: this test lasts as long.
#[tokio::test]
async fn locks_after_a_minute_without_use() -> Outcome {
    let desk = Desk::with_keyring("unused")?;
    desk.scenario(async |desk| {
        let window = open(desk).await?;
        let change = serde_json::json!({ "change": { "locks_after": 1, "clears_after": 60 } });
        window.invoke("change_settings", change).await?;
        desk.focus("Sterk")?;
        std::thread::sleep(std::time::Duration::from_secs(20));
        desk.press("shift")?;
        assert_copies(desk, &window, &POST).await?;
        std::thread::sleep(std::time::Duration::from_secs(45));
        let answer = window.invoke("accounts", serde_json::json!({})).await?;
        assert!(answer.get("ok").is_some(), "a key is use: {answer}");
        assert_locked(desk, &window).await?;
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_copied_code_stays_out_of_histories_and_leaves_in_time() -> Outcome {
    let desk = Desk::with_keyring("copied")?;
    desk.scenario(async |desk| {
        let window = open(desk).await?;
        window.invoke("change_settings", serde_json::json!({ "change": { "clears_after": 10 } })).await?;
        assert_copies(desk, &window, &POST).await?;
        let forms = desk.clipboard_as("TARGETS")?;
        assert!(forms.lines().any(|form| form == KDE), "KDE's history asks for this form: {forms}");
        assert_eq!(desk.clipboard_as(KDE)?, "secret");
        poll("a clipboard without the code", 15, || (!holds_code(desk)).then_some(()))?;

        assert_copies(desk, &window, &POST).await?;
        desk.set_clipboard("of another program")?;
        std::thread::sleep(std::time::Duration::from_secs(11));
        assert_eq!(desk.clipboard()?, "of another program", "what is not ours stays");

        assert_copies(desk, &window, &POST).await?;
        window.close().await?;
        poll("a clipboard without the code", 20, || (!holds_code(desk)).then_some(()))
    })
    .await
}
