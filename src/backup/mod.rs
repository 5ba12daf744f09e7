//! Backups: sealed copies of all records under a passphrase of their own, proved to open.
//!
//! A backup is one file of the sealed form with the purpose `backup` and a key of its own, so that the
//! passphrase of a backup opens no vault. [`write()`] reads back what it wrote before it counts as done;
//! [`Drill`] is the restore drill. A [`Snapshot`] is written without a hold of the vault. [`write_recovery`] makes a file
//! of recovery codes alone. Not here: rotation and restoring (they follow with their own issue).

mod recovery;
mod seen;
mod snapshot;

use std::path::Path;

use crate::account::Account;
use crate::otp::{Kind, Otp};
use crate::seal::{Kdf, Purpose, SealError, Sealed, key_from_passphrase};
use crate::secret::Passphrase;
use crate::vault::{Record, Vault, VaultError, read_bounded};

pub use recovery::{RecoverySheet, SheetAccount, open_recovery, write_recovery};
pub use seen::{SeenBackup, seen, within_reach};
pub use snapshot::Snapshot;

/// Is an opened backup: its records, in memory only.
#[derive(Debug)]
pub struct Backup {
    made_at: u64,
    records: Vec<Record>,
    unreadable: usize,
}

/// Is what a restore drill found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drill {
    /// When the backup was made, in Unix seconds.
    pub made_at: u64,
    /// Accounts in the backup, without those in the bin.
    pub accounts: usize,
    /// Recovery codes of these accounts.
    pub recovery_codes: usize,
    /// Records of the backup that could not be read: damaged, or carried on for a newer version.
    pub unreadable: usize,
    /// How the backup stands to the vault, where one was open to compare with.
    pub compared: Option<Compared>,
}

/// Is how a backup stands to the vault it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Accounts whose code is the same in both at the time of the drill.
    pub same: usize,
    /// Accounts in both whose codes differ: the secret was replaced since.
    pub changed: Vec<Account>,
    /// Accounts of the vault that the backup does not have.
    pub not_in_backup: Vec<Account>,
    /// Accounts of the backup that the vault does not have.
    pub only_in_backup: Vec<Account>,
}

impl Compared {
    /// Tells whether every account that is in both makes the same codes.
    pub fn codes_match(&self) -> bool {
        self.changed.is_empty()
    }
}

/// Writes a backup of `vault` to the new file `to`, reads it back, opens it and compares the records.
///
/// `now` is in Unix seconds. The file is made whole or not at all and never replaces another.
///
/// # Errors
/// [`VaultError::Exists`] where there is a file already, [`SealError`] if what was written does not open
/// as it should, and the file errors of [`VaultError`].
pub fn write(vault: &Vault, to: &Path, words: &Passphrase, kdf: Kdf, now: u64) -> Result<Drill, VaultError> {
    Ok(Snapshot::of(vault)?.write(to, words, kdf, now)?.drill(Some(vault), now))
}

impl Backup {
    /// Opens the backup at `path` with its passphrase.
    ///
    /// # Errors
    /// [`SealError::NotSealed`] for a file that is no backup, [`SealError::WrongPassphrase`], and the other
    /// faults of a sealed file.
    pub fn open(path: &Path, words: &Passphrase) -> Result<Self, VaultError> {
        let sealed = Sealed::parse(read_bounded(path)?)?;
        let header = sealed.header();
        if header.purpose != Purpose::Backup {
            return Err(SealError::NotSealed.into());
        }
        let key = key_from_passphrase(&header.slots, header.vault_id, words)?.ok_or(SealError::WrongPassphrase)?;
        let made_at = header.made_at;
        let opened = sealed.open(&key)?;
        let total = opened.records.len() + opened.damaged.len();
        let parse = |bytes: &[u8]| serde_json::from_slice::<Record>(bytes).ok();
        let records: Vec<Record> = opened.records.iter().filter_map(|(_, bytes)| parse(bytes)).collect();
        Ok(Self { made_at, unreadable: total - records.len(), records })
    }

    /// Returns the records, to be merged by a restore.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Computes the code of every account at the Unix second `at` and compares with `vault`, which is not touched.
    pub fn drill(&self, vault: Option<&Vault>, at: u64) -> Drill {
        let accounts: Vec<Account> = self.records.iter().filter_map(Record::live_account).collect();
        Drill {
            made_at: self.made_at,
            accounts: accounts.len(),
            recovery_codes: accounts.iter().map(|account| account.recovery.len()).sum(),
            unreadable: self.unreadable,
            compared: vault.map(|vault| compare(accounts, vault.accounts(), at)),
        }
    }
}

fn compare(backup: Vec<Account>, vault: Vec<Account>, at: u64) -> Compared {
    let mut here: std::collections::BTreeMap<_, _> = vault.into_iter().map(|account| (account.id, account)).collect();
    let mut found = Compared { same: 0, changed: Vec::new(), not_in_backup: Vec::new(), only_in_backup: Vec::new() };
    for account in backup {
        match here.remove(&account.id) {
            None => found.only_in_backup.push(account),
            Some(live) if makes_same_codes(&live, &account, at) => found.same += 1,
            Some(live) => found.changed.push(live),
        }
    }
    found.not_in_backup = here.into_values().collect();
    found
}

/// Compares codes, HOTP at one counter; for accounts that make none without a PIN, what codes are made of.
fn makes_same_codes(a: &Account, b: &Account, at: u64) -> bool {
    let counter = if let Otp::Hotp { counter, .. } = b.otp { counter } else { 0 };
    let code = |otp: &Otp| if otp.kind() == Kind::Hotp { otp.code_at_counter(counter) } else { otp.code_at(at) };
    match (code(&a.otp), code(&b.otp)) {
        (Ok(one), Ok(other)) => one == other,
        _ => a.otp == b.otp,
    }
}
