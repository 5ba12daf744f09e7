//! The audit trail: who opened the vault how, what was shown or taken out, and what was tried in vain.
//!
//! It is a record of the vault, sealed and merged as the rest, with the newest thousand entries. An unlock must neither
//! cost a write of the vault nor fail where nothing can be written, so what happens is first put beside the vault
//! (`events`) and folded in by the next write. Not here: the words for people.

use serde::{Deserialize, Serialize};

use super::events::{self, Spool};
use super::record::Record;
use super::stamp::Stamp;
use super::{Folder, Guard, Vault, VaultError};
use crate::account::AccountId;
use crate::seal::SlotKind;

/// The name of the one record that is the trail.
pub(crate) const TRAIL: AccountId = AccountId([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);

/// The most entries; the oldest go first.
const MOST: usize = 1_000;

/// Names something that happened to the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A backup was written by hand.
    BackedUp,
    /// Accounts were written to a file of another app.
    Exported,
    /// The recovery codes were written to a file of their own.
    RecoveryFile,
    /// The vault was given a new key.
    Rekeyed,
    /// A backup was brought back.
    Restored,
    /// The recovery codes of an account were shown.
    ShowedCodes(AccountId),
    /// The secret of an account was shown.
    ShowedSecret(AccountId),
    /// A way to unlock was added.
    SlotAdded(SlotKind),
    /// A passphrase was changed.
    SlotChanged(SlotKind),
    /// A way to unlock was removed.
    SlotRemoved(SlotKind),
    /// A way to unlock was given another name.
    SlotRenamed(SlotKind),
    /// An account was shown as a code for another device.
    Transferred(AccountId),
    /// The vault was opened.
    Unlocked(SlotKind),
    /// A wrong credential was tried.
    WrongCredential(SlotKind),
}

impl Event {
    /// Returns the stable name that programs may rely on.
    pub fn name(self) -> &'static str {
        match self {
            Self::BackedUp => "backup",
            Self::Exported => "export",
            Self::RecoveryFile => "recovery_file",
            Self::Rekeyed => "rekey",
            Self::Restored => "restore",
            Self::ShowedCodes(_) => "reveal_recovery_codes",
            Self::ShowedSecret(_) => "reveal_secret",
            Self::SlotAdded(_) => "slot_added",
            Self::SlotChanged(_) => "slot_changed",
            Self::SlotRemoved(_) => "slot_removed",
            Self::SlotRenamed(_) => "slot_renamed",
            Self::Transferred(_) => "transfer",
            Self::Unlocked(_) => "unlock",
            Self::WrongCredential(_) => "failed_unlock",
        }
    }

    /// Returns what it is about: the kind of a way to unlock, the id of an account, or nothing.
    fn about(self) -> String {
        match self {
            Self::BackedUp | Self::Exported | Self::RecoveryFile | Self::Rekeyed | Self::Restored => String::new(),
            Self::ShowedCodes(id) | Self::ShowedSecret(id) | Self::Transferred(id) => id.to_string(),
            Self::SlotAdded(kind)
            | Self::SlotChanged(kind)
            | Self::SlotRemoved(kind)
            | Self::SlotRenamed(kind)
            | Self::Unlocked(kind)
            | Self::WrongCredential(kind) => kind.name().to_owned(),
        }
    }
}

/// Is one entry of the trail. In the file: `[stamp, event, about]`, in words, so that a newer program's events are kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Happened(Stamp, String, String);

impl Happened {
    /// Makes an entry; `number` tells it from every other of its millisecond.
    pub(super) fn new(event: Event, now_ms: u64, number: u64) -> Self {
        Self(Stamp(now_ms, 0, number), event.name().to_owned(), event.about())
    }

    /// Returns the Unix second.
    pub fn at(&self) -> u64 {
        self.0.0 / 1000
    }

    /// Returns the name of the event, see [`Event::name`]; of a newer program it may be any other.
    pub fn event(&self) -> &str {
        &self.1
    }

    /// Returns what it is about: `keyring`, `passphrase`, `recovery-key`, the id of an account in hexadecimal, or nothing.
    pub fn about(&self) -> &str {
        &self.2
    }
}

/// Is the trail: entries in the order of their stamps, each once.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail(Vec<Happened>);

impl Trail {
    /// Joins two versions: what either has, the newest of it.
    pub(super) fn join(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self.0.sort();
        self.0.dedup();
        self.0.drain(..self.0.len().saturating_sub(MOST));
        self
    }
}

impl Vault {
    /// Notes what happened; it is folded in by the next write.
    ///
    /// Nothing fails by it: where it cannot be noted, the disk is full or may not be written, and that shows elsewhere.
    pub fn note(&self, event: Event, now_ms: u64) {
        let Ok(number) = getrandom::u64() else { return };
        let entry = Happened::new(event, now_ms, number);
        let _ = events::note(&self.folder, &self.key, self.id, &entry);
    }

    /// Folds in what was noted where it has grown large, because nothing was changed for long; nothing fails by it.
    pub(super) fn fold_what_is_large(&mut self, now_ms: u64) {
        if events::size(&self.folder) > events::FULL {
            let _ = self.fold_at_once(now_ms);
        }
    }

    /// Returns what happened, the newest first, what is not folded in yet included.
    pub fn trail(&self) -> Vec<Happened> {
        let beside = events::read(&self.folder, &self.key, self.id);
        let known = self.records.get(&TRAIL).and_then(as_trail).cloned().unwrap_or_default();
        let mut all = known.join(Trail(beside)).0;
        all.reverse();
        all
    }

    /// Notes what happened within a write that is to come.
    pub(super) fn record(&mut self, event: Event, now_ms: u64) {
        let Ok(number) = getrandom::u64() else { return };
        self.join_trail(Trail(vec![Happened::new(event, now_ms, number)]));
    }

    /// Takes in what lies beside the vault; it may be cleared once the write is done.
    pub(super) fn fold_in(&mut self) -> Option<Spool> {
        let (spool, entries) = Spool::take(&self.folder, &self.key, self.id)?;
        self.join_trail(Trail(entries));
        Some(spool)
    }

    fn fold_at_once(&mut self, now_ms: u64) -> Result<(), VaultError> {
        let held: Guard = self.folder.lock()?;
        self.catch_up(now_ms)?;
        self.write(&held, Folder::replace)
    }

    /// A trail that only a newer program reads is carried on untouched, and what happens is let go.
    fn join_trail(&mut self, more: Trail) {
        if more.0.is_empty() || self.quarantine().iter().any(|lost| lost.id == TRAIL.0) {
            return;
        }
        let known = self.records.get(&TRAIL).and_then(as_trail).cloned().unwrap_or_default();
        self.records.insert(TRAIL, Record::Trail(known.join(more)));
    }
}

fn as_trail(record: &Record) -> Option<&Trail> {
    match record {
        Record::Trail(trail) => Some(trail),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::account::Draft;
    use crate::otp::{Algorithm, Digits, Otp, Period};
    use crate::seal::Kdf;
    use crate::secret::{Passphrase, Secret};
    use crate::vault::{LockedVault, NewSlots, Rekey, Rekeying};

    const NOW: u64 = 1_700_000_000_000;

    fn words(text: &str) -> Passphrase {
        Passphrase::new(text.into())
    }

    fn made(folder: &Path) -> Vault {
        let words = words("right");
        let slots = NewSlots { passphrase: Some((&words, Kdf::FLOOR)), ..NewSlots::default() };
        Vault::create(folder, slots, NOW).unwrap().vault
    }

    fn locked(folder: &Path) -> LockedVault {
        LockedVault::find(folder).unwrap().unwrap()
    }

    fn unlocked(folder: &Path, at: u64) -> Vault {
        locked(folder).unlock_with_passphrase(&words("right"), at).unwrap()
    }

    fn add(vault: &mut Vault) {
        let otp = Otp::Totp {
            secret: Secret::new(vec![1; 20]),
            algorithm: Algorithm::Sha1,
            digits: Digits::SIX,
            period: Period::THIRTY,
        };
        vault.update::<_, VaultError>(NOW, |edit| edit.add(Draft::new("Example", "ada", otp))).unwrap();
    }

    fn told(vault: &Vault) -> Vec<(u64, String, String)> {
        vault.trail().into_iter().map(|one| (one.at(), one.1.clone(), one.2)).collect()
    }

    fn row(at: u64, event: &str, about: &str) -> (u64, String, String) {
        (NOW / 1000 + at, event.into(), about.into())
    }

    #[test]
    fn tells_unlocks_and_failures_before_and_after_they_are_folded_in() {
        let folder = tempfile::tempdir().unwrap();
        made(folder.path());
        let sealed = || fs::read(folder.path().join("vault.sterk")).unwrap();
        let before = sealed();
        assert!(locked(folder.path()).unlock_with_passphrase(&words("wrong"), NOW + 1_000).is_err());
        let mut vault = unlocked(folder.path(), NOW + 2_000);
        let expected = [row(2, "unlock", "passphrase"), row(1, "failed_unlock", "passphrase")];
        assert_eq!(told(&vault), expected);
        assert_eq!(sealed(), before, "an unlock costs no write of the vault");
        let beside = fs::read_to_string(folder.path().join("vault.events")).unwrap();
        assert!(!beside.contains("unlock"), "what an open vault notes is sealed there too: {beside}");

        add(&mut vault);
        assert_eq!(told(&vault), expected);
        assert_eq!(fs::read(folder.path().join("vault.events")).unwrap(), b"", "it is in the vault now");
        let again = unlocked(folder.path(), NOW + 3_000);
        assert_eq!(told(&again)[1..], expected, "and comes back from there");
        assert_eq!((again.accounts().len(), again.changed_at()), (1, NOW / 1000), "the trail is no account");
    }

    #[test]
    fn a_change_of_slots_stands_in_the_very_write_that_makes_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path());
        let slot = vault.add_passphrase("more", &words("more"), Kdf::FLOOR, NOW).unwrap();
        vault.rename_slot(slot, "less", NOW + 1_000).unwrap();
        vault.change_passphrase(slot, &words("other"), Kdf::FLOOR, NOW + 2_000).unwrap();
        vault.remove_slot(vault.slots()[1].id, None, NOW + 3_000).unwrap();
        fs::remove_file(folder.path().join("vault.events")).ok();
        let expected = [
            row(3, "slot_removed", "passphrase"),
            row(2, "slot_changed", "passphrase"),
            row(1, "slot_renamed", "passphrase"),
            row(0, "slot_added", "passphrase"),
        ];
        assert_eq!(told(&vault), expected);
        assert_eq!(told(&unlocked(folder.path(), NOW + 4_000))[1..], expected);
        vault.remove_slot(vault.slots()[0].id, None, NOW).unwrap_err();
        assert_eq!(told(&vault).len(), 5, "what was refused did not happen");
    }

    #[test]
    fn outlives_a_new_vault_key() {
        let folder = tempfile::tempdir().unwrap();
        made(folder.path());
        let mut vault = unlocked(folder.path(), NOW);
        let given = [words("right")];
        let how = Rekey { passphrases: &given, ..Rekey::default() };
        let new = Rekeying::prepare(vault.id(), vault.slots(), how, NOW / 1000).unwrap();
        vault.rekey(new, NOW + 1_000).unwrap();
        let expected = [row(1, "rekey", ""), row(0, "unlock", "passphrase")];
        assert_eq!(told(&unlocked(folder.path(), NOW + 2_000))[1..], expected);
    }

    #[test]
    fn folds_in_by_itself_before_it_grows_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path());
        let size = || fs::metadata(folder.path().join("vault.events")).map_or(0, |file| file.len());
        for at in 0..1_200 {
            vault.note(Event::BackedUp, NOW + at * 1000);
            vault.fold_what_is_large(NOW);
            assert!(size() < 2 * events::FULL);
        }
        let told = told(&unlocked(folder.path(), NOW + 1_200_000));
        assert_eq!(told.len(), MOST, "the oldest went");
        assert_eq!((&told[1], &told[999]), (&row(1_199, "backup", ""), &row(201, "backup", "")));
    }

    #[test]
    fn an_unlock_works_where_nothing_can_be_noted() {
        let folder = tempfile::tempdir().unwrap();
        made(folder.path());
        fs::create_dir(folder.path().join("vault.events")).unwrap();
        let mut vault = unlocked(folder.path(), NOW);
        assert!(locked(folder.path()).unlock_with_passphrase(&words("wrong"), NOW).is_err());
        add(&mut vault);
        assert_eq!(told(&vault), []);
    }

    #[test]
    fn passes_over_lines_that_are_damaged_or_forged() {
        let folder = tempfile::tempdir().unwrap();
        made(folder.path());
        let noise = "s AAAA\ns !\nf x y z\nf 1700000000000 1 password\nf 1700000000000 7 keyring\n\u{fffd}\n\n";
        fs::write(folder.path().join("vault.events"), noise).unwrap();
        let mut vault = unlocked(folder.path(), NOW + 1_000);
        let expected = [row(1, "unlock", "passphrase"), row(0, "failed_unlock", "keyring")];
        assert_eq!(told(&vault), expected);
        add(&mut vault);
        assert_eq!(told(&vault), expected);
    }

    #[test]
    fn keeps_an_event_of_a_newer_program() {
        let stored = r#"{"trail":[[[1,0,2],"from_the_future","x"]]}"#;
        let record: Record = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&record).unwrap(), stored);
    }

    fn trail() -> impl Strategy<Value = Trail> {
        let entry = (0u64..1500, 0u64..2).prop_map(|(ms, number)| Happened::new(Event::BackedUp, ms, number));
        prop::collection::vec(entry, 0..1_400).prop_map(|entries| Trail::default().join(Trail(entries)))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn joins_in_any_order_and_grouping(a in trail(), b in trail(), c in trail()) {
            let join = |a: &Trail, b: &Trail| a.clone().join(b.clone());
            prop_assert_eq!(join(&a, &b), join(&b, &a));
            prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
            prop_assert_eq!(join(&a, &a), a.clone());
            prop_assert!(join(&a, &b).0.len() <= MOST);
        }
    }
}
