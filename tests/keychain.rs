//! The system keyring for real: GNOME Keyring on a private bus, and buses where none answers.
//!
//! A process has one environment, so every question is asked by this very program run as a child in
//! the session it is to meet; the answer is one line of its output.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

#[path = "support/secret_service.rs"]
mod secret_service;

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use secret_service::SecretService;
use sterk::keychain::{Keychain, KeychainError, OsKeychain};
use sterk::seal::{SlotId, SlotKey, VaultId};

const VAULT: VaultId = VaultId([0x11; 16]);
const SLOT: SlotId = SlotId([0x22; 16]);
const FIRST: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SECOND: &str = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";
const GENEROUS: &str = "20000";

/// Asks `questions` (such as `read`) one after the other with one keychain; each has a one-word answer.
fn ask(session: &SecretService, questions: &str) -> Vec<String> {
    ask_by(session.command(env::current_exe().unwrap()), questions, GENEROUS)
}

fn ask_by(child: Command, questions: &str, limit_ms: &str) -> Vec<String> {
    let output = prepare(child, questions, limit_ms).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "the child failed: {text}{}", String::from_utf8_lossy(&output.stderr));
    text.lines().map(str::to_owned).filter_map(answer_in).collect()
}

fn prepare(mut child: Command, questions: &str, limit_ms: &str) -> Command {
    child.args(["--ignored", "--exact", "--nocapture", "asks_the_keyring"]);
    child.env("STERK_TEST_QUESTIONS", questions).env("STERK_TEST_LIMIT_MS", limit_ms);
    child
}

fn answer_in(line: String) -> Option<String> {
    line.strip_prefix("answer: ").map(str::to_owned)
}

#[test]
#[ignore = "is the child that the other tests run in a session of their own"]
fn asks_the_keyring() {
    let questions = env::var("STERK_TEST_QUESTIONS").expect("only the other tests run this one");
    let limit_ms = env::var("STERK_TEST_LIMIT_MS").unwrap().parse().unwrap();
    let keychain = OsKeychain::new(Duration::from_millis(limit_ms));
    println!();
    for question in questions.split(' ') {
        let answer = answer(&keychain, question);
        println!("answer: {}", answer.unwrap_or_else(|error| error.code().to_owned()));
    }
}

fn answer(keychain: &OsKeychain, question: &str) -> Result<String, KeychainError> {
    match question {
        "status" => keychain.status().map(|()| "ok".to_owned()),
        "read" => keychain.read(VAULT, SLOT).map(|key| key.to_text().to_string()),
        "read-other" => keychain.read(VAULT, SlotId([0x23; 16])).map(|key| key.to_text().to_string()),
        "pause" => Ok(std::io::stdin().read_line(&mut String::new()).map(|_| "ok".to_owned()).unwrap()),
        "delete" => keychain.delete(VAULT, SLOT).map(|()| "ok".to_owned()),
        key => keychain.store(VAULT, SLOT, &SlotKey::from_text(key).unwrap()).map(|()| "ok".to_owned()),
    }
}

#[test]
fn keeps_replaces_and_removes_a_key() {
    let session = SecretService::start();
    assert_eq!(ask(&session, "status read"), ["ok", "keyring_no_entry"]);
    assert_eq!(ask(&session, FIRST), ["ok"]);
    assert_eq!(ask(&session, "read read-other"), [FIRST, "keyring_no_entry"], "another process finds it");
    assert_eq!(ask(&session, &format!("{SECOND} read")), ["ok", SECOND]);
    assert_eq!(ask(&session, "delete read delete"), ["ok", "keyring_no_entry", "keyring_no_entry"]);
}

#[test]
fn labels_its_entry_for_a_person() {
    let session = SecretService::start();
    assert_eq!(ask(&session, FIRST), ["ok"]);
    let output = session.command("secret-tool").args(["search", "service", "sterk"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(text.contains(&format!("label = Sterk vault key ({VAULT})")), "{text}");
    assert!(text.contains(&format!("username = {VAULT}:{SLOT}")), "{text}");
}

#[test]
fn says_that_a_locked_keyring_cannot_be_unlocked_without_a_screen() {
    let session = SecretService::start();
    assert_eq!(ask(&session, FIRST), ["ok"]);
    session.lock();
    assert_eq!(ask(&session, "status"), ["keyring_locked"]);
    for question in ["read", SECOND, "delete"] {
        assert_eq!(ask(&session, question), ["keyring_cancelled"], "{question}");
    }
}

#[test]
fn says_that_no_service_is_on_the_bus() {
    let session = SecretService::start_empty();
    for question in ["status", "read", FIRST, "delete"] {
        assert_eq!(ask(&session, question), ["keyring_no_service"], "{question}");
    }
}

#[test]
fn says_that_there_is_no_bus() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"), ("UNUSED", "")] {
        let mut child = Command::new(env::current_exe().unwrap());
        child.env_remove("DBUS_SESSION_BUS_ADDRESS").env("XDG_RUNTIME_DIR", folder.path()).env(name, value);
        assert_eq!(ask_by(child, "status read", GENEROUS), ["keyring_no_service", "keyring_no_service"], "{name}");
    }
}

#[test]
fn says_that_a_keyring_was_never_set_up() {
    let mut session = SecretService::start_empty();
    session.start_keyring(&[]);
    assert_eq!(ask(&session, &format!("status {FIRST}")), ["keyring_no_service", "keyring_no_service"]);
}

#[test]
fn tells_a_value_that_another_program_changed() {
    let session = SecretService::start();
    for value in ["not a key", "AAECAw==", "\u{e9}", ""] {
        change(&session, value.as_bytes());
        assert_eq!(ask(&session, "read"), ["keyring_mangled"], "{value:?}");
    }
    change(&session, b"\xff\xfe");
    assert_eq!(ask(&session, "read"), ["keyring_mangled"], "bytes that are no text");
}

fn change(session: &SecretService, value: &[u8]) {
    let mut tool = session.command("secret-tool");
    tool.args(["store", "--label=x", "service", "sterk", "username", &format!("{VAULT}:{SLOT}")]);
    let mut tool = tool.stdin(Stdio::piped()).spawn().unwrap();
    tool.stdin.take().unwrap().write_all(value).unwrap();
    assert!(tool.wait().unwrap().success());
}

#[test]
fn gives_up_on_a_keyring_that_hangs() {
    let session = SecretService::start();
    session.hang();
    let child = session.command(env::current_exe().unwrap());
    let questions = format!("status read {FIRST} delete");
    assert_eq!(ask_by(child, &questions, "300"), ["keyring_timed_out"; 4]);
}

#[test]
fn finds_a_keyring_that_came_later() {
    let mut session = SecretService::start();
    assert_eq!(ask(&session, FIRST), ["ok"]);
    session.end_keyring();
    let mut child = prepare(session.command(env::current_exe().unwrap()), "read pause read", GENEROUS);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok).filter_map(answer_in);
    assert_eq!(answers.next().as_deref(), Some("keyring_no_service"));
    session.start_keyring(&["--unlock"]);
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert_eq!(answers.next().as_deref(), Some("ok"));
    assert_eq!(answers.next().as_deref(), Some(FIRST), "one failure must not be final");
    assert!(child.wait().unwrap().success());
}
