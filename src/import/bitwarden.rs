//! Bitwarden: exports of the password manager as JSON, plain and password-protected, and as CSV.
//!
//! Settings → Export vault. Only logins with an authenticator key are accounts. A file that only the account which
//! made it can open is recognised and not read. Bitwarden Authenticator has a file of its own here.

use data_encoding::BASE64;
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::container::{Json, Row, Table};
use super::crypt::{Hash, argon2, cbc, hmac_sha256, pbkdf2, same};
use super::entry::{self, Entry, Parameters, joined};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Obstacle, Source};
use crate::account::Draft;

/// Reads Bitwarden.
pub(super) const IMPORTER: Importer = Importer {
    name: "bitwarden",
    about: "Bitwarden: exported vault as JSON (plain or password-protected) or CSV",
    detect,
    read,
};

/// The type of an item that is a login.
const LOGIN: u64 = 1;

fn detect(source: &Source<'_>) -> Fit {
    match source.json() {
        Some(json) => Fit::from(is_protected(json) || (is_vault(json) && !is_authenticator(json))),
        None => Fit::from(
            source.text().is_some_and(|text| Table::has_columns(text, &["login_uri", "login_username", "login_totp"])),
        ),
    }
}

fn is_protected(json: &Json) -> bool {
    json.get("encrypted").is_true()
        && (json.has("data") || json.has("items") || json.has("encKeyValidation_DO_NOT_EDIT"))
}

fn is_vault(json: &Json) -> bool {
    let is_item = |item: &Json| item.has("login") || item.has("folderId") || item.has("organizationId");
    let items = json.get("items");
    items.is_list() && (json.has("encrypted") || items.items().iter().any(is_item))
}

/// Tells a file of Bitwarden Authenticator, which knows no folders.
pub(super) fn is_authenticator(json: &Json) -> bool {
    is_vault(json) && !json.get("encrypted").is_true() && !json.has("folders") && !json.has("collections")
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let gathering = Gathering::new(IMPORTER.name);
    match source.json() {
        None => table(source.text().ok_or(ImportError::UnknownFormat)?, gathering),
        Some(json) if !json.get("encrypted").is_true() => items(json, gathering),
        Some(json) if json.get("passwordProtected").is_true() => {
            let opened = opened(json, access)?;
            let text = std::str::from_utf8(&opened).map_err(|_| ImportError::Damaged)?;
            items(&Json::parse(text)?, gathering.encrypted())
        }
        Some(_) => Err(ImportError::NotImportable(Obstacle::BitwardenAccount)),
    }
}

fn opened(file: &Json, access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let number = |name: &str| file.get(name).number().ok().flatten();
    // The text is the salt, although it looks like base64.
    let (words, salt) = (access.needed()?.expose().as_bytes(), file.get("salt").text().as_bytes());
    let rounds = number("kdfIterations").ok_or(ImportError::Damaged)?;
    let master = match number("kdfType") {
        None | Some(0) => pbkdf2::<32>(access, Hash::Sha256, words, salt, rounds)?,
        Some(1) => {
            let mib = number("kdfMemory").ok_or(ImportError::Damaged)?;
            let lanes = number("kdfParallelism").ok_or(ImportError::Damaged)?;
            argon2(access, words, &Sha256::digest(salt), [mib.saturating_mul(1024), rounds, lanes])?
        }
        Some(kind) => return Err(ImportError::UnsupportedVersion { found: kind, newest: 1 }),
    };
    let keys = Keys::of(&master)?;
    keys.open(file.get("encKeyValidation_DO_NOT_EDIT").text(), ImportError::WrongPassphrase)?;
    keys.open(file.get("data").text(), ImportError::Damaged)
}

/// Holds what one derived key is stretched to.
struct Keys {
    seal: Zeroizing<[u8; 32]>,
    mac: Zeroizing<[u8; 32]>,
}

impl Keys {
    fn of(master: &[u8; 32]) -> Result<Self, ImportError> {
        let stretch = Hkdf::<Sha256>::from_prk(master).map_err(|_| ImportError::Damaged)?;
        let mut keys = Self { seal: Zeroizing::new([0; 32]), mac: Zeroizing::new([0; 32]) };
        stretch.expand(b"enc", keys.seal.as_mut()).map_err(|_| ImportError::Damaged)?;
        stretch.expand(b"mac", keys.mac.as_mut()).map_err(|_| ImportError::Damaged)?;
        Ok(keys)
    }

    /// Opens `2.iv|ciphertext|mac`; `wrong` is what it means that the MAC is not right.
    fn open(&self, sealed: &str, wrong: ImportError) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let parts = sealed.strip_prefix("2.").ok_or(ImportError::Damaged)?.split('|');
        let decoded = parts.map(|part| BASE64.decode(part.as_bytes())).collect::<Result<Vec<_>, _>>();
        let [iv, sealed, mac] = decoded.ok().and_then(|parts| parts.try_into().ok()).ok_or(ImportError::Damaged)?;
        if !same(&hmac_sha256(&*self.mac, &[&iv, &sealed]), &mac) {
            return Err(wrong);
        }
        cbc(&*self.seal, &iv, &sealed).map_err(|_| ImportError::Damaged)
    }
}

/// Reads the items of a vault; those without an authenticator key are passed over.
pub(super) fn items(vault: &Json, mut gathering: Gathering) -> Result<Import, ImportError> {
    if !vault.get("items").is_list() {
        return Err(ImportError::Damaged);
    }
    for item in vault.get("items").items() {
        let login = item.get("login");
        let is_login = item.get("type").number().ok().flatten().unwrap_or(LOGIN) == LOGIN;
        if !is_login || login.get("totp").text().trim().is_empty() {
            gathering.pass();
            continue;
        }
        let name = || label(&item.get("name").name(), &login.get("username").name());
        gathering.add(name, draft(item, vault))?;
    }
    gathering.finish()
}

fn draft(item: &Json, vault: &Json) -> Entry {
    if !item.get("deletedDate").is_null() {
        return Err(EntryError::Trashed);
    }
    let login = item.get("login");
    let [digits, period] = ["digits", "period"].map(|name| login.get(name));
    let parameters = Parameters { digits, period, ..Parameters::default() };
    let draft = key(login.get("totp").text(), parameters)?;
    let draft = named(draft, &item.get("name").name(), &login.get("username").name());
    let folder = names_of(vault.get("folders"), std::slice::from_ref(item.get("folderId")));
    let collections = names_of(vault.get("collections"), item.get("collectionIds").items());
    let tags = draft.tags.iter().cloned().chain(folder).chain(collections).collect();
    let note = joined(draft.note, item.get("notes").text());
    Ok(Draft { note, tags, pinned: item.get("favorite").is_true(), ..draft })
}

fn names_of(named: &Json, ids: &[Json]) -> Vec<String> {
    let is_one = |entry: &&Json| !entry.get("id").is_null() && ids.contains(entry.get("id"));
    named.items().iter().filter(is_one).map(|entry| entry.get("name").name()).collect()
}

/// Reads an authenticator key: a link of some kind, or a bare secret.
pub(super) fn key(text: &str, parameters: Parameters<'_>) -> Entry {
    entry::link_or(text, |secret| parameters.totp(secret))
}

/// Gives a draft the names of its item where it has none of its own.
pub(super) fn named(mut draft: Draft, issuer: &str, name: &str) -> Draft {
    if draft.issuer.is_empty() {
        draft.issuer = issuer.to_owned();
    }
    if draft.name.is_empty() {
        draft.name = name.to_owned();
    }
    draft
}

fn table(text: &str, mut gathering: Gathering) -> Result<Import, ImportError> {
    for (line, row) in Table::parse(text)?.rows() {
        if row.cell("login_totp").is_empty() {
            gathering.holds_more();
            continue;
        }
        gathering.holds_more();
        let name = || label(row.cell("name"), row.cell("login_username"));
        gathering.add_at(line, name, row_draft(row))?;
    }
    gathering.finish()
}

fn row_draft(row: Row<'_>) -> Entry {
    let draft = key(row.cell("login_totp"), Parameters::default())?;
    let draft = named(draft, row.cell("name"), row.cell("login_username"));
    let folders = row.cell("folder").split(',').chain(row.cell("collections").split(',')).map(str::to_owned);
    let tags = draft.tags.iter().cloned().chain(folders).collect();
    let note = joined(draft.note, row.cell("notes"));
    Ok(Draft { note, tags, pinned: row.cell("favorite") == "1", ..draft })
}
