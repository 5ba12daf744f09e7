//! The audit trail, as a person asks for it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::sterk::Sterk;
use crate::{ADA, BOB};

fn events(sterk: &Sterk) -> Vec<(Value, Value)> {
    let rows = sterk.json(&["audit"]);
    rows.as_array().unwrap().iter().map(|row| (row["event"].clone(), row["about"].clone())).collect()
}

fn told(event: &str, about: &str) -> (Value, Value) {
    (json!(event), json!(about))
}

#[test]
fn tells_wrong_tries_unlocks_and_what_was_shown_or_taken_out() {
    let sterk = Sterk::holding(&[ADA]);
    let id = sterk.json(&["list"])[0]["id"].as_str().unwrap().to_owned();
    let foreign = sterk.file("foreign", "60RK6-4CSM9-6MV3M-EE1S3-C5H60-6S351-CSKPW-GTBAK");
    let words = sterk.file("backup-words", "words of the backup");
    sterk.run(&["show", "ada", "--reveal"]).succeeds();
    sterk.run(&["backup", "create", "--backup-passphrase-file", &words]).succeeds();
    let known = sterk.command(&[]);
    let mut stranger = std::process::Command::new(crate::sterk::program());
    stranger.env_clear().envs(known.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let run: crate::sterk::Run = stranger.args(["--recovery-key-file", &foreign, "list"]).output().unwrap().into();
    assert_eq!(run.status, 4, "{run:?}");
    let expected = [
        told("unlock", "recovery-key"),
        told("failed_unlock", "recovery-key"),
        told("backup", ""),
        told("unlock", "recovery-key"),
        told("reveal_secret", &id),
        told("unlock", "recovery-key"),
    ];
    assert_eq!(events(&sterk)[..6], expected);
    let text = sterk.run(&["audit", "--last", "6"]).succeeds().stdout;
    assert_eq!(text.lines().count(), 6);
    assert!(text.contains("wrong try to unlock") && text.contains("secret shown"), "{text}");
}

#[test]
fn survives_changes_of_the_vault_and_of_its_ways() {
    let sterk = Sterk::new();
    let link = sterk.file("link", BOB);
    sterk.run(&["slot", "add", "recovery-key", "--name", "second"]).succeeds();
    sterk.run(&["add", "--uri-file", &link]).succeeds();
    sterk.run(&["slot", "remove", "second"]).succeeds();
    let told_now = events(&sterk);
    let changes: Vec<_> = told_now.iter().filter(|(event, _)| event != "unlock").collect();
    assert_eq!(changes, [&told("slot_removed", "recovery-key"), &told("slot_added", "recovery-key")]);
    assert_eq!(told_now.len(), 6, "each run unlocked once: {told_now:?}");
}

#[test]
fn an_unlock_in_a_folder_that_may_not_be_written_works_and_is_not_noted() {
    let sterk = Sterk::holding(&[ADA]);
    let before = events(&sterk).len();
    let beside = sterk.vault().join("vault.events");
    fs::remove_file(&beside).unwrap();
    fs::create_dir(&beside).unwrap();
    fs::set_permissions(&beside, fs::Permissions::from_mode(0o500)).unwrap();
    sterk.run(&["code"]).succeeds();
    fs::remove_dir(&beside).unwrap();
    assert!(events(&sterk).len() <= before, "what could not be noted is not told");
}
