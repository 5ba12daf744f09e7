//! What can be told of backups without their passphrase.

use std::collections::BTreeSet;
use std::path::Path;

use crate::account::AccountId;
use crate::seal::{Purpose, Sealed, VaultId};
use crate::vault::read_bounded;

/// Is what a backup says of itself to anyone; proved only when it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenBackup {
    /// When it was made, in Unix seconds.
    pub made_at: u64,
    /// Accounts it has, those in its bin among them.
    pub accounts: BTreeSet<AccountId>,
}

/// Looks for whole backups of this vault in a folder; files that are something else are passed over.
pub fn seen(folder: &Path, vault: VaultId) -> Vec<SeenBackup> {
    // A folder that cannot be read has no backups within reach.
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let files =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "sterk"));
    files.filter_map(|path| see(&path, vault)).collect()
}

/// Looks for them beside the vault in `folder` and where the last one was written, each file once.
pub fn within_reach(folder: &Path, elsewhere: Option<&Path>, vault: VaultId) -> Vec<SeenBackup> {
    let beside = folder.join("backups");
    let elsewhere = elsewhere.filter(|other| **other != *beside).map(|other| seen(other, vault));
    [seen(&beside, vault), elsewhere.unwrap_or_default()].concat()
}

fn see(path: &Path, vault: VaultId) -> Option<SeenBackup> {
    let sealed = Sealed::parse(read_bounded(path).ok()?).ok()?;
    let header = sealed.header();
    let fits = header.purpose == Purpose::Backup && header.vault_id == vault;
    fits.then(|| SeenBackup { made_at: header.made_at, accounts: sealed.record_ids().map(AccountId).collect() })
}
