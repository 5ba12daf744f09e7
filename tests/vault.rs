//! The vault on a real disk: unlocking, writing, two writers, damage, and what must not be lost.

#![expect(clippy::unwrap_used, reason = "a test stops where its setting fails")]

#[path = "support/reader.rs"]
mod reader;

use std::fs;
use std::path::Path;

use sterk::account::Draft;
use sterk::keychain::{Keychain, KeychainError, MemoryKeychain};
use sterk::seal::{Kdf, RecordId, SealError, Sealed, SlotId, SlotKey, SlotKind, VaultId, seal};
use sterk::vault::{Folder, LockedVault, NewSlots, SameBy, Unreadable, Vault, VaultError};
use sterk::{Algorithm, Digits, Otp, Passphrase, Period, Secret, backup};
use zeroize::Zeroizing;

const NOW: u64 = 1_700_000_000_000;

fn words() -> Passphrase {
    Passphrase::new("correct horse battery staple".into())
}

fn draft(name: &str) -> Draft {
    let secret = Secret::new(format!("{name:-<20}").into_bytes());
    let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
    Draft::new("Example", name, otp)
}

fn hotp(name: &str) -> Draft {
    let secret = Secret::new(format!("{name:-<20}").into_bytes());
    Draft::new("Example", name, Otp::Hotp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, counter: 7 })
}

fn with_passphrase(path: &Path) -> Vault {
    let words = words();
    let slots = NewSlots { passphrase: Some((&words, Kdf::FLOOR)), ..NewSlots::default() };
    Vault::create(path, slots, NOW).unwrap().vault
}

fn locked(path: &Path) -> LockedVault {
    LockedVault::find(path).unwrap().unwrap()
}

fn unlocked(path: &Path) -> Vault {
    locked(path).unlock_with_passphrase(&words(), NOW).unwrap()
}

fn add(vault: &mut Vault, name: &str) -> sterk::AccountId {
    vault.update::<_, VaultError>(NOW, |edit| edit.add(draft(name))).unwrap()
}

fn names(vault: &Vault) -> Vec<String> {
    vault.accounts().into_iter().map(|account| account.name).collect()
}

#[test]
fn every_kind_of_slot_opens_the_vault() {
    let folder = tempfile::tempdir().unwrap();
    let (words, keychain) = (words(), MemoryKeychain::new());
    let slots =
        NewSlots { keyring: Some(&keychain), passphrase: Some((&words, Kdf::FLOOR)), recovery_key: true, policy: None };
    let created = Vault::create(folder.path(), slots, NOW).unwrap();
    let mut vault = created.vault;
    add(&mut vault, "ada");
    let locked = locked(folder.path());
    let opened = [
        locked.unlock_with_keyring(&keychain, NOW).unwrap(),
        locked.unlock_with_passphrase(&words, NOW).unwrap(),
        locked.unlock_with_recovery_key(&created.recovery_key.unwrap(), NOW).unwrap(),
    ];
    for vault in opened {
        assert_eq!(names(&vault), ["ada"]);
    }
}

#[test]
fn a_wrong_passphrase_is_named_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    with_passphrase(folder.path());
    let before = fs::read(Folder::new(folder.path()).vault()).unwrap();
    let fault = locked(folder.path()).unlock_with_passphrase(&Passphrase::new("wrong".into()), NOW).unwrap_err();
    assert!(matches!(fault, VaultError::Seal(SealError::WrongPassphrase)), "{fault:?}");
    assert_eq!(fs::read(Folder::new(folder.path()).vault()).unwrap(), before);
}

#[test]
fn a_lost_keyring_entry_is_told_and_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = MemoryKeychain::new();
    let slots = NewSlots { keyring: Some(&keychain), recovery_key: true, ..NewSlots::default() };
    Vault::create(folder.path(), slots, NOW).unwrap();
    let locked = locked(folder.path());
    let slot = locked.slots().iter().find(|slot| matches!(slot.kind, SlotKind::Keyring)).unwrap().id;
    keychain.delete(locked.id(), slot).unwrap();
    let fault = locked.unlock_with_keyring(&keychain, NOW).unwrap_err();
    assert!(matches!(fault, VaultError::Keychain(KeychainError::NoEntry)), "{fault:?}");
    assert!(matches!(keychain.read(locked.id(), slot), Err(KeychainError::NoEntry)), "no key may be made in its place");
}

#[test]
fn two_open_vaults_keep_what_both_add() {
    let folder = tempfile::tempdir().unwrap();
    let mut one = with_passphrase(folder.path());
    let mut other = unlocked(folder.path());
    add(&mut one, "ada");
    add(&mut other, "grace");
    assert_eq!(names(&other), ["ada", "grace"]);
    assert!(one.refresh(NOW).unwrap());
    assert_eq!(names(&one), ["ada", "grace"]);
    assert_eq!(names(&unlocked(folder.path())), ["ada", "grace"]);
}

#[test]
fn a_code_of_one_counter_is_given_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut one = with_passphrase(folder.path());
    let id = one.update::<_, VaultError>(NOW, |edit| edit.add(hotp("ada"))).unwrap();
    let mut other = unlocked(folder.path());
    let mut used: Vec<u64> = Vec::new();
    for vault in [&mut one, &mut other] {
        used.push(vault.update::<_, VaultError>(NOW, |edit| edit.advance(id)).unwrap());
    }
    assert_eq!(used, [7, 8]);
}

#[test]
fn codes_drawn_soon_after_each_other_are_counted_until_one_is_known_to_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let id = vault.update::<_, VaultError>(NOW, |edit| edit.add(hotp("ada"))).unwrap();
    let drawn = |vault: &mut Vault, seconds: u64| {
        vault.update::<_, VaultError>(NOW + seconds * 1000, |edit| edit.advance(id)).unwrap();
        vault.account(id).unwrap().drawn_in_a_row
    };
    let counts = [0, 300, 601, 700].map(|seconds| drawn(&mut vault, seconds));
    assert_eq!(counts, [1, 2, 1, 2], "who waits five minutes got in with the last");
    assert_eq!(unlocked(folder.path()).account(id).unwrap().drawn_in_a_row, 2);
    vault.update::<_, VaultError>(NOW, |edit| edit.set_verified(id, Some(NOW / 1000))).unwrap();
    assert_eq!((vault.account(id).unwrap().drawn_in_a_row, drawn(&mut vault, 710)), (0, 1));
    vault.update::<_, VaultError>(NOW, |edit| edit.set_counter(id, 3)).unwrap();
    assert_eq!(vault.account(id).unwrap().drawn_in_a_row, 0);
}

#[test]
fn a_failing_change_keeps_nothing_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let id = add(&mut vault, "ada");
    let before = fs::read(vault.folder().vault()).unwrap();
    let failed: Result<(), VaultError> = vault.update(NOW, |edit| {
        edit.set_name(id, "changed".into())?;
        Err(VaultError::NoSuchAccount)
    });
    assert!(failed.is_err());
    assert_eq!(names(&vault), ["ada"]);
    assert_eq!(fs::read(vault.folder().vault()).unwrap(), before);
}

#[test]
fn a_write_that_fails_leaves_memory_and_disk_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    // The previous generation cannot be written where a folder of its name stands.
    fs::remove_file(vault.folder().previous()).unwrap();
    fs::create_dir(vault.folder().previous()).unwrap();
    let before = fs::read(vault.folder().vault()).unwrap();
    assert!(vault.update::<_, VaultError>(NOW, |edit| edit.add(draft("grace"))).is_err());
    assert_eq!(names(&vault), ["ada"]);
    assert_eq!(fs::read(vault.folder().vault()).unwrap(), before);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("unfinished")), "{left:?}");
}

#[test]
fn a_damaged_record_comes_back_from_the_previous_generation() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let ada = add(&mut vault, "ada");
    add(&mut vault, "grace");
    add(&mut vault, "edsger");
    vault.update::<_, VaultError>(NOW + 1, |edit| edit.set_pinned(ada, true)).unwrap();
    damage_last_byte(&vault.folder().vault());
    let healed = unlocked(folder.path());
    assert_eq!(names(&healed).len(), 3);
    assert_eq!(healed.quarantine().iter().map(|lost| lost.why.clone()).collect::<Vec<_>>(), [Unreadable::Restored]);
}

#[test]
fn a_damaged_record_blocks_no_other_and_is_kept_aside() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    for name in ["ada", "grace", "edsger"] {
        add(&mut vault, name);
    }
    damage_last_byte(&vault.folder().vault());
    fs::remove_file(vault.folder().previous()).unwrap();
    let damaged = fs::read(vault.folder().vault()).unwrap();
    let mut open = unlocked(folder.path());
    assert_eq!((open.accounts().len(), open.quarantine().len()), (2, 1));
    add(&mut open, "barbara");
    let aside = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let aside: Vec<_> = aside.filter(|path| path.to_string_lossy().contains("damaged-")).collect();
    assert_eq!(aside.len(), 1, "the damaged file must be kept before it is replaced");
    assert_eq!(fs::read(&aside[0]).unwrap(), damaged);
}

fn damage_last_byte(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_file_cut_short_is_refused_and_the_step_back_opens() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    add(&mut vault, "grace");
    let bytes = fs::read(vault.folder().vault()).unwrap();
    fs::write(vault.folder().vault(), &bytes[..bytes.len() - 40]).unwrap();
    let fault = LockedVault::find(folder.path()).unwrap_err();
    assert_eq!(fault.code(), "vault_truncated");
    let aside = LockedVault::step_back(folder.path()).unwrap().unwrap();
    assert_eq!(names(&unlocked(folder.path())), ["ada"]);
    assert_eq!(fs::read(aside).unwrap().len(), bytes.len() - 40);
}

#[test]
fn a_vault_whose_file_is_gone_is_not_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    fs::remove_file(vault.folder().vault()).unwrap();
    assert_eq!(LockedVault::find(folder.path()).unwrap_err().code(), "vault_gone");
    let words = words();
    let slots = NewSlots { passphrase: Some((&words, Kdf::FLOOR)), ..NewSlots::default() };
    assert!(matches!(Vault::create(folder.path(), slots, NOW), Err(VaultError::Exists)));
}

#[test]
fn a_foreign_file_is_refused_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(Folder::new(folder.path()).vault(), "a shopping list").unwrap();
    assert_eq!(LockedVault::find(folder.path()).unwrap_err().code(), "not_a_vault");
    assert_eq!(fs::read_to_string(Folder::new(folder.path()).vault()).unwrap(), "a shopping list");
}

#[test]
fn the_bin_gives_back_what_was_removed() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let id = add(&mut vault, "ada");
    vault.update::<_, VaultError>(NOW + 5_000, |edit| edit.remove(id)).unwrap();
    assert!(vault.accounts().is_empty());
    assert_eq!(vault.bin()[0].1, NOW / 1000 + 5);
    vault.update::<_, VaultError>(NOW + 6_000, |edit| edit.restore(id)).unwrap();
    assert_eq!(names(&unlocked(folder.path())), ["ada"]);
}

#[test]
fn a_purged_account_leaves_no_trace_in_the_bin() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let id = add(&mut vault, "ada");
    vault.update::<_, VaultError>(NOW, |edit| edit.purge(id)).unwrap();
    let again = unlocked(folder.path());
    assert!(again.accounts().is_empty() && again.bin().is_empty());
    assert!(matches!(again.account(id), Err(VaultError::NoSuchAccount)));
}

/// Puts an account in its place; returns how many records that changed.
fn place(
    vault: &mut Vault,
    id: sterk::AccountId,
    above: &[sterk::AccountId],
    below: Option<sterk::AccountId>,
) -> usize {
    let before: Vec<_> = vault.records().cloned().collect();
    vault.update::<_, VaultError>(NOW, |edit| edit.place(id, above, below)).unwrap();
    vault.records().zip(before).filter(|(now, before)| *now != before).count()
}

#[test]
fn moving_one_account_keeps_the_order_and_changes_few_records() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| add(&mut vault, name));
    assert_eq!(place(&mut vault, c, &[a], Some(b)), 2, "the one above gets the place where it is");
    assert_eq!(names(&vault), ["a", "c", "b", "d"]);
    assert_eq!(place(&mut vault, d, &[a], Some(c)), 1, "from then on one record at a time");
    assert_eq!(names(&vault), ["a", "d", "c", "b"]);
    assert_eq!(place(&mut vault, b, &[], Some(a)), 1);
    assert_eq!(names(&vault), ["b", "a", "d", "c"]);
    assert_eq!(place(&mut vault, b, &[c], None), 1);
    assert_eq!(names(&vault), ["a", "d", "c", "b"]);
    assert_eq!(names(&unlocked(folder.path())), ["a", "d", "c", "b"], "and it is on the disk");
}

#[test]
fn what_nobody_moved_stays_in_the_order_of_its_names_below_what_was_moved() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let [_, _, c] = ["a", "b", "c"].map(|name| add(&mut vault, name));
    place(&mut vault, c, &[], None);
    add(&mut vault, "aa");
    assert_eq!(names(&vault), ["c", "a", "aa", "b"]);
    let pinned = add(&mut vault, "z");
    vault.update::<_, VaultError>(NOW, |edit| edit.set_pinned(pinned, true)).unwrap();
    assert_eq!(names(&vault), ["z", "c", "a", "aa", "b"], "pinned ones stay on top");
}

#[test]
fn a_place_that_two_devices_gave_twice_still_has_room_below() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| add(&mut vault, name));
    place(&mut vault, a, &[], None);
    place(&mut vault, b, &[], None);
    place(&mut vault, c, &[a], None);
    assert_eq!(vault.account(a).unwrap().position, vault.account(b).unwrap().position);
    place(&mut vault, d, &[a], Some(b));
    assert_eq!(names(&vault), ["a", "b", "d", "c"]);
}

#[test]
fn a_removed_slot_opens_neither_generation() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    let old = vault.slots()[0].id;
    let new = Passphrase::new("another passphrase".into());
    assert!(matches!(vault.remove_slot(old, None, NOW), Err(VaultError::LastSlot)));
    vault.add_passphrase("new", &new, Kdf::FLOOR, NOW).unwrap();
    vault.remove_slot(old, None, NOW).unwrap();
    LockedVault::step_back(folder.path()).unwrap();
    let locked = locked(folder.path());
    assert_eq!(locked.unlock_with_passphrase(&words(), NOW).unwrap_err().code(), "wrong_passphrase");
    assert_eq!(names(&locked.unlock_with_passphrase(&new, NOW).unwrap()), ["ada"]);
}

#[test]
fn a_changed_passphrase_replaces_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let new = Passphrase::new("another passphrase".into());
    let slot = vault.slots()[0].id;
    vault.change_passphrase(slot, &new, Kdf::FLOOR, NOW).unwrap();
    let locked = locked(folder.path());
    assert_eq!(locked.unlock_with_passphrase(&words(), NOW).unwrap_err().code(), "wrong_passphrase");
    assert!(locked.unlock_with_passphrase(&new, NOW).is_ok());
}

#[test]
fn a_keyring_that_refuses_leaves_no_vault_behind() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = MemoryKeychain::new();
    keychain.fail_with(Some(KeychainError::Locked));
    let slots = NewSlots { keyring: Some(&keychain), recovery_key: true, ..NewSlots::default() };
    assert!(matches!(Vault::create(folder.path(), slots, NOW), Err(VaultError::Keychain(KeychainError::Locked))));
    assert!(LockedVault::find(folder.path()).unwrap().is_none());
}

#[test]
fn duplicates_are_found_by_secret_and_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let id = add(&mut vault, "ada");
    let known = sterk::vault::Duplicates::of(&vault);
    let renamed = Draft { name: "somebody else".into(), ..draft("ada") };
    let other_secret = Draft { otp: draft("grace").otp, ..draft("ADA") };
    let found = |draft| known.find(draft).map(|same| (same.id, same.by));
    assert_eq!(found(&renamed), Some((id, SameBy::Secret)));
    assert_eq!(found(&other_secret), Some((id, SameBy::Name)));
    assert_eq!(found(&draft("grace")), None);
}

#[test]
fn one_secret_under_another_algorithm_is_another_account() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    let mut other = draft("ada");
    other.name = "grace".into();
    if let Otp::Totp { algorithm, .. } = &mut other.otp {
        *algorithm = Algorithm::Sha256;
    }
    assert_eq!(sterk::vault::Duplicates::of(&vault).find(&other), None);
}

#[test]
fn an_overlong_label_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let fault = vault.update::<_, VaultError>(NOW, |edit| edit.add(draft(&"x".repeat(10_000_000)))).unwrap_err();
    assert_eq!(fault.code(), "too_long");
    assert!(unlocked(folder.path()).accounts().is_empty());
}

#[test]
fn prints_no_secret_of_an_open_vault() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    let id = add(&mut vault, "ada");
    vault
        .update::<_, VaultError>(NOW, |edit| edit.add_recovery(id, vec![Passphrase::new("canary-code".into())]))
        .unwrap();
    let shown = format!("{vault:?}");
    assert!(!shown.contains("canary-code") && !shown.contains("ada-----") && !shown.contains("97, 100, 97"), "{shown}");
}

#[cfg(unix)]
#[test]
fn files_and_folder_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep").join("vault");
    let mut vault = with_passphrase(&path);
    add(&mut vault, "ada");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for entry in fs::read_dir(&path).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[cfg(unix)]
#[test]
fn a_linked_vault_stays_where_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(&folder.path().join("vault"));
    let synced = folder.path().join("synced.sterk");
    fs::rename(vault.folder().vault(), &synced).unwrap();
    std::os::unix::fs::symlink(&synced, vault.folder().vault()).unwrap();
    add(&mut vault, "ada");
    assert!(fs::symlink_metadata(vault.folder().vault()).unwrap().is_symlink());
    assert_eq!(names(&unlocked(&folder.path().join("vault"))), ["ada"]);
}

#[test]
fn a_backup_opens_with_its_own_passphrase_and_compares() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(&folder.path().join("vault"));
    let id = add(&mut vault, "ada");
    vault.update::<_, VaultError>(NOW, |edit| edit.add_recovery(id, vec![Passphrase::new("abcd".into())])).unwrap();
    let (to, own) = (folder.path().join("copy.sterk"), Passphrase::new("of the backup".into()));
    backup::write(&vault, &to, &own, Kdf::FLOOR, NOW / 1000).unwrap();
    assert_eq!(backup::Backup::open(&to, &words()).unwrap_err().code(), "wrong_passphrase");
    let drill = backup::Backup::open(&to, &own).unwrap().drill(Some(&vault), NOW / 1000);
    assert_eq!((drill.accounts, drill.recovery_codes, drill.made_at), (1, 1, NOW / 1000));
    assert!(drill.compared.unwrap().codes_match());
}

#[test]
fn the_drill_names_what_changed_since_the_backup() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(&folder.path().join("vault"));
    let [ada, grace] = ["ada", "grace"].map(|name| add(&mut vault, name));
    let (to, own) = (folder.path().join("copy.sterk"), Passphrase::new("of the backup".into()));
    backup::write(&vault, &to, &own, Kdf::FLOOR, NOW / 1000).unwrap();
    add(&mut vault, "edsger");
    let changes: Result<(), VaultError> = vault.update(NOW + 1, |edit| {
        edit.re_enrol(ada, draft("another secret").otp)?;
        edit.remove(grace)
    });
    changes.unwrap();
    let compared = backup::Backup::open(&to, &own).unwrap().drill(Some(&vault), NOW / 1000).compared.unwrap();
    let name = |accounts: &[sterk::Account]| accounts.iter().map(|account| account.name.clone()).collect::<Vec<_>>();
    assert!(!compared.codes_match());
    assert_eq!(name(&compared.changed), ["ada"]);
    assert_eq!(name(&compared.not_in_backup), ["edsger"]);
    assert_eq!(name(&compared.only_in_backup), ["grace"]);
}

#[test]
fn a_snapshot_is_written_as_of_its_moment() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(&folder.path().join("vault"));
    add(&mut vault, "ada");
    let snapshot = backup::Snapshot::of(&vault).unwrap();
    add(&mut vault, "grace");
    let to = folder.path().join("copy.sterk");
    let opened = snapshot.write(&to, &words(), Kdf::FLOOR, NOW / 1000).unwrap();
    assert_eq!(opened.drill(None, NOW / 1000).accounts, 1);
    assert_eq!(format!("{snapshot:?}"), "Snapshot(1 records)");
}

#[test]
fn backups_count_beside_the_vault_and_where_the_last_one_went() {
    let folder = tempfile::tempdir().unwrap();
    let (at, stick) = (folder.path().join("vault"), folder.path().join("stick"));
    let vault = with_passphrase(&at);
    [&at.join("backups"), &stick].into_iter().for_each(|folder| fs::create_dir(folder).unwrap());
    for (to, made_at) in [(at.join("backups/one.sterk"), 1), (stick.join("two.sterk"), 2)] {
        backup::write(&vault, &to, &words(), Kdf::FLOOR, made_at).unwrap();
    }
    let seen = |elsewhere: Option<&Path>| {
        let found = backup::Reach::of(&vault, elsewhere).seen();
        found.iter().map(|backup| backup.made_at).collect::<Vec<_>>()
    };
    assert_eq!(seen(None), [1]);
    assert_eq!(seen(Some(stick.as_path())), [1, 2]);
    assert_eq!(seen(Some(at.join("backups").as_path())), [1], "each file counts once");
    assert_eq!(seen(Some(Path::new("/nowhere"))), [1], "a stick that was pulled out");
}

#[test]
fn a_backup_never_replaces_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let vault = with_passphrase(&folder.path().join("vault"));
    let to = folder.path().join("copy.sterk");
    fs::write(&to, "something else").unwrap();
    let fault = backup::write(&vault, &to, &words(), Kdf::FLOOR, NOW / 1000).unwrap_err();
    assert!(matches!(fault, VaultError::Exists));
    assert_eq!(fs::read_to_string(&to).unwrap(), "something else");
}

#[test]
fn a_vault_is_no_backup_and_a_backup_is_no_vault() {
    let folder = tempfile::tempdir().unwrap();
    let vault = with_passphrase(&folder.path().join("vault"));
    assert_eq!(backup::Backup::open(&vault.folder().vault(), &words()).unwrap_err().code(), "not_a_vault");
    let copy = Folder::new(folder.path().join("other"));
    copy.make().unwrap();
    backup::write(&vault, &copy.vault(), &words(), Kdf::FLOOR, NOW / 1000).unwrap();
    assert_eq!(LockedVault::find(copy.path()).unwrap_err().code(), "not_a_vault");
}

#[test]
fn the_step_back_leaves_the_previous_generation_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    let good = fs::read(vault.folder().previous()).unwrap();
    fs::write(vault.folder().vault(), "broken").unwrap();
    LockedVault::step_back(folder.path()).unwrap();
    assert_eq!(fs::read(vault.folder().vault()).unwrap(), good);
    assert_eq!(fs::read(vault.folder().previous()).unwrap(), good, "a broken file must not replace the only whole one");
}

#[test]
fn every_step_back_keeps_the_file_it_replaces() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    for text in ["broken once", "broken twice"] {
        fs::write(vault.folder().vault(), text).unwrap();
        let aside = LockedVault::step_back(folder.path()).unwrap().unwrap();
        assert_eq!(fs::read_to_string(aside).unwrap(), text);
    }
}

#[test]
fn the_step_back_takes_no_backup_for_a_vault() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    fs::remove_file(vault.folder().previous()).unwrap();
    backup::write(&vault, &vault.folder().previous(), &words(), Kdf::FLOOR, NOW / 1000).unwrap();
    assert_eq!(LockedVault::step_back(folder.path()).unwrap_err().code(), "not_a_vault");
    assert_eq!(names(&unlocked(folder.path())), ["ada"]);
}

#[test]
fn a_damaged_file_is_kept_aside_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    for name in ["ada", "grace"] {
        add(&mut vault, name);
    }
    damage_last_byte(&vault.folder().vault());
    let mut open = unlocked(folder.path());
    for name in ["edsger", "barbara"] {
        add(&mut open, name);
    }
    let aside = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(aside.filter(|name| name.to_string_lossy().contains("damaged-")).count(), 1);
}

/// Seals the file again under its own key, with its records changed.
fn reseal(path: &Path, change: impl FnOnce(&mut Vec<(RecordId, Zeroizing<Vec<u8>>)>)) {
    let file = Folder::new(path).vault();
    let sealed = Sealed::parse(fs::read(&file).unwrap()).unwrap();
    let header = sealed.header();
    let key = header.slots[0].open_with_passphrase(header.vault_id, &words()).unwrap();
    let mut records = sealed.open(&key).unwrap().records;
    change(&mut records);
    fs::write(file, seal(header, &key, &records).unwrap()).unwrap();
}

#[test]
fn a_record_of_a_newer_version_blocks_no_open_vault() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    reseal(folder.path(), |records| records[0].1 = Zeroizing::new(b"{\"newer\":1}".to_vec()));
    add(&mut vault, "grace");
    let again = unlocked(folder.path());
    assert_eq!(names(&again), ["grace"]);
    assert!(matches!(again.quarantine()[0].why, Unreadable::Unknown(_)), "what the newer version wrote is carried on");
}

#[test]
fn a_backup_carries_records_of_a_newer_version() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(&folder.path().join("vault"));
    for name in ["ada", "grace"] {
        add(&mut vault, name);
    }
    reseal(vault.folder().path(), |records| records[0].1 = Zeroizing::new(b"{\"newer\":1}".to_vec()));
    let vault = unlocked(vault.folder().path());
    let drill = backup::write(&vault, &folder.path().join("copy"), &words(), Kdf::FLOOR, NOW / 1000).unwrap();
    assert_eq!((drill.accounts, drill.unreadable), (1, 1));
}

#[test]
fn a_failing_change_of_slots_leaves_memory_and_disk_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    fs::remove_file(vault.folder().previous()).unwrap();
    fs::create_dir(vault.folder().previous()).unwrap();
    let (before, slot) = (fs::read(vault.folder().vault()).unwrap(), vault.slots()[0].id);
    let new = Passphrase::new("another passphrase".into());
    assert!(vault.change_passphrase(slot, &new, Kdf::FLOOR, NOW).is_err());
    assert_eq!(fs::read(vault.folder().vault()).unwrap(), before);
    vault.check_passphrase(&words()).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_to_a_drive_that_is_away_is_no_empty_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = Folder::new(folder.path()).vault();
    std::os::unix::fs::symlink(folder.path().join("away/vault.sterk"), &file).unwrap();
    assert_eq!(LockedVault::find(folder.path()).unwrap_err().code(), "vault_gone");
    let words = words();
    let slots = NewSlots { passphrase: Some((&words, Kdf::FLOOR)), ..NewSlots::default() };
    assert!(matches!(Vault::create(folder.path(), slots, NOW), Err(VaultError::Exists)));
    assert!(fs::symlink_metadata(file).unwrap().is_symlink());
}

/// Counts how often a key is asked for, and dismisses every question.
struct Dismissed(std::sync::atomic::AtomicUsize);

impl Keychain for Dismissed {
    fn status(&self) -> Result<(), KeychainError> {
        Ok(())
    }

    fn store(&self, _: VaultId, _: SlotId, _: &SlotKey) -> Result<(), KeychainError> {
        Ok(())
    }

    fn read(&self, _: VaultId, _: SlotId) -> Result<SlotKey, KeychainError> {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Err(KeychainError::Cancelled)
    }

    fn delete(&self, _: VaultId, _: SlotId) -> Result<(), KeychainError> {
        Ok(())
    }
}

#[test]
fn a_dismissed_keyring_is_not_asked_again_for_the_next_slot() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Dismissed(0.into());
    let mut vault = with_passphrase(folder.path());
    for name in ["laptop", "desktop"] {
        vault.add_keyring(name, &keychain, NOW).unwrap();
    }
    let fault = locked(folder.path()).unlock_with_keyring(&keychain, NOW).unwrap_err();
    assert_eq!((fault.code(), keychain.0.into_inner()), ("keyring_cancelled", 1));
}

#[test]
fn another_reader_opens_a_vault_and_a_backup_by_their_specification() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(&folder.path().join("vault"));
    let id = add(&mut vault, "ada");
    let (to, own) = (folder.path().join("copy.sterk"), Passphrase::new("of the backup".into()));
    backup::write(&vault, &to, &own, Kdf::FLOOR, NOW / 1000).unwrap();
    for (file, words) in [(vault.folder().vault(), words()), (to, own)] {
        let output = reader::open(&file, "--passphrase-file", words.expose());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let secret = data_encoding::BASE64.encode(draft("ada").otp.secret().expose());
        for part in [id.to_string(), "totp".into(), secret] {
            assert!(text.contains(&part), "{part} is missing from {text}");
        }
    }
}

#[test]
fn another_reader_opens_a_file_of_recovery_codes_and_finds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(&folder.path().join("vault"));
    let id = add(&mut vault, "ada");
    let code = Passphrase::new("k7wd-93tp".into());
    vault.update::<_, VaultError>(NOW, |edit| edit.add_recovery(id, vec![code])).unwrap();
    let (to, own) = (folder.path().join("codes.sterk"), Passphrase::new("of the codes".into()));
    let accounts = vault.accounts();
    backup::write_recovery(vault.id(), &accounts, (&to, false), (&own, Kdf::FLOOR), NOW / 1000).unwrap();
    let output = reader::open(&to, "--passphrase-file", own.expose());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line: String = serde_json::from_slice(&output.stdout).unwrap();
    let record: serde_json::Value = serde_json::from_str(&line).unwrap();
    let wanted = serde_json::json!({"code": "k7wd-93tp", "used_at": null});
    assert_eq!((&record["account"], &record["codes"][0]), (&serde_json::json!("ada"), &wanted));
    let secret = draft("ada").otp.secret().clone();
    for form in [data_encoding::BASE64.encode(secret.expose()), secret.to_base32().to_string()] {
        assert!(!line.contains(&form), "a secret is in the file of recovery codes");
    }
}

#[cfg(unix)]
#[test]
fn the_previous_generation_is_the_file_itself_and_no_copy() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    let (before, bytes) = (fs::metadata(vault.folder().vault()).unwrap(), fs::read(vault.folder().vault()).unwrap());
    add(&mut vault, "bob");
    assert_eq!(fs::metadata(vault.folder().previous()).unwrap().ino(), before.ino(), "a copy costs a write and a sync");
    assert_eq!(fs::read(vault.folder().previous()).unwrap(), bytes);
    assert_ne!(fs::metadata(vault.folder().vault()).unwrap().ino(), before.ino(), "two generations are two files");
}

#[test]
fn a_write_that_ended_between_its_two_steps_is_made_up_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = with_passphrase(folder.path());
    add(&mut vault, "ada");
    // The step before had been done: both names mean one file, and a rename between them does nothing.
    fs::remove_file(vault.folder().previous()).unwrap();
    fs::hard_link(vault.folder().vault(), vault.folder().previous()).unwrap();
    add(&mut vault, "bob");
    add(&mut vault, "eve");
    assert_eq!(names(&unlocked(folder.path())), ["ada", "bob", "eve"]);
    let left = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(!left.into_iter().any(|name| name.to_string_lossy().contains("unfinished")), "nothing is left behind");
}
