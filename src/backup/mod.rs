//! Backups: sealed copies of all records under a passphrase of their own, proved to open.
//!
//! A backup is one file of the sealed form with the purpose `backup` and a key of its own, so that the
//! passphrase of a backup opens no vault. [`write()`] reads back what it wrote before it counts as done;
//! [`Drill`] is the restore drill. A [`Snapshot`] is written without a hold of the vault. [`write_recovery`] makes a file
//! of recovery codes alone.
//!
//! Automatic backups are sealed with the key that the vault keeps for them: a [`Round`] writes one to each folder that
//! does not have the present state, and rotates; a [`Ledger`] remembers how each folder stands on this computer.

mod ledger;
mod mark;
mod own;
mod recovery;
mod round;
mod seen;
mod snapshot;

use std::path::Path;

use crate::account::Account;
use crate::otp::{Kind, Otp};
use crate::seal::{
    Kdf, Purpose, RecoveryKey, SealError, Sealed, Slot, VaultId, VaultKey, key_from_passphrase, key_from_recovery_key,
};
use crate::secret::{Passphrase, Secret};
use crate::vault::{Record, Vault, VaultError, read_bounded};

pub use ledger::{Done, Failed, Ledger, Stand, Standing};
pub use recovery::{RecoverySheet, SheetAccount, open_recovery, write_recovery};
pub use round::{FolderState, Round, Wanted, folder_states};
pub use seen::{Reach, SeenBackup};
pub use snapshot::Snapshot;

/// Is an opened backup: its records, in memory only.
#[derive(Debug)]
pub struct Backup {
    vault: VaultId,
    made_at: u64,
    records: Vec<Record>,
    /// Records that are whole, and that only a newer version understands.
    carried: Vec<(crate::seal::RecordId, Secret)>,
    damaged: usize,
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
        Self::open_by(path, |slots, vault| key_from_passphrase(slots, vault, words)?.ok_or(SealError::WrongPassphrase))
    }

    /// Opens the backup at `path` with the recovery key that was made for it.
    ///
    /// # Errors
    /// As [`Backup::open`]; [`SealError::WrongRecoveryKey`].
    pub fn open_with_recovery_key(path: &Path, key: &RecoveryKey) -> Result<Self, VaultError> {
        Self::open_by(path, |slots, vault| key_from_recovery_key(slots, vault, key).ok_or(SealError::WrongRecoveryKey))
    }

    fn open_by(
        path: &Path,
        key: impl FnOnce(&[Slot], VaultId) -> Result<VaultKey, SealError>,
    ) -> Result<Self, VaultError> {
        let sealed = Sealed::parse(read_bounded(path)?)?;
        let header = sealed.header();
        if header.purpose != Purpose::Backup {
            return Err(SealError::NotSealed.into());
        }
        let key = key(&header.slots, header.vault_id)?;
        Ok(Self::of(&sealed, &key)?)
    }

    fn of(sealed: &Sealed, key: &VaultKey) -> Result<Self, SealError> {
        let opened = sealed.open(key)?;
        let (header, damaged) = (sealed.header(), opened.damaged.len());
        let mut backup =
            Self { vault: header.vault_id, made_at: header.made_at, records: Vec::new(), carried: Vec::new(), damaged };
        for (id, bytes) in opened.records.into_iter().filter(|(id, _)| *id != mark::MARK) {
            match serde_json::from_slice::<Record>(&bytes) {
                Ok(record) if record.id().0 == id => backup.records.push(record),
                _ => backup.carried.push((id, Secret::new(bytes.to_vec()))),
            }
        }
        Ok(backup)
    }

    /// Returns the vault that it is a backup of.
    pub fn vault(&self) -> VaultId {
        self.vault
    }

    /// Returns when it was made, in Unix seconds.
    pub fn made_at(&self) -> u64 {
        self.made_at
    }

    /// Returns how many records cannot be read: damaged, or of a newer version.
    pub fn unreadable(&self) -> usize {
        self.damaged + self.carried.len()
    }

    /// Returns the records that only a newer version understands.
    pub(crate) fn carried(&self) -> &[(crate::seal::RecordId, Secret)] {
        &self.carried
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
            unreadable: self.unreadable(),
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
