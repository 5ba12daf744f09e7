//! Bringing accounts back from a backup, what was there before kept in a file of its own, and the way back.
//!
//! What is brought back is stamped now, as any edit is: the person chose it, so it wins over what was there. Nothing is
//! brought back that was not chosen. Not here: comparing (`difference`) and opening a backup (`backup`).

use std::path::Path;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::difference::{Class, Differing, Part, Row};
use super::edit::Editor;
use super::record::{Counter, Kept, Record, Recovery};
use super::stamp::Stamp;
use super::{Created, Folder, NewSlots, Plain, Vault, VaultError, read_bounded, write_new};
use crate::account::AccountId;
use crate::backup::Backup;
use crate::seal::{Header, Purpose, RecordId, SealError, Sealed, seal};

/// The name of the record that says which accounts a restore touched; only what is kept before one has it.
const TOUCHED: RecordId = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4];

/// As it stands in that record.
#[derive(Serialize, Deserialize)]
struct Touched {
    restored: Vec<String>,
}

impl Vault {
    /// Brings the chosen rows back, and keeps the vault as it was before in a file of its own.
    ///
    /// An account that was deleted here lives again, with the newer of both versions of each part; one that was
    /// forgotten for good comes back under a new id. Of one that changed, the backup's version of what differs counts
    /// from now on; a secret that is replaced is kept aside for 30 days. Returns how many rows were taken.
    ///
    /// # Errors
    /// As [`Vault::update`]; nothing is changed then.
    pub fn restore(&mut self, rows: &[Row], now_ms: u64) -> Result<usize, VaultError> {
        let held = self.folder.lock()?;
        self.catch_up(now_ms)?;
        let wanted: Vec<(AccountId, &Row)> = rows
            .iter()
            .filter(|row| row.class != Class::Same)
            .map(|row| Ok((self.id_for(row)?, row)))
            .collect::<Result<_, VaultError>>()?;
        if wanted.is_empty() {
            return Ok(0);
        }
        let ids: Vec<AccountId> = wanted.iter().map(|(id, _)| *id).collect();
        let kept = self.folder.next_before_restore();
        write_new(&kept, &self.before_restore(&ids, now_ms / 1000)?)?;
        let done = self.change_held(&held, now_ms, |edit| wanted.iter().try_for_each(|(id, row)| edit.take(*id, row)));
        if let Err(fault) = done {
            // Nothing was restored, so there is nothing to undo.
            let _ = std::fs::remove_file(kept);
            return Err(fault);
        }
        self.folder.forget_old_before_restore();
        Ok(wanted.len())
    }

    /// Returns when the restore was that can be undone, in Unix seconds, and how many accounts it touched.
    pub fn undoable(&self) -> Option<(u64, usize)> {
        let path = self.folder.before_restore().pop()?;
        let (sealed, touched, _) = self.open_before(&path).ok()?;
        Some((sealed.header().made_at, touched.len()))
    }

    /// Undoes the last restore: what it touched is as it was, what it brought goes to the bin.
    ///
    /// Accounts that it did not touch stay as they are now. Returns how many it touched.
    ///
    /// # Errors
    /// [`VaultError::NothingToUndo`]; as [`Vault::update`].
    pub fn undo_restore(&mut self, now_ms: u64) -> Result<usize, VaultError> {
        let held = self.folder.lock()?;
        self.catch_up(now_ms)?;
        let path = self.folder.before_restore().pop().ok_or(VaultError::NothingToUndo)?;
        let (_, touched, records) = self.open_before(&path)?;
        self.change_held(&held, now_ms, |edit| {
            touched.iter().try_for_each(|id| edit.put_back(*id, records.iter().find(|record| record.id() == *id)))
        })?;
        // It was undone; a file that cannot be removed would only undo it again.
        let _ = std::fs::remove_file(path);
        Ok(touched.len())
    }

    /// Makes a vault of a backup where there is none: the same vault, under a key and slots of its own.
    ///
    /// # Errors
    /// As [`Vault::create`].
    pub fn create_from(path: &Path, wanted: NewSlots<'_>, backup: &Backup, now_ms: u64) -> Result<Created, VaultError> {
        Self::create_with(path, wanted, now_ms, |vault| {
            vault.id = backup.vault();
            backup.records().iter().for_each(|record| vault.join(record.clone(), now_ms));
            backup.carried().iter().for_each(|(id, bytes)| vault.carry(*id, bytes.clone()));
        })
    }

    /// Gives an account that was forgotten for good another name: the old one absorbs whatever comes.
    fn id_for(&self, row: &Row) -> Result<AccountId, VaultError> {
        match self.records.get(&row.account.id) {
            Some(Record::Purged(_)) => super::make_account_id(),
            _ => Ok(row.account.id),
        }
    }

    fn before_restore(&self, ids: &[AccountId], now: u64) -> Result<Vec<u8>, VaultError> {
        let slots = self.slots.clone();
        let header = Header { purpose: Purpose::Vault, vault_id: self.id, made_at: now, slots };
        let touched = Touched { restored: ids.iter().map(ToString::to_string).collect() };
        let touched = serde_json::to_vec(&touched).map_err(|_| SealError::TooLarge)?;
        let mut plain: Vec<Plain> = vec![(TOUCHED, Zeroizing::new(touched))];
        plain.extend(self.sealable()?);
        Ok(seal(&header, &self.key, &plain)?)
    }

    fn open_before(&self, path: &Path) -> Result<(Sealed, Vec<AccountId>, Vec<Record>), VaultError> {
        let sealed = Sealed::parse(read_bounded(path)?)?;
        let opened = sealed.open(&self.key)?;
        let touched = opened.records.iter().find(|(id, _)| *id == TOUCHED).ok_or(SealError::Damaged)?;
        let touched: Touched = serde_json::from_slice(&touched.1).map_err(|_| SealError::Damaged)?;
        let ids = touched.restored.iter().map(|id| id.parse().map_err(|_| SealError::Damaged));
        let ids: Vec<AccountId> = ids.collect::<Result<_, _>>()?;
        let records = opened.records.iter().filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok()).collect();
        Ok((sealed, ids, records))
    }
}

impl Folder {
    /// How many restores can be undone, one after the other.
    const UNDOS: usize = 3;
    const BEFORE_RESTORE: &str = "vault.sterk.before-restore-";

    /// Returns what is kept before restores, oldest first.
    fn before_restore(&self) -> Vec<std::path::PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.path()) else { return Vec::new() };
        let is_one = |path: &std::path::PathBuf| {
            path.is_file()
                && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(Self::BEFORE_RESTORE))
        };
        let mut found: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(is_one).collect();
        found.sort();
        found
    }

    fn next_before_restore(&self) -> std::path::PathBuf {
        let number = |path: &std::path::PathBuf| {
            path.to_string_lossy().rsplit_once('-').and_then(|(_, number)| number.parse::<u32>().ok())
        };
        let last = self.before_restore().iter().filter_map(number).max().unwrap_or(0);
        self.path().join(format!("{}{:06}", Self::BEFORE_RESTORE, last.saturating_add(1)))
    }

    fn forget_old_before_restore(&self) {
        let found = self.before_restore();
        for old in found.iter().rev().skip(Self::UNDOS) {
            // One that stays is tried again after the next restore.
            let _ = std::fs::remove_file(old);
        }
    }

    /// Forgets all of it: a way to unlock that was removed would still open it.
    pub(super) fn forget_before_restore(&self) {
        for file in self.before_restore() {
            let _ = std::fs::remove_file(file);
        }
    }
}

impl Editor<'_> {
    /// Brings one row back under this id.
    fn take(&mut self, id: AccountId, row: &Row) -> Result<(), VaultError> {
        let there = &row.record;
        match (self.record(id).cloned(), row.class) {
            (Some(Record::Kept(here)), Class::Changed | Class::Conflict) if here.deleted_at.0.is_none() => {
                let (now, stamp) = (self.now(), self.stamp());
                let mut kept = here;
                kept.take_parts(there, &row.parts, now, stamp);
                self.put(Record::Kept(kept));
            }
            (Some(Record::Kept(_)), _) => {
                self.merge([Record::Kept(there.clone())]);
                self.restore(id)?;
            }
            (Some(_), _) => return Err(VaultError::NoSuchAccount),
            (None, _) => self.merge([Record::Kept(Box::new(Kept { id, ..(**there).clone() }))]),
        }
        Ok(())
    }

    /// Makes an account what it was before a restore, which may be nothing.
    fn put_back(&mut self, id: AccountId, before: Option<&Record>) -> Result<(), VaultError> {
        match (self.record(id).cloned(), before) {
            (Some(Record::Kept(mut here)), Some(Record::Kept(before))) => {
                let stamp = self.stamp();
                here.become_again(before, stamp);
                self.put(Record::Kept(here));
                Ok(())
            }
            (Some(Record::Kept(here)), None) if here.deleted_at.0.is_none() => self.remove(id),
            // It was forgotten for good since, and that is final; or it is in the bin already.
            _ => Ok(()),
        }
    }
}

impl Kept {
    fn take_parts(&mut self, there: &Self, parts: &[Differing], now: u64, stamp: Stamp) {
        for Differing { part, .. } in parts {
            match part {
                Part::Counter => self.counter = self.counter.max(there.counter),
                Part::Icon => self.icon.set(there.icon.0.clone(), stamp),
                Part::Issuer => self.issuer.set(there.issuer.0.clone(), stamp),
                Part::Name => self.name.set(there.name.0.clone(), stamp),
                Part::Note => self.note.set(there.note.0.clone(), stamp),
                Part::Pinned => self.pinned.set(there.pinned.0, stamp),
                Part::Position => self.position.set(there.position.0.clone(), stamp),
                Part::RecoveryChoice => self.recovery_choice.set(there.recovery_choice.0, stamp),
                Part::RecoveryCodes => {
                    self.set_recovery_aside(now, stamp);
                    self.recovery = there.recovery.restamped(stamp);
                }
                Part::ResetBy => self.reset_by.set(there.reset_by.0.clone(), stamp),
                Part::Secret => {
                    self.set_secret_aside(now, stamp);
                    self.put_secret(there.current_otp(), stamp);
                }
                Part::Tags => self.tags.set(there.tags.0.clone(), stamp),
                Part::Verified => self.verified_at.set(there.verified_at.0, stamp),
            }
        }
    }

    /// Takes every value of an earlier version; a counter of HOTP only ever goes on.
    fn become_again(&mut self, before: &Self, stamp: Stamp) {
        macro_rules! again {
            ($($field:ident),+) => {$(
                if self.$field.0 != before.$field.0 {
                    self.$field.set(before.$field.0.clone(), stamp);
                }
            )+};
        }
        if self.otp.0 != before.otp.0 {
            self.otp.set(before.otp.0.clone(), stamp);
            self.counter = Counter { secret: stamp, epoch: stamp, value: before.counter.value };
        }
        again!(deleted_at, issuer, name, note, tags, pinned, icon, position, verified_at, recovery_choice, reset_by);
        again!(former_otp, former_recovery);
        if self.recovery.shown() != before.recovery.shown() {
            self.recovery = before.recovery.restamped(stamp);
        }
    }
}

impl Recovery {
    /// Returns the same codes as a set of their own, so that they replace what is there.
    fn restamped(&self, stamp: Stamp) -> Self {
        let mut codes = self.codes.clone();
        for entry in &mut codes {
            (entry.used_at.1, entry.forgotten.1) = (stamp, stamp);
        }
        Self { generation: stamp, codes }
    }
}
