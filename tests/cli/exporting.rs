//! Accounts on their way out: the word, the policy, the file, what is left behind, and the way back.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::sterk::Sterk;
use crate::{ADA, BOB, COUNTED};

/// Exports and returns the answer.
fn export(sterk: &Sterk, file: &str, to: &str, more: &[&str]) -> Value {
    sterk.json(&[&["export", file, "--to", to], more].concat())
}

/// Imports into a fresh vault and returns the answer.
fn imported(arguments: &[&str]) -> Value {
    Sterk::new().json(&[&["import", "--yes"], arguments].concat())
}

#[test]
fn writes_plaintext_only_when_told_in_words() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    let path = sterk.path("list.txt");
    let file = path.to_str().unwrap();
    assert_eq!(sterk.fault(2, &["export", file, "--to", "uris"])["code"], "needs_decision");
    assert_eq!(
        sterk.fault(2, &["export", file, "--to", "uris", "--yes"])["code"],
        "needs_decision",
        "--yes is not enough"
    );
    assert!(!path.exists());
    let answer = export(&sterk, file, "uris", &["--plaintext"]);
    assert_eq!((&answer["accounts"], &answer["encrypted"], &answer["left_out"]), (&json!(2), &json!(false), &json!(0)));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(imported(&[file])["added"], 2);
    assert_eq!(sterk.fault(1, &["export", file, "--to", "uris", "--plaintext"])["code"], "file_exists");
    export(&sterk, file, "uris", &["--plaintext", "--overwrite", "--only", "ada"]);
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
    let audit = sterk.run(&["audit"]).succeeds().stdout;
    assert!(audit.contains("export"), "{audit}");
}

#[test]
fn a_policy_that_forbids_plaintext_is_obeyed() {
    let sterk = Sterk::holding(&[ADA]);
    let policy = json!({"sterk_policy": 1, "organisation": "Harbour", "revision": 1, "issued": "2026-11-27",
        "rules": {"plaintext_export": false}, "services": []});
    sterk.json(&["--yes", "policy", "apply", &sterk.file("a.sterk-policy.json", policy.to_string())]);
    let path = sterk.path("list.txt");
    let fault = sterk.fault(5, &["export", path.to_str().unwrap(), "--to", "uris", "--plaintext"]);
    assert_eq!(fault["code"], "forbidden_by_policy");
    assert!(!path.exists());
    let words = sterk.file("words", "four random words here");
    export(&sterk, path.to_str().unwrap(), "aegis", &["--target-passphrase-file", &words]);
}

#[test]
fn encrypted_files_come_back_with_their_passphrase() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    let words = sterk.file("words", "four random words here");
    for format in ["aegis", "stratum", "keepass", "sterk", "2fas"] {
        let path = sterk.path(format);
        let file = path.to_str().unwrap();
        assert_eq!(sterk.fault(2, &["export", file, "--to", format])["code"], "needs_decision");
        let answer = export(&sterk, file, format, &["--target-passphrase-file", &words]);
        assert_eq!((&answer["format"], &answer["encrypted"]), (&json!(format), &json!(true)));
        let back = imported(&[file, "--source-passphrase-file", &words]);
        assert_eq!((&back["format"], &back["added"]), (&json!(format), &json!(2)));
    }
}

#[test]
fn a_paper_backup_comes_back_from_its_page_and_never_in_part() {
    let sterk = Sterk::holding(&[ADA, BOB, COUNTED]);
    let (words, path) = (sterk.file("words", "four random words here"), sterk.path("paper.html"));
    let file = path.to_str().unwrap();
    export(&sterk, file, "paper", &["--target-passphrase-file", &words]);
    let page = fs::read_to_string(&path).unwrap();
    let pictures: Vec<&str> = page.split("base64,").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(pictures.len() > 1 && !page.contains("otpauth"));
    assert_eq!(imported(&[file, "--source-passphrase-file", &words])["added"], 3);
    let files: Vec<String> = pictures
        .iter()
        .enumerate()
        .map(|(number, picture)| {
            let bytes = data_encoding::BASE64.decode(picture.as_bytes()).unwrap();
            sterk.file(&format!("{number}.png"), bytes)
        })
        .rev()
        .collect();
    let mut arguments: Vec<&str> = files.iter().map(String::as_str).collect();
    arguments.extend(["--source-passphrase-file", &words]);
    assert_eq!(imported(&arguments)["added"], 3, "photographs in any order");
    let fault = Sterk::new().fault(1, &[&["import", "--yes"], &arguments[1..]].concat());
    assert_eq!(fault["code"], "missing_parts");
}

#[test]
fn says_what_a_format_cannot_hold() {
    let sterk = Sterk::holding(&[ADA, COUNTED]);
    let path = sterk.path("vault.json");
    let answer = export(&sterk, path.to_str().unwrap(), "bitwarden", &["--plaintext"]);
    assert_eq!((&answer["accounts"], &answer["left_out"]), (&json!(1), &json!(1)));
    assert_eq!((&answer["losses"][0]["reason"], &answer["losses"][0]["left_out"]), (&json!("kind"), &json!(true)));
    let run =
        sterk.run(&["export", path.to_str().unwrap(), "--to", "bitwarden", "--plaintext", "--overwrite"]).succeeds();
    assert!(run.stderr.contains("is left out"), "{run:?}");
}

#[test]
fn lists_formats_and_refuses_others() {
    let sterk = Sterk::new();
    let formats = sterk.json(&["export", "--formats"]);
    assert!(formats.as_array().unwrap().len() >= 13);
    assert_eq!(sterk.fault(2, &["export", "x", "--to", "nonsense"])["code"], "usage");
    assert_eq!(sterk.run(&["export", "x"]).status, 2);
}
