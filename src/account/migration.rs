//! Batches of accounts as Google Authenticator exports them: `otpauth-migration://offline?data=…`.
//!
//! One QR code holds one [`Part`] of a batch; [`Parts`] collects them. Reads payloads of version 1 and 2.
//! The format has no period (always 30 s) and no digits but 6 and 8. An entry that cannot be read is
//! reported with its place and does not sink the others.
//!
//! ```
//! use sterk::account::migration::{self, Parts};
//!
//! let mut parts = Parts::new();
//! parts.add(migration::parse("otpauth-migration://offline?data=ChcKBmZvb2JhchINRXhhbXBsZTphbGljZRABGAMgASgH")?);
//! assert_eq!((parts.have(), parts.of(), parts.missing()), (1, 3, vec![1, 3]));
//! # Ok::<(), migration::MigrationError>(())
//! ```

mod entry;
mod parts;
mod wire;

use zeroize::Zeroizing;

use self::wire::Fields;
use super::Draft;

pub use self::entry::{BadEntry, EntryError};
pub use self::parts::{Parts, Progress};

/// Is the longest URI that is read, in bytes.
pub const MAX_LENGTH: usize = 1024 * 1024;

/// Is the largest number of parts a batch may have.
pub const MAX_PARTS: u32 = 1_000;

/// Is the newest version of the payload that is read.
pub const NEWEST_VERSION: i32 = 2;

const SCHEME: &str = "otpauth-migration://";

/// Is one account of a part, or why it could not be read.
pub type Entry = Result<Draft, BadEntry>;

/// Is one QR code of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Number that all parts of a batch share; newer versions of the app leave it out.
    pub id: Option<i32>,
    /// How many parts the batch has, 1 to [`MAX_PARTS`].
    pub size: u32,
    /// Which of them this is, from 0.
    pub index: u32,
    /// Accounts in the order of the payload.
    pub entries: Vec<Entry>,
}

/// Tells whether `text` claims to be a part of a batch; it may still be damaged.
pub fn detect(text: &str) -> bool {
    text.get(..SCHEME.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
}

/// Reads one part; white space around the URI does not count.
///
/// # Errors
/// [`MigrationError`]; entries that are bad alone stand among [`Part::entries`].
pub fn parse(text: &str) -> Result<Part, MigrationError> {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    if text.len() > MAX_LENGTH {
        return Err(MigrationError::TooLong);
    }
    if !detect(text) {
        return Err(MigrationError::NotMigration);
    }
    let (_, query) = text.split_once('?').ok_or(MigrationError::NoData)?;
    let data = query.split('&').find_map(data).filter(|data| !data.is_empty()).ok_or(MigrationError::NoData)?;
    payload(&decode(data)?)
}

fn data(parameter: &str) -> Option<&str> {
    parameter.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("data")).map(|(_, value)| value)
}

/// Decodes base64 as it occurs: either alphabet, escaped or not, with or without padding, and with spaces
/// where a careless reader took a `+` for one.
fn decode(data: &str) -> Result<Zeroizing<Vec<u8>>, MigrationError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(data.len()));
    let (mut bits, mut held, mut letters) = (0u32, 0, 0usize);
    let mut rest = data.as_bytes();
    while let Some((letter, tail)) = letter(rest) {
        rest = tail;
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' | b' ' => 62,
            b'/' | b'_' => 63,
            b'=' => continue,
            _ => return Err(MigrationError::Damaged),
        };
        letters += 1;
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    // One letter alone holds no byte: the text was cut.
    if letters % 4 == 1 { Err(MigrationError::Damaged) } else { Ok(bytes) }
}

/// Returns the next character without its escape, and what follows.
fn letter(text: &[u8]) -> Option<(u8, &[u8])> {
    let digit = |letter: u8| char::from(letter).to_digit(16);
    match text {
        [b'%', high, low, rest @ ..] => {
            let byte = digit(*high).zip(digit(*low)).and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
            Some((byte.unwrap_or(b'%'), rest))
        }
        [letter, rest @ ..] => Some((*letter, rest)),
        [] => None,
    }
}

fn payload(bytes: &[u8]) -> Result<Part, MigrationError> {
    let (mut version, mut size, mut index, mut id) = (0, 0, 0, None);
    let mut entries = Vec::new();
    let mut fields = Fields(bytes);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => entries.push(value.bytes()?),
            2 => version = value.int32()?,
            3 => size = value.int32()?,
            4 => index = value.int32()?,
            5 => id = Some(value.int32()?),
            _ => (),
        }
    }
    if version > NEWEST_VERSION {
        return Err(MigrationError::UnsupportedVersion { found: version, newest: NEWEST_VERSION });
    }
    let (size, index) = place(size, index)?;
    let entries: Vec<Entry> = (1..).zip(entries).map(|(position, bytes)| entry::read(position, bytes)).collect();
    if entries.is_empty() {
        return Err(MigrationError::NoEntries);
    }
    Ok(Part { id: id.filter(|id| *id != 0), size, index, entries })
}

fn place(size: i32, index: i32) -> Result<(u32, u32), MigrationError> {
    let bad = MigrationError::BadBatch;
    let size = u32::try_from(size).map_err(|_| bad)?.max(1);
    let index = u32::try_from(index).map_err(|_| bad)?;
    if index < size && size <= MAX_PARTS { Ok((size, index)) } else { Err(bad) }
}

/// Says that bytes end too early or make no sense.
#[derive(Debug, Clone, Copy)]
struct Damaged;

impl From<Damaged> for MigrationError {
    fn from(_: Damaged) -> Self {
        Self::Damaged
    }
}

/// Says why a part of a batch cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// The numbers of the batch contradict each other, or there are too many parts.
    #[error("the batch claims a part that cannot be")]
    BadBatch,
    /// The data is cut off or no protobuf message.
    #[error("the Google Authenticator export is damaged or cut off")]
    Damaged,
    /// There is no `data` parameter.
    #[error("the Google Authenticator export has no data")]
    NoData,
    /// The data is sound and holds no account.
    #[error("the Google Authenticator export holds no account")]
    NoEntries,
    /// It does not begin with `otpauth-migration://`.
    #[error("the text is no Google Authenticator export")]
    NotMigration,
    /// The URI has more than [`MAX_LENGTH`] bytes.
    #[error("the Google Authenticator export has more than {MAX_LENGTH} bytes")]
    TooLong,
    /// The payload comes from a version that is not known yet.
    #[error("the Google Authenticator export has version {found}, the newest that can be read is {newest}")]
    UnsupportedVersion {
        /// Version of the payload.
        found: i32,
        /// [`NEWEST_VERSION`].
        newest: i32,
    },
}

impl MigrationError {
    /// Returns a word that programs can rely on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadBatch => "bad_batch",
            Self::Damaged => "damaged_migration",
            Self::NoData => "no_migration_data",
            Self::NoEntries => "empty_migration",
            Self::NotMigration => "not_migration",
            Self::TooLong => "migration_too_long",
            Self::UnsupportedVersion { .. } => "unsupported_migration",
        }
    }
}
