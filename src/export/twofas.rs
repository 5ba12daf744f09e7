//! 2FAS: a backup of schema 4, plain or under a password (PBKDF2, AES-256-GCM).

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::crypt::{gcm, pbkdf2, random};
use super::document::written;
use super::{ExportError, Exported, Exporter, Unfit, loss};
use crate::account::Account;
use crate::otp::{Algorithm, Otp};
use crate::secret::Passphrase;

/// Writes a plain backup.
pub(super) const PLAIN: Exporter = Exporter {
    name: "2fas-plain",
    about: "2FAS backup, not encrypted",
    ending: "2fas",
    is_encrypted: false,
    carries: &[],
    fits,
    write: |accounts, _| Ok(Exported::alone(written(backup(services(accounts)))?)),
};

/// Writes an encrypted backup.
pub(super) const SEALED: Exporter =
    Exporter { name: "2fas", about: "2FAS backup, encrypted", is_encrypted: true, write: sealed, ..PLAIN };

const ROUNDS: u32 = 10_000;
/// The text that the app tests a password with.
const REFERENCE: &str = "tRViSsLKzd86Hprh4ceC2OP7xazn4rrt4xhfEUbOjxLX8Rc3mkISXE0lWbmnWfggogbBJhtYgpK6fMl1D6mtsy92R3HkdGfwuXbzLebqVFJsR7IZ2w58t938iymwG4824igYy1wi6n2WDpO1Q1P69zwJGs2F5a1qP4MyIiDSD7NCV2OvidXQCBnDlGfmz0f1BQySRkkt4ryiJeCjD2o4QsveJ9uDBUn8ELyOrESv5R5DMDkD4iAF8TXU7KyoJujd";

fn fits(account: &Account) -> Result<(), Unfit> {
    let otp = &account.otp;
    match otp {
        Otp::Steam { .. } => return loss::steam(otp),
        Otp::Hotp { .. } | Otp::Totp { .. } => {}
        _ => return Err(Unfit::Kind),
    }
    if account.issuer.is_empty() {
        return Err(Unfit::NoIssuer);
    }
    loss::digits(otp, 5..=8)?;
    loss::period(otp, &[10, 30, 60, 90])?;
    let known = [Algorithm::Sha1, Algorithm::Sha224, Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512];
    loss::algorithm(otp, &known)
}

fn services(accounts: &[Account]) -> Value {
    (0..).zip(accounts).map(|(position, account)| service(account, position)).collect()
}

fn service(account: &Account, position: usize) -> Value {
    let otp = &account.otp;
    let mut details = json!({"account": account.name, "label": account.name, "issuer": account.issuer,
        "digits": otp.digits().count(), "algorithm": otp.algorithm().name(), "tokenType": otp.kind().name().to_uppercase(), "source": "Manual"});
    match otp {
        Otp::Hotp { counter, .. } => details["counter"] = json!(counter),
        other => details["period"] = json!(other.period().map(|period| period.seconds())),
    }
    json!({"name": account.issuer, "secret": *otp.secret().to_base32(), "updatedAt": 0, "otp": details, "order": {"position": position}})
}

fn backup(services: Value) -> Value {
    json!({"services": services, "groups": [], "updatedAt": 0, "schemaVersion": 4, "appVersionCode": 5_000_000,
        "appVersionName": "5.0.0", "appOrigin": "android"})
}

fn sealed(accounts: &[Account], words: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
    let words = words.ok_or(ExportError::NeedsPassphrase)?;
    let salt = random::<256>()?;
    let key = pbkdf2(words.expose().as_bytes(), &salt, ROUNDS)?;
    let seal = |plain: &[u8]| {
        let nonce = random::<12>()?;
        let parts = [&gcm(&key, &nonce, plain)?[..], &salt, &nonce].map(|part| BASE64.encode(part));
        Ok::<_, ExportError>(parts.join(":"))
    };
    let mut file = backup(json!([]));
    file["servicesEncrypted"] = json!(seal(&written(services(accounts))?)?);
    file["reference"] = json!(seal(REFERENCE.as_bytes())?);
    Ok(Exported::alone(written(file)?))
}
