//! Bytes and words that must not leak: wiped when dropped, unprintable, compared in constant time.

mod room;

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub(crate) use room::Kept;

/// Holds the shared key of an account, or any other secret bytes, and wipes them when dropped.
///
/// Up to 64 bytes lie in memory that is kept out of swap, where the system allows that.
#[derive(Clone)]
pub struct Secret(Kept);

impl Secret {
    /// Takes over `bytes`, and wipes where they were.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Kept::copy(&Zeroizing::new(bytes)))
    }

    /// Decodes a base32 key as it really occurs (RFC 4648 alphabet, any length).
    ///
    /// White space, dashes and padding are dropped, letters of either case count, and left-over bits
    /// (fewer than eight) are ignored, because real services issue such keys.
    ///
    /// # Errors
    /// [`SecretError::NotBase32`] with the position of the first foreign character, counted in
    /// characters of `text` from 1; [`SecretError::Empty`] when nothing is left.
    pub fn from_base32(text: &str) -> Result<Self, SecretError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * 5 / 8 + 1));
        let (mut bits, mut held) = (0u32, 0u32);
        for (index, letter) in text.chars().enumerate() {
            if is_filler(letter) {
                continue;
            }
            let value = base32_value(letter).ok_or(SecretError::NotBase32 { position: index + 1 })?;
            bits = bits << 5 | value;
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push((bits >> held) as u8);
                bits &= (1 << held) - 1;
            }
        }
        if bytes.is_empty() {
            return Err(SecretError::Empty);
        }
        Ok(Self(Kept::copy(&bytes)))
    }

    /// Writes the bytes as upper-case base32 without padding (RFC 4648, section 6).
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(data_encoding::BASE32_NOPAD.encode(self.expose()))
    }

    /// Lends the bytes to a computation; borrow, do not keep.
    pub fn expose(&self) -> &[u8] {
        self.0.bytes()
    }

    /// Returns the length in bytes.
    pub fn len(&self) -> usize {
        self.expose().len()
    }

    /// Tells whether there are no bytes at all.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

fn is_filler(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '=' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn base32_value(letter: char) -> Option<u32> {
    match letter {
        'A'..='Z' => Some(letter as u32 - 'A' as u32),
        'a'..='z' => Some(letter as u32 - 'a' as u32),
        '2'..='7' => Some(letter as u32 - '2' as u32 + 26),
        _ => None,
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.len())
    }
}

/// Holds words typed by a person: a passphrase, a PIN, a recovery key in its groups.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Passphrase(String);

impl Passphrase {
    /// Takes ownership of `words`; nothing is copied.
    pub fn new(words: String) -> Self {
        Self(words)
    }

    /// Lends the words to a computation; borrow, do not keep.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Tells whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Passphrase {}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(hidden)")
    }
}

/// Overwrites what earlier calls on this thread left on its stack, as deep as they ordinarily go.
///
/// Ciphers and hashes work on copies there, which no type can wipe. Asked for where work with secrets ends.
#[inline(never)]
pub fn sweep() {
    const DEPTH: usize = 128 * 1024;
    std::hint::black_box(&mut [0_u8; DEPTH]);
}

/// Says why a text is no secret; never the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Nothing is left when spaces and padding are dropped.
    #[error("the secret is empty")]
    Empty,
    /// A character that base32 does not have (it has A-Z and 2-7).
    #[error("character {position} of the secret is not base32 (A-Z and 2-7)")]
    NotBase32 {
        /// Position in characters, from 1.
        position: usize,
    },
}

impl SecretError {
    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_secret",
            Self::NotBase32 { .. } => "bad_secret",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_keys_of_any_length_and_spelling() {
        assert_eq!(Secret::from_base32("mz xw-6Y=").unwrap().expose(), b"foo");
        assert_eq!(Secret::from_base32("MZXW6YT").unwrap().expose(), b"foob");
    }

    #[test]
    fn names_the_position_of_a_foreign_character() {
        assert_eq!(Secret::from_base32("AB C1").unwrap_err(), SecretError::NotBase32 { position: 5 });
        assert_eq!(Secret::from_base32(" -= ").unwrap_err(), SecretError::Empty);
    }

    #[test]
    fn prints_no_secret() {
        let shown = format!("{:?} {:?}", Secret::new(b"foobar".to_vec()), Passphrase::new("foobar".into()));
        assert_eq!(shown, "Secret(6 bytes) Passphrase(hidden)");
    }
}
