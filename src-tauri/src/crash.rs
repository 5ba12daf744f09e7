//! What happens when the process behind the page ends by itself: the vault is locked, the page comes back.
//!
//! Windows is not taught this yet: there WebView2 shows a page of its own that says so, and the vault stays open.

use std::time::{Duration, Instant};

use tauri::{AppHandle, Manager};

use crate::state::Session;

/// Watches the process of the page.
#[cfg(target_os = "linux")]
pub fn watch(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{WebProcessTerminationReason, WebViewExt};

    let app = window.app_handle().clone();
    let label = window.label().to_owned();
    window.with_webview(move |view| {
        view.inner().connect_web_process_terminated(move |_, reason| {
            if reason != WebProcessTerminationReason::TerminatedByApi {
                bring_back(&app, &label);
            }
        });
    })
}

/// Locks the vault and loads the page anew, after a wait where it ends again and again.
pub fn bring_back(app: &AppHandle, label: &str) {
    let session = app.state::<Session>();
    session.lock();
    let wait = session.crashed(Instant::now());
    let Some(window) = app.get_webview_window(label) else { return };
    std::thread::spawn(move || {
        std::thread::sleep(wait);
        // A window that was closed meanwhile has no page to bring back.
        let _ = window.reload();
    });
}

/// The crashes of the page lately; each makes the next page wait longer.
#[derive(Debug, Default)]
pub struct Crashes {
    in_a_row: u32,
    last: Option<Instant>,
}

impl Crashes {
    /// A page that lived this long ended for another reason than the one before it.
    const LONG: Duration = Duration::from_secs(60);
    const LONGEST_WAIT: Duration = Duration::from_secs(30);

    /// Counts one, and returns how long the page stays away: at first not at all.
    pub fn count(&mut self, now: Instant) -> Duration {
        let lived = self.last.map_or(Self::LONG, |last| now.saturating_duration_since(last));
        self.in_a_row = if lived < Self::LONG { self.in_a_row.saturating_add(1) } else { 0 };
        self.last = Some(now);
        match self.in_a_row {
            0 => Duration::ZERO,
            again => Duration::from_secs(1 << (again - 1).min(5)).min(Self::LONGEST_WAIT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_ends_again_and_again_stays_away_longer() {
        let now = Instant::now();
        let mut crashes = Crashes::default();
        let waits: Vec<_> = (0..8).map(|second| crashes.count(now + Duration::from_secs(second)).as_secs()).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 30, 30]);
    }

    #[test]
    fn a_page_that_lived_for_a_minute_comes_back_at_once() {
        let now = Instant::now();
        let mut crashes = Crashes::default();
        crashes.count(now);
        crashes.count(now);
        assert_eq!(crashes.count(now + Duration::from_secs(61)), Duration::ZERO);
    }
}
