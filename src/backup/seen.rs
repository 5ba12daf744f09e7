//! What can be told of backups without their passphrase.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::account::AccountId;
use crate::seal::{Purpose, Sealed, VaultId};
use crate::vault::{BackupPlan, LockedVault, Vault, read_bounded};

/// Is what a backup says of itself to anyone; proved only when it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenBackup {
    /// Where it lies.
    pub path: PathBuf,
    /// When it was made, in Unix seconds.
    pub made_at: u64,
    /// Accounts it has, those in its bin among them.
    pub accounts: BTreeSet<AccountId>,
}

/// Is every place where backups of one vault may lie, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    vault: VaultId,
    folders: BTreeSet<PathBuf>,
}

impl Reach {
    /// Names the folder beside the vault, where the last one was written by hand, and those of automatic backups.
    pub fn of(vault: &Vault, elsewhere: Option<&Path>) -> Self {
        let planned = vault.backup_plan().into_iter().flat_map(BackupPlan::folders);
        Self::from(vault.id(), vault.folder().path(), planned.chain(elsewhere))
    }

    /// Names them for a vault that is locked, whose own list of folders is not known.
    pub fn of_locked(vault: &LockedVault, elsewhere: Option<&Path>) -> Self {
        Self::from(vault.id(), vault.folder().path(), elsewhere.into_iter())
    }

    fn from<'a>(vault: VaultId, home: &Path, others: impl Iterator<Item = &'a Path>) -> Self {
        Self { vault, folders: others.map(Path::to_owned).chain([home.join("backups")]).collect() }
    }

    /// Looks for whole backups of this vault, oldest first; files that are something else are passed over.
    pub fn seen(&self) -> Vec<SeenBackup> {
        let mut found: Vec<SeenBackup> = self.folders.iter().flat_map(|folder| seen(folder, self.vault)).collect();
        found.sort_by(|a, b| (a.made_at, a.path.file_name()).cmp(&(b.made_at, b.path.file_name())));
        found
    }
}

fn seen(folder: &Path, vault: VaultId) -> Vec<SeenBackup> {
    // A folder that cannot be read has no backups within reach.
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    // Opening a pipe would wait for a writer.
    let files = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    files
        .filter(|path| path.extension().is_some_and(|end| end == "sterk"))
        .filter_map(|path| see(path, vault))
        .collect()
}

fn see(path: PathBuf, vault: VaultId) -> Option<SeenBackup> {
    let sealed = Sealed::parse(read_bounded(&path).ok()?).ok()?;
    let header = sealed.header();
    let fits = header.purpose == Purpose::Backup && header.vault_id == vault;
    // The plan, the mark and the policy are no accounts.
    let accounts = sealed.record_ids().filter(|id| id[..15] != [0; 15]).map(AccountId);
    fits.then(|| SeenBackup { made_at: header.made_at, accounts: accounts.collect(), path })
}
