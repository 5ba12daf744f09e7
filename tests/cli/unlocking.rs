//! `init`, `slot`, `doctor`, and what unlocks a vault.

use std::fs;

use serde_json::json;

use crate::ADA;
use crate::sterk::{Sterk, WORDS};

fn is_recovery_key(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.len() == 8 && groups.iter().all(|group| group.len() == 5)
}

#[test]
fn makes_a_vault_with_a_passphrase_and_a_recovery_key() {
    let sterk = Sterk::bare();
    let words = sterk.file("passphrase", WORDS);
    let answer = sterk.json(&["--passphrase-file", &words, "init"]);
    assert_eq!(answer["slots"], json!(["passphrase", "recovery-key"]));
    assert_eq!(answer["vault_id"].as_str().unwrap().len(), 32);
    assert!(is_recovery_key(answer["recovery_key"].as_str().unwrap()));
    for name in ["vault.sterk", "vault.lock"] {
        let path = sterk.vault().join(name);
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "{name} is its owner's alone");
    }
}

#[test]
fn shows_the_recovery_key_once() {
    let sterk = Sterk::bare();
    let made = sterk.run(&["--quiet", "init", "--slot", "recovery-key"]).succeeds();
    let all = format!("{} {}", made.stdout, made.stderr);
    let keys = all.split_whitespace().filter(|word| is_recovery_key(word)).count();
    assert_eq!(keys, 1, "a key shown once is not hidden by --quiet: {made:?}");
}

#[test]
fn makes_the_ways_to_unlock_that_are_named() {
    let sterk = Sterk::bare();
    let words = sterk.file("passphrase", WORDS);
    let answer = sterk.json(&["init", "--slot", "passphrase", "--new-passphrase-file", &words]);
    assert_eq!(answer["slots"], json!(["passphrase"]));
    assert_eq!(answer.get("recovery_key"), None, "nobody wanted one");
    let second = sterk.unchanged(|| sterk.fault(1, &["init", "--slot", "recovery-key"]));
    assert_eq!(second["code"], "vault_exists");
}

#[test]
fn asks_for_nothing_without_a_terminal() {
    let sterk = Sterk::bare();
    let fault = sterk.fault(2, &["init"]);
    assert_eq!(fault["code"], "needs_decision");
    assert!(fault["hint"].as_str().unwrap().contains("--passphrase-file"), "the hint names the option");
    assert!(!sterk.vault().exists(), "nothing was made");
    let fault = sterk.fault(4, &["init", "--slot", "keyring"]);
    assert_eq!(fault["code"], "keyring_no_service");
    assert!(!sterk.vault().exists(), "nothing was made");
}

#[test]
fn refuses_an_empty_passphrase() {
    let sterk = Sterk::bare();
    let empty = sterk.file("empty", "\n");
    let fault = sterk.fault(1, &["init", "--slot", "passphrase", "--passphrase-file", &empty]);
    assert_eq!(fault["code"], "passphrase_empty");
    assert!(!sterk.vault().exists(), "nothing was made");
}

#[test]
fn takes_the_passphrase_from_a_file_the_environment_or_standard_input() {
    let sterk = Sterk::with_passphrase().without_credentials();
    let windows = sterk.file("with-a-newline", format!("{WORDS}\r\n"));
    sterk.run(&["--passphrase-file", &windows, "list"]).succeeds();
    sterk.run_with(&["--passphrase-file", "-", "list"], &format!("{WORDS}\n")).succeeds();
    let mut command = sterk.command(&["list"]);
    let run: crate::sterk::Run = command.env("STERK_PASSPHRASE_FILE", &windows).output().unwrap().into();
    run.succeeds();
    let two = sterk.run_with(&["--json", "--passphrase-file", "-", "list"], &format!("{WORDS}\n\n"));
    assert_eq!(two.fault(4)["code"], "wrong_passphrase", "one newline is dropped, not two");
}

#[test]
fn stays_locked_without_the_right_words() {
    let sterk = Sterk::with_passphrase().without_credentials();
    let wrong = sterk.file("wrong", "correct horse battery stable");
    let sealed = sterk.sealed();
    let fault = sterk.fault(4, &["--passphrase-file", &wrong, "code"]);
    assert_eq!(fault["code"], "wrong_passphrase");
    assert!(fault["hint"].as_str().unwrap().contains("nothing was changed"));
    assert_eq!(sterk.fault(4, &["code"])["code"], "locked");
    assert_eq!(sterk.sealed(), sealed, "a wrong passphrase changes nothing");
    let fault = sterk.fault(1, &["--passphrase-file", "/no/such/file", "code"]);
    assert_eq!(fault["code"], "no_such_file");
}

#[test]
fn names_the_group_of_the_recovery_key_that_is_mistyped() {
    let sterk = Sterk::new();
    let right = fs::read_to_string(sterk.path("recovery-key")).unwrap();
    let sterk = sterk.without_credentials();
    let last = if right.ends_with('7') { "8" } else { "7" };
    let wrong = sterk.file("mistyped", format!("{}{last}", &right[..right.len() - 1]));
    let fault = sterk.unchanged(|| sterk.fault(4, &["--recovery-key-file", &wrong, "list"]));
    assert_eq!(fault["code"], "bad_recovery_key");
    assert!(fault["message"].as_str().unwrap().contains("group 8"));
    let foreign = sterk.file("foreign", "60RK6-4CSM9-6MV3M-EE1S3-C5H60-6S351-CSKPW-GTBAK");
    let fault = sterk.unchanged(|| sterk.fault(4, &["--recovery-key-file", &foreign, "list"]));
    assert_eq!(fault["code"], "wrong_recovery_key");
    let spelt = sterk.file("spelt", right.to_lowercase().replace('-', " "));
    sterk.run(&["--recovery-key-file", &spelt, "list"]).succeeds();
}

#[test]
fn says_which_ways_there_are_where_the_given_one_is_not() {
    let sterk = Sterk::new().without_credentials();
    let words = sterk.file("passphrase", WORDS);
    let fault = sterk.fault(4, &["--passphrase-file", &words, "list"]);
    assert_eq!(fault["code"], "locked");
    assert!(fault["hint"].as_str().unwrap().contains("slot list"));
    let slots = sterk.json(&["slot", "list"]);
    assert_eq!(slots.as_array().unwrap().len(), 1, "listing the ways needs none of them");
    assert_eq!(slots[0]["kind"], "recovery-key");
}

#[test]
fn adds_and_removes_ways_to_unlock() {
    let sterk = Sterk::new();
    let fault = sterk.unchanged(|| sterk.fault(1, &["slot", "remove", "recovery-key"]));
    assert_eq!(fault["code"], "last_slot");
    let answer = sterk.json(&["slot", "add", "recovery-key", "--name", "in the safe"]);
    let second = sterk.file("second", answer["recovery_key"].as_str().unwrap());
    assert_eq!(answer["slots"][1]["name"], "in the safe");
    assert_eq!(sterk.fault(1, &["slot", "remove", "recovery-key"])["code"], "several_slots_match");
    assert_eq!(sterk.fault(1, &["slot", "remove", "nowhere"])["code"], "no_such_slot");
    sterk.run(&["slot", "remove", "in the safe"]).succeeds();
    let sterk = sterk.without_credentials();
    let fault = sterk.fault(4, &["--recovery-key-file", &second, "list"]);
    assert_eq!(fault["code"], "wrong_recovery_key", "what was removed opens nothing");
}

#[test]
fn changes_the_passphrase() {
    let sterk = Sterk::with_passphrase();
    let fresh = sterk.file("fresh", "another passphrase");
    assert_eq!(sterk.fault(2, &["slot", "change"])["code"], "needs_decision");
    sterk.run(&["slot", "change", "--new-passphrase-file", &fresh]).succeeds();
    assert_eq!(sterk.fault(4, &["list"])["code"], "wrong_passphrase");
    let kdf = sterk.json(&["slot", "list"])[0]["kdf"].clone();
    assert_eq!(kdf["memory_kib"], 65_536, "the new one costs what a new vault's does");
    let sterk = sterk.without_credentials();
    sterk.run(&["--passphrase-file", &fresh, "list"]).succeeds();
}

#[test]
fn renames_a_way_to_unlock() {
    let sterk = Sterk::new();
    let answer = sterk.json(&["slot", "rename", "recovery-key", "in the safe"]);
    assert_eq!(answer["slots"][0]["name"], "in the safe");
    assert_eq!(sterk.json(&["slot", "list"])[0]["name"], "in the safe");
    let long = "é".repeat(129);
    assert_eq!(sterk.unchanged(|| sterk.fault(1, &["slot", "rename", "in the safe", &long]))["code"], "too_long");
}

#[test]
fn measures_what_a_new_passphrase_may_cost() {
    let sterk = Sterk::with_passphrase();
    let fresh = sterk.file("fresh", "another passphrase");
    let mut command = sterk.command(&["slot", "add", "passphrase", "--new-passphrase-file", &fresh]);
    let run: crate::sterk::Run = command.env("STERK_UNLOCK_MS", "3600000").output().unwrap().into();
    run.succeeds();
    let kdf = sterk.json(&["slot", "list"])[2]["kdf"].clone();
    assert_eq!((&kdf["memory_kib"], &kdf["passes"]), (&json!(262_144), &json!(8)), "an hour is capped");
}

#[test]
fn a_new_vault_key_leaves_the_old_ways_behind_and_names_what_they_still_open() {
    let sterk = Sterk::with_passphrase();
    let old = fs::read_to_string(sterk.path("recovery-key")).unwrap();
    let second = sterk.file("second", "a second passphrase");
    sterk.run(&["slot", "add", "passphrase", "--name", "second", "--new-passphrase-file", &second]).succeeds();
    fs::copy(sterk.vault().join("vault.sterk"), sterk.vault().join("vault (copy).sterk")).unwrap();

    let fault = sterk.unchanged(|| sterk.fault(2, &["slot", "rekey"]));
    assert_eq!(fault["code"], "passphrase_missing");
    assert!(fault["message"].as_str().unwrap().contains("second"));
    let answer = sterk.json(&["slot", "rekey", "--also-passphrase-file", &second]);
    assert_eq!(answer["slots"].as_array().unwrap().len(), 3);
    let copies = answer["old_copies"].as_array().unwrap();
    assert!(copies.len() == 1 && copies[0].as_str().unwrap().ends_with("vault (copy).sterk"), "{answer}");

    sterk.run(&["list"]).succeeds();
    let sterk = sterk.without_credentials();
    sterk.run(&["--passphrase-file", &second, "list"]).succeeds();
    let fresh = sterk.file("fresh-key", answer["recovery_key"].as_str().unwrap());
    sterk.run(&["--recovery-key-file", &fresh, "list"]).succeeds();
    let old = sterk.file("old-key", old);
    assert_eq!(sterk.fault(4, &["--recovery-key-file", &old, "list"])["code"], "wrong_recovery_key");
}

#[test]
fn a_new_vault_key_can_leave_a_passphrase_out() {
    let sterk = Sterk::with_passphrase();
    let answer = sterk.json(&["slot", "rekey", "--without", "passphrase"]);
    assert_eq!(answer["left_out"][0]["kind"], "passphrase");
    assert_eq!(sterk.fault(4, &["list"])["code"], "locked");
    let fresh = sterk.file("fresh-key", answer["recovery_key"].as_str().unwrap());
    let sterk = sterk.without_credentials();
    sterk.run(&["--recovery-key-file", &fresh, "list"]).succeeds();
    let fault = sterk
        .unchanged(|| sterk.fault(1, &["--recovery-key-file", &fresh, "slot", "rekey", "--without", "recovery-key"]));
    assert_eq!(fault["code"], "last_slot");
}

fn check_of(document: &serde_json::Value, name: &str) -> serde_json::Value {
    let checks = document["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap_or_else(|| panic!("no {name} in {document}")).clone()
}

#[test]
fn doctor_names_states_and_steps() {
    let none = Sterk::bare();
    let vault = check_of(&none.json(&["doctor"]), "vault");
    assert_eq!((&vault["state"], &vault["code"]), (&json!("attention"), &json!("no_vault")));
    assert!(vault["step"].as_str().unwrap().contains("sterk init"));

    let sterk = Sterk::new();
    let document = sterk.json(&["doctor"]);
    assert_eq!(check_of(&document, "vault")["state"], "good");
    assert_eq!(check_of(&document, "accounts")["state"], "good");
    assert_eq!(check_of(&document, "ways_to_unlock")["code"], "one_way_only");
    let file = sterk.vault().join("vault.sterk");
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert_eq!(check_of(&sterk.json(&["doctor"]), "access")["code"], "open_to_others");
}

#[test]
fn doctor_finds_damage_and_steps_back() {
    let sterk = Sterk::holding(&[ADA]);
    sterk.run(&["remove", "ada"]).succeeds();
    let file = sterk.vault().join("vault.sterk");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    let run = sterk.run(&["--json", "doctor"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(check_of(&document, "vault")["state"], "fault");
    assert_eq!(run.fault(1)["code"], "vault_truncated", "a fault fails, and names itself");
    assert_eq!(sterk.unchanged(|| sterk.fault(2, &["doctor", "--use-previous"]))["code"], "needs_decision");
    let answer = sterk.json(&["--yes", "doctor", "--use-previous"]);
    assert_eq!(fs::read(answer["kept_aside"].as_str().unwrap()).unwrap(), &whole[..whole.len() - 1]);
    assert_eq!(sterk.names(), ["ada"], "the vault is as it was before the account was removed");
}
