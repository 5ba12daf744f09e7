//! A new vault key, for the day on which something that opens the vault got out.
//!
//! Removing a slot leaves every older copy of the vault open to its credential, and whoever has such a copy has the
//! vault key, which opens what is written later too. A re-key ends that: [`Rekeying`] is made first, so that a new
//! recovery key can be shown and kept before anything depends on it, and [`Vault::rekey`] puts it in place at once.
//! What was copied before stays open: [`old_copies`] names what is within reach.

use std::path::{Path, PathBuf};

use super::trail::{Event, TRAIL};
use super::{Folder, Vault, VaultError, read_bounded};
use crate::keychain::{Keychain, KeychainError};
use crate::seal::{Purpose, RecoveryKey, SealError, Sealed, Slot, SlotId, SlotKey, SlotKind, VaultId, VaultKey};
use crate::secret::Passphrase;

/// The most files that are looked at for old copies in one folder.
const MOST_FILES: usize = 1_000;

/// Says what becomes of the ways to unlock.
#[derive(Default, Clone, Copy)]
pub struct Rekey<'a> {
    /// The passphrases that stay, in any order: each opens its slot now, and the new one after.
    pub passphrases: &'a [Passphrase],
    /// The keyring of this computer, whose entries are made anew.
    pub keyring: Option<&'a dyn Keychain>,
    /// The slots that are left out.
    pub without: &'a [SlotId],
}

/// Is a new vault key and its slots, made and not yet in place.
#[derive(Debug)]
pub struct Rekeying {
    vault: VaultId,
    key: VaultKey,
    slots: Vec<Slot>,
    entries: Vec<(SlotId, SlotKey)>,
    recovery_key: Option<RecoveryKey>,
    left_out: Vec<Slot>,
    /// The slots it replaces: others in their place mean that somebody was quicker.
    before: Vec<Slot>,
}

impl Rekeying {
    /// Makes a new vault key and wraps it for every way that stays; nothing is written. Takes as long as the passphrases.
    ///
    /// All recovery keys are replaced by one new one. A keyring slot that has no entry in the keyring of this computer
    /// is left out: it belongs to another computer.
    ///
    /// # Errors
    /// [`VaultError::PassphraseMissing`] for a passphrase slot that none of the passphrases opens,
    /// [`VaultError::NoSuchSlot`] for an id in `without`, [`VaultError::LastSlot`] where no way would be left,
    /// [`KeychainError`].
    pub fn prepare(vault: VaultId, slots: &[Slot], how: Rekey<'_>, now: u64) -> Result<Self, VaultError> {
        if !how.without.iter().all(|id| slots.iter().any(|slot| slot.id == *id)) {
            return Err(VaultError::NoSuchSlot);
        }
        let (key, before) = (VaultKey::make()?, slots.to_vec());
        let (made, entries, left_out) = Default::default();
        let mut made = Self { vault, key, slots: made, entries, recovery_key: None, left_out, before };
        for slot in slots {
            let stays = !how.without.contains(&slot.id) && made.renew(slot, how, now)?;
            if !stays {
                made.left_out.push(slot.clone());
            }
        }
        if made.slots.is_empty() { Err(VaultError::LastSlot) } else { Ok(made) }
    }

    /// Hands over the new recovery key, to be shown once; nothing where there is none, or it was handed over.
    pub fn take_recovery_key(&mut self) -> Option<RecoveryKey> {
        self.recovery_key.take()
    }

    /// Returns the slots that will be gone.
    pub fn left_out(&self) -> &[Slot] {
        &self.left_out
    }

    /// Puts the new keys into the keyring, before the vault depends on them: whoever is killed in between leaves a vault
    /// that opens by the old ways or by the new ones.
    ///
    /// # Errors
    /// [`KeychainError`]; the keyring is then as it was.
    pub fn store_entries(&self, keychain: Option<&dyn Keychain>) -> Result<Entries, VaultError> {
        let ids = |slots: &[Slot]| {
            slots.iter().filter(|slot| matches!(slot.kind, SlotKind::Keyring)).map(|slot| slot.id).collect()
        };
        let entries = Entries { vault: self.vault, fresh: ids(&self.slots), old: ids(&self.before) };
        let store = |(id, key): &(SlotId, SlotKey)| {
            let keychain = keychain.ok_or(KeychainError::NoService)?;
            keychain.store(self.vault, *id, key)
        };
        if let Err(fault) = self.entries.iter().try_for_each(store) {
            entries.settle(keychain, false);
            return Err(fault.into());
        }
        Ok(entries)
    }

    /// Makes the slot anew; answers whether there is one in its place.
    fn renew(&mut self, slot: &Slot, how: Rekey<'_>, now: u64) -> Result<bool, VaultError> {
        let vault = self.vault;
        match slot.kind {
            SlotKind::Keyring => self.renew_keyring(slot, how.keyring, now),
            SlotKind::Passphrase(kdf) => {
                let words = opening(slot, vault, how.passphrases)?;
                let words = words.ok_or_else(|| VaultError::PassphraseMissing(slot.name.clone()))?;
                self.slots.push(Slot::with_passphrase(&self.key, vault, &slot.name, words, kdf, now)?);
                Ok(true)
            }
            SlotKind::RecoveryKey => {
                if !self.slots.iter().any(|slot| matches!(slot.kind, SlotKind::RecoveryKey)) {
                    let (slot, key) = Slot::with_recovery_key(&self.key, vault, &slot.name, now)?;
                    self.slots.push(slot);
                    self.recovery_key = Some(key);
                }
                Ok(true)
            }
        }
    }

    fn renew_keyring(&mut self, slot: &Slot, keychain: Option<&dyn Keychain>, now: u64) -> Result<bool, VaultError> {
        let vault = self.vault;
        let Some(keychain) = keychain else { return Ok(false) };
        match keychain.read(vault, slot.id) {
            Err(KeychainError::NoEntry) => return Ok(false),
            // A mangled entry is one of ours, and is made anew.
            Ok(_) | Err(KeychainError::Mangled) => {}
            Err(fault) => return Err(fault.into()),
        }
        let (fresh, key) = Slot::with_keyring(&self.key, vault, &slot.name, now)?;
        self.entries.push((fresh.id, key));
        self.slots.push(fresh);
        Ok(true)
    }
}

/// Finds the passphrase that opens a slot.
fn opening<'a>(slot: &Slot, vault: VaultId, words: &'a [Passphrase]) -> Result<Option<&'a Passphrase>, SealError> {
    for words in words {
        match slot.open_with_passphrase(vault, words) {
            Err(SealError::WrongPassphrase | SealError::WrongSlotKind) => {}
            done => return done.map(|_| Some(words)),
        }
    }
    Ok(None)
}

impl Vault {
    /// Seals the vault, both generations, under the new key; the old one opens neither. Returns the slots from before.
    ///
    /// # Errors
    /// [`VaultError::SlotsChanged`] where the ways to unlock are others by now; as [`Vault::update`]. The vault is then
    /// as it was.
    pub fn rekey(&mut self, new: Rekeying, now_ms: u64) -> Result<Vec<Slot>, VaultError> {
        let held = self.folder.lock()?;
        self.catch_up(now_ms)?;
        if self.slots != new.before {
            return Err(VaultError::SlotsChanged);
        }
        let trail = self.records.get(&TRAIL).cloned();
        // What lies beside the vault is sealed with the old key: it is taken in while that is known.
        drop(self.fold_in());
        self.record(Event::Rekeyed, now_ms);
        let old = (std::mem::replace(&mut self.key, new.key), std::mem::replace(&mut self.slots, new.slots));
        if let Err(fault) = self.write(&held, Folder::replace_both) {
            (self.key, self.slots) = old;
            self.put_back(TRAIL, trail);
            return Err(fault);
        }
        self.folder.forget_before_restore();
        Ok(old.1)
    }
}

/// Names the entries of the keyring that a re-key replaces, until it is known whether it was done.
#[derive(Debug)]
#[must_use = "entries that open nothing stay in the keyring"]
pub struct Entries {
    vault: VaultId,
    fresh: Vec<SlotId>,
    old: Vec<SlotId>,
}

impl Entries {
    /// Takes the old entries out of the keyring when the re-key was done, and the new ones when it was not.
    pub fn settle(self, keychain: Option<&dyn Keychain>, done: bool) {
        let Some(keychain) = keychain else { return };
        for id in if done { self.old } else { self.fresh } {
            // An entry that stays opens nothing that is written from now on.
            let _ = keychain.delete(self.vault, id);
        }
    }
}

/// Finds the files in these folders that one of the `old` slots opens: copies of the vault from before a re-key, and
/// backups whose passphrase is one of `words`. Files that cannot be read are passed over.
pub fn old_copies(folders: &[&Path], vault: VaultId, old: &[Slot], words: &[Passphrase]) -> Vec<PathBuf> {
    let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok());
    let mut paths: Vec<PathBuf> =
        entries.flat_map(|entries| entries.flatten().take(MOST_FILES).map(|entry| entry.path())).collect();
    paths.sort();
    paths.dedup();
    paths.retain(|path| is_opened(path, vault, old, words));
    paths
}

fn is_opened(path: &Path, vault: VaultId, old: &[Slot], words: &[Passphrase]) -> bool {
    let Ok(sealed) = read_bounded(path).and_then(|bytes| Ok(Sealed::parse(bytes)?)) else { return false };
    let header = sealed.header();
    let is_old = |slot: &Slot| old.iter().any(|known| known.id == slot.id);
    let opens = |slot: &Slot| matches!(opening(slot, vault, words), Ok(Some(_)));
    let by_words = || header.purpose == Purpose::Backup && header.slots.iter().any(opens);
    header.vault_id == vault && (header.slots.iter().any(is_old) || by_words())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::keychain::MemoryKeychain;
    use crate::seal::Kdf;
    use crate::vault::{Created, LockedVault, NewSlots};

    const NOW: u64 = 5_000;

    fn words(text: &str) -> Passphrase {
        Passphrase::new(text.into())
    }

    fn made(folder: &Path, keychain: &MemoryKeychain) -> Created {
        let words = words("old words");
        let slots = NewSlots {
            keyring: Some(keychain),
            passphrase: Some((&words, Kdf::FLOOR)),
            recovery_key: true,
            ..NewSlots::default()
        };
        Vault::create(folder, slots, 1_000).unwrap()
    }

    fn locked(folder: &Path) -> LockedVault {
        LockedVault::find(folder).unwrap().unwrap()
    }

    fn prepared(vault: &Vault, how: Rekey<'_>) -> Result<Rekeying, VaultError> {
        Rekeying::prepare(vault.id(), vault.slots(), how, NOW / 1000)
    }

    fn rekeyed(vault: &mut Vault, new: Rekeying, keychain: &MemoryKeychain) -> Result<Vec<Slot>, VaultError> {
        let entries = new.store_entries(Some(keychain))?;
        let done = vault.rekey(new, NOW);
        entries.settle(Some(keychain), done.is_ok());
        done
    }

    #[test]
    fn every_way_that_stays_opens_both_generations_and_none_of_the_old_ones_does() {
        let folder = tempfile::tempdir().unwrap();
        let keychain = MemoryKeychain::new();
        let Created { mut vault, recovery_key } = made(folder.path(), &keychain);
        let before = fs::read(vault.folder().vault()).unwrap();
        let given = [words("wrong"), words("old words")];
        let how = Rekey { passphrases: &given, keyring: Some(&keychain), without: &[] };
        let mut new = prepared(&vault, how).unwrap();
        let fresh = new.take_recovery_key().unwrap();
        assert_eq!(new.left_out(), []);
        let old = rekeyed(&mut vault, new, &keychain).unwrap();

        let generations = [vault.folder().vault(), vault.folder().previous()].map(|path| fs::read(path).unwrap());
        assert_eq!(generations[0], generations[1]);
        let sealed = Sealed::parse(generations[0].clone()).unwrap();
        for slot in &old {
            assert!(sealed.header().slots.iter().all(|new| new.id != slot.id));
            assert!(
                slot.kind.name() != "keyring" || keychain.read(vault.id(), slot.id).is_err(),
                "the old entry is gone"
            );
        }
        let old_key = old.iter().find_map(|slot| slot.open_with_passphrase(vault.id(), &given[1]).ok()).unwrap();
        assert!(matches!(sealed.open(&old_key), Err(SealError::WrongKey)), "the old vault key opens nothing any more");
        Sealed::parse(before).unwrap().open(&old_key).unwrap();

        let locked = locked(folder.path());
        locked.unlock_with_keyring(&keychain, NOW).unwrap();
        locked.unlock_with_passphrase(&given[1], NOW).unwrap();
        locked.unlock_with_recovery_key(&fresh, NOW).unwrap();
        let lost = locked.unlock_with_recovery_key(&recovery_key.unwrap(), NOW);
        assert!(matches!(lost, Err(VaultError::Seal(SealError::WrongRecoveryKey))));
    }

    #[test]
    fn asks_for_every_passphrase_that_is_not_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let keychain = MemoryKeychain::new();
        let mut vault = made(folder.path(), &keychain).vault;
        let id = vault.slots()[0].id;
        let how = Rekey { keyring: Some(&keychain), ..Rekey::default() };
        assert!(matches!(prepared(&vault, how), Err(VaultError::PassphraseMissing(name)) if name == "passphrase"));
        let new = prepared(&vault, Rekey { without: &[id], ..how }).unwrap();
        assert_eq!(new.left_out()[0].id, id);
        rekeyed(&mut vault, new, &keychain).unwrap();
        assert!(!vault.proofs().has_passphrase());
        assert!(matches!(prepared(&vault, Rekey { without: &[id], ..how }), Err(VaultError::NoSuchSlot)));
    }

    #[test]
    fn a_keyring_slot_of_another_computer_is_left_out_and_the_last_way_stays() {
        let folder = tempfile::tempdir().unwrap();
        let there = MemoryKeychain::new();
        let slots = NewSlots { keyring: Some(&there), ..NewSlots::default() };
        let mut vault = Vault::create(folder.path(), slots, 1_000).unwrap().vault;
        let here = MemoryKeychain::new();
        let how = Rekey { keyring: Some(&here), ..Rekey::default() };
        assert!(matches!(prepared(&vault, how), Err(VaultError::LastSlot)));
        vault.add_keyring("here", &here, NOW).unwrap();
        let new = prepared(&vault, how).unwrap();
        assert_eq!(new.left_out().len(), 1);
        rekeyed(&mut vault, new, &here).unwrap();
        let locked = locked(folder.path());
        locked.unlock_with_keyring(&here, NOW).unwrap();
        assert!(locked.unlock_with_keyring(&there, NOW).is_err());
    }

    #[test]
    fn an_open_vault_whose_key_is_old_says_so_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let keychain = MemoryKeychain::new();
        let mut vault = made(folder.path(), &keychain).vault;
        let given = [words("old words")];
        let mut other = locked(folder.path()).unlock_with_passphrase(&given[0], NOW).unwrap();
        let how = Rekey { passphrases: &given, keyring: Some(&keychain), without: &[] };
        let late = prepared(&other, how).unwrap();
        let new = prepared(&vault, how).unwrap();
        rekeyed(&mut vault, new, &keychain).unwrap();
        let sealed = fs::read(vault.folder().vault()).unwrap();
        assert!(matches!(other.refresh(NOW), Err(VaultError::Rekeyed)));
        assert!(matches!(other.add_recovery_key("more", NOW), Err(VaultError::Rekeyed)));
        assert!(matches!(rekeyed(&mut other, late, &keychain), Err(VaultError::Rekeyed)));
        assert_eq!(fs::read(vault.folder().vault()).unwrap(), sealed);
    }

    #[test]
    fn a_rekey_that_was_overtaken_or_cannot_be_written_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let keychain = MemoryKeychain::new();
        let mut vault = made(folder.path(), &keychain).vault;
        let given = [words("old words")];
        let how = Rekey { passphrases: &given, keyring: Some(&keychain), without: &[] };
        let overtaken = prepared(&vault, how).unwrap();
        vault.add_recovery_key("more", NOW).unwrap();
        assert!(matches!(rekeyed(&mut vault, overtaken, &keychain), Err(VaultError::SlotsChanged)));

        let new = prepared(&vault, how).unwrap();
        let fresh: Vec<SlotId> = new.entries.iter().map(|(id, _)| *id).collect();
        let slots = vault.slots().to_vec();
        fs::remove_file(vault.folder().previous()).unwrap();
        fs::create_dir(vault.folder().previous()).unwrap();
        assert!(rekeyed(&mut vault, new, &keychain).is_err());
        assert_eq!(vault.slots(), slots);
        assert!(keychain.read(vault.id(), fresh[0]).is_err(), "the entry for it is taken back");
        locked(folder.path()).unlock_with_keyring(&keychain, NOW).unwrap();
    }

    #[test]
    fn names_the_copies_that_an_old_credential_still_opens() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let keychain = MemoryKeychain::new();
        let mut vault = made(folder.path(), &keychain).vault;
        let copy = elsewhere.path().join("vault (conflicted copy).sterk");
        fs::copy(vault.folder().vault(), &copy).unwrap();
        let (same, other) = (elsewhere.path().join("same.sterk"), elsewhere.path().join("other.sterk"));
        crate::backup::write(&vault, &same, &words("old words"), Kdf::FLOOR, 2).unwrap();
        crate::backup::write(&vault, &other, &words("of its own"), Kdf::FLOOR, 2).unwrap();
        fs::write(elsewhere.path().join("letter.sterk"), "no vault").unwrap();
        let given = [words("old words")];
        let new = prepared(&vault, Rekey { passphrases: &given, keyring: Some(&keychain), without: &[] }).unwrap();
        let old = rekeyed(&mut vault, new, &keychain).unwrap();
        let found = old_copies(&[folder.path(), elsewhere.path()], vault.id(), &old, &given);
        assert_eq!(found, [same, copy], "neither the new generations nor a backup with words of its own");
    }
}
