//! At a terminal: what is asked, and what of the answer is seen.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::secret_service::SecretService;
use crate::sterk::{Sterk, WORDS};
use crate::{ADA, ADA_ANEW};

const PATIENCE: Duration = Duration::from_secs(60);

/// Is a run at a terminal of its own, made by `script` of util-linux.
struct Terminal {
    child: Child,
    /// Where the run writes which terminal it has.
    device: PathBuf,
    keys: ChildStdin,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    fn start(sterk: &Sterk, arguments: &[&str]) -> Self {
        Self::start_as(sterk, &sterk.command(arguments))
    }

    fn start_as(sterk: &Sterk, command: &Command) -> Self {
        let quoted = |word: &std::ffi::OsStr| format!("'{}'", word.to_str().unwrap());
        let words: Vec<_> = [command.get_program()].into_iter().chain(command.get_args()).map(quoted).collect();
        let mut child = Command::new("script");
        let device = sterk.path("device");
        let _ = std::fs::remove_file(&device);
        let line = format!("tty > '{}'; exec {}", device.display(), words.join(" "));
        child.args(["--quiet", "--return", "--flush", "--command", &line, "/dev/null"]);
        child
            .env_clear()
            .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("SHELL", "/bin/sh");
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("needs util-linux's script");
        let (keys, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, device, keys, screen, seen: String::new() }
    }

    /// Waits until `text` was shown after what was waited for before.
    #[track_caller]
    fn sees(&mut self, text: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.seen.contains(text) {
            let left = until.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("waited in vain for «{text}»; shown was «{}»", self.seen),
            }
        }
    }

    fn types(&mut self, line: &str) {
        writeln!(self.keys, "{line}").unwrap();
    }

    /// Waits until the terminal shows no more what is typed, then types: a person is slower than a prompt.
    #[track_caller]
    fn types_unseen(&mut self, line: &str) {
        let device = std::fs::read_to_string(&self.device).unwrap();
        let until = Instant::now() + PATIENCE;
        loop {
            let state = Command::new("stty").args(["-a", "-F", device.trim()]).output().unwrap();
            if String::from_utf8_lossy(&state.stdout).contains(" -echo ") {
                return self.types(line);
            }
            assert!(Instant::now() < until, "an answer that is secret is not shown");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for the end; returns the exit status and all that was shown.
    fn ends(mut self) -> (i32, String) {
        let status = self.child.wait().unwrap().code().unwrap();
        self.seen.extend(self.screen.iter().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        (status, self.seen)
    }
}

#[test]
fn asks_for_the_passphrase_and_hides_it() {
    let sterk = Sterk::with_passphrase().without_credentials();
    let mut terminal = Terminal::start(&sterk, &["list"]);
    terminal.sees("Passphrase:");
    terminal.types_unseen(WORDS);
    let (status, seen) = terminal.ends();
    assert_eq!(status, 0, "{seen}");
    assert!(!seen.contains("correct horse"), "a passphrase is never shown: {seen}");
}

#[test]
fn asks_again_after_a_wrong_passphrase() {
    let sterk = Sterk::with_passphrase().without_credentials();
    let mut terminal = Terminal::start(&sterk, &["list"]);
    terminal.sees("Passphrase:");
    terminal.types_unseen("wrong");
    terminal.sees("try again:");
    terminal.types_unseen(WORDS);
    let (status, seen) = terminal.ends();
    assert_eq!(status, 0, "a slip of the finger costs a second try, not the whole command: {seen}");
}

#[test]
fn gives_up_after_three_wrong_passphrases() {
    let sterk = Sterk::with_passphrase().without_credentials();
    let sealed = sterk.sealed();
    let mut terminal = Terminal::start(&sterk, &["list"]);
    for question in ["Passphrase:", "try again:", "try again:"] {
        terminal.sees(question);
        terminal.seen.clear();
        terminal.types_unseen("wrong");
    }
    let (status, seen) = terminal.ends();
    assert_eq!(status, 4, "{seen}");
    assert_eq!(sterk.sealed(), sealed);
}

#[test]
fn offers_the_passphrase_where_no_keyring_answers() {
    let session = SecretService::start();
    let sterk = Sterk::bare();
    let words = sterk.file("passphrase", WORDS);
    let on = |session: &SecretService, arguments: &[&str]| {
        let mut command = sterk.command(arguments);
        command.env_remove("STERK_NO_KEYRING").envs(session.env());
        command
    };
    let init = ["init", "--slot", "keyring,passphrase", "--new-passphrase-file", &words];
    crate::sterk::Run::from(on(&session, &init).output().unwrap()).succeeds();
    let (status, seen) = Terminal::start_as(&sterk, &on(&session, &["list"])).ends();
    assert!(status == 0 && !seen.contains("Passphrase"), "a keyring that answers asks nothing: {seen}");

    let none = SecretService::start_empty();
    let sealed = sterk.sealed();
    let mut terminal = Terminal::start_as(&sterk, &on(&none, &["list"]));
    terminal.sees("Passphrase:");
    assert!(terminal.seen.contains("no system keyring"), "it says why it asks: {}", terminal.seen);
    terminal.types_unseen(WORDS);
    let (status, seen) = terminal.ends();
    assert_eq!(status, 0, "{seen}");
    assert_eq!(sterk.sealed(), sealed, "unlocking another way changes nothing");
}

#[test]
fn takes_a_new_passphrase_only_when_typed_twice_alike() {
    let sterk = Sterk::bare();
    let mut terminal = Terminal::start(&sterk, &["init"]);
    terminal.sees("New passphrase:");
    terminal.types_unseen("one thing");
    terminal.sees("The same again:");
    terminal.types_unseen("another");
    let (status, seen) = terminal.ends();
    assert_eq!((status, sterk.sealed()), (1, None), "{seen}");

    let mut terminal = Terminal::start(&sterk, &["init"]);
    terminal.sees("New passphrase:");
    terminal.types_unseen(WORDS);
    terminal.sees("The same again:");
    terminal.types_unseen(WORDS);
    let (status, seen) = terminal.ends();
    assert_eq!(status, 0, "{seen}");
    assert!(seen.contains("recovery key") && !seen.contains("correct horse"), "{seen}");
}

#[test]
fn asks_before_it_keeps_what_was_found() {
    let sterk = Sterk::new();
    let link = sterk.file("link", ADA);
    let mut terminal = Terminal::start(&sterk, &["add", "--uri-file", &link]);
    terminal.sees("Keep?");
    assert!(terminal.seen.contains("Example · ada"), "what is asked about is shown: {}", terminal.seen);
    terminal.types("n");
    assert_eq!(terminal.ends().0, 1);
    assert!(sterk.names().is_empty());

    let mut terminal = Terminal::start(&sterk, &["add", "--uri-file", &link]);
    terminal.sees("Keep?");
    terminal.types("");
    leaves_the_file(&mut terminal);
    assert_eq!(terminal.ends().0, 0, "yes is what an empty answer means");
    assert_eq!(sterk.names(), ["ada"]);
}

/// Answers the last question, which comes when all of a file was kept.
#[track_caller]
fn leaves_the_file(terminal: &mut Terminal) {
    terminal.sees("Delete it for good?");
    terminal.types("n");
}

#[test]
fn offers_to_delete_the_file_and_leaves_it_unless_told() {
    for (answer, stays) in [("", true), ("n", true), ("y", false)] {
        let sterk = Sterk::new();
        let link = sterk.file("link", ADA);
        let mut terminal = Terminal::start(&sterk, &["add", "--uri-file", &link]);
        terminal.sees("Keep?");
        terminal.types("y");
        terminal.sees("Delete it for good?");
        terminal.types(answer);
        let (status, seen) = terminal.ends();
        assert_eq!((status, sterk.path("link").exists()), (0, stays), "{answer}: {seen}");
    }
}

#[test]
fn asks_what_to_do_with_a_duplicate() {
    for (letter, names, old_code) in [("s", 1, true), ("r", 1, false), ("k", 2, true)] {
        let sterk = Sterk::holding(&[ADA]);
        let link = sterk.file("link", ADA_ANEW);
        let mut terminal = Terminal::start(&sterk, &["add", "--uri-file", &link]);
        terminal.sees("[s]kip");
        terminal.types(letter);
        if letter != "s" {
            leaves_the_file(&mut terminal);
        }
        let (status, seen) = terminal.ends();
        assert_eq!((status, sterk.names().len()), (0, names), "{letter}: {seen}");
        let codes = sterk.json(&["--at", "59", "code", "ada"]);
        assert_eq!(codes.as_array().unwrap().iter().any(|row| row["code"] == "287082"), old_code, "{letter}");
    }
}

#[test]
fn keeps_nothing_on_an_answer_that_is_none() {
    let sterk = Sterk::holding(&[ADA]);
    let link = sterk.file("link", ADA_ANEW);
    let sealed = sterk.sealed();
    let mut terminal = Terminal::start(&sterk, &["add", "--uri-file", &link]);
    terminal.sees("[s]kip");
    terminal.types("x");
    let (status, seen) = terminal.ends();
    assert!(status == 1 && seen.contains("nothing was kept"), "{seen}");
    assert_eq!(sterk.sealed(), sealed);
}

#[test]
fn asks_for_a_secret_typed_by_hand_and_hides_it() {
    let sterk = Sterk::new();
    let mut terminal = Terminal::start(&sterk, &["--yes", "add", "--manual", "--account", "ada"]);
    terminal.sees("Secret:");
    terminal.types_unseen("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let (status, seen) = terminal.ends();
    assert_eq!(status, 0, "{seen}");
    assert!(!seen.contains("GEZDGNBV"), "{seen}");
    assert_eq!(sterk.run(&["--at", "59", "code", "ada"]).stdout, "287082\n");
}

#[test]
fn groups_a_code_for_reading() {
    let sterk = Sterk::holding(&[ADA]);
    let (status, seen) = Terminal::start(&sterk, &["--at", "59", "code", "ada"]).ends();
    assert_eq!(status, 0);
    assert!(seen.contains("287 082") && seen.contains("1 s"), "{seen}");
}

#[test]
fn asks_for_the_passphrase_again_before_a_secret_is_shown() {
    let sterk = Sterk::with_passphrase();
    let link = sterk.file("link", ADA);
    sterk.run(&["add", "--uri-file", &link]).succeeds();
    let sterk = sterk.without_credentials();
    let mut terminal = Terminal::start(&sterk, &["show", "ada", "--reveal"]);
    terminal.sees("Passphrase:");
    terminal.types_unseen(WORDS);
    terminal.sees("once more");
    terminal.types_unseen("wrong");
    let (status, seen) = terminal.ends();
    assert_eq!(status, 4, "{seen}");
    assert!(!seen.contains("GEZDGNBV"), "{seen}");
}

#[test]
fn asks_nothing_where_a_document_is_wanted() {
    let sterk = Sterk::with_passphrase().without_credentials();
    let (status, seen) = Terminal::start(&sterk, &["--json", "list"]).ends();
    assert_eq!(status, 4, "{seen}");
    assert!(seen.contains(r#""code":"locked""#), "{seen}");
}

#[test]
fn counts_down_while_it_keeps_looking() {
    let screen = crate::screen::Screen::start(600, 400);
    let sterk = Sterk::bare();
    let mut command = sterk.command(&["scan", "--screen", "--keep-looking", "100"]);
    command.env("DISPLAY", screen.name());
    let mut terminal = Terminal::start_as(&sterk, &command);
    terminal.sees("looking for a QR code, ");
    terminal.sees(" s left");
    screen.show(ADA, 40, 40, 3);
    let (status, seen) = terminal.ends();
    assert_eq!(status, 0, "{seen}");
    let (_, answer) = seen.rsplit_once("\x1b[K").unwrap();
    assert!(answer.starts_with("screen:screen: Example"), "the countdown is wiped before the answer: {seen:?}");
}

#[test]
fn enrols_step_by_step_and_loses_nothing_on_the_way() {
    let sterk = Sterk::new();
    let site = sterk.picture("site.png", ADA);
    let mut terminal = Terminal::start(&sterk, &["enrol", "--image", &site]);
    terminal.sees("Keep?");
    terminal.types("y");
    terminal.sees("Accepted?");
    assert!(terminal.seen.contains("s left"), "the code stands there with its time: {}", terminal.seen);
    terminal.seen.clear();
    terminal.types("n");
    terminal.sees("1. The clock");
    terminal.sees("Accepted?");
    terminal.seen.clear();
    terminal.types("y");
    terminal.sees("Recovery codes:");
    terminal.types("p");
    terminal.sees("Paste the codes");
    terminal.types("1. aaaa-1111\n2. bbbb-2222\n3. cccc-3333\n");
    terminal.sees("3 recovery codes are kept");
    terminal.sees("fresh backup now?");
    terminal.types("n");
    let (status, seen) = terminal.ends();
    assert!(status == 0 && seen.contains("confirmed, recovery codes kept"), "{seen}");
    assert_eq!(sterk.json(&["show", "ada"])["recovery"]["unused"], 3);
}

#[test]
fn an_enrolment_that_is_left_goes_on_where_it_was() {
    let sterk = Sterk::new();
    let site = sterk.picture("site.png", ADA);
    let mut terminal = Terminal::start(&sterk, &["enrol", "--image", &site]);
    terminal.sees("Keep?");
    terminal.types("y");
    terminal.sees("Accepted?");
    terminal.types("\u{4}");
    terminal.ends();
    assert_eq!(sterk.names(), ["ada"], "what was kept before is there");
    let mut terminal = Terminal::start(&sterk, &["enrol", "ada"]);
    terminal.sees("Accepted?");
    terminal.types("y");
    terminal.sees("Recovery codes:");
    terminal.types("l");
    terminal.sees("fresh backup now?");
    terminal.types("n");
    assert_eq!(terminal.ends().0, 0);
    assert_eq!(sterk.json(&["show", "ada"])["enrolment"], "open");
}

#[test]
fn shows_what_a_policy_asks_and_takes_an_empty_answer_to_a_doubt_for_no() {
    let sterk = Sterk::new();
    let signed = sterk.file("signed.json", include_str!("../data/signed.sterk-policy.json"));
    let plain = sterk.file("plain.json", include_str!("../data/example.sterk-policy.json"));
    let mut terminal = Terminal::start(&sterk, &["policy", "apply", &signed]);
    terminal.sees("at https://github.com/settings/security");
    terminal.sees("Apply this policy?");
    terminal.types("y");
    assert_eq!(terminal.ends().0, 0);
    for (answer, expected) in [("", 1), ("y", 0)] {
        let mut terminal = Terminal::start(&sterk, &["policy", "apply", &plain]);
        terminal.sees("Careful: it is not signed");
        terminal.types(answer);
        if answer == "y" {
            terminal.sees("Apply this policy?");
            terminal.types("");
        }
        let (status, seen) = terminal.ends();
        assert_eq!(status, expected, "{answer}: {seen}");
    }
    assert!(sterk.json(&["policy", "show"])["signed_by"].is_null());
}
