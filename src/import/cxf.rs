//! CXF, the Credential Exchange Format of the FIDO Alliance: what password managers hand to each other.
//!
//! Plain JSON, whole or one account of it. An item may hold several one-time passwords; its collections come along as
//! tags.

use super::container::Json;
use super::entry::{self, Entry, Parameters, first_of};
use super::gather::{Gathering, label};
use super::login::Login;
use super::{Access, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;
use crate::otp::Otp;

/// Reads CXF.
pub(super) const IMPORTER: Importer = Importer {
    name: "cxf",
    about: "FIDO Credential Exchange Format: what password managers hand to each other",
    detect: |source| Fit::from(source.json().is_some_and(|json| accounts(json).any(is_account))),
    read,
};

/// The deepest nesting of collections that is followed.
const MAX_DEPTH: u8 = 16;

/// Returns the accounts of a file; some apps write one alone.
fn accounts(json: &Json) -> impl Iterator<Item = &Json> {
    json.get("accounts").items().iter().chain([json])
}

fn is_account(account: &Json) -> bool {
    account.get("items").items().iter().any(|item| item.get("credentials").is_list())
}

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let file = source.json().ok_or(ImportError::UnknownFormat)?;
    let mut gathering = Gathering::new(IMPORTER.name);
    for account in accounts(file) {
        for item in account.get("items").items() {
            read_item(&mut gathering, item, account)?;
        }
    }
    gathering.finish()
}

fn read_item(gathering: &mut Gathering, item: &Json, account: &Json) -> Result<(), ImportError> {
    let credentials = item.get("credentials").items();
    let of_type = |name: &'static str| credentials.iter().filter(move |one| one.get("type").text() == name);
    let is_alone = credentials.len() == of_type("totp").count();
    if !is_alone {
        gathering.holds_more();
    }
    if of_type("totp").next().is_none() {
        gathering.pass();
    }
    let mut tags: Vec<String> = item.get("tags").items().iter().map(Json::name).collect();
    collect(account.get("collections"), item.get("id"), 0, &mut tags);
    let login = Login {
        title: item.get("title").name(),
        user: of_type("basic-auth").map(|login| value(login.get("username"))).next().unwrap_or_default(),
        note: of_type("note").map(|note| value(note.get("content"))).next().unwrap_or_default(),
        tags,
        pinned: item.get("favorite").is_true(),
        is_trashed: false,
    };
    for totp in of_type("totp") {
        gathering.add(|| label(&login.title, &login.user), login.around(draft(totp)))?;
    }
    Ok(())
}

/// Returns a value, which may stand in a field around it.
fn value(field: &Json) -> String {
    first_of([field.name(), field.get("value").name()])
}

fn collect(collections: &Json, id: &Json, depth: u8, tags: &mut Vec<String>) {
    for collection in collections.items().iter().filter(|_| depth < MAX_DEPTH) {
        let is_it = |link: &Json| !id.is_null() && (link == id || link.get("item") == id);
        if collection.get("items").items().iter().any(is_it) {
            tags.push(collection.get("title").name());
        }
        collect(collection.get("subCollections"), id, depth + 1, tags);
    }
}

fn draft(totp: &Json) -> Entry {
    Ok(Draft::new(value(totp.get("issuer")), value(totp.get("username")), otp(totp)?))
}

fn otp(totp: &Json) -> Result<Otp, super::EntryError> {
    let field = match totp.get("secret") {
        field @ Json::Map(_) => field.get("value"),
        secret => secret,
    };
    let secret = entry::base32(field.text())?;
    let [algorithm, digits, period] = ["algorithm", "digits", "period"].map(|name| totp.get(name));
    let parameters = Parameters { algorithm, digits, period, ..Parameters::default() };
    match algorithm.text().eq_ignore_ascii_case("steam") {
        true => Ok(entry::steam(secret)),
        false => parameters.totp(secret),
    }
}
