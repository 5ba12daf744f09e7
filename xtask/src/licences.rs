//! `cargo xtask licences`: writes what the program is built from, by licence, for the page that says so.

use crate::tree;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// The systems that the program is written for; each needs packages of its own.
const SYSTEMS: [&str; 3] =
    ["--target=aarch64-apple-darwin", "--target=x86_64-pc-windows-msvc", "--target=x86_64-unknown-linux-gnu"];

/// The packages of npm that end up in the page; the others only build it.
const PAGE: [&str; 4] = ["@tauri-apps/api", "clsx", "esm-env", "svelte"];

/// Packages by licence.
type List = BTreeMap<String, BTreeSet<String>>;

/// Writes the list.
///
/// # Errors
/// Cargo does not answer, the front end is not installed, or the file cannot be written.
pub fn write() -> Result<ExitCode, String> {
    let mut list = crates(&SYSTEMS)?;
    for package in PAGE {
        list.entry(of_npm(package)?).or_default().insert(package.to_owned());
    }
    fs::write(file(), json(&list)).map_err(|error| format!("the list cannot be written: {error}"))?;
    println!("{} names {} packages", file().display(), list.values().map(BTreeSet::len).sum::<usize>());
    Ok(ExitCode::SUCCESS)
}

fn file() -> PathBuf {
    tree::ui().join("src/about/licences.json")
}

/// Asks cargo for the packages that end up in the programs, and their licences.
fn crates(systems: &[&str]) -> Result<List, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["tree", "--locked", "--offline", "--package=sterk", "--package=sterk-window"]);
    cargo.args(["--edges=normal,no-proc-macro", "--prefix=none", "--format={p}|{l}"]).args(systems);
    let answer = cargo.current_dir(tree::root()).output().map_err(|error| format!("cargo: {error}"))?;
    if !answer.status.success() {
        return Err(format!("cargo tree: {}", String::from_utf8_lossy(&answer.stderr).trim()));
    }
    Ok(listed(&String::from_utf8_lossy(&answer.stdout)))
}

/// Reads lines as `name v1.2.3|licence (*)`; our own packages are no part of the list.
fn listed(answer: &str) -> List {
    let mut list = List::new();
    for (package, licence) in answer.lines().filter_map(|line| line.split_once('|')) {
        let name = package.split(' ').next().unwrap_or_default();
        if !matches!(name, "sterk" | "sterk-window") {
            list.entry(plain(licence.trim_end_matches(" (*)"))).or_default().insert(name.to_owned());
        }
    }
    list
}

/// Writes a choice in one way only: `MIT/Apache-2.0` and `MIT OR Apache-2.0` are the same.
fn plain(licence: &str) -> String {
    let licence = licence.replace('/', " OR ").replace("  ", " ");
    if licence.contains(" AND ") {
        return licence;
    }
    let choices: BTreeSet<_> = licence.split(" OR ").collect();
    choices.into_iter().collect::<Vec<_>>().join(" OR ")
}

fn of_npm(package: &str) -> Result<String, String> {
    let path = tree::ui().join("node_modules").join(package).join("package.json");
    let text = fs::read_to_string(path).map_err(|_| format!("{package} is not there; run `npm ci` in ui"))?;
    let licence = text.split_once("\"license\": \"").and_then(|(_, rest)| rest.split_once('"'));
    licence.map(|(licence, _)| plain(licence)).ok_or_else(|| format!("{package} names no licence"))
}

fn json(list: &List) -> String {
    let lines = list.iter().map(|(licence, packages)| {
        let packages: Vec<_> = packages.iter().map(|package| format!("\"{package}\"")).collect();
        format!("  \"{licence}\": [{}]", packages.join(", "))
    });
    format!("{{\n{}\n}}\n", lines.collect::<Vec<_>>().join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads back what [`json`] wrote.
    fn kept() -> BTreeSet<String> {
        let text = fs::read_to_string(file()).unwrap_or_default();
        let packages = text.lines().filter_map(|line| line.split_once("\": [")).map(|(_, packages)| packages);
        packages.flat_map(|packages| packages.split('"').skip(1).step_by(2)).map(str::to_owned).collect()
    }

    #[test]
    fn the_list_names_every_package_of_this_system() {
        let needed: BTreeSet<_> = crates(&[]).unwrap_or_default().into_values().flatten().collect();
        assert!(needed.contains("tauri"), "cargo answers");
        let missing: Vec<_> = needed.difference(&kept()).cloned().collect();
        assert!(missing.is_empty(), "run `cargo xtask licences`: {missing:?} are not in the list");
    }

    #[test]
    fn the_list_names_no_package_that_is_gone() {
        let lock = fs::read_to_string(tree::root().join("Cargo.lock")).unwrap_or_default();
        let there = |name: &str| PAGE.contains(&name) || lock.contains(&format!("\nname = \"{name}\"\n"));
        let gone: Vec<_> = kept().into_iter().filter(|name| !there(name)).collect();
        assert!(gone.is_empty(), "run `cargo xtask licences`: {gone:?} are not in Cargo.lock");
    }

    #[test]
    fn the_page_uses_no_package_that_the_list_leaves_out() {
        let text = fs::read_to_string(tree::ui().join("package.json")).unwrap_or_default();
        let used = text.split_once("\"dependencies\": {").and_then(|(_, rest)| rest.split_once('}'));
        let used: Vec<_> = used.map(|(used, _)| used.split('"').skip(1).step_by(4).collect()).unwrap_or_default();
        assert!(used.contains(&"@tauri-apps/api"), "{used:?}");
        for package in used.iter().chain(&PAGE) {
            assert!(PAGE.contains(package) && kept().contains(*package), "{package} is not in the list");
        }
    }

    #[test]
    fn one_choice_is_written_in_one_way() {
        for same in ["MIT/Apache-2.0", "Apache-2.0 / MIT", "MIT OR Apache-2.0"] {
            assert_eq!(plain(same), "Apache-2.0 OR MIT");
        }
        assert_eq!(plain("(MIT OR Apache-2.0) AND ISC"), "(MIT OR Apache-2.0) AND ISC");
    }

    #[test]
    fn our_own_packages_are_no_part_of_the_list() {
        let list = listed("sterk v0.1.0 (/here)|MIT\nserde v1.0.0|MIT (*)\n");
        assert_eq!(json(&list), "{\n  \"MIT\": [\"serde\"]\n}\n");
    }
}
