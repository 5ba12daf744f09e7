//! Accounts: who issued a secret, for whom, and how it makes codes.
//!
//! A [`Draft`] is an account that nobody has kept yet: found in a QR code, a URI or a file. An
//! [`Account`] is what the vault hands out. Not here: how changes of an account merge (`vault`).

pub mod form;
pub mod icon;
pub mod migration;
pub mod recovery;
pub mod reset;
pub mod search;
pub mod uri;

mod enrolment;
mod position;
mod shown;

use std::fmt;
use std::str::FromStr;

use crate::otp::Otp;

pub use enrolment::{Enrolment, OpenEnd, RecoveryChoice, RecoveryState, State};
pub use position::{Position, PositionError};
pub use shown::shown;

/// Is an account not yet kept: what a QR code, a URI, a form or another app's file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Service that issued the secret; may be empty.
    pub issuer: String,
    /// Name of the account at that service; may be empty.
    pub name: String,
    /// How it makes codes.
    pub otp: Otp,
    /// Free text that came along; may be empty.
    pub note: String,
    /// Groups or tags that came along.
    pub tags: Vec<String>,
    /// Whether the source marked it as a favourite.
    pub pinned: bool,
}

impl Draft {
    /// Makes a draft with nothing but its names and its way of making codes.
    pub fn new(issuer: impl Into<String>, name: impl Into<String>, otp: Otp) -> Self {
        Self { issuer: issuer.into(), name: name.into(), otp, note: String::new(), tags: Vec::new(), pinned: false }
    }
}

/// Names one account for ever: 128 random bits, written as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub [u8; 16]);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl FromStr for AccountId {
    type Err = AccountIdError;

    /// Reads 32 hexadecimal digits, in letters of either case.
    fn from_str(text: &str) -> Result<Self, AccountIdError> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| AccountIdError)?;
        bytes.try_into().map(Self).map_err(|_| AccountIdError)
    }
}

/// Says that a text names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an account id has 32 hexadecimal digits")]
#[non_exhaustive]
pub struct AccountIdError;

/// Is one account as the vault keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name for ever.
    pub id: AccountId,
    /// Service that issued the secret; may be empty.
    pub issuer: String,
    /// Name of the account at that service; may be empty.
    pub name: String,
    /// How it makes codes.
    pub otp: Otp,
    /// Free text.
    pub note: String,
    /// Tags, in the order given.
    pub tags: Vec<String>,
    /// Whether it stands at the top.
    pub pinned: bool,
    /// Icon that was chosen; empty for none at all; none to follow the issuer.
    pub icon: Option<String>,
    /// Where the person put it; none as long as nobody did.
    pub position: Option<Position>,
    /// Unix second at which the site accepted a code, if it did.
    pub verified_at: Option<u64>,
    /// Recovery codes, unused and used.
    pub recovery: Vec<RecoveryCode>,
    /// What the person decided about recovery codes while none are kept.
    pub recovery_choice: Option<RecoveryChoice>,
    /// Recovery codes that were replaced, until they are forgotten.
    pub former_recovery: Vec<RecoveryCode>,
    /// Unix second until which the secret before the present one is kept aside, if one is.
    pub former_secret_until: Option<u64>,
    /// Who can reset the second factor: a link, an address, or words; may be empty.
    pub reset_by: String,
    /// Codes of a HOTP account drawn each within five minutes of the last, without a word that one was accepted.
    pub drawn_in_a_row: u32,
}

impl Draft {
    /// Makes the account that this would be once kept.
    pub fn into_account(self, id: AccountId) -> Account {
        let Self { issuer, name, otp, note, tags, pinned } = self;
        let (icon, position, verified_at, recovery) = Default::default();
        let (recovery_choice, former_recovery, former_secret_until, reset_by) = Default::default();
        Account {
            id,
            issuer,
            name,
            otp,
            note,
            tags,
            pinned,
            icon,
            position,
            verified_at,
            recovery,
            recovery_choice,
            former_recovery,
            former_secret_until,
            reset_by,
            drawn_in_a_row: 0,
        }
    }
}

/// Puts accounts in the order of the list: pinned ones first; within each group those that somebody put in their
/// place, then the others by issuer and name.
pub fn in_order(mut accounts: Vec<Account>) -> Vec<Account> {
    accounts.sort_by_cached_key(|account| {
        let placed = (account.position.is_none(), account.position.clone());
        (!account.pinned, placed, account.issuer.to_lowercase(), account.name.to_lowercase(), account.id)
    });
    accounts
}

/// Is one recovery code and when it was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCode {
    /// The code in the letters and separators the site gave.
    pub code: crate::secret::Passphrase,
    /// Unix second at which it was marked used.
    pub used_at: Option<u64>,
}
