//! The ways to unlock: listed, added, named, changed, removed, and all made anew under a new vault key.
//!
//! Each change spends a permission of its own. Whatever takes long or asks a person, a key derivation or the keyring, is
//! done without a hold of the vault; whatever was derived meets the vault as it is then.

use std::time::Instant;

use sterk::{
    Keychain, KeychainError, Passphrase, RecoveryKey,
    account::shown,
    keychain::OsKeychain,
    policy::Rules,
    seal::{Hardened, Kdf, Slot, SlotId, SlotKind},
    settings,
    strength::Strength,
    vault::{Rekey, Rekeying, old_copies},
};
use tauri::State;

use super::apart;
use crate::{
    error::{ErrorView, failed},
    state::{Open, Session, now_ms},
    view::{RecoveryKeyView, RekeyView, RekeyedView, Reveal, SlotKindView, SlotView, SlotsView, StrengthView},
};

/// Is what waits until the person has a new recovery key on paper.
#[derive(Debug)]
pub enum Pending {
    /// A way to be added.
    RecoveryKey(Slot, RecoveryKey),
    /// A new vault key, and the passphrases that stay: backups may have the same.
    Rekey(Box<Rekeying>, Vec<Passphrase>),
}

/// Lists the ways to unlock.
#[tauri::command]
pub async fn slots(session: State<'_, Session>) -> Result<SlotsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || list(&session)).await
}

/// Says how hard a passphrase is to guess; nothing is kept.
#[tauri::command]
pub async fn weigh_passphrase(session: State<'_, Session>, passphrase: String) -> Result<StrengthView, ErrorView> {
    let session = session.inner().clone();
    let words = Passphrase::new(passphrase);
    apart(move || Ok(weigh(&session, &words))).await
}

/// Adds a key in the keyring of this computer.
#[tauri::command]
pub async fn add_keyring_slot(session: State<'_, Session>, name: String) -> Result<SlotsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        spend(&session)?;
        let keychain = session.keychain().ok_or(KeychainError::NoService)?;
        let slots = add_keyring(&session, &name, &keychain)?;
        session.note_keyring(None);
        Ok(slots)
    })
    .await
}

/// Adds a passphrase.
#[tauri::command]
pub async fn add_passphrase_slot(
    session: State<'_, Session>,
    name: String,
    passphrase: String,
) -> Result<SlotsView, ErrorView> {
    let session = session.inner().clone();
    let words = Passphrase::new(passphrase);
    apart(move || {
        spend(&session)?;
        let (words, hardened) = harden(&session, words)?;
        let name = SlotKindView::Passphrase.or_named(&name);
        session.with(|open| Ok(open.vault.add_hardened(name, &words, &hardened, now_ms())?))?;
        list(&session)
    })
    .await
}

/// Makes a recovery key to be put on paper; it opens nothing until `keep_recovery_key`.
#[tauri::command]
pub async fn add_recovery_key(session: State<'_, Session>, name: String) -> Result<RecoveryKeyView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        spend(&session)?;
        begin_recovery_key(&session, &name)
    })
    .await
}

/// Adds the recovery key that was shown, because the person has it on paper.
#[tauri::command]
pub async fn keep_recovery_key(session: State<'_, Session>) -> Result<SlotsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        session.with(|open| match open.pending.take() {
            Some(Pending::RecoveryKey(slot, key)) => Ok(open.vault.keep_recovery_key(slot, &key, now_ms())?),
            _ => Err(gone()),
        })?;
        list(&session)
    })
    .await
}

/// Changes the passphrase of one way.
#[tauri::command]
pub async fn change_slot(
    session: State<'_, Session>,
    slot: String,
    passphrase: String,
) -> Result<SlotsView, ErrorView> {
    let session = session.inner().clone();
    let words = Passphrase::new(passphrase);
    apart(move || {
        spend(&session)?;
        let id: SlotId = slot.parse()?;
        let (words, hardened) = harden(&session, words)?;
        session.with(|open| Ok(open.vault.change_hardened(id, &words, &hardened, now_ms())?))?;
        list(&session)
    })
    .await
}

/// Gives one way another name; an empty one is that of its kind.
#[tauri::command]
pub async fn rename_slot(session: State<'_, Session>, slot: String, name: String) -> Result<SlotsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        spend(&session)?;
        rename(&session, &slot, &name)
    })
    .await
}

/// Removes one way; the last one stays.
#[tauri::command]
pub async fn remove_slot(session: State<'_, Session>, slot: String) -> Result<SlotsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        spend(&session)?;
        remove(&session, &slot)
    })
    .await
}

/// Makes a new vault key with the passphrases that stay; nothing is written until `finish_rekey`.
#[tauri::command]
pub async fn begin_rekey(
    session: State<'_, Session>,
    passphrases: Vec<String>,
    without: Vec<String>,
) -> Result<RekeyView, ErrorView> {
    let session = session.inner().clone();
    let words = passphrases.into_iter().map(Passphrase::new).collect();
    apart(move || {
        spend(&session)?;
        prepare(&session, words, &without, session.keychain().as_ref())
    })
    .await
}

/// Seals the vault under the new key, because the person has its recovery key on paper.
#[tauri::command]
pub async fn finish_rekey(session: State<'_, Session>) -> Result<RekeyedView, ErrorView> {
    let session = session.inner().clone();
    apart(move || rekey(&session, session.keychain().as_ref())).await
}

/// Forgets what waits for the paper.
#[tauri::command]
pub async fn discard_slots(session: State<'_, Session>) -> Result<(), ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        session.with(|open| {
            open.pending = None;
            Ok(())
        })
    })
    .await
}

fn list(session: &Session) -> Result<SlotsView, ErrorView> {
    let keyring = session.keychain().is_some();
    session.with(|open| {
        super::codes::catch_up(open)?;
        Ok(SlotsView::of(open.vault.slots(), keyring))
    })
}

fn spend(session: &Session) -> Result<(), ErrorView> {
    session.with(|open| open.grants.spend(Reveal::ChangeSlots, Instant::now()))
}

/// A vault that is still to be made has no policy yet.
fn weigh(session: &Session, words: &Passphrase) -> StrengthView {
    let rules = session.with(|open| Ok(open.vault.rules())).unwrap_or_else(|_| Rules::default());
    StrengthView::of(Strength::of(words, &[]), rules.check_passphrase(words).is_err())
}

/// Does the costly part of a new passphrase, once the policy allows it.
fn harden(session: &Session, words: Passphrase) -> Result<(Passphrase, Hardened), ErrorView> {
    if words.is_empty() {
        return Err(failed("passphrase_empty", "the new passphrase is empty"));
    }
    session.with(|open| Ok(open.vault.rules().check_passphrase(&words).map_err(sterk::VaultError::from)?))?;
    let kdf = Kdf::measured(session.unlock_time(), Instant::now)?;
    let hardened = Hardened::new(&words, kdf)?;
    Ok((words, hardened))
}

fn add_keyring(session: &Session, name: &str, keychain: &dyn Keychain) -> Result<SlotsView, ErrorView> {
    let name = SlotKindView::Keyring.or_named(name);
    let make = |open: &mut Open| Ok((open.vault.id(), open.vault.make_keyring(name, now_ms() / 1000)?));
    let (vault, (slot, key)) = session.with(make)?;
    let id = slot.id;
    keychain.store(vault, id, &key)?;
    if let Err(fault) = session.with(|open| Ok(open.vault.keep_keyring(slot, &key, now_ms())?)) {
        // The slot is not in the file, so an entry that stays opens nothing.
        let _ = keychain.delete(vault, id);
        return Err(fault);
    }
    list(session)
}

fn begin_recovery_key(session: &Session, name: &str) -> Result<RecoveryKeyView, ErrorView> {
    let name = SlotKindView::RecoveryKey.or_named(name);
    session.with(|open| {
        let (slot, key) = open.vault.make_recovery_key(name, now_ms() / 1000)?;
        let view = RecoveryKeyView::of(&key);
        open.pending = Some(Pending::RecoveryKey(slot, key));
        Ok(view)
    })
}

fn rename(session: &Session, slot: &str, name: &str) -> Result<SlotsView, ErrorView> {
    let id: SlotId = slot.parse()?;
    session.with(|open| {
        let kind = open.vault.slots().iter().find(|slot| slot.id == id).map(|slot| SlotView::of(slot).kind);
        let name = kind.map_or(name, |kind| kind.or_named(name));
        Ok(open.vault.rename_slot(id, name, now_ms())?)
    })?;
    list(session)
}

fn remove(session: &Session, slot: &str) -> Result<SlotsView, ErrorView> {
    let id: SlotId = slot.parse()?;
    let is_ours = |slot: &Slot| slot.id == id && matches!(slot.kind, SlotKind::Keyring);
    let (vault, in_keyring) = session.with(|open| {
        let in_keyring = open.vault.slots().iter().any(is_ours);
        open.vault.remove_slot(id, None, now_ms())?;
        Ok((open.vault.id(), in_keyring))
    })?;
    if let Some(keychain) = session.keychain().filter(|_| in_keyring) {
        // The slot is gone from the file, so an entry that stays opens nothing.
        let _ = keychain.delete(vault, id);
    }
    list(session)
}

fn prepare(
    session: &Session,
    words: Vec<Passphrase>,
    without: &[String],
    keychain: Option<&OsKeychain>,
) -> Result<RekeyView, ErrorView> {
    let without = without.iter().map(|id| id.parse()).collect::<Result<Vec<SlotId>, _>>()?;
    let (vault, slots) = session.with(|open| {
        super::codes::catch_up(open)?;
        Ok((open.vault.id(), open.vault.slots().to_vec()))
    })?;
    let keyring = keychain.map(|keychain| keychain as &dyn Keychain);
    let how = Rekey { passphrases: &words, keyring, without: &without };
    let mut new = Rekeying::prepare(vault, &slots, how, now_ms() / 1000)?;
    let recovery_key = new.take_recovery_key().map(|key| RecoveryKeyView::of(&key));
    let view = RekeyView { recovery_key, left_out: new.left_out().iter().map(SlotView::of).collect() };
    session.with(|open| {
        open.pending = Some(Pending::Rekey(Box::new(new), words));
        Ok(view)
    })
}

fn rekey(session: &Session, keychain: Option<&OsKeychain>) -> Result<RekeyedView, ErrorView> {
    let pending = session.with(|open| Ok(open.pending.take()))?;
    let Some(Pending::Rekey(new, words)) = pending else { return Err(gone()) };
    let keyring = keychain.map(|keychain| keychain as &dyn Keychain);
    let entries = new.store_entries(keyring)?;
    let done = session.with(|open| Ok((open.vault.id(), open.vault.rekey(*new, now_ms())?)));
    entries.settle(keyring, done.is_ok());
    let (vault, old) = done?;
    let copies = copies(session, vault, &old, &words)?;
    Ok(RekeyedView { slots: list(session)?, copies })
}

/// Looks for what the old ways still open, in the vault's folder and where backups are known to lie.
fn copies(
    session: &Session,
    vault: sterk::seal::VaultId,
    old: &[Slot],
    words: &[Passphrase],
) -> Result<Vec<String>, ErrorView> {
    let folder = session.folder()?;
    let elsewhere = session.settings_file().ok().and_then(|file| settings::read(file).0.backup_folder);
    let beside = folder.join("backups");
    let folders: Vec<_> = [Some(folder), Some(&*beside), elsewhere.as_deref()].into_iter().flatten().collect();
    let found = old_copies(&folders, vault, old, words);
    Ok(found.iter().map(|path| shown(&path.to_string_lossy())).collect())
}

fn gone() -> ErrorView {
    failed("paper_gone", "what was shown is no longer held")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI32, Ordering};

    use sterk::{
        keychain::MemoryKeychain,
        seal::{SlotKey, VaultId},
        vault::LockedVault,
    };

    use super::*;
    use crate::{
        commands::{desk, proof::prove},
        view::{GradeView, Proof},
    };

    /// Counts the entries of a keyring.
    #[derive(Default)]
    struct Counting(MemoryKeychain, AtomicI32);

    impl Keychain for Counting {
        fn status(&self) -> Result<(), KeychainError> {
            self.0.status()
        }

        fn store(&self, vault: VaultId, slot: SlotId, key: &SlotKey) -> Result<(), KeychainError> {
            self.1.fetch_add(1, Ordering::SeqCst);
            self.0.store(vault, slot, key)
        }

        fn read(&self, vault: VaultId, slot: SlotId) -> Result<SlotKey, KeychainError> {
            self.0.read(vault, slot)
        }

        fn delete(&self, vault: VaultId, slot: SlotId) -> Result<(), KeychainError> {
            self.1.fetch_sub(1, Ordering::SeqCst);
            self.0.delete(vault, slot)
        }
    }

    fn allowed(session: &Session) {
        let proof = (Proof::Passphrase, &desk::words());
        prove(session, "", Reveal::ChangeSlots, proof, Instant::now).unwrap();
    }

    fn kinds(view: &SlotsView) -> Vec<SlotKindView> {
        view.slots.iter().map(|slot| slot.kind).collect()
    }

    fn passphrase_id(session: &Session) -> String {
        list(session).unwrap().slots[0].id.clone()
    }

    #[test]
    fn changes_nothing_without_the_permission_for_just_this() {
        let (_folder, session) = desk::open();
        assert_eq!(spend(&session).unwrap_err().code, "needs_authentication");
        let proof = (Proof::Passphrase, &desk::words());
        prove(&session, "", Reveal::Backup, proof, Instant::now).unwrap();
        assert_eq!(spend(&session).unwrap_err().code, "needs_authentication", "one for a backup is no other");
        allowed(&session);
        spend(&session).unwrap();
        assert_eq!(spend(&session).unwrap_err().code, "needs_authentication", "it is good for one change");
    }

    #[test]
    fn lists_names_and_cost_and_leaves_the_usual_name_to_the_page() {
        let (_folder, session) = desk::open();
        let view = list(&session).unwrap();
        assert_eq!((view.slots[0].name.as_str(), view.slots[0].cost), ("", Some((19, 2))));
        let view = rename(&session, &view.slots[0].id, " at\u{202e} home ").unwrap();
        assert!(!view.slots[0].name.contains('\u{202e}'), "a name cannot steer the page");
        let view = rename(&session, &view.slots[0].id, "").unwrap();
        assert_eq!(view.slots[0].name, "");
    }

    #[test]
    fn a_recovery_key_opens_the_vault_once_it_is_kept_and_not_before() {
        let (folder, session) = desk::open();
        let text = begin_recovery_key(&session, "").unwrap().groups.join("-");
        let key = RecoveryKey::parse(&text).unwrap();
        let tried = || LockedVault::find(folder.path()).unwrap().unwrap().unlock_with_recovery_key(&key, 1_000);
        assert!(tried().is_err());
        let keep = |open: &mut Open| match open.pending.take() {
            Some(Pending::RecoveryKey(slot, key)) => Ok(open.vault.keep_recovery_key(slot, &key, 2_000)?),
            _ => Err(gone()),
        };
        session.with(keep).unwrap();
        tried().unwrap();
        assert_eq!(session.with(keep).unwrap_err().code, "paper_gone");
    }

    #[test]
    fn adds_a_key_to_the_keyring_and_takes_it_back_where_the_vault_refuses() {
        let (folder, session) = desk::open();
        let keychain = Counting::default();
        assert_eq!(
            kinds(&add_keyring(&session, "", &keychain).unwrap()),
            [SlotKindView::Passphrase, SlotKindView::Keyring]
        );
        let locked = LockedVault::find(folder.path()).unwrap().unwrap();
        locked.unlock_with_keyring(&keychain, 1_000).unwrap();
        std::fs::remove_file(locked.folder().vault()).unwrap();
        let entries = keychain.1.load(Ordering::SeqCst);
        assert_eq!(add_keyring(&session, "", &keychain).unwrap_err().code, "vault_gone");
        assert_eq!(keychain.1.load(Ordering::SeqCst), entries, "no entry is left behind");
    }

    #[test]
    fn keeps_the_last_way() {
        let (_folder, session) = desk::open();
        assert_eq!(remove(&session, &passphrase_id(&session)).unwrap_err().code, "last_slot");
        assert_eq!(remove(&session, "nonsense").unwrap_err().code, "bad_id");
    }

    #[test]
    fn grades_a_passphrase_and_refuses_an_empty_one() {
        let (_folder, session) = desk::open();
        let grade = |words: &str| weigh(&session, &Passphrase::new(words.into()));
        assert_eq!(grade("Summer2026!"), StrengthView { grade: GradeView::Weak, forbidden: false });
        assert_eq!(grade("velvet kettle swing orbit").grade, GradeView::Strong);
        let refused = harden(&session, Passphrase::new(String::new())).unwrap_err();
        assert_eq!(refused.code, "passphrase_empty");
    }

    #[test]
    fn a_new_vault_key_locks_the_session_that_has_the_old_one() {
        let (folder, session) = desk::open();
        let other = Session::new(crate::state::Place::at(folder.path()));
        other.open_after(other.attempt(), desk::unlocked(&folder)).unwrap();
        let refused = prepare(&session, vec![], &[], None).err().unwrap();
        assert_eq!(refused.code, "passphrase_missing");
        let view = prepare(&session, vec![desk::words()], &[], None).unwrap();
        assert!(view.recovery_key.is_none() && view.left_out.is_empty(), "there was no recovery key");
        let sealed = || std::fs::read(sterk::vault::Folder::new(folder.path()).vault()).unwrap();
        let before = sealed();
        let view = rekey(&session, None).unwrap();
        assert_eq!((kinds(&view.slots), view.copies.len()), (vec![SlotKindView::Passphrase], 0));
        let after = sealed();
        assert_ne!(before, after);
        assert_eq!(rekey(&session, None).err().unwrap().code, "paper_gone");

        assert_eq!(list(&other).unwrap_err().code, "vault_rekeyed");
        assert!(!other.is_open(), "the session that has the old key is locked");
        assert_eq!(sealed(), after, "and wrote nothing");
        assert!(session.is_open());
        desk::unlocked(&folder);
    }
}
