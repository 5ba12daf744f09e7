//! Child processes that never outlive the test, and waiting that ends.

use crate::Outcome;
use crate::memory::{Piece, pieces_in};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A running program with all that it started; killed when dropped.
pub struct Process(Child);

impl Process {
    /// Starts a program in a process group of its own.
    pub(crate) fn start(command: &mut Command) -> Outcome<Process> {
        let child = command.process_group(0).spawn();
        Ok(Process(child.map_err(|error| format!("{}: {error}", command.get_program().display()))?))
    }

    /// Starts a program and returns the first line it prints: where it can be reached.
    pub(crate) fn start_announced(command: &mut Command) -> Outcome<(Process, String)> {
        let mut process = Process::start(command.stdout(Stdio::piped()))?;
        let stream = process.0.stdout.take().ok_or("no standard output")?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        match line.trim() {
            "" => Err(format!("{} ended at once", command.get_program().display()).into()),
            line => Ok((process, line.to_owned())),
        }
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It did not succeed.
    pub fn succeed(mut self) -> Outcome {
        let status = self.0.wait()?;
        if status.success() { Ok(()) } else { Err(status.to_string().into()) }
    }

    /// Returns the memory of it and all that it started, shared pages by their share (PSS), in KiB.
    pub fn memory_kib(&self) -> u64 {
        let rollups = self.all().filter_map(|path| fs::read_to_string(path.join("smaps_rollup")).ok());
        let shares = rollups.filter_map(|rollup| {
            let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
            line.trim().strip_suffix(" kB")?.parse::<u64>().ok()
        });
        shares.sum()
    }

    /// Returns the time that it and all that it started have spent on a core so far.
    pub fn cpu(&self) -> Duration {
        // Fields 14 and 15 of proc(5), here counted from the third, in hundredths of a second.
        let ticks = self.all().flat_map(|path| stat(&path).into_iter().skip(11).take(2));
        Duration::from_millis(10) * ticks.filter_map(|ticks| ticks.parse::<u32>().ok()).sum()
    }

    /// Halts it without ending it, as a hang does.
    ///
    /// # Errors
    /// It is gone.
    pub fn halt(&self) -> Outcome {
        output(Command::new("kill").args(["-STOP", "--", &format!("-{}", self.0.id())])).map(drop)
    }

    /// Kills the one process of this name that it started.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn kill_child(&self, name: &str) -> Outcome {
        let named = |path: &PathBuf| fs::read_to_string(path.join("comm")).unwrap_or_default().trim() == name;
        let found: Vec<_> = self.all().filter(named).filter_map(|path| Some(path.file_name()?.to_owned())).collect();
        let [only] = &found[..] else { return Err(format!("{} processes named {name}", found.len()).into()) };
        output(Command::new("kill").arg("-KILL").arg(only)).map(drop)
    }

    /// Returns which pieces lie in the memory of the one process of this name that it started.
    ///
    /// # Errors
    /// There is none, or more than one, or its memory cannot be read.
    pub fn pieces_in_memory(&self, name: &str, pieces: &[Piece]) -> Outcome<BTreeSet<String>> {
        let named = |path: &PathBuf| fs::read_to_string(path.join("comm")).unwrap_or_default().trim() == name;
        let found: Vec<_> = self.all().filter(named).collect();
        let [only] = &found[..] else { return Err(format!("{} processes named {name}", found.len()).into()) };
        pieces_in(only, pieces)
    }

    /// Finds it and all that it started, as folders of `/proc`.
    fn all(&self) -> impl Iterator<Item = PathBuf> {
        let group = self.0.id().to_string();
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
        processes.filter(move |path| stat(path).get(2) == Some(&group))
    }

    /// Returns the child itself, for its input.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The group: a driver that is killed alone leaves the window behind.
        let group = format!("-{}", self.0.id());
        drop(Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status());
        drop(self.0.wait());
    }
}

/// Returns what `/proc` says of a process, from its state on.
fn stat(process: &Path) -> Vec<String> {
    let text = fs::read_to_string(process.join("stat")).unwrap_or_default();
    text.rsplit(") ").next().unwrap_or_default().split(' ').map(str::to_owned).collect()
}

/// Runs a command that ends by itself, for ten seconds at most; returns what it printed.
pub(crate) fn output(command: &mut Command) -> Outcome<Vec<u8>> {
    let mut bounded = Command::new("timeout");
    bounded.arg("10").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        bounded.env(name, value.unwrap_or_default());
    }
    let output = bounded.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let error = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {} {error}", command.get_program().display(), output.status).into())
}

/// Asks again until the answer is there, for `seconds` at most.
///
/// # Errors
/// `what` did not happen in time.
pub fn poll<T>(what: &str, seconds: u64, mut ask: impl FnMut() -> Option<T>) -> Outcome<T> {
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        if Instant::now() > end {
            return Err(format!("{what}: not within {seconds} s").into());
        }
        sleep(Duration::from_millis(50));
    }
}
