//! The site that the window tests enrol at: Python packages in a virtual environment of their own.

use crate::once::when_changed;
use crate::step::Step;
use crate::tree;
use std::path::Path;

/// Debian's own: its package `python3-venv` is for no other Python.
const SYSTEM_PYTHON: &str = "/usr/bin/python3";

/// Installs the site at `target/party` when its list of packages changed; afterwards it needs no network.
///
/// # Errors
/// A sentence that says what could not be had.
pub fn install() -> Result<(), String> {
    let (packages, folder) = (tree::root().join("tests/ui/party/requirements.txt"), tree::target().join("party"));
    let shown = folder.display().to_string();
    let python = if Path::new(SYSTEM_PYTHON).exists() { SYSTEM_PYTHON } else { "python3" };
    let make = ["-m", "venv", "--clear", &shown];
    let bring = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--only-binary=:all:"];
    let list = packages.display().to_string();
    let own = folder.join("bin/python").display().to_string();
    let steps = [
        Step::new("test site", &[&[python], &make[..]].concat()),
        Step::new("test site", &[&[own.as_str()], &bring[..], &["--require-hashes", "--requirement", &list]].concat()),
    ];
    if when_changed("test site", "party.stamp", &[packages], &folder.join("bin/python"), &steps) {
        return Ok(());
    }
    Err("the site for the window tests could not be installed from PyPI, so they cannot enrol there".into())
}
