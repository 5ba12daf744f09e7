//! The three laws of merging, on accounts that several devices changed apart from each other.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::edit::Editor;
use super::record::Record;
use super::stamp::{Clock, Stamp};
use crate::account::{AccountId, Draft};
use crate::otp::{Algorithm, Digits, Otp, Period};
use crate::secret::{Passphrase, Secret};

const ID: AccountId = AccountId([7; 16]);
const START: Stamp = Stamp(1_000, 0, 1);

/// One thing a person can do to an account.
#[derive(Debug, Clone)]
enum Change {
    Advance,
    AddRecovery(u8),
    ForgetRecovery(u8),
    Icon(Option<u8>),
    Note(u8),
    Pin(bool),
    Place(Option<u8>),
    Purge,
    Remove,
    Rename(u8),
    ReplaceRecovery(u8),
    ReplaceSecret(u8, bool),
    Restore,
    SetCounter(u64),
    UseRecovery(u8),
    Verify,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => Just(Change::Advance),
        2 => (0u8..4).prop_map(Change::AddRecovery),
        1 => (0u8..4).prop_map(Change::ForgetRecovery),
        1 => any::<Option<u8>>().prop_map(Change::Icon),
        1 => any::<u8>().prop_map(Change::Note),
        1 => any::<bool>().prop_map(Change::Pin),
        2 => any::<Option<u8>>().prop_map(Change::Place),
        1 => Just(Change::Purge),
        1 => Just(Change::Remove),
        1 => any::<u8>().prop_map(Change::Rename),
        1 => (0u8..4).prop_map(Change::ReplaceRecovery),
        1 => any::<(u8, bool)>().prop_map(|(secret, hotp)| Change::ReplaceSecret(secret, hotp)),
        1 => Just(Change::Restore),
        1 => (0u64..9).prop_map(Change::SetCounter),
        2 => (0u8..4).prop_map(Change::UseRecovery),
        1 => Just(Change::Verify),
    ]
}

fn otp(secret: u8, hotp: bool) -> Otp {
    let secret = Secret::new(vec![secret; 20]);
    let (algorithm, digits) = (Algorithm::Sha1, Digits::SIX);
    match hotp {
        true => Otp::Hotp { secret, algorithm, digits, counter: 3 },
        false => Otp::Totp { secret, algorithm, digits, period: Period::THIRTY },
    }
}

/// Names an account beside which the one under test may stand.
fn neighbour(number: u8) -> AccountId {
    let mut id = [8; 16];
    id[0] = number;
    AccountId(id)
}

fn code(number: u8) -> Passphrase {
    Passphrase::new(format!("code-{number}"))
}

/// Changes `base` on one device, each change at its own millisecond; what does not apply is left out.
fn changed(base: &Record, device: u64, changes: &[(u64, Change)]) -> Record {
    let mut records = BTreeMap::from([(ID, base.clone())]);
    records
        .extend((0..=u8::MAX).map(neighbour).map(|id| (id, Record::new(id, Draft::new("", "", otp(2, false)), START))));
    let mut clock = Clock::new(device);
    for (ms, change) in changes {
        let mut edit = Editor::new(&records, &mut clock, *ms);
        // A change that does not fit the account as it is (a counter of TOTP, say) is not made.
        let _ = match change.clone() {
            Change::Advance => edit.advance(ID).map(drop),
            Change::AddRecovery(number) => edit.add_recovery(ID, vec![code(number)]).map(drop),
            Change::ForgetRecovery(number) => edit.forget_recovery(ID, &code(number)),
            Change::Icon(icon) => edit.set_icon(ID, icon.map(|icon| icon.to_string())),
            Change::Note(note) => edit.set_note(ID, note.to_string()),
            Change::Pin(pinned) => edit.set_pinned(ID, pinned),
            Change::Place(above) => edit.place(ID, &above.map(neighbour).into_iter().collect::<Vec<_>>(), None),
            Change::Purge => edit.purge(ID),
            Change::Remove => edit.remove(ID),
            Change::Rename(name) => edit.set_name(ID, name.to_string()),
            Change::ReplaceRecovery(number) => edit.replace_recovery(ID, vec![code(number)]).map(drop),
            Change::ReplaceSecret(secret, hotp) => edit.replace_secret(ID, otp(secret, hotp)),
            Change::Restore => edit.restore(ID),
            Change::SetCounter(value) => edit.set_counter(ID, value),
            Change::UseRecovery(number) => edit.use_recovery(ID, &code(number), Some(ms / 1000)),
            Change::Verify => edit.set_verified(ID, Some(ms / 1000)),
        };
        let now = edit.into_changed();
        records.extend(now);
    }
    records.remove(&ID).unwrap()
}

fn base() -> Record {
    Record::new(ID, Draft::new("Example", "ada", otp(1, true)), START)
}

fn changes() -> impl Strategy<Value = Vec<(u64, Change)>> {
    prop::collection::vec((1_000u64..1_010, change()), 0..8)
}

fn three() -> impl Strategy<Value = [Record; 3]> {
    (changes(), changes(), changes())
        .prop_map(|(a, b, c)| [changed(&base(), 11, &a), changed(&base(), 22, &b), changed(&base(), 33, &c)])
}

proptest! {
    #[test]
    fn the_order_of_two_does_not_matter([a, b, _] in three()) {
        prop_assert_eq!(a.clone().join(b.clone()), b.join(a));
    }

    #[test]
    fn the_grouping_of_three_does_not_matter([a, b, c] in three()) {
        let left = a.clone().join(b.clone()).join(c.clone());
        prop_assert_eq!(left, a.join(b.join(c)));
    }

    #[test]
    fn merging_again_changes_nothing([a, b, _] in three()) {
        let once = a.clone().join(b.clone());
        prop_assert_eq!(once.clone().join(b), once.clone());
        prop_assert_eq!(once.clone().join(a), once.clone());
        prop_assert_eq!(once.clone().join(once.clone()), once);
    }

    #[test]
    fn a_record_reads_back_as_it_was_written([a, b, _] in three()) {
        let record = a.join(b);
        let bytes = super::encode_record(&record).unwrap();
        prop_assert_eq!(serde_json::from_slice::<Record>(&bytes).unwrap(), record);
    }
}

fn kept(record: &Record) -> crate::Account {
    record.live_account().unwrap()
}

#[test]
fn keeps_the_new_secret_when_an_old_device_pins() {
    let laptop = changed(&base(), 11, &[(10_000, Change::ReplaceSecret(9, false))]);
    let desktop = changed(&base(), 22, &[(20_000, Change::Pin(true))]);
    let merged = kept(&laptop.join(desktop));
    assert_eq!(merged.otp, otp(9, false), "a later pin must not undo a re-enrolment");
    assert!(merged.pinned);
}

#[test]
fn takes_the_greater_counter_of_one_secret() {
    let laptop = changed(&base(), 11, &[(10_000, Change::Advance), (10_000, Change::Advance)]);
    let desktop = changed(&base(), 22, &[(20_000, Change::Advance)]);
    let Otp::Hotp { counter, .. } = kept(&laptop.join(desktop)).otp else { panic!("still HOTP") };
    assert_eq!(counter, 5, "a code must not be used twice");
}

#[test]
fn a_counter_set_by_hand_may_go_back() {
    let laptop = changed(&base(), 11, &[(10_000, Change::Advance), (10_001, Change::SetCounter(1))]);
    let desktop = changed(&base(), 22, &[(9_000, Change::Advance), (9_001, Change::Advance)]);
    let Otp::Hotp { counter, .. } = kept(&laptop.join(desktop)).otp else { panic!("still HOTP") };
    assert_eq!(counter, 1);
}

#[test]
fn keeps_recovery_codes_that_two_devices_added() {
    let laptop = changed(&base(), 11, &[(10_000, Change::AddRecovery(1)), (10_001, Change::UseRecovery(1))]);
    let desktop = changed(&base(), 22, &[(9_000, Change::AddRecovery(1)), (9_001, Change::AddRecovery(2))]);
    let codes = kept(&laptop.join(desktop)).recovery;
    let facts: Vec<_> = codes.iter().map(|code| (code.code.expose(), code.used_at.is_some())).collect();
    assert_eq!(facts, [("code-1", true), ("code-2", false)]);
}

#[test]
fn new_recovery_codes_replace_the_old_ones_everywhere() {
    let base = changed(&base(), 11, &[(5_000, Change::AddRecovery(1))]);
    let laptop = changed(&base, 11, &[(10_000, Change::ReplaceRecovery(2))]);
    let desktop = changed(&base, 22, &[(20_000, Change::UseRecovery(1))]);
    let codes = kept(&laptop.join(desktop)).recovery;
    assert_eq!(codes.iter().map(|code| code.code.expose()).collect::<Vec<_>>(), ["code-2"]);
}

#[test]
fn a_purged_account_stays_away() {
    let laptop = changed(&base(), 11, &[(10_000, Change::Purge)]);
    let desktop = changed(&base(), 22, &[(20_000, Change::Restore), (20_001, Change::Rename(3))]);
    assert_eq!(desktop.join(laptop), Record::Purged(ID));
}

#[test]
fn a_stamp_from_the_far_future_does_not_win_for_ever() {
    let mut broken = changed(&base(), 11, &[(u64::MAX - 5, Change::Rename(1))]);
    let mut clock = Clock::new(22);
    broken.settle(50_000, &mut clock);
    let records = BTreeMap::from([(ID, broken.clone())]);
    let mut edit = Editor::new(&records, &mut clock, 60_000);
    edit.set_name(ID, "mended".into()).unwrap();
    let mended = edit.into_changed().remove(&ID).unwrap();
    assert_eq!(kept(&broken.join(mended)).name, "mended");
}

#[test]
fn refuses_a_record_with_fields_it_does_not_know() {
    let text = String::from_utf8(super::encode_record(&base()).unwrap().to_vec()).unwrap();
    let newer = text.replacen("\"note\"", "\"colour\":[1,[1,0,1]],\"note\"", 1);
    assert!(
        serde_json::from_str::<Record>(&newer).is_err(),
        "what is not understood is carried on whole, not cut down"
    );
}

#[test]
fn an_account_that_nobody_moved_is_written_as_before_there_were_places() {
    let old = super::encode_record(&base()).unwrap();
    let text = String::from_utf8(old.to_vec()).unwrap();
    assert!(!text.contains("position") && !text.contains("icon"), "{text}");
    let mut records = BTreeMap::from([(ID, serde_json::from_slice::<Record>(&old).unwrap())]);
    let mut clock = Clock::new(11);
    let mut edit = Editor::new(&records, &mut clock, 2_000);
    edit.place(ID, &[], None).unwrap();
    let moved = edit.into_changed();
    let text = String::from_utf8(super::encode_record(&moved[&ID]).unwrap().to_vec()).unwrap();
    assert!(text.contains("\"position\":[\"i\",[2000,0,11]]"), "{text}");
    records.extend(moved);
    assert_eq!(kept(&records[&ID]).position.unwrap().as_str(), "i");
}

#[test]
fn a_place_of_another_device_stands_beside_other_changes() {
    let laptop = changed(&base(), 11, &[(10_000, Change::Place(None))]);
    let desktop = changed(&base(), 22, &[(20_000, Change::Rename(3))]);
    let merged = kept(&laptop.join(desktop));
    assert_eq!((merged.name.as_str(), merged.position.is_some()), ("3", true));
}
