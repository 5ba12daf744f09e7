//! When the vault locks by itself.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

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
    fn locks_when_the_person_leaves_and_not_when_the_window_is_put_aside() {
        let ordinary = Moments::default();
        for moment in [Moment::ScreenLocked, Moment::Sleep, Moment::UserSwitched] {
            assert!(ordinary.contains(moment), "{moment:?}");
        }
        assert!(!ordinary.contains(Moment::Minimised));
    }
}
