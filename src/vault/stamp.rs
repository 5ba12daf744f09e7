//! Stamps: when and where a field was last changed, in one total order.

use serde::{Deserialize, Serialize};

/// How far ahead of the clock a stamp may lie before it is clamped: 24 hours, in milliseconds.
const AHEAD_MS: u64 = 24 * 3600 * 1000;

/// Is one moment of a hybrid logical clock: totally ordered, and unique because each session draws a device number.
///
/// After Kulkarni and others, "Logical Physical Clocks", 2014. In the file: `[ms, counter, device]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp(
    /// Unix time in milliseconds.
    pub u64,
    /// Tells changes within one millisecond apart.
    pub u32,
    /// Random number of the session that made the change.
    pub u64,
);

impl Stamp {
    /// Returns this stamp, moved back to 24 hours after `now_ms` if it lies further ahead.
    ///
    /// A device whose clock was years ahead would otherwise win against every later change.
    pub fn clamped(self, now_ms: u64) -> Self {
        Self(self.0.min(now_ms.saturating_add(AHEAD_MS)), self.1, self.2)
    }
}

/// Makes stamps that are later than every stamp it has seen.
#[derive(Debug, Clone)]
pub struct Clock {
    last: Stamp,
}

impl Clock {
    /// Starts a clock for one session with its random `device` number.
    pub fn new(device: u64) -> Self {
        Self { last: Stamp(0, 0, device) }
    }

    /// Takes note of a stamp made elsewhere.
    pub fn see(&mut self, stamp: Stamp) {
        if (stamp.0, stamp.1) > (self.last.0, self.last.1) {
            self.last = Stamp(stamp.0, stamp.1, self.last.2);
        }
    }

    /// Makes the next stamp at `now_ms`, Unix time in milliseconds.
    pub fn stamp(&mut self, now_ms: u64) -> Stamp {
        let Stamp(ms, counter, device) = self.last;
        self.last = match counter.checked_add(1) {
            _ if now_ms > ms => Stamp(now_ms, 0, device),
            Some(counter) => Stamp(ms, counter, device),
            None => Stamp(ms + 1, 0, device),
        };
        self.last
    }
}

/// Is a value and the stamp of its last change. In the file: `[value, stamp]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field<T>(
    /// The value.
    pub T,
    /// When and where it was last changed.
    pub Stamp,
);

impl<T> Field<T> {
    /// Replaces the value.
    pub fn set(&mut self, value: T, stamp: Stamp) {
        *self = Self(value, stamp);
    }

    /// Joins two versions: the later stamp wins.
    pub fn join(self, other: Self) -> Self {
        if other.1 > self.1 { other } else { self }
    }

    /// Clamps the stamp, see [`Stamp::clamped`].
    pub fn clamp(&mut self, now_ms: u64) {
        self.1 = self.1.clamped(now_ms);
    }
}

impl<T> Field<Option<T>> {
    /// Makes a field that nobody ever set; every change is later.
    pub fn never() -> Self {
        Self(None, Stamp(0, 0, 0))
    }

    /// Tells whether nobody ever set it.
    pub fn is_never(&self) -> bool {
        self.0.is_none() && self.1 == Stamp(0, 0, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_stamp_follows_even_when_the_clock_goes_back() {
        let mut clock = Clock::new(7);
        let first = clock.stamp(1_000);
        assert!(clock.stamp(1_000) > first);
        assert!(clock.stamp(10) > first, "a clock set back must not lose the newer change");
    }

    #[test]
    fn follows_what_it_has_seen() {
        let mut clock = Clock::new(7);
        clock.see(Stamp(5_000, u32::MAX, 9));
        assert_eq!(clock.stamp(1_000), Stamp(5_001, 0, 7));
    }

    #[test]
    fn clamps_a_stamp_from_the_far_future() {
        assert_eq!(Stamp(u64::MAX, 3, 4).clamped(1_000), Stamp(1_000 + AHEAD_MS, 3, 4));
        assert_eq!(Stamp(2_000, 3, 4).clamped(1_000), Stamp(2_000, 3, 4), "a day ahead is a time zone, not a fault");
    }
}
