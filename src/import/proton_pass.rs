//! Proton Pass: exports as ZIP, as the JSON in it, and as CSV.
//!
//! Settings → Export. Logins without a second factor are passed over, and a vault's name comes along as a tag. One
//! that is encrypted with PGP has to be decrypted first.

use super::container::Json;
use super::gather::{Gathering, label};
use super::login::{Login, is_blank};
use super::table::{self, Columns};
use super::{Access, Fit, Import, ImportError, Importer, Obstacle, Source};

/// Reads Proton Pass.
pub(super) const IMPORTER: Importer =
    Importer { name: "proton-pass", about: "Proton Pass: exported vaults as ZIP, JSON or CSV", detect, read };

const PLAIN: &str = "data.json";
const SEALED: &str = "data.pgp";
/// The state of an item in the trash.
const TRASHED: u64 = 2;

const COLUMNS: Columns = Columns {
    marks: &["type", "name", "totp", "vault"],
    keys: &["totp"],
    title: &["name"],
    user: &["username", "email"],
    note: "note",
    tags: "vault",
    ..Columns::NONE
};

fn detect(source: &Source<'_>) -> Fit {
    let folder = |name: &str| format!("Proton Pass/{name}");
    let is_zip = source
        .archive()
        .is_some_and(|archive| archive.member(&folder(PLAIN)).or(archive.member(&folder(SEALED))).is_some());
    Fit::from(is_zip || source.json().is_some_and(is_export) || table::fits(source, &COLUMNS))
}

fn is_export(json: &Json) -> bool {
    let vaults = json.get("vaults");
    vaults.is_map() && vaults.pairs().all(|(_, vault)| vault.get("items").is_list())
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    if let Some(json) = source.json() {
        return vaults(json);
    }
    let Some(archive) = source.archive() else {
        return table::read(source, &COLUMNS, IMPORTER.name);
    };
    let Some(member) = archive.file(PLAIN) else {
        return Err(ImportError::NotImportable(Obstacle::Pgp));
    };
    let bytes = archive.read(member, access)?;
    let inner = Source::new(&bytes);
    let mut import = vaults(inner.parsed_json().as_ref().map_err(Clone::clone)?)?;
    import.encrypted = member.is_encrypted;
    Ok(import)
}

fn vaults(file: &Json) -> Result<Import, ImportError> {
    let mut gathering = Gathering::new(IMPORTER.name);
    gathering.holds_more();
    for (_, vault) in file.get("vaults").pairs() {
        for item in vault.get("items").items() {
            read_item(&mut gathering, item, &vault.get("name").name())?;
        }
    }
    gathering.finish()
}

/// Reads an item as one entry: of several keys one that cannot be read leaves the item out, by name, because which of them
/// the site asks for stands nowhere.
fn read_item(gathering: &mut Gathering, item: &Json, vault: &str) -> Result<(), ImportError> {
    let data = item.get("data");
    let (metadata, content) = (data.get("metadata"), data.get("content"));
    let user = [content.get("itemUsername"), content.get("itemEmail"), content.get("username")].map(Json::name);
    let login = Login {
        title: metadata.get("name").name(),
        user: super::entry::first_of(user),
        note: metadata.get("note").text().to_owned(),
        tags: vec![vault.to_owned()],
        pinned: item.get("pinned").is_true(),
        is_trashed: item.get("state").number() == Ok(Some(TRASHED)),
    };
    let entries: Result<Vec<_>, _> = keys(data).into_iter().map(|key| login.account(key)).collect();
    let label = || label(&login.title, &login.user);
    match entries {
        Ok(drafts) if drafts.is_empty() => gathering.pass(),
        Ok(drafts) => drafts.into_iter().try_for_each(|draft| gathering.add(label, Ok(draft)))?,
        Err(error) => gathering.add(label, Err(error))?,
    }
    Ok(())
}

/// Returns every key of an item: its own, and those of its further fields, in sections or out of them.
fn keys(data: &Json) -> Vec<&str> {
    let content = data.get("content");
    let sections = content.get("sections").items().iter().map(|section| section.get("sectionFields"));
    let fields = [data.get("extraFields")].into_iter().chain(sections).flat_map(Json::items);
    let further = fields.map(|field| field.get("data").get("totpUri"));
    let all = [content.get("totpUri")].into_iter().chain(further).map(Json::text);
    all.filter(|key| !is_blank(key)).collect()
}
