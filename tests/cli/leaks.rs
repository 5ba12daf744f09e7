//! Canaries: a secret and a passphrase that must show up nowhere but where they were asked for.

use std::fs;
use std::path::Path;

use crate::sterk::{Run, Sterk};

const SECRET: &str = "KNSWG4TFORBWC3TBOJ4UM33SKN2GK4TL";
const PHRASE: &str = "canary-passphrase-7f3a";

/// Forms in which a secret could slip out: as typed, as bytes, in hexadecimal and base64.
fn canaries() -> Vec<Vec<u8>> {
    let bytes = data_encoding::BASE32.decode(SECRET.as_bytes()).unwrap();
    vec![
        SECRET.into(),
        SECRET.to_lowercase().into(),
        data_encoding::HEXLOWER.encode(&bytes).into(),
        data_encoding::BASE64.encode(&bytes).into(),
        bytes,
        PHRASE.into(),
    ]
}

#[track_caller]
fn is_clean(what: &str, bytes: &[u8]) {
    for canary in canaries() {
        let found = bytes.windows(canary.len()).any(|window| window == canary);
        assert!(!found, "a secret lies open in {what}");
    }
}

#[track_caller]
fn says_nothing_secret(arguments: &[&str], run: &Run) {
    is_clean(&format!("the output of {arguments:?}"), run.stdout.as_bytes());
    is_clean(&format!("the messages of {arguments:?}"), run.stderr.as_bytes());
}

fn is_clean_below(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            is_clean_below(&path);
        } else {
            is_clean(&path.display().to_string(), &fs::read(&path).unwrap());
        }
    }
}

#[test]
fn no_verb_tells_a_secret_that_was_not_asked_for() {
    let sterk = Sterk::bare();
    let link = sterk.file("link", format!("otpauth://totp/Canary:ada?secret={SECRET}"));
    let bad = sterk.file("bad", format!("otpauth://totp/Canary:ada?secret={SECRET}0&digits=99\nx{SECRET}\n{PHRASE}"));
    let picture = sterk.picture("picture.png", &format!("otpauth://totp/Canary:eve?secret={SECRET}&period=60"));
    let words = sterk.file("words", PHRASE);
    let codes = sterk.file("codes", "aaaa-1111\n");
    let to = sterk.path("vault/backup.sterk");
    let to = to.to_str().unwrap();
    let sheet = sterk.path("vault/codes.sterk");
    let sheet = sheet.to_str().unwrap();
    let policy = sterk.file("policy", include_str!("../data/example.sterk-policy.json"));
    let status = sterk.path("vault/status.json");
    let status = status.to_str().unwrap();
    let steps: &[&[&str]] = &[
        &["init", "--slot", "passphrase"],
        &["add", "--uri-file", &link],
        &["--verbose", "add", "--uri-file", &link],
        &["--yes", "add", "--uri-file", &link],
        &["add", "--uri-file", &bad],
        &["add", "--image", &picture, "--on-duplicate", "keep"],
        &["import", &bad],
        &["import", "--dry-run", &link, &picture],
        &["scan", &picture, &link],
        &["scan", &words],
        &["list"],
        &["--verbose", "show", "ada"],
        &["code"],
        &["edit", "ada", "--note", "x"],
        &["edit", "ada", "--counter", "1"],
        &["confirm", "ada"],
        &["recovery", "add", "ada", "--file", &codes],
        &["recovery", "list", "ada"],
        &["recovery", "list", "ada", "--former"],
        &["recovery", "export", "--to", sheet, "--backup-passphrase-file", &words],
        &["recovery", "open", sheet, "--backup-passphrase-file", &words],
        &["edit", "ada", "--reset-by", "the owner"],
        &["backup", "create", "--to", to, "--backup-passphrase-file", &words],
        &["backup", "verify", to, "--backup-passphrase-file", &words],
        &["slot", "list"],
        &["remove", "ada"],
        &["bin", "list"],
        &["doctor"],
        &["enrol", "ada", "--refused", "--later"],
        &["enrol", "ada", "--accepted", "--recovery-file", &codes],
        &["--yes", "policy", "apply", &policy],
        &["policy", "show"],
        &["policy", "apply", &bad],
        &["team", "status", "--to", status, "--name", "Ada"],
        &["team", "report", status, &bad],
        &["emergency"],
        &["emergency", "--html"],
        &["add", "--manual", "--secret-file", &bad],
        &["add", "--manual", "--secret-file", &words],
        &["--recovery-key-file", &words, "list"],
        &["--recovery-key-file", &link, "list"],
    ];
    for (index, step) in steps.iter().enumerate() {
        // Every other step answers with a document: both ways to answer are heard.
        let json: &[&str] = if index % 2 == 0 { &["--json"] } else { &[] };
        let all = [&["--passphrase-file", &words], json, step].concat();
        says_nothing_secret(step, &sterk.run(&all));
    }
    assert!(sterk.sealed().is_some_and(|bytes| bytes.len() > 1_000), "the steps worked on a vault");
    is_clean_below(&sterk.vault());
    is_clean_below(&sterk.path("home"));
}

#[test]
fn a_secret_that_was_asked_for_is_told() {
    let sterk = Sterk::new();
    let link = sterk.file("link", format!("otpauth://totp/Canary:ada?secret={SECRET}"));
    sterk.run(&["add", "--uri-file", &link]).succeeds();
    let run = sterk.run(&["show", "ada", "--reveal"]).succeeds();
    assert!(run.stdout.contains(SECRET), "or the canaries above would prove nothing");
    assert!(!run.stderr.contains(SECRET), "a secret is data");
}

/// What a copied code leaves behind, on a screen of the test's own.
#[cfg(target_os = "linux")]
mod clipboard {
    use std::os::unix::process::CommandExt;
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::screen::Screen;
    use crate::sterk::finish;

    /// Returns the command lines of the processes of one group.
    fn command_lines(group: u32) -> Vec<Vec<u8>> {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let of_group = processes.filter(|entry| {
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            let behind_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
            behind_name.split(' ').nth(2) == Some(&group.to_string())
        });
        of_group
            .filter_map(|entry| fs::read(entry.path().join("cmdline")).ok())
            .filter(|line| !line.is_empty())
            .collect()
    }

    #[test]
    fn copies_a_code_and_keeps_it_off_every_command_line() {
        let display = Screen::start(320, 240);
        let sterk = Sterk::holding(&[crate::ADA]);
        fs::write(sterk.vault().join("settings.json"), r#"{"clears_after": 10}"#).unwrap();
        let mut command = sterk.command(&["--json", "--at", "59", "code", "ada", "--copy"]);
        // A group of its own tells the processes of this run from all others.
        command.env("DISPLAY", display.name()).process_group(0);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let group = child.id();
        let answer = finish(child).json();
        assert_eq!(answer[0]["code"], "287082");
        assert_eq!(display.clipboard(), "287082", "the code outlives the program that copied it");
        let lines = command_lines(group);
        assert_eq!(lines.len(), 1, "one process holds the clipboard");
        for line in lines {
            let text = String::from_utf8_lossy(&line).into_owned();
            assert!(!text.contains("287082") && !text.contains("GEZDGNBV"), "{text}");
            assert!(
                text.replace('\0', " ").ends_with(" hold-clipboard 10 "),
                "it holds as long as the settings say: {text}"
            );
        }
        display.copy("STRING", b"else");
        let start = Instant::now();
        while !command_lines(group).is_empty() {
            assert!(start.elapsed() < Duration::from_secs(20), "the holder ends when something else is copied");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(display.clipboard(), "else", "what somebody else copied is not cleared");
    }
}
