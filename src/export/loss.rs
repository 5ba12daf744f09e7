//! What a format cannot hold, named before anything is written.

use std::collections::HashSet;
use std::fmt;

use super::Exporter;
use crate::account::{Account, AccountId};
use crate::otp::{Algorithm, Otp};

/// Is what one account would lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Which account.
    pub account: AccountId,
    /// Why it would be left out as a whole; none if it is only in part.
    pub unfit: Option<Unfit>,
    /// What of it would stay behind.
    pub parts: Vec<Part>,
}

/// Names a part of an account that only some formats have a place for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// Its note.
    Note,
    /// That it stands at the top.
    Pinned,
    /// Its recovery codes.
    RecoveryCodes,
    /// Who can reset it.
    ResetBy,
    /// Its tags.
    Tags,
}

impl Part {
    /// Returns a word that programs can rely on.
    pub fn code(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Pinned => "pinned",
            Self::RecoveryCodes => "recovery_codes",
            Self::ResetBy => "reset_by",
            Self::Tags => "tags",
        }
    }

    /// Returns it in a person's words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "its note",
            Self::Pinned => "its place at the top",
            Self::RecoveryCodes => "its recovery codes",
            Self::ResetBy => "who can reset it",
            Self::Tags => "its tags",
        }
    }

    fn is_in(self, account: &Account) -> bool {
        match self {
            Self::Note => !account.note.is_empty(),
            Self::Pinned => account.pinned,
            Self::RecoveryCodes => !account.recovery.is_empty(),
            Self::ResetBy => !account.reset_by.is_empty(),
            Self::Tags => !account.tags.is_empty(),
        }
    }
}

/// Names why an account has no place in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Unfit {
    /// Its hash function.
    Algorithm,
    /// The length of its codes.
    Digits,
    /// The way it makes codes, such as by a counter.
    Kind,
    /// Letters of its names or its note.
    Letters,
    /// Its issuer is missing.
    NoIssuer,
    /// Its period.
    Period,
    /// Another account has the same secret.
    SameSecret,
    /// Its secret is not written as the app writes such.
    Secret,
    /// Its names are too long.
    TooLong,
}

impl Unfit {
    /// Returns a word that programs can rely on.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Algorithm => ("algorithm", "the app does not know its hash algorithm"),
            Self::Digits => ("digits", "the app does not know codes of its length"),
            Self::Kind => ("kind", "the app does not know accounts of its kind"),
            Self::Letters => ("letters", "its names have letters that the app cannot hold"),
            Self::NoIssuer => ("no_issuer", "the app asks for an issuer and it has none"),
            Self::Period => ("period", "the app does not know its period"),
            Self::SameSecret => ("same_secret", "the app keeps one account a secret, and another one has the same"),
            Self::Secret => ("secret", "the app cannot hold its secret"),
            Self::TooLong => ("too_long", "its names are too long"),
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().1)
    }
}

const PARTS: [Part; 5] = [Part::Note, Part::Pinned, Part::RecoveryCodes, Part::ResetBy, Part::Tags];

pub(super) fn of(exporter: &Exporter, accounts: &[Account]) -> Vec<Loss> {
    let mut secrets = HashSet::new();
    let losses = accounts.iter().map(|account| {
        let fits = (exporter.fits)(account);
        let is_known = fits.is_ok() && exporter.is_by_secret() && !secrets.insert(account.otp.secret().expose());
        let unfit = if is_known { Some(Unfit::SameSecret) } else { fits.err() };
        let is_lost = |part: &Part| part.is_in(account) && !exporter.carries.contains(part);
        let parts = PARTS.into_iter().filter(|part| unfit.is_none() && is_lost(part)).collect();
        Loss { account: account.id, unfit, parts }
    });
    losses.filter(|loss| loss.unfit.is_some() || !loss.parts.is_empty()).collect()
}

impl Exporter {
    /// Tells whether the app knows its accounts by their secrets.
    fn is_by_secret(&self) -> bool {
        self.name == "stratum"
    }
}

/// Lets hash functions through that an app knows.
pub(super) fn algorithm(otp: &Otp, known: &[Algorithm]) -> Result<(), Unfit> {
    if known.contains(&otp.algorithm()) { Ok(()) } else { Err(Unfit::Algorithm) }
}

/// Lets lengths of codes through that an app knows.
pub(super) fn digits(otp: &Otp, known: std::ops::RangeInclusive<u8>) -> Result<(), Unfit> {
    if known.contains(&otp.digits().count()) { Ok(()) } else { Err(Unfit::Digits) }
}

/// Lets periods through that an app knows.
pub(super) fn period(otp: &Otp, known: &[u32]) -> Result<(), Unfit> {
    let is_known = otp.period().is_none_or(|period| known.contains(&period.seconds()));
    if is_known { Ok(()) } else { Err(Unfit::Period) }
}

/// Lets Steam Guard through as Steam itself has it: five letters, thirty seconds.
pub(super) fn steam(otp: &Otp) -> Result<(), Unfit> {
    digits(otp, 5..=5)?;
    period(otp, &[30])
}

/// The three hash functions of RFC 6238.
pub(super) const COMMON: [Algorithm; 3] = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
