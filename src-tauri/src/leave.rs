//! Locking without being asked: after a time without use, and when the person leaves the machine.

use std::{thread, time::Duration};

use sterk::{away, settings::Moment};
use tauri::{AppHandle, Manager, WebviewWindow};

use crate::{idle, state::Session};

/// How often the clock is looked at while the vault is open: a machine that wakes up is noticed within this time.
const LOOK: Duration = Duration::from_secs(5);
/// When a window that lost the keyboard is asked whether it was minimised: systems tell that a little later.
const ASIDE: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(800)];

/// Locks from now on by itself.
pub fn watch(session: &Session) {
    let (by_time, by_moment) = (session.clone(), session.clone());
    thread::spawn(move || {
        loop {
            by_time.wait_until_open();
            let left = by_time.lock_if_unused(idle::clock());
            thread::sleep(left.unwrap_or(LOOK).clamp(Duration::from_millis(50), LOOK));
        }
    });
    away::watch(move |moment| by_moment.lock_at(moment));
}

/// Locks when the window, which just lost the keyboard, was minimised.
pub fn aside(app: &AppHandle, label: &str) {
    let Some(window) = app.get_webview_window(label) else { return };
    let session = app.state::<Session>().inner().clone();
    thread::spawn(move || {
        for wait in ASIDE {
            thread::sleep(wait);
            if is_minimised(&window) {
                return session.lock_at(Moment::Minimised);
            }
        }
    });
}

fn is_minimised(window: &WebviewWindow) -> bool {
    window.is_minimized().unwrap_or_default()
}
