//! `cargo xtask run`: from a fresh clone to the open window.

use crate::packages::Purpose;
use crate::step::Step;
use crate::system::System;
use crate::{frontend, install, tree};
use std::process::{Command, ExitCode};

/// Installs, builds and opens; without a display it gives the tour in the terminal instead.
///
/// # Errors
/// A sentence: what is missing, or which step failed.
pub fn run(yes: bool) -> Result<ExitCode, String> {
    let system = System::here();
    if !has_display(&system, |name| std::env::var(name).ok()) {
        println!("no display here (DISPLAY and WAYLAND_DISPLAY are unset): running `sterk tour` instead of the window");
        build(&["sterk"])?;
        return open("sterk", &["tour"]);
    }
    install::ensure(&system, Purpose::Run, yes)?;
    frontend::check_node()?;
    if !frontend::install() || !frontend::build() {
        return Err("the front end could not be built".into());
    }
    build(&["sterk", "sterk-window"])?;
    open("sterk-window", &[])
}

fn has_display(system: &System, variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    matches!(system, System::MacOs | System::Windows) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

fn build(programs: &[&str]) -> Result<(), String> {
    let chosen = programs.iter().flat_map(|program| ["-p", program]);
    let words: Vec<&str> = ["cargo", "build", "--release"].into_iter().chain(chosen).collect();
    if Step::new("release build", &words).run().report() {
        Ok(())
    } else {
        Err("the program could not be built".into())
    }
}

fn open(program: &str, words: &[&str]) -> Result<ExitCode, String> {
    let path = tree::release(program);
    println!("{:<18} {} {}", "opening", path.display(), words.join(" "));
    let status = Command::new(&path).args(words).status();
    let status = status.map_err(|error| format!("{program} cannot be started: {error}"))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(system: System, set: &[(&str, &str)]) -> bool {
        has_display(&system, |name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn linux_has_a_display_when_a_variable_names_one() {
        assert!(display(System::Debian, &[("DISPLAY", ":0")]));
        assert!(display(System::Arch, &[("WAYLAND_DISPLAY", "wayland-0")]));
    }

    #[test]
    fn an_empty_variable_is_no_display() {
        assert!(!display(System::Debian, &[("DISPLAY", "")]));
        assert!(!display(System::Fedora, &[]));
    }

    #[test]
    fn macos_and_windows_always_have_one() {
        assert!(display(System::MacOs, &[]));
        assert!(display(System::Windows, &[]));
    }
}
