//! OTPClient (Linux): its encrypted database, versions 1 to 3.
//!
//! The file `NewDatabase.enc` or as it was named. AES-256-GCM with a nonce of 16 bytes; the key by PBKDF2 in version
//! 1, by Argon2id after it. Version 1 has no mark of its own. Old versions of the app cut passwords that are not
//! ASCII, and such a file opens here as well.

use zeroize::Zeroizing;

use super::container::Json;
use super::crypt::{Hash, argon2, gcm16, pbkdf2};
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;
use crate::otp::Otp;

/// Reads OTPClient.
pub(super) const IMPORTER: Importer =
    Importer { name: "otpclient", about: "OTPClient: encrypted database, with its password", detect, read };

const MAGIC: &[u8] = b"OTPClient";
const ENDING: &str = ".enc";
const NEWEST: u64 = 3;
const ROUNDS: u64 = 100_000;
const IV: usize = 16;
const SALT: usize = 32;
const TAG: usize = 16;

fn detect(source: &Source<'_>) -> Fit {
    if source.begins(MAGIC) {
        return Fit::Yes;
    }
    // The oldest looks like any noise, and to try it costs: its name has to speak for it.
    let is_named = source.name().to_ascii_lowercase().ends_with(ENDING);
    match is_named && source.is_noise() && source.bytes().len() > IV + SALT + TAG {
        true => Fit::Perhaps,
        false => Fit::No,
    }
}

/// Is the front of a database: what stands in it, and how long it is.
struct Head<'a> {
    iv: &'a [u8],
    salt: &'a [u8],
    /// Memory in KiB, passes and lanes of Argon2id; none is PBKDF2.
    cost: Option<[u64; 3]>,
    length: usize,
}

impl<'a> Head<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let piece = |at: usize, length: usize| bytes.get(at..at + length).ok_or(ImportError::Damaged);
        if !bytes.starts_with(MAGIC) {
            return Ok(Self { iv: piece(0, IV)?, salt: piece(IV, SALT)?, cost: None, length: IV + SALT });
        }
        let word = |at: usize| Ok::<_, ImportError>(*piece(at, 4)?.first_chunk().ok_or(ImportError::Damaged)?);
        let big = |at: usize| Ok::<_, ImportError>(u64::from(u32::from_be_bytes(word(at)?)));
        let little = |at: usize| Ok::<_, ImportError>(u64::from(u32::from_le_bytes(word(at)?)));
        // Version 2 is a structure of C as it lay in memory: three bytes of padding come before its number.
        if little(12)? == 2 && big(9)? != NEWEST {
            let cost = Some([little(68)?, little(64)?, little(72)?]);
            return Ok(Self { iv: piece(16, IV)?, salt: piece(32, SALT)?, cost, length: 76 });
        }
        match big(9)? {
            NEWEST => {
                let cost = Some([big(65)?, big(61)?, big(69)?]);
                Ok(Self { iv: piece(13, IV)?, salt: piece(29, SALT)?, cost, length: 73 })
            }
            found if found > NEWEST => Err(ImportError::UnsupportedVersion { found, newest: NEWEST }),
            _ => Err(ImportError::Damaged),
        }
    }

    fn key(&self, words: &[u8], access: &Access<'_>) -> Result<Zeroizing<[u8; 32]>, ImportError> {
        match self.cost {
            Some(cost) => argon2(access, words, self.salt, cost),
            None => pbkdf2::<32>(access, Hash::Sha512, words, self.salt, ROUNDS),
        }
    }
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let opened = opened(source.bytes(), access)?;
    let text = std::str::from_utf8(&opened).map_err(|_| ImportError::Damaged)?;
    let list = Json::parse(text)?;
    if !list.is_list() {
        return Err(ImportError::Damaged);
    }
    let mut gathering = Gathering::new(IMPORTER.name).encrypted();
    for entry in list.items() {
        gathering.add(|| label(&entry.get("issuer").name(), &entry.get("label").name()), draft(entry))?;
    }
    gathering.finish()
}

fn opened(bytes: &[u8], access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let head = Head::read(bytes)?;
    let (front, sealed) = bytes.split_at_checked(head.length).ok_or(ImportError::Damaged)?;
    let words = access.needed()?.expose();
    let whole = words.as_bytes();
    // As many bytes as there are letters.
    let cut = &whole[..words.chars().count()];
    let tried = [Some(whole), Some(cut).filter(|cut| cut.len() < whole.len())];
    for words in tried.into_iter().flatten() {
        let key = head.key(words, access)?;
        if let Ok(opened) = gcm16(&*key, head.iv, front, sealed) {
            return Ok(opened);
        }
    }
    Err(ImportError::WrongPassphrase)
}

fn draft(entry: &Json) -> Entry {
    let tags = vec![entry.get("group").name()];
    Ok(Draft { tags, ..Draft::new(entry.get("issuer").name(), entry.get("label").name(), otp(entry)?) })
}

fn otp(entry: &Json) -> Result<Otp, EntryError> {
    let secret = entry::base32(entry.get("secret").text())?;
    let [algorithm, digits, period, counter] = ["algo", "digits", "period", "counter"].map(|name| entry.get(name));
    let parameters = Parameters { algorithm, digits, period, counter };
    match entry.get("type").text().to_ascii_uppercase().as_str() {
        "TOTP" if entry.get("issuer").name().eq_ignore_ascii_case("steam") => Ok(entry::steam(secret)),
        "TOTP" => parameters.totp(secret),
        "HOTP" => parameters.hotp(secret),
        _ => Err(EntryError::UnknownType),
    }
}
