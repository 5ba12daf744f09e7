//! Times that a person chooses from a few.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Makes the type of a number that is one of a few.
macro_rules! offered {
    ($(#[$about:meta])* $name:ident: $($number:literal)+, else $default:literal) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name(u32);

        impl $name {
            /// What a person can choose from, in its order.
            pub const ALL: &[Self] = &[$(Self($number)),+];
        }

        impl Default for $name {
            fn default() -> Self {
                Self($default)
            }
        }

        impl From<$name> for u32 {
            fn from(chosen: $name) -> Self {
                chosen.0
            }
        }

        impl TryFrom<u32> for $name {
            type Error = NotOffered;

            fn try_from(number: u32) -> Result<Self, NotOffered> {
                Self::ALL.iter().find(|offered| offered.0 == number).copied().ok_or(NotOffered)
            }
        }
    };
}

offered! {
    /// Is how long a copied code stays on the clipboard, in seconds: one of [`ClearsAfter::ALL`].
    ClearsAfter: 10 20 30 60, else 30
}

impl ClearsAfter {
    /// Returns it in seconds.
    pub fn seconds(self) -> u32 {
        self.0
    }
}

offered! {
    /// Is how many days pass between two restore drills, 0 for never: one of [`DrillAfter::ALL`].
    DrillAfter: 30 90 180 365 0, else 90
}

impl DrillAfter {
    /// Returns it in days, if there is to be a drill at all.
    pub fn days(self) -> Option<u32> {
        Some(self.0).filter(|days| *days > 0)
    }
}

offered! {
    /// Is after how many minutes without use the vault locks by itself, 0 for never: one of [`LocksAfter::ALL`].
    LocksAfter: 1 5 10 15 30 60 0, else 10
}

impl LocksAfter {
    /// Returns the time; none for never.
    pub fn time(self) -> Option<Duration> {
        (self.0 > 0).then(|| Duration::from_secs(u64::from(self.0) * 60))
    }
}

/// Says that a time is none of those offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time is none of those offered")]
pub struct NotOffered;

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
}
