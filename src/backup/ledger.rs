//! How each folder for backups stands on this computer: a small file beside the settings, without secrets.
//!
//! It is for telling people, and for not writing what was written. Whether a backup is there and good is found by
//! opening it; a ledger that is lost, foreign or false costs one more backup.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::seal::VaultId;
use crate::vault::{Folder, Sealing, VaultError, write_proved};

/// The most bytes the file may have.
const MOST_BYTES: u64 = 256 * 1024;

/// Remembers how the folders for backups of one vault stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    vault: String,
    /// The slot of the passphrase that is asked for: with another key, what was written before says nothing.
    slot: String,
    /// The last number that was given to a backup.
    pub(super) sequence: u64,
    /// Unix second of the first backup that was written.
    since: Option<u64>,
    /// Unix second of the last restore drill.
    drilled_at: Option<u64>,
    folders: BTreeMap<String, Standing>,
}

/// Is how one folder stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Standing {
    /// How the last attempt ended.
    pub stand: Stand,
    /// Unix second since which it has stood so.
    pub since: Option<u64>,
    /// The last backup that was written there, read back and compared.
    pub done: Option<Done>,
    /// The last failure.
    pub failed: Option<Failed>,
}

/// Says how the last attempt to back up to a folder ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// Nothing was tried yet.
    #[default]
    New,
    /// A backup is there, and was proved.
    Done,
    /// The folder is there, and the backups that were in it are not.
    Emptied,
    /// Something went wrong.
    Failed,
    /// The folder is not there, as when a stick is not plugged in.
    Waiting,
}

impl Stand {
    /// Returns its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Done => "done",
            Self::Emptied => "emptied",
            Self::Failed => "failed",
            Self::Waiting => "waiting",
        }
    }
}

/// Is a backup that was written, read back, decrypted and compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// When, in Unix seconds.
    pub at: u64,
    /// Name of the file in its folder.
    pub file: String,
    /// Accounts in it.
    pub accounts: usize,
    /// Recovery codes of these accounts.
    pub recovery_codes: usize,
    /// Tells its content from another.
    pub(super) content: String,
}

/// Is an attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// When, in Unix seconds.
    pub at: u64,
    /// The stable code of the error.
    pub code: String,
}

impl Ledger {
    /// Names the file: beside the settings, which are of this computer too.
    pub fn beside(settings: &Path) -> PathBuf {
        settings.with_file_name("backups.json")
    }

    /// Reads what is known of a vault's folders; nothing where there is no such file, or it is of another vault.
    pub fn read(file: &Path, vault: VaultId) -> Self {
        let vault = vault.to_string();
        let known = bytes_of(file).and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        known.filter(|known| known.vault == vault).unwrap_or(Self { vault, ..Self::default() })
    }

    /// Returns how a folder stands.
    pub fn standing(&self, folder: &Path) -> Standing {
        self.folders.get(&*folder.to_string_lossy()).cloned().unwrap_or_default()
    }

    /// Returns when the last restore drill was, in Unix seconds.
    pub fn drilled_at(&self) -> Option<u64> {
        self.drilled_at
    }

    /// Returns since when there are backups to try, in Unix seconds.
    pub fn since(&self) -> Option<u64> {
        self.since
    }

    /// Records that a backup was opened with its passphrase, in the file as it is now.
    ///
    /// # Errors
    /// The file errors of [`VaultError`].
    pub fn note_drill(file: &Path, vault: VaultId, now: u64) -> Result<(), VaultError> {
        let mut ledger = Self::read(file, vault);
        ledger.drilled_at = Some(now);
        ledger.write(file)
    }

    pub(super) fn note_done(&mut self, folder: &Path, done: Done, sequence: u64) {
        self.since = self.since.or(Some(done.at));
        self.sequence = self.sequence.max(sequence);
        let now = done.at;
        let standing = self.stand(folder, Stand::Done, now);
        standing.done = Some(done);
    }

    pub(super) fn note_failed(&mut self, folder: &Path, fault: &VaultError, now: u64) {
        let standing = self.stand(folder, Stand::Failed, now);
        standing.failed = Some(Failed { at: now, code: fault.code().to_owned() });
    }

    /// Records how a folder stands, and returns the record.
    pub(super) fn stand(&mut self, folder: &Path, stand: Stand, now: u64) -> &mut Standing {
        let standing = self.folders.entry(folder.to_string_lossy().into_owned()).or_default();
        if standing.stand != stand || standing.since.is_none() {
            (standing.stand, standing.since) = (stand, Some(now));
        }
        standing
    }

    /// Forgets folders that get no backups any more, and what was written with another key.
    pub(super) fn follow(&mut self, folders: &[PathBuf], sealing: &Sealing) {
        let wanted: Vec<_> = folders.iter().map(|folder| folder.to_string_lossy()).collect();
        self.folders.retain(|folder, _| wanted.iter().any(|wanted| wanted == folder));
        let slot = sealing.slots().first().map(|slot| slot.id.to_string()).unwrap_or_default();
        if slot != self.slot {
            self.slot = slot;
            self.folders.values_mut().for_each(|standing| standing.done = None);
        }
    }

    pub(super) fn write(&self, file: &Path) -> Result<(), VaultError> {
        Folder::new(file.parent().unwrap_or(Path::new("."))).make()?;
        let bytes = serde_json::to_vec_pretty(self).map_err(|_| crate::seal::SealError::TooLarge)?;
        write_proved(file, &bytes, true, |_| Ok(()))
    }
}

fn bytes_of(file: &Path) -> Option<Vec<u8>> {
    // Opening a pipe would wait for a writer.
    std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file)?;
    let mut bytes = Vec::new();
    File::open(file).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: VaultId = VaultId([1; 16]);

    fn done(at: u64) -> Done {
        Done { at, file: "a.sterk".into(), accounts: 1, recovery_codes: 0, content: "aa".into() }
    }

    #[test]
    fn remembers_success_and_failure_side_by_side() {
        let folder = tempfile::tempdir().unwrap();
        let (file, stick) = (folder.path().join("sub/backups.json"), Path::new("/stick"));
        let mut ledger = Ledger::read(&file, VAULT);
        ledger.note_done(stick, done(5), 7);
        ledger.note_failed(stick, &VaultError::DiskFull, 6);
        ledger.note_failed(stick, &VaultError::DiskFull, 9);
        ledger.write(&file).unwrap();
        let standing = Ledger::read(&file, VAULT).standing(stick);
        assert_eq!((standing.stand, standing.since), (Stand::Failed, Some(6)));
        assert_eq!((standing.done, standing.failed), (Some(done(5)), Some(Failed { at: 9, code: "disk_full".into() })));
        assert_eq!(Ledger::read(&file, VaultId([2; 16])), Ledger { vault: "02".repeat(16), ..Ledger::default() });
    }

    #[test]
    fn a_file_that_is_something_else_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backups.json");
        for text in ["", "[1]", "{\"vault\":5}", "a letter"] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(Ledger::read(&file, VAULT).drilled_at(), None);
        }
        Ledger::note_drill(&file, VAULT, 8).unwrap();
        assert_eq!(Ledger::read(&file, VAULT).drilled_at(), Some(8));
    }
}
