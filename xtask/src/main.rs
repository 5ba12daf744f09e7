//! The two commands of the README, with the standard library alone.
//!
//! `cargo xtask run` installs what is missing, builds the program and opens it;
//! `cargo xtask test` does the same for the tests and runs every check.
//! It is no build system: cargo and npm do the work, this names the steps.

mod frontend;
mod install;
mod licences;
mod once;
mod packages;
mod party;
mod run;
mod stamp;
mod step;
mod system;
mod test;
mod totals;
mod tree;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command> [--yes]

  run    installs what is missing, builds the program and opens its window
  test   installs what the tests need and runs every check
  test --camera   the tests of real cameras alone, in a virtual machine (Debian)
  test --wayland  the tests of a Wayland desktop alone, which need more packages (Debian)

  licences  writes anew which packages the program is built from

  --yes  asks no questions";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["run"] => run::run(false),
        ["run", "--yes"] => run::run(true),
        ["test"] => test::run(false),
        ["test", "--yes"] => test::run(true),
        ["test", "--camera"] => test::run_with_camera(false),
        ["test", "--camera", "--yes"] => test::run_with_camera(true),
        ["test", "--wayland"] => test::run_on_wayland(false),
        ["test", "--wayland", "--yes"] => test::run_on_wayland(true),
        ["licences"] => licences::write(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|sentence| {
        eprintln!("xtask: {sentence}");
        ExitCode::FAILURE
    })
}
