//! How an organisation wants a vault to be kept: the one place that says what a policy forbids.

use std::time::Duration;

use crate::account::shown;
use crate::secret::Passphrase;
use crate::strength::Strength;

/// Is what Sterk enforces of a policy; without a policy nothing is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Who asks for it, safe to show; empty without a policy.
    pub organisation: String,
    /// The fewest bits of a passphrase that unlocks the vault, as [`Strength`] estimates them.
    pub passphrase_bits: Option<u32>,
    /// The longest time without use after which the vault has to lock by itself.
    pub auto_lock_minutes: Option<u32>,
    /// Whether accounts may leave the vault in a file that is not encrypted.
    pub plaintext_export: bool,
}

impl Default for Rules {
    /// Asks for nothing.
    fn default() -> Self {
        Self { organisation: String::new(), passphrase_bits: None, auto_lock_minutes: None, plaintext_export: true }
    }
}

impl Rules {
    /// The fewest and the most bits that a policy may ask of a passphrase.
    pub const PASSPHRASE_BITS: [u32; 2] = [20, 60];
    /// The fewest and the most minutes that a policy may set.
    pub const AUTO_LOCK_MINUTES: [u32; 2] = [1, 1440];

    /// Returns what holds while a policy is there that cannot be read: what cannot be taken back is forbidden.
    pub fn unreadable() -> Self {
        Self { plaintext_export: false, ..Self::default() }
    }

    /// Tells whether a new passphrase is strong enough to unlock the vault.
    ///
    /// # Errors
    /// [`Forbidden::WeakPassphrase`].
    pub fn check_passphrase(&self, words: &Passphrase) -> Result<(), Forbidden> {
        let Some(needed) = self.passphrase_bits else { return Ok(()) };
        let found = Strength::of(words, &[&self.organisation]).bits;
        if found >= needed {
            return Ok(());
        }
        Err(Forbidden::WeakPassphrase { organisation: self.organisation.clone(), found, needed })
    }

    /// Tells whether accounts may leave the vault in plaintext: whoever writes such a file asks here first.
    ///
    /// # Errors
    /// [`Forbidden::PlaintextExport`].
    pub fn check_plaintext_export(&self) -> Result<(), Forbidden> {
        if self.plaintext_export {
            return Ok(());
        }
        Err(Forbidden::PlaintextExport { organisation: self.organisation.clone() })
    }

    /// Returns the time without use after which the vault locks: what the person chose, as far as it is allowed.
    ///
    /// None for never.
    pub fn auto_lock(&self, chosen: Option<Duration>) -> Option<Duration> {
        let ceiling = self.auto_lock_minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
        match (chosen, ceiling) {
            (Some(chosen), Some(ceiling)) => Some(chosen.min(ceiling)),
            (chosen, ceiling) => chosen.or(ceiling),
        }
    }
}

/// Says what the policy of an organisation does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Forbidden {
    /// Accounts must not leave the vault in plaintext.
    #[error("the policy {}forbids files that are not encrypted", by(organisation))]
    PlaintextExport {
        /// Who asks for it.
        organisation: String,
    },
    /// The passphrase is easier to guess than the policy allows.
    #[error("the policy {}asks for a passphrase of {needed} bits, and this one has about {found}", by(organisation))]
    WeakPassphrase {
        /// Who asks for it.
        organisation: String,
        /// About how many bits the passphrase has.
        found: u32,
        /// How many it needs.
        needed: u32,
    },
}

impl Forbidden {
    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PlaintextExport { .. } => "forbidden_by_policy",
            Self::WeakPassphrase { .. } => "passphrase_too_weak",
        }
    }
}

fn by(organisation: &str) -> String {
    if organisation.is_empty() { String::new() } else { format!("of {} ", shown(organisation)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules {
            organisation: "Harbour".into(),
            passphrase_bits: Some(40),
            auto_lock_minutes: Some(15),
            plaintext_export: false,
        }
    }

    #[test]
    fn asks_for_nothing_without_a_policy() {
        let none = Rules::default();
        assert_eq!(none.check_passphrase(&Passphrase::new("a".into())), Ok(()));
        assert_eq!(none.check_plaintext_export(), Ok(()));
        assert_eq!(none.auto_lock(None), None);
    }

    #[test]
    fn refuses_a_weak_passphrase_and_says_how_far_it_is_off() {
        let weak = rules().check_passphrase(&Passphrase::new("Summer2026!".into())).unwrap_err();
        assert_eq!(weak.code(), "passphrase_too_weak");
        let told = weak.to_string();
        assert!(told.contains("of Harbour asks for a passphrase of 40 bits") && !told.contains("Summer"), "{told}");
        assert_eq!(rules().check_passphrase(&Passphrase::new("velvet kettle swing orbit".into())), Ok(()));
    }

    #[test]
    fn forbids_plaintext_where_the_policy_does_or_cannot_be_read() {
        assert_eq!(rules().check_plaintext_export().unwrap_err().code(), "forbidden_by_policy");
        assert!(Rules::unreadable().check_plaintext_export().is_err());
    }

    #[test]
    fn locks_no_later_than_the_policy_says() {
        let minutes = |count: u64| Some(Duration::from_secs(count * 60));
        assert_eq!(rules().auto_lock(minutes(5)), minutes(5));
        assert_eq!(rules().auto_lock(minutes(60)), minutes(15));
        assert_eq!(rules().auto_lock(None), minutes(15), "never is later than anything");
    }
}
