//! The other side, not written here: a site whose second factor is allauth's, served by Django on loopback.
//!
//! The project in `party/` adds only that everybody must have one. `cargo xtask test` installs it into `target/party`.

use crate::Outcome;
use crate::process::{Process, output};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The site, running.
pub struct Party {
    folder: TempDir,
    address: String,
    _server: Process,
}

impl Party {
    /// Who the one member is: address and password.
    pub const MEMBER: (&str, &str) = ("ada@example.org", "correct horse battery staple");
    /// What the site calls itself in its QR code.
    pub const NAME: &str = "Example Club";

    /// Starts a site of the test's own, on a port that is free.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub fn start() -> Outcome<Party> {
        let folder = tempfile::Builder::new().prefix("sterk-party-").tempdir()?;
        let mut serve = project(folder.path())?;
        serve.args(["serve", Party::MEMBER.0, Party::MEMBER.1]).stderr(Stdio::null());
        let (server, address) = Process::start_announced(&mut serve)?;
        Ok(Party { folder, address, _server: server })
    }

    /// Returns the address of a page.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Takes the second factor from everybody, as an administrator does for who lost it.
    ///
    /// # Errors
    /// Nobody had one.
    pub fn reset(&self) -> Outcome {
        output(project(self.folder.path())?.arg("reset")).map(drop)
    }
}

fn project(folder: &Path) -> Outcome<Command> {
    let python = crate::window::target().join("party/bin/python");
    if !python.exists() {
        return Err(format!("{} is not there; run `cargo xtask test`", python.display()).into());
    }
    let mut command = Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/party/party.py"));
    // Nothing is written into the repository.
    command.env("PARTY_FOLDER", folder).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null());
    Ok(command)
}
