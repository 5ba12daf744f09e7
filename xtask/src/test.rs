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

/// Runs a program in a machine that has cameras; without one it makes the machine.
const MACHINE: &str = "tests/camera/machine.sh";

/// The machine calculates slowly, and pictures are a good deal of it.
const QUICK: &str = "profile.dev.package.sterk.opt-level=2";

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
    totals += camera(&system);
    Ok(ended(&totals))
}

fn ended(totals: &Totals) -> ExitCode {
    println!("{totals}");
    if totals.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Installs what a machine with cameras needs, boots it, and looks through them.
///
/// # Errors
/// None: what goes wrong is counted.
pub fn run_with_camera(yes: bool) -> Result<ExitCode, String> {
    let mut totals = told(install::ensure(&System::here(), Purpose::Camera, yes).and_then(|()| machine()));
    totals += camera_tests();
    Ok(ended(&totals))
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

/// Real cameras, where the machine that has them can be made without asking anybody.
fn camera(system: &System) -> Totals {
    if let Err(sentence) = install::offer(system, Purpose::Camera).and_then(|()| machine()) {
        nothing_to_do("camera tests", format_args!("skipped: {sentence}"));
        return Totals { skipped: 1, ..Totals::default() };
    }
    camera_tests()
}

/// Makes the machine; it is kept beside what is built.
fn machine() -> Result<(), String> {
    let made = Step::new("camera machine", &[MACHINE]).run().report();
    if made { Ok(()) } else { Err("the machine with cameras could not be made".to_owned()) }
}

/// Cargo hands the test to the machine instead of running it.
fn camera_tests() -> Totals {
    let words = ["cargo", "test", "--workspace", "--features=sterk/camera", "--test", "camera", "--config", QUICK];
    let step = Step::new("camera tests", &words).with("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", MACHINE);
    counted(&step)
}

fn one(name: &'static str, words: &[&str]) -> Totals {
    Totals::of_one(Step::new(name, words).run().report())
}

fn cargo_tests(name: &'static str, words: &[&str]) -> Totals {
    counted(&Step::new(name, words))
}

fn counted(tests: &Step) -> Totals {
    let ran = tests.run();
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
