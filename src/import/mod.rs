//! Import: accounts out of files and texts that other apps made.
//!
//! Reads text files of URIs, one on each line, and texts found in QR codes: `otpauth://`, `motp://`,
//! `steam://` and batches of Google Authenticator, mixed. A bad entry is reported and does not sink the
//! others. Not here: decoding pictures (`scan`), and what becomes of a draft that is there already (`vault`).
//!
//! ```
//! let file = b"# mine\notpauth://totp/GitHub:ada?secret=JBSWY3DPEHPK3PXP\notpauth://totp/b?secret=1\n";
//! let import = sterk::import::read(file)?;
//! assert_eq!(import.drafts[0].issuer, "GitHub");
//! assert_eq!((import.skipped[0].position, import.skipped[0].code), (3, "bad_secret"));
//! # Ok::<(), sterk::import::ImportError>(())
//! ```

mod collect;
mod holds;

use zeroize::Zeroizing;

use self::collect::Collector;
use crate::account::Draft;
use crate::account::migration::Parts;

pub use self::holds::{Holds, what_is};

/// Is the largest file that is read, in bytes.
pub const MAX_FILE: usize = 64 * 1024 * 1024;

/// Is the largest number of entries, good and bad together.
pub const MAX_ENTRIES: usize = 10_000;

/// Names a format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// The word that [`Import::format`] answers.
    pub name: &'static str,
    /// What it is, for people.
    pub about: &'static str,
}

/// Lists the formats that can be read, by name.
pub const FORMATS: [Format; 2] = [
    Format { name: "google-migration", about: "Google Authenticator: QR codes of \"Transfer accounts\", in any order" },
    Format { name: "otpauth-uri", about: "links one a line (otpauth, motp, steam), or QR codes in pictures" },
];

/// Is what a file or a set of texts gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Name of the format: `otpauth-uri`, or `google-migration` when every account came out of a batch.
    pub format: &'static str,
    /// Whether the source was encrypted.
    pub encrypted: bool,
    /// Accounts in the order of the source; there is at least one.
    pub drafts: Vec<Draft>,
    /// Where each of them stood: line of the file or number of the text, from 1.
    pub positions: Vec<usize>,
    /// Entries that could not be read.
    pub skipped: Vec<Skipped>,
    /// Parts of a batch that were not there, counted from 1.
    pub missing_parts: Vec<u32>,
    /// The parts of batches themselves, to be joined with those of another source.
    pub parts: Parts,
}

/// Is one entry that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Line of the file or number of the text, from 1.
    pub position: usize,
    /// What is wrong with it, without any of its content.
    pub reason: String,
    /// A word that programs can rely on.
    pub code: &'static str,
}

/// Reads a text file with one URI on each line.
///
/// UTF-8, or UTF-16 with a byte order mark. Blank lines, lines that begin with `#` and the brackets of a
/// JSON array are read over; a line may stand in JSON quotes.
///
/// # Errors
/// [`ImportError`]; nothing is half imported.
pub fn read(bytes: &[u8]) -> Result<Import, ImportError> {
    let entries = entries(bytes)?;
    if !entries.iter().any(|(_, entry)| what_is(entry).is_ours()) {
        return Err(ImportError::UnknownFormat);
    }
    let mut collector = Collector::default();
    for (line, entry) in &entries {
        collector.add(*line, entry, |holds| format!("it is {}, not an authenticator code", holds.name()))?;
    }
    collector.finish()
}

/// Returns the entries of a text file as [`read`] sees them, each with its line, counted from 1.
///
/// # Errors
/// [`ImportError::FileTooBig`].
pub fn entries(bytes: &[u8]) -> Result<Vec<(usize, Zeroizing<String>)>, ImportError> {
    if bytes.len() > MAX_FILE {
        return Err(ImportError::FileTooBig);
    }
    let says_something = |line: &str| !line.is_empty() && !line.starts_with('#') && !matches!(line, "[" | "]");
    let text = decoded(bytes);
    Ok((1..).zip(text.lines().map(bare)).filter(|(_, line)| says_something(line)).collect())
}

/// Tells whether a text file has remarks, which [`read`] reads over: who deletes the file loses them.
pub fn has_remarks(bytes: &[u8]) -> bool {
    decoded(bytes).lines().any(|line| bare(line).starts_with('#'))
}

/// Reads the texts of QR codes, each one by itself; a position is the number of a text.
///
/// # Errors
/// [`ImportError::NothingToImport`] says of each text what it is instead.
pub fn read_texts<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Import, ImportError> {
    let mut collector = Collector::default();
    for (index, text) in texts.enumerate() {
        collector.add(index + 1, text, Holds::sentence)?;
    }
    collector.finish()
}

fn decoded(bytes: &[u8]) -> Zeroizing<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        // Room for the longest encoding: growing would leave a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
        text.extend(char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)));
        text
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => Zeroizing::new(String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// Returns a line without the space, the mark and the JSON quotes around it.
fn bare(line: &str) -> Zeroizing<String> {
    let line = line.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    let unquoted = line.strip_prefix('"').and_then(|_| serde_json::from_str(line.trim_end_matches(',')).ok());
    Zeroizing::new(unquoted.unwrap_or_else(|| line.to_owned()))
}

/// Says why nothing was imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file has more than [`MAX_FILE`] bytes.
    #[error("the file has more than 64 MiB")]
    FileTooBig,
    /// Not one entry could be read.
    #[error("{}", nothing(skipped))]
    NothingToImport {
        /// What is wrong with each.
        skipped: Vec<Skipped>,
    },
    /// There are more than [`MAX_ENTRIES`] entries.
    #[error("there are more than {MAX_ENTRIES} entries")]
    TooManyEntries,
    /// The file is of no format that is read here.
    #[error("the file holds no account in a format that can be read")]
    UnknownFormat,
}

impl ImportError {
    /// Returns a word that programs can rely on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FileTooBig => "too_large",
            Self::NothingToImport { .. } => "nothing_to_import",
            Self::TooManyEntries => "too_many_entries",
            Self::UnknownFormat => "unknown_format",
        }
    }
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
