//! The three laws of merging, on accounts that several devices changed apart from each other.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::edit::Editor;
use super::record::Record;
use super::stamp::{Clock, Stamp};
use crate::account::{AccountId, Draft, RecoveryChoice};
use crate::otp::{Algorithm, Digits, Otp, Period};
use crate::secret::{Passphrase, Secret};

const ID: AccountId = AccountId([7; 16]);
const START: Stamp = Stamp(1_000, 0, 1);

/// One thing a person can do to an account.
#[derive(Debug, Clone)]
enum Change {
    Advance,
    AddRecovery(u8),
    ChooseRecovery(bool),
    ForgetAside,
    ForgetRecovery(u8),
    Icon(Option<u8>),
    Note(u8),
    Pin(bool),
    Place(Option<u8>),
    Purge,
    Remove,
    Rename(u8),
    ReEnrol(u8, bool),
    ReplaceRecovery(u8),
    ResetBy(u8),
    Restore,
    RestoreRecovery,
    RestoreSecret,
    SetCounter(u64),
    UseRecovery(u8),
    Verify,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => Just(Change::Advance),
        2 => (0u8..4).prop_map(Change::AddRecovery),
        1 => any::<bool>().prop_map(Change::ChooseRecovery),
        1 => Just(Change::ForgetAside),
        1 => (0u8..4).prop_map(Change::ForgetRecovery),
        1 => any::<Option<u8>>().prop_map(Change::Icon),
        1 => any::<u8>().prop_map(Change::Note),
        1 => any::<bool>().prop_map(Change::Pin),
        2 => any::<Option<u8>>().prop_map(Change::Place),
        1 => Just(Change::Purge),
        1 => Just(Change::Remove),
        1 => any::<u8>().prop_map(Change::Rename),
        2 => any::<(u8, bool)>().prop_map(|(secret, hotp)| Change::ReEnrol(secret, hotp)),
        1 => (0u8..4).prop_map(Change::ReplaceRecovery),
        1 => any::<u8>().prop_map(Change::ResetBy),
        1 => Just(Change::Restore),
        1 => Just(Change::RestoreRecovery),
        2 => Just(Change::RestoreSecret),
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
            Change::ChooseRecovery(none) => {
                edit.choose_recovery(ID, Some(if none { RecoveryChoice::NoneGiven } else { RecoveryChoice::Later }))
            }
            Change::ForgetAside => edit.forget_aside(ID),
            Change::ForgetRecovery(number) => edit.forget_recovery(ID, &code(number)),
            Change::Icon(icon) => edit.set_icon(ID, icon.map(|icon| icon.to_string())),
            Change::Note(note) => edit.set_note(ID, note.to_string()),
            Change::Pin(pinned) => edit.set_pinned(ID, pinned),
            Change::Place(above) => edit.place(ID, &above.map(neighbour).into_iter().collect::<Vec<_>>(), None),
            Change::Purge => edit.purge(ID),
            Change::Remove => edit.remove(ID),
            Change::Rename(name) => edit.set_name(ID, name.to_string()),
            Change::ReEnrol(secret, hotp) => edit.re_enrol(ID, otp(secret, hotp)),
            Change::ReplaceRecovery(number) => edit.replace_recovery(ID, vec![code(number)]).map(drop),
            Change::ResetBy(who) => edit.set_reset_by(ID, who.to_string()),
            Change::Restore => edit.restore(ID),
            Change::RestoreRecovery => edit.restore_recovery(ID),
            Change::RestoreSecret => edit.restore_secret(ID),
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
    let laptop = changed(&base(), 11, &[(10_000, Change::ReEnrol(9, false))]);
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
    for later in ["position", "icon", "recovery_choice", "reset_by", "former_otp", "former_recovery"] {
        assert!(!text.contains(later), "{later}: {text}");
    }
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

const DAY_MS: u64 = 24 * 3600 * 1000;

#[test]
fn keeps_the_old_secret_and_the_old_codes_aside_when_enrolled_anew() {
    let before = [(2_000, Change::AddRecovery(1)), (2_001, Change::UseRecovery(1)), (2_002, Change::Verify)];
    let old = changed(&base(), 11, &before);
    let renewed = changed(&old, 11, &[(10_000, Change::ReEnrol(9, false))]);
    let account = kept(&renewed);
    assert_eq!((account.verified_at, account.recovery.len()), (None, 0), "verified starts again");
    assert_eq!(account.former_recovery.len(), 1);
    assert_eq!(account.former_secret_until, Some(10 + super::KEPT_ASIDE));
    let back = kept(&changed(&renewed, 11, &[(20_000, Change::RestoreSecret)]));
    assert_eq!(back.otp, otp(1, true), "the old secret comes back");
    assert_eq!(back.verified_at, Some(2), "and what was known of it");
    assert_eq!(back.recovery[0].used_at, Some(2), "with its codes, used ones as used");
    assert_eq!(back.former_secret_until, Some(20 + super::KEPT_ASIDE), "the newer one is kept aside in turn");
}

#[test]
fn the_same_secret_again_sets_nothing_aside() {
    let plain = changed(&base(), 11, &[(2_000, Change::ReEnrol(9, false)), (2_001, Change::ForgetAside)]);
    let plain = changed(&plain, 11, &[(2_002, Change::Verify), (2_003, Change::ReEnrol(9, false))]);
    assert_eq!((kept(&plain).former_secret_until, kept(&plain).verified_at), (None, Some(2)));
    let counted = changed(&base(), 11, &[(2_000, Change::Advance), (2_001, Change::ReEnrol(1, true))]);
    assert_eq!((kept(&counted).otp, kept(&counted).former_secret_until), (otp(1, true), None));
}

#[test]
fn an_old_device_that_counts_on_does_not_touch_the_new_secret() {
    let laptop = changed(&base(), 11, &[(10_000, Change::ReEnrol(9, true))]);
    let desktop = changed(&base(), 22, &[(20_000, Change::Advance), (20_001, Change::SetCounter(8))]);
    assert_eq!(kept(&laptop.join(desktop)).otp, otp(9, true), "the counter of the old secret is not that of the new");
}

#[test]
fn a_counter_comes_back_as_it_was_set_aside() {
    let counted = changed(&base(), 11, &[(2_000, Change::Advance), (2_001, Change::Advance)]);
    let renewed = changed(&counted, 11, &[(3_000, Change::ReEnrol(9, false))]);
    let Otp::Hotp { counter, .. } = kept(&changed(&renewed, 11, &[(4_000, Change::RestoreSecret)])).otp else {
        panic!("HOTP again")
    };
    assert_eq!(counter, 5);
}

#[test]
fn what_is_aside_is_forgotten_by_a_later_write_when_its_time_is_over() {
    let with_codes = changed(&base(), 11, &[(2_000, Change::AddRecovery(1))]);
    let renewed = changed(&with_codes, 11, &[(10_000, Change::ReEnrol(9, false))]);
    let early = changed(&renewed, 11, &[(10_000 + 30 * DAY_MS - 1_000, Change::Pin(true))]);
    assert!(kept(&early).former_secret_until.is_some() && !kept(&early).former_recovery.is_empty());
    let late = changed(&renewed, 11, &[(10_000 + 30 * DAY_MS, Change::Pin(true))]);
    assert!(kept(&late).former_secret_until.is_none() && kept(&late).former_recovery.is_empty());
    let merged = kept(&late.clone().join(renewed.clone()));
    assert!(merged.former_secret_until.is_none(), "an old copy does not bring it back");
}

#[test]
fn a_write_elsewhere_forgets_what_is_overdue_in_every_account() {
    let renewed = changed(&base(), 11, &[(10_000, Change::ReEnrol(9, false))]);
    let records = BTreeMap::from([(ID, renewed)]);
    let mut clock = Clock::new(11);
    let mut edit = Editor::new(&records, &mut clock, 10_000 + 40 * DAY_MS);
    edit.add(Draft::new("Other", "bob", otp(3, false))).unwrap();
    let written = edit.into_changed();
    assert_eq!(kept(&written[&ID]).former_secret_until, None);
    let bytes = super::encode_record(&written[&ID]).unwrap();
    let old = data_encoding::BASE64.encode(&[1; 20]);
    assert!(!String::from_utf8(bytes.to_vec()).unwrap().contains(&old), "nothing of the old secret is written");
}

#[test]
fn replaced_codes_come_back_when_asked_for() {
    let replaced = changed(&base(), 11, &[(2_000, Change::AddRecovery(1)), (2_001, Change::ReplaceRecovery(2))]);
    assert_eq!(kept(&replaced).former_recovery[0].code, code(1));
    let back = kept(&changed(&replaced, 11, &[(3_000, Change::RestoreRecovery)]));
    assert_eq!((&back.recovery[0].code, &back.former_recovery[0].code), (&code(1), &code(2)));
}

#[test]
fn nothing_aside_is_said_and_changes_nothing() {
    let records = BTreeMap::from([(ID, base())]);
    let mut clock = Clock::new(11);
    let mut edit = Editor::new(&records, &mut clock, 2_000);
    for failed in [edit.restore_secret(ID), edit.restore_recovery(ID), edit.forget_aside(ID)] {
        assert!(matches!(failed, Err(crate::VaultError::NothingAside)));
    }
    assert!(edit.into_changed().is_empty());
}

#[test]
fn a_decision_of_another_device_stands_beside_other_changes() {
    let laptop = changed(&base(), 11, &[(10_000, Change::ChooseRecovery(true)), (10_001, Change::ResetBy(4))]);
    let desktop = changed(&base(), 22, &[(20_000, Change::Rename(3))]);
    let merged = kept(&laptop.join(desktop));
    assert_eq!((merged.recovery_choice, merged.reset_by.as_str()), (Some(RecoveryChoice::NoneGiven), "4"));
}
