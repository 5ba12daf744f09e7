//! Every system call of a write fails, or is the last one: the vault opens after it, in the old state or the new one.
//!
//! `strace` counts the calls of a run, then each is made to fail in a run of its own, and the process is killed before
//! it in another. What was answered with success is there; what stands in the way afterwards is cleared by the next run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sterk::Passphrase;
use sterk::backup::Backup;
use sterk::seal::RecoveryKey;
use sterk::vault::LockedVault;

use crate::sterk::{Run, Sterk, program};
use crate::{ADA, BOB};

/// The calls that change files, sync them and take locks.
const WRITING: [&str; 14] = [
    "openat",
    "write",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "ftruncate",
    "flock",
    "close",
];

/// Calls whose failure says nothing of files: the program does not start, or waits for ever for a thread.
const LEFT_OUT: [&str; 6] = ["execve", "exit_group", "futex", "restart_syscall", "rt_sigreturn", "set_tid_address"];

/// What befalls a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Fails(&'static str),
    Killed,
}

/// Is one command on a vault, and how its states are told apart.
pub struct Scenario {
    pub name: &'static str,
    words: Vec<String>,
    pub sterk: Sterk,
    /// The vault's folder before the command, to be laid out anew each time.
    base: PathBuf,
    key: RecoveryKey,
}

/// Counts what was tried.
#[derive(Debug, Default)]
struct Tally {
    failed: usize,
    killed: usize,
    /// Runs that ended without success.
    felt: usize,
    old: usize,
    new: usize,
}

/// Says what a vault holds, as far as the scenarios change it.
pub type State = BTreeSet<String>;

impl Scenario {
    fn new(name: &'static str, sterk: Sterk, words: &[&str]) -> Self {
        let base = sterk.path("base");
        copy(&sterk.vault(), &base);
        let key = RecoveryKey::parse(&fs::read_to_string(sterk.path("recovery-key")).unwrap()).unwrap();
        Self { name, words: words.iter().map(|word| (*word).to_owned()).collect(), sterk, base, key }
    }

    pub fn lay_out(&self) {
        fs::remove_dir_all(self.sterk.vault()).unwrap();
        copy(&self.base, &self.sterk.vault());
    }

    /// Runs the command under `strace`, which ends it after a while.
    pub fn traced(&self, options: &[&str]) -> Run {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let command = self.sterk.command(&words);
        let mut traced = Command::new("timeout");
        traced.args(["-s", "KILL", "60", "strace", "-f", "-qq"]).args(options);
        traced.arg(program()).args(command.get_args()).current_dir(self.sterk.path("."));
        traced.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = traced.stdin(Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Run { status: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Lists each call of the main thread by its name and number, from the first that touches the vault on or from the start.
    fn calls(&self, from_the_start: bool) -> Vec<(String, usize)> {
        let log = self.sterk.path("calls");
        self.lay_out();
        self.traced(&["-o", log.to_str().unwrap()]).succeeds();
        let log = fs::read_to_string(log).unwrap();
        let main = log.split(' ').next().unwrap().to_owned();
        let (mut numbers, mut calls) = (BTreeMap::<String, usize>::new(), Vec::new());
        let mut begun = from_the_start;
        for line in log.lines().filter_map(|line| line.strip_prefix(&main)) {
            let Some((name, rest)) = line.trim_start().split_once('(') else { continue };
            begun |= rest.contains("/vault");
            let number = numbers.entry(name.to_owned()).or_default();
            *number += 1;
            if begun {
                calls.push((name.to_owned(), *number));
            }
        }
        calls
    }

    /// Opens the vault in this process, by the key from before or by one that the run has shown; nothing where it is not
    /// whole, does not open, or has lost something.
    pub fn state(&self, shown: &str) -> Option<State> {
        let locked = LockedVault::find(&self.sterk.vault()).ok()??;
        let fresh = shown.lines().find_map(|line| RecoveryKey::parse(line).ok());
        let keys = [Some(&self.key), fresh.as_ref()];
        let vault = keys.into_iter().flatten().find_map(|key| locked.unlock_with_recovery_key(key, 0).ok())?;
        let accounts = vault.accounts().into_iter().map(|account| format!("{} {}", account.name, account.note));
        // A slot of a re-key has an id of its own, and so the new state is told from the old one.
        let state = accounts.chain(vault.slots().iter().map(|slot| slot.id.to_string())).collect();
        vault.quarantine().is_empty().then_some(state)
    }

    /// Makes each call fail, and be the last.
    fn go_through(&self, names: Option<&[&str]>, faults: &[Fault]) -> Tally {
        self.lay_out();
        let old = self.state("").unwrap();
        let mut tally = Tally::default();
        for (name, number) in self.calls(names.is_none()) {
            if LEFT_OUT.contains(&name.as_str()) || names.is_some_and(|names| !names.contains(&name.as_str())) {
                continue;
            }
            for fault in faults {
                self.lay_out();
                let what = match fault {
                    Fault::Fails(error) => format!("error={error}"),
                    Fault::Killed => "signal=KILL".to_owned(),
                };
                let inject = format!("inject={name}:{what}:when={number}");
                let trace = format!("trace={name}");
                let run = self.traced(&["-o", "/dev/null", "-e", &trace, "-e", &inject]);
                let place = format!("{}: {inject}: {run:?}", self.name);
                let state = self.state(&run.stdout).expect(&place);
                assert!(run.status != 0 || state != old, "what was answered with success is there; {place}");
                match fault {
                    Fault::Fails(_) => tally.failed += 1,
                    Fault::Killed => tally.killed += 1,
                }
                tally.felt += usize::from(run.status != 0);
                tally.old += usize::from(state == old);
                tally.new += usize::from(state != old);
                if state == old {
                    let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
                    let again = self.sterk.run(&words);
                    assert_eq!(again.status, 0, "the next run clears what stood in the way; {place} {again:?}");
                    assert!(self.state(&again.stdout).expect(&place) != old, "{place}");
                }
            }
        }
        println!("{}: {tally:?}", self.name);
        tally
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub fn save() -> Scenario {
    let sterk = Sterk::holding(&[ADA]);
    let link = sterk.file("link", BOB);
    Scenario::new("save", sterk, &["add", "--uri-file", &link])
}

pub fn slot_change() -> Scenario {
    Scenario::new("slot change", Sterk::holding(&[ADA]), &["slot", "add", "recovery-key", "--name", "second"])
}

pub fn rekey() -> Scenario {
    Scenario::new("re-key", Sterk::holding(&[ADA]), &["slot", "rekey"])
}

/// Tells whether calls can be made to fail here.
pub fn can_trace() -> bool {
    let mut trial = Command::new("strace");
    trial.args(["-f", "-qq", "-o", "/dev/null", "-e", "inject=close:error=EIO:when=60000", "true"]);
    let can = trial.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !can {
        eprintln!("NOT RUN: there is no strace, or it may not trace here; install it to see every call fail");
    }
    can
}

fn assert_felt(tally: &Tally) {
    assert!(tally.failed >= 20 && tally.killed >= 20, "calls were found: {tally:?}");
    assert!(tally.felt * 2 >= tally.killed && tally.old > 0 && tally.new > 0, "and it was felt: {tally:?}");
}

const BOTH: [Fault; 2] = [Fault::Fails("EIO"), Fault::Killed];

#[test]
fn a_save_in_which_any_writing_call_fails_or_is_the_last_loses_nothing() {
    if can_trace() {
        assert_felt(&save().go_through(Some(&WRITING), &BOTH));
    }
}

#[test]
fn a_slot_change_in_which_any_writing_call_fails_or_is_the_last_locks_nobody_out() {
    if can_trace() {
        assert_felt(&slot_change().go_through(Some(&WRITING), &BOTH));
    }
}

#[test]
fn a_rekey_in_which_any_writing_call_fails_or_is_the_last_locks_nobody_out() {
    if can_trace() {
        assert_felt(&rekey().go_through(Some(&WRITING), &BOTH));
    }
}

/// The whole of it, some minutes: `cargo test --test cli faults -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes; the numbers are in docs/reliability.md"]
fn every_single_call_of_save_slot_change_and_rekey_fails_and_is_the_last() {
    assert!(can_trace());
    let faults = [Fault::Fails("EIO"), Fault::Fails("ENOSPC"), Fault::Fails("ENOMEM"), Fault::Killed];
    for scenario in [save(), slot_change(), rekey()] {
        assert_felt(&scenario.go_through(None, &faults));
    }
}

/// Writes backups into a folder with one that is done; no fault touches that one, and what has a backup's name is whole.
fn backup(names: Option<&[&str]>, faults: &[Fault]) -> usize {
    let sterk = Sterk::holding(&[ADA]);
    let words = sterk.file("backup-words", "words of the backup");
    let folder = sterk.path("stick");
    fs::create_dir(&folder).unwrap();
    let done = folder.join("done.sterk");
    let create = ["backup", "create", "--backup-passphrase-file", &words, "--to"];
    sterk.run(&[&create[..], &[done.to_str().unwrap()]].concat()).succeeds();
    let sealed = fs::read(&done).unwrap();
    let next = folder.join("next.sterk");
    let scenario = Scenario::new("backup", sterk, &[&create[..], &[next.to_str().unwrap()]].concat());
    let mut tried = 0;
    let calls = scenario.calls(false);
    let _ = fs::remove_file(&next);
    for (name, number) in calls {
        if LEFT_OUT.contains(&name.as_str()) || names.is_some_and(|names| !names.contains(&name.as_str())) {
            continue;
        }
        for fault in faults {
            let what = if let Fault::Fails(error) = fault { format!("error={error}") } else { "signal=KILL".into() };
            let inject = format!("inject={name}:{what}:when={number}");
            let run = scenario.traced(&["-o", "/dev/null", "-e", &format!("trace={name}"), "-e", &inject]);
            assert!(fs::read(&done).unwrap() == sealed, "{inject}: the backup that was done is as it was");
            assert!(run.status != 0 || next.exists(), "{inject}: what was answered with success is there");
            if next.exists() {
                let opened = Backup::open(&next, &Passphrase::new("words of the backup".into()));
                assert!(!opened.expect(&inject).records().is_empty(), "{inject}");
                fs::remove_file(&next).unwrap();
            }
            tried += 1;
        }
    }
    println!("backup: {tried} faults");
    tried
}

#[test]
fn a_backup_that_is_killed_before_it_is_in_place_leaves_the_last_one_and_no_half_one() {
    if can_trace() {
        let names = ["fsync", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat"];
        assert!(backup(Some(&names), &[Fault::Killed]) >= 3);
    }
}

/// The whole of it, minutes: each run derives a key twice.
#[test]
#[ignore = "takes minutes; the numbers are in docs/reliability.md"]
fn every_writing_call_of_a_backup_fails_and_is_the_last() {
    assert!(can_trace());
    assert!(backup(Some(&WRITING), &BOTH) >= 40);
}
