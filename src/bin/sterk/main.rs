//! The command line `sterk`: reads its options, runs one verb, and answers on standard output.
//!
//! The clock, the terminal, the environment and standard input are touched here and nowhere in the core.

mod answer;
mod ask;
mod context;
mod failure;
mod find;
mod leftover;
mod look;
mod options;
mod patience;
mod review;
mod sources;
mod unlock;
mod verbs;
mod view;

use std::process::ExitCode;

use clap::Parser;

use crate::failure::Failure;
use crate::options::Options;

/// Wipes whatever is freed, also what a growing buffer or a foreign decoder leaves behind.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    if let Some(ended) = sterk::capture::serve(std::env::args_os().skip(1)) {
        return ended;
    }
    sterk::harden::process();
    if std::env::args_os().nth(1).is_some_and(|word| word == verbs::hold_clipboard::NAME) {
        return end(verbs::hold_clipboard::run(), false);
    }
    match Options::try_parse() {
        Ok(options) => {
            let json = options.global.json;
            end(verbs::run(options), json)
        }
        Err(fault) => refuse(&fault),
    }
}

fn end(answer: Result<(), Failure>, json: bool) -> ExitCode {
    match answer {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report(json);
            ExitCode::from(failure.exit)
        }
    }
}

/// Answers `--help`, `--version` and wrong usage; with `--json` the error is a document too.
fn refuse(fault: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind::{DisplayHelp, DisplayVersion};
    if matches!(fault.kind(), DisplayHelp | DisplayVersion) {
        // A reader that went away (`sterk help | head`) is no failure of ours.
        let _ = fault.print();
        return ExitCode::SUCCESS;
    }
    if std::env::args_os().any(|word| word == "--json") {
        let text = fault.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Failure::usage(first).report(true);
    } else {
        let _ = fault.print();
    }
    ExitCode::from(2)
}
