//! The program itself, on a vault, a home and an environment of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// The passphrase of [`Sterk::with_passphrase`].
pub const WORDS: &str = "correct horse battery staple";

/// The longest that a run may take: the tour waits for two changes of code at most.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs `sterk` in a folder that is removed at the end; nothing of the real session is seen or touched.
pub struct Sterk {
    folder: TempDir,
    /// What every run is given to unlock with.
    given: Vec<String>,
}

/// Is what one run answered.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Sterk {
    /// Makes a place without a vault.
    pub fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        Self { folder, given: Vec::new() }
    }

    /// Makes a vault that a recovery key opens: no passphrase to derive a key from, so every run is quick.
    pub fn new() -> Self {
        let mut sterk = Self::bare();
        let answer = sterk.run(&["--json", "init", "--slot", "recovery-key"]).json();
        let key = sterk.file("recovery-key", answer["recovery_key"].as_str().unwrap());
        sterk.given = vec!["--recovery-key-file".into(), key];
        sterk
    }

    /// Makes a vault that a passphrase opens, and a recovery key.
    pub fn with_passphrase() -> Self {
        let mut sterk = Self::bare();
        sterk.given = vec!["--passphrase-file".into(), sterk.file("passphrase", WORDS)];
        let answer = sterk.run(&["--json", "init"]).json();
        sterk.file("recovery-key", answer["recovery_key"].as_str().unwrap());
        sterk
    }

    /// Makes a vault with these links in it.
    pub fn holding(links: &[&str]) -> Self {
        let sterk = Self::new();
        let file = sterk.file("links", links.join("\n"));
        sterk.run(&["add", "--uri-file", &file]).succeeds();
        sterk
    }

    /// Gives these options to every run from now on.
    pub fn given(mut self, options: &[&str]) -> Self {
        self.given = options.iter().map(|&option| option.to_owned()).collect();
        self
    }

    /// Gives nothing to unlock with from now on.
    pub fn without_credentials(mut self) -> Self {
        self.given.clear();
        self
    }

    /// Runs with these arguments, without any standard input.
    pub fn run(&self, arguments: &[&str]) -> Run {
        finish(piped(&mut self.command(arguments)).stdin(Stdio::null()).spawn().unwrap())
    }

    /// Runs with these arguments and `input` as standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        run_with(self.command(arguments), input)
    }

    /// Runs, expects success, and returns the document it answers with.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(arguments);
        self.run(&all).json()
    }

    /// Runs, expects this exit status, and returns the error's document.
    pub fn fault(&self, exit: i32, arguments: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(arguments);
        self.run(&all).fault(exit)
    }

    /// Starts with these arguments; the streams are piped.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        piped(&mut self.command(arguments)).stdin(Stdio::null()).spawn().unwrap()
    }

    /// Returns the command with these arguments, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        let home = self.path("home");
        command.env_clear().current_dir(self.folder.path()).env("HOME", &home).env("LANG", "C.UTF-8");
        for name in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
            command.env(name, &home);
        }
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        // No passphrase costs more than the least that a new one may: nobody waits a second for each run.
        command.env("STERK_VAULT", self.vault()).env("STERK_NO_KEYRING", "1").env("STERK_UNLOCK_MS", "0");
        command.args(&self.given).args(arguments);
        command
    }

    /// Writes a file beside the vault and returns its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Draws a picture of one QR code and returns its path.
    pub fn picture(&self, name: &str, text: &str) -> String {
        let code = qrcode::QrCode::new(text).unwrap();
        let image = code.render::<image::Luma<u8>>().module_dimensions(4, 4).build();
        let path = self.path(name);
        image.save_with_format(&path, image::ImageFormat::Png).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Names a path beside the vault.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the folder of the vault.
    pub fn vault(&self) -> PathBuf {
        self.path("vault")
    }

    /// Returns the sealed file's bytes; nothing where there is none.
    pub fn sealed(&self) -> Option<Vec<u8>> {
        fs::read(self.vault().join("vault.sterk")).ok()
    }

    /// Runs `deed`, and fails if it changed a byte of the vault.
    pub fn unchanged<T>(&self, deed: impl FnOnce() -> T) -> T {
        let before = self.sealed();
        let answer = deed();
        assert!(before == self.sealed(), "the vault must be as it was");
        answer
    }

    /// Returns the names of all live accounts.
    pub fn names(&self) -> Vec<String> {
        let rows = self.json(&["list"]);
        rows.as_array().unwrap().iter().map(|row| row["account"].as_str().unwrap().to_owned()).collect()
    }
}

impl Run {
    /// Expects exit status 0.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.status, 0, "it was to succeed: {self:?}");
        self
    }

    /// Expects exit status 0 and one JSON document, alone on standard output.
    #[track_caller]
    pub fn json(self) -> Value {
        let run = self.succeeds();
        serde_json::from_str(&run.stdout).unwrap_or_else(|fault| panic!("not one document ({fault}): {run:?}"))
    }

    /// Expects this exit status, nothing but an error's document on standard error; returns the error.
    #[track_caller]
    pub fn fault(self, exit: i32) -> Value {
        assert_eq!(self.status, exit, "the exit status: {self:?}");
        // Warnings may go before, a document each; the error is the last.
        let last = self.stderr.lines().last().unwrap_or_default();
        let document: Value =
            serde_json::from_str(last).unwrap_or_else(|fault| panic!("not one document ({fault}): {self:?}"));
        let error = document["error"].clone();
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "an error says something: {self:?}");
        assert!(error["hint"].is_string(), "an error has a hint, empty or not: {self:?}");
        error
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        // A run that a signal ended has no status: -1, which no test expects.
        let status = output.status.code().unwrap_or(-1);
        Self { status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Names the program under test.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_sterk"))
}

/// Runs `command` with `input` as its standard input.
pub fn run_with(mut command: Command, input: &str) -> Run {
    let mut child = piped(&mut command).stdin(Stdio::piped()).spawn().unwrap();
    // A program that refuses its options ends without reading.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    finish(child)
}

/// Waits for the end of a run; one that does not end fails the test instead of holding it for ever.
#[track_caller]
pub fn finish(child: Child) -> Run {
    let id = child.id().to_string();
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    let Ok(output) = receiver.recv_timeout(PATIENCE) else {
        let _ = Command::new("kill").args(["-KILL", &id]).status();
        panic!("the program did not end within {PATIENCE:?}");
    };
    output.unwrap().into()
}

fn piped(command: &mut Command) -> &mut Command {
    command.stdout(Stdio::piped()).stderr(Stdio::piped())
}
