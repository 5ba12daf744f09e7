//! `backup create` and `backup verify`.

use std::fs;

use serde_json::{Value, json};

use crate::sterk::{Sterk, WORDS};
use crate::{ADA, ADA_ANEW, BOB};

const OWN: &str = "--backup-passphrase-file";

fn with_backup() -> (Sterk, String, String) {
    let sterk = Sterk::holding(&[ADA, BOB]);
    sterk.run_with(&["recovery", "add", "ada"], "aaaa-1111\nbbbb-2222\n").succeeds();
    let words = sterk.file("backup-passphrase", "words of the backup");
    let to = sterk.path("backup.sterk").to_str().unwrap().to_owned();
    let made = sterk.json(&["backup", "create", "--to", &to, OWN, &words]);
    assert_eq!((&made["path"], &made["accounts"], &made["recovery_codes"]), (&json!(to), &json!(2), &json!(2)));
    (sterk, to, words)
}

#[test]
fn writes_a_backup_and_proves_that_it_opens() {
    let (sterk, backup, words) = with_backup();
    let drill = sterk.unchanged(|| sterk.json(&["backup", "verify", &backup, OWN, &words]));
    assert_eq!(
        (&drill["accounts"], &drill["recovery_codes"], &drill["codes_match"]),
        (&json!(2), &json!(2), &json!(true))
    );
    assert!(drill["made_at"].as_u64().unwrap() > 1_700_000_000);
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&backup).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "a backup is its owner's alone");
}

#[test]
fn finds_other_codes_in_the_vault_than_in_the_backup() {
    let (sterk, backup, words) = with_backup();
    let fresh = sterk.file("fresh", ADA_ANEW);
    sterk.run(&["add", "--uri-file", &fresh, "--on-duplicate", "replace"]).succeeds();
    let run = sterk.run(&["--json", "backup", "verify", &backup, OWN, &words]);
    let drill: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(drill["codes_match"], false);
    assert_eq!(run.fault(1)["code"], "codes_differ");
}

#[test]
fn verifies_where_there_is_no_vault_or_it_stays_locked() {
    let (sterk, backup, words) = with_backup();
    let elsewhere = Sterk::bare();
    let drill = elsewhere.json(&["backup", "verify", &backup, OWN, &words]);
    assert_eq!((&drill["accounts"], &drill["codes_match"]), (&json!(2), &Value::Null), "nothing to compare with");
    assert!(!elsewhere.vault().exists(), "looking makes no vault");
    let drill = sterk.without_credentials().json(&["backup", "verify", &backup, OWN, &words]);
    assert_eq!((&drill["accounts"], &drill["codes_match"]), (&json!(2), &Value::Null), "a locked vault is no obstacle");
}

#[test]
fn never_takes_the_vaults_passphrase_for_a_backup() {
    let sterk = Sterk::with_passphrase();
    let to = sterk.path("backup.sterk").to_str().unwrap().to_owned();
    let fault = sterk.fault(2, &["backup", "create", "--to", &to]);
    assert_eq!(fault["code"], "needs_decision");
    assert!(fault["hint"].as_str().unwrap().contains(OWN));
    assert!(!sterk.path("backup.sterk").exists());
    let words = sterk.file("backup-passphrase", WORDS);
    sterk.run(&["backup", "create", "--to", &to, OWN, &words]).succeeds();
    assert_eq!(sterk.fault(2, &["backup", "verify", &to])["code"], "needs_decision");
}

#[test]
fn never_writes_over_a_backup() {
    let (sterk, backup, words) = with_backup();
    let before = fs::read(&backup).unwrap();
    assert_eq!(sterk.fault(1, &["backup", "create", "--to", &backup, OWN, &words])["code"], "file_exists");
    assert_eq!(fs::read(&backup).unwrap(), before);
    let folder = sterk.path("").to_str().unwrap().to_owned();
    let made = sterk.json(&["backup", "create", "--to", &folder, OWN, &words]);
    assert!(made["path"].as_str().unwrap().ends_with("Z.sterk"), "a folder gets a dated name: {made}");
}

#[test]
fn tells_a_wrong_passphrase_from_damage() {
    let (sterk, backup, words) = with_backup();
    let wrong = sterk.file("wrong", "words of the bakcup");
    sterk.unchanged(|| {
        assert_eq!(sterk.fault(4, &["backup", "verify", &backup, OWN, &wrong])["code"], "wrong_passphrase");
        let bytes = fs::read(&backup).unwrap();
        let cut = sterk.file("cut", &bytes[..bytes.len() - 7]);
        assert_eq!(sterk.fault(1, &["backup", "verify", &cut, OWN, &words])["code"], "vault_truncated");
        let foreign = sterk.file("foreign", "PK\u{3}\u{4} a holiday picture");
        assert_eq!(sterk.fault(1, &["backup", "verify", &foreign, OWN, &words])["code"], "not_a_vault");
        let fault = sterk.fault(1, &["backup", "verify", "/no/such/file", OWN, &words]);
        assert_eq!(fault["code"], "no_such_file");
    });
}
