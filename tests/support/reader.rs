//! The independent reader in Python, run on a sealed file.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the reader on `file` with a credential that is handed over as a file named by `option`.
pub fn open(file: &Path, option: &str, credential: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let held = folder.path().join("credential");
    std::fs::write(&held, credential).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/open_sealed.py");
    Command::new(python()).arg(script).arg(file).arg(option).arg(held).output().unwrap()
}

/// Finds a Python that has what the script needs; the system's own comes first, as packages go there.
fn python() -> &'static str {
    let has_modules = |python: &&str| {
        let check = Command::new(python).args(["-c", "import argon2.low_level, cryptography"]).output();
        check.is_ok_and(|output| output.status.success())
    };
    let found = ["/usr/bin/python3", "python3", "python"].into_iter().find(has_modules);
    found.unwrap_or_else(|| {
        panic!("this test needs the Debian packages python3, python3-cryptography and python3-argon2")
    })
}
