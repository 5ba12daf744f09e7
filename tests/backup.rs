//! Automatic backups: written, proved, rotated, and never lost; from the outside of the core.

#![expect(clippy::unwrap_used, reason = "a test stops where its setting fails")]

use std::fs;
use std::path::{Path, PathBuf};

use sterk::backup::{Backup, Done, Ledger, Round, Stand, Standing, Wanted};
use sterk::seal::{Kdf, RecoveryKey, SealError};
use sterk::vault::{Keep, LockedVault, NewSlots, Sealing, Vault, VaultError};
use sterk::{Algorithm, Digits, Draft, Otp, Passphrase, Period, Secret};
use tempfile::TempDir;

/// A Unix second, and the length of a year.
const NOW: u64 = 1_795_372_985;
const YEAR: u64 = 365 * 24 * 3600;

fn words(text: &str) -> Passphrase {
    Passphrase::new(text.into())
}

fn draft(name: &str) -> Draft {
    let secret = Secret::new(format!("{name:-<20}").into_bytes());
    let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
    Draft::new("Example", name, otp)
}

/// A vault with automatic backups to folders of its own.
struct Desk {
    folder: TempDir,
    vault: Vault,
    recovery_key: RecoveryKey,
}

impl Desk {
    fn new(targets: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = words("of the vault");
        let slots = NewSlots { passphrase: Some((&own, Kdf::FLOOR)), ..NewSlots::default() };
        let mut vault = Vault::create(&folder.path().join("vault"), slots, NOW * 1000).unwrap().vault;
        let backup = words("of the backups");
        let (sealing, key) = Sealing::make(vault.id(), (&backup, Kdf::FLOOR), true, NOW).unwrap();
        vault.set_up_backups(sealing, NOW * 1000).unwrap();
        let mut desk = Self { folder, vault, recovery_key: key.unwrap() };
        for target in targets {
            fs::create_dir(desk.path(target)).unwrap();
            desk.vault.add_backup_folder(&desk.path(target), NOW * 1000).unwrap();
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ledger(&self) -> PathBuf {
        self.path("config/backups.json")
    }

    fn add(&mut self, name: &str) {
        self.vault.update::<_, VaultError>(NOW * 1000, |edit| edit.add(draft(name))).unwrap();
    }

    fn round(&self, wanted: Wanted, now: u64) -> Vec<Standing> {
        let round = Round::of(&self.vault).unwrap().unwrap();
        round.run(&self.ledger(), wanted, now).unwrap().into_iter().map(|(_, standing)| standing).collect()
    }

    fn stands(&self, now: u64) -> Vec<Stand> {
        self.round(Wanted::Due, now).iter().map(|standing| standing.stand).collect()
    }

    fn is_due(&self) -> bool {
        let ledger = Ledger::read(&self.ledger(), self.vault.id());
        Round::of(&self.vault).unwrap().unwrap().is_due(&ledger)
    }

    /// Names the files of a target, in the order of their names.
    fn files(&self, target: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(target))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Opens the newest one with the passphrase and returns the names of its accounts.
    fn newest(&self, target: &str) -> Vec<String> {
        let file = self.files(target).pop().unwrap();
        names(&Backup::open(&self.path(target).join(file), &words("of the backups")).unwrap())
    }
}

fn names(backup: &Backup) -> Vec<String> {
    let live = backup.records().iter().filter_map(sterk::vault::Record::live_account);
    let mut names: Vec<String> = live.map(|account| account.name).collect();
    names.sort();
    names
}

fn code(standing: &Standing) -> &str {
    &standing.failed.as_ref().unwrap().code
}

#[test]
fn writes_a_backup_that_opens_with_the_passphrase_and_the_recovery_key() {
    let mut desk = Desk::new(&["stick", "cloud"]);
    assert!(!desk.is_due(), "an empty vault has nothing to lose");
    desk.add("ada");
    assert!(desk.is_due());
    assert_eq!(desk.stands(NOW), [Stand::Done, Stand::Done]);
    assert!(!desk.is_due());
    assert_eq!(desk.files("cloud"), ["sterk-auto-000001-2026-11-22T184305Z.sterk"]);
    let file = desk.path("stick").join(&desk.files("stick")[0]);
    assert_eq!(names(&Backup::open(&file, &words("of the backups")).unwrap()), ["ada"]);
    assert_eq!(names(&Backup::open_with_recovery_key(&file, &desk.recovery_key).unwrap()), ["ada"]);
    let wrong = Backup::open(&file, &words("of the vault"));
    assert!(matches!(wrong, Err(VaultError::Seal(SealError::WrongPassphrase))), "it opens no vault, nor the reverse");
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o077, 0);
    let ledger = fs::read_to_string(desk.ledger()).unwrap();
    assert!(!ledger.contains("ada"), "{ledger}");
}

#[test]
fn writes_nothing_where_the_present_state_is_there() {
    let mut desk = Desk::new(&["stick"]);
    desk.add("ada");
    desk.stands(NOW);
    fs::remove_file(desk.ledger()).unwrap();
    assert_eq!(desk.stands(NOW + 9), [Stand::Done], "found by opening it, whatever the ledger says");
    assert_eq!(desk.files("stick").len(), 1);
    let done = Ledger::read(&desk.ledger(), desk.vault.id()).standing(&desk.path("stick")).done;
    assert!(matches!(done, Some(Done { at: NOW, accounts: 1, .. })), "{done:?}");
    desk.round(Wanted::All, NOW + 10);
    assert_eq!(desk.files("stick").len(), 2, "a person asked for it");
}

#[test]
fn a_stick_that_is_away_waits_and_catches_up() {
    let mut desk = Desk::new(&["stick", "cloud"]);
    desk.add("ada");
    desk.stands(NOW);
    fs::rename(desk.path("stick"), desk.path("in the bag")).unwrap();
    desk.add("bob");
    assert_eq!(desk.stands(NOW + 1), [Stand::Done, Stand::Waiting], "one that is away holds up no other");
    desk.add("carol");
    desk.stands(NOW + 2);
    assert!(desk.is_due());
    assert!(!desk.path("stick").exists(), "no folder is made in place of a stick");
    fs::rename(desk.path("in the bag"), desk.path("stick")).unwrap();
    assert_eq!(desk.stands(NOW + 3), [Stand::Done, Stand::Done]);
    assert_eq!(desk.newest("stick"), ["ada", "bob", "carol"]);
    assert!(!desk.is_due());
}

#[test]
fn an_empty_folder_in_place_of_a_stick_is_named_and_not_filled() {
    let mut desk = Desk::new(&["stick"]);
    desk.add("ada");
    desk.stands(NOW);
    fs::rename(desk.path("stick"), desk.path("in the bag")).unwrap();
    fs::create_dir(desk.path("stick")).unwrap();
    desk.add("bob");
    assert_eq!(desk.stands(NOW + 1), [Stand::Emptied], "the place where a stick is mounted is no stick");
    assert!(desk.files("stick").is_empty());
    assert!(desk.is_due());
    desk.round(Wanted::All, NOW + 2);
    assert_eq!(desk.newest("stick"), ["ada", "bob"], "unless a person says so");
}

#[test]
fn a_failing_target_is_named_and_holds_up_no_other() {
    let mut desk = Desk::new(&["cloud", "stick"]);
    desk.add("ada");
    desk.stands(NOW);
    fs::remove_dir_all(desk.path("cloud")).unwrap();
    fs::write(desk.path("cloud"), "a file").unwrap();
    desk.add("bob");
    let round = desk.round(Wanted::Due, NOW + 5);
    assert_eq!((round[0].stand, round[0].since, code(&round[0])), (Stand::Failed, Some(NOW + 5), "io_failed"));
    assert_eq!(round[0].done.as_ref().unwrap().at, NOW, "the last success stays known");
    assert_eq!(round[1].stand, Stand::Done);
    fs::remove_file(desk.path("cloud")).unwrap();
    fs::create_dir(desk.path("cloud")).unwrap();
    desk.round(Wanted::All, NOW + 9);
    assert_eq!(desk.newest("cloud"), ["ada", "bob"]);
}

#[test]
fn keeps_as_many_as_were_asked_for_and_touches_nothing_else() {
    let mut desk = Desk::new(&["stick"]);
    desk.vault.keep_backups(Keep { count: 4, days: None }, NOW * 1000).unwrap();
    let foreign = ["letter.txt", "other.sterk", "by-hand.sterk", ".hidden"];
    fs::write(desk.path("stick/letter.txt"), "dear").unwrap();
    fs::write(desk.path("stick/other.sterk"), "no backup").unwrap();
    fs::write(desk.path("stick/.hidden"), "").unwrap();
    desk.add("first");
    let by_hand = words("by hand");
    sterk::backup::write(&desk.vault, &desk.path("stick/by-hand.sterk"), &by_hand, Kdf::FLOOR, 1).unwrap();
    for number in 0..7 {
        desk.add(&format!("name-{number}"));
        assert_eq!(desk.stands(NOW + number), [Stand::Done]);
    }
    let left = desk.files("stick");
    assert!(foreign.iter().all(|name| left.contains(&(*name).to_owned())), "{left:?}");
    let automatic: Vec<_> = left.iter().filter(|name| name.starts_with("sterk-auto-")).collect();
    assert_eq!(automatic.len(), 4);
    assert!(automatic[0].contains("000004"), "{automatic:?}");
}

#[test]
fn a_backup_of_another_vault_is_never_deleted() {
    let mut other = Desk::new(&["stick"]);
    let mut desk = Desk::new(&[]);
    desk.vault.add_backup_folder(&other.path("stick"), NOW * 1000).unwrap();
    desk.vault.keep_backups(Keep { count: 3, days: Some(0) }, NOW * 1000).unwrap();
    other.add("theirs");
    other.stands(1);
    for number in 0..6 {
        desk.add(&format!("name-{number}"));
        desk.stands(NOW + number * YEAR);
    }
    let files = other.files("stick");
    assert_eq!(files.len(), 4, "three of this vault, one of the other: {files:?}");
    assert!(files.iter().any(|name| name.contains("1970-01-01")));
}

#[test]
fn a_clock_that_jumps_changes_neither_the_order_nor_the_newest_three() {
    let mut desk = Desk::new(&["stick"]);
    desk.vault.keep_backups(Keep { count: 3, days: Some(1) }, NOW * 1000).unwrap();
    for (number, now) in (1..).zip([NOW, NOW + 60, NOW + YEAR, NOW + 120, NOW - YEAR, NOW + 180]) {
        desk.add(&format!("name-{number}"));
        assert_eq!(desk.stands(now), [Stand::Done]);
        assert_eq!(desk.newest("stick").len(), number, "the newest by its number has the newest state");
        assert_eq!(desk.files("stick").len(), number.min(3));
    }
    assert!(desk.files("stick")[0].starts_with("sterk-auto-000004"));
}

#[test]
fn another_passphrase_makes_another_key_and_rotates_what_the_first_sealed() {
    let mut desk = Desk::new(&["stick"]);
    desk.vault.keep_backups(Keep { count: 3, days: None }, NOW * 1000).unwrap();
    desk.add("ada");
    desk.stands(NOW);
    let next = words("another one");
    let sealing = Sealing::make(desk.vault.id(), (&next, Kdf::FLOOR), false, NOW).unwrap().0;
    desk.vault.set_up_backups(sealing, NOW * 1000).unwrap();
    assert!(desk.is_due(), "the present state is not there under the new key");
    assert_eq!(desk.stands(NOW + 1), [Stand::Done]);
    let files = desk.files("stick");
    let open = |name: &str, text: &str| Backup::open(&desk.path("stick").join(name), &words(text)).is_ok();
    assert!(open(&files[0], "of the backups") && open(&files[1], "another one") && !open(&files[1], "of the backups"));
    for number in 0..3 {
        desk.add(&format!("name-{number}"));
        desk.stands(NOW + 2 + number);
    }
    assert_eq!(desk.files("stick").len(), 3, "what the former key sealed is ours still");
}

#[test]
fn a_backup_by_hand_does_not_hold_the_key_of_those_to_come() {
    let mut desk = Desk::new(&["stick"]);
    desk.add("ada");
    let (to, by_hand) = (desk.path("by-hand.sterk"), words("by hand"));
    sterk::backup::write(&desk.vault, &to, &by_hand, Kdf::FLOOR, NOW).unwrap();
    let is_plan = |record: &sterk::vault::Record| matches!(record, sterk::vault::Record::Backups(_));
    assert!(!Backup::open(&to, &by_hand).unwrap().records().iter().any(is_plan));
    desk.stands(NOW);
    let automatic = desk.path("stick").join(desk.files("stick").pop().unwrap());
    assert!(Backup::open(&automatic, &words("of the backups")).unwrap().records().iter().any(is_plan));
}

#[test]
fn a_damaged_newest_is_written_anew() {
    let mut desk = Desk::new(&["stick"]);
    desk.add("ada");
    desk.stands(NOW);
    let file = desk.path("stick").join(desk.files("stick").pop().unwrap());
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    assert_eq!(desk.stands(NOW + 1), [Stand::Done]);
    assert_eq!(desk.files("stick").len(), 2);
    assert_eq!(desk.newest("stick"), ["ada"]);
}

#[test]
fn what_a_killed_process_left_half_written_goes_with_the_next_one() {
    let mut desk = Desk::new(&["stick"]);
    fs::write(desk.path("stick/.sterk-backup-unfinished-x1"), "half").unwrap();
    desk.add("ada");
    desk.stands(NOW);
    assert_eq!(desk.files("stick").len(), 1);
}

#[test]
fn two_processes_write_one_backup_between_them() {
    let mut desk = Desk::new(&["stick"]);
    desk.add("ada");
    let other = LockedVault::find(&desk.path("vault")).unwrap().unwrap();
    let other = other.unlock_with_passphrase(&words("of the vault"), NOW * 1000).unwrap();
    let ledger = desk.ledger();
    std::thread::scope(|scope| {
        for vault in [&desk.vault, &other] {
            let round = Round::of(vault).unwrap().unwrap();
            let ledger: &Path = &ledger;
            scope.spawn(move || round.run(ledger, Wanted::Due, NOW).unwrap());
        }
    });
    assert_eq!(desk.files("stick").len(), 1, "the second finds what the first wrote");
}

#[test]
fn the_round_holds_nothing_where_backups_are_off_or_go_nowhere() {
    let mut desk = Desk::new(&["stick"]);
    desk.vault.remove_backup_folder(&desk.path("stick"), NOW * 1000).unwrap();
    assert!(Round::of(&desk.vault).unwrap().is_none());
    desk.vault.add_backup_folder(&desk.path("stick"), NOW * 1000).unwrap();
    assert!(Round::of(&desk.vault).unwrap().is_some());
    desk.vault.stop_backups(NOW * 1000).unwrap();
    assert!(Round::of(&desk.vault).unwrap().is_none());
}
