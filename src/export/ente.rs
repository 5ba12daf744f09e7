//! Ente Auth: links with what the app adds to them, under a password (Argon2id, libsodium's secretstream).

use data_encoding::BASE64;
use serde_json::json;
use zeroize::Zeroizing;

use super::crypt::{argon2, random, secretstream};
use super::document::written;
use super::{ExportError, Exported, Exporter, Part, Unfit, list, loss};
use crate::account::Account;
use crate::account::uri::escaped;
use crate::otp::Otp;
use crate::secret::Passphrase;

/// Writes an encrypted export.
pub(super) const SEALED: Exporter = Exporter {
    name: "ente",
    about: "Ente Auth export, encrypted",
    ending: "txt",
    is_encrypted: true,
    carries: &[Part::Note, Part::Pinned, Part::Tags],
    fits,
    write,
};

/// What Argon2id costs: 256 MiB and 16 passes, which the app itself chooses where memory is short.
const MEMORY: u32 = 256 * 1024 * 1024;
const PASSES: u32 = 16;

fn fits(account: &Account) -> Result<(), Unfit> {
    match &account.otp {
        Otp::Steam { .. } => loss::steam(&account.otp),
        Otp::Hotp { .. } | Otp::Totp { .. } => loss::algorithm(&account.otp, &loss::COMMON),
        _ => Err(Unfit::Kind),
    }
}

fn write(accounts: &[Account], words: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
    let words = words.ok_or(ExportError::NeedsPassphrase)?;
    let (salt, header) = (random::<16>()?, random::<24>()?);
    let key = argon2(words.expose().as_bytes(), &salt, [MEMORY / 1024, PASSES, 1])?;
    let links = accounts.iter().map(link).collect::<Result<Vec<_>, _>>()?;
    let sealed = secretstream(&key, &header, &list::lines(links.into_iter()));
    Ok(Exported::alone(written(json!({"version": 1,
        "kdfParams": {"memLimit": MEMORY, "opsLimit": PASSES, "salt": BASE64.encode(&salt)},
        "encryptedData": BASE64.encode(&sealed), "encryptionNonce": BASE64.encode(&header)}))?))
}

fn link(account: &Account) -> Result<Zeroizing<String>, ExportError> {
    let display =
        written(json!({"pinned": account.pinned, "trashed": false, "tags": account.tags, "note": account.note}))?;
    let mut link = list::link(account);
    link.push_str("&codeDisplay=");
    link.push_str(&escaped(&display));
    Ok(link)
}
