//! Time without use: when somebody last did something in the window, and the clock it is counted by.

use std::time::Duration;

/// Remembers when the window was used last, by a clock that goes on while the machine sleeps.
#[derive(Debug, Default)]
pub struct Idle {
    last: Duration,
}

impl Idle {
    /// Notes that somebody does something.
    pub fn note(&mut self, now: Duration) {
        self.last = self.last.max(now);
    }

    /// Returns how long the window may stay unused still.
    pub fn left(&self, limit: Duration, now: Duration) -> Duration {
        limit.saturating_sub(now.saturating_sub(self.last))
    }
}

/// Returns the time since some moment of the past; nobody can set it, and it counts the time that the machine sleeps.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub fn clock() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    // On Linux the monotonic clock stands still during sleep, on macOS it does not.
    #[cfg(target_os = "linux")]
    let now = clock_gettime(ClockId::Boottime);
    #[cfg(target_os = "macos")]
    let now = clock_gettime(ClockId::Monotonic);
    Duration::try_from(now).unwrap_or_default()
}

/// Returns the time since the first call; the counter behind it goes on during sleep (Windows).
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn clock() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn counts_from_the_last_use_and_back_to_nothing() {
        let mut idle = Idle::default();
        idle.note(10 * MINUTE);
        assert_eq!(idle.left(5 * MINUTE, 10 * MINUTE), 5 * MINUTE);
        assert_eq!(idle.left(5 * MINUTE, 14 * MINUTE), MINUTE);
        assert_eq!(idle.left(5 * MINUTE, 90 * MINUTE), Duration::ZERO);
        idle.note(14 * MINUTE);
        assert_eq!(idle.left(5 * MINUTE, 15 * MINUTE), 4 * MINUTE);
    }

    #[test]
    fn a_late_note_of_an_early_use_takes_nothing_back() {
        let mut idle = Idle::default();
        idle.note(10 * MINUTE);
        idle.note(8 * MINUTE);
        assert_eq!(idle.left(5 * MINUTE, 10 * MINUTE), 5 * MINUTE);
    }

    #[test]
    fn the_clock_goes_forward() {
        let before = clock();
        assert!(clock() >= before);
    }
}
