//! LastPass Authenticator (Android, iOS): exported JSON, versions 1 and 3.
//!
//! Settings → Transfer accounts → Export to a file. Plain; always TOTP. Folders come along as tags.

use super::container::Json;
use super::entry::{self, Entry, Parameters, first_of};
use super::gather::{Gathering, label};
use super::{Access, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;

/// Reads LastPass Authenticator.
pub(super) const IMPORTER: Importer = Importer {
    name: "lastpass",
    about: "LastPass Authenticator: exported accounts",
    detect: |source| {
        let is_account = |entry: &Json| entry.has("issuerName") || entry.has("originalIssuerName");
        let is_export = |json: &Json| {
            let accounts = json.get("accounts").items();
            accounts.iter().any(is_account) || (accounts.is_empty() && json.has("localDeviceId"))
        };
        Fit::from(source.json().is_some_and(is_export))
    },
    read,
};

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let file = source.json().ok_or(ImportError::UnknownFormat)?;
    let mut gathering = Gathering::new(IMPORTER.name);
    for account in file.get("accounts").items() {
        let (issuer, name) = names(account);
        gathering.add(|| label(&issuer, &name), draft(account, file.get("folders").items()))?;
    }
    gathering.finish()
}

/// Returns issuer and name as the person changed them, else as they came.
fn names(account: &Json) -> (String, String) {
    let chosen = |names: [&str; 2]| first_of(names.map(|name| account.get(name).name()));
    (chosen(["issuerName", "originalIssuerName"]), chosen(["userName", "originalUserName"]))
}

fn draft(account: &Json, folders: &[Json]) -> Entry {
    let (issuer, name) = names(account);
    let secret = entry::base32(account.get("secret").text())?;
    let [algorithm, digits, period] = ["algorithm", "digits", "timeStep"].map(|name| account.get(name));
    let otp = Parameters { algorithm, digits, period, ..Parameters::default() }.totp(secret)?;
    let id = account.get("folderData").get("folderId");
    let folder = folders.iter().find(|folder| !id.is_null() && folder.get("id") == id);
    let tags = folder.map(|folder| folder.get("name").name()).into_iter().collect();
    Ok(Draft { tags, pinned: account.get("isFavorite").is_true(), ..Draft::new(issuer, name, otp) })
}
