//! Sterk's own export: accounts in a sealed file with a passphrase of its own, for another vault.
//!
//! It is no backup: it holds what an account is, and nothing of the vault around it.

use serde_json::json;

use super::crypt::random;
use super::document::written;
use super::{ExportError, Exported, Exporter, Part};
use crate::account::{Account, uri};
use crate::seal::{Header, Kdf, Purpose, SealError, Slot, VaultId, VaultKey, seal};
use crate::secret::Passphrase;

/// Writes a sealed file.
pub(super) const SEALED: Exporter = Exporter {
    name: "sterk",
    about: "Sterk, encrypted: for another vault of Sterk",
    ending: "sterk",
    is_encrypted: true,
    carries: &[Part::Note, Part::Pinned, Part::Tags],
    fits: |_| Ok(()),
    write: |accounts, words| Ok(Exported::alone(sealed(accounts, words)?.into())),
};

/// Seals accounts; the file does not say when.
pub(super) fn sealed(accounts: &[Account], words: Option<&Passphrase>) -> Result<Vec<u8>, ExportError> {
    let words = words.ok_or(ExportError::NeedsPassphrase)?;
    let records = (0..).zip(accounts).map(|(place, account)| Ok((random()?, record(account, place)?)));
    let records = records.collect::<Result<Vec<_>, ExportError>>()?;
    let sealed = || {
        let (key, vault_id) = (VaultKey::make()?, VaultId::make()?);
        let slot = Slot::with_passphrase(&key, vault_id, "export passphrase", words, Kdf::STANDARD, 0)?;
        seal(&Header { purpose: Purpose::Export, vault_id, made_at: 0, slots: vec![slot] }, &key, &records)
    };
    sealed().map_err(|fault: SealError| match fault {
        SealError::TooLarge => ExportError::TooLong,
        _ => ExportError::NoResources,
    })
}

fn record(account: &Account, place: u64) -> Result<zeroize::Zeroizing<Vec<u8>>, ExportError> {
    // Names stand apart: a link is strict about them, a vault is not.
    let link = uri::write("", "", &account.otp);
    written(
        json!({"place": place, "issuer": account.issuer, "account": account.name, "link": &*link, "note": account.note,
        "tags": account.tags, "pinned": account.pinned}),
    )
}
