//! One round of automatic backups: each folder that does not have the present state gets it, and is rotated.
//!
//! Taken at one moment and written without a hold of the vault: a slow stick must not keep the codes waiting. A backup
//! counts once it was read back, decrypted and compared, before it has its name.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::ledger::{Done, Ledger, Stand, Standing};
use super::mark::{Mark, content_of};
use super::own::{self, Own};
use crate::calendar::stamped;
use crate::seal::{Header, Purpose, SealError, Sealed, VaultId, seal};
use crate::vault::{Folder, Guard, Keep, Plain, Sealing, Vault, VaultError, read_bounded, write_backup};

/// Is everything that one round needs, taken from an open vault; wiped when dropped.
pub struct Round {
    vault: VaultId,
    home: Folder,
    sealing: Sealing,
    folders: Vec<PathBuf>,
    keep: Keep,
    plain: Vec<Plain>,
    content: String,
    accounts: usize,
    recovery_codes: usize,
}

/// Is how a folder stands, and whether it lacks what changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderState {
    /// The folder.
    pub folder: PathBuf,
    /// How it stands as far as the ledger knows.
    pub standing: Standing,
    /// Whether the vault differs from what was last written there.
    pub behind: bool,
}

/// Says how every folder of an open vault stands; none where automatic backups are off.
///
/// # Errors
/// As [`Round::of`].
pub fn folder_states(vault: &Vault, ledger: &Ledger) -> Result<Vec<FolderState>, VaultError> {
    Ok(Round::of(vault)?.map(|round| round.states(ledger)).unwrap_or_default())
}

/// Says to which folders a round writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// To all of them, also where nothing changed or what was there is gone: a person asked for it.
    All,
    /// To those that do not have the present state.
    Due,
}

impl Round {
    /// Takes what there is in an open vault; nothing where automatic backups are off or go nowhere.
    ///
    /// # Errors
    /// [`SealError::TooLarge`].
    pub fn of(vault: &Vault) -> Result<Option<Self>, VaultError> {
        let Some(plan) = vault.backup_plan() else { return Ok(None) };
        let folders: Vec<PathBuf> = plan.folders().map(Path::to_owned).collect();
        let Some(sealing) = plan.sealing().filter(|_| !folders.is_empty()) else { return Ok(None) };
        let (plain, accounts) = (vault.sealable()?, vault.accounts());
        Ok(Some(Self {
            vault: vault.id(),
            home: vault.folder().clone(),
            content: content_of(&plain, sealing.key()),
            sealing: sealing.clone(),
            folders,
            keep: plan.keep(),
            plain,
            recovery_codes: accounts.iter().map(|account| account.recovery.len()).sum(),
            accounts: accounts.len(),
        }))
    }

    /// Returns the folders that get every backup.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// Tells whether the vault differs from what was last written to `folder`, as far as the ledger knows.
    pub fn is_behind(&self, folder: &Path, ledger: &Ledger) -> bool {
        ledger.standing(folder).done.is_none_or(|done| done.content != self.content)
    }

    /// Says how every folder stands as far as the ledger knows.
    pub fn states(&self, ledger: &Ledger) -> Vec<FolderState> {
        let state = |folder: &PathBuf| FolderState {
            standing: ledger.standing(folder),
            behind: !self.is_empty() && self.is_behind(folder, ledger),
            folder: folder.clone(),
        };
        self.folders.iter().map(state).collect()
    }

    /// Tells whether a round has something to do, or to try again.
    pub fn is_due(&self, ledger: &Ledger) -> bool {
        let stands = |folder: &PathBuf| self.is_behind(folder, ledger) || ledger.standing(folder).stand != Stand::Done;
        !self.is_empty() && self.folders.iter().any(stands)
    }

    /// Writes what is wanted and returns how each folder stands; one that fails is no obstacle to the others.
    ///
    /// `ledger` is the file of the [`Ledger`], `now` in Unix seconds.
    ///
    /// # Errors
    /// [`VaultError::Busy`] while another process writes backups; the ledger cannot be written.
    pub fn run(&self, ledger: &Path, wanted: Wanted, now: u64) -> Result<Vec<(PathBuf, Standing)>, VaultError> {
        let held = self.home.lock_backups()?;
        let mut known = Ledger::read(ledger, self.vault);
        known.follow(&self.folders, &self.sealing);
        for folder in &self.folders {
            if let Err(fault) = self.serve(folder, &mut known, (wanted, now), &held) {
                known.note_failed(folder, &fault, now);
            }
            // After each folder: what was written is known, whatever becomes of the next.
            known.write(ledger)?;
        }
        Ok(self.folders.iter().map(|folder| (folder.clone(), known.standing(folder))).collect())
    }

    fn is_empty(&self) -> bool {
        self.accounts == 0
    }

    fn serve(
        &self,
        folder: &Path,
        known: &mut Ledger,
        (wanted, now): (Wanted, u64),
        held: &Guard,
    ) -> Result<(), VaultError> {
        if !is_there(folder)? {
            known.stand(folder, Stand::Waiting, now);
            return Ok(());
        }
        let own = own::list(folder, self.vault, &self.sealing)?;
        let newest = own.last().filter(|newest| newest.mark.content == self.content);
        match newest {
            Some(newest) if wanted == Wanted::Due && own::is_whole(newest, self.vault, &self.sealing) => {
                known.note_done(folder, self.done(newest), newest.mark.sequence);
            }
            _ if wanted == Wanted::Due && own.is_empty() && known.standing(folder).done.is_some() => {
                known.stand(folder, Stand::Emptied, now);
            }
            // Nothing was ever kept here: there is nothing to lose yet.
            _ if wanted == Wanted::Due && self.is_empty() && own.is_empty() => {}
            _ => self.write(folder, known, (own, now), held)?,
        }
        Ok(())
    }

    fn write(
        &self,
        folder: &Path,
        known: &mut Ledger,
        (mut own, now): (Vec<Own>, u64),
        held: &Guard,
    ) -> Result<(), VaultError> {
        let last = own.last().map_or(0, |newest| newest.mark.sequence).max(known.sequence);
        let mark = Mark { sequence: last.saturating_add(1), content: self.content.clone() };
        let bytes = self.sealed(&mark, now)?;
        let path = folder.join(format!("sterk-auto-{:06}-{}.sterk", mark.sequence, stamped(now)));
        write_backup(&path, &bytes, held, |written| self.prove(written, &mark))?;
        let sequence = mark.sequence;
        let fresh = Own::new(path, mark, now, &bytes)?;
        known.note_done(folder, self.done(&fresh), sequence);
        own.push(fresh);
        for backup in own::too_many(&own, self.keep, |backup| own::is_whole(backup, self.vault, &self.sealing)) {
            // One that stays is looked at again by the next round.
            let _ = fs::remove_file(&backup.path);
        }
        Ok(())
    }

    fn sealed(&self, mark: &Mark, now: u64) -> Result<Vec<u8>, SealError> {
        let slots = self.sealing.slots().to_vec();
        let header = Header { purpose: Purpose::Backup, vault_id: self.vault, made_at: now, slots };
        let mut plain = vec![mark.write()?];
        plain.extend(self.plain.iter().cloned());
        seal(&header, self.sealing.key(), &plain)
    }

    /// Reads a backup from the disk, decrypts it and compares every record.
    fn prove(&self, path: &Path, mark: &Mark) -> Result<(), VaultError> {
        let sealed = Sealed::parse(read_bounded(path)?)?;
        let opened = sealed.open(self.sealing.key())?;
        let same = sealed.header().slots == self.sealing.slots()
            && opened.damaged.is_empty()
            && opened.records.len() == self.plain.len() + 1
            && opened.records[0] == mark.write()?
            && opened.records[1..] == self.plain;
        if same { Ok(()) } else { Err(SealError::Damaged.into()) }
    }

    fn done(&self, backup: &Own) -> Done {
        let file = backup.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (accounts, recovery_codes) = (self.accounts, self.recovery_codes);
        Done { at: backup.made_at, file, accounts, recovery_codes, content: self.content.clone() }
    }
}

impl fmt::Debug for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Round({} records to {} folders)", self.plain.len(), self.folders.len())
    }
}

/// Tells whether a folder is there; a stick that is not plugged in is no failure.
fn is_there(folder: &Path) -> Result<bool, VaultError> {
    match fs::metadata(folder) {
        Ok(facts) if facts.is_dir() => Ok(true),
        Ok(_) => Err(VaultError::io("could not write to", folder, io::ErrorKind::NotADirectory.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(VaultError::io("could not read", folder, error)),
    }
}
