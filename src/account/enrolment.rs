//! How far the enrolment of an account has come.

use super::Account;
use super::recovery::is_few;

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

/// Says what is left to do of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenEnd {
    /// Two recovery codes or fewer are left.
    FewRecoveryCodes,
    /// No recovery codes are kept, and nobody said that there are none.
    RecoveryOpen,
    /// The site has not accepted a code yet.
    Unverified,
}

/// Names a state that accounts can be looked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Two recovery codes or fewer are left.
    Few,
    /// Recovery codes are kept.
    Kept,
    /// The site gives no recovery codes.
    None,
    /// No recovery codes are kept, and nobody said that there are none.
    Open,
    /// The enrolment has an [`OpenEnd`].
    Unfinished,
    /// The site has not accepted a code yet.
    Unverified,
    /// The site accepted a code.
    Verified,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Few, Self::Kept, Self::None, Self::Open, Self::Unfinished, Self::Unverified, Self::Verified];

    /// Returns its stable name, in small letters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Few => "few",
            Self::Kept => "kept",
            Self::None => "none",
            Self::Open => "open",
            Self::Unfinished => "unfinished",
            Self::Unverified => "unverified",
            Self::Verified => "verified",
        }
    }

    /// Tells whether an account is in it.
    pub fn holds(self, account: &Account) -> bool {
        match self {
            Self::Few => is_few(&account.recovery),
            Self::Kept => account.recovery_state() == RecoveryState::Kept,
            Self::None => account.recovery_state() == RecoveryState::NoneGiven,
            Self::Open => account.recovery_state() == RecoveryState::Open,
            Self::Unfinished => account.open_end().is_some(),
            Self::Unverified => account.verified_at.is_none(),
            Self::Verified => account.verified_at.is_some(),
        }
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

    /// Returns what is left to do of its enrolment, the first thing first.
    ///
    /// What was never confirmed and about which nobody said anything is no open work: accounts brought along from
    /// another app come by the hundred.
    pub fn open_end(&self) -> Option<OpenEnd> {
        let is_begun =
            !self.recovery.is_empty() || self.recovery_choice.is_some() || self.former_secret_until.is_some();
        match self.enrolment() {
            Enrolment::Unverified if is_begun => Some(OpenEnd::Unverified),
            Enrolment::Verified(RecoveryState::Open) => Some(OpenEnd::RecoveryOpen),
            _ => is_few(&self.recovery).then_some(OpenEnd::FewRecoveryCodes),
        }
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

    #[test]
    fn has_an_open_end_only_where_somebody_began() {
        let mut account = account();
        assert_eq!(account.open_end(), None, "what was brought along is no open work");
        account.recovery_choice = Some(RecoveryChoice::Later);
        assert_eq!(account.open_end(), Some(OpenEnd::Unverified));
        account.verified_at = Some(1);
        assert_eq!(account.open_end(), Some(OpenEnd::RecoveryOpen));
        let code = |text: &str| RecoveryCode { code: Passphrase::new(text.into()), used_at: None };
        account.recovery = ["aaaa", "bbbb"].map(code).to_vec();
        assert_eq!(account.open_end(), Some(OpenEnd::FewRecoveryCodes));
        account.recovery.push(code("cccc"));
        assert_eq!(account.open_end(), None);
    }

    #[test]
    fn is_in_the_states_that_hold() {
        let states =
            |account: &Account| State::ALL.into_iter().filter(|state| state.holds(account)).collect::<Vec<_>>();
        let mut account = account();
        assert_eq!(states(&account), [State::Open, State::Unverified]);
        account.recovery_choice = Some(RecoveryChoice::Later);
        assert_eq!(states(&account), [State::Open, State::Unfinished, State::Unverified]);
        (account.verified_at, account.recovery_choice) = (Some(1), Some(RecoveryChoice::NoneGiven));
        assert_eq!(states(&account), [State::None, State::Verified]);
        account.recovery = vec![RecoveryCode { code: Passphrase::new("aaaa".into()), used_at: None }];
        assert_eq!(states(&account), [State::Few, State::Kept, State::Unfinished, State::Verified]);
    }
}
