//! `backup auto`, `backup list` and the drill: written after each change, told when they fail, never lost.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use sterk::backup::Backup;
use sterk::secret::Passphrase;

use crate::crash::{Dice, link, through_shell, with_mounts};
use crate::sterk::Sterk;
use crate::{ADA, BOB};

const OWN: &str = "--backup-passphrase-file";
const WORDS: &str = "words of the backups";

/// Makes a vault with an account and automatic backups to the folder `stick`.
fn with_stick() -> Sterk {
    let sterk = Sterk::holding(&[ADA]);
    fs::create_dir(sterk.path("stick")).unwrap();
    let words = sterk.file("backup-passphrase", WORDS);
    sterk.run(&["backup", "auto", "on", "--to", "stick", OWN, &words]).succeeds();
    sterk
}

fn add(sterk: &Sterk, uri: &str) {
    let file = sterk.file("link", uri);
    sterk.run(&["add", "--uri-file", &file]).succeeds();
}

fn files(sterk: &Sterk) -> Vec<String> {
    files_in(&sterk.path("stick"))
}

fn files_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn names_in(file: &Path) -> BTreeSet<String> {
    let backup = Backup::open(file, &Passphrase::new(WORDS.into())).expect("a backup opens");
    assert_eq!(backup.unreadable(), 0);
    backup.records().iter().filter_map(|record| Some(record.live_account()?.name)).collect()
}

/// Returns how the one folder stands.
fn stands(sterk: &Sterk) -> Value {
    sterk.json(&["backup", "auto", "list"])["folders"][0].clone()
}

fn check(sterk: &Sterk, code: &str) -> Option<Value> {
    let run = sterk.run(&["--json", "doctor"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    document["checks"].as_array().unwrap().iter().find(|check| check["code"] == code).cloned()
}

#[test]
fn every_change_is_backed_up_without_a_question() {
    let sterk = with_stick();
    assert_eq!(files(&sterk).len(), 1, "at once");
    add(&sterk, BOB);
    sterk.run(&["remove", "ada"]).succeeds();
    assert_eq!(files(&sterk).len(), 3);
    let newest = sterk.path("stick").join(files(&sterk).pop().unwrap());
    assert_eq!(names_in(&newest), BTreeSet::from(["bob".to_owned()]));
    let state = stands(&sterk);
    assert_eq!(
        (&state["state"], &state["changed_since"], &state["done"]["accounts"]),
        (&json!("done"), &json!(false), &json!(1))
    );
    sterk.run(&["list"]).succeeds();
    assert_eq!(files(&sterk).len(), 3, "looking writes nothing");
    let told = sterk.run(&["doctor"]).stdout;
    assert!(told.contains("stick: the last one on"), "{told}");
}

#[test]
fn the_drill_takes_the_newest_and_is_remembered() {
    let sterk = with_stick();
    add(&sterk, BOB);
    let words = sterk.path("backup-passphrase").to_str().unwrap().to_owned();
    let listed = sterk.json(&["backup", "list"]);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!((&listed[0]["accounts"], &listed[1]["accounts"]), (&json!(1), &json!(2)));
    let before = sterk.json(&["backup", "auto", "list"]);
    assert_eq!(before["drilled_at"], Value::Null);
    let drill = sterk.unchanged(|| sterk.json(&["backup", "verify", OWN, &words]));
    assert_eq!(
        (&drill["accounts"], &drill["codes_match"], &drill["path"]),
        (&json!(2), &json!(true), &listed[1]["path"])
    );
    let after = sterk.json(&["backup", "auto", "list"]);
    assert!(after["drilled_at"].as_u64().unwrap() > 1_700_000_000);
    let none = Sterk::holding(&[ADA]);
    assert_eq!(none.fault(1, &["backup", "verify", OWN, &words])["code"], "no_backup");
}

#[test]
fn doctor_reminds_of_a_drill_that_is_due() {
    let sterk = with_stick();
    assert_eq!(check(&sterk, "drill_due"), None);
    let ledger = sterk.vault().join("backups.json");
    let text = fs::read_to_string(&ledger).unwrap();
    let mut known: Value = serde_json::from_str(&text).unwrap();
    known["since"] = json!(1_600_000_000);
    fs::write(&ledger, known.to_string()).unwrap();
    let due = check(&sterk, "drill_due").unwrap();
    assert!(due["step"].as_str().unwrap().contains("backup verify"), "{due}");
    let words = sterk.path("backup-passphrase").to_str().unwrap().to_owned();
    sterk.run(&["backup", "verify", OWN, &words]).succeeds();
    assert_eq!(check(&sterk, "drill_due"), None);
}

#[test]
fn a_recovery_key_opens_the_backups_too() {
    let sterk = Sterk::holding(&[ADA]);
    fs::create_dir(sterk.path("stick")).unwrap();
    let words = sterk.file("backup-passphrase", WORDS);
    let made = sterk.json(&["backup", "auto", "on", "--to", "stick", "--recovery-key", OWN, &words]);
    let key = sterk.file("backup-key", made["recovery_key"].as_str().unwrap());
    let drill = sterk.json(&["backup", "verify", "--backup-recovery-key-file", &key]);
    assert_eq!(drill["accounts"], 1);
    let wrong = sterk.path("recovery-key").to_str().unwrap().to_owned();
    let fault = sterk.fault(4, &["backup", "verify", "--backup-recovery-key-file", &wrong]);
    assert_eq!(fault["code"], "wrong_recovery_key", "that of the vault is another");
}

#[test]
fn a_stick_that_is_away_is_no_failure_and_catches_up() {
    let sterk = with_stick();
    fs::rename(sterk.path("stick"), sterk.path("bag")).unwrap();
    add(&sterk, BOB);
    assert_eq!((&stands(&sterk)["state"], &stands(&sterk)["changed_since"]), (&json!("waiting"), &json!(true)));
    assert_eq!(check(&sterk, "backup_failing"), None);
    fs::rename(sterk.path("bag"), sterk.path("stick")).unwrap();
    sterk.run(&["backup", "auto", "run"]).succeeds();
    assert_eq!(stands(&sterk)["state"], "done");
    assert_eq!(files(&sterk).len(), 2);
}

#[test]
fn a_failure_is_told_at_once_and_does_not_fail_the_change() {
    let sterk = with_stick();
    fs::remove_dir_all(sterk.path("stick")).unwrap();
    fs::write(sterk.path("stick"), "a file").unwrap();
    let file = sterk.file("link", BOB);
    let run = sterk.run(&["add", "--uri-file", &file]).succeeds();
    assert!(run.stderr.contains("no backup was written to"), "{run:?}");
    assert_eq!(sterk.names().len(), 2, "the account is kept all the same");
    let finding = check(&sterk, "backup_failing").unwrap();
    assert!(finding["message"].as_str().unwrap().contains("stick"), "{finding}");
    assert_eq!(sterk.fault(1, &["backup", "auto", "run"])["code"], "backup_failing");
}

#[test]
fn says_what_is_missing_and_what_was_named_wrongly() {
    let sterk = Sterk::holding(&[ADA]);
    assert_eq!(sterk.fault(1, &["backup", "auto", "run"])["code"], "backups_off");
    assert_eq!(sterk.fault(1, &["backup", "auto", "off"])["code"], "backups_off");
    assert_eq!(sterk.fault(1, &["backup", "auto", "remove", "stick"])["code"], "no_such_folder");
    assert_eq!(sterk.fault(1, &["backup", "auto", "add", "vault"])["code"], "bad_folder");
    assert_eq!(sterk.fault(2, &["backup", "auto", "on"])["code"], "needs_decision");
    assert_eq!(sterk.fault(2, &["backup", "auto", "keep", "--count", "2"])["code"], "usage");
    let words = sterk.file("backup-passphrase", WORDS);
    sterk.run(&["backup", "auto", "on", OWN, &words]).succeeds();
    assert_eq!(sterk.fault(1, &["backup", "auto", "run"])["code"], "no_such_folder");
    let kept = sterk.json(&["backup", "auto", "keep", "--count", "5", "--days", "90"]);
    assert_eq!(kept["keep"], json!({"count": 5, "days": 90}));
    let kept = sterk.json(&["backup", "auto", "keep", "--for-ever"]);
    assert_eq!(kept["keep"], json!({"count": 5, "days": null}));
    assert_eq!(sterk.json(&["--yes", "backup", "auto", "off"])["on"], false);
}

#[test]
fn a_weak_passphrase_is_forbidden_where_the_policy_says_so() {
    let sterk = Sterk::holding(&[ADA]);
    let text = r#"{"sterk_policy":1,"organisation":"Harbour","revision":1,"issued":"2026-11-27",
        "rules":{"passphrase_bits":40},"services":[{"name":"GitHub"}]}"#;
    let policy = sterk.file("policy.json", text);
    sterk.run(&["--yes", "policy", "apply", &policy]).succeeds();
    let weak = sterk.file("weak", "Summer2026!");
    assert_eq!(sterk.fault(5, &["backup", "auto", "on", OWN, &weak])["code"], "passphrase_too_weak");
}

/// Kills additions anywhere: each ends with a backup and, as the folder keeps three, with a rotation.
#[test]
fn no_backup_that_was_done_is_lost_by_a_kill() {
    let sterk = with_stick();
    sterk.run(&["backup", "auto", "keep", "--count", "3"]).succeeds();
    for number in 0..3 {
        add(&sterk, &link(&format!("first-{number}")));
    }
    let (mut dice, mut killed, mut wrote) = (Dice(0x5eed), 0, 0);
    let mut pace = {
        let since = std::time::Instant::now();
        add(&sterk, &link("paced"));
        since.elapsed()
    };
    for round in 0..150 {
        let before: Vec<_> = files(&sterk).into_iter().filter(|name| name.ends_with(".sterk")).collect();
        let best = names_in(&sterk.path("stick").join(before.last().unwrap()));
        let file = sterk.file("link", link(&format!("round-{round}")));
        let mut child = sterk.spawn(&["--quiet", "add", "--uri-file", &file]);
        let span = pace.as_micros() as u64 * 11 / 10;
        let delay = if round % 2 == 0 { dice.below(span) } else { span / 2 + dice.below(span / 2) };
        std::thread::sleep(Duration::from_micros(delay));
        let _ = child.kill();
        let finished = child.wait().unwrap().success();
        pace = if finished { pace * 19 / 20 } else { pace * 21 / 20 };

        let after: Vec<_> = files(&sterk).into_iter().filter(|name| name.ends_with(".sterk")).collect();
        assert!(after.len() >= 3, "round {round}: {after:?}; the newest three always stay");
        let newest = names_in(&sterk.path("stick").join(after.last().unwrap()));
        assert!(newest.is_superset(&best), "round {round}: what was backed up is backed up");
        assert!(before[before.len() - 2..].iter().all(|name| after.contains(name)), "round {round}: the last two stay");
        killed += u32::from(!finished);
        wrote += u32::from(after != before);
    }
    println!("{killed} of 150 were killed before their end, {wrote} wrote a backup");
    assert!(killed >= 30 && wrote >= 20, "{killed} killed, {wrote} wrote: the kills fell on one side");
    sterk.run(&["backup", "auto", "run"]).succeeds();
    let left = files(&sterk);
    assert_eq!(left.len(), 3, "nothing unfinished stays: {left:?}");
    let live: BTreeSet<_> = sterk.names().into_iter().collect();
    assert_eq!(names_in(&sterk.path("stick").join(left.last().unwrap())), live);
}

#[test]
fn additions_at_once_end_with_all_of_them_backed_up() {
    let sterk = with_stick();
    for round in 0..5 {
        let links: Vec<_> =
            (0..3).map(|one| sterk.file(&format!("link-{one}"), link(&format!("{round}-{one}")))).collect();
        let children: Vec<_> = links.iter().map(|file| sterk.spawn(&["--quiet", "add", "--uri-file", file])).collect();
        children.into_iter().for_each(|child| drop(crate::sterk::finish(child).succeeds()));
    }
    sterk.run(&["backup", "auto", "run"]).succeeds();
    let live: BTreeSet<_> = sterk.names().into_iter().collect();
    assert_eq!(names_in(&sterk.path("stick").join(files(&sterk).pop().unwrap())), live);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_and_a_read_only_stick_are_named_and_lose_nothing() {
    let Some(way) = with_mounts() else {
        return eprintln!("not run: nothing can be mounted here; a file in place of the folder stands in for it");
    };
    let full = r#"set -e
        cp -a "$STICK" "$STICK.before"
        mount -t tmpfs -o size=64k tmpfs "$STICK"
        cp -a "$STICK.before/." "$STICK"
        head -c 1M /dev/zero > "$STICK/filler" 2>/dev/null || true
        set +e
        "$@"
        status=$?
        ls -A "$STICK" | grep -c unfinished >&2 && exit 98
        cmp "$STICK"/*.sterk "$STICK.before"/*.sterk || exit 97
        exit $status"#;
    let read_only = r#"mount --bind "$STICK" "$STICK" && mount -o remount,ro,bind "$STICK" && exec "$@""#;
    for (script, code) in [(full, "disk_full"), (read_only, "read_only")] {
        let sterk = with_stick();
        let file = sterk.file("link", BOB);
        let run = through_shell(&sterk, way, script, &["add", "--uri-file", &file]);
        assert_eq!(run.status, 0, "{run:?}");
        assert!(run.stderr.contains(code), "{run:?}");
        let state = stands(&sterk);
        assert_eq!((&state["state"], &state["failed"]["code"]), (&json!("failed"), &json!(code)));
        assert_eq!(files(&sterk).len(), 1, "what was there is there");
        sterk.run(&["backup", "auto", "run"]).succeeds();
        assert_eq!(files(&sterk).len(), 2, "with room again, all goes on");
    }
}
