//! The fuzz targets on a stable toolchain: every seed, and the same mutations of them in every run.
#![expect(clippy::expect_used, reason = "a test stops where its setting fails")]
#![expect(clippy::unwrap_used, reason = "a test stops where its setting fails")]

use std::fs;
use std::path::{Path, PathBuf};

#[path = "fuzz/properties/mod.rs"]
mod properties;
#[path = "fuzz/seeds.rs"]
mod seeds;

#[test]
fn uris_come_back_as_they_were() {
    run("uri", 20_000, properties::uri::holds);
}

#[test]
fn batches_are_bounded_and_sound() {
    run("migration", 20_000, properties::migration::holds);
}

#[test]
fn sealed_files_open_to_nothing_else() {
    run("sealed", 4_000, properties::sealed::holds);
}

#[test]
fn frames_are_read_alike_and_in_place() {
    run("frame", 60, properties::frame::holds);
}

#[test]
fn files_of_other_apps_are_read_or_refused_by_name() {
    run("import", 4_000, properties::import::holds);
}

#[test]
fn policies_and_statuses_say_the_same_again() {
    run("policy", 4_000, properties::policy::holds);
}

#[test]
fn pictures_stay_within_their_limits() {
    run("picture", 200, properties::picture::holds);
    if let Some(peak) = peak_mib() {
        assert!(peak < 1_500, "reading hostile pictures took {peak} MiB");
    }
}

#[test]
#[ignore = "writes the seeds of sealed files, pictures and frames anew, after a change of the format"]
fn makes_seeds() {
    seeds::write_sealed(&folder("sealed"));
    seeds::write_pictures(&folder("picture"));
    seeds::write_frames(&folder("frame"));
}

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(target)
}

/// Checks every seed of a target, then `count` mutations of them.
fn run(target: &str, count: usize, holds: fn(&[u8]) -> bool) {
    let mut paths: Vec<_> = fs::read_dir(folder(target)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let seeds: Vec<_> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(seeds.len() >= 4, "there are seeds of {target}");
    assert!(seeds.iter().filter(|seed| holds(seed)).count() >= 3, "the seeds of {target} are good");
    let mut dice = Dice(0x5eed);
    let good = (0..count).filter(|_| holds(&dice.mutation(&seeds))).count();
    assert!(good > count / 50, "only {good} of {count} mutations get past the first door");
    assert!(good < count, "no mutation of {target} did harm");
}

/// Draws the same numbers in every run (xorshift64, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn draw(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }

    fn mutation(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.draw(seeds.len())].clone();
        for _ in 0..=self.draw(4) {
            let other = &seeds[self.draw(seeds.len())];
            self.mutate(&mut bytes, other);
        }
        bytes
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.draw(bytes.len());
        let end = (at + 1 + self.draw(40)).min(bytes.len());
        let flip = 1 << self.draw(8);
        match self.draw(7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at.min(end)..end)),
            2 => bytes.insert(at, *b"%:?&=/\0\xff\x7f\x80A2 \n".get(self.draw(14)).unwrap_or(&b'%')),
            3 => bytes.extend_from_within(at.min(end)..end),
            4 => drop(bytes.splice(at.min(end)..end, other.iter().copied().skip(self.draw(other.len())).take(40))),
            5 => bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte = 0xff),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= flip),
        }
    }
}

/// Returns the most memory this process ever held, where the system tells.
fn peak_mib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib / 1024)
}
