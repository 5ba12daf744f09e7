//! Lists of URIs, one a line, and texts of QR codes: what nearly every app can write.
//!
//! Reads `otpauth://`, `motp://`, `steam://` and batches of Google Authenticator, mixed. UTF-8, or UTF-16 with a byte
//! order mark. Blank lines, lines that begin with `#` and the brackets of a JSON array are read over; a line may
//! stand in JSON quotes.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::collect::Collector;
use super::{Access, Fit, Holds, Import, ImportError, Importer, MAX_ENTRIES, MAX_FILE, Source, what_is};

/// Reads batches of Google Authenticator.
pub(super) const GOOGLE: Importer = Importer {
    name: "google-migration",
    about: "Google Authenticator: QR codes of \"Transfer accounts\", in any order",
    detect: |source| Fit::from(holds(source, Holds::Migration) && !holds(source, Holds::Account)),
    read,
};

/// Reads lists of URIs.
pub(super) const URIS: Importer = Importer {
    name: "otpauth-uri",
    about: "links one a line (otpauth, motp, steam), or QR codes in pictures",
    detect: |source| Fit::from(holds(source, Holds::Account)),
    read,
};

/// Lines, blank ones too, up to which a file is looked through for its kind.
const MOST_LINES: usize = 500_000;

/// Tells whether a line is such a thing; beyond the most entries nobody looks, because none would be read.
fn holds(source: &Source<'_>, what: Holds) -> bool {
    let text = source.loose_text();
    said(text.lines().take(MOST_LINES)).take(MAX_ENTRIES + 1).any(|(_, line)| what_is(&line) == what)
}

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let mut collector = Collector::default();
    for (line, entry) in lines(&source.loose_text()) {
        collector.add(line, &entry, |holds| format!("it is {}, not an authenticator code", holds.name()))?;
    }
    let import = collector.finish()?;
    Ok(Import { holds_more: has_remarks(source.bytes()), ..import })
}

/// Tells whether a file is a list, and not an archive or an export that holds one.
pub fn is_list(bytes: &[u8]) -> bool {
    let source = Source::new(bytes);
    holds(&source, Holds::Account) || holds(&source, Holds::Migration)
}

/// Returns the entries of a text file as [`super::read`] sees them, each with its line, counted from 1.
///
/// # Errors
/// [`ImportError::FileTooBig`].
pub fn entries(bytes: &[u8]) -> Result<Vec<(usize, Zeroizing<String>)>, ImportError> {
    if bytes.len() > MAX_FILE {
        return Err(ImportError::FileTooBig);
    }
    let owned = |(place, line): (usize, Cow<'_, str>)| (place, Zeroizing::new(line.into_owned()));
    Ok(lines(&Source::new(bytes).loose_text()).map(owned).collect())
}

/// Tells whether a text file has remarks, which [`super::read`] reads over: who deletes the file loses them.
pub fn has_remarks(bytes: &[u8]) -> bool {
    Source::new(bytes).loose_text().lines().any(|line| bare(line).starts_with('#'))
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

fn lines(text: &str) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
    said(text.lines())
}

/// Leaves out the lines that say nothing, and numbers the others by their place.
fn said<'a>(lines: impl Iterator<Item = &'a str>) -> impl Iterator<Item = (usize, Cow<'a, str>)> {
    let says_something = |line: &str| !line.is_empty() && !line.starts_with('#') && !matches!(line, "[" | "]");
    (1..).zip(lines.map(bare)).filter(move |(_, line)| says_something(line))
}

/// Returns a line without the space, the mark and the JSON quotes around it.
pub(super) fn bare(line: &str) -> Cow<'_, str> {
    let line = line.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    let unquoted = line.strip_prefix('"').and_then(|_| serde_json::from_str(line.trim_end_matches(',')).ok());
    unquoted.map_or(Cow::Borrowed(line), Cow::Owned)
}
