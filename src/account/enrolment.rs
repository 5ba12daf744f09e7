//! How far the enrolment of an account has come.

use super::Account;

/// Says what a person decided about recovery codes while none are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecoveryChoice {
    /// They will be kept another time; until then they are open.
    Later,
    /// This site gives none.
    NoneGiven,
}

/// Says how it stands with the recovery codes of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecoveryState {
    /// Codes are kept, used or not.
    Kept,
    /// The site gives none, as the person said.
    NoneGiven,
    /// Nothing is kept and nothing final was said.
    Open,
}

impl RecoveryState {
    /// Returns its stable name: `kept`, `none` or `open`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::NoneGiven => "none",
            Self::Open => "open",
        }
    }
}

/// Says how far an enrolment has come, as one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolment {
    /// The site accepted a code; this is how it stands with the recovery codes.
    Verified(RecoveryState),
    /// The site has not accepted a code yet, as far as is known.
    Unverified,
}

impl Enrolment {
    /// Returns its stable name: `unverified`, or that of the [`RecoveryState`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified(recovery) => recovery.name(),
            Self::Unverified => "unverified",
        }
    }

    /// Tells whether nothing is left to do: verified, and the recovery codes kept or known not to exist.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Verified(RecoveryState::Kept | RecoveryState::NoneGiven))
    }
}

impl Account {
    /// Returns how it stands with the recovery codes; codes that are kept count before what was said.
    pub fn recovery_state(&self) -> RecoveryState {
        match self.recovery_choice {
            _ if !self.recovery.is_empty() => RecoveryState::Kept,
            Some(RecoveryChoice::NoneGiven) => RecoveryState::NoneGiven,
            Some(RecoveryChoice::Later) | None => RecoveryState::Open,
        }
    }

    /// Returns how far its enrolment has come.
    pub fn enrolment(&self) -> Enrolment {
        if self.verified_at.is_some() { Enrolment::Verified(self.recovery_state()) } else { Enrolment::Unverified }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{AccountId, Draft, RecoveryCode};
    use crate::otp::{Algorithm, Digits, Otp, Period};
    use crate::secret::{Passphrase, Secret};

    fn account() -> Account {
        let secret = Secret::new(vec![1; 20]);
        let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
        Draft::new("Example", "ada", otp).into_account(AccountId([7; 16]))
    }

    #[test]
    fn is_unverified_whatever_is_said_of_recovery_codes() {
        let mut account = account();
        account.recovery_choice = Some(RecoveryChoice::NoneGiven);
        assert_eq!((account.enrolment().name(), account.enrolment().is_done()), ("unverified", false));
    }

    #[test]
    fn is_done_with_codes_kept_or_known_not_to_exist() {
        let mut account = account();
        account.verified_at = Some(1);
        let facts = |account: &Account| (account.enrolment().name(), account.enrolment().is_done());
        assert_eq!(facts(&account), ("open", false));
        account.recovery_choice = Some(RecoveryChoice::Later);
        assert_eq!(facts(&account), ("open", false), "later is not done");
        account.recovery_choice = Some(RecoveryChoice::NoneGiven);
        assert_eq!(facts(&account), ("none", true));
        account.recovery = vec![RecoveryCode { code: Passphrase::new("aaaa".into()), used_at: Some(1) }];
        assert_eq!(facts(&account), ("kept", true), "codes that are there count before what was said");
    }
}
