//! Recovery codes in a sealed file of their own, to be kept apart from the vault.
//!
//! The file has the purpose `recovery` and one passphrase slot. It holds who issued the codes, for which account, the
//! codes and which of them are used; no secret that makes codes.

use std::path::Path;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::account::{Account, AccountId, RecoveryCode};
use crate::seal::{Header, Kdf, Purpose, SealError, Sealed, Slot, VaultId, VaultKey, key_from_passphrase, seal};
use crate::secret::Passphrase;
use crate::vault::{Plain, VaultError, read_bounded, write_proved};

/// Is the recovery codes of many accounts, out of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoverySheet {
    /// When the file was made, in Unix seconds.
    pub made_at: u64,
    /// The accounts in the order of the list.
    pub accounts: Vec<SheetAccount>,
    /// Records that could not be read.
    pub unreadable: usize,
}

/// Is one account of a [`RecoverySheet`]: what is needed to get into it without an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetAccount {
    /// The account's name for ever.
    pub id: AccountId,
    /// Service that issued the codes; may be empty.
    pub issuer: String,
    /// Name of the account at that service; may be empty.
    pub name: String,
    /// The codes, unused and used.
    pub codes: Vec<RecoveryCode>,
    /// Who can reset the second factor; may be empty.
    pub reset_by: String,
}

/// Is one account as it stands in the file, see `docs/format.md`.
#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    place: u64,
    issuer: std::borrow::Cow<'a, str>,
    account: std::borrow::Cow<'a, str>,
    codes: Vec<StoredCode>,
    #[serde(default)]
    reset_by: std::borrow::Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct StoredCode {
    code: Zeroizing<String>,
    used_at: Option<u64>,
}

/// Writes the recovery codes of `accounts` to the file `to` and reads them back before that file counts.
///
/// Accounts without codes are left out. `now` is in Unix seconds. Where there is a file already, it is replaced only
/// with `overwrite`, and only by one that was proved to open.
///
/// # Errors
/// [`VaultError::Exists`] where there is a file already, [`SealError`] if what was written does not open as it
/// should, and the file errors of [`VaultError`]; what was there is then as it was.
pub fn write_recovery(
    vault: VaultId,
    accounts: &[Account],
    (to, overwrite): (&Path, bool),
    (words, kdf): (&Passphrase, Kdf),
    now: u64,
) -> Result<RecoverySheet, VaultError> {
    let wanted = sheet_of(accounts, now);
    let key = VaultKey::make()?;
    let slot = Slot::with_passphrase(&key, vault, "recovery codes passphrase", words, kdf, now)?;
    let header = Header { purpose: Purpose::Recovery, vault_id: vault, made_at: now, slots: vec![slot] };
    let plain = wanted.accounts.iter().zip(0..).map(|(account, place)| encode(account, place));
    let bytes = seal(&header, &key, &plain.collect::<Result<Vec<_>, _>>()?)?;
    write_proved(to, &bytes, overwrite, |written| {
        if open_recovery(written, words)? == wanted { Ok(()) } else { Err(SealError::Damaged.into()) }
    })?;
    Ok(wanted)
}

/// Opens a file of recovery codes with its passphrase; no vault is needed.
///
/// # Errors
/// [`SealError::NotSealed`] for a file that is something else, [`SealError::WrongPassphrase`], and the other faults
/// of a sealed file.
pub fn open_recovery(path: &Path, words: &Passphrase) -> Result<RecoverySheet, VaultError> {
    let sealed = Sealed::parse(read_bounded(path)?)?;
    let header = sealed.header();
    if header.purpose != Purpose::Recovery {
        return Err(SealError::NotSealed.into());
    }
    let key = key_from_passphrase(&header.slots, header.vault_id, words)?.ok_or(SealError::WrongPassphrase)?;
    let made_at = header.made_at;
    let opened = sealed.open(&key)?;
    let total = opened.records.len() + opened.damaged.len();
    let mut accounts: Vec<_> = opened.records.iter().filter_map(|(id, bytes)| decode(AccountId(*id), bytes)).collect();
    accounts.sort_by_key(|(place, _)| *place);
    let accounts: Vec<_> = accounts.into_iter().map(|(_, account)| account).collect();
    Ok(RecoverySheet { made_at, unreadable: total - accounts.len(), accounts })
}

fn sheet_of(accounts: &[Account], made_at: u64) -> RecoverySheet {
    let with_codes = accounts.iter().filter(|account| !account.recovery.is_empty());
    let accounts = with_codes.map(|account| SheetAccount {
        id: account.id,
        issuer: account.issuer.clone(),
        name: account.name.clone(),
        codes: account.recovery.clone(),
        reset_by: account.reset_by.clone(),
    });
    RecoverySheet { made_at, accounts: accounts.collect(), unreadable: 0 }
}

fn encode(account: &SheetAccount, place: u64) -> Result<Plain, SealError> {
    let code =
        |code: &RecoveryCode| StoredCode { code: Zeroizing::new(code.code.expose().to_owned()), used_at: code.used_at };
    let stored = Stored {
        place,
        issuer: account.issuer.as_str().into(),
        account: account.name.as_str().into(),
        codes: account.codes.iter().map(code).collect(),
        reset_by: account.reset_by.as_str().into(),
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
    serde_json::to_writer(&mut *bytes, &stored).map_err(|_| SealError::TooLarge)?;
    Ok((account.id.0, bytes))
}

fn decode(id: AccountId, bytes: &[u8]) -> Option<(u64, SheetAccount)> {
    let stored: Stored<'_> = serde_json::from_slice(bytes).ok()?;
    let code = |mut stored: StoredCode| RecoveryCode {
        code: Passphrase::new(std::mem::take(&mut *stored.code)),
        used_at: stored.used_at,
    };
    let account = SheetAccount {
        id,
        issuer: stored.issuer.into_owned(),
        name: stored.account.into_owned(),
        codes: stored.codes.into_iter().map(code).collect(),
        reset_by: stored.reset_by.into_owned(),
    };
    Some((stored.place, account))
}
