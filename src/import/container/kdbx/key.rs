//! Keys of a database: out of a passphrase and a key file, and what they are stretched to.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

type Key = Zeroizing<[u8; 32]>;

/// Joins what a person knows and has; an empty passphrase is another one than none.
pub(super) fn composite(words: Option<&str>, key_file: Option<&[u8; 32]>) -> Key {
    let mut all = Sha256::new();
    if let Some(words) = words {
        all.update(Sha256::digest(words.as_bytes()));
    }
    if let Some(key) = key_file {
        all.update(key);
    }
    Zeroizing::new(all.finalize().into())
}

/// Makes the key of the cipher.
pub(super) fn master(seed: &[u8], transformed: &[u8; 32]) -> Key {
    Zeroizing::new(Sha256::new().chain_update(seed).chain_update(transformed).finalize().into())
}

/// Makes the key that block keys are made of.
pub(super) fn hmac(seed: &[u8], transformed: &[u8; 32]) -> Zeroizing<[u8; 64]> {
    Zeroizing::new(Sha512::new().chain_update(seed).chain_update(transformed).chain_update([1]).finalize().into())
}

/// Makes the key of one block; the header counts as the last of all.
pub(super) fn block(index: u64, hmac: &[u8; 64]) -> Zeroizing<[u8; 64]> {
    Zeroizing::new(Sha512::new().chain_update(index.to_le_bytes()).chain_update(hmac).finalize().into())
}

/// Reads the key out of a key file: XML of either version, 32 bytes, 64 digits, or else the hash of any file.
pub(in crate::import) fn key_file(bytes: &[u8]) -> Key {
    let bare = || <[u8; 32]>::try_from(bytes).ok().or_else(|| hex(bytes));
    let key = std::str::from_utf8(bytes).ok().and_then(of_xml).or_else(bare);
    Zeroizing::new(key.unwrap_or_else(|| Sha256::digest(bytes).into()))
}

fn hex(bytes: &[u8]) -> Option<[u8; 32]> {
    HEXLOWER_PERMISSIVE.decode(bytes).ok()?.try_into().ok()
}

fn of_xml(text: &str) -> Option<[u8; 32]> {
    let (_, body) = text.split_once("<KeyFile")?;
    let (_, data) = body.split_once("<Data")?;
    let (_, data) = data.split_once('>')?;
    let (data, _) = data.split_once("</Data>")?;
    let data: Vec<u8> = data.bytes().filter(|letter| !letter.is_ascii_whitespace()).collect();
    let is_second = body.split_once("<Version>").is_some_and(|(_, version)| version.trim_start().starts_with('2'));
    if is_second { hex(&data) } else { BASE64.decode(&data).ok()?.try_into().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_key_files_of_every_kind() {
        let key = [7; 32];
        let digits = "07".repeat(32);
        let first = format!(
            "<KeyFile><Meta><Version>1.00</Version></Meta><Key><Data>{}</Data></Key></KeyFile>",
            BASE64.encode(&key)
        );
        let second = format!(
            "<?xml version=\"1.0\"?>\n<KeyFile>\n<Meta><Version>2.0</Version></Meta>\n<Key><Data Hash=\"0\">\n{digits}\n</Data></Key></KeyFile>"
        );
        for file in [&key[..], digits.as_bytes(), first.as_bytes(), second.as_bytes()] {
            assert_eq!(*key_file(file), key);
        }
        assert_eq!(*key_file(b"any"), <[u8; 32]>::from(Sha256::digest(b"any")));
    }

    #[test]
    fn tells_an_empty_passphrase_from_none() {
        assert_ne!(composite(Some(""), Some(&[1; 32])), composite(None, Some(&[1; 32])));
    }
}
