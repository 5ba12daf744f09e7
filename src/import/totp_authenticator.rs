//! TOTP Authenticator (BinaryBoot, Android): its encrypted backup, and its settings from a rooted phone.
//!
//! Settings → Backup. AES-256-CBC under the hash of the password; where the person set none, under one that is the
//! same for everybody. No MAC: a wrong password shows at the padding or at the text.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::container::Json;
use super::crypt::cbc;
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;
use crate::secret::Secret;

/// Reads TOTP Authenticator.
pub(super) const IMPORTER: Importer = Importer {
    name: "totp-authenticator",
    about: "TOTP Authenticator (BinaryBoot): backup, or settings of a rooted phone",
    detect,
    read,
};

/// The password of those who set none.
const USUAL: &[u8] = b"TotpAuthenticator";
/// The setting that holds the accounts.
const SETTING: &str = "STATIC_TOTP_CODES_LIST";

fn detect(source: &Source<'_>) -> Fit {
    match source.text() {
        Some(text) if text.contains(SETTING) && !source.looks_like_json() => Fit::Yes,
        _ if source.json().is_some_and(|json| inner(json).is_some()) => Fit::Yes,
        Some(_) if source.blocks().is_some() => Fit::Perhaps,
        _ => Fit::No,
    }
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    if let Some(json) = source.json() {
        return entries(&inner(json).ok_or(ImportError::UnknownFormat)?, Gathering::new(IMPORTER.name));
    }
    match source.blocks() {
        Some(sealed) => entries(&opened(&sealed, access)?, Gathering::new(IMPORTER.name).encrypted()),
        None => settings(source),
    }
}

fn settings(source: &Source<'_>) -> Result<Import, ImportError> {
    let settings = source.preferences().ok_or(ImportError::UnknownFormat)?;
    let (_, list) = settings.iter().find(|(name, _)| name == SETTING).ok_or(ImportError::UnknownFormat)?;
    entries(&Json::parse(list)?, Gathering::new(IMPORTER.name))
}

fn opened(sealed: &[u8], access: &Access<'_>) -> Result<Json, ImportError> {
    let typed = access.passphrase.map(|words| words.expose().as_bytes());
    let opened = typed.into_iter().chain([USUAL]).find_map(|words| {
        let key = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(words)));
        let bytes = cbc(&*key, &[0; 16], sealed).ok()?;
        inner(&Json::parse(std::str::from_utf8(&bytes).ok()?).ok()?)
    });
    let missing = || if typed.is_some() { ImportError::WrongPassphrase } else { ImportError::NeedsPassphrase };
    opened.ok_or_else(missing)
}

/// Returns the list of accounts, which stands as the one name of an object.
fn inner(json: &Json) -> Option<Json> {
    let is_account = |entry: &Json| entry.has("key") && entry.has("base");
    let list = match json {
        Json::List(_) => json.clone(),
        _ => Json::parse(json.pairs().next()?.0).ok()?,
    };
    list.items().first().is_some_and(is_account).then_some(list)
}

fn entries(list: &Json, mut gathering: Gathering) -> Result<Import, ImportError> {
    for entry in list.items() {
        gathering.add(|| label(&entry.get("issuer").name(), &entry.get("name").name()), draft(entry))?;
    }
    gathering.finish()
}

fn draft(entry: &Json) -> Entry {
    let [algorithm, digits, period] = ["algorithm", "digits", "period"].map(|name| entry.get(name));
    let otp = Parameters { algorithm, digits, period, ..Parameters::default() }.totp(secret(entry)?)?;
    Ok(Draft::new(entry.get("issuer").name(), entry.get("name").name(), otp))
}

fn secret(entry: &Json) -> Result<Secret, EntryError> {
    let key = entry.get("key").text();
    match entry.get("base").number() {
        Ok(Some(16)) => entry::hex(key),
        Ok(None | Some(32)) => entry::base32(key),
        Ok(Some(64)) => entry::base64(key),
        _ => Err(EntryError::BadSecret),
    }
}
