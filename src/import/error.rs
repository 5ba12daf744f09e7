//! Why nothing, or not everything, was imported.

use super::{MAX_ENTRIES, Obstacle};
use crate::account::uri::{MAX_LABEL, UriError};
use crate::secret::SecretError;

/// Is one entry that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Line of the file, or number of the entry or text, from 1.
    pub position: usize,
    /// Name of the file where several were read, or of the member of an archive; else empty.
    pub within: String,
    /// Issuer and name as the file has them, not made safe to print; may be empty.
    pub label: String,
    /// What is wrong with it, without any of its content.
    pub reason: String,
    /// A word that programs can rely on.
    pub code: &'static str,
}

/// Says why nothing was imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The person stopped a long derivation.
    #[error("the import was stopped; nothing was kept")]
    Cancelled,
    /// The file is of a known format and does not hold together: bytes were changed, or its end is missing.
    #[error("the file is damaged or cut off")]
    Damaged,
    /// The file has more than [`super::MAX_FILE`] bytes.
    #[error("the file has more than 64 MiB")]
    FileTooBig,
    /// Codes of a paper backup are not there; none of it opens without them.
    #[error("parts of the paper backup are missing: {}", listed(parts))]
    MissingParts {
        /// Their numbers, from 1.
        parts: Vec<u32>,
    },
    /// The file is encrypted and no passphrase was given.
    #[error("the file is encrypted; its passphrase is needed")]
    NeedsPassphrase,
    /// The file is known and can never be read here; the obstacle says what to do instead.
    #[error("{0}")]
    NotImportable(Obstacle),
    /// Not one entry could be read.
    #[error("{}", nothing(skipped))]
    NothingToImport {
        /// What is wrong with each.
        skipped: Vec<Skipped>,
    },
    /// The file asks for more memory or time than is given to any file.
    #[error("the file asks for too much: {what}")]
    TooCostly {
        /// What there is too much of.
        what: &'static str,
    },
    /// There are more than [`MAX_ENTRIES`] entries.
    #[error("there are more than {MAX_ENTRIES} entries")]
    TooManyEntries,
    /// The file is of no format that is read here.
    #[error("the file holds no account in a format that can be read")]
    UnknownFormat,
    /// The format is known, this version of it is not.
    #[error("the file has version {found} of its format, the newest that can be read is {newest}")]
    UnsupportedVersion {
        /// Version of the file.
        found: u64,
        /// The newest that is read.
        newest: u64,
    },
    /// The passphrase does not open the file.
    #[error("the passphrase does not open this file")]
    WrongPassphrase,
}

impl ImportError {
    /// Returns a word that programs can rely on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Damaged => "damaged",
            Self::FileTooBig => "too_large",
            Self::MissingParts { .. } => "missing_parts",
            Self::NeedsPassphrase => "needs_passphrase",
            Self::NotImportable(obstacle) => obstacle.code(),
            Self::NothingToImport { .. } => "nothing_to_import",
            Self::TooCostly { .. } => "too_costly",
            Self::TooManyEntries => "too_many_entries",
            Self::UnknownFormat => "unknown_format",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::WrongPassphrase => "wrong_passphrase",
        }
    }
}

fn listed(parts: &[u32]) -> String {
    parts.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

fn nothing(skipped: &[Skipped]) -> String {
    match skipped {
        [] => "nothing to import".into(),
        [one] => format!("nothing to import: {}", one.reason),
        [first, more @ ..] => {
            format!("nothing to import: entry {}: {} (and {} more)", first.position, first.reason, more.len())
        }
    }
}

/// Says why one entry was left out; never what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// A hash function that is none of ours; never replaced by another.
    #[error("its hash algorithm is not known")]
    BadAlgorithm,
    /// The counter is no whole number of 64 bits.
    #[error("its counter is not a whole number of 64 bits")]
    BadCounter,
    /// The number of digits is none that codes have.
    #[error("its digits are not a number from 1 to 10")]
    BadDigits,
    /// The period is none that codes have.
    #[error("its period is not a number of seconds from 1 to 86400")]
    BadPeriod,
    /// The PIN is not printable or too long.
    #[error("its PIN cannot be read")]
    BadPin,
    /// The secret is not written as it should be.
    #[error("its secret cannot be read")]
    BadSecret,
    /// The entry does not hold together.
    #[error("it is damaged")]
    Damaged,
    /// What it needs stays in the app or at the service.
    #[error("{0}")]
    Elsewhere(Obstacle),
    /// The issuer or the name is longer than any.
    #[error("its issuer or name has more than {MAX_LABEL} characters")]
    LabelTooLong,
    /// There is no secret, or an empty one.
    #[error("its secret is missing")]
    MissingSecret,
    /// A character that base32 does not have.
    #[error("character {position} of its secret is not base32 (A-Z and 2-7)")]
    NotBase32 {
        /// Place of the foreign character in the secret, from 1.
        position: usize,
    },
    /// The note or the tags are longer than the vault keeps.
    #[error("its note or its tags are too long")]
    TooLong,
    /// The person had thrown it away in the other app.
    #[error("it lies in the other app's trash")]
    Trashed,
    /// It makes codes in a way that is not known.
    #[error("its type is not known")]
    UnknownType,
    /// It is written as a URI with a fault in it.
    #[error("{0}")]
    Uri(#[from] UriError),
}

impl EntryError {
    /// Returns a word that programs can rely on, the same as for URIs where the fault is the same.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadAlgorithm => "bad_algorithm",
            Self::BadCounter => "bad_counter",
            Self::BadDigits => "bad_digits",
            Self::BadPeriod => "bad_period",
            Self::BadPin => "bad_pin",
            Self::BadSecret => "bad_secret",
            Self::Damaged => "damaged_entry",
            Self::Elsewhere(obstacle) => obstacle.code(),
            Self::LabelTooLong => "label_too_long",
            Self::MissingSecret => "missing_secret",
            Self::NotBase32 { .. } => "bad_secret",
            Self::TooLong => "too_long",
            Self::Trashed => "trashed",
            Self::UnknownType => "unknown_type",
            Self::Uri(error) => error.code(),
        }
    }
}

impl From<SecretError> for EntryError {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Empty => Self::MissingSecret,
            SecretError::NotBase32 { position } => Self::NotBase32 { position },
        }
    }
}
