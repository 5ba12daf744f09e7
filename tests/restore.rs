//! Bringing accounts back: what differs is named, nothing is overwritten unasked, and there is a way back.

#![expect(clippy::unwrap_used, reason = "a test stops where its setting fails")]

use std::fs;
use std::path::{Path, PathBuf};

use sterk::backup::{self, Backup};
use sterk::seal::Kdf;
use sterk::vault::{Class, Difference, LockedVault, NewSlots, Part, Row, Vault, VaultError};
use sterk::{AccountId, Algorithm, Digits, Draft, Otp, Passphrase, Period, Secret};
use tempfile::TempDir;

/// The last millisecond at which something was done.
const START: u64 = 1_795_372_985_000;

fn words(text: &str) -> Passphrase {
    Passphrase::new(text.into())
}

fn totp(text: &str) -> Otp {
    let secret = Secret::new(format!("{text:-<20}").into_bytes());
    Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY }
}

fn hotp(text: &str) -> Otp {
    let secret = Secret::new(format!("{text:-<20}").into_bytes());
    Otp::Hotp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, counter: 0 }
}

/// A vault whose time goes on by a second with each change.
struct Desk {
    folder: TempDir,
    vault: Vault,
    now_ms: u64,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = words("of the vault");
        let slots = NewSlots { passphrase: Some((&own, Kdf::FLOOR)), ..NewSlots::default() };
        let vault = Vault::create(&folder.path().join("vault"), slots, START).unwrap().vault;
        Self { folder, vault, now_ms: START }
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    fn now(&mut self) -> u64 {
        self.now_ms += 1000;
        self.now_ms
    }

    fn change<T>(&mut self, change: impl FnOnce(&mut sterk::vault::Editor<'_>) -> Result<T, VaultError>) -> T {
        let now = self.now();
        self.vault.update(now, change).unwrap()
    }

    fn add(&mut self, name: &str) -> AccountId {
        self.change(|edit| edit.add(Draft::new("Example", name, totp(name))))
    }

    fn back_up(&mut self) -> Backup {
        let name = format!("{}.sterk", self.now());
        let to = self.folder.path().join(name);
        backup::write(&self.vault, &to, &words("own"), Kdf::FLOOR, self.now_ms / 1000).unwrap();
        Backup::open(&to, &words("own")).unwrap()
    }

    fn difference(&self, backup: &Backup) -> Difference {
        Difference::of(&self.vault, backup.records())
    }

    fn restore(&mut self, rows: &[Row]) -> usize {
        let now = self.now();
        self.vault.restore(rows, now).unwrap()
    }

    fn undo(&mut self) -> usize {
        let now = self.now();
        self.vault.undo_restore(now).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.vault.accounts().into_iter().map(|account| account.name).collect();
        names.sort();
        names
    }

    fn kept_before(&self) -> usize {
        let files = fs::read_dir(self.home()).unwrap();
        files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().contains("before-restore")).count()
    }
}

fn classes(difference: &Difference) -> Vec<(&str, &'static str)> {
    difference.rows.iter().map(|row| (row.account.name.as_str(), row.class.name())).collect()
}

#[test]
fn classes_every_row_and_names_what_differs() {
    let mut desk = Desk::new();
    let ids: Vec<AccountId> = ["both", "bin", "gone", "here", "same"].map(|name| desk.add(name)).to_vec();
    let backup = desk.back_up();
    desk.change(|edit| edit.set_note(ids[0], "newer".into()));
    desk.change(|edit| edit.re_enrol(ids[0], totp("another")));
    desk.change(|edit| edit.remove(ids[1]));
    desk.change(|edit| edit.purge(ids[2]));
    desk.change(|edit| edit.set_pinned(ids[3], true));
    let alone = desk.add("only here");
    let difference = desk.difference(&backup);
    let expected =
        [("both", "changed"), ("bin", "deleted_here"), ("gone", "deleted_here"), ("here", "changed"), ("same", "same")];
    let mut found = classes(&difference);
    found.sort_unstable();
    let mut sorted = expected.to_vec();
    sorted.sort_unstable();
    assert_eq!(found, sorted);
    let both = difference.rows.iter().find(|row| row.account.name == "both").unwrap();
    let parts: Vec<_> = both.parts.iter().map(|differing| (differing.part, differing.newer_there)).collect();
    assert_eq!(parts, [(Part::Secret, false), (Part::Note, false)]);
    assert_eq!(difference.only_here.iter().map(|account| account.id).collect::<Vec<_>>(), [alone]);
}

#[test]
fn changes_on_both_sides_are_a_conflict() {
    let mut desk = Desk::new();
    let id = desk.add("ada");
    let old = desk.back_up();
    desk.change(|edit| edit.set_note(id, "there".into()));
    let there = desk.back_up();
    // The vault steps back to before that change, and goes another way.
    let vault = desk.home().join("vault.sterk");
    fs::copy(desk.home().join("vault.sterk.previous"), &vault).unwrap();
    let locked = LockedVault::find(&desk.home()).unwrap().unwrap();
    desk.vault = locked.unlock_with_passphrase(&words("of the vault"), desk.now_ms).unwrap();
    assert_eq!(classes(&desk.difference(&there)), [("ada", "changed")]);
    assert!(desk.difference(&there).rows[0].parts[0].newer_there, "the backup knows more");
    desk.change(|edit| edit.set_name(id, "ada lovelace".into()));
    assert_eq!(classes(&desk.difference(&there)), [("ada", "conflict")]);
    assert_eq!(classes(&desk.difference(&old)), [("ada", "changed")]);
}

#[test]
fn an_account_that_was_enrolled_a_second_time_is_no_new_one() {
    let mut other = Desk::new();
    other.add("ada");
    other.change(|edit| edit.add(Draft::new("Example", "bob", totp("other secret"))));
    let backup = other.back_up();
    let mut desk = Desk::new();
    desk.add("ada");
    desk.add("bob");
    let mut found = desk.difference(&backup);
    found.rows.sort_by(|a, b| a.account.name.cmp(&b.account.name));
    assert_eq!(classes(&found), [("ada", "same"), ("bob", "conflict")]);
    assert_eq!(desk.restore(&found.rows), 1, "what is there is there");
    assert_eq!(desk.names(), ["ada", "bob", "bob"], "both are kept");
    assert_eq!(desk.undo(), 1);
    assert_eq!(desk.names(), ["ada", "bob"]);
}

#[test]
fn brings_new_and_deleted_accounts_back_and_undoes_it() {
    let mut desk = Desk::new();
    let (bin, gone) = (desk.add("bin"), desk.add("gone"));
    let backup = desk.back_up();
    desk.change(|edit| edit.set_note(bin, "written later".into()));
    desk.change(|edit| edit.remove(bin));
    desk.change(|edit| edit.purge(gone));
    desk.add("later");
    assert_eq!(desk.restore(&desk.difference(&backup).rows), 2);
    assert_eq!(desk.names(), ["bin", "gone", "later"]);
    assert_eq!(desk.vault.account(bin).unwrap().note, "written later", "an older backup undoes no newer edit");
    let again = desk.vault.accounts().into_iter().find(|account| account.name == "gone").unwrap();
    assert_ne!(again.id, gone, "what was forgotten for good comes back under a new name");
    assert_eq!(again.otp, totp("gone"));
    assert_eq!(desk.vault.undoable(), Some((desk.now_ms / 1000, 2)));
    assert_eq!(desk.undo(), 2);
    assert_eq!(desk.names(), ["later"]);
    assert!(matches!(desk.vault.undo_restore(desk.now_ms), Err(VaultError::NothingToUndo)));
}

#[test]
fn takes_the_chosen_row_alone_and_keeps_the_replaced_secret_aside() {
    let mut desk = Desk::new();
    let (ada, bob) = (desk.add("ada"), desk.add("bob"));
    desk.change(|edit| edit.add_recovery(ada, vec![words("old-1"), words("old-2")]));
    let backup = desk.back_up();
    for id in [ada, bob] {
        desk.change(|edit| edit.re_enrol(id, totp("another")));
        desk.change(|edit| edit.set_issuer(id, "Renamed".into()));
    }
    desk.change(|edit| edit.add_recovery(ada, vec![words("new-1")]));
    let before = desk.vault.account(bob).unwrap();
    let rows: Vec<Row> = desk.difference(&backup).rows.into_iter().filter(|row| row.account.id == ada).collect();
    assert_eq!(desk.restore(&rows), 1);
    let back = desk.vault.account(ada).unwrap();
    assert_eq!((back.otp, back.issuer.as_str()), (totp("ada"), "Example"));
    assert_eq!(back.recovery.len(), 2);
    assert!(back.former_secret_until.is_some() && back.former_recovery.len() == 1, "nothing is thrown away");
    assert_eq!(desk.vault.account(bob).unwrap(), before, "what was not chosen stays");
    assert_eq!(
        classes(&Difference {
            rows: desk.difference(&backup).rows.into_iter().filter(|row| row.account.id == ada).collect(),
            only_here: vec![]
        }),
        [("ada", "same")]
    );
    desk.undo();
    let undone = desk.vault.account(ada).unwrap();
    assert_eq!((undone.otp, undone.issuer.as_str(), undone.recovery.len()), (totp("another"), "Renamed", 1));
}

#[test]
fn what_was_chosen_wins_over_what_another_process_still_has() {
    let mut desk = Desk::new();
    let id = desk.add("ada");
    let backup = desk.back_up();
    desk.change(|edit| edit.set_note(id, "newer".into()));
    let locked = LockedVault::find(&desk.home()).unwrap().unwrap();
    let mut other = locked.unlock_with_passphrase(&words("of the vault"), desk.now_ms).unwrap();
    desk.restore(&desk.difference(&backup).rows);
    other.refresh(desk.now_ms).unwrap();
    assert_eq!(other.account(id).unwrap().note, "");
}

#[test]
fn a_counter_never_goes_back() {
    let mut desk = Desk::new();
    let id = desk.change(|edit| edit.add(Draft::new("Token", "carol", hotp("carol"))));
    let backup = desk.back_up();
    desk.change(|edit| edit.advance(id));
    assert_eq!(classes(&desk.difference(&backup)), [("carol", "same")], "an older counter is no version of its own");
    desk.change(|edit| edit.set_note(id, "newer".into()));
    desk.restore(&desk.difference(&backup).rows);
    assert!(matches!(desk.vault.account(id).unwrap().otp, Otp::Hotp { counter: 1, .. }));
    desk.undo();
    assert!(matches!(desk.vault.account(id).unwrap().otp, Otp::Hotp { counter: 1, .. }));
}

#[test]
fn keeps_three_ways_back_and_none_that_an_old_credential_opens() {
    let mut desk = Desk::new();
    let id = desk.add("ada");
    let backup = desk.back_up();
    for round in 0..5 {
        desk.change(|edit| edit.set_note(id, format!("{round}")));
        desk.restore(&desk.difference(&backup).rows);
    }
    assert_eq!(desk.kept_before(), 3);
    let now = desk.now();
    desk.vault.add_recovery_key("paper", now).unwrap();
    assert_eq!(desk.kept_before(), 0, "a slot that was removed must not open the vault as it was");
    assert_eq!(desk.vault.undoable(), None);
}

#[test]
#[cfg(unix)]
fn a_restore_that_cannot_be_written_changes_nothing() {
    let mut desk = Desk::new();
    desk.add("ada");
    let backup = desk.back_up();
    let id = desk.vault.accounts()[0].id;
    desk.change(|edit| edit.remove(id));
    let rows = desk.difference(&backup).rows;
    // Something lies in the way of the previous generation: the last step of a write fails.
    let previous = desk.home().join("vault.sterk.previous");
    fs::remove_file(&previous).unwrap();
    fs::create_dir_all(previous.join("in the way")).unwrap();
    let before = fs::read(desk.home().join("vault.sterk")).unwrap();
    let now = desk.now();
    assert!(desk.vault.restore(&rows, now).is_err());
    assert_eq!(fs::read(desk.home().join("vault.sterk")).unwrap(), before);
    assert_eq!((desk.names().len(), desk.kept_before()), (0, 0), "nothing was restored, so there is nothing to undo");
}

#[test]
fn makes_the_same_vault_of_a_backup_where_there_is_none() {
    let mut desk = Desk::new();
    let id = desk.add("ada");
    desk.add("bin");
    let bin = desk.vault.accounts().into_iter().find(|account| account.name == "bin").unwrap().id;
    desk.change(|edit| edit.remove(bin));
    let backup = desk.back_up();
    let fresh = tempfile::tempdir().unwrap();
    let own = words("of the new computer");
    let slots = NewSlots { passphrase: Some((&own, Kdf::FLOOR)), ..NewSlots::default() };
    let made = Vault::create_from(fresh.path(), slots, &backup, START).unwrap().vault;
    assert_eq!((made.id(), made.account(id).unwrap().otp, made.bin().len()), (desk.vault.id(), totp("ada"), 1));
    let open = |folder: &Path, text: &str| {
        LockedVault::find(folder).unwrap().unwrap().unlock_with_passphrase(&words(text), START).is_ok()
    };
    assert!(open(fresh.path(), "of the new computer") && !open(fresh.path(), "own"), "with slots of its own");
    assert!(matches!(Vault::create_from(fresh.path(), slots, &backup, START), Err(VaultError::Exists)));
    assert_eq!(Difference::of(&made, backup.records()).rows[0].class, Class::Same);
}
