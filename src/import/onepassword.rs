//! 1Password: exports as 1PUX (version 8), CSV (version 8) and 1PIF (versions 6 and 7).
//!
//! File → Export. An item can hold several one-time passwords; each becomes an account. The CSV of older versions has
//! no such column.

use super::container::Json;
use super::entry::first_of;
use super::gather::{Gathering, label};
use super::login::{Login, is_blank};
use super::table::{self, Columns};
use super::{Access, Fit, Import, ImportError, Importer, Source};

/// Reads 1Password.
pub(super) const IMPORTER: Importer =
    Importer { name: "1password", about: "1Password: exported vaults as 1PUX, CSV or 1PIF", detect, read };

const DATA: &str = "export.data";
/// What stands between the items of 1PIF.
const BETWEEN: &str = "***";

const COLUMNS: Columns = Columns {
    marks: &["title", "otpauth", "username", "password", "archived"],
    keys: &["otpauth"],
    title: &["title"],
    user: &["username"],
    note: "notes",
    tags: "tags",
    pinned: "favorite",
    ..Columns::NONE
};

fn detect(source: &Source<'_>) -> Fit {
    let is_1pux = source.archive().is_some_and(|archive| archive.member(DATA).is_some());
    let is_data = || source.json().is_some_and(is_export);
    Fit::from(is_1pux || is_data() || is_1pif(source) || table::fits(source, &COLUMNS))
}

fn is_export(json: &Json) -> bool {
    json.get("accounts").items().iter().any(|account| account.get("vaults").is_list())
}

fn is_1pif(source: &Source<'_>) -> bool {
    let is_mark = |line: &str| line.starts_with(BETWEEN) && line.trim_end().ends_with(BETWEEN);
    source.looks_like_json() && source.text().is_some_and(|text| text.contains("\"uuid\"") && text.lines().any(is_mark))
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    if let Some(archive) = source.archive() {
        let member = archive.member(DATA).ok_or(ImportError::UnknownFormat)?;
        let bytes = archive.read(member, access)?;
        return vaults(Source::new(&bytes).parsed_json().as_ref().map_err(Clone::clone)?);
    }
    match source.json() {
        Some(json) => vaults(json),
        None if is_1pif(source) => lines(source.text().unwrap_or_default()),
        None => table::read(source, &COLUMNS, IMPORTER.name),
    }
}

fn vaults(file: &Json) -> Result<Import, ImportError> {
    let mut gathering = Gathering::new(IMPORTER.name);
    gathering.holds_more();
    for vault in file.get("accounts").items().iter().flat_map(|account| account.get("vaults").items()) {
        for item in vault.get("items").items() {
            // Older exports have it one level deeper.
            let item = if item.has("item") { item.get("item") } else { item };
            let login = login(item, &vault.get("attrs").get("name").name());
            let fields = item.get("details").get("sections").items().iter().flat_map(|part| part.get("fields").items());
            let keys = fields.map(|field| (field.get("title").name(), field.get("value").get("totp").text()));
            add(&mut gathering, &login, keys)?;
        }
    }
    gathering.finish()
}

fn login(item: &Json, vault: &str) -> Login {
    let (overview, details) = (item.get("overview"), item.get("details"));
    let fields = details.get("loginFields").items();
    let user = fields.iter().find(|field| field.get("designation").text() == "username");
    let tags = overview.get("tags").items().iter().map(Json::name);
    Login {
        title: overview.get("title").name(),
        user: user.map(|field| field.get("value").name()).unwrap_or_default(),
        note: details.get("notesPlain").text().to_owned(),
        tags: [vault.to_owned()].into_iter().chain(tags).collect(),
        pinned: item.get("favIndex").whole().ok().flatten().is_some_and(|index| index > 0),
        is_trashed: item.get("trashed").is_true() || item.get("state").text() == "trashed",
    }
}

/// Adds the keys of one item; where there are several, the title of its field tells one from the other.
fn add<'a>(
    gathering: &mut Gathering,
    login: &Login,
    keys: impl Iterator<Item = (String, &'a str)>,
) -> Result<(), ImportError> {
    let keys: Vec<_> = keys.filter(|(_, key)| !is_blank(key)).collect();
    if keys.is_empty() {
        gathering.pass();
    }
    for (title, key) in &keys {
        let more = if keys.len() > 1 { title.clone() } else { String::new() };
        let login = Login { note: super::entry::joined(login.note.clone(), &more), ..login.clone() };
        gathering.add(|| label(&login.title, &login.user), login.account(key))?;
    }
    Ok(())
}

/// Reads 1PIF: one item a line, with a line of its own between two.
fn lines(text: &str) -> Result<Import, ImportError> {
    let mut gathering = Gathering::new(IMPORTER.name);
    gathering.holds_more();
    for line in text.lines().filter(|line| line.trim_start().starts_with('{')) {
        let item = Json::parse(line)?;
        let contents = item.get("secureContents");
        let fields = contents.get("fields").items();
        let user = fields.iter().find(|field| field.get("designation").text() == "username");
        let login = Login {
            title: first_of([item.get("title").name(), item.get("location").name()]),
            user: user.map(|field| field.get("value").name()).unwrap_or_default(),
            note: contents.get("notesPlain").text().to_owned(),
            tags: item.get("openContents").get("tags").items().iter().map(Json::name).collect(),
            pinned: item.get("openContents").has("faveIndex"),
            is_trashed: item.get("trashed").is_true(),
        };
        let parts = contents.get("sections").items().iter().flat_map(|part| part.get("fields").items());
        let keys = parts.filter(|field| field.get("n").text().starts_with("TOTP_"));
        add(&mut gathering, &login, keys.map(|field| (field.get("t").name(), field.get("v").text())))?;
    }
    gathering.finish()
}
