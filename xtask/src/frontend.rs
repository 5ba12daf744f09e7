//! The front end's own steps: its packages and its build, each only when something changed.

use crate::once::when_changed;
use crate::step::Step;
use crate::tree;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Node.js that the front end's tools run on.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// npm's program, which is a script with an ending on Windows.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Tells whether Node.js is there and new enough.
///
/// # Errors
/// A sentence that says which version is needed.
pub fn check_node() -> Result<(), String> {
    let output = Command::new("node").arg("--version").output();
    let found = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    if is_new_enough(&found) {
        return Ok(());
    }
    let found = if found.is_empty() { "none was found".to_owned() } else { format!("this is {found}") };
    Err(format!("Node.js {}.{} or newer is needed, {found}: https://nodejs.org", OLDEST_NODE.0, OLDEST_NODE.1))
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) >= OLDEST_NODE,
        _ => false,
    }
}

/// Installs the front end's packages, when the lock file changed; tells whether they are there.
pub fn install() -> bool {
    let ui = tree::ui();
    let inputs = [ui.join("package.json"), ui.join("package-lock.json")];
    let step = Step::new("front-end packages", &[NPM, "ci", "--no-audit", "--no-fund"]).within(&ui);
    when_changed("front-end packages", "npm.stamp", &inputs, &ui.join("node_modules"), &[step])
}

/// Builds the front end, when its sources changed; tells whether it is built.
pub fn build() -> bool {
    let ui = tree::ui();
    let step = Step::new("front-end build", &[NPM, "run", "build"]).within(&ui);
    // Not its page: cargo puts one there that stands in for it.
    when_changed("front-end build", "ui.stamp", &sources(&ui), &ui.join("dist/assets"), &[step])
}

/// Everything in the folder but what is made from it.
fn sources(ui: &Path) -> Vec<PathBuf> {
    let inside = fs::read_dir(ui).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut sources: Vec<_> =
        inside.filter(|path| !path.ends_with("node_modules") && !path.ends_with("dist")).collect();
    // The page carries the icons of services too.
    sources.push(ui.join("../icons/issuers"));
    sources.sort();
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_oldest_node_and_newer_ones() {
        assert!(is_new_enough("v20.19.0"));
        assert!(is_new_enough("v22.0.1"));
    }

    #[test]
    fn refuses_an_old_node_and_none_at_all() {
        assert!(!is_new_enough("v18.20.4"));
        assert!(!is_new_enough("v20.18.3"));
        assert!(!is_new_enough(""));
        assert!(!is_new_enough("v20"));
    }
}
