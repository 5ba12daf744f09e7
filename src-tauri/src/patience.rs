//! The wait after wrong passphrases: it grows, ends, and destroys nothing.

use std::time::{Duration, Instant};

/// How many wrong passphrases cost nothing: anybody mistypes.
const FREE: u32 = 2;
/// The first wait; each one after it is twice as long.
const FIRST: Duration = Duration::from_secs(2);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(60);

/// Counts wrong passphrases, and says how long the next one must wait.
#[derive(Debug, Default)]
pub struct Patience {
    wrong: u32,
    not_before: Option<Instant>,
}

impl Patience {
    /// Counts one more wrong passphrase.
    pub fn refuse(&mut self, now: Instant) {
        self.wrong = self.wrong.saturating_add(1);
        self.not_before = self.wrong.checked_sub(FREE + 1).and_then(|grown| now.checked_add(wait(grown)));
    }

    /// Forgets all of it, after the right one.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Returns how long the next one must wait still.
    pub fn left(&self, now: Instant) -> Duration {
        self.not_before.map_or(Duration::ZERO, |then| then.saturating_duration_since(now))
    }
}

fn wait(grown: u32) -> Duration {
    FIRST.saturating_mul(1 << grown.min(16)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(wrong: u32, now: Instant) -> Patience {
        let mut patience = Patience::default();
        (0..wrong).for_each(|_| patience.refuse(now));
        patience
    }

    #[test]
    fn grows_from_the_third_wrong_passphrase_to_a_minute() {
        let now = Instant::now();
        let waits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1000].map(|wrong| after(wrong, now).left(now).as_secs());
        assert_eq!(waits, [0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn ends_by_itself_and_grows_on_after_it() {
        let now = Instant::now();
        let mut patience = after(3, now);
        assert_eq!(patience.left(now + Duration::from_millis(500)), Duration::from_millis(1_500));
        let later = now + Duration::from_secs(2);
        assert_eq!(patience.left(later), Duration::ZERO);
        patience.refuse(later);
        assert_eq!(patience.left(later), Duration::from_secs(4));
    }

    #[test]
    fn starts_anew_after_the_right_one() {
        let now = Instant::now();
        let mut patience = after(9, now);
        patience.forget();
        assert_eq!(patience.left(now), Duration::ZERO);
        patience.refuse(now);
        assert_eq!(patience.left(now), Duration::ZERO);
    }
}
