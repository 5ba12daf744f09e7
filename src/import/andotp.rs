//! andOTP (Android): backups, plain and encrypted in the old way and the new.
//!
//! Settings → Backup. Encrypted ones have no mark of their own: new ones begin with the rounds of PBKDF2, old ones
//! with a nonce. The app can also encrypt with PGP, which is not read here.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::container::Json;
use super::crypt::{Hash, gcm, pbkdf2};
use super::entry::{self, Entry, Parameters, without_issuer};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source, gnome};
use crate::account::Draft;
use crate::otp::Otp;
use crate::secret::Secret;

/// Reads andOTP.
pub(super) const IMPORTER: Importer =
    Importer { name: "andotp", about: "andOTP: backup, plain or encrypted with a password", detect, read };

/// The rounds that a file of the new kind may ask for: 140,000 to 160,000 are written.
const ROUNDS: std::ops::RangeInclusive<u32> = 1_000..=10_000_000;
const SALT: usize = 12;
const NONCE: usize = 12;
const TAG: usize = 16;

fn detect(source: &Source<'_>) -> Fit {
    match source.json() {
        Some(json) => Fit::from(is_plain(json) && !gnome::is_legacy(json)),
        None => perhaps_encrypted(source),
    }
}

/// Tells a list of entries.
pub(super) fn is_plain(json: &Json) -> bool {
    let is_entry = |entry: &Json| ["secret", "label", "type", "digits"].iter().all(|name| entry.has(name));
    json.items().first().is_some_and(is_entry)
}

/// Random bytes say nothing of themselves: the rounds at the front, the name or a passphrase have to speak for it.
fn perhaps_encrypted(source: &Source<'_>) -> Fit {
    let is_named = source.name().to_ascii_lowercase().ends_with(".aes");
    let has_rounds = rounds(source.bytes()).is_some();
    match source.is_noise() && source.bytes().len() > NONCE + TAG {
        true if is_named || has_rounds || source.is_opened() => Fit::Perhaps,
        _ => Fit::No,
    }
}

fn rounds(bytes: &[u8]) -> Option<u32> {
    let rounds = u32::from_be_bytes(*bytes.first_chunk()?);
    (ROUNDS.contains(&rounds) && bytes.len() > 4 + SALT + NONCE + TAG).then_some(rounds)
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    if let Some(json) = source.json() {
        return entries(json, Gathering::new(IMPORTER.name));
    }
    let opened = opened(source.bytes(), access)?;
    let text = std::str::from_utf8(&opened).map_err(|_| ImportError::Damaged)?;
    entries(&Json::parse(text)?, Gathering::new(IMPORTER.name).encrypted())
}

fn opened(bytes: &[u8], access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let words = access.needed()?.expose().as_bytes();
    if let Some(rounds) = rounds(bytes) {
        let (salt, rest) = bytes[4..].split_at(SALT);
        let key = pbkdf2::<32>(access, Hash::Sha1, words, salt, rounds.into())?;
        if let Ok(opened) = unsealed(&*key, rest) {
            return Ok(opened);
        }
    }
    unsealed(&Zeroizing::new(<[u8; 32]>::from(Sha256::digest(words)))[..], bytes)
}

fn unsealed(key: &[u8], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(ImportError::Damaged)?;
    gcm(key, nonce, b"", sealed).map_err(|_| ImportError::WrongPassphrase)
}

fn entries(list: &Json, mut gathering: Gathering) -> Result<Import, ImportError> {
    if !list.is_list() {
        return Err(ImportError::Damaged);
    }
    for entry in list.items() {
        let (issuer, name) = names(entry);
        gathering.add(|| label(&issuer, &name), draft(entry))?;
    }
    gathering.finish()
}

/// Returns issuer and name; early versions had them in one label.
fn names(entry: &Json) -> (String, String) {
    let label = entry.get("label").name();
    let split = label.split_once(" - ").filter(|_| entry.get("issuer").is_null());
    match split {
        Some((issuer, name)) => (issuer.trim().to_owned(), name.trim().to_owned()),
        None => {
            let issuer = entry.get("issuer").name();
            let name = without_issuer(&label, &issuer).to_owned();
            (issuer, name)
        }
    }
}

fn draft(entry: &Json) -> Entry {
    let (issuer, name) = names(entry);
    let tags = entry.get("tags").items().iter().map(Json::name).collect();
    Ok(Draft { tags, ..Draft::new(issuer, name, otp(entry)?) })
}

/// Reads how an entry makes codes.
pub(super) fn otp(entry: &Json) -> Result<Otp, EntryError> {
    let secret = entry::base32(entry.get("secret").text())?;
    let [algorithm, digits, period, counter] = ["algorithm", "digits", "period", "counter"].map(|name| entry.get(name));
    let parameters = Parameters { algorithm, digits, period, counter };
    match entry.get("type").text().to_ascii_uppercase().as_str() {
        "TOTP" => parameters.totp(secret),
        "HOTP" => parameters.hotp(secret),
        "STEAM" => parameters.steam(secret),
        "MOTP" => Ok(Otp::Motp { secret: letters(secret)?, pin: entry::pin(entry.get("pin"))? }),
        _ => Err(EntryError::UnknownType),
    }
}

/// Lets the secret of mOTP through, which is text inside the base32.
fn letters(secret: Secret) -> Result<Secret, EntryError> {
    let is_text = secret.expose().iter().all(u8::is_ascii_graphic);
    if is_text { Ok(secret) } else { Err(EntryError::BadSecret) }
}
