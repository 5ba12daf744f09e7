//! Sterk's own export, as a file and as the QR codes of a paper backup.
//!
//! Both are the sealed form with a passphrase of its own. The codes of a paper come in any order; all of them are
//! needed. A backup or a vault is not read here, but brought back as what it is.

use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

use super::container::Json;
use super::entry::Entry;
use super::gather::{Gathering, label};
use super::list::bare;
use super::{Access, Fit, Import, ImportError, Importer, Obstacle};
use crate::account::{Draft, uri};
use crate::export::PAPER;
use crate::seal::{Purpose, SealError, Sealed, key_from_passphrase};

/// Reads Sterk.
pub(super) const IMPORTER: Importer = Importer {
    name: "sterk",
    about: "Sterk: encrypted export, or the codes of a paper backup",
    detect: |source| Fit::from(source.begins(MAGIC) || is_paper(source.front())),
    read: |source, access| match source.begins(MAGIC) {
        true => opened(source.bytes().to_vec(), access),
        false => opened(joined(source.text().unwrap_or_default())?, access),
    },
};

const MAGIC: &[u8] = b"\x89STERK\r\n";
/// The most parts of a paper.
const MOST_PARTS: usize = 10_000;

/// Tells whether a text is a code of a paper backup.
pub fn is_paper(text: &str) -> bool {
    text.trim_start().starts_with(PAPER)
}

/// Joins the codes of one paper, each on its line; the first says of which.
fn joined(text: &str) -> Result<Vec<u8>, ImportError> {
    let lines: Vec<_> = text.lines().map(bare).filter(|line| is_paper(line)).collect();
    let mut parts: Vec<Option<Vec<u8>>> = Vec::new();
    let mut paper = None;
    for line in &lines {
        let (id, number, total, bytes) = part(line).ok_or(ImportError::Damaged)?;
        if *paper.get_or_insert((id, total)) != (id, total) {
            continue;
        }
        parts.resize(total, None);
        parts[number - 1] = Some(bytes);
    }
    let missing = (1..).zip(&parts).filter(|(_, part)| part.is_none()).map(|(number, _)| number).collect::<Vec<u32>>();
    match missing.is_empty() {
        true => Ok(parts.into_iter().flatten().flatten().collect()),
        false => Err(ImportError::MissingParts { parts: missing }),
    }
}

fn part(line: &str) -> Option<(&str, usize, usize, Vec<u8>)> {
    let (id, rest) = line.strip_prefix(PAPER)?.split_once(':')?;
    let (place, data) = rest.split_once(':')?;
    let (number, total) = place.split_once('/')?;
    let (number, total) = (number.parse().ok()?, total.parse().ok()?);
    let is_sound = (1..=total).contains(&number) && total <= MOST_PARTS;
    is_sound.then(|| Some((id, number, total, BASE32_NOPAD.decode(data.trim().as_bytes()).ok()?)))?
}

fn opened(bytes: Vec<u8>, access: &Access<'_>) -> Result<Import, ImportError> {
    let sealed = Sealed::parse(bytes).map_err(fault)?;
    if sealed.header().purpose != Purpose::Export {
        return Err(ImportError::NotImportable(Obstacle::SterkBackup));
    }
    let (slots, vault) = (&sealed.header().slots, sealed.header().vault_id);
    let key = key_from_passphrase(slots, vault, access.needed()?).map_err(fault)?;
    let opened = sealed.open(&key.ok_or(ImportError::WrongPassphrase)?).map_err(fault)?;
    if !opened.damaged.is_empty() {
        return Err(ImportError::Damaged);
    }
    let texts = opened.records.iter().map(|(_, bytes)| std::str::from_utf8(bytes).map_err(|_| ImportError::Damaged));
    let mut records = texts.map(|text| Json::parse(text?)).collect::<Result<Vec<_>, _>>()?;
    records.sort_by_key(|record| record.get("place").number().ok().flatten());
    let mut gathering = Gathering::new(IMPORTER.name).encrypted();
    for record in &records {
        gathering.add(|| label(&record.get("issuer").name(), &record.get("account").name()), draft(record))?;
    }
    gathering.finish()
}

fn draft(record: &Json) -> Entry {
    let otp = uri::parse(record.get("link").text())?.otp;
    let text = |name: &str| record.get(name).text().to_owned();
    let tags = record.get("tags").items().iter().map(Json::name).collect();
    let draft = Draft::new(text("issuer"), text("account"), otp);
    Ok(Draft { note: text("note"), tags, pinned: record.get("pinned").is_true(), ..draft })
}

fn fault(fault: SealError) -> ImportError {
    match fault {
        SealError::NotSealed => ImportError::UnknownFormat,
        SealError::TooLarge => ImportError::TooCostly { what: "a sealed file that is too large" },
        _ => ImportError::Damaged,
    }
}

/// Reads the codes of a paper as they were seen in pictures.
pub(super) fn of_pictures(texts: &[Zeroizing<String>], access: &Access<'_>) -> Result<Import, ImportError> {
    let all = Zeroizing::new(texts.iter().map(|text| text.as_str()).collect::<Vec<_>>().join("\n"));
    opened(joined(&all)?, access)
}
