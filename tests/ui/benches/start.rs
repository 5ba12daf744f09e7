//! How soon Sterk shows its first codes, against a bare window of the same Tauri, in one run.
//!
//!     cargo build --release -p sterk -p sterk-window --bins --example bare
//!     cargo bench -p sterk-ui-tests --features window
//!
//! Both windows are started in turn on one screen. Content is there when 19 in 20 pixels of text and its edges
//! are as they are once the window has settled; the codes last an hour, so that they stay the same, and the accounts are
//! of no known service, because icons come after the first picture.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sterk_ui_tests::{Desk, Outcome, Picture};

const RUNS: usize = 25;
const SETTLED: Duration = Duration::from_secs(4);
const IDLE: Duration = Duration::from_secs(30);
const LIMIT: Duration = Duration::from_secs(10);

fn main() -> Outcome {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/release");
    let desk = Desk::with_keyring("start")?;
    desk.start(&target.join("sterk"), &["init", "--slot", "keyring"])?.succeed()?;
    for site in ["Harbour", "Library", "Example", "Bank", "Forge"] {
        let uri = format!("otpauth://totp/{site}:ada?secret=JBSWY3DPEHPK3PXP&issuer={site}&period=3600");
        desk.start(&target.join("sterk"), &["add", "--yes", "--on-duplicate", "keep", &uri])?.succeed()?;
    }
    let mut windows = [target.join("examples/bare"), target.join("sterk-window")].map(Contender::new);
    for window in &mut windows {
        window.settle(&desk)?;
    }
    for _ in 0..RUNS {
        for window in &mut windows {
            window.run(&desk)?;
        }
    }
    report(&windows);
    for window in &windows {
        println!("{} with nothing to do: {:.2} % of a core", window.name(), window.idle(&desk)? * 100.0);
    }
    Ok(())
}

fn report([bare, sterk]: &[Contender; 2]) {
    let [floor, ours] = [bare, sterk].map(|window| median(&window.times));
    println!("bare window, first content: {floor:.0?} (median of {RUNS})");
    println!("sterk-window, first codes: {ours:.0?} = {:.2} x", ours.as_secs_f64() / floor.as_secs_f64());
    let pairs = sterk.times.iter().zip(&bare.times);
    let ratios: Vec<_> = pairs.map(|(ours, floor)| ours.as_micros() * 100 / floor.as_micros()).collect();
    println!("ratio of neighbouring runs: {:.2} x (median)", median(&ratios) as f64 / 100.0);
    let [floor, ours] = [bare, sterk].map(|window| median(&window.memory));
    println!(
        "memory (PSS, all processes): {} MiB and {} MiB = {:.2} x",
        floor >> 10,
        ours >> 10,
        ours as f64 / floor as f64
    );
}

fn median<T: Ord + Copy>(values: &[T]) -> T {
    let mut sorted = values.to_vec();
    sorted.sort();
    sorted[sorted.len() / 2]
}

/// Is a program whose start is measured.
struct Contender {
    program: PathBuf,
    /// What the window shows in the end.
    content: Picture,
    times: Vec<Duration>,
    memory: Vec<u64>,
}

impl Contender {
    fn new(program: PathBuf) -> Self {
        Self { program, content: Picture::of(&[]), times: Vec::new(), memory: Vec::new() }
    }

    /// Learns what the screen shows once everything is there.
    fn settle(&mut self, desk: &Desk) -> Outcome {
        let window = desk.start(&self.program, &[])?;
        sleep(SETTLED);
        let pixels = desk.pixels()?;
        desk.capture(if self.program.ends_with("bare") { "bare" } else { "sterk" })?;
        drop(window);
        self.content = Picture::of(&pixels);
        if self.content.is_blank() { Err("the window stayed empty".into()) } else { Ok(()) }
    }

    fn run(&mut self, desk: &Desk) -> Outcome {
        sleep(Duration::from_millis(500));
        let start = Instant::now();
        let window = desk.start(&self.program, &[])?;
        while !self.content.is_on(&desk.pixels()?) {
            if start.elapsed() > LIMIT {
                return Err(format!("{}: no content in {LIMIT:?}", self.program.display()).into());
            }
            sleep(Duration::from_millis(2));
        }
        self.times.push(start.elapsed());
        sleep(Duration::from_secs(1));
        self.memory.push(window.memory_kib());
        Ok(())
    }
    fn name(&self) -> std::borrow::Cow<'_, str> {
        self.program.file_name().unwrap_or_default().to_string_lossy()
    }

    /// Returns the share of a core that the open window takes.
    fn idle(&self, desk: &Desk) -> Outcome<f64> {
        let window = desk.start(&self.program, &[])?;
        sleep(SETTLED);
        let before = window.cpu();
        sleep(IDLE);
        Ok((window.cpu() - before).as_secs_f64() / IDLE.as_secs_f64())
    }
}
