//! What a person's system asks for: no movement, and paper.

use crate::person::{add_sample, assert_code, make_vault, mark};
use crate::site::SAMPLE;
use std::process::Command;
use sterk_ui_tests::{Desk, Look, Outcome, Window, poll};

/// Counts what moves by itself, but for the ring: that steps once a second.
const MOVES: &str = "return document.getAnimations().filter((each) => !['drain', 'warn'].includes(each.animationName?.replace(/^svelte-\\w+-/, '')) && each.effect.getComputedTiming().duration > 0).length;";

/// Opens a window with one account, whose next code fades in when its time comes.
async fn moves(desk: &Desk) -> Outcome<(Window, serde_json::Value)> {
    let window = desk.open(Look::default()).await?;
    make_vault(&window).await?;
    add_sample(desk, &window).await?;
    assert_code(&window, &SAMPLE).await?;
    let moves = window.execute(MOVES).await?;
    Ok((window, moves))
}

#[tokio::test]
async fn nothing_moves_where_the_system_asks_for_stillness() -> Outcome {
    let desk = Desk::with_keyring("stillness")?;
    desk.scenario(async |desk| {
        let (window, moving) = moves(desk).await?;
        assert_ne!(moving, 0, "otherwise the next code fades in");
        window.close().await?;
        Ok(())
    })
    .await?;
    let desk = Desk::with_keyring("stillness")?;
    desk.keep_still()?;
    desk.scenario(async |desk| {
        let (window, moving) = moves(desk).await?;
        let asked = window.execute("return matchMedia('(prefers-reduced-motion: reduce)').matches;").await?;
        assert_eq!((asked, moving), (true.into(), 0.into()));
        window.close().await
    })
    .await
}

#[tokio::test]
async fn the_recovery_key_is_printed_as_it_is_shown() -> Outcome {
    let desk = Desk::with_keyring("print-key")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        window.click(&mark("make-vault")).await?;
        window.find(&mark("recovery-key")).await?;
        let groups = window.texts(&format!("{}//code", mark("recovery-key"))).await?;
        window.click(&mark("recovery-print")).await?;
        desk.print_to_file()?;
        let page = poll("the printed page", 20, || printed(desk))?;
        let words: Vec<_> = page.split_whitespace().collect();
        assert!(groups.len() == 8 && groups.iter().all(|group| words.contains(&group.as_str())), "{page}");
        assert!(!words.contains(&"Copy"), "buttons are not for paper: {page}");
        window.close().await
    })
    .await
}

/// Returns the text of the page that was printed, once there is one.
fn printed(desk: &Desk) -> Option<String> {
    let page = Command::new("pdftotext").arg(desk.files("output.pdf").pop()?).arg("-").output().ok()?;
    page.status.success().then(|| String::from_utf8_lossy(&page.stdout).into_owned())
}
