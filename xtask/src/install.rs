//! Installs what is missing: shows the list, asks where it should, never asks root.

use crate::packages::{self, Purpose};
use crate::step::Step;
use crate::system::System;
use std::io::{IsTerminal, Write};
use std::process::{Command, Stdio};

/// Makes sure that every package is there.
///
/// # Errors
/// A sentence that names the command to run, when nobody can be asked, the answer is no,
/// or a command fails.
pub fn ensure(system: &System, purpose: Purpose, yes: bool) -> Result<(), String> {
    notes(system)?;
    let missing = missing(system, purpose);
    if missing.is_empty() {
        return Ok(());
    }
    println!("missing packages: {}", missing.join(" "));
    let as_root = *system == System::Windows || is_root();
    let commands = packages::install(system, &missing, !as_root);
    match permission(as_root, yes, std::io::stdin().is_terminal()) {
        Permission::Given => {}
        Permission::Ask if agrees() => {}
        Permission::Ask | Permission::Impossible => {
            return Err(format!("packages are missing; install them with\n  {}", shown(&commands)));
        }
    }
    if !as_root {
        wake_sudo(&commands)?;
    }
    carry_out(&commands)
}

/// Makes sure of what only a part of the tests needs, where nobody has to be asked.
///
/// # Errors
/// A sentence that says why that part cannot be run here.
pub fn offer(system: &System, purpose: Purpose) -> Result<(), String> {
    if packages::needed(system, purpose).is_empty() {
        return Err("its packages are known for Debian alone".to_owned());
    }
    if !is_root() && !missing(system, purpose).is_empty() {
        return Err("it needs more packages, and only root is not asked; `cargo xtask test --camera` asks".to_owned());
    }
    ensure(system, purpose, false)
}

fn missing(system: &System, purpose: Purpose) -> Vec<&'static str> {
    packages::needed(system, purpose).into_iter().filter(|package| !is_there(system, package)).collect()
}

/// Says what no package manager here can bring.
fn notes(system: &System) -> Result<(), String> {
    match system {
        System::MacOs if !succeeds("xcode-select", &["-p"]) => {
            Err("Apple's command line tools are missing; install them with `xcode-select --install`".into())
        }
        System::Other(name) => {
            println!(
                "packages for {name} are not known here: WebKitGTK 4.1 with its headers, libclang and pkg-config are needed"
            );
            Ok(())
        }
        _ => Ok(()),
    }
}

fn is_there(system: &System, package: &str) -> bool {
    let Some(words) = packages::query(system, package) else { return true };
    let Ok(output) = Command::new(&words[0]).args(&words[1..]).stdin(Stdio::null()).output() else { return false };
    // dpkg-query also succeeds for a package that was removed and left its settings.
    let removed = *system == System::Debian && output.stdout != b"installed";
    output.status.success() && !removed
}

#[derive(Debug, PartialEq, Eq)]
enum Permission {
    Ask,
    Given,
    Impossible,
}

fn permission(as_root: bool, yes: bool, terminal: bool) -> Permission {
    match (as_root || yes, terminal) {
        (true, _) => Permission::Given,
        (false, true) => Permission::Ask,
        (false, false) => Permission::Impossible,
    }
}

fn agrees() -> bool {
    print!("install them now? [Y/n] ");
    let mut answer = String::new();
    let asked = std::io::stdout().flush().and_then(|()| std::io::stdin().read_line(&mut answer));
    asked.is_ok_and(|bytes| bytes > 0) && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")
}

/// Lets `sudo` ask for its password now, before a step hides the terminal.
fn wake_sudo(commands: &[Vec<String>]) -> Result<(), String> {
    if succeeds("sudo", &["true"]) {
        return Ok(());
    }
    Err(format!("sudo does not work here; as root, run\n  {}", shown(commands).replace("sudo ", "")))
}

fn carry_out(commands: &[Vec<String>]) -> Result<(), String> {
    let mut done = true;
    for words in commands {
        // A mirror that fails to update may still have the packages: the last command decides.
        done = Step::new("system packages", words).run().report();
    }
    if done { Ok(()) } else { Err(format!("packages could not be installed; the command was\n  {}", shown(commands))) }
}

fn shown(commands: &[Vec<String>]) -> String {
    commands.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join("\n  ")
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn succeeds(program: &str, words: &[&str]) -> bool {
    Command::new(program).args(words).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_never_asked() {
        assert_eq!(permission(true, false, true), Permission::Given);
        assert_eq!(permission(true, false, false), Permission::Given);
    }

    #[test]
    fn yes_stands_for_the_answer() {
        assert_eq!(permission(false, true, true), Permission::Given);
        assert_eq!(permission(false, true, false), Permission::Given);
    }

    #[test]
    fn without_a_terminal_nobody_is_asked() {
        assert_eq!(permission(false, false, false), Permission::Impossible);
        assert_eq!(permission(false, false, true), Permission::Ask);
    }

    #[test]
    fn a_part_whose_packages_are_not_known_is_not_offered() {
        assert!(offer(&System::Windows, Purpose::Camera).is_err());
    }

    #[test]
    fn a_package_nobody_made_is_missing_where_packages_are_known() {
        let here = System::here();
        if packages::query(&here, "x").is_some() {
            assert!(!is_there(&here, "sterk-no-such-package"));
        }
    }
}
