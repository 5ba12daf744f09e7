//! Wrong input: a clear sentence without the value, a stable code, an exit status, and an untouched vault.

use std::fs;

use crate::ADA;
use crate::sterk::Sterk;

/// Adds one wrong link, and checks that its value is not repeated.
#[track_caller]
fn refused(sterk: &Sterk, link: &str, within: &str) {
    let file = sterk.file("wrong", link);
    let run = sterk.unchanged(|| sterk.run(&["--json", "add", "--uri-file", &file]));
    assert!(run.status == 1 && run.stdout.is_empty(), "{run:?}");
    assert!(run.stderr.contains(within), "it says «{within}»: {run:?}");
    assert!(!run.stderr.contains("GEZDGNBV"), "a value is never repeated: {run:?}");
    run.fault(1);
}

#[test]
fn refuses_wrong_links_by_field_and_position() {
    let sterk = Sterk::holding(&[ADA]);
    refused(&sterk, "otpauth://totp/a?secret=GEZDGNBV1EZDGNBV", "character 33");
    refused(&sterk, "otpauth://totp/a?secret=GEZDGNBV!", "secret");
    refused(&sterk, "otpauth://totp/a?issuer=GEZDGNBV", "secret is missing");
    refused(&sterk, "otpauth://totp/a?secret=GEZDGNBVGEZDGNBV&digits=0", "digits at character 49");
    refused(&sterk, "otpauth://totp/a?secret=GEZDGNBVGEZDGNBV&digits=11", "digits");
    refused(&sterk, "otpauth://totp/a?secret=GEZDGNBVGEZDGNBV&period=0", "period");
    refused(&sterk, "otpauth://totp/a?secret=GEZDGNBVGEZDGNBV&period=86401", "period");
    refused(&sterk, "otpauth://hotp/a?secret=GEZDGNBVGEZDGNBV&counter=18446744073709551616", "counter");
    refused(&sterk, "otpauth://hotp/a?secret=GEZDGNBVGEZDGNBV&counter=-1", "counter");
    refused(&sterk, "otpauth://totp/a?secret=GEZDGNBVGEZDGNBV&algorithm=SHA3", "algorithm");
    refused(&sterk, "otpauth://push/a?secret=GEZDGNBVGEZDGNBV", "type");
}

#[test]
fn refuses_wrong_values_typed_by_hand() {
    let sterk = Sterk::holding(&[ADA]);
    let secret = sterk.file("secret", "GEZDGNBVGEZDGNBV");
    let wrong = sterk.file("wrong", "GEZDGNBV1EZDGNBV");
    let manual = |more: &[&str]| {
        let all = [&["add", "--manual", "--account", "x", "--secret-file"], more].concat();
        let fault = sterk.unchanged(|| sterk.fault(1, &all));
        assert!(!fault.to_string().contains("GEZDGNBV"), "{fault}");
        fault
    };
    let fault = manual(&[&wrong]);
    assert!(fault["message"].as_str().unwrap().contains('9'), "the position is named: {fault}");
    for (option, value) in [("--digits", "0"), ("--digits", "11"), ("--period", "0"), ("--algorithm", "SHA3")] {
        let fault = manual(&[&secret, option, value]);
        assert!(fault["code"].as_str().unwrap().contains(&option[2..]), "{fault}");
    }
    let over = ["add", "--manual", "--secret-file", &secret, "--kind", "hotp", "--counter", "18446744073709551616"];
    assert_eq!(sterk.unchanged(|| sterk.fault(2, &over))["code"], "usage");
}

#[test]
fn keeps_an_account_without_a_name() {
    let sterk = Sterk::new();
    let file = sterk.file("nameless", "otpauth://totp/?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    sterk.run(&["add", "--uri-file", &file]).succeeds();
    let row = sterk.json(&["list"])[0].clone();
    assert_eq!((&row["issuer"], &row["account"]), (&"".into(), &"".into()));
    let id = row["id"].as_str().unwrap();
    let removed = sterk.run(&["remove", id]).succeeds();
    assert!(removed.stderr.contains("unnamed"), "even the nameless are named: {removed:?}");
}

#[test]
fn refuses_ten_megabytes_of_label() {
    let sterk = Sterk::holding(&[ADA]);
    let label = "a".repeat(10_000_000);
    refused(&sterk, &format!("otpauth://totp/{label}?secret=GEZDGNBVGEZDGNBV"), "bytes");
    let words = sterk.file("many", &label);
    let fault = sterk.unchanged(|| sterk.fault(1, &["add", "--manual", "--secret-file", &words]));
    assert_eq!(fault["code"], "too_large");
    let long = "a".repeat(100_000);
    let fault = sterk.unchanged(|| sterk.fault(1, &["edit", "ada", "--account", &long]));
    assert_eq!(fault["code"], "too_long");
    let fault = sterk.unchanged(|| sterk.fault(3, &["code", &long]));
    assert!(fault["message"].as_str().unwrap().len() < 1_000, "a query is not repeated without end");
}

#[test]
fn shows_deceptive_names_safely_everywhere() {
    let sterk = Sterk::new();
    let link = "otpauth://totp/Ban%E2%80%AEk:a%1B%5B2Jda%0A?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let (file, picture) = (sterk.file("link", link), sterk.picture("picture.png", link));
    let runs = [
        sterk.run(&["scan", &picture]),
        sterk.run(&["add", "--uri-file", &file]),
        sterk.run(&["--yes", "import", "--dry-run", &file]),
        sterk.run(&["list"]),
        sterk.run(&["code", "--watch", "--at", "59"]),
        sterk.run(&["show", "ban"]),
        sterk.run(&["confirm", "ban"]),
        sterk.run(&["edit", "ban", "--note", "a\u{202e}b"]),
        sterk.run(&["show", "ban"]),
        sterk.run(&["remove", "ban"]),
        sterk.run(&["bin", "list"]),
        sterk.run(&["bin", "restore", "ban"]),
    ];
    for run in runs {
        let run = run.succeeds();
        let foreign = |letter: char| letter == '\u{202e}' || (letter.is_control() && letter != '\n');
        assert!(!format!("{}{}", run.stdout, run.stderr).contains(foreign), "nothing may steer a terminal: {run:?}");
    }
    let missing = sterk.run(&["show", "no\u{1b}[2Jbody"]);
    assert!(missing.status == 3 && !missing.stderr.contains('\u{1b}'), "{missing:?}");
    assert_eq!(sterk.json(&["list"])[0]["issuer"], "Ban\u{202e}k", "the data stays as it came");
}

#[test]
fn shows_deceptive_file_names_safely() {
    let sterk = Sterk::new();
    let name = sterk.file("a\u{1b}[2J\u{202e}.png", "no picture");
    for verb in [&["scan"][..], &["add", "--image"], &["import"], &["add", "--uri-file"]] {
        let run = sterk.unchanged(|| sterk.run(&[verb, &[&name]].concat()));
        assert_eq!(run.status, 1, "{run:?}");
        assert!(!run.stderr.contains(['\u{1b}', '\u{202e}']), "{run:?}");
    }
}

#[test]
fn says_what_a_foreign_qr_code_is() {
    let sterk = Sterk::holding(&[ADA]);
    for (text, format, words) in [
        ("https://example.org/login?token=GEZDGNBV", "web_link", "a web link"),
        ("WIFI:T:WPA;S:cafe;P:GEZDGNBV;;", "wifi", "Wi-Fi"),
        ("phonefactor://activate_account?code=GEZDGNBV&url=x", "microsoft_push", "Microsoft's push enrolment"),
        ("GEZDGNBV is just some text", "plain_text", "plain text"),
    ] {
        let picture = sterk.picture("foreign.png", text);
        for verb in [&["add", "--image"][..], &["import"]] {
            let run = sterk.unchanged(|| sterk.run(&[&["--json"], verb, &[&picture]].concat()));
            assert!(run.stderr.contains(words) && !run.stderr.contains("GEZDGNBV"), "{run:?}");
            assert_eq!(run.fault(1)["code"], format);
        }
        let row = sterk.json(&["scan", &picture])[0].clone();
        assert_eq!((&row["format"], row["accounts"].as_array().unwrap().len()), (&format.into(), 0));
        let plain = sterk.run(&["scan", &picture]).succeeds();
        assert!(plain.stdout.contains(words) && !plain.stdout.contains("GEZDGNBV"), "{plain:?}");
    }
}

#[test]
fn says_that_there_is_no_qr_code() {
    let sterk = Sterk::holding(&[ADA]);
    let white = sterk.path("white.png");
    image::GrayImage::from_pixel(200, 200, image::Luma([255])).save(&white).unwrap();
    for verb in [&["add", "--image"][..], &["import"]] {
        let fault = sterk.unchanged(|| sterk.fault(1, &[verb, &[white.to_str().unwrap()]].concat()));
        assert_eq!(fault["code"], "no_qr");
        assert!(fault["hint"].as_str().unwrap().contains("picture"), "{fault}");
    }
    let half = fs::read(&white).unwrap();
    let half = sterk.file("half.png", &half[..half.len() / 2]);
    assert_eq!(sterk.unchanged(|| sterk.fault(1, &["add", "--image", &half]))["code"], "picture_damaged");
}

/// Puts `bytes` in the vault's place, and expects that every verb refuses with `code` and leaves them there.
#[track_caller]
fn refuses_vault(sterk: &Sterk, bytes: &[u8], code: &str) {
    fs::write(sterk.vault().join("vault.sterk"), bytes).unwrap();
    let link = sterk.file("link", ADA);
    for verb in [&["list"][..], &["add", "--uri-file", &link], &["init", "--slot", "recovery-key"], &["slot", "list"]] {
        let fault = sterk.unchanged(|| sterk.fault(1, verb));
        let expected = [code, "vault_exists"];
        assert!(expected.contains(&fault["code"].as_str().unwrap()), "{verb:?} answers {fault}, not {code}");
    }
    let fault = sterk.fault(1, &["list"]);
    assert_eq!(fault["code"], code);
    assert!(fault["hint"].as_str().unwrap().contains("nothing was changed"), "{fault}");
}

#[test]
fn leaves_a_file_that_is_no_vault_alone() {
    let sterk = Sterk::holding(&[ADA]);
    let whole = sterk.sealed().unwrap();
    refuses_vault(&sterk, b"", "not_a_vault");
    refuses_vault(&sterk, b"PK\x03\x04 somebody's holiday pictures, all of them", "not_a_vault");
    refuses_vault(&sterk, &whole[..whole.len() / 2], "vault_truncated");
    refuses_vault(&sterk, &whole[..whole.len() - 1], "vault_truncated");
    let mut flipped = whole.clone();
    flipped[100] ^= 1;
    refuses_vault(&sterk, &flipped, "vault_damaged");
    let mut newer = whole.clone();
    newer[8..10].copy_from_slice(&2u16.to_be_bytes());
    refuses_vault(&sterk, &newer, "unsupported_version");
    fs::write(sterk.vault().join("vault.sterk"), &whole).unwrap();
    assert_eq!(sterk.names(), ["ada"]);
}

#[test]
fn names_the_version_of_a_newer_vault() {
    let sterk = Sterk::holding(&[ADA]);
    let mut newer = sterk.sealed().unwrap();
    newer[8..10].copy_from_slice(&7u16.to_be_bytes());
    fs::write(sterk.vault().join("vault.sterk"), newer).unwrap();
    let fault = sterk.fault(1, &["list"]);
    assert!(fault["message"].as_str().unwrap().contains("version 7"), "{fault}");
    assert!(fault["hint"].as_str().unwrap().contains("newer Sterk"), "{fault}");
}

#[test]
fn shows_the_accounts_that_can_be_read_beside_a_damaged_one() {
    let sterk = Sterk::holding(&[ADA, crate::BOB]);
    let file = sterk.vault().join("vault.sterk");
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, &bytes).unwrap();
    let _ = fs::remove_file(sterk.vault().join("vault.sterk.previous"));
    let run = sterk.run(&["list"]).succeeds();
    assert_eq!(run.stdout.lines().count(), 1, "{run:?}");
    assert!(run.stderr.contains("one account cannot be read"), "{run:?}");
    assert_eq!(sterk.fault(1, &["doctor"])["code"], "quarantined");
}
