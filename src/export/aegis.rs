//! Aegis (Android): a vault of content version 3, plain or under one password (scrypt, AES-256-GCM).

use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use super::crypt::{gcm, random, scrypt};
use super::document::written;
use super::loss::digits;
use super::{ExportError, Exported, Exporter, Part, Unfit};
use crate::account::Account;
use crate::otp::{Algorithm, Otp};
use crate::secret::Passphrase;

/// Writes a plain vault.
pub(super) const PLAIN: Exporter = Exporter {
    name: "aegis-plain",
    about: "Aegis vault, not encrypted",
    ending: "json",
    is_encrypted: false,
    carries: &[Part::Note, Part::Pinned, Part::Tags],
    fits,
    write: |accounts, _| {
        Ok(Exported::alone(written(
            json!({"version": 1, "header": {"slots": null, "params": null}, "db": vault(accounts)?}),
        )?))
    },
};

/// Writes an encrypted vault.
pub(super) const SEALED: Exporter =
    Exporter { name: "aegis", about: "Aegis vault, encrypted", is_encrypted: true, write: sealed, ..PLAIN };

/// The logarithm of what scrypt costs in Aegis.
const LOG_N: u8 = 15;

fn fits(account: &Account) -> Result<(), Unfit> {
    match &account.otp {
        Otp::Motp { secret, .. } => {
            let is_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            let is_key = secret.len().is_multiple_of(2) && secret.expose().iter().all(is_hex);
            if is_key { Ok(()) } else { Err(Unfit::Secret) }
        }
        Otp::Totp { .. } | Otp::Hotp { .. } => {
            digits(&account.otp, 4..=10)?;
            let known = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512, Algorithm::Md5];
            super::loss::algorithm(&account.otp, &known)
        }
        Otp::Steam { .. } => super::loss::steam(&account.otp),
        Otp::Yandex { .. } => Ok(()),
    }
}

fn vault(accounts: &[Account]) -> Result<Value, ExportError> {
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    for tag in accounts.iter().flat_map(|account| &account.tags) {
        if !groups.contains_key(tag.as_str()) {
            groups.insert(tag, uuid()?);
        }
    }
    let entries = accounts.iter().map(|account| entry(account, &groups)).collect::<Result<Vec<_>, _>>()?;
    let groups: Vec<Value> = groups.iter().map(|(name, id)| json!({"uuid": id, "name": name})).collect();
    Ok(json!({"version": 3, "entries": entries, "groups": groups, "icons_optimized": true}))
}

fn uuid() -> Result<String, ExportError> {
    let mut bytes = random::<16>()?;
    // Version 4, as RFC 9562 has it.
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = HEXLOWER.encode(&bytes);
    Ok([&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-"))
}

fn entry(account: &Account, groups: &BTreeMap<&str, String>) -> Result<Value, ExportError> {
    let groups: Vec<&String> = account.tags.iter().filter_map(|tag| groups.get(tag.as_str())).collect();
    Ok(json!({"type": account.otp.kind().name(), "uuid": uuid()?, "name": account.name, "issuer": account.issuer,
        "note": account.note, "favorite": account.pinned, "icon": null, "info": info(&account.otp), "groups": groups}))
}

fn info(otp: &Otp) -> Value {
    let secret = match otp {
        Otp::Motp { secret, .. } => {
            let key = HEXLOWER.decode(secret.expose()).unwrap_or_default();
            data_encoding::BASE32_NOPAD.encode(&zeroize::Zeroizing::new(key))
        }
        otp => otp.secret().to_base32().to_string(),
    };
    let (digits, period) = (otp.digits().count(), otp.period().map(|period| period.seconds()));
    let mut info = json!({"secret": secret, "algo": otp.algorithm().name(), "digits": digits});
    match otp {
        Otp::Hotp { counter, .. } => info["counter"] = json!(counter),
        Otp::Motp { pin, .. } | Otp::Yandex { pin, .. } => {
            info["period"] = json!(period);
            info["pin"] = json!(pin.as_ref().map(|pin| pin.expose()));
        }
        _ => info["period"] = json!(period),
    }
    info
}

fn sealed(accounts: &[Account], words: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
    let words = words.ok_or(ExportError::NeedsPassphrase)?;
    let master = zeroize::Zeroizing::new(random::<32>()?);
    let (salt, nonce, key_nonce) = (random::<32>()?, random::<12>()?, random::<12>()?);
    let key = scrypt(words.expose().as_bytes(), &salt, LOG_N)?;
    let (wrapped, key_tag) = split(gcm(&key, &key_nonce, &*master)?);
    let (db, tag) = split(gcm(&master, &nonce, &written(vault(accounts)?)?)?);
    let slot = json!({"type": 1, "uuid": uuid()?, "key": HEXLOWER.encode(&wrapped),
        "key_params": {"nonce": HEXLOWER.encode(&key_nonce), "tag": HEXLOWER.encode(&key_tag)},
        "n": 1 << LOG_N, "r": 8, "p": 1, "salt": HEXLOWER.encode(&salt), "repaired": true, "is_backup": false});
    let params = json!({"nonce": HEXLOWER.encode(&nonce), "tag": HEXLOWER.encode(&tag)});
    let file = json!({"version": 1, "header": {"slots": [slot], "params": params}, "db": BASE64.encode(&db)});
    Ok(Exported::alone(written(file)?))
}

fn split(mut sealed: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let tag = sealed.split_off(sealed.len() - 16);
    (sealed, tag)
}
