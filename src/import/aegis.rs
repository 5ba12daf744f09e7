//! Aegis (Android): vault exports, plain and encrypted, content versions 1 to 3.
//!
//! Settings → Import & export → Export, as "Aegis". Encrypted ones have slots, each with the master key under a
//! password (scrypt, AES-256-GCM); biometric slots open nothing outside the phone. Its text export is a list of
//! links. Icons of its own making are not carried.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use super::container::Json;
use super::crypt::{gcm, scrypt};
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;
use crate::otp::Otp;
use crate::secret::Secret;

/// Reads Aegis.
pub(super) const IMPORTER: Importer = Importer {
    name: "aegis",
    about: "Aegis: exported vault, plain or encrypted",
    detect: |source| Fit::from(source.json().is_some_and(|json| json.get("header").is_map() && json.has("db"))),
    read,
};

/// The newest version of the file around the entries.
const NEWEST: u64 = 1;
/// The type of a slot that a password opens.
const PASSWORD_SLOT: u64 = 1;
/// The most slots that are tried: each costs a derivation.
const MOST_SLOTS: usize = 16;
/// The longest password that HMAC takes as it is, in bytes.
const HMAC_BLOCK: usize = 64;

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let file = source.json().ok_or(ImportError::UnknownFormat)?;
    let version = file.get("version").number().ok().flatten().unwrap_or(NEWEST);
    if version > NEWEST {
        return Err(ImportError::UnsupportedVersion { found: version, newest: NEWEST });
    }
    match file.get("db") {
        db @ Json::Map(_) => entries(db, Gathering::new("aegis")),
        Json::Text(sealed) => {
            let opened = opened(file.get("header"), sealed, access)?;
            let text = std::str::from_utf8(&opened).map_err(|_| ImportError::Damaged)?;
            entries(&Json::parse(text)?, Gathering::new("aegis").encrypted())
        }
        _ => Err(ImportError::Damaged),
    }
}

fn opened(header: &Json, sealed: &str, access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let slots = header.get("slots").items();
    let is_password = |slot: &&Json| slot.get("type").number() == Ok(Some(PASSWORD_SLOT));
    if !slots.iter().any(|slot| is_password(&slot)) {
        return Err(ImportError::Damaged);
    }
    let words = access.needed()?.expose();
    let slots: Vec<_> = slots.iter().filter(is_password).take(MOST_SLOTS).collect();
    let mut master = None;
    for slot in &slots {
        master = master.or(unlocked(slot, words.as_bytes(), access)?);
    }
    if words.len() > HMAC_BLOCK {
        for slot in slots.iter().filter(|slot| !slot.get("repaired").is_true()) {
            master = master.or(unlocked(slot, &padded(words), access)?);
        }
    }
    let master = master.ok_or(ImportError::WrongPassphrase)?;
    let sealed = BASE64.decode(sealed.trim().as_bytes()).map_err(|_| ImportError::Damaged)?;
    open(&master, header.get("params"), &sealed)?.ok_or(ImportError::Damaged)
}

/// Opens the master key with a password, if the slot takes it.
fn unlocked(slot: &Json, words: &[u8], access: &Access<'_>) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
    let cost = ["n", "r", "p"].map(|name| slot.get(name).number().ok().flatten().unwrap_or(0));
    let key = scrypt(access, words, &hex(slot.get("salt"))?, cost)?;
    open(&*key, slot.get("key_params"), &hex(slot.get("key"))?)
}

/// Opens what was sealed without its tag, which stands beside the nonce.
fn open(key: &[u8], params: &Json, sealed: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
    let (nonce, tag) = (hex(params.get("nonce"))?, hex(params.get("tag"))?);
    Ok(gcm(key, &nonce, b"", &[sealed, &tag].concat()).ok())
}

/// Writes a password as old versions did by mistake: the whole buffer of Java's encoder, zeros at its end.
fn padded(words: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(words.as_bytes().to_vec());
    let buffer = words.encode_utf16().count() * 11 / 10;
    bytes.resize(buffer.max(words.len()), 0);
    bytes
}

fn hex(text: &Json) -> Result<Vec<u8>, ImportError> {
    HEXLOWER_PERMISSIVE.decode(text.text().as_bytes()).map_err(|_| ImportError::Damaged)
}

fn entries(db: &Json, mut gathering: Gathering) -> Result<Import, ImportError> {
    if !db.get("entries").is_list() {
        return Err(ImportError::Damaged);
    }
    for entry in db.get("entries").items() {
        let name = || label(&entry.get("issuer").name(), &entry.get("name").name());
        gathering.add(name, draft(entry, db.get("groups").items()))?;
    }
    gathering.finish()
}

fn draft(entry: &Json, groups: &[Json]) -> Entry {
    let draft = Draft::new(entry.get("issuer").name(), entry.get("name").name(), otp(entry)?);
    let own = [entry.get("group").name()];
    let named = entry.get("groups").items().iter().filter_map(|id| {
        let group = groups.iter().find(|group| group.get("uuid").text().eq_ignore_ascii_case(id.text()))?;
        Some(group.get("name").name())
    });
    let tags = own.into_iter().chain(named).collect();
    Ok(Draft { note: entry.get("note").text().to_owned(), tags, pinned: entry.get("favorite").is_true(), ..draft })
}

fn otp(entry: &Json) -> Result<Otp, EntryError> {
    let info = entry.get("info");
    let secret = || entry::base32(info.get("secret").text());
    let [algorithm, digits, period, counter] = ["algo", "digits", "period", "counter"].map(|name| info.get(name));
    let parameters = Parameters { algorithm, digits, period, counter };
    match entry.get("type").text().to_ascii_lowercase().as_str() {
        "totp" => parameters.totp(secret()?),
        "hotp" => parameters.hotp(secret()?),
        "steam" | "steamtotp" => parameters.steam(secret()?),
        "motp" => {
            let text = data_encoding::HEXLOWER.encode(secret()?.expose());
            Ok(Otp::Motp { secret: Secret::new(text.into_bytes()), pin: entry::pin(info.get("pin"))? })
        }
        "yandex" => Ok(Otp::Yandex { secret: entry::yandex(secret()?)?, pin: entry::pin(info.get("pin"))? }),
        _ => Err(EntryError::UnknownType),
    }
}
