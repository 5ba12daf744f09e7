//! `backup restore` and `backup undo`.

use std::fs;

use serde_json::{Value, json};

use crate::sterk::{Sterk, WORDS};
use crate::{ADA, ADA_ANEW, BOB};

const OWN: &str = "--backup-passphrase-file";

/// Makes a vault with two accounts and a backup of them; returns the backup and the file of its passphrase.
fn with_backup() -> (Sterk, String, String) {
    let sterk = Sterk::holding(&[ADA, BOB]);
    let words = sterk.file("backup-passphrase", "words of the backup");
    let to = sterk.path("backup.sterk").to_str().unwrap().to_owned();
    sterk.run(&["backup", "create", "--to", &to, OWN, &words]).succeeds();
    (sterk, to, words)
}

fn classes(answer: &Value) -> Vec<(String, String, bool)> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let row = |row: &Value| (text(row, "account"), text(row, "class"), row["taken"].as_bool().unwrap());
    let mut rows: Vec<_> = answer["rows"].as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

fn expected(rows: &[(&str, &str, bool)]) -> Vec<(String, String, bool)> {
    rows.iter().map(|(name, class, taken)| ((*name).to_owned(), (*class).to_owned(), *taken)).collect()
}

#[test]
fn a_dry_run_says_what_differs_and_changes_nothing() {
    let (sterk, backup, words) = with_backup();
    sterk.run(&["remove", "bob"]).succeeds();
    let fresh = sterk.file("fresh", ADA_ANEW);
    sterk.run(&["add", "--uri-file", &fresh, "--on-duplicate", "replace"]).succeeds();
    let answer = sterk.unchanged(|| sterk.json(&["backup", "restore", &backup, "--dry-run", OWN, &words]));
    assert_eq!(classes(&answer), expected(&[("ada", "changed", false), ("bob", "deleted_here", false)]));
    let ada = answer["rows"].as_array().unwrap().iter().find(|row| row["account"] == "ada").unwrap();
    assert_eq!(ada["fields"][0], json!({"field": "secret", "newer": "here"}));
    let told = sterk.unchanged(|| sterk.run(&["backup", "restore", &backup, "--dry-run", OWN, &words]).succeeds());
    assert!(told.stdout.contains("secret (newer here)") && told.stdout.contains("deleted here"), "{told:?}");
    assert!(!told.stdout.contains("GEZDGNBV"), "no secret is shown");
}

#[test]
fn nothing_is_overwritten_unless_it_is_chosen() {
    let (sterk, backup, words) = with_backup();
    sterk.run(&["edit", "ada", "--note", "newer"]).succeeds();
    sterk.run(&["remove", "bob"]).succeeds();
    let answer = sterk.unchanged(|| sterk.json(&["--yes", "backup", "restore", &backup, OWN, &words]));
    assert_eq!(answer["restored"], 0, "neither is new");
    sterk.run(&["--yes", "backup", "restore", &backup, "--take", "deleted-here", OWN, &words]).succeeds();
    assert_eq!(sterk.names().len(), 2);
    assert_eq!(sterk.json(&["show", "ada"])["note"], "newer");
    sterk.run(&["--yes", "backup", "restore", &backup, "--account", "ada", OWN, &words]).succeeds();
    assert_eq!(sterk.json(&["show", "ada"])["note"], "");
    sterk.run(&["--yes", "backup", "undo"]).succeeds();
    assert_eq!(sterk.json(&["show", "ada"])["note"], "newer");
    sterk.run(&["--yes", "backup", "undo"]).succeeds();
    assert_eq!(sterk.names(), ["ada"]);
    assert_eq!(sterk.fault(1, &["--yes", "backup", "undo"])["code"], "nothing_to_undo");
}

#[test]
fn nothing_is_brought_back_without_a_yes() {
    let (sterk, backup, words) = with_backup();
    sterk.run(&["remove", "bob"]).succeeds();
    sterk.unchanged(|| {
        let arguments = ["backup", "restore", &backup, "--take", "all", OWN, &words];
        let fault = sterk.fault(2, &arguments);
        assert!(fault["hint"].as_str().unwrap().contains("--dry-run"), "{fault}");
        let fault = sterk.fault(3, &["--yes", "backup", "restore", &backup, "--account", "zoe", OWN, &words]);
        assert_eq!(fault["code"], "no_such_account");
    });
}

#[test]
fn one_command_makes_the_vault_on_an_empty_machine() {
    let (sterk, backup, words) = with_backup();
    let id = sterk.json(&["list"])[0]["id"].clone();
    let mut fresh = Sterk::bare();
    assert_eq!(fresh.fault(1, &["backup", "restore"])["code"], "no_vault");
    let dry = fresh.json(&["backup", "restore", &backup, "--dry-run", OWN, &words]);
    assert_eq!((&dry["accounts"], fresh.vault().exists()), (&json!(2), false));
    let own = fresh.file("passphrase", WORDS);
    let made = fresh.json(&["backup", "restore", &backup, OWN, &words, "--new-passphrase-file", &own]);
    assert_eq!((&made["accounts"], &made["slots"]), (&json!(2), &json!(["passphrase", "recovery-key"])));
    let key = fresh.file("recovery-key", made["recovery_key"].as_str().unwrap());
    fresh = fresh.given(&["--recovery-key-file", &key]);
    assert_eq!(fresh.json(&["list"])[0]["id"], id, "the same accounts under the same names");
    assert_eq!(fresh.json(&["--at", "59", "code", "ada"])[0]["code"], "287082");
    let wrong = fresh.file("wrong", "another");
    let fault = Sterk::bare().fault(4, &["backup", "restore", &backup, OWN, &wrong]);
    assert_eq!(fault["code"], "wrong_passphrase");
}

#[test]
fn automatic_backups_go_on_after_the_vault_came_back() {
    let sterk = Sterk::holding(&[ADA]);
    fs::create_dir(sterk.path("stick")).unwrap();
    let words = sterk.file("backup-passphrase", "words of the backups");
    sterk.run(&["backup", "auto", "on", "--to", "stick", OWN, &words]).succeeds();
    let folder = sterk.path("stick");
    let newest = || {
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        (files.len(), files.pop().unwrap().to_str().unwrap().to_owned())
    };
    let (count, file) = newest();
    let fresh = Sterk::bare();
    let made = fresh.json(&["backup", "restore", &file, OWN, &words, "--slot", "recovery-key"]);
    let key = fresh.file("recovery-key", made["recovery_key"].as_str().unwrap());
    let fresh = fresh.given(&["--recovery-key-file", &key]);
    let link = fresh.file("link", BOB);
    fresh.run(&["add", "--uri-file", &link]).succeeds();
    assert_eq!(newest().0, count + 1, "to the same folder, with the same passphrase");
    let drill = fresh.json(&["backup", "verify", &newest().1, OWN, &words]);
    assert_eq!((&drill["accounts"], &drill["codes_match"]), (&json!(2), &json!(true)));
}
