//! Microsoft Authenticator (Android): its database `PhoneFactor`, which only a rooted phone gives out.
//!
//! Plain SQLite; the newest rows may be in its log beside it. Work accounts are push sign-ins and stay with Microsoft;
//! newer versions keep the keys in the phone's own keystore. The cloud backup cannot be read by anybody else.

use super::container::{Database, Value};
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Obstacle, Source};
use crate::account::Draft;
use crate::otp::{Algorithm, Digits, Otp, Period};

/// Reads Microsoft Authenticator.
pub(super) const IMPORTER: Importer = Importer {
    name: "microsoft-authenticator",
    about: "Microsoft Authenticator: database PhoneFactor of a rooted Android phone",
    detect: |source| Fit::from(source.database().is_some_and(is_ours)),
    read,
};

fn is_ours(database: &Database) -> bool {
    database.has_columns("accounts", &["name", "username", "oath_secret_key"])
}

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let database = source.database().ok_or(ImportError::UnknownFormat)?;
    let columns = ["name", "username", "oath_secret_key", "account_type", "encrypted_oath_secret_key"];
    let mut gathering = Gathering::new(IMPORTER.name);
    for [issuer, name, key, kind, encrypted] in database.rows("accounts", columns)? {
        let entry = otp(&key, &kind, &encrypted);
        let entry: Entry = entry.map(|otp| Draft::new(issuer.text(), name.text(), otp));
        gathering.add(|| label(issuer.text(), name.text()), entry)?;
    }
    gathering.finish()
}

fn otp(key: &Value, kind: &Value, encrypted: &Value) -> Result<Otp, EntryError> {
    match (kind.whole(), key.text()) {
        (Some(2), _) => Err(EntryError::Elsewhere(Obstacle::MicrosoftPush)),
        (_, "") if !encrypted.text().is_empty() => Err(EntryError::Elsewhere(Obstacle::AndroidKeystore)),
        (None | Some(0), key) => Parameters::default().totp(entry::base32(key)?),
        (Some(1), key) => Ok(Otp::Totp {
            secret: entry::base64(key)?,
            algorithm: Algorithm::Sha1,
            digits: Digits::EIGHT,
            period: Period::THIRTY,
        }),
        _ => Err(EntryError::UnknownType),
    }
}
