//! Making a vault, and the ways to unlock it.

use std::collections::BTreeMap;
use std::path::Path;

use super::trail::{Event, TRAIL};
use super::{Clock, Folder, Guard, Vault, VaultError, make_device};
use crate::keychain::Keychain;
use crate::policy::PolicyFile;
use crate::seal::{Hardened, Kdf, RecoveryKey, SealError, Slot, SlotId, SlotKey, SlotKind, VaultId, VaultKey};
use crate::secret::Passphrase;

/// Says which ways to unlock a new vault gets.
#[derive(Default, Clone, Copy)]
pub struct NewSlots<'a> {
    /// The keyring that shall hold a key.
    pub keyring: Option<&'a dyn Keychain>,
    /// A passphrase and the cost of its derivation.
    pub passphrase: Option<(&'a Passphrase, Kdf)>,
    /// Whether a recovery key is made.
    pub recovery_key: bool,
    /// The policy of the person's organisation that holds from the first moment.
    pub policy: Option<&'a PolicyFile>,
}

/// Is a new vault and the recovery key that is shown once.
#[derive(Debug)]
pub struct Created {
    /// The vault, unlocked.
    pub vault: Vault,
    /// The recovery key, if one was wanted.
    pub recovery_key: Option<RecoveryKey>,
}

impl Vault {
    /// Makes a vault in the folder `path`; `now_ms` is the Unix time in milliseconds.
    ///
    /// # Errors
    /// [`VaultError::Exists`] where there is a vault or its previous generation, [`VaultError::LastSlot`] when no
    /// slot is wanted, [`VaultError::Forbidden`] by the policy it shall have, [`crate::keychain::KeychainError`], file
    /// errors; then nothing is left behind.
    pub fn create(path: &Path, wanted: NewSlots<'_>, now_ms: u64) -> Result<Created, VaultError> {
        Self::create_with(path, wanted, now_ms, |_| {})
    }

    /// Makes a vault that `fill` puts something into before it gets its slots.
    pub(super) fn create_with(
        path: &Path,
        wanted: NewSlots<'_>,
        now_ms: u64,
        fill: impl FnOnce(&mut Self),
    ) -> Result<Created, VaultError> {
        let folder = Folder::new(path);
        folder.make()?;
        let held = folder.lock()?;
        if folder.is_used() {
            return Err(VaultError::Exists);
        }
        let mut vault = Self::empty(folder, now_ms)?;
        fill(&mut vault);
        vault.begin_with_policy(wanted.policy, now_ms);
        let recovery_key = vault.first_slots(wanted, now_ms / 1000)?;
        if let Err(fault) = vault.write(&held, Folder::replace) {
            vault.forget_keyring(wanted.keyring);
            return Err(fault);
        }
        Ok(Created { vault, recovery_key })
    }

    fn empty(folder: Folder, now_ms: u64) -> Result<Self, VaultError> {
        Ok(Self {
            folder,
            id: VaultId::make()?,
            key: VaultKey::make()?,
            slots: Vec::new(),
            made_at: now_ms / 1000,
            salt: [0; 32],
            records: BTreeMap::new(),
            quarantine: Vec::new(),
            aside_due: false,
            clock: Clock::new(make_device()?),
        })
    }

    fn first_slots(&mut self, wanted: NewSlots<'_>, now: u64) -> Result<Option<RecoveryKey>, VaultError> {
        if let Some((words, kdf)) = wanted.passphrase {
            self.rules().check_passphrase(words)?;
            self.slots.push(Slot::with_passphrase(&self.key, self.id, "passphrase", words, kdf, now)?);
        }
        let mut recovery_key = None;
        if wanted.recovery_key {
            let (slot, key) = Slot::with_recovery_key(&self.key, self.id, "recovery key", now)?;
            self.slots.push(slot);
            recovery_key = Some(key);
        }
        if let Some(keychain) = wanted.keyring {
            let slot = self.keyring_slot("keyring", keychain, now)?;
            self.slots.push(slot);
        }
        if self.slots.is_empty() { Err(VaultError::LastSlot) } else { Ok(recovery_key) }
    }

    fn keyring_slot(&self, name: &str, keychain: &dyn Keychain, now: u64) -> Result<Slot, VaultError> {
        let (slot, key) = Slot::with_keyring(&self.key, self.id, name, now)?;
        keychain.store(self.id, slot.id, &key)?;
        Ok(slot)
    }

    /// Takes back the keyring entries of a vault that could not be written.
    fn forget_keyring(&self, keychain: Option<&dyn Keychain>) {
        let Some(keychain) = keychain else { return };
        for slot in self.slots.iter().filter(|slot| matches!(slot.kind, SlotKind::Keyring)) {
            // An entry that stays opens nothing: the vault it belongs to was never written.
            let _ = keychain.delete(self.id, slot.id);
        }
    }

    /// Adds a passphrase slot; takes as long as `kdf` demands.
    ///
    /// # Errors
    /// [`VaultError::Forbidden`] for a passphrase that is too weak for the policy; as [`Vault::update`].
    pub fn add_passphrase(
        &mut self,
        name: &str,
        words: &Passphrase,
        kdf: Kdf,
        now_ms: u64,
    ) -> Result<SlotId, VaultError> {
        self.rules().check_passphrase(words)?;
        self.add_hardened(name, words, &Hardened::new(words, kdf)?, now_ms)
    }

    /// Adds a passphrase slot whose costly part is done, so that nothing holds the vault for long.
    ///
    /// # Errors
    /// As [`Vault::add_passphrase`].
    pub fn add_hardened(
        &mut self,
        name: &str,
        words: &Passphrase,
        hardened: &Hardened,
        now_ms: u64,
    ) -> Result<SlotId, VaultError> {
        self.change_slots(now_ms, |vault| {
            vault.rules().check_passphrase(words)?;
            let slot = Slot::with_hardened(&vault.key, vault.id, name, hardened, now_ms / 1000)?;
            Ok(vault.push_slot(slot))
        })
    }

    /// Adds a keyring slot.
    ///
    /// # Errors
    /// [`crate::keychain::KeychainError`]; as [`Vault::update`].
    pub fn add_keyring(&mut self, name: &str, keychain: &dyn Keychain, now_ms: u64) -> Result<SlotId, VaultError> {
        self.change_slots(now_ms, |vault| {
            let slot = vault.keyring_slot(name, keychain, now_ms / 1000)?;
            Ok(vault.push_slot(slot))
        })
    }

    /// Adds a recovery key and returns it, to be shown once.
    ///
    /// # Errors
    /// As [`Vault::update`].
    pub fn add_recovery_key(&mut self, name: &str, now_ms: u64) -> Result<(SlotId, RecoveryKey), VaultError> {
        self.change_slots(now_ms, |vault| {
            let (slot, key) = Slot::with_recovery_key(&vault.key, vault.id, name, now_ms / 1000)?;
            Ok((vault.push_slot(slot), key))
        })
    }

    /// Makes a keyring slot and the key for the keyring; it opens nothing before [`Vault::keep_keyring`], so that
    /// nothing holds the vault while the keyring asks a person.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`], [`SealError::TooLarge`] for a name above 256 bytes.
    pub fn make_keyring(&self, name: &str, now: u64) -> Result<(Slot, SlotKey), SealError> {
        Slot::with_keyring(&self.key, self.id, name, now)
    }

    /// Adds the slot that [`Vault::make_keyring`] made, once its key is in the keyring.
    ///
    /// # Errors
    /// [`VaultError::SlotsChanged`] where the vault has another key by now; as [`Vault::update`].
    pub fn keep_keyring(&mut self, slot: Slot, key: &SlotKey, now_ms: u64) -> Result<SlotId, VaultError> {
        self.keep(slot, |slot, vault| slot.open_with_keyring(vault, key), now_ms)
    }

    /// Makes a recovery key and its slot; it opens nothing before [`Vault::keep_recovery_key`], so that it can be put
    /// on paper first.
    ///
    /// # Errors
    /// As [`Vault::make_keyring`].
    pub fn make_recovery_key(&self, name: &str, now: u64) -> Result<(Slot, RecoveryKey), SealError> {
        Slot::with_recovery_key(&self.key, self.id, name, now)
    }

    /// Adds the slot that [`Vault::make_recovery_key`] made.
    ///
    /// # Errors
    /// As [`Vault::keep_keyring`].
    pub fn keep_recovery_key(&mut self, slot: Slot, key: &RecoveryKey, now_ms: u64) -> Result<SlotId, VaultError> {
        self.keep(slot, |slot, vault| slot.open_with_recovery_key(vault, key), now_ms)
    }

    /// Adds a slot that still opens this vault: a re-key may have come in between.
    fn keep(
        &mut self,
        slot: Slot,
        open: impl FnOnce(&Slot, VaultId) -> Result<VaultKey, SealError>,
        now_ms: u64,
    ) -> Result<SlotId, VaultError> {
        self.change_slots(now_ms, |vault| match open(&slot, vault.id) {
            Ok(opened) if opened == vault.key => Ok(vault.push_slot(slot)),
            _ => Err(VaultError::SlotsChanged),
        })
    }

    /// Gives a slot another name.
    ///
    /// # Errors
    /// [`VaultError::NoSuchSlot`], [`VaultError::TooLong`] above 256 bytes; as [`Vault::update`].
    pub fn rename_slot(&mut self, id: SlotId, name: &str, now_ms: u64) -> Result<(), VaultError> {
        self.change_slots(now_ms, |vault| {
            let slot = vault.slots.iter_mut().find(|slot| slot.id == id).ok_or(VaultError::NoSuchSlot)?;
            slot.rename(name).map_err(|_| VaultError::TooLong { what: "the name", most: "256 bytes" })
        })
    }

    /// Removes a slot, and its keyring entry where it has one.
    ///
    /// # Errors
    /// [`VaultError::NoSuchSlot`], [`VaultError::LastSlot`]; as [`Vault::update`].
    pub fn remove_slot(&mut self, id: SlotId, keychain: Option<&dyn Keychain>, now_ms: u64) -> Result<(), VaultError> {
        let removed = self.change_slots(now_ms, |vault| {
            let at = vault.slots.iter().position(|slot| slot.id == id).ok_or(VaultError::NoSuchSlot)?;
            if vault.slots.len() == 1 {
                return Err(VaultError::LastSlot);
            }
            Ok(vault.slots.remove(at))
        })?;
        if let (SlotKind::Keyring, Some(keychain)) = (&removed.kind, keychain) {
            // The slot is gone from the file, so an entry that stays opens nothing.
            let _ = keychain.delete(self.id, removed.id);
        }
        Ok(())
    }

    /// Replaces the passphrase of a slot; the slot keeps its name. Takes as long as `kdf` demands.
    ///
    /// # Errors
    /// [`VaultError::NoSuchSlot`] for no slot or one of another kind; as [`Vault::add_passphrase`].
    pub fn change_passphrase(
        &mut self,
        id: SlotId,
        words: &Passphrase,
        kdf: Kdf,
        now_ms: u64,
    ) -> Result<(), VaultError> {
        self.rules().check_passphrase(words)?;
        self.change_hardened(id, words, &Hardened::new(words, kdf)?, now_ms)
    }

    /// Replaces the passphrase of a slot by one whose costly part is done, as [`Vault::add_hardened`] adds one.
    ///
    /// # Errors
    /// As [`Vault::change_passphrase`].
    pub fn change_hardened(
        &mut self,
        id: SlotId,
        words: &Passphrase,
        hardened: &Hardened,
        now_ms: u64,
    ) -> Result<(), VaultError> {
        self.change_slots(now_ms, |vault| {
            vault.rules().check_passphrase(words)?;
            let fits = |slot: &&mut Slot| slot.id == id && matches!(slot.kind, SlotKind::Passphrase(_));
            let (key, vault_id) = (&vault.key, vault.id);
            let slot = vault.slots.iter_mut().find(fits).ok_or(VaultError::NoSuchSlot)?;
            *slot = Slot::with_hardened(key, vault_id, &slot.name, hardened, now_ms / 1000)?;
            Ok(())
        })
    }

    /// Tells whether `words` open one of the passphrase slots, for re-authentication.
    ///
    /// # Errors
    /// As [`super::Proofs::check_passphrase`].
    pub fn check_passphrase(&self, words: &Passphrase) -> Result<(), VaultError> {
        self.proofs().check_passphrase(words)
    }

    fn push_slot(&mut self, slot: Slot) -> SlotId {
        let id = slot.id;
        self.slots.push(slot);
        id
    }

    /// Changes the slots under the lock and rewrites both generations, with what was changed in the trail.
    fn change_slots<T>(
        &mut self,
        now_ms: u64,
        change: impl FnOnce(&mut Self) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let held: Guard = self.folder.lock()?;
        self.catch_up(now_ms)?;
        let before = (self.slots.clone(), self.records.get(&TRAIL).cloned());
        let done = change(self).and_then(|answer| {
            if let Some(event) = difference(&before.0, &self.slots) {
                self.record(event, now_ms);
            }
            self.write(&held, Folder::replace_both)?;
            self.folder.forget_before_restore();
            Ok(answer)
        });
        if done.is_err() {
            self.slots = before.0;
            self.put_back(TRAIL, before.1);
        }
        done
    }
}

/// Names the change that was made; one is made at a time.
fn difference(before: &[Slot], after: &[Slot]) -> Option<Event> {
    let missing = |slots: &[Slot], from: &[Slot]| {
        slots.iter().find(|slot| from.iter().all(|other| other.id != slot.id)).map(|slot| slot.kind)
    };
    let renamed = || {
        let pairs = before.iter().zip(after);
        pairs.filter(|(old, new)| old.name != new.name).map(|(old, _)| Event::SlotRenamed(old.kind)).next()
    };
    match (missing(before, after), missing(after, before)) {
        (Some(_), Some(kind)) => Some(Event::SlotChanged(kind)),
        (Some(kind), None) => Some(Event::SlotRemoved(kind)),
        (None, Some(kind)) => Some(Event::SlotAdded(kind)),
        (None, None) => renamed(),
    }
}
