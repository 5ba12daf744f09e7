//! How smoothly the list scrolls: ten thousand accounts in the real window, frame by frame.
//!
//!     cargo build -p sterk -p sterk-window --bins
//!     cargo bench -p sterk-ui-tests --features window --bench scroll
//!
//! A script turns the list by 40 pixels a frame, then by 400, then leaps to places far apart, and notes when each
//! frame comes. The window is the debug build, the one that can be driven; what scrolls is the page, which is the same.
#![cfg(target_os = "linux")]

use sterk_ui_tests::{Desk, Look, Outcome, Window};

const FRAMES: usize = 600;

/// A frame that takes longer than this is seen as a stumble: two frames of a screen with 60 Hz.
const LATE_MS: f64 = 32.0;

fn main() -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Desk::with_keyring("scroll")?.scenario(async |desk| {
        desk.fill(&[])?;
        let window = desk.open(Look::default()).await?;
        window.find("//*[@data-testid='code']").await?;
        for (what, next) in [
            ("nothing, for comparison", "0"),
            ("40 pixels a frame", "view.scrollTop + 40"),
            ("400 pixels a frame", "view.scrollTop + 400"),
            ("leaps", "(frame * 7919 * 76) % view.scrollHeight"),
        ] {
            report(what, frames(&window, next).await?);
        }
        window.close().await
    }))
}

/// Scrolls once a frame and returns how long each frame took, in milliseconds.
async fn frames(window: &Window, next: &str) -> Outcome<Vec<f64>> {
    window
        .execute(&format!(
            "const view = document.querySelector('main'); window.frames_seen = undefined; view.scrollTop = 0;
             const times = []; let frame = 0;
             const turn = now => {{
                times.push(now); frame++;
                if (times.length > {FRAMES}) {{ window.frames_seen = times; return; }}
                if ({next} !== 0) view.scrollTop = {next};
                requestAnimationFrame(turn);
             }};
             requestAnimationFrame(turn);"
        ))
        .await?;
    let times = window.until("return window.frames_seen ?? false").await?;
    let times: Vec<f64> = times.as_array().into_iter().flatten().filter_map(|time| time.as_f64()).collect();
    Ok(times.windows(2).map(|pair| pair[1] - pair[0]).collect())
}

fn report(what: &str, mut frames: Vec<f64>) {
    frames.sort_by(f64::total_cmp);
    let late = frames.iter().filter(|took| **took > LATE_MS).count();
    let (middle, last) = (frames.len() / 2, frames.len().saturating_sub(1));
    println!(
        "{what}: {:.1} % of {} frames over {LATE_MS} ms; median {:.1} ms, longest {:.0} ms",
        100.0 * late as f64 / frames.len().max(1) as f64,
        frames.len(),
        frames.get(middle).copied().unwrap_or_default(),
        frames.get(last).copied().unwrap_or_default(),
    );
}
