//! One account of a batch.

use super::super::uri::MAX_LABEL;
use super::wire::Fields;
use super::{Damaged, Entry};
use crate::account::Draft;
use crate::otp::{Algorithm, Digits, Otp, Period};
use crate::secret::Secret;

/// Reads the entry that stands at `position` of its part.
pub(super) fn read(position: usize, bytes: &[u8]) -> Entry {
    let raw = Raw::read(bytes).map_err(|_| BadEntry { position, reason: EntryError::Damaged })?;
    raw.draft().map_err(|reason| BadEntry { position, reason })
}

/// Is one entry as written, before anything is checked.
#[derive(Default)]
struct Raw<'a> {
    secret: &'a [u8],
    name: &'a [u8],
    issuer: &'a [u8],
    algorithm: u64,
    digits: u64,
    kind: u64,
    counter: u64,
}

impl<'a> Raw<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let mut raw = Self::default();
        let mut fields = Fields(bytes);
        while let Some((field, value)) = fields.next()? {
            match field {
                1 => raw.secret = value.bytes()?,
                2 => raw.name = value.bytes()?,
                3 => raw.issuer = value.bytes()?,
                4 => raw.algorithm = value.number()?,
                5 => raw.digits = value.number()?,
                6 => raw.kind = value.number()?,
                7 => raw.counter = value.number()?,
                _ => (),
            }
        }
        Ok(raw)
    }

    fn draft(self) -> Result<Draft, EntryError> {
        if self.secret.is_empty() {
            return Err(EntryError::MissingSecret);
        }
        let (issuer, name) = self.names()?;
        Ok(Draft::new(issuer, name, self.otp()?))
    }

    fn otp(&self) -> Result<Otp, EntryError> {
        let secret = Secret::new(self.secret.to_vec());
        let algorithm = self.algorithm()?;
        let digits = match self.digits {
            0 | 1 => Digits::SIX,
            2 => Digits::EIGHT,
            _ => return Err(EntryError::BadDigits),
        };
        match self.kind {
            0 | 2 => Ok(Otp::Totp { secret, algorithm, digits, period: Period::THIRTY }),
            // The field is signed: a larger number is a negative counter.
            1 if i64::try_from(self.counter).is_err() => Err(EntryError::BadCounter),
            1 => Ok(Otp::Hotp { secret, algorithm, digits, counter: self.counter }),
            _ => Err(EntryError::UnknownType),
        }
    }

    fn algorithm(&self) -> Result<Algorithm, EntryError> {
        match self.algorithm {
            0 | 1 => Ok(Algorithm::Sha1),
            2 => Ok(Algorithm::Sha256),
            3 => Ok(Algorithm::Sha512),
            4 => Ok(Algorithm::Md5),
            _ => Err(EntryError::BadAlgorithm),
        }
    }

    /// Returns issuer and name; the name often repeats the issuer in front.
    fn names(&self) -> Result<(String, String), EntryError> {
        let text = |bytes| String::from_utf8_lossy(bytes).trim().to_owned();
        let (issuer, label) = (text(self.issuer), text(self.name));
        let repeated = label.strip_prefix(&issuer).and_then(|rest| rest.trim_start().strip_prefix(':'));
        let (issuer, name) = match (repeated, label.split_once(':')) {
            (Some(name), _) if !issuer.is_empty() => (issuer, name.trim().to_owned()),
            (_, Some((prefix, name))) if issuer.is_empty() => (prefix.trim().to_owned(), name.trim().to_owned()),
            _ => (issuer, label),
        };
        let too_long = |text: &str| text.chars().nth(MAX_LABEL).is_some();
        if too_long(&issuer) || too_long(&name) { Err(EntryError::LabelTooLong) } else { Ok((issuer, name)) }
    }
}

/// Is an entry that could not be read: where it stands in its part and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {position}: {reason}")]
pub struct BadEntry {
    /// Place in the part, from 1.
    pub position: usize,
    /// What is wrong with it.
    pub reason: EntryError,
}

/// Says why one entry cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// A hash function that is none of ours; never replaced by another.
    #[error("its hash algorithm is not known")]
    BadAlgorithm,
    /// The counter is negative.
    #[error("its counter is negative")]
    BadCounter,
    /// The length of its codes is not known.
    #[error("the number of its digits is not known")]
    BadDigits,
    /// The bytes of the entry make no sense.
    #[error("it is damaged")]
    Damaged,
    /// The issuer or the name is too long.
    #[error("its issuer or name has more than {MAX_LABEL} characters")]
    LabelTooLong,
    /// There is no secret.
    #[error("its secret is missing")]
    MissingSecret,
    /// Neither TOTP nor HOTP.
    #[error("its type is not known")]
    UnknownType,
}

impl EntryError {
    /// Returns a word that programs can rely on, the same as for URIs where the fault is the same.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadAlgorithm => "bad_algorithm",
            Self::BadCounter => "bad_counter",
            Self::BadDigits => "bad_digits",
            Self::Damaged => "damaged_entry",
            Self::LabelTooLong => "label_too_long",
            Self::MissingSecret => "missing_secret",
            Self::UnknownType => "unknown_type",
        }
    }
}
