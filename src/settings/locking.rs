//! When the vault locks by itself.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::NotOffered;

/// Is after how long without use the vault locks by itself: one of [`LocksAfter::ALL`], in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct LocksAfter(u32);

impl LocksAfter {
    /// The minutes a person can choose from; nought is never.
    pub const ALL: [Self; 7] = [Self(1), Self(5), Self(10), Self(15), Self(30), Self(60), Self(0)];

    /// Returns the time; none for never.
    pub fn time(self) -> Option<Duration> {
        (self.0 > 0).then(|| Duration::from_secs(u64::from(self.0) * 60))
    }
}

impl Default for LocksAfter {
    fn default() -> Self {
        Self(10)
    }
}

impl From<LocksAfter> for u32 {
    fn from(after: LocksAfter) -> Self {
        after.0
    }
}

impl TryFrom<u32> for LocksAfter {
    type Error = NotOffered;

    fn try_from(minutes: u32) -> Result<Self, NotOffered> {
        Self::ALL.into_iter().find(|after| after.0 == minutes).ok_or(NotOffered)
    }
}

/// Names a moment at which a person leaves the machine, or the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The window is minimised.
    Minimised,
    /// The screen is locked.
    ScreenLocked,
    /// The machine goes to sleep.
    Sleep,
    /// Another user has the screen.
    UserSwitched,
}

/// Holds the moments at which the vault locks; by default all but minimising, which people do between two codes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Moments(BTreeSet<Moment>);

impl Moments {
    /// Tells whether the vault locks at this moment.
    pub fn contains(&self, moment: Moment) -> bool {
        self.0.contains(&moment)
    }
}

impl Default for Moments {
    fn default() -> Self {
        [Moment::ScreenLocked, Moment::Sleep, Moment::UserSwitched].into_iter().collect()
    }
}

impl FromIterator<Moment> for Moments {
    fn from_iter<I: IntoIterator<Item = Moment>>(moments: I) -> Self {
        Self(moments.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_no_other_time_than_those_offered() {
        assert_eq!(LocksAfter::try_from(5).unwrap().time(), Some(Duration::from_secs(300)));
        assert_eq!(LocksAfter::try_from(0).unwrap().time(), None);
        assert_eq!(LocksAfter::try_from(2), Err(NotOffered));
        assert_eq!(LocksAfter::default().time(), Some(Duration::from_secs(600)));
    }

    #[test]
    fn locks_when_the_person_leaves_and_not_when_the_window_is_put_aside() {
        let ordinary = Moments::default();
        for moment in [Moment::ScreenLocked, Moment::Sleep, Moment::UserSwitched] {
            assert!(ordinary.contains(moment), "{moment:?}");
        }
        assert!(!ordinary.contains(Moment::Minimised));
    }
}
