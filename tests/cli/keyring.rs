//! The program on a real Secret Service: GNOME Keyring on a private bus.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::ADA;
use crate::secret_service::SecretService;
use crate::sterk::{Run, Sterk};

/// Runs in the session's environment, with the keyring switched on.
fn run(session: &SecretService, sterk: &Sterk, arguments: &[&str]) -> Run {
    let mut command = sterk.command(&[&["--json"], arguments].concat());
    let home = sterk.path("home");
    command.env_remove("STERK_NO_KEYRING").envs(session.env()).env("HOME", &home).env("XDG_DATA_HOME", &home);
    command.stdin(Stdio::null()).output().unwrap().into()
}

/// Makes a vault that the keyring and a recovery key open, with one account; returns the key's file.
fn kept_by(session: &SecretService) -> (Sterk, String) {
    let sterk = Sterk::bare();
    let made = run(session, &sterk, &["init"]).json();
    let slots = made["slots"].as_array().unwrap();
    assert!(slots.len() == 2 && slots.contains(&json!("keyring")) && slots.contains(&json!("recovery-key")), "{made}");
    let key = sterk.file("recovery-key", made["recovery_key"].as_str().unwrap());
    let link = sterk.file("link", ADA);
    run(session, &sterk, &["add", "--uri-file", &link]).json();
    (sterk, key)
}

#[test]
fn unlocks_without_a_passphrase() {
    let session = SecretService::start();
    let (sterk, _) = kept_by(&session);
    assert_eq!(run(&session, &sterk, &["--at", "59", "code"]).json()[0]["code"], "287082");
    let document = run(&session, &sterk, &["doctor"]).json();
    let about = ["keyring", "vault", "keyring_entry", "ways_to_unlock", "accounts"];
    let checks = document["checks"].as_array().unwrap().iter();
    let states: Vec<_> =
        checks.filter(|check| about.iter().any(|name| check["check"] == *name)).map(|check| &check["state"]).collect();
    assert!(states.len() == about.len() && states.iter().all(|state| **state == "good"), "{document}");
    let fault = run(&session, &sterk, &["--no-keyring", "code"]).fault(4);
    assert_eq!(fault["code"], "locked", "--no-keyring acts as on a machine without one");
}

#[test]
fn asks_again_before_a_secret_is_shown() {
    let session = SecretService::start();
    let (sterk, key) = kept_by(&session);
    for verb in
        [&["show", "ada", "--reveal"][..], &["--yes", "show", "ada", "--reveal"], &["slot", "add", "recovery-key"]]
    {
        let fault = sterk.unchanged(|| run(&session, &sterk, verb).fault(4));
        assert_eq!(fault["code"], "needs_authentication", "--yes never stands for authentication");
    }
    let shown = run(&session, &sterk, &["--recovery-key-file", &key, "show", "ada", "--reveal"]).json();
    assert_eq!(shown["secret"], "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

#[test]
fn says_that_the_keyring_is_locked() {
    let session = SecretService::start();
    let (sterk, key) = kept_by(&session);
    session.lock();
    let fault = sterk.unchanged(|| run(&session, &sterk, &["code"]).fault(4));
    assert!(["keyring_locked", "keyring_cancelled"].contains(&fault["code"].as_str().unwrap()), "{fault}");
    assert!(fault["hint"].as_str().unwrap().contains("--recovery-key-file"), "{fault}");
    run(&session, &sterk, &["--recovery-key-file", &key, "code"]).json();
    let elsewhere = Sterk::bare();
    let words = elsewhere.file("passphrase", "correct horse");
    let made = run(&session, &elsewhere, &["init", "--passphrase-file", &words]).json();
    assert_eq!(made["slots"], json!(["passphrase", "recovery-key"]), "a locked keyring is no first choice");
}

#[test]
fn says_that_there_is_no_keyring_and_offers_a_passphrase() {
    let session = SecretService::start();
    let (sterk, _) = kept_by(&session);
    let none = SecretService::start_empty();
    let fault = sterk.unchanged(|| run(&none, &sterk, &["code"]).fault(4));
    assert_eq!(fault["code"], "keyring_no_service");
    assert!(fault["hint"].as_str().unwrap().contains("--passphrase-file"), "{fault}");
    let elsewhere = Sterk::bare();
    assert_eq!(run(&none, &elsewhere, &["init", "--slot", "keyring"]).fault(4)["code"], "keyring_no_service");
    assert!(elsewhere.sealed().is_none(), "a vault that nothing opens is not made");
    let fault = run(&none, &elsewhere, &["init"]).fault(2);
    assert!(fault["hint"].as_str().unwrap().contains("--passphrase-file"), "{fault}");
    let document = run(&none, &elsewhere, &["doctor"]).json();
    assert_eq!(document["checks"][0]["code"], "keyring_no_service");
}

#[test]
fn never_makes_a_new_key_for_a_lost_entry() {
    let mut session = SecretService::start();
    let (sterk, key) = kept_by(&session);
    session.end_keyring();
    // A keyring of another machine: it answers, and holds nothing of ours.
    drop(session);
    let session = SecretService::start();
    for verb in [&["code"][..], &["add", ADA], &["init"], &["slot", "add", "keyring"]] {
        let run = sterk.unchanged(|| run(&session, &sterk, verb));
        let code = if verb == ["init"] { (1, "vault_exists") } else { (4, "keyring_no_entry") };
        let fault = run.fault(code.0);
        assert_eq!(fault["code"], code.1, "{verb:?}");
        assert!(code.0 == 1 || fault["hint"].as_str().unwrap().contains("no new key was made"), "{fault}");
    }
    assert_eq!(run(&session, &sterk, &["doctor"]).fault(1)["code"], "keyring_no_entry");
    run(&session, &sterk, &["--recovery-key-file", &key, "slot", "add", "keyring"]).json();
    let slots = run(&session, &sterk, &["slot", "list"]).json();
    let of_keyring = |slot: &&serde_json::Value| slot["kind"] == "keyring";
    let lost = slots.as_array().unwrap().iter().find(of_keyring).unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(run(&session, &sterk, &["--at", "59", "code"]).json()[0]["code"], "287082", "the new entry opens it");
    run(&session, &sterk, &["--recovery-key-file", &key, "slot", "remove", &lost]).json();
    assert_eq!(run(&session, &sterk, &["--at", "59", "code"]).json()[0]["code"], "287082");
    run(&session, &sterk, &["doctor"]).json();
}

/// Starts the same keyring from a program of another name, empty: as if another provider had taken its place.
fn start_another(session: &mut SecretService, name: &str) {
    let folder = session.folder.path().to_owned();
    let found = session.command("which").arg("gnome-keyring-daemon").output().unwrap();
    std::fs::copy(String::from_utf8_lossy(&found.stdout).trim(), folder.join(name)).unwrap();
    let _ = std::fs::rename(folder.join("keyrings"), folder.join("keyrings-before"));
    session.start_program(folder.join(name).as_os_str(), &["--unlock"]);
}

#[test]
fn the_doctor_names_another_provider_and_the_key_of_another_vault() {
    let mut session = SecretService::start();
    let (sterk, key) = kept_by(&session);
    let document = run(&session, &sterk, &["doctor"]).json();
    let told = document["checks"][0]["message"].as_str().unwrap();
    assert_eq!(told, "the system keyring answers (GNOME Keyring)");
    session.end_keyring();
    start_another(&mut session, "keepassxc");
    let fault = run(&session, &sterk, &["code"]).fault(4);
    assert_eq!(fault["code"], "keyring_changed");
    let told = fault["message"].as_str().unwrap();
    assert!(told.contains("was GNOME Keyring and is KeePassXC now"), "{told}");
    assert!(fault["hint"].as_str().unwrap().contains("start the program that answered before"), "{fault}");
    let output = run(&session, &sterk, &["--recovery-key-file", &key, "doctor"]);
    assert!(output.stdout.contains("keyring_changed"), "{}", output.stdout);
    run(&session, &sterk, &["--recovery-key-file", &key, "slot", "add", "keyring"]).json();
    run(&session, &sterk, &["code"]).json();

    // The vault of another machine, beside a keyring that has ours alone.
    let other = SecretService::start();
    let (moved, _) = kept_by(&other);
    assert_eq!(run(&session, &moved, &["code"]).fault(4)["code"], "keyring_other_vault");
    assert_eq!(run(&session, &moved, &["doctor"]).fault(1)["code"], "keyring_other_vault");
}

#[test]
fn removes_its_entry_with_the_slot() {
    let session = SecretService::start();
    let (sterk, key) = kept_by(&session);
    run(&session, &sterk, &["--recovery-key-file", &key, "slot", "remove", "keyring"]).json();
    assert_eq!(run(&session, &sterk, &["code"]).fault(4)["code"], "locked");
    let mut search = session.command("secret-tool");
    let found = search.args(["search", "--all", "service", "sterk"]).output().unwrap();
    assert!(found.stdout.is_empty(), "nothing of a removed slot stays in the keyring");
}

#[test]
fn ends_in_time_when_the_keyring_hangs() {
    let session = SecretService::start();
    let (sterk, key) = kept_by(&session);
    session.hang();
    let since = Instant::now();
    let mut command = sterk.command(&["--json", "code"]);
    command.env_remove("STERK_NO_KEYRING").envs(session.env()).env("STERK_KEYRING_LIMIT_MS", "300");
    let answer = Run::from(command.stdin(Stdio::null()).output().unwrap());
    assert_eq!(answer.fault(4)["code"], "keyring_timed_out");
    assert!(since.elapsed() < Duration::from_secs(12), "it took {:?}", since.elapsed());
    // What is given is used without asking the keyring: this would wait for its whole limit else.
    assert_eq!(run(&session, &sterk, &["--recovery-key-file", &key, "--at", "59", "code"]).json()[0]["code"], "287082");
}
