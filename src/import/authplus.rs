//! Authenticator Plus (Android): encrypted backups, as a ZIP archive with `Accounts.txt`, or its SQLCipher database.
//!
//! Settings → Backup & Restore → Export. The archive holds links, under the master password. The database is that of
//! SQLCipher 3 (PBKDF2-HMAC-SHA1, AES-256-CBC, HMAC-SHA1 page by page); it is decrypted in memory.

use zeroize::Zeroizing;

use super::container::{Database, Json, Value};
use super::crypt::{Hash, cbc_blocks, hmac_sha1, pbkdf2, same};
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source, google};
use crate::account::{Draft, uri};

/// Reads Authenticator Plus.
pub(super) const IMPORTER: Importer = Importer {
    name: "authenticator-plus",
    about: "Authenticator Plus: exported ZIP archive or database",
    detect,
    read,
};

const LIST: &str = "Accounts.txt";
const PAGE: usize = 1024;
const SALT: usize = 16;
const IV: usize = 16;
const MAC: usize = 20;
/// Bytes at the end of a page that are not the database's: IV, MAC, and zeros up to whole blocks.
const RESERVE: usize = 48;
const ROUNDS: u64 = 64_000;
const MAC_ROUNDS: u64 = 2;
/// The salt of the key for the MACs is that of the database with these bits turned.
const MAC_SALT: u8 = 0x3a;

fn detect(source: &Source<'_>) -> Fit {
    if let Some(archive) = source.archive() {
        return Fit::from(archive.file(LIST).is_some());
    }
    if let Some(database) = source.database() {
        return Fit::from(database.has_columns("accounts", &["email", "secret", "category"]));
    }
    let is_sealed = source.is_noise() && !source.bytes().is_empty() && source.bytes().len().is_multiple_of(PAGE);
    match is_sealed {
        true if source.is_opened() || source.name().ends_with(".db") => Fit::Perhaps,
        _ => Fit::No,
    }
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let gathering = Gathering::new(IMPORTER.name);
    if let Some(archive) = source.archive() {
        let list = archive.file(LIST).ok_or(ImportError::UnknownFormat)?;
        let bytes = archive.read(list, access)?;
        let gathering = if list.is_encrypted { gathering.encrypted() } else { gathering };
        return links(&String::from_utf8_lossy(&bytes), gathering);
    }
    if let Some(database) = source.database() {
        return rows(database, gathering);
    }
    let opened = opened(source.bytes(), access)?;
    rows(&Database::open(&opened, None)?, gathering.encrypted())
}

fn links(text: &str, mut gathering: Gathering) -> Result<Import, ImportError> {
    for (line, link) in (1..).zip(text.lines()).filter(|(_, link)| link.contains("://")) {
        gathering.add_at(line, String::new, uri::parse(link).map_err(EntryError::from))?;
    }
    gathering.finish()
}

/// Decrypts a database page by page; the first one tells a wrong password.
fn opened(bytes: &[u8], access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let salt = bytes.get(..SALT).ok_or(ImportError::UnknownFormat)?;
    let words = access.needed()?.expose().as_bytes();
    let key = pbkdf2::<32>(access, Hash::Sha1, words, salt, ROUNDS)?;
    let mac_salt: Vec<u8> = salt.iter().map(|byte| byte ^ MAC_SALT).collect();
    let mac_key = pbkdf2::<32>(access, Hash::Sha1, &*key, &mac_salt, MAC_ROUNDS)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len()));
    for (number, page) in (1u32..).zip(bytes.chunks_exact(PAGE)) {
        let start = if number == 1 { SALT } else { 0 };
        let (body, reserve) = page[start..].split_at(PAGE - RESERVE - start);
        let (iv, rest) = reserve.split_at(IV);
        let wrong = if number == 1 { ImportError::WrongPassphrase } else { ImportError::Damaged };
        if !same(&hmac_sha1(&*mac_key, &[body, iv, &number.to_le_bytes()]), &rest[..MAC]) {
            return Err(wrong);
        }
        plain.extend_from_slice(if number == 1 { Database::MAGIC } else { b"" });
        plain.extend_from_slice(&cbc_blocks(&*key, iv, body).map_err(|_| ImportError::Damaged)?);
        plain.extend_from_slice(reserve);
    }
    Ok(plain)
}

fn rows(database: &Database, mut gathering: Gathering) -> Result<Import, ImportError> {
    for row in database.rows("accounts", ["issuer", "email", "secret", "type", "counter", "category"])? {
        let (issuer, name) = google::names(row[0].text(), row[1].text());
        let entry = draft(&row).map(|draft| Draft { issuer: issuer.clone(), name: name.clone(), ..draft });
        gathering.add(|| label(&issuer, &name), entry)?;
    }
    gathering.finish()
}

fn draft([_, _, secret, kind, counter, category]: &[Value; 6]) -> Entry {
    let otp = match kind.whole() {
        None | Some(0) => Parameters::default().totp(entry::base32(secret.text())?)?,
        Some(1) => {
            let counter = Json::Whole(counter.whole().unwrap_or(0).into());
            Parameters { counter: &counter, ..Parameters::default() }.hotp(entry::base32(secret.text())?)?
        }
        // Blizzard.
        Some(2) => Parameters { digits: &Json::Whole(8), ..Parameters::default() }.totp(entry::hex(secret.text())?)?,
        Some(_) => return Err(EntryError::UnknownType),
    };
    Ok(Draft { tags: vec![category.text().to_owned()], ..Draft::new("", "", otp) })
}
