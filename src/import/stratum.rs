//! Stratum, once Authenticator Pro (Android, desktop): backups in both encryptions and plain, and its database.
//!
//! Settings → Backup. Encrypted in the new way (Argon2id, AES-256-GCM) or the old one (PBKDF2, AES-256-CBC, where
//! only the padding tells a wrong password). Its HTML page and its list of links are read in `page` and `list`; a
//! database behind a password of the app is not read. Icons are not carried.

use zeroize::Zeroizing;

use super::container::{Database, Json, Value};
use super::crypt::{Hash, argon2, cbc, gcm, pbkdf2};
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;
use crate::otp::Otp;

/// Reads Stratum.
pub(super) const IMPORTER: Importer = Importer {
    name: "stratum",
    about: "Stratum (Authenticator Pro): backup, plain or encrypted in either way",
    detect,
    read,
};

const STRONG: &[u8] = b"AUTHENTICATORPRO";
const LEGACY: &[u8] = b"AuthenticatorPro";
/// What Argon2id costs: memory in KiB, passes, lanes.
const COST: [u64; 3] = [65_536, 3, 4];
const ROUNDS: u64 = 64_000;

fn detect(source: &Source<'_>) -> Fit {
    let is_plain = || source.json().is_some_and(|json| json.get("Authenticators").is_list());
    let is_database = || source.database().is_some_and(is_ours);
    Fit::from(source.begins(STRONG) || source.begins(LEGACY) || is_plain() || is_database())
}

fn is_ours(database: &Database) -> bool {
    database.has_columns("authenticator", &["type", "issuer", "secret", "digits"])
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let gathering = Gathering::new(IMPORTER.name);
    if let Some(database) = source.database() {
        return entries(&from_database(database)?, gathering);
    }
    if let Some(json) = source.json() {
        return entries(json, gathering);
    }
    let bytes = source.bytes();
    let (is_strong, body) = match (bytes.strip_prefix(STRONG), bytes.strip_prefix(LEGACY)) {
        (Some(body), _) => (true, body),
        (_, Some(body)) => (false, body),
        _ => return Err(ImportError::UnknownFormat),
    };
    let opened = if is_strong { strong(body, access)? } else { legacy(body, access)? };
    // The old way has no MAC: what is no JSON was opened with the wrong password.
    let wrong = || if is_strong { ImportError::Damaged } else { ImportError::WrongPassphrase };
    let text = std::str::from_utf8(&opened).map_err(|_| wrong())?;
    let json = Json::parse(text).map_err(|fault| if fault == ImportError::Damaged { wrong() } else { fault })?;
    entries(&json, gathering.encrypted())
}

fn strong(body: &[u8], access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let (salt, rest) = body.split_at_checked(16).ok_or(ImportError::Damaged)?;
    let (nonce, sealed) = rest.split_at_checked(12).ok_or(ImportError::Damaged)?;
    let key = argon2(access, access.needed()?.expose().as_bytes(), salt, COST)?;
    gcm(&*key, nonce, b"", sealed).map_err(|_| ImportError::WrongPassphrase)
}

fn legacy(body: &[u8], access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let (salt, rest) = body.split_at_checked(20).ok_or(ImportError::Damaged)?;
    let (iv, sealed) = rest.split_at_checked(16).ok_or(ImportError::Damaged)?;
    if sealed.is_empty() || !sealed.len().is_multiple_of(16) {
        return Err(ImportError::Damaged);
    }
    let key = pbkdf2::<32>(access, Hash::Sha1, access.needed()?.expose().as_bytes(), salt, ROUNDS)?;
    cbc(&*key, iv, sealed).map_err(|_| ImportError::WrongPassphrase)
}

fn entries(file: &Json, mut gathering: Gathering) -> Result<Import, ImportError> {
    if !file.get("Authenticators").is_list() {
        return Err(ImportError::Damaged);
    }
    let mut ranked: Vec<_> = (1..).zip(file.get("Authenticators").items()).collect();
    ranked.sort_by_key(|(_, entry)| entry.get("Ranking").whole().ok().flatten().unwrap_or(i128::MAX));
    for (position, entry) in ranked {
        let name = || label(&entry.get("Issuer").name(), &entry.get("Username").name());
        gathering.add_at(position, name, draft(entry, file))?;
    }
    gathering.finish()
}

fn draft(entry: &Json, file: &Json) -> Entry {
    let draft = Draft::new(entry.get("Issuer").name(), entry.get("Username").name(), otp(entry)?);
    let secret = entry.get("Secret").text();
    let is_bound = |binding: &&Json| !secret.is_empty() && binding.get("AuthenticatorSecret").text() == secret;
    let bound = file.get("AuthenticatorCategories").items().iter().filter(is_bound);
    let tags = bound.filter_map(|binding| category(file, binding.get("CategoryId"))).collect();
    Ok(Draft { tags, ..draft })
}

fn category(file: &Json, id: &Json) -> Option<String> {
    let found = file.get("Categories").items().iter().find(|category| category.get("Id") == id)?;
    Some(found.get("Name").name())
}

fn otp(entry: &Json) -> Result<Otp, EntryError> {
    let words = entry.get("Secret").text();
    let secret = || entry::base32(words);
    let [digits, period, counter] = ["Digits", "Period", "Counter"].map(|name| entry.get(name));
    // Only the two kinds that have one look at it.
    let name = algorithm(entry.get("Algorithm"));
    let parameters = || {
        Ok::<_, EntryError>(Parameters { algorithm: name.as_ref().map_err(|fault| *fault)?, digits, period, counter })
    };
    match entry.get("Type").number() {
        Ok(Some(1)) => parameters()?.hotp(secret()?),
        Ok(Some(2)) => parameters()?.totp(secret()?),
        Ok(Some(3)) => Ok(Otp::Motp { secret: entry::motp(words)?, pin: entry::pin(entry.get("Pin"))? }),
        Ok(Some(4)) => Ok(entry::steam(secret()?)),
        Ok(Some(5)) => Ok(Otp::Yandex { secret: entry::yandex(secret()?)?, pin: entry::pin(entry.get("Pin"))? }),
        _ => Err(EntryError::UnknownType),
    }
}

/// Names the hash function that stands as a number.
fn algorithm(number: &Json) -> Result<Json, EntryError> {
    let name = match number {
        Json::Null | Json::Whole(0) => "SHA1",
        Json::Whole(1) => "SHA256",
        Json::Whole(2) => "SHA512",
        _ => return Err(EntryError::BadAlgorithm),
    };
    Ok(Json::Text(Zeroizing::new(name.to_owned())))
}

/// Makes of the tables what a backup has.
fn from_database(database: &Database) -> Result<Json, ImportError> {
    let mut pairs = vec![("Authenticators".into(), table(database, "authenticator", ENTRY)?)];
    if database.has_columns("category", &["id", "name"]) {
        pairs.push(("Categories".into(), table(database, "category", ["Id", "Name"])?));
    }
    if database.has_columns("authenticatorcategory", &["categoryid", "authenticatorsecret"]) {
        let columns = ["CategoryId", "AuthenticatorSecret"];
        pairs.push(("AuthenticatorCategories".into(), table(database, "authenticatorcategory", columns)?));
    }
    Ok(Json::Map(pairs))
}

const ENTRY: [&str; 10] =
    ["Type", "Issuer", "Username", "Secret", "Pin", "Algorithm", "Digits", "Period", "Counter", "Ranking"];

fn table<const N: usize>(database: &Database, table: &str, names: [&str; N]) -> Result<Json, ImportError> {
    let columns = names.map(str::to_lowercase);
    let rows = database.rows(table, std::array::from_fn::<_, N, _>(|index| columns[index].as_str()))?;
    let object = |row: &[Value; N]| names.iter().map(|name| Box::from(*name)).zip(row.iter().map(json)).collect();
    Ok(Json::List(rows.iter().map(|row| Json::Map(object(row))).collect()))
}

fn json(value: &Value) -> Json {
    match value {
        Value::Whole(number) => Json::Whole((*number).into()),
        Value::Text(text) => Json::Text(text.clone()),
        Value::Null | Value::Other => Json::Null,
    }
}
