//! What the command line must do quickly, as a whole process: `cargo bench --bench process`.
//!
//! The vault opens with a key in a real Secret Service on a private bus; the screens are those of a real X server. Goals: `docs/performance.md`.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a bench stops where its setting fails")]

use std::process::{Command, Stdio};
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

#[path = "../tests/support/secret_service.rs"]
#[expect(dead_code, reason = "the bench hangs and locks no keyring")]
mod secret_service;

#[path = "../tests/support/screen.rs"]
#[cfg(target_os = "linux")]
#[expect(dead_code, reason = "the bench divides no screen and copies nothing")]
mod screen;

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

/// A screen with one code, of the usual size and of the largest.
#[cfg(target_os = "linux")]
fn screens(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("screen");
    for (width, height) in [(1920, 1080), (3840, 2160)] {
        let screen = screen::Screen::start(width, height);
        screen.show("otpauth://totp/GitHub:ada?secret=JBSWY3DPEHPK3PXP&issuer=GitHub", 600, 400, 5);
        let display = |name: &str| (name == "DISPLAY").then(|| screen.name().into());
        group.bench_function(format!("picture of {width} x {height}"), |timer| {
            timer.iter(|| sterk::capture::shots(display, Duration::from_secs(20)).unwrap());
        });
        group.bench_function(format!("sterk scan --screen, {width} x {height}"), |timer| {
            timer.iter(|| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_sterk"));
                command.args(["scan", "--screen"]).env_remove("WAYLAND_DISPLAY").env_remove("XDG_SESSION_TYPE");
                command.env("DISPLAY", screen.name()).stdin(Stdio::null()).stdout(Stdio::null());
                succeed(command);
            });
        });
    }
    group.finish();
}

#[cfg(not(target_os = "linux"))]
fn screens(_: &mut Criterion) {}

criterion_group!(process, processes, screens);
criterion_main!(process);
