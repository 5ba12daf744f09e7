//! KeePass and its kin (KeePassXC, KeePassDX, Strongbox …): databases (KDBX 3 and 4), XML and CSV.
//!
//! Keys stand in one of several fields of an entry, by the app that wrote it. A key file opens a database if it lies
//! beside it under the same name (`.keyx`, `.key`). The recycle bin and former versions stay out; references to other
//! entries are not followed.

use zeroize::Zeroizing;

use super::container::{Json, KEEPASS, NULL, Record, key_file, open_kdbx, records};
use super::crypt::Keystream;
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::login::{Login, is_blank};
use super::table::{self, Columns};
use super::{Access, EntryError, Fit, Holds, Import, ImportError, Importer, Source, what_is};
use crate::account::{Draft, uri};
use crate::otp::Otp;
use crate::secret::Secret;

/// Reads KeePass.
pub(super) const IMPORTER: Importer = Importer {
    name: "keepass",
    about: "KeePass, KeePassXC and kin: database (KDBX 3, 4) with its password and key file, XML or CSV",
    detect,
    read,
};

/// The columns that KeePassXC writes.
const COLUMNS: Columns = Columns {
    marks: &["group", "title", "username", "totp"],
    keys: &["totp"],
    title: &["title"],
    user: &["username"],
    note: "notes",
    path: "group",
    ..Columns::NONE
};

/// Endings of key files.
const KEY_FILES: [&str; 2] = ["keyx", "key"];
/// The fields that every entry has; anything else is a field of the person's own.
const USUAL: [&str; 5] = ["Title", "UserName", "Password", "URL", "Notes"];

fn detect(source: &Source<'_>) -> Fit {
    let front = source.front();
    let is_xml = front.starts_with('<') && front.contains("<KeePassFile");
    Fit::from(source.begins(KEEPASS) || is_xml || table::fits(source, &COLUMNS))
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let gathering = Gathering::new(IMPORTER.name);
    if source.begins(KEEPASS) {
        let mut opened = open_kdbx(source.bytes(), beside(source).as_deref(), access)?;
        return entries(records(&opened.xml, &mut opened.keystream)?, gathering.encrypted());
    }
    match source.text() {
        Some(_) if !source.front().starts_with('<') => table::read(source, &COLUMNS, IMPORTER.name),
        Some(text) => entries(records(text, &mut Keystream::None)?, gathering),
        None => Err(ImportError::UnknownFormat),
    }
}

/// Returns the key of a key file beside the database.
fn beside(source: &Source<'_>) -> Option<Zeroizing<[u8; 32]>> {
    let stem = source.name().rsplit_once('.').map_or(source.name(), |(stem, _)| stem);
    let file = KEY_FILES.iter().find_map(|ending| source.neighbour(&format!("{stem}.{ending}")))?;
    Some(key_file(&file))
}

fn entries(records: Vec<Record>, mut gathering: Gathering) -> Result<Import, ImportError> {
    gathering.holds_more();
    for (position, record) in (1..).zip(&records) {
        let login = login(record);
        for entry in found(record) {
            gathering.add_at(position, || label(&login.title, &login.user), login.around(entry))?;
        }
    }
    gathering.finish()
}

fn login(record: &Record) -> Login {
    let path = record.groups.join("/");
    let tags = record.tags.split([';', ',']).map(str::to_owned);
    Login {
        title: record.field("Title").trim().to_owned(),
        user: record.field("UserName").trim().to_owned(),
        note: record.field("Notes").to_owned(),
        tags: [path].into_iter().chain(tags).collect(),
        pinned: false,
        is_trashed: record.is_trashed,
    }
}

/// Reads every key of an entry; one that stands there in several dresses counts once.
fn found(record: &Record) -> Vec<Entry> {
    let ways = [link(record), settings(record), timed(record), counted(record)];
    let mut found: Vec<Entry> = Vec::new();
    for entry in ways.into_iter().flatten() {
        let is_known = |known: &Entry| matches!((known, &entry), (Ok(a), Ok(b)) if a.otp.secret() == b.otp.secret());
        if !found.iter().any(is_known) {
            found.push(entry);
        }
    }
    if found.is_empty() { elsewhere(record) } else { found }
}

/// Reads `otp`: a link, as KeePassXC writes it, or the words of the plug-in KeeOtp.
fn link(record: &Record) -> Option<Entry> {
    let text = record.field("otp").trim();
    if is_blank(text) {
        return None;
    }
    if text.contains("key=") && !text.contains("://") {
        return Some(kee_otp(text));
    }
    let entry = entry::link_or(text, |secret| Parameters::default().totp(secret));
    Some(entry.map(|draft| without_none(draft, record)))
}

/// Drops the name that KeePassXC writes where there is none.
fn without_none(draft: Draft, record: &Record) -> Draft {
    let is_none = draft.name == "none" && record.field("UserName").trim().is_empty();
    let name = if is_none { String::new() } else { draft.name };
    Draft { name, ..draft }
}

/// Reads `key=SECRET&size=6&step=30&otpHashMode=Sha256&type=Totp&counter=`.
fn kee_otp(text: &str) -> Entry {
    let value = |name: &str| {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        let found = pairs.filter(|(found, _)| found.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value).next();
        Json::Text(found.map(uri::decoded).unwrap_or_default())
    };
    let [algorithm, digits, period, counter] = ["otpHashMode", "size", "step", "counter"].map(value);
    let parameters = Parameters { algorithm: &algorithm, digits: &digits, period: &period, counter: &counter };
    let secret = entry::base32(value("key").text())?;
    bare(match value("type").name().to_ascii_lowercase().as_str() {
        "" | "totp" => parameters.totp(secret),
        "hotp" => parameters.hotp(secret),
        "steam" => Ok(entry::steam(secret)),
        _ => Err(EntryError::UnknownType),
    })
}

fn bare(otp: Result<Otp, EntryError>) -> Entry {
    otp.map(|otp| Draft::new("", "", otp))
}

/// Reads `TOTP Seed` and `TOTP Settings`, which say `period;digits`, or `S` for Steam.
fn settings(record: &Record) -> Option<Entry> {
    let seed = Some(record.field("TOTP Seed")).filter(|seed| !seed.trim().is_empty())?;
    let mut parts = record.field("TOTP Settings").split(';').map(str::trim);
    let (period, digits) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let otp = || {
        let secret = entry::base32(seed)?;
        if digits.eq_ignore_ascii_case("S") {
            return Ok(entry::steam(secret));
        }
        let (digits, period) = (text(digits), text(period));
        Parameters { digits: &digits, period: &period, ..Parameters::default() }.totp(secret)
    };
    Some(bare(otp()))
}

fn text(words: &str) -> Json {
    if words.trim().is_empty() { NULL.clone() } else { Json::Text(Zeroizing::new(words.trim().to_owned())) }
}

/// Reads `TimeOtp-…`, as KeePass itself writes it.
fn timed(record: &Record) -> Option<Entry> {
    let secret = secret(record, "TimeOtp")?;
    let [digits, period, algorithm] =
        ["TimeOtp-Length", "TimeOtp-Period", "TimeOtp-Algorithm"].map(|name| text(record.field(name)));
    let parameters = Parameters { algorithm: &algorithm, digits: &digits, period: &period, ..Parameters::default() };
    Some(bare(secret.and_then(|secret| parameters.totp(secret))))
}

/// Reads `HmacOtp-…`.
fn counted(record: &Record) -> Option<Entry> {
    let secret = secret(record, "HmacOtp")?;
    let counter = text(record.field("HmacOtp-Counter"));
    let parameters = Parameters { counter: &counter, ..Parameters::default() };
    Some(bare(secret.and_then(|secret| parameters.hotp(secret))))
}

/// Reads a secret in the one of four dresses that is there.
fn secret(record: &Record, front: &str) -> Option<Result<Secret, EntryError>> {
    let field = |end: &str| Some(record.field(&format!("{front}-Secret{end}"))).filter(|text| !text.trim().is_empty());
    let plain = || field("").map(|text| entry::not_empty(text.as_bytes().to_vec()));
    let hex = || field("-Hex").map(entry::hex);
    let base32 = || field("-Base32").map(entry::base32);
    plain().or_else(hex).or_else(base32).or_else(|| field("-Base64").map(entry::base64))
}

/// Reads links that a person keeps in a field of their own, or in lines of the note.
fn elsewhere(record: &Record) -> Vec<Entry> {
    let own = record.fields.iter().filter(|(name, _)| !USUAL.contains(&name.as_str())).map(|(_, value)| value.as_str());
    let lines = own.chain(record.field("Notes").lines()).map(str::trim);
    let links = lines.filter(|line| what_is(line) == Holds::Account && !is_blank(line));
    links.map(|line| uri::parse(line).map_err(EntryError::from)).collect()
}
