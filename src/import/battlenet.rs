//! Battle.net (Android): settings of the app, which only a rooted phone gives out.
//!
//! Serial and secret are hidden under a fixed mask. A restore code is no secret: only Blizzard's server makes one of
//! it, so it cannot be imported. Codes have eight digits.

use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use super::container::Json;
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Obstacle, Source};
use crate::account::Draft;

/// Reads Battle.net.
pub(super) const IMPORTER: Importer = Importer {
    name: "battle-net",
    about: "Battle.net: settings of a rooted Android phone",
    detect: |source| Fit::from(!setting(source, SECRET).is_empty()),
    read,
};

const SECRET: &str = "AUTHENTICATOR_DEVICE_SECRET";
const SERIAL: &str = "AUTHENTICATOR_SERIAL";
const ENCRYPTION: &str = "AUTHENTICATOR_CREDENTIALS_ENCRYPTION_TYPE";
const MASK: [u8; 57] = *b"\x39\x8e\x27\xfc\x50\x27\x6a\x65\x60\x65\xb0\xe5\x25\xf4\xc0\x6c\x04\xc6\x10\x75\x28\x6b\x8e\x7a\xed\xa5\x9d\xa9\x81\x3b\x5d\xd6\xc8\x0d\x2f\xb3\x80\x68\x77\x3f\xa5\x9b\xa4\x7c\x17\xca\x6c\x64\x79\x01\x5c\x1d\x5b\x8b\x8f\x6b\x9a";
const ISSUER: &str = "Battle.net";
/// The letters of a restore code.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRTUVWXYZ";

fn setting<'a>(source: &'a Source<'_>, name: &str) -> &'a str {
    let found = source.preferences().unwrap_or_default().iter().find(|(found, _)| found.ends_with(name));
    found.map_or("", |(_, value)| value)
}

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let mut gathering = Gathering::new(IMPORTER.name);
    let serial = unmasked(setting(source, SERIAL)).unwrap_or_default();
    let how = setting(source, ENCRYPTION);
    let entry = match how.is_empty() || how.eq_ignore_ascii_case("MASK") {
        true => draft(&serial, setting(source, SECRET)),
        false => Err(EntryError::Elsewhere(Obstacle::AndroidKeystore)),
    };
    gathering.add(|| label(ISSUER, &serial), entry)?;
    gathering.finish()
}

fn draft(serial: &str, masked: &str) -> Entry {
    let secret = entry::hex(&unmasked(masked).ok_or(EntryError::BadSecret)?)?;
    let note = restore_code(serial, secret.expose());
    let otp = Parameters { digits: &Json::Whole(8), ..Parameters::default() }.totp(secret)?;
    Ok(Draft { note, ..Draft::new(ISSUER, serial, otp) })
}

/// Takes the mask off a text in hexadecimal digits.
fn unmasked(hex: &str) -> Option<Zeroizing<String>> {
    let masked = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.trim().as_bytes()).ok()?;
    let bytes: Vec<u8> = masked.iter().zip(MASK).map(|(byte, mask)| byte ^ mask).collect();
    let is_whole = masked.len() <= MASK.len() && bytes.iter().all(u8::is_ascii_graphic);
    String::from_utf8(bytes).ok().filter(|_| is_whole).map(Zeroizing::new)
}

/// Says with what the person can restore the authenticator at Blizzard.
fn restore_code(serial: &str, key: &[u8]) -> String {
    if serial.is_empty() {
        return String::new();
    }
    let plain: String = serial.chars().filter(|letter| *letter != '-').collect();
    let digest = Sha1::new().chain_update(plain.as_bytes()).chain_update(key).finalize();
    let letters = digest[10..].iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
    format!("Serial {serial}, restore code {}", letters.collect::<String>())
}
