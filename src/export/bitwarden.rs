//! Bitwarden: a vault of logins with authenticator keys, not encrypted.

use serde_json::{Value, json};

use super::document::written;
use super::{ExportError, Exported, Exporter, Part, Unfit, list, loss};
use crate::account::Account;
use crate::otp::Otp;
use crate::secret::Passphrase;

/// Writes a plain vault.
pub(super) const PLAIN: Exporter = Exporter {
    name: "bitwarden",
    about: "Bitwarden vault (JSON), not encrypted",
    ending: "json",
    is_encrypted: false,
    carries: &[Part::Note, Part::Pinned],
    fits,
    write,
};

fn fits(account: &Account) -> Result<(), Unfit> {
    match &account.otp {
        Otp::Steam { .. } => loss::steam(&account.otp),
        Otp::Totp { .. } => loss::algorithm(&account.otp, &loss::COMMON),
        _ => Err(Unfit::Kind),
    }
}

fn write(accounts: &[Account], _: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
    let items: Vec<Value> = accounts.iter().map(item).collect();
    Ok(Exported::alone(written(json!({"encrypted": false, "folders": [], "items": items}))?))
}

fn item(account: &Account) -> Value {
    let key = match &account.otp {
        Otp::Steam { secret, .. } => format!("steam://{}", &*secret.to_base32()),
        _ => list::link(account).to_string(),
    };
    let note = Some(&account.note).filter(|note| !note.is_empty());
    json!({"type": 1, "name": account.issuer, "notes": note, "favorite": account.pinned, "folderId": null, "reprompt": 0,
        "organizationId": null, "collectionIds": null, "fields": [],
        "login": {"username": account.name, "password": null, "totp": key, "uris": []}})
}
