//! Proton Authenticator: exports, plain and with a password.
//!
//! Settings → Export. Argon2id at a cost that is not in the file, AES-256-GCM. The app knows TOTP and Steam alone.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::container::Json;
use super::crypt::{argon2, gcm};
use super::entry::{self, Entry, joined};
use super::gather::Gathering;
use super::{Access, Fit, Import, ImportError, Importer, Source};
use crate::account::{Draft, uri};
use crate::otp::Otp;

/// Reads Proton Authenticator.
pub(super) const IMPORTER: Importer = Importer {
    name: "proton-authenticator",
    about: "Proton Authenticator: export, plain or with a password",
    detect: |source| Fit::from(source.json().is_some_and(|json| is_plain(json) || is_sealed(json))),
    read,
};

const NEWEST: u64 = 1;
/// What Argon2id costs: memory in KiB, passes, lanes.
const COST: [u64; 3] = [19_456, 2, 1];
const BOUND_TO: &[u8] = b"proton.authenticator.export.v1";
const NONCE: usize = 12;

fn is_plain(json: &Json) -> bool {
    let is_entry = |entry: &Json| entry.get("content").has("uri");
    let entries = json.get("entries");
    entries.items().iter().any(is_entry) || (entries.is_list() && entries.items().is_empty() && json.has("version"))
}

fn is_sealed(json: &Json) -> bool {
    !json.get("salt").text().is_empty() && !json.get("content").text().is_empty() && !json.has("entries")
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let file = source.json().ok_or(ImportError::UnknownFormat)?;
    check_version(file)?;
    if !is_sealed(file) {
        return entries(file, Gathering::new(IMPORTER.name));
    }
    let opened = opened(file, access)?;
    let text = std::str::from_utf8(&opened).map_err(|_| ImportError::Damaged)?;
    let inner = Json::parse(text)?;
    check_version(&inner)?;
    entries(&inner, Gathering::new(IMPORTER.name).encrypted())
}

fn check_version(file: &Json) -> Result<(), ImportError> {
    match file.get("version").number().ok().flatten() {
        Some(found) if found > NEWEST => Err(ImportError::UnsupportedVersion { found, newest: NEWEST }),
        _ => Ok(()),
    }
}

fn opened(file: &Json, access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let decoded = |name: &str| BASE64.decode(file.get(name).text().trim().as_bytes()).map_err(|_| ImportError::Damaged);
    let (salt, content) = (decoded("salt")?, decoded("content")?);
    let (nonce, sealed) = content.split_at_checked(NONCE).ok_or(ImportError::Damaged)?;
    let key = argon2(access, access.needed()?.expose().as_bytes(), &salt, COST)?;
    gcm(&*key, nonce, BOUND_TO, sealed).map_err(|_| ImportError::WrongPassphrase)
}

fn entries(file: &Json, mut gathering: Gathering) -> Result<Import, ImportError> {
    if !file.get("entries").is_list() {
        return Err(ImportError::Damaged);
    }
    for entry in file.get("entries").items() {
        gathering.add(|| entry.get("content").get("name").name(), draft(entry))?;
    }
    gathering.finish()
}

fn draft(entry: &Json) -> Entry {
    let content = entry.get("content");
    let mut draft = uri::parse(content.get("uri").text())?;
    let name = content.get("name").name();
    if !name.is_empty() {
        // The label is the name alone: what looks like another issuer in it is a part of the name.
        if name.split_once(':').is_some_and(|(front, _)| front.trim() == draft.note) {
            draft.note.clear();
        }
        draft.name = name;
    }
    if let ("steam", Otp::Totp { secret, .. }) = (&*content.get("entry_type").text().to_ascii_lowercase(), &draft.otp) {
        draft.otp = entry::steam(secret.clone());
    }
    if matches!(draft.otp, Otp::Steam { .. }) && draft.issuer.is_empty() {
        draft.issuer = "Steam".to_owned();
    }
    let note = joined(draft.note, entry.get("note").text());
    Ok(Draft { note, ..draft })
}
