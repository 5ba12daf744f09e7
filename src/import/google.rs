//! Google Authenticator (Android): its database `databases`, which only a rooted phone gives out.
//!
//! Plain SQLite. It keeps no hash function, digits or period. QR codes of "Transfer accounts" are read in `list`.

use super::container::{Database, Json, Value};
use super::entry::{self, Entry, Parameters, without_issuer};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;

/// Reads the database of Google Authenticator.
pub(super) const IMPORTER: Importer = Importer {
    name: "google-authenticator",
    about: "Google Authenticator: database of a rooted Android phone",
    detect: |source| Fit::from(source.database().is_some_and(is_ours)),
    read,
};

fn is_ours(database: &Database) -> bool {
    let columns = database.columns("accounts");
    let has = |name: &str| columns.iter().any(|column| column == name);
    has("email") && has("secret") && !has("category") && !has("oath_secret_key")
}

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let database = source.database().ok_or(ImportError::UnknownFormat)?;
    let mut gathering = Gathering::new(IMPORTER.name);
    for row in database.rows("accounts", ["issuer", "email", "secret", "type", "counter"])? {
        let [issuer, email, secret, kind, counter] = &row;
        let (issuer, name) = names(issuer.text(), email.text());
        let entry = draft(secret, kind, counter);
        let entry = entry.map(|otp| Draft { issuer: issuer.clone(), name: name.clone(), ..otp });
        gathering.add(|| label(&issuer, &name), entry)?;
    }
    gathering.finish()
}

/// Returns issuer and name; the address often repeats the issuer in front.
pub(super) fn names(issuer: &str, email: &str) -> (String, String) {
    match email.split_once(':').filter(|_| issuer.is_empty()) {
        Some((issuer, name)) => (issuer.trim().to_owned(), name.trim().to_owned()),
        None => (issuer.to_owned(), without_issuer(email, issuer).to_owned()),
    }
}

fn draft(secret: &Value, kind: &Value, counter: &Value) -> Entry {
    let secret = entry::base32(secret.text())?;
    let otp = match kind.whole() {
        None | Some(0) => Parameters::default().totp(secret)?,
        Some(1) => {
            let counter = Json::Whole(counter.whole().unwrap_or(0).into());
            Parameters { counter: &counter, ..Parameters::default() }.hotp(secret)?
        }
        Some(_) => return Err(EntryError::UnknownType),
    };
    Ok(Draft::new("", "", otp))
}
