//! `cargo xtask test`: every check there is. A failing step hides no later one.

use crate::frontend::NPM;
use crate::packages::Purpose;
use crate::step::{Ran, Step, nothing_to_do};
use crate::system::System;
use crate::totals::Totals;
use crate::{frontend, install, party, tree};
use std::process::ExitCode;

/// Lets the tests of the real window be built; it changes no dependency, so nothing is built twice.
const WINDOW_TESTS: &str = "--features=sterk-ui-tests/window";

/// Installs what is missing, runs every check and prints the totals as its last line.
///
/// # Errors
/// None: what goes wrong is counted.
pub fn run(yes: bool) -> Result<ExitCode, String> {
    let system = System::here();
    let mut totals = Totals::default();
    totals += told(install::ensure(&system, Purpose::Test, yes));
    totals += one("formatting", &["cargo", "fmt", "--all", "--check"]);
    totals += front_end();
    totals += rust();
    totals += window();
    Ok(ended(&totals))
}

fn ended(totals: &Totals) -> ExitCode {
    println!("{totals}");
    if totals.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Installs what a Wayland desktop without a monitor needs, and looks at its screen.
///
/// # Errors
/// None: what goes wrong is counted.
pub fn run_on_wayland(yes: bool) -> Result<ExitCode, String> {
    let mut totals = told(install::ensure(&System::here(), Purpose::Wayland, yes));
    totals +=
        cargo_tests("Wayland tests", &["cargo", "test", "-p", "sterk", "--features=wayland", "--test", "wayland"]);
    Ok(ended(&totals))
}

/// First of all that needs building: the window embeds what the front end builds.
fn front_end() -> Totals {
    let mut totals = told(frontend::check_node());
    totals += Totals::of_one(frontend::install());
    totals += Totals::of_one(npm("front-end check", &["run", "check"]).report());
    let tests = npm("front-end tests", &["test"]);
    tests.report();
    totals += Totals::of_vitest(&tests.output).judged(tests.ok);
    totals += Totals::of_one(frontend::build());
    totals
}

fn rust() -> Totals {
    let lints = ["cargo", "clippy", "--workspace", "--all-targets", WINDOW_TESTS, "--", "-D", "warnings"];
    let mut totals = one("lints", &lints);
    totals += one("debug build", &["cargo", "build", "--workspace", "--bins", "--tests", WINDOW_TESTS]);
    totals += cargo_tests("tests", &["cargo", "test", "--workspace", "--no-fail-fast"]);
    let pages = ["cargo", "doc", "--workspace", "--no-deps"];
    totals += Totals::of_one(Step::new("documentation", &pages).with("RUSTDOCFLAGS", "-D warnings").run().report());
    totals
}

/// The real window, driven from outside: only Linux has a driver that needs no desktop.
fn window() -> Totals {
    if !cfg!(target_os = "linux") {
        nothing_to_do("window tests", "skipped: they run on Linux");
        return Totals { skipped: 1, ..Totals::default() };
    }
    let mut totals = told(party::install());
    totals += cargo_tests("window tests", &["cargo", "test", "--workspace", WINDOW_TESTS, "--test", "window"]);
    totals
}

fn one(name: &'static str, words: &[&str]) -> Totals {
    Totals::of_one(Step::new(name, words).run().report())
}

fn cargo_tests(name: &'static str, words: &[&str]) -> Totals {
    let ran = Step::new(name, words).run();
    ran.report();
    Totals::of_cargo(&ran.output).judged(ran.ok)
}

fn npm(name: &'static str, words: &[&str]) -> Ran {
    Step::new(name, &[&[NPM], words].concat()).within(&tree::ui()).run()
}

/// Counts a preparation only when it fails: it checks nothing.
fn told(done: Result<(), String>) -> Totals {
    let Err(sentence) = done else { return Totals::default() };
    println!("{sentence}");
    Totals::of_one(false)
}
