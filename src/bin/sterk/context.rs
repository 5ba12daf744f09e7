//! What a verb works with: where the vault lies, what was given to unlock it, the time, and how to answer.

use std::cell::Cell;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::ColorChoice;
use clap::builder::styling::{AnsiColor, Style};
use sterk::backup::Ledger;
use sterk::keychain::{Keychain, OsKeychain};
use sterk::seal::Kdf;
use sterk::settings::{self, Settings};

use crate::failure::Failure;
use crate::options::Global;

/// How long the system keyring may take when a person can answer its question, and when none can.
const KEYRING_LIMIT: [Duration; 2] = [Duration::from_secs(120), Duration::from_secs(15)];

/// Returns how long the system keyring may take; `STERK_KEYRING_LIMIT_MS` shortens it for tests.
fn keyring_limit() -> Duration {
    let limit = KEYRING_LIMIT[usize::from(!std::io::stdin().is_terminal())];
    let named = std::env::var("STERK_KEYRING_LIMIT_MS").ok().and_then(|text| text.parse().ok());
    named.map_or(limit, |named| limit.min(Duration::from_millis(named)))
}

/// Returns how long checking a passphrase shall take: `STERK_UNLOCK_MS`, else about a second.
fn unlock_time() -> Duration {
    let named = std::env::var("STERK_UNLOCK_MS").ok().and_then(|text| text.parse().ok());
    named.map_or(Kdf::WANTED, Duration::from_millis)
}

pub struct Context {
    pub global: Global,
    stdin_claimed_by: Cell<Option<&'static str>>,
    keyring: OsKeychain,
}

impl Context {
    pub fn new(global: Global) -> Result<Self, Failure> {
        // Options of every verb are not held against each other by the parser when a verb stands between them.
        if global.quiet && global.verbose {
            return Err(Failure::usage("--quiet and --verbose exclude each other"));
        }
        let mut global = global;
        // A variable that is set to nothing is not set.
        for file in [&mut global.vault, &mut global.passphrase_file] {
            *file = file.take().filter(|file| !file.as_os_str().is_empty());
        }
        let context = Self { global, stdin_claimed_by: Cell::new(None), keyring: OsKeychain::new(keyring_limit()) };
        context.claim(context.global.passphrase_file.as_deref(), "--passphrase-file")?;
        context.claim(context.global.recovery_key_file.as_deref(), "--recovery-key-file")?;
        Ok(context)
    }

    /// Notes that `option` reads standard input if `file` is `-`; two such options are a wrong use.
    pub fn claim(&self, file: Option<&Path>, option: &'static str) -> Result<(), Failure> {
        if file != Some(Path::new("-")) {
            return Ok(());
        }
        match self.stdin_claimed_by.replace(Some(option)) {
            Some(other) => Err(Failure::usage(format!("{other} and {option} both read standard input"))),
            None => Ok(()),
        }
    }

    /// Returns the folder of the vault.
    pub fn folder(&self) -> Result<PathBuf, Failure> {
        let named = self.global.vault.clone();
        named.or_else(|| sterk::vault::default_folder(|name| std::env::var_os(name))).ok_or_else(|| {
            Failure::usage("there is no home folder to keep a vault in").hint("name a folder with --vault DIR")
        })
    }

    /// Returns what the person set in the window; the ordinary settings where that cannot be read.
    pub fn settings(&self) -> Settings {
        self.settings_file().map(|file| settings::read(&file).0).unwrap_or_default()
    }

    /// Changes what the window shares with the command line; a file that cannot be written is no reason to fail.
    pub fn note(&self, change: impl FnOnce(&mut Settings)) {
        if let Some(Err(fault)) = self.settings_file().map(|file| settings::change(&file, change)) {
            self.detail(fault.to_string());
        }
    }

    /// Names the file that remembers how the folders for backups stand on this computer.
    pub fn ledger(&self) -> Result<PathBuf, Failure> {
        let settings = self.settings_file();
        settings.map(|file| Ledger::beside(&file)).ok_or_else(|| {
            Failure::usage("there is no home folder to remember backups in").hint("name a folder with --vault DIR")
        })
    }

    fn settings_file(&self) -> Option<PathBuf> {
        settings::default_file(self.global.vault.as_deref(), |name| std::env::var_os(name))
    }

    /// Returns the keyring, unless this run shall act as on a machine without one.
    pub fn keyring(&self) -> Option<&dyn Keychain> {
        let off = self.global.no_keyring
            || std::env::var_os("STERK_NO_KEYRING").is_some_and(|set| !set.is_empty() && set != "0");
        (!off).then_some(&self.keyring as &dyn Keychain)
    }

    /// Chooses what checking a new passphrase of the vault shall cost, by measuring this machine.
    pub fn kdf(&self) -> Result<Kdf, Failure> {
        let kdf = Kdf::measured(unlock_time(), Instant::now)?;
        self.detail(format!(
            "Checking the passphrase goes over {} MiB of memory {} times.",
            kdf.memory_kib() / 1024,
            kdf.passes()
        ));
        Ok(kdf)
    }

    /// Returns the real Unix time in milliseconds; changes are stamped with it, whatever `--at` says.
    pub fn now_ms(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
    }

    /// Returns the Unix second that codes are computed for.
    pub fn at(&self) -> u64 {
        self.global.at.unwrap_or(self.now_ms() / 1000)
    }

    /// Tells whether there is a person to ask: a terminal at both ends, and no `--json`.
    pub fn can_ask(&self) -> bool {
        !self.global.json
            && self.stdin_claimed_by.get().is_none()
            && std::io::stdin().is_terminal()
            && std::io::stderr().is_terminal()
    }

    /// Says something on standard error, unless `--quiet`.
    pub fn say(&self, line: impl AsRef<str>) {
        if !self.global.quiet && !self.global.json {
            eprintln!("{}", line.as_ref());
        }
    }

    /// Says how something is done, with `--verbose`.
    pub fn detail(&self, line: impl AsRef<str>) {
        if self.global.verbose {
            self.say(line);
        }
    }

    /// Returns `colour` where standard output shall have colours, else no style: `--color`, then `NO_COLOR`
    /// (no-color.org), then whether it is a terminal. Colour never says anything that words do not.
    pub fn style(&self, colour: AnsiColor) -> Style {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
        let wanted = match self.global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => !unwanted && std::io::stdout().is_terminal(),
        };
        if wanted { Style::new().fg_color(Some(colour.into())) } else { Style::new() }
    }

    /// Warns on standard error, whatever `--quiet` says; with `--json` as a document of one line.
    pub fn warn(&self, line: impl AsRef<str>) {
        if self.global.json {
            eprintln!("{}", serde_json::json!({"warning": {"message": line.as_ref()}}));
        } else {
            eprintln!("sterk: {}", line.as_ref());
        }
    }
}
