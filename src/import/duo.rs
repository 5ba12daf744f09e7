//! Duo Mobile (Android): `files/duokit/accounts.json`, which only a rooted phone gives out.
//!
//! Plain. Sign-ins of Duo's own are in it too and cannot be carried: their key stays with Duo. There is no issuer.

use super::container::Json;
use super::entry::{self, Entry, Parameters};
use super::gather::Gathering;
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Obstacle, Source};
use crate::account::Draft;

/// Reads Duo Mobile.
pub(super) const IMPORTER: Importer = Importer {
    name: "duo",
    about: "Duo Mobile: accounts.json of a rooted Android phone",
    detect: |source| {
        let is_account = |entry: &Json| entry.has("otpGenerator") || (entry.has("accountType") && entry.has("pkey"));
        Fit::from(source.json().is_some_and(|json| json.items().iter().any(is_account)))
    },
    read,
};

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let mut gathering = Gathering::new(IMPORTER.name);
    for account in source.json().ok_or(ImportError::UnknownFormat)?.items() {
        gathering.add(|| account.get("name").name(), draft(account))?;
    }
    gathering.finish()
}

fn draft(account: &Json) -> Entry {
    let generator = account.get("otpGenerator");
    if generator.is_null() {
        return Err(EntryError::Elsewhere(Obstacle::DuoPush));
    }
    let secret = entry::base32(generator.get("otpSecret").text())?;
    let parameters = Parameters { counter: generator.get("counter"), ..Parameters::default() };
    let is_counted = !generator.get("counter").is_null();
    let otp = if is_counted { parameters.hotp(secret)? } else { parameters.totp(secret)? };
    Ok(Draft::new("", account.get("name").name(), otp))
}
