//! Pieces of a URI that remember where they stand in it.

use zeroize::Zeroizing;

/// Is a piece of the input and the place of its first character.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    /// Counted in characters of the whole input, from 1.
    pub(super) position: usize,
}

impl<'a> Part<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, position: 1 }
    }

    /// Drops white space, and a byte order mark, on both sides.
    pub(super) fn trimmed(self) -> Self {
        let foreign = |letter: char| letter.is_whitespace() || letter == '\u{feff}';
        let (_, rest) = self.cut(self.text.len() - self.text.trim_start_matches(foreign).len());
        Self { text: rest.text.trim_end_matches(foreign), ..rest }
    }

    /// Cuts before the byte `at`, which must begin a character.
    pub(super) fn cut(self, at: usize) -> (Self, Self) {
        let (head, tail) = self.text.split_at(at);
        (Self { text: head, ..self }, Self { text: tail, position: self.position + head.chars().count() })
    }

    /// Splits at the first `separator`, which belongs to neither side.
    pub(super) fn split(self, separator: &str) -> (Self, Option<Self>) {
        let Some(at) = self.text.find(separator) else { return (self, None) };
        let (head, tail) = self.cut(at);
        (head, Some(tail.cut(separator.len()).1))
    }

    /// Drops one `letter` at the front, if there is one.
    pub(super) fn without(self, letter: char) -> Self {
        if self.text.starts_with(letter) { self.cut(letter.len_utf8()).1 } else { self }
    }

    pub(super) fn end(self) -> usize {
        self.position + self.text.chars().count()
    }

    /// Decodes percent escapes as UTF-8; what is no escape stays as it is.
    pub(super) fn decoded(self, plus: Plus) -> Decoded {
        let (bytes, places) = self.unescaped(plus);
        let mut text = Zeroizing::new(String::with_capacity(self.text.len()));
        let mut positions = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            for (index, letter) in chunk.valid().char_indices() {
                text.push(letter);
                positions.push(places[at + index]);
            }
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
                positions.push(places[at]);
                at += chunk.invalid().len();
            }
        }
        Decoded { text, positions, end: self.end() }
    }

    /// Returns the bytes meant and, for each, the place of its character.
    fn unescaped(self, plus: Plus) -> (Zeroizing<Vec<u8>>, Vec<usize>) {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.text.len()));
        let mut places = Vec::with_capacity(self.text.len());
        let mut rest = self;
        while let Some(letter) = rest.text.chars().next() {
            let (escaped, length) = match (letter, escape(rest.text)) {
                (_, Some(byte)) => (Some(byte), 3),
                ('+', None) if plus == Plus::IsSpace => (Some(b' '), 1),
                _ => (None, letter.len_utf8()),
            };
            let (head, tail) = rest.cut(length);
            match escaped {
                Some(byte) => bytes.push(byte),
                None => bytes.extend_from_slice(head.text.as_bytes()),
            }
            places.resize(bytes.len(), rest.position);
            rest = tail;
        }
        (bytes, places)
    }
}

/// Says what a bare `+` means: a space in a query, itself in a label or a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Plus {
    IsPlus,
    IsSpace,
}

/// Is a text without its escapes, and the place each of its characters came from.
pub(super) struct Decoded {
    pub(super) text: Zeroizing<String>,
    positions: Vec<usize>,
    end: usize,
}

impl Decoded {
    /// Returns the place of the character `index`, counted from 0, or the end.
    pub(super) fn position(&self, index: usize) -> usize {
        self.positions.get(index).copied().unwrap_or(self.end)
    }
}

fn escape(text: &str) -> Option<u8> {
    let &[b'%', high, low, ..] = text.as_bytes() else { return None };
    let digit = |letter: u8| char::from(letter).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

/// Writes `bytes` so that any reader gets them back: everything but letters, digits and `-._~` is escaped.
pub(super) fn push_escaped(uri: &mut String, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
            uri.extend(['%', char::from(high), char::from(low)]);
        }
    }
}
