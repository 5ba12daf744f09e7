//! The moments at which a person leaves the machine, as the operating system tells them: the screen is locked, the
//! machine goes to sleep, another user has the screen.
//!
//! Linux tells them over D-Bus (`logind`, and the screen saver of the desktop). Whoever may send on that bus can tell
//! a moment that is none; all that comes of it is a locked vault. Not here: what happens then, and time without use,
//! which the window counts itself.

#[cfg(target_os = "linux")]
mod linux;

use crate::settings::Moment;

/// Hears of moments; the machine sleeps only once this has returned, or the system waits no longer.
pub trait Hear: Fn(Moment) + Send + Sync + 'static {}

impl<T: Fn(Moment) + Send + Sync + 'static> Hear for T {}

/// Tells every moment from now on, as long as the program runs; on a system that tells none it is silent.
pub fn watch(hear: impl Hear) {
    #[cfg(target_os = "linux")]
    linux::watch(std::sync::Arc::new(hear));
    #[cfg(not(target_os = "linux"))]
    drop(hear);
}
