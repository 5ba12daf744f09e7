//! Raivo OTP (iOS): its exported JSON, bare or in a ZIP under the master password.
//!
//! Settings → Export OTPs to ZIP archive. Every value of the JSON is text. The page of QR codes beside it is not
//! needed. Icons are not carried.

use super::container::Json;
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;

/// Reads Raivo.
pub(super) const IMPORTER: Importer =
    Importer { name: "raivo", about: "Raivo OTP: exported ZIP with its password, or the JSON in it", detect, read };

const NAME: &str = "raivo-otp-export.json";

fn detect(source: &Source<'_>) -> Fit {
    let is_entry = |entry: &Json| entry.has("kind") && entry.has("timer") && entry.has("secret");
    let is_plain = source.json().is_some_and(|json| json.items().first().is_some_and(is_entry));
    Fit::from(is_plain || source.archive().is_some_and(|archive| archive.file(NAME).is_some()))
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    if let Some(json) = source.json() {
        return entries(json, Gathering::new(IMPORTER.name));
    }
    let archive = source.archive().ok_or(ImportError::UnknownFormat)?;
    let member = archive.file(NAME).ok_or(ImportError::UnknownFormat)?;
    let bytes = archive.read(member, access)?;
    let gathering = Gathering::new(IMPORTER.name);
    let gathering = if member.is_encrypted { gathering.encrypted() } else { gathering };
    entries(Source::new(&bytes).parsed_json().as_ref().map_err(Clone::clone)?, gathering)
}

fn entries(list: &Json, mut gathering: Gathering) -> Result<Import, ImportError> {
    if !list.is_list() {
        return Err(ImportError::Damaged);
    }
    for entry in list.items() {
        gathering.add(|| label(&entry.get("issuer").name(), &entry.get("account").name()), draft(entry))?;
    }
    gathering.finish()
}

fn draft(entry: &Json) -> Entry {
    let secret = entry::base32(entry.get("secret").text())?;
    let [algorithm, digits, period, counter] = ["algorithm", "digits", "timer", "counter"].map(|name| entry.get(name));
    let parameters = Parameters { algorithm, digits, period, counter };
    let otp = match entry.get("kind").text().to_ascii_uppercase().as_str() {
        "TOTP" => parameters.totp(secret)?,
        "HOTP" => parameters.hotp(secret)?,
        _ => return Err(EntryError::UnknownType),
    };
    let draft = Draft::new(entry.get("issuer").name(), entry.get("account").name(), otp);
    Ok(Draft { pinned: entry.get("pinned").is_true(), ..draft })
}
