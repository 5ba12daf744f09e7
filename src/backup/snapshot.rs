//! What a backup will hold, taken at one moment: deriving keys takes long, and the vault is of use meanwhile.

use std::fmt;
use std::path::Path;

use super::Backup;
use crate::seal::{Header, Kdf, Purpose, SealError, Slot, VaultId, VaultKey, seal};
use crate::secret::Passphrase;
use crate::vault::{PLAN, Plain, Record, Vault, VaultError, write_new};

/// Is everything in a vault at one moment, ready to be written; wiped when dropped.
pub struct Snapshot {
    vault: VaultId,
    records: Vec<Record>,
    plain: Vec<Plain>,
}

impl Snapshot {
    /// Takes everything there is in an open vault.
    ///
    /// # Errors
    /// [`SealError::TooLarge`].
    pub fn of(vault: &Vault) -> Result<Self, VaultError> {
        // The key of automatic backups stays out: the passphrase of one backup must not open all that are to come.
        let records = vault.records().filter(|record| record.id() != PLAN).cloned().collect();
        let plain = vault.sealable()?.into_iter().filter(|(id, _)| *id != PLAN.0).collect();
        Ok(Self { vault: vault.id(), records, plain })
    }

    /// Writes it to the new file `to`, reads that back, opens it and compares the records; answers what was opened.
    ///
    /// # Errors
    /// As [`super::write()`].
    pub fn write(&self, to: &Path, words: &Passphrase, kdf: Kdf, now: u64) -> Result<Backup, VaultError> {
        write_new(to, &self.sealed(words, kdf, now)?)?;
        let backup = self.read_back(to, words);
        if backup.is_err() {
            // A backup that does not open must not look like one.
            let _ = std::fs::remove_file(to);
        }
        backup
    }

    fn sealed(&self, words: &Passphrase, kdf: Kdf, now: u64) -> Result<Vec<u8>, VaultError> {
        let key = VaultKey::make()?;
        let slot = Slot::with_passphrase(&key, self.vault, "backup passphrase", words, kdf, now)?;
        let header = Header { purpose: Purpose::Backup, vault_id: self.vault, made_at: now, slots: vec![slot] };
        Ok(seal(&header, &key, &self.plain)?)
    }

    fn read_back(&self, path: &Path, words: &Passphrase) -> Result<Backup, VaultError> {
        let backup = Backup::open(path, words)?;
        let is_whole = backup.records == self.records && backup.records.len() + backup.unreadable() == self.plain.len();
        if is_whole { Ok(backup) } else { Err(SealError::Damaged.into()) }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({} records)", self.plain.len())
    }
}
