//! What the command line must do quickly, as a whole process: `cargo bench --bench process`.
//!
//! The vault opens with a key in a real Secret Service on a private bus. Goals: `docs/performance.md`.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a bench stops where its setting fails")]

use std::process::{Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};

#[path = "../tests/support/secret_service.rs"]
#[expect(dead_code, reason = "the bench hangs and locks no keyring")]
mod secret_service;

use secret_service::SecretService;

fn sterk(session: &SecretService, words: &[&str]) -> Command {
    let mut command = session.command(env!("CARGO_BIN_EXE_sterk"));
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn succeed(mut command: Command) {
    assert!(command.status().unwrap().success(), "the command succeeds");
}

fn processes(bench: &mut Criterion) {
    let session = SecretService::start();
    succeed(sterk(&session, &["init", "--slot", "keyring"]));
    for site in ["GitHub", "Proton", "Example", "Bank", "Forge"] {
        let uri = format!("otpauth://totp/{site}:ada?secret=JBSWY3DPEHPK3PXP&issuer={site}");
        succeed(sterk(&session, &["add", "--yes", "--on-duplicate", "keep", &uri]));
    }
    let mut group = bench.benchmark_group("whole process");
    for (what, words) in
        [("sterk --version", &["--version"][..]), ("sterk code NAME, by the keyring", &["code", "proton"])]
    {
        group.bench_function(what, |timer| timer.iter(|| succeed(sterk(&session, words))));
    }
    group.finish();
}

criterion_group!(process, processes);
criterion_main!(process);
