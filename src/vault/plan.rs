//! How automatic backups are made: kept in the vault, so that it is sealed, merged and backed up as the rest.
//!
//! The plan holds the random key that seals them and the slots that open that key, never the passphrase of the backups:
//! they are written without a question and opened with one. Not here: writing them, and how each folder stands
//! (`backup`).

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::edit::Editor;
use super::record::Record;
use super::stamp::{Field, Stamp};
use super::{Vault, VaultError, stored};
use crate::account::AccountId;
use crate::seal::{Kdf, RecoveryKey, SealError, Slot, VaultId, VaultKey};
use crate::secret::Passphrase;

/// The name of the one record that is the plan.
pub(crate) const PLAN: AccountId = AccountId([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

/// The most keys of earlier plans by which old backups are recognised.
const MOST_FORMER: usize = 8;
/// The most folders, those that were removed among them.
const MOST_TARGETS: usize = 32;
/// The most bytes of a folder's name.
const MOST_NAME: usize = 4_096;
/// A stamp before every change.
const NEVER: Stamp = Stamp(0, 0, 0);

/// Is how automatic backups are made; each part is merged by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupPlan {
    /// None while automatic backups are off.
    sealing: Field<Option<Sealing>>,
    targets: Vec<Target>,
    keep: Field<Keep>,
}

/// Is the key of automatic backups and the ways to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealing {
    #[serde(with = "stored::key")]
    key: Arc<VaultKey>,
    slots: Vec<Slot>,
    /// Keys before this one, the last first: what they sealed is ours still, and is rotated with the rest.
    #[serde(with = "stored::keys")]
    former: Vec<Arc<VaultKey>>,
}

/// Is a folder that gets every backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    folder: String,
    wanted: Field<bool>,
}

/// Says how many backups a folder keeps; the newest three are always among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// How many, [`Keep::FEWEST`] to [`Keep::MOST`].
    pub count: u32,
    /// How many days a backup stays at most; none for as long as the count allows.
    pub days: Option<u32>,
}

impl Keep {
    /// The fewest that a folder keeps.
    pub const FEWEST: u32 = 3;
    /// The most that a folder keeps.
    pub const MOST: u32 = 1_000;
}

impl Default for Keep {
    fn default() -> Self {
        Self { count: 30, days: None }
    }
}

impl Sealing {
    /// Makes a key, and the slots that open it: a passphrase, and a recovery key where that is wanted.
    ///
    /// Takes as long as `kdf` demands, and needs no hold of the vault. `now` is in Unix seconds. The recovery key is
    /// shown once.
    ///
    /// # Errors
    /// As [`Slot::with_passphrase`].
    pub fn make(
        vault: VaultId,
        (words, kdf): (&Passphrase, Kdf),
        recovery: bool,
        now: u64,
    ) -> Result<(Self, Option<RecoveryKey>), SealError> {
        let key = VaultKey::make()?;
        let mut slots = vec![Slot::with_passphrase(&key, vault, "backup passphrase", words, kdf, now)?];
        let recovery =
            recovery.then(|| Slot::with_recovery_key(&key, vault, "backup recovery key", now)).transpose()?;
        let recovery_key = recovery.map(|(slot, recovery_key)| {
            slots.push(slot);
            recovery_key
        });
        Ok((Self { key: Arc::new(key), slots, former: Vec::new() }, recovery_key))
    }

    /// Returns the key that seals.
    pub(crate) fn key(&self) -> &VaultKey {
        &self.key
    }

    /// Returns every key that ever sealed a backup of this plan, the present one first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &VaultKey> {
        std::iter::once(&*self.key).chain(self.former.iter().map(|key| &**key))
    }

    /// Returns the ways to open a backup; they stand in its header.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    fn after(mut self, before: Option<&Self>) -> Self {
        let known = before.into_iter().flat_map(|before| std::iter::once(&before.key).chain(&before.former));
        self.former = known.take(MOST_FORMER).cloned().collect();
        self
    }
}

impl BackupPlan {
    fn new() -> Self {
        Self { sealing: Field(None, NEVER), targets: Vec::new(), keep: Field(Keep::default(), NEVER) }
    }

    /// Returns how backups are sealed; none while they are off.
    pub fn sealing(&self) -> Option<&Sealing> {
        self.sealing.0.as_ref()
    }

    /// Returns the folders that get every backup, in the order of their names.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.targets.iter().filter(|target| target.wanted.0).map(|target| Path::new(&target.folder))
    }

    /// Returns how many backups a folder keeps.
    pub fn keep(&self) -> Keep {
        // What another program wrote is held to the same bounds.
        Keep { count: self.keep.0.count.clamp(Keep::FEWEST, Keep::MOST), ..self.keep.0 }
    }

    /// Joins two versions; the later stamp wins, folder by folder.
    pub(super) fn join(mut self, other: Self) -> Self {
        for target in other.targets {
            match self.targets.iter_mut().find(|known| known.folder == target.folder) {
                Some(known) => known.wanted = known.wanted.clone().join(target.wanted),
                None => self.targets.push(target),
            }
        }
        self.targets.sort_by(|a, b| a.folder.cmp(&b.folder));
        Self { sealing: self.sealing.join(other.sealing), targets: self.targets, keep: self.keep.join(other.keep) }
    }

    pub(super) fn each_stamp(&mut self, visit: &mut impl FnMut(&mut Stamp)) {
        visit(&mut self.sealing.1);
        visit(&mut self.keep.1);
        self.targets.iter_mut().for_each(|target| visit(&mut target.wanted.1));
    }

    fn want(&mut self, folder: &str, wanted: bool, stamp: Stamp) -> Result<(), VaultError> {
        match self.targets.iter().position(|known| known.folder == folder) {
            Some(at) => self.targets[at].wanted.set(wanted, stamp),
            None if self.targets.len() >= MOST_TARGETS => {
                return Err(VaultError::TooLong { what: "the list of folders", most: "32 folders" });
            }
            None => self.targets.push(Target { folder: folder.to_owned(), wanted: Field(wanted, stamp) }),
        }
        self.targets.sort_by(|a, b| a.folder.cmp(&b.folder));
        Ok(())
    }
}

impl Vault {
    /// Returns how automatic backups are made, if that was ever said.
    pub fn backup_plan(&self) -> Option<&BackupPlan> {
        match self.records.get(&PLAN) {
            Some(Record::Backups(plan)) => Some(plan),
            _ => None,
        }
    }

    /// Switches automatic backups on, or gives those to come another key.
    ///
    /// Whoever calls asks the policy about the passphrase first: [`Vault::rules`].
    ///
    /// # Errors
    /// [`VaultError::PlanUnreadable`]; as [`Vault::update`].
    pub fn set_up_backups(&mut self, sealing: Sealing, now_ms: u64) -> Result<(), VaultError> {
        self.change_plan(now_ms, |plan, stamp| {
            let sealing = sealing.after(plan.sealing.0.as_ref());
            plan.sealing.set(Some(sealing), stamp);
            Ok(())
        })
    }

    /// Switches automatic backups off and forgets their key; the files that are there stay.
    ///
    /// # Errors
    /// [`VaultError::BackupsOff`] where they are off; as [`Vault::set_up_backups`].
    pub fn stop_backups(&mut self, now_ms: u64) -> Result<(), VaultError> {
        self.change_plan(now_ms, |plan, stamp| {
            plan.sealing.0.as_ref().ok_or(VaultError::BackupsOff)?;
            plan.sealing.set(None, stamp);
            Ok(())
        })
    }

    /// Adds a folder that gets every backup from now on; it need not be there at the moment.
    ///
    /// # Errors
    /// [`VaultError::BadFolder`] for one that is not named whole and in UTF-8, or that holds this vault;
    /// [`VaultError::TooLong`]; as [`Vault::set_up_backups`].
    pub fn add_backup_folder(&mut self, folder: &Path, now_ms: u64) -> Result<(), VaultError> {
        let name = folder.to_str().filter(|name| folder.is_absolute() && name.len() <= MOST_NAME);
        let name = name.filter(|_| folder != self.folder.path()).ok_or(VaultError::BadFolder)?.to_owned();
        self.change_plan(now_ms, |plan, stamp| plan.want(&name, true, stamp))
    }

    /// Removes a folder; the backups in it stay.
    ///
    /// # Errors
    /// [`VaultError::NoSuchFolder`]; as [`Vault::set_up_backups`].
    pub fn remove_backup_folder(&mut self, folder: &Path, now_ms: u64) -> Result<(), VaultError> {
        self.change_plan(now_ms, |plan, stamp| {
            let name = plan.folders().find(|known| *known == folder).and_then(Path::to_str).map(str::to_owned);
            plan.want(&name.ok_or(VaultError::NoSuchFolder)?, false, stamp)
        })
    }

    /// Says how many backups a folder keeps; the bounds of [`Keep`] hold.
    ///
    /// # Errors
    /// As [`Vault::set_up_backups`].
    pub fn keep_backups(&mut self, keep: Keep, now_ms: u64) -> Result<(), VaultError> {
        let keep = Keep { count: keep.count.clamp(Keep::FEWEST, Keep::MOST), ..keep };
        self.change_plan(now_ms, |plan, stamp| {
            plan.keep.set(keep, stamp);
            Ok(())
        })
    }

    fn change_plan(
        &mut self,
        now_ms: u64,
        change: impl FnOnce(&mut BackupPlan, Stamp) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        self.refresh(now_ms)?;
        // A record that is carried on for a newer program must not get a second one of its name.
        if self.backup_plan().is_none() && self.quarantine().iter().any(|lost| lost.id == PLAN.0) {
            return Err(VaultError::PlanUnreadable);
        }
        self.update(now_ms, |edit| edit.change_plan(change))
    }
}

impl Editor<'_> {
    fn change_plan(
        &mut self,
        change: impl FnOnce(&mut BackupPlan, Stamp) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let mut plan = match self.record(PLAN) {
            Some(Record::Backups(plan)) => plan.clone(),
            _ => Box::new(BackupPlan::new()),
        };
        change(&mut plan, self.stamp())?;
        self.put(Record::Backups(plan));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::{LockedVault, NewSlots};

    fn words(text: &str) -> Passphrase {
        Passphrase::new(text.into())
    }

    fn made(folder: &Path) -> Vault {
        let words = words("of the vault");
        let slots = NewSlots { passphrase: Some((&words, Kdf::FLOOR)), ..NewSlots::default() };
        Vault::create(folder, slots, 1_000).unwrap().vault
    }

    fn unlocked(folder: &Path) -> Vault {
        LockedVault::find(folder).unwrap().unwrap().unlock_with_passphrase(&words("of the vault"), 9_000).unwrap()
    }

    fn sealing(vault: &Vault, text: &str) -> Sealing {
        Sealing::make(vault.id(), (&words(text), Kdf::FLOOR), false, 1).unwrap().0
    }

    fn folders(vault: &Vault) -> Vec<&Path> {
        vault.backup_plan().unwrap().folders().collect()
    }

    #[test]
    fn a_plan_outlives_locking_and_is_no_account() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path());
        let (made, key) = Sealing::make(vault.id(), (&words("of the backups"), Kdf::FLOOR), true, 1).unwrap();
        vault.set_up_backups(made.clone(), 2_000).unwrap();
        vault.add_backup_folder(Path::new("/stick"), 2_000).unwrap();
        vault.keep_backups(Keep { count: 1, days: Some(90) }, 2_000).unwrap();
        let vault = unlocked(folder.path());
        let plan = vault.backup_plan().unwrap();
        assert_eq!((plan.sealing(), folders(&vault)), (Some(&made), vec![Path::new("/stick")]));
        assert_eq!(plan.keep(), Keep { count: 3, days: Some(90) }, "never fewer than three");
        assert_eq!(made.slots()[1].open_with_recovery_key(vault.id(), &key.unwrap()).unwrap(), *made.key);
        assert_eq!((vault.accounts().len(), vault.bin().len(), vault.changed_at()), (0, 0, 0));
    }

    #[test]
    fn keeps_no_passphrase_and_prints_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path());
        vault.set_up_backups(sealing(&vault, "of the backups"), 2_000).unwrap();
        let record = &vault.records[&PLAN];
        let stored = serde_json::to_string(record).unwrap();
        assert!(!stored.contains("of the backups"));
        assert_eq!(&serde_json::from_str::<Record>(&stored).unwrap(), record);
        assert!(format!("{record:?}").contains("VaultKey(hidden)"));
    }

    #[test]
    fn another_key_recognises_what_the_former_ones_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path());
        let first = sealing(&vault, "first");
        vault.set_up_backups(first.clone(), 2_000).unwrap();
        for round in 0..9 {
            vault.set_up_backups(sealing(&vault, "next"), 3_000 + round).unwrap();
        }
        let now = vault.backup_plan().unwrap().sealing().unwrap();
        assert_eq!(now.keys().count(), 1 + MOST_FORMER);
        assert!(now.keys().all(|key| *key != *first.key), "the oldest is forgotten");
        vault.stop_backups(9_000).unwrap();
        assert!(vault.backup_plan().unwrap().sealing().is_none());
        assert!(matches!(vault.stop_backups(9_000), Err(VaultError::BackupsOff)));
    }

    #[test]
    fn refuses_a_folder_that_is_named_by_half() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path());
        for name in ["stick", "", "./stick", folder.path().to_str().unwrap()] {
            assert!(matches!(vault.add_backup_folder(Path::new(name), 2_000), Err(VaultError::BadFolder)), "{name}");
        }
        assert!(matches!(vault.remove_backup_folder(Path::new("/none"), 2_000), Err(VaultError::NoSuchFolder)));
        for number in 0..MOST_TARGETS {
            vault.add_backup_folder(Path::new(&format!("/stick-{number}")), 2_000).unwrap();
        }
        assert!(matches!(vault.add_backup_folder(Path::new("/one-more"), 2_000), Err(VaultError::TooLong { .. })));
    }

    #[test]
    fn folders_of_two_who_add_at_once_are_both_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut here = made(folder.path());
        let mut there = unlocked(folder.path());
        here.add_backup_folder(Path::new("/stick"), 2_000).unwrap();
        there.add_backup_folder(Path::new("/cloud"), 2_000).unwrap();
        here.remove_backup_folder(Path::new("/stick"), 3_000).unwrap();
        there.refresh(4_000).unwrap();
        assert_eq!(folders(&there), [Path::new("/cloud")]);
        let (a, b) = (here.backup_plan().unwrap().clone(), there.backup_plan().unwrap().clone());
        assert_eq!(a.clone().join(b.clone()), b.join(a), "in any order");
    }

    #[test]
    fn a_plan_of_a_newer_program_is_carried_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path());
        vault.carry(PLAN.0, crate::Secret::new(br#"{"backups":{"new":1}}"#.to_vec()));
        let held = vault.folder.lock().unwrap();
        vault.write(&held, crate::vault::Folder::replace).unwrap();
        drop(held);
        let mut vault = unlocked(folder.path());
        let refused = vault.add_backup_folder(Path::new("/stick"), 2_000);
        assert!(matches!(refused, Err(VaultError::PlanUnreadable)));
    }
}
