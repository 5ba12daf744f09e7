//! A file to import, looked at in the ways that formats ask for, each at most once.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use zeroize::Zeroizing;

use crate::scan;

use super::ImportError;
use super::container::{Archive, Database, Json, Preference, preferences};

/// Reads a file that lies beside the source, by its bare name; some apps keep half of an export there.
pub type Beside<'a> = &'a dyn Fn(&str) -> Option<Zeroizing<Vec<u8>>>;

/// Is the content of a file, with what its place says about it.
pub struct Source<'a> {
    bytes: &'a [u8],
    name: &'a str,
    beside: Option<Beside<'a>>,
    text: OnceCell<Option<Zeroizing<String>>>,
    json: OnceCell<Result<Json, ImportError>>,
    archive: OnceCell<Result<Archive<'a>, ImportError>>,
    database: OnceCell<Option<Database>>,
    preferences: OnceCell<Option<Vec<Preference>>>,
    is_opened: Cell<bool>,
}

impl<'a> Source<'a> {
    /// Takes the content of a file of which nothing else is known.
    pub fn new(bytes: &'a [u8]) -> Self {
        let (text, json, archive, database, preferences) = Default::default();
        Self { bytes, name: "", beside: None, text, json, archive, database, preferences, is_opened: Cell::new(false) }
    }

    /// Adds the file's name, which is a hint and no more.
    pub fn named(self, name: &'a str) -> Self {
        Self { name, ..self }
    }

    /// Adds a way to read the files beside it.
    pub fn beside(self, beside: Beside<'a>) -> Self {
        Self { beside: Some(beside), ..self }
    }

    /// Returns its bytes.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns the name of the file, without folders; may be empty.
    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    /// Returns the content of a file beside it.
    pub(super) fn neighbour(&self, name: &str) -> Option<Zeroizing<Vec<u8>>> {
        let is_bare = !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "." && name != "..";
        self.beside.filter(|_| is_bare).and_then(|beside| beside(name))
    }

    /// Returns the text, if it is one: UTF-8, or UTF-16 with its mark; without the mark.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.get_or_init(|| decoded(self.bytes)).as_deref().map(String::as_str)
    }

    /// Returns the first words of the text, or nothing: enough to tell a format, however long the text is.
    pub(super) fn front(&self) -> &str {
        const BLANK: usize = 64 * 1024;
        const WORDS: usize = 8 * 1024;
        let Some(text) = self.text() else { return "" };
        let blank = text.bytes().take(BLANK).take_while(u8::is_ascii_whitespace).count();
        let words = &text[blank..];
        &words[..words.floor_char_boundary(WORDS)]
    }

    /// Returns the bytes of a text that is base64 of whole blocks of AES and nothing else.
    pub(super) fn blocks(&self) -> Option<Vec<u8>> {
        const MOST: usize = 16 * 1024 * 1024;
        let text = self.text().filter(|text| text.len() <= MOST)?;
        let text: Vec<u8> = text.bytes().filter(|letter| !letter.is_ascii_whitespace()).collect();
        let bytes = data_encoding::BASE64.decode(&text).ok();
        bytes.filter(|bytes| !bytes.is_empty() && bytes.len().is_multiple_of(16))
    }

    /// Returns the text with what is no text replaced: one bad letter does not sink a list.
    pub(super) fn loose_text(&self) -> Cow<'_, str> {
        self.text().map_or_else(|| String::from_utf8_lossy(self.bytes), Cow::Borrowed)
    }

    /// Returns the strings of an Android app's settings, if it is such a file; none if it is damaged.
    pub(super) fn preferences(&self) -> Option<&[Preference]> {
        let read = || self.text().and_then(|text| preferences(text).ok().flatten());
        self.preferences.get_or_init(read).as_deref()
    }

    /// Tells whether the text is meant to be JSON.
    pub(super) fn looks_like_json(&self) -> bool {
        self.text().is_some_and(|text| text.trim_start().starts_with(['{', '[']))
    }

    /// Returns the document, if it is one of JSON that is whole.
    pub(super) fn json(&self) -> Option<&Json> {
        self.parsed_json().as_ref().ok()
    }

    /// Returns the document, or why there is none.
    pub(super) fn parsed_json(&self) -> &Result<Json, ImportError> {
        let parse = || match self.text().filter(|_| self.looks_like_json()) {
            Some(text) => Json::parse(text),
            None => Err(ImportError::UnknownFormat),
        };
        self.json.get_or_init(parse)
    }

    /// Returns the ZIP archive, if it is one that is whole.
    pub(super) fn archive(&self) -> Option<&Archive<'a>> {
        self.opened_archive().as_ref().ok()
    }

    /// Returns the ZIP archive, or why there is none.
    pub(super) fn opened_archive(&self) -> &Result<Archive<'a>, ImportError> {
        let open = || match Archive::detect(self.bytes) {
            true => Archive::open(self.bytes),
            false => Err(ImportError::UnknownFormat),
        };
        self.archive.get_or_init(open)
    }

    /// Returns the SQLite database, with what its log beside it adds, if it is one.
    pub(super) fn database(&self) -> Option<&Database> {
        let open = || {
            let log = self.neighbour(&format!("{}-wal", self.name));
            let is_one = Database::detect(self.bytes);
            is_one.then(|| Database::open(self.bytes, log.as_ref().map(|log| &log[..])).ok()).flatten()
        };
        self.database.get_or_init(open).as_ref()
    }

    /// Tells whether it has no mark of any format: neither text nor the beginning of a known file.
    pub(super) fn is_noise(&self) -> bool {
        const MARKS: [&[u8]; 10] = [
            b"PK\x03\x04",
            b"SQLite format 3\0",
            b"\xac\xed\x00\x05",
            b"\x03\xd9\xa2\x9a",
            b"bplist",
            b"\x1f\x8b",
            b"%PDF",
            b"\x7fELF",
            b"AUTHENTICATORPRO",
            b"AuthenticatorPro",
        ];
        self.text().is_none() && !MARKS.iter().any(|mark| self.begins(mark)) && !scan::is_picture(self.bytes)
    }

    /// Notes that somebody gave a passphrase for it, or named its app.
    pub(super) fn note_passphrase(&self) {
        self.is_opened.set(true);
    }

    /// Tells whether somebody gave a passphrase for it, or named its app: they know better than its bytes what it is.
    pub(super) fn is_opened(&self) -> bool {
        self.is_opened.get()
    }

    /// Tells whether it begins with `magic`.
    pub(super) fn begins(&self, magic: &[u8]) -> bool {
        self.bytes.starts_with(magic)
    }
}

fn decoded(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok()?.to_owned(),
        _ => std::str::from_utf8(bytes).ok()?.to_owned(),
    };
    Some(Zeroizing::new(text))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).collect::<Result<_, _>>().ok().filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_beside_by_bare_names_only() {
        let beside = |name: &str| Some(Zeroizing::new(name.as_bytes().to_vec()));
        let source = Source::new(b"").beside(&beside);
        assert!(source.neighbour("manifest.json").is_some());
        for name in ["", ".", "..", "../x", "a/b", "a\\b", "a\0"] {
            assert!(source.neighbour(name).is_none(), "{name:?}");
        }
    }

    #[test]
    fn reads_text_in_the_three_ways_it_is_written() {
        for bytes in [&b"\xef\xbb\xbfA"[..], b"\xff\xfeA\0", b"\xfe\xff\0A", b"A"] {
            assert_eq!(Source::new(bytes).text(), Some("A"));
        }
        assert_eq!(Source::new(b"\xff\xfeA").text(), None);
        assert_eq!(Source::new(b"\x80").text(), None);
    }
}
