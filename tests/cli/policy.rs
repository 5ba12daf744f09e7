//! What an organisation asks: applied, kept, checked, signed, and told back without a secret.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::sterk::Sterk;
use crate::{ADA, BOB, COUNTED};

const EXAMPLE: &str = include_str!("../data/example.sterk-policy.json");
const SIGNED: &str = include_str!("../data/signed.sterk-policy.json");
/// The key of [`SIGNED`], as another program computed it.
const FINGERPRINT: &str = "eedb-2b12-38fd-4c62-e75c-ba0b-071a-3d1d";

fn policy(organisation: &str, revision: u32) -> String {
    json!({
        "sterk_policy": 1, "organisation": organisation, "revision": revision, "issued": "2026-11-27",
        "rules": {"passphrase_bits": 40, "recovery_codes": true},
        "services": [{"name": "Example", "enrol_at": "https://example.org/mfa"}, {"name": "Mail"}],
    })
    .to_string()
}

/// Makes a key and a file that it signed.
fn signed(sterk: &Sterk, key: &str, revision: u32) -> String {
    let path = sterk.path(key);
    let key = path.to_str().unwrap();
    if !path.exists() {
        sterk.json(&["policy", "key", "--to", key]);
    }
    let plain = sterk.file("plain.json", policy("Harbour", revision));
    let text = sterk.run(&["policy", "sign", &plain, "--key-file", key]).succeeds().stdout;
    sterk.file(&format!("{revision}.sterk-policy.json"), text)
}

fn states(document: &Value) -> Vec<(&str, &str)> {
    let rows = document["services"].as_array().unwrap().iter();
    rows.map(|row| (row["name"].as_str().unwrap(), row["state"].as_str().unwrap())).collect()
}

#[test]
fn follows_a_policy_from_the_file_to_the_status() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    let file = sterk.file("harbour.sterk-policy.json", policy("Harbour", 1));
    assert_eq!(sterk.fault(1, &["policy", "show"])["code"], "no_policy");
    let applied = sterk.json(&["--yes", "policy", "apply", &file]);
    assert_eq!(states(&applied), [("Example", "unverified"), ("Mail", "missing")]);
    let checks = sterk.json(&["doctor"]);
    let missing: Vec<&Value> =
        checks["checks"].as_array().unwrap().iter().filter(|check| check["code"] == "required_missing").collect();
    assert_eq!(missing.len(), 1);
    assert!(missing[0]["message"].as_str().unwrap().starts_with("Mail: your organisation requires it"));
    sterk.run(&["confirm", "ada"]).succeeds();
    assert_eq!(states(&sterk.json(&["policy", "show"])), [("Example", "recovery_codes_open"), ("Mail", "missing")]);
    sterk.run_with(&["recovery", "add", "ada"], "k7wd-93tp\n").succeeds();
    let shown = sterk.json(&["policy", "show"]);
    assert_eq!(states(&shown), [("Example", "done"), ("Mail", "missing")]);
    assert!(shown["applied_at"].as_u64().is_some() && shown["signed_by"].is_null());
    let plain = sterk.run(&["policy", "show"]).succeeds().stdout;
    assert!(plain.contains("not signed") && plain.contains("done  Example (Example:ada)"), "{plain}");

    let to = sterk.path("ada.json");
    let to = to.to_str().unwrap();
    let words = sterk.file("words", "of the backup");
    sterk.run(&["backup", "create", "--backup-passphrase-file", &words]).succeeds();
    let status = sterk.unchanged(|| sterk.json(&["team", "status", "--to", to, "--name", "Ada"]))["status"].clone();
    assert_eq!(status["services"][0]["recovery_codes"], "kept");
    assert_eq!((&status["person"], &status["backup_on"]), (&json!("Ada"), &status["written_on"]));
    let written: Value = serde_json::from_str(&fs::read_to_string(to).unwrap()).unwrap();
    assert_eq!(written, status);
    assert_eq!(sterk.fault(1, &["team", "status", "--to", to, "--name", "Ada"])["code"], "file_exists");
    sterk.json(&["team", "status", "--to", to, "--name", "Ada", "--overwrite"]);
    assert_eq!(sterk.fault(2, &["team", "status", "--to", "other.json"])["code"], "needs_decision");
    assert_eq!(sterk.fault(2, &["team", "status", "--to", "other.json", "--name", " "])["code"], "usage");
}

#[test]
fn nothing_is_applied_without_a_yes_and_removing_asks_who_is_there() {
    let sterk = Sterk::new();
    let file = sterk.file("p.json", EXAMPLE);
    assert_eq!(sterk.unchanged(|| sterk.fault(2, &["policy", "apply", &file]))["code"], "needs_decision");
    sterk.json(&["--yes", "policy", "apply", &file]);
    assert_eq!(sterk.fault(2, &["policy", "remove"])["code"], "needs_decision");
    sterk.json(&["--yes", "policy", "remove"]);
    assert_eq!(sterk.fault(1, &["policy", "remove"])["code"], "no_policy");
}

#[test]
fn yes_accepts_no_other_signer() {
    let sterk = Sterk::new();
    let first = signed(&sterk, "first.key", 1);
    sterk.json(&["--yes", "policy", "apply", &first]);
    let other = signed(&sterk, "other.key", 2);
    let apply = ["--yes", "policy", "apply", &other];
    let fault = sterk.unchanged(|| sterk.fault(1, &apply));
    assert_eq!(fault["code"], "policy_key_changed");
    assert!(fault["hint"].as_str().unwrap().contains("--accept key-changed"), "{fault}");
    let plain = sterk.file("unsigned.json", policy("Harbour", 3));
    assert_eq!(
        sterk.unchanged(|| sterk.fault(1, &["--yes", "policy", "apply", &plain]))["code"],
        "policy_signature_gone"
    );
    let newer = signed(&sterk, "first.key", 4);
    sterk.json(&["--yes", "policy", "apply", &newer]);
    assert_eq!(sterk.fault(1, &["--yes", "policy", "apply", &first])["code"], "policy_older");
    let foreign = sterk.file("foreign.json", policy("Quay", 1));
    let accept = ["--yes", "policy", "apply", &foreign, "--accept", "signature-gone"];
    assert_eq!(sterk.fault(1, &accept)["code"], "policy_other_organisation", "each doubt by itself");
    sterk.json(&[&accept[..], &["--accept", "other-organisation"]].concat());
    assert_eq!(sterk.json(&["policy", "show"])["organisation"], "Quay");
    assert_eq!(sterk.fault(2, &["policy", "apply", &foreign, "--accept", "anything"])["code"], "usage");
}

#[test]
fn a_file_signed_elsewhere_is_shown_with_its_key_and_a_changed_one_refused() {
    let sterk = Sterk::bare();
    let file = sterk.file("signed.json", SIGNED);
    assert_eq!(sterk.json(&["policy", "show", &file])["signed_by"], FINGERPRINT);
    let plain = sterk.run(&["policy", "show", &file]).succeeds().stdout;
    assert!(plain.contains("  at https://github.com/settings/security\n"), "links in full: {plain}");
    let changed = sterk.file("changed.json", SIGNED.replace("github.com/settings", "github.evil/settings"));
    assert_eq!(sterk.fault(1, &["policy", "show", &changed])["code"], "bad_policy_signature");
    let large = sterk.file("large.json", " ".repeat(70_000));
    assert_eq!(sterk.fault(1, &["policy", "show", &large])["code"], "too_large");
    let wrong = sterk.file("wrong.json", EXAMPLE.replace("https://github.com", "http://github.com"));
    let fault = sterk.fault(1, &["policy", "show", &wrong]);
    assert_eq!(fault["code"], "bad_policy");
    assert!(fault["message"].as_str().unwrap().contains("services[0].enrol_at is no link"), "{fault}");
}

#[test]
fn signs_with_a_key_that_is_its_owners_alone() {
    let sterk = Sterk::bare();
    let key = sterk.path("owner.key");
    let path = key.to_str().unwrap();
    let made = sterk.json(&["policy", "key", "--to", path]);
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(sterk.fault(1, &["policy", "key", "--to", path])["code"], "file_exists", "a key is never replaced");
    let plain = sterk.file("plain.json", EXAMPLE);
    let to = sterk.path("signed.json");
    let to = to.to_str().unwrap();
    let signed = sterk.json(&["policy", "sign", &plain, "--key-file", path, "--to", to]);
    assert_eq!(signed["key"], made["key"]);
    assert_eq!(sterk.json(&["policy", "show", to])["signed_by"], made["key"]);
    assert_eq!(sterk.fault(1, &["policy", "sign", to, "--key-file", path])["code"], "bad_policy", "once is enough");
    assert_eq!(sterk.fault(1, &["policy", "sign", &plain, "--key-file", &plain])["code"], "key_open_to_others");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(sterk.fault(1, &["policy", "sign", &plain, "--key-file", path])["code"], "key_open_to_others");
    fs::write(&key, "no key").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(sterk.fault(1, &["policy", "sign", &plain, "--key-file", path])["code"], "bad_signing_key");
}

#[test]
fn a_weak_passphrase_is_forbidden_wherever_one_is_made() {
    let sterk = Sterk::bare();
    let file = sterk.file("p.json", EXAMPLE);
    let weak = sterk.file("weak", "Summer2026!");
    let strong = sterk.file("strong", "velvet kettle swing orbit");
    let init = ["init", "--slot", "passphrase", "--policy", &file, "--new-passphrase-file"];
    let fault = sterk.fault(5, &[&init[..], &[&weak]].concat());
    assert_eq!(fault["code"], "passphrase_too_weak");
    assert!(fault["message"].as_str().unwrap().contains("Example Harbour asks for a passphrase of 40 bits"), "{fault}");
    assert!(sterk.sealed().is_none(), "no vault was made");
    sterk.json(&[&init[..], &[&strong]].concat());
    let unlock = ["--passphrase-file", &strong];
    assert_eq!(sterk.json(&[&unlock[..], &["policy", "show"]].concat())["organisation"], "Example Harbour");
    for slot in [&["slot", "add", "passphrase"][..], &["slot", "change"]] {
        let all = [&unlock[..], slot, &["--new-passphrase-file", &weak]].concat();
        assert_eq!(sterk.unchanged(|| sterk.fault(5, &all))["code"], "passphrase_too_weak");
    }
}

#[test]
fn warns_of_a_passphrase_that_was_there_before_the_policy() {
    let sterk = Sterk::bare();
    let weak = sterk.file("weak", "Summer2026!");
    sterk.json(&["init", "--slot", "passphrase", "--new-passphrase-file", &weak]);
    let file = sterk.file("p.json", EXAMPLE);
    let run = sterk.run(&["--passphrase-file", &weak, "--yes", "policy", "apply", &file]).succeeds();
    assert!(run.stderr.contains("it still opens the vault: change it") && !run.stderr.contains("Summer"), "{run:?}");
}

/// Writes the status of one person; answers its path.
fn status(name: &str, links: &[&str], file: &str) -> (Sterk, String) {
    let sterk = Sterk::holding(links);
    let policy = sterk.file("p.json", file);
    sterk.json(&["--yes", "policy", "apply", &policy]);
    let to = sterk.path("status.json").to_str().unwrap().to_owned();
    sterk.json(&["team", "status", "--to", &to, "--name", name]);
    (sterk, to)
}

#[test]
fn a_report_reads_many_and_one_bad_file_sinks_none() {
    let (_ada, ada) = status("=Ada", &[ADA], &policy("Harbour", 1));
    let (_bob, bob) = status("Bob", &[COUNTED], &policy("Harbour", 2));
    let desk = Sterk::bare();
    let (bad, current) = (desk.file("bad.json", "{\"sterk_status\": 1}"), desk.file("p.json", policy("Harbour", 2)));
    let report = desk.json(&["team", "report", &bob, &bad, &ada, "--policy", &current]);
    let people = report["people"].as_array().unwrap();
    let told = |at: usize| (people[at]["person"].as_str().unwrap(), people[at]["policy_is_current"].as_bool().unwrap());
    assert_eq!([told(0), told(1)], [("=Ada", false), ("Bob", true)]);
    assert_eq!(people[1]["states"][0], json!({"service": "Example", "state": "missing"}));
    assert_eq!(report["skipped"][0]["error"]["code"], "bad_policy");

    let csv = desk.run(&["team", "report", &ada, &bob, &bad, "--csv"]).succeeds();
    assert_eq!(csv.stdout.lines().count(), 5, "a head, and two services for each of two");
    assert!(csv.stdout.contains("\"'=Ada\"") && !csv.stdout.contains("\"=Ada"), "{}", csv.stdout);
    assert!(csv.stderr.contains("bad.json") && csv.stderr.contains("is missing"), "{}", csv.stderr);
    let table = desk.run(&["team", "report", &ada, &bob, "--policy", &current]).succeeds().stdout;
    assert!(table.contains("Harbour 1 (another)") && table.contains("Mail: not enrolled"), "{table}");
    assert_eq!(desk.fault(1, &["team", "report", &bad])["code"], "bad_policy");
    assert_eq!(desk.fault(2, &["team", "report", &ada, "--csv"])["code"], "usage");
}
