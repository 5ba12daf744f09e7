//! Codes on the screen: where they stand, which one is meant, and those that come late or are the window's own.

use crate::album::Album;
use crate::person::{add_pasted, assert_code, keep, make_vault, mark};
use crate::poster::{Poster, wait_for};
use crate::site::{BANK, POST, SAMPLE};
use std::time::{Duration, Instant};
use sterk_ui_tests::{Desk, Look, Outcome, Window};

/// The page is as wide as it was before it stood aside.
const AS_BEFORE: &str = "return innerWidth === 420 && innerHeight === 640";

#[tokio::test]
async fn each_code_of_a_screen_says_where_it_stands() -> Outcome {
    let desk = Desk::with_keyring("outlines")?;
    desk.scenario(async |desk| {
        let album = Album::new(desk, "looking", &["none"]);
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        let _left = Poster::show(desk, &POST.uri(), 20, 40)?;
        let _right = Poster::show(desk, &BANK.uri(), 560, 480)?;
        wait_for(desk, 2)?;
        window.click(&mark("menu")).await?;
        window.click(&mark("menu-screen")).await?;
        window.find(&mark("review")).await?;
        let places = window.texts(&mark("outline")).await?;
        assert_eq!(places, ["On the screen, top left", "On the screen, bottom right"]);
        album.take(&window, "outlines").await?;
        window.click(&mark("accept")).await?;
        assert_code(&window, &POST).await?;
        assert_code(&window, &BANK).await?;
        window.close().await?;
        album.close()
    })
    .await
}

#[tokio::test]
async fn a_scan_leaves_out_what_the_window_shows_itself() -> Outcome {
    let desk = Desk::with_keyring("own-symbol")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        add_pasted(desk, &window, &BANK).await?;
        // The very symbol that Sterk draws, where no hiding of its window removes it: as when hiding comes too late.
        let _own = Poster::show(desk, &BANK.uri(), 20, 40)?;
        let _foreign = Poster::show(desk, &POST.uri(), 560, 480)?;
        wait_for(desk, 2)?;
        desk.focus("^Sterk$")?;
        desk.press("ctrl+shift+s")?;
        let both = window.text(&mark("review")).await?;
        assert!(both.contains(POST.issuer) && both.contains(BANK.issuer), "before, it is a code like others: {both}");
        window.click(&mark("discard")).await?;
        window.gone(&mark("review")).await?;

        desk.focus("^Sterk$")?;
        desk.press("F2")?;
        open_transfer(&window).await?;
        window.fill(&mark("proof-word"), "STERK").await?;
        window.click(&mark("prove")).await?;
        window.find(&mark("transfer-left")).await?;
        desk.focus("^Sterk$")?;
        desk.press("ctrl+shift+s")?;
        let review = window.text(&mark("review")).await?;
        assert!(review.contains(POST.issuer), "{review}");
        assert!(!review.contains(BANK.issuer), "its own symbol is no find: {review}");
        assert_eq!(window.texts(&mark("draft")).await?.len(), 1);
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_code_that_comes_late_is_found_while_the_window_stands_aside() -> Outcome {
    let desk = Desk::with_keyring("late")?;
    desk.scenario(async |desk| {
        let album = Album::new(desk, "looking", &["none"]);
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        window.click(&mark("add")).await?;
        window.click(&mark("scan-screen")).await?;
        window.find(&mark("error-banner")).await?;
        album.take(&window, "nothing").await?;
        window.click(&mark("keep-looking")).await?;
        window.find(&mark("looking")).await?;
        window.until("return innerHeight < 200").await?;
        let left = window.text(&mark("looking-left")).await?;
        assert!(left.ends_with("s left"), "{left}");
        album.take(&window, "aside").await?;
        desk.capture("aside")?;
        let _late = Poster::show(desk, &SAMPLE.uri(), 20, 300)?;
        keep(&window, &SAMPLE).await?;
        assert_code(&window, &SAMPLE).await?;
        window.until(AS_BEFORE).await?;
        window.close().await?;
        album.close()
    })
    .await
}

#[tokio::test]
async fn looking_ends_at_once_when_somebody_says_so() -> Outcome {
    let desk = Desk::with_keyring("stop-looking")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        window.click(&mark("add")).await?;
        window.click(&mark("scan-screen")).await?;
        for by_key in [false, true] {
            window.click(&mark("keep-looking")).await?;
            window.find(&mark("looking")).await?;
            let stopped = Instant::now();
            if by_key {
                desk.focus("^Sterk$")?;
                desk.press("Escape")?;
            } else {
                window.click(&mark("stop-looking")).await?;
            }
            window.find(&mark("add-sheet")).await?;
            assert!(stopped.elapsed() < Duration::from_secs(5), "it does not wait for its ten seconds");
            window.until(AS_BEFORE).await?;
            window.click(&mark("scan-screen")).await?;
            window.find(&mark("error-banner")).await?;
        }
        window.close().await
    })
    .await
}

#[tokio::test]
async fn a_part_of_the_screen_is_drawn_by_mouse() -> Outcome {
    let desk = Desk::with_keyring("part")?;
    desk.scenario(async |desk| {
        let album = Album::new(desk, "looking", &["none"]);
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        let _left = Poster::show(desk, &POST.uri(), 20, 40)?;
        let _right = Poster::show(desk, &BANK.uri(), 560, 480)?;
        wait_for(desk, 2)?;
        choose_part(&window).await?;
        window.until("return document.querySelector('[data-testid=part] canvas').width > 300").await?;
        assert_eq!(window.execute("return document.querySelectorAll('[data-testid=part] polygon').length").await?, 2);
        album.take(&window, "part").await?;
        // The lower right half of the screen, where the bank's code stands.
        window.draw(&mark("part-surface"), (0.5, 0.5), (0.98, 0.98)).await?;
        window.until("return document.querySelectorAll('[data-testid=part] .counts').length === 1").await?;
        album.take(&window, "part-drawn").await?;
        window.click(&mark("look-at-part")).await?;
        let review = window.text(&mark("review")).await?;
        assert!(review.contains(BANK.issuer) && !review.contains(POST.issuer), "only what is inside counts: {review}");
        keep(&window, &BANK).await?;
        window.until(AS_BEFORE).await?;
        window.close().await?;
        album.close()
    })
    .await
}

#[tokio::test]
async fn a_part_of_the_screen_is_moved_and_sized_by_keys() -> Outcome {
    let desk = Desk::with_keyring("part-keys")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        let poster = Poster::show(desk, &POST.uri(), 320, 260)?;
        wait_for(desk, 1)?;
        choose_part(&window).await?;
        let said = rectangle(&window).await?;
        assert!(said.contains("25 % from the left") && said.contains("50 % wide"), "{said}");
        desk.focus("^Sterk$")?;
        // Into a corner where nothing is.
        for _ in 0..30 {
            desk.press("shift+Left")?;
            desk.press("Left")?;
        }
        window.until("return document.querySelectorAll('[data-testid=part] .counts').length === 0").await?;
        let said = rectangle(&window).await?;
        assert!(said.contains(": 0 % from the left"), "{said}");
        desk.press("Return")?;
        window.find(&mark("error-banner")).await?;
        for _ in 0..60 {
            desk.press("shift+Right")?;
        }
        window.until("return document.querySelectorAll('[data-testid=part] .counts').length === 1").await?;
        // What is on the screen by now does not matter: the picture is frozen.
        drop(poster);
        desk.press("Return")?;
        keep(&window, &POST).await?;
        choose_part(&window).await?;
        desk.focus("^Sterk$")?;
        desk.press("Escape")?;
        window.find(&mark("add-sheet")).await?;
        window.until(AS_BEFORE).await?;
        window.close().await
    })
    .await
}

async fn choose_part(window: &Window) -> Outcome {
    window.click(&mark("add")).await?;
    window.click(&mark("choose-part")).await?;
    window.find(&mark("part")).await.map(drop)
}

/// Returns what the rectangle says of itself.
async fn rectangle(window: &Window) -> Outcome<String> {
    let said = window.execute("return document.querySelector('[data-testid=part-box]').textContent").await?;
    Ok(said.as_str().ok_or("no rectangle")?.to_owned())
}

async fn open_transfer(window: &Window) -> Outcome {
    window.find(&mark("open-transfer")).await?;
    let near = "document.querySelector('[data-testid=open-transfer]').scrollIntoView({ block: 'center' })";
    window.execute(near).await?;
    window.click(&mark("open-transfer")).await
}
