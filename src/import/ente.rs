//! Ente Auth: exports, plain (links one a line) and encrypted.
//!
//! Settings → Data → Export codes. What the app adds to a link stands in its `codeDisplay`: tags, notes, favourites,
//! the trash. Encrypted ones: Argon2id, then libsodium's secretstream with one message. Icons are not carried.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::container::Json;
use super::crypt::{argon2, secretstream};
use super::entry::{Entry, joined};
use super::gather::Gathering;
use super::list::bare;
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source, what_is};
use crate::account::uri;

/// Reads Ente Auth.
pub(super) const IMPORTER: Importer =
    Importer { name: "ente", about: "Ente Auth: exported codes, plain or encrypted", detect, read };

const NEWEST: u64 = 1;
/// Marks a link of this app.
const DISPLAY: &str = "codeDisplay=";

fn detect(source: &Source<'_>) -> Fit {
    if let Some(json) = source.json() {
        return Fit::from(json.has("kdfParams") && json.has("encryptedData"));
    }
    let is_ours = |line: &str| line.contains(DISPLAY) && what_is(&bare(line)).is_ours();
    Fit::from(source.text().is_some_and(|text| text.lines().any(is_ours)))
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    match source.json().filter(|json| json.has("kdfParams")) {
        None => links(&source.loose_text(), Gathering::new(IMPORTER.name)),
        Some(file) => {
            let opened = opened(file, access)?;
            let text = std::str::from_utf8(&opened).map_err(|_| ImportError::Damaged)?;
            links(text, Gathering::new(IMPORTER.name).encrypted())
        }
    }
}

fn opened(file: &Json, access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let number = |json: &Json| json.number().ok().flatten().ok_or(ImportError::Damaged);
    let version = file.get("version").number().ok().flatten().unwrap_or(NEWEST);
    if version > NEWEST {
        return Err(ImportError::UnsupportedVersion { found: version, newest: NEWEST });
    }
    let kdf = file.get("kdfParams");
    let cost = [number(kdf.get("memLimit"))? / 1024, number(kdf.get("opsLimit"))?, 1];
    let salt = base64(kdf.get("salt"))?;
    let (header, sealed) = (base64(file.get("encryptionNonce"))?, base64(file.get("encryptedData"))?);
    let key = argon2(access, access.needed()?.expose().as_bytes(), &salt, cost)?;
    secretstream(&key, &header, &sealed).map_err(|_| ImportError::WrongPassphrase)
}

fn base64(text: &Json) -> Result<Vec<u8>, ImportError> {
    BASE64.decode(text.text().trim().as_bytes()).map_err(|_| ImportError::Damaged)
}

fn links(text: &str, mut gathering: Gathering) -> Result<Import, ImportError> {
    for (line, link) in (1..).zip(text.lines().map(bare)) {
        if link.is_empty() || link.starts_with('#') || matches!(&*link, "[" | "]") {
            continue;
        }
        gathering.add_at(line, String::new, draft(&link))?;
    }
    gathering.finish()
}

fn draft(link: &str) -> Entry {
    let mut draft = uri::parse(link)?;
    let Some(display) = display(link) else { return Ok(draft) };
    if display.get("trashed").is_true() {
        return Err(EntryError::Trashed);
    }
    draft.pinned = display.get("pinned").is_true();
    draft.tags.extend(display.get("tags").items().iter().map(Json::name));
    draft.note = joined(draft.note, display.get("note").text());
    Ok(draft)
}

/// Reads what the app adds to a link; one that makes no sense is as none.
fn display(link: &str) -> Option<Json> {
    let (_, query) = link.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(DISPLAY))?;
    Json::parse(&uri::decoded(value)).ok()
}
