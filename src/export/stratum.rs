//! Stratum: a backup under a password (Argon2id, AES-256-GCM).

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::crypt::{argon2, gcm, random};
use super::document::written;
use super::{ExportError, Exported, Exporter, Part, Unfit, loss};
use crate::account::Account;
use crate::otp::{Algorithm, Otp};
use crate::secret::Passphrase;

/// Writes an encrypted backup.
pub(super) const SEALED: Exporter = Exporter {
    name: "stratum",
    about: "Stratum (Authenticator Pro) backup, encrypted",
    ending: "authpro",
    is_encrypted: true,
    carries: &[Part::Tags],
    fits,
    write,
};

const MAGIC: &[u8] = b"AUTHENTICATORPRO";
/// What Argon2id costs in the app: memory in KiB, passes, lanes.
const COST: [u32; 3] = [65_536, 3, 4];

fn fits(account: &Account) -> Result<(), Unfit> {
    if account.issuer.trim().is_empty() {
        return Err(Unfit::NoIssuer);
    }
    match &account.otp {
        Otp::Steam { .. } => loss::steam(&account.otp),
        Otp::Hotp { .. } => {
            loss::digits(&account.otp, 6..=8).and_then(|()| loss::algorithm(&account.otp, &loss::COMMON))
        }
        Otp::Totp { .. } => {
            loss::digits(&account.otp, 6..=10).and_then(|()| loss::algorithm(&account.otp, &loss::COMMON))
        }
        Otp::Motp { .. } | Otp::Yandex { .. } => Ok(()),
    }
}

fn write(accounts: &[Account], words: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
    let words = words.ok_or(ExportError::NeedsPassphrase)?;
    let (salt, nonce) = (random::<16>()?, random::<12>()?);
    let key = argon2(words.expose().as_bytes(), &salt, COST)?;
    let sealed = gcm(&key, &nonce, &written(backup(accounts))?)?;
    Ok(Exported::alone([MAGIC, &salt, &nonce, &sealed].concat().into()))
}

fn backup(accounts: &[Account]) -> Value {
    let entries: Value = (0..).zip(accounts).map(|(ranking, account)| entry(account, ranking)).collect();
    let mut tags: Vec<&String> = accounts.iter().flat_map(|account| &account.tags).collect();
    tags.sort();
    tags.dedup();
    let categories: Value =
        (0..).zip(tags).map(|(ranking, tag)| json!({"Id": id(tag), "Name": tag, "Ranking": ranking as u64})).collect();
    let bound = |account: &Account| {
        let secret = secret(&account.otp);
        account
            .tags
            .iter()
            .map(|tag| json!({"CategoryId": id(tag), "AuthenticatorSecret": secret, "Ranking": 0}))
            .collect::<Vec<_>>()
    };
    let bindings: Vec<Value> = accounts.iter().flat_map(bound).collect();
    json!({"Authenticators": entries, "Categories": categories, "AuthenticatorCategories": bindings, "CustomIcons": []})
}

/// Names a category as the app does: the front of the hash of its name.
fn id(tag: &str) -> String {
    HEXLOWER.encode(&Sha1::digest(tag.as_bytes())[..4])
}

fn secret(otp: &Otp) -> String {
    match otp {
        Otp::Motp { secret, .. } => String::from_utf8_lossy(secret.expose()).into_owned(),
        otp => otp.secret().to_base32().to_string(),
    }
}

fn entry(account: &Account, ranking: u64) -> Value {
    let otp = &account.otp;
    let (kind, pin, counter) = match otp {
        Otp::Hotp { counter, .. } => (1, None, *counter),
        Otp::Totp { .. } => (2, None, 0),
        Otp::Motp { pin, .. } => (3, pin.as_ref(), 0),
        Otp::Steam { .. } => (4, None, 0),
        Otp::Yandex { pin, .. } => (5, pin.as_ref(), 0),
    };
    let algorithm = match otp.algorithm() {
        Algorithm::Sha256 => 1,
        Algorithm::Sha512 => 2,
        _ => 0,
    };
    let name = Some(&account.name).filter(|name| !name.is_empty());
    json!({"Type": kind, "Icon": null, "Issuer": account.issuer, "Username": name, "Secret": secret(otp),
        "Pin": pin.map(|pin| pin.expose()), "Algorithm": algorithm, "Digits": otp.digits().count(),
        "Period": otp.period().map_or(30, |period| period.seconds()), "Counter": counter, "CopyCount": 0, "Ranking": ranking})
}
