//! From a locked vault to an open one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::trail::Event;
use super::{Clock, Folder, Unreadable, Vault, VaultError, events, make_device, read_bounded};
use crate::account::AccountId;
use crate::keychain::{Keychain, KeychainError};
use crate::seal::{Kdf, Purpose, RecoveryKey, SealError, Sealed, Slot, SlotKind, VaultId, VaultKey};
use crate::secret::Passphrase;

/// Is a vault on the disk: its slots can be read, its accounts cannot.
#[derive(Debug)]
pub struct LockedVault {
    folder: Folder,
    sealed: Sealed,
}

impl LockedVault {
    /// Finds the vault in the folder `path`, or nothing where there is none.
    ///
    /// # Errors
    /// [`SealError`] for a file that is foreign, damaged, cut short or from a newer version; [`VaultError::Gone`]
    /// where only the previous generation is left, or a link to a file that is away; file errors.
    pub fn find(path: &Path) -> Result<Option<Self>, VaultError> {
        let folder = Folder::new(path);
        match Self::read(folder.clone(), &folder.vault())? {
            None if folder.is_used() => Err(VaultError::Gone(folder.vault())),
            found => Ok(found),
        }
    }

    /// Puts the previous generation back in place and returns where the present file is kept, if there was one.
    ///
    /// # Errors
    /// [`VaultError::Gone`] where there is no previous generation, a [`SealError`] if it is no whole vault either;
    /// file errors. Nothing is changed then.
    pub fn step_back(path: &Path) -> Result<Option<PathBuf>, VaultError> {
        let folder = Folder::new(path);
        let held = folder.lock()?;
        let previous = read_bounded(&folder.previous())?;
        if Sealed::parse(previous.clone())?.header().purpose != Purpose::Vault {
            return Err(SealError::NotSealed.into());
        }
        let aside = folder.keep_aside(&held)?;
        folder.step_back(&held, &previous)?;
        Ok(aside)
    }

    fn read(folder: Folder, file: &Path) -> Result<Option<Self>, VaultError> {
        match read_bounded(file) {
            Err(VaultError::Gone(_)) => Ok(None),
            Err(other) => Err(other),
            Ok(bytes) => {
                let sealed = Sealed::parse(bytes)?;
                if sealed.header().purpose != Purpose::Vault {
                    return Err(SealError::NotSealed.into());
                }
                Ok(Some(Self { folder, sealed }))
            }
        }
    }

    /// Returns the vault's name.
    pub fn id(&self) -> VaultId {
        self.sealed.header().vault_id
    }

    /// Returns where it lies.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Returns the ways to unlock it.
    pub fn slots(&self) -> &[Slot] {
        &self.sealed.header().slots
    }

    /// Unlocks with the key that lies in the keyring.
    ///
    /// # Errors
    /// [`VaultError::NoSuchSlot`] where the vault has no keyring slot; [`KeychainError`] of the first slot that
    /// failed; [`SealError::WrongKey`] for a key of another vault. No key is ever made here.
    pub fn unlock_with_keyring(&self, keychain: &dyn Keychain, now_ms: u64) -> Result<Vault, VaultError> {
        let mut first: Option<VaultError> = None;
        for slot in self.slots().iter().filter(|slot| matches!(slot.kind, SlotKind::Keyring)) {
            match self.key_from_keyring(slot, keychain) {
                Ok(key) => return self.open(key, slot.kind, now_ms),
                // The next slot would ask the person again, or wait as long again.
                Err(fault @ VaultError::Keychain(KeychainError::Cancelled | KeychainError::TimedOut)) => {
                    return Err(fault);
                }
                Err(fault) => first = first.or(Some(fault)),
            }
        }
        Err(first.unwrap_or(VaultError::NoSuchSlot))
    }

    fn key_from_keyring(&self, slot: &Slot, keychain: &dyn Keychain) -> Result<VaultKey, VaultError> {
        let key = keychain.read(self.id(), slot.id)?;
        Ok(slot.open_with_keyring(self.id(), &key)?)
    }

    /// Unlocks with a passphrase; every passphrase slot is tried.
    ///
    /// # Errors
    /// [`VaultError::NoSuchSlot`] where the vault has none, [`SealError::WrongPassphrase`].
    pub fn unlock_with_passphrase(&self, words: &Passphrase, now_ms: u64) -> Result<Vault, VaultError> {
        let key = key_by_passphrase(self.slots(), self.id(), words);
        self.open(self.count_wrong(key, now_ms)?, SlotKind::Passphrase(Kdf::FLOOR), now_ms)
    }

    /// Unlocks with a recovery key.
    ///
    /// # Errors
    /// [`VaultError::NoSuchSlot`] where the vault has none, [`SealError::WrongRecoveryKey`].
    pub fn unlock_with_recovery_key(&self, key: &RecoveryKey, now_ms: u64) -> Result<Vault, VaultError> {
        let key = key_by_recovery_key(self.slots(), self.id(), key);
        self.open(self.count_wrong(key, now_ms)?, SlotKind::RecoveryKey, now_ms)
    }

    /// Notes a wrong credential beside the vault, to be told to whoever opens it next.
    fn count_wrong(&self, opened: Result<VaultKey, VaultError>, now_ms: u64) -> Result<VaultKey, VaultError> {
        let kind = match &opened {
            Err(VaultError::Seal(SealError::WrongPassphrase)) => SlotKind::Passphrase(Kdf::FLOOR),
            Err(VaultError::Seal(SealError::WrongRecoveryKey)) => SlotKind::RecoveryKey,
            _ => return opened,
        };
        events::note_failure(&self.folder, kind, now_ms);
        opened
    }

    fn open(&self, key: VaultKey, by: SlotKind, now_ms: u64) -> Result<Vault, VaultError> {
        let opened = self.sealed.open(&key)?;
        let header = self.sealed.header();
        let mut vault = Vault {
            folder: self.folder.clone(),
            id: header.vault_id,
            key,
            slots: header.slots.clone(),
            made_at: header.made_at,
            salt: self.sealed.salt(),
            records: BTreeMap::new(),
            quarantine: Vec::new(),
            aside_due: false,
            clock: Clock::new(make_device()?),
        };
        vault.take_in(opened, now_ms);
        vault.heal_from_previous(now_ms);
        vault.note(Event::Unlocked(by), now_ms);
        vault.fold_what_is_large(now_ms);
        Ok(vault)
    }
}

impl Vault {
    /// Takes records that are damaged here from the previous generation, where that one has them whole.
    fn heal_from_previous(&mut self, now_ms: u64) {
        if !self.quarantine.iter().any(|lost| lost.why == Unreadable::Damaged) {
            return;
        }
        // Any fault of the previous generation means only that it cannot help.
        let Ok(bytes) = read_bounded(&self.folder.previous()) else { return };
        let Ok(opened) = Sealed::parse(bytes).and_then(|sealed| sealed.open(&self.key)) else { return };
        for (id, bytes) in opened.records {
            let lost = self.quarantine.iter().position(|lost| lost.id == id && lost.why == Unreadable::Damaged);
            if let Some(at) = lost
                && let Ok(record) = serde_json::from_slice::<super::Record>(&bytes)
                && record.id() == AccountId(id)
            {
                self.join(record, now_ms);
                self.quarantine[at].why = Unreadable::Restored;
            }
        }
    }
}

/// Opens the passphrase slots in turn until one yields the key.
///
/// # Errors
/// [`VaultError::NoSuchSlot`] where there is none, [`SealError::WrongPassphrase`].
pub(super) fn key_by_passphrase(slots: &[Slot], vault: VaultId, words: &Passphrase) -> Result<VaultKey, VaultError> {
    let fits = |slot: &&Slot| matches!(slot.kind, SlotKind::Passphrase(_));
    first_key(slots, fits, SealError::WrongPassphrase, |slot| slot.open_with_passphrase(vault, words))
}

/// Opens the recovery slots in turn until one yields the key.
///
/// # Errors
/// [`VaultError::NoSuchSlot`] where there is none, [`SealError::WrongRecoveryKey`].
pub(super) fn key_by_recovery_key(slots: &[Slot], vault: VaultId, key: &RecoveryKey) -> Result<VaultKey, VaultError> {
    let fits = |slot: &&Slot| matches!(slot.kind, SlotKind::RecoveryKey);
    first_key(slots, fits, SealError::WrongRecoveryKey, |slot| slot.open_with_recovery_key(vault, key))
}

/// Tries each slot that fits; `wrong` is the answer that lets the next one be tried.
fn first_key(
    slots: &[Slot],
    fits: impl Fn(&&Slot) -> bool,
    wrong: SealError,
    open: impl Fn(&Slot) -> Result<VaultKey, SealError>,
) -> Result<VaultKey, VaultError> {
    let mut found = false;
    for slot in slots.iter().filter(fits) {
        found = true;
        match open(slot) {
            Err(fault) if fault == wrong => {}
            done => return Ok(done?),
        }
    }
    if found { Err(wrong.into()) } else { Err(VaultError::NoSuchSlot) }
}
