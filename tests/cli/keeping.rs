//! Enrolment that lasts: recovery codes in a file of their own, what is kept aside, who resets.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::sterk::Sterk;
use crate::{ADA, ADA_ANEW, BOB, COUNTED};

const OWN: &str = "--backup-passphrase-file";

fn with_codes() -> Sterk {
    let sterk = Sterk::holding(&[ADA, BOB]);
    sterk.run_with(&["recovery", "add", "ada"], "k7wd-93tp\nm2xv-60qs\nt5hn-18yc\n").succeeds();
    sterk
}

fn exported() -> (Sterk, String, String) {
    let sterk = with_codes();
    sterk.run(&["recovery", "use", "ada", "1"]).succeeds();
    sterk.run(&["edit", "ada", "--reset-by", "mailto:owner@example.org"]).succeeds();
    let words = sterk.file("words", "words of the codes");
    let to = sterk.path("codes.sterk").to_str().unwrap().to_owned();
    let made = sterk.unchanged(|| sterk.json(&["recovery", "export", "--to", &to, OWN, &words]));
    assert_eq!(made, json!({"path": to, "accounts": 1, "recovery_codes": 3}));
    (sterk, to, words)
}

#[test]
fn writes_recovery_codes_to_a_file_that_opens_without_the_vault() {
    let (_sterk, file, words) = exported();
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "the file is its owner's alone");
    let elsewhere = Sterk::bare();
    let opened = elsewhere.json(&["recovery", "open", &file, OWN, &words]);
    let ada = &opened["accounts"][0];
    assert_eq!(opened["accounts"].as_array().unwrap().len(), 1, "bob has no codes");
    assert_eq!((&ada["issuer"], &ada["account"]), (&json!("Example"), &json!("ada")));
    assert_eq!(ada["reset_by"], "mailto:owner@example.org");
    assert!(ada["codes"][0]["used_at"].is_u64() && ada["codes"][1]["used_at"].is_null());
    assert!(!opened.to_string().contains("GEZDGNBV"), "no secret is in it");
    let plain = elsewhere.run(&["recovery", "open", &file, OWN, &words]).succeeds().stdout;
    assert!(plain.starts_with("Example:ada\n  k7wd-93tp  used 20") && plain.contains("\n  m2xv-60qs\n"), "{plain}");
}

#[test]
fn replaces_a_file_of_codes_only_when_asked_to() {
    let (sterk, file, words) = exported();
    let before = fs::read(&file).unwrap();
    for more in [&[][..], &["--yes"]] {
        let fault = sterk.fault(1, &[more, &["recovery", "export", "--to", &file, OWN, &words]].concat());
        assert_eq!(fault["code"], "file_exists");
        assert!(fault["hint"].as_str().unwrap().contains("--overwrite"));
    }
    assert_eq!(fs::read(&file).unwrap(), before);
    sterk.json(&["recovery", "export", "ada", "--to", &file, "--overwrite", OWN, &words]);
    assert_ne!(fs::read(&file).unwrap(), before);
    sterk.json(&["recovery", "open", &file, OWN, &words]);
}

#[test]
fn refuses_to_export_or_open_what_it_cannot() {
    let (sterk, file, words) = exported();
    let to = sterk.path("other.sterk");
    let to = to.to_str().unwrap();
    assert_eq!(sterk.fault(1, &["recovery", "export", "bob", "--to", to, OWN, &words])["code"], "no_recovery_codes");
    assert_eq!(sterk.fault(3, &["recovery", "export", "nobody", "--to", to, OWN, &words])["code"], "no_such_account");
    assert_eq!(sterk.fault(2, &["recovery", "export", "--to", to])["code"], "needs_decision");
    let wrong = sterk.file("wrong", "other words");
    assert_eq!(sterk.fault(4, &["recovery", "open", &file, OWN, &wrong])["code"], "wrong_passphrase");
    assert_eq!(sterk.fault(1, &["recovery", "open", "/no/such/file", OWN, &words])["code"], "no_such_file");
    assert_eq!(sterk.fault(2, &["recovery", "open", &file])["code"], "needs_decision");
    sterk.run(&["backup", "create", "--to", to, OWN, &words]).succeeds();
    assert_eq!(sterk.fault(1, &["recovery", "open", to, OWN, &words])["code"], "not_a_vault", "a backup is no sheet");
    assert_eq!(sterk.fault(1, &["backup", "verify", &file, OWN, &words])["code"], "not_a_vault");
    let mut bytes = fs::read(&file).unwrap();
    bytes.pop();
    let cut = sterk.file("cut", &bytes);
    assert_eq!(sterk.fault(1, &["recovery", "open", &cut, OWN, &words])["code"], "vault_truncated");
}

#[test]
fn a_code_that_was_not_used_after_all_is_unused_again() {
    let sterk = with_codes();
    sterk.run(&["recovery", "use", "ada", "1"]).succeeds();
    sterk.run(&["recovery", "use", "ada", "2"]).succeeds();
    assert_eq!(sterk.json(&["recovery", "use", "ada", "2", "--undo"])["unused"], 2);
    let undone = sterk.json(&["recovery", "use", "ada", "--undo"]);
    assert_eq!((&undone["code"], &undone["unused"]), (&json!("k7wd-93tp"), &json!(3)), "the one used last");
    assert_eq!(sterk.fault(1, &["recovery", "use", "ada", "--undo"])["code"], "no_such_recovery_code");
}

#[test]
fn warns_when_two_codes_are_left() {
    let sterk = with_codes();
    let run = sterk.run(&["recovery", "use", "ada"]).succeeds();
    assert!(run.stderr.contains("new ones before the last is gone"), "{run:?}");
    assert_eq!(sterk.json(&["list", "--state", "few"]).as_array().unwrap().len(), 1);
}

#[test]
fn finds_the_account_of_a_code() {
    let sterk = with_codes();
    let find = |typed| sterk.run_with(&["--json", "recovery", "find"], typed);
    assert_eq!(find("M2XV 60QS\n").json()[0]["account"], "ada");
    assert_eq!(find("xxxx-0000\n").fault(1)["code"], "no_such_recovery_code");
    assert_eq!(find("-\n").fault(1)["code"], "no_such_recovery_code");
}

#[test]
fn replaced_codes_are_kept_aside_and_come_back() {
    let sterk = with_codes();
    sterk.run_with(&["recovery", "add", "ada", "--replace"], "aaaa-1111\n").succeeds();
    let texts = |arguments: &[&str]| {
        let rows = sterk.json(arguments);
        rows.as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts(&["recovery", "list", "ada", "--former"]), ["k7wd-93tp", "m2xv-60qs", "t5hn-18yc"]);
    assert_eq!(sterk.json(&["recovery", "restore", "ada"]), json!({"unused": 3, "former": 1}));
    assert_eq!(texts(&["recovery", "list", "ada"])[0], "k7wd-93tp");
    assert_eq!(sterk.unchanged(|| sterk.fault(1, &["recovery", "restore", "bob"]))["code"], "nothing_aside");
}

fn states(sterk: &Sterk, state: &[&str]) -> Vec<String> {
    let options: Vec<&str> = state.iter().flat_map(|state| ["--state", state]).collect();
    let rows = sterk.json(&[&["list"][..], &options].concat());
    rows.as_array().unwrap().iter().map(|row| row["account"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn keeps_how_far_an_enrolment_has_come() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    let state = |name: &str| sterk.json(&["show", name])["enrolment"].clone();
    assert_eq!(state("ada"), "unverified");
    sterk.run(&["confirm", "ada"]).succeeds();
    assert_eq!((state("ada"), states(&sterk, &["verified", "open"])), (json!("open"), vec!["ada".to_owned()]));
    let listed = sterk.run(&["list"]).succeeds().stdout;
    assert_eq!(listed.matches("recovery codes open").count(), 1, "what was never confirmed makes no noise: {listed}");
    sterk.run(&["edit", "ada", "--recovery-codes", "later"]).succeeds();
    assert_eq!(state("ada"), "open", "later is not done");
    sterk.run(&["edit", "ada", "--recovery-codes", "none"]).succeeds();
    assert_eq!((state("ada"), states(&sterk, &["none"])), (json!("none"), vec!["ada".to_owned()]));
    sterk.run(&["edit", "ada", "--recovery-codes", "open"]).succeeds();
    sterk.run_with(&["recovery", "add", "ada"], "aaaa-1111\nbbbb-2222\ncccc-3333\n").succeeds();
    assert_eq!((state("ada"), states(&sterk, &["kept"])), (json!("kept"), vec!["ada".to_owned()]));
    assert_eq!(states(&sterk, &["unverified"]), ["bob"]);
    assert_eq!(sterk.fault(2, &["list", "--state", "sometimes"])["code"], "usage");
}

#[test]
fn enrols_anew_onto_the_same_account_and_takes_it_back() {
    let sterk = with_codes();
    sterk.run(&["confirm", "ada"]).succeeds();
    let id = sterk.json(&["show", "ada"])["id"].clone();
    let fresh = sterk.file("fresh", ADA_ANEW);
    sterk.run(&["add", "--uri-file", &fresh, "--on-duplicate", "replace"]).succeeds();
    let ada = sterk.json(&["show", "ada"]);
    let facts = ["id", "enrolment", "recovery", "former_recovery"].map(|field| ada[field].clone());
    assert_eq!(json!(facts), json!([id, "unverified", {"unused": 0, "used": 0}, 3]));
    assert!(ada["former_secret_until"].as_u64().unwrap() > 1_700_000_000);
    assert!(!ada.to_string().contains("GEZDGNBV"), "the old secret is nowhere shown");
    let plain = sterk.run(&["show", "ada"]).succeeds().stdout;
    assert!(plain.contains("--restore-secret") && plain.contains("3 old recovery codes"), "{plain}");
    assert_ne!(sterk.run(&["--at", "59", "code", "ada"]).stdout, "287082\n");
    assert_eq!(sterk.json(&["edit", "ada", "--restore-secret"])["enrolment"], "kept");
    assert_eq!(sterk.run(&["--at", "59", "code", "ada"]).stdout, "287082\n", "the old secret is back");
    assert_eq!(sterk.json(&["edit", "ada", "--forget-aside"])["former_secret_until"], Value::Null);
    assert_eq!(sterk.unchanged(|| sterk.fault(1, &["edit", "ada", "--restore-secret"]))["code"], "nothing_aside");
    assert_eq!(sterk.unchanged(|| sterk.fault(1, &["edit", "ada", "--forget-aside"]))["code"], "nothing_aside");
}

#[test]
fn knows_who_resets_and_finds_by_it() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    let ada = sterk.json(&["edit", "ada", "--reset-by", "https://example.org/reset"]);
    assert_eq!(ada["reset_by"], "https://example.org/reset");
    assert!(sterk.run(&["show", "ada"]).stdout.contains("https://example.org/reset"));
    assert_eq!(sterk.json(&["list", "example.org/reset"]).as_array().unwrap().len(), 1);
    assert_eq!(sterk.json(&["edit", "ada", "--reset-by", ""])["reset_by"], "");
    let long = "x".repeat(1_001);
    assert_eq!(sterk.unchanged(|| sterk.fault(1, &["edit", "ada", "--reset-by", &long]))["code"], "too_long");
}

#[test]
fn the_doctor_names_accounts_at_risk_and_what_mends_them() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    let found = || {
        let document = sterk.json(&["doctor"]);
        let checks = document["checks"].as_array().unwrap().clone();
        checks.into_iter().filter(|check| check["state"] == "attention").collect::<Vec<_>>()
    };
    let codes =
        |checks: &[Value]| checks.iter().map(|check| check["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let checks = found();
    assert_eq!(codes(&checks), ["one_way_only", "no_backup", "unverified", "recovery_codes_open"]);
    assert_eq!(checks[2]["accounts"].as_array().unwrap().len(), 2);
    assert!(checks.iter().all(|check| check["step"].is_string()), "each has one action");
    for name in ["ada", "bob"] {
        sterk.run(&["confirm", name]).succeeds();
        sterk.run(&["edit", name, "--recovery-codes", "none"]).succeeds();
    }
    let words = sterk.file("words", "words of the backup");
    sterk.run(&["backup", "create", OWN, &words]).succeeds();
    assert_eq!(codes(&found()), ["one_way_only"], "a fresh backup has them all");
    let plain = sterk.run(&["doctor"]).succeeds().stdout;
    assert!(!plain.contains("GEZDGNBV"), "{plain}");
}

#[test]
fn the_doctor_doubts_a_counter_until_a_code_is_accepted() {
    let sterk = Sterk::holding(&[COUNTED]);
    let doubts = || {
        let document = sterk.json(&["doctor"]);
        document["checks"].as_array().unwrap().iter().any(|check| check["code"] == "counter_ahead")
    };
    let draw = || drop(sterk.json(&["--at", "1700000000", "code", "carol"]));
    (0..3).for_each(|_| draw());
    assert!(!doubts(), "three codes may be haste");
    draw();
    assert!(doubts());
    sterk.run(&["confirm", "carol"]).succeeds();
    assert!(!doubts());
}

#[test]
fn the_emergency_sheet_is_written_once_and_holds_no_secret() {
    let sterk = with_codes();
    let to = sterk.path("sheet.html").to_str().unwrap().to_owned();
    sterk.unchanged(|| sterk.json(&["emergency", "--to", &to]));
    let page = fs::read_to_string(&to).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("3 unused are kept"), "{page}");
    assert!(!page.contains("GEZDGNBV") && !page.contains("k7wd-93tp"), "{page}");
    assert_eq!(sterk.fault(1, &["emergency", "--to", &to])["code"], "file_exists");
    sterk.run(&["emergency", "--to", &to, "--overwrite"]).succeeds();
    let text = sterk.run(&["emergency"]).succeeds().stdout;
    assert!(text.contains("Example, bob\n  recovery codes: none are kept\n  reset by: not known\n"), "{text}");
}

fn picture(sterk: &Sterk) -> String {
    sterk.picture("site.png", ADA)
}

#[test]
fn enrols_in_one_run_when_every_answer_is_given() {
    let sterk = Sterk::new();
    let (site, codes, words) = (
        picture(&sterk),
        sterk.file("codes", "aaaa-1111\nbbbb-2222\ncccc-3333\n"),
        sterk.file("words", "of the backup"),
    );
    let answers = ["--accepted", "--recovery-file", &codes, OWN, &words];
    let done = sterk.json(&[&["enrol", "--image", &site][..], &answers].concat());
    assert_eq!((&done["enrolment"], &done["recovery"]["unused"]), (&json!("kept"), &json!(3)));
    assert!(fs::metadata(done["backup"].as_str().unwrap()).is_ok(), "{done}");
}

#[test]
fn each_step_is_kept_where_nobody_can_be_asked() {
    let sterk = Sterk::new();
    let site = picture(&sterk);
    let run = sterk.run(&["--at", "59", "enrol", "--image", &site]);
    assert_eq!((run.status, run.stdout.as_str()), (2, "287 082  1 s left\n"), "{run:?}");
    assert!(run.stderr.contains("--accepted or --refused"), "{run:?}");
    assert_eq!(sterk.names(), ["ada"], "what was found is kept");
    let fault = sterk.fault(2, &["enrol", "ada", "--accepted"]);
    assert!(fault["hint"].as_str().unwrap().contains("--no-recovery-codes"), "{fault}");
    assert_eq!(sterk.json(&["show", "ada"])["enrolment"], "open", "what was said is kept");
    let done = sterk.json(&["enrol", "ada", "--no-recovery-codes"]);
    assert_eq!((&done["enrolment"], &done["backup"]), (&json!("none"), &Value::Null));
    sterk.unchanged(|| sterk.json(&["enrol", "ada"]));
}

#[test]
fn a_refused_code_is_followed_by_what_to_try() {
    let sterk = Sterk::holding(&[ADA]);
    let run = sterk.run(&["enrol", "ada", "--refused"]).succeeds();
    for part in ["clock", "next code", "parameters", "Scan again", "--restore-secret"] {
        assert!(run.stderr.contains(part), "{part}: {run:?}");
    }
    assert_eq!(sterk.json(&["show", "ada"])["enrolment"], "unverified");
}

#[test]
fn enrolling_anew_needs_a_decision_and_makes_no_second_entry() {
    let sterk = Sterk::holding(&[ADA]);
    let again = picture(&sterk);
    sterk.run(&["enrol", "--image", &again, "--accepted", "--later"]).succeeds();
    assert_eq!(sterk.names(), ["ada"], "the same secret is no second account");
    let site = sterk.picture("anew.png", ADA_ANEW);
    for more in [&[][..], &["--yes"], &["ada"]] {
        let fault =
            sterk.unchanged(|| sterk.fault(2, &[&["enrol", "--image", &site, "--accepted", "--later"], more].concat()));
        assert!(fault["hint"].as_str().unwrap().contains("--on-duplicate replace|keep"), "{more:?}: {fault}");
    }
    let replace = ["enrol", "ada", "--image", &site, "--on-duplicate", "replace", "--accepted", "--later"];
    let done = sterk.json(&replace);
    assert!(done["former_secret_until"].is_u64() && done["enrolment"] == "open", "{done}");
    assert_eq!(sterk.names(), ["ada"]);
}

#[test]
fn refuses_an_enrolment_of_nothing_or_of_several() {
    let sterk = Sterk::holding(&[BOB]);
    assert_eq!(sterk.fault(2, &["enrol"])["code"], "usage");
    assert_eq!(sterk.fault(3, &["enrol", "nobody", "--accepted"])["code"], "no_such_account");
    let links = sterk.file("several", format!("{ADA}\n{BOB}\n"));
    assert_eq!(sterk.unchanged(|| sterk.fault(1, &["enrol", "--uri-file", &links]))["code"], "several_found");
    assert_eq!(sterk.fault(2, &["enrol", "bob", "--accepted", "--refused"])["code"], "usage");
    assert_eq!(sterk.fault(2, &["enrol", "bob", "--later", "--no-recovery-codes"])["code"], "usage");
}
