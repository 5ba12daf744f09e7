//! The power is cut at any moment, and the disk has kept what it had to: what was synced, and of the rest any part.
//!
//! `strace` records what one run does to its folder. The model replays that onto a disk that writes late: after each
//! call, every choice of names that were not synced yet is laid out, and of contents that were not synced nothing, all,
//! half or zeros. Each such folder is opened. A run without its syncs shows that the model finds what it looks for.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use crate::faults::{Scenario, State, can_trace, rekey, save, slot_change};

/// The most names that may wait for a sync at once: every choice of them is laid out.
const MOST_PENDING: usize = 12;

/// Is one call that changes the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Create(String),
    Write(String, Vec<u8>),
    Empty(String),
    SyncFile(String),
    SyncFolder,
    Link(String, String),
    Rename(String, String),
    Remove(String),
}

/// Is a change of names that the disk may or may not have yet.
#[derive(Debug, Clone)]
struct Naming {
    puts: Option<(String, usize)>,
    removes: Option<String>,
}

/// Is what a file holds for whoever reads it, and what of it is on the disk for certain.
#[derive(Debug, Default, Clone)]
struct Content {
    seen: Vec<u8>,
    synced: Vec<u8>,
}

/// Is a folder on a disk that writes late.
#[derive(Debug, Default, Clone)]
struct Disk {
    contents: Vec<Content>,
    seen: BTreeMap<String, usize>,
    synced: BTreeMap<String, usize>,
    pending: Vec<Naming>,
}

type Files = BTreeMap<String, Vec<u8>>;

impl Disk {
    /// Begins with a folder all of which is on the disk.
    fn of(folder: &Path) -> Self {
        let mut disk = Self::default();
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let bytes = fs::read(entry.path()).unwrap();
            let name = entry.file_name().into_string().unwrap();
            disk.contents.push(Content { seen: bytes.clone(), synced: bytes });
            disk.seen.insert(name, disk.contents.len() - 1);
        }
        disk.synced = disk.seen.clone();
        disk
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Create(name) if self.seen.contains_key(name) => {}
            Step::Create(name) => {
                self.contents.push(Content::default());
                self.name(Some((name.clone(), self.contents.len() - 1)), None);
            }
            Step::Write(name, bytes) => self.content(name).seen.extend(bytes),
            Step::Empty(name) => self.content(name).seen.clear(),
            Step::SyncFile(name) => {
                let content = self.content(name);
                content.synced = content.seen.clone();
            }
            Step::SyncFolder => {
                self.pending.clear();
                self.synced = self.seen.clone();
            }
            Step::Link(from, to) => self.name(Some((to.clone(), self.seen[from])), None),
            Step::Rename(from, to) => self.name(Some((to.clone(), self.seen[from])), Some(from.clone())),
            Step::Remove(name) => self.name(None, Some(name.clone())),
        }
    }

    fn content(&mut self, name: &str) -> &mut Content {
        let at = self.seen[name];
        &mut self.contents[at]
    }

    fn name(&mut self, puts: Option<(String, usize)>, removes: Option<String>) {
        let naming = Naming { puts, removes };
        naming.apply(&mut self.seen);
        self.pending.push(naming);
    }

    /// Lists every folder that may be found after a cut of the power at this moment.
    fn after_a_cut(&self) -> Vec<Files> {
        assert!(self.pending.len() <= MOST_PENDING, "{} names wait", self.pending.len());
        let torn: [fn(&Content) -> Vec<u8>; 4] = [
            |content| content.synced.clone(),
            |content| content.seen.clone(),
            |content| content.seen[..content.seen.len() / 2].to_vec(),
            |content| vec![0; content.seen.len()],
        ];
        let mut all = Vec::new();
        for choice in 0..1u32 << self.pending.len() {
            let mut names = self.synced.clone();
            let chosen = self.pending.iter().enumerate().filter(|(at, _)| choice >> at & 1 == 1);
            chosen.for_each(|(_, naming)| naming.apply(&mut names));
            for torn in torn {
                let bytes = |at: &usize| {
                    let content = &self.contents[*at];
                    if content.seen == content.synced { content.seen.clone() } else { torn(content) }
                };
                all.push(names.iter().map(|(name, at)| (name.clone(), bytes(at))).collect());
            }
        }
        all
    }

    /// Returns what is there for certain.
    fn for_certain(&self) -> Files {
        self.synced.iter().map(|(name, at)| (name.clone(), self.contents[*at].synced.clone())).collect()
    }
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        if let Some(name) = &self.removes {
            names.remove(name);
        }
        if let Some((name, at)) = &self.puts {
            names.insert(name.clone(), *at);
        }
    }
}

/// Reads what a run did to the files of one folder; `-xx` writes every path and text in hexadecimal.
fn steps(log: &str, folder: &str) -> Vec<Step> {
    log.lines().filter(|line| !line.contains(" = -1 ")).filter_map(|line| step(line, folder)).collect()
}

fn step(line: &str, folder: &str) -> Option<Step> {
    let (call, rest) = line.split_once(' ')?.1.trim_start().split_once('(')?;
    let texts: Vec<Vec<u8>> = rest.split('"').skip(1).step_by(2).map(decoded).collect();
    let named = |bytes: &[u8]| inside(bytes, folder);
    let of_handle = || Some(decoded(rest.split_once('<')?.1.split_once('>')?.0));
    Some(match call {
        "openat" if rest.contains("O_CREAT") => Step::Create(named(texts.first()?)?),
        "write" => Step::Write(named(&of_handle()?)?, texts.first()?.clone()),
        "ftruncate" => Step::Empty(named(&of_handle()?)?),
        "fsync" | "fdatasync" => {
            let path = of_handle()?;
            if path == folder.as_bytes() { Step::SyncFolder } else { Step::SyncFile(named(&path)?) }
        }
        "link" | "linkat" => Step::Link(named(texts.first()?)?, named(texts.get(1)?)?),
        "rename" | "renameat" | "renameat2" => Step::Rename(named(texts.first()?)?, named(texts.get(1)?)?),
        "unlink" | "unlinkat" => Step::Remove(named(texts.first()?)?),
        _ => return None,
    })
}

fn decoded(text: &str) -> Vec<u8> {
    text.split("\\x").skip(1).map(|pair| u8::from_str_radix(&pair[..2], 16).unwrap()).collect()
}

/// Returns the name of a file that lies in the folder itself.
fn inside(path: &[u8], folder: &str) -> Option<String> {
    let name = std::str::from_utf8(path).ok()?.strip_prefix(folder)?.strip_prefix('/')?;
    (!name.contains('/')).then(|| name.to_owned())
}

/// Is what was found after all cuts of the power.
#[derive(Debug, Default)]
struct Found {
    steps: usize,
    folders: usize,
    old: usize,
    new: usize,
    broken: Vec<String>,
    /// Whether the new state is on the disk for certain when the run has answered.
    lasts: bool,
}

/// Records one run, and opens every folder that a cut may leave; without the syncs where `syncs` is not set.
fn cut_everywhere(scenario: &Scenario, syncs: bool) -> Found {
    let log = scenario.sterk.path("written");
    scenario.lay_out();
    let before: State = scenario.state("").unwrap();
    scenario.lay_out();
    let calls = "trace=openat,write,ftruncate,fsync,fdatasync,link,linkat,rename,renameat,renameat2,unlink,unlinkat";
    let options = ["-y", "-xx", "-s", "100000000", "-e", calls, "-o", log.to_str().unwrap()];
    let mut disk = Disk::of(&scenario.sterk.vault());
    let run = scenario.traced(&options).succeeds();
    let folder = fs::canonicalize(scenario.sterk.vault()).unwrap();
    let mut steps = steps(&fs::read_to_string(log).unwrap(), folder.to_str().unwrap());
    if !syncs {
        steps.retain(|step| !matches!(step, Step::SyncFile(_)));
    }
    let (mut found, mut seen) = (Found { steps: steps.len(), ..Found::default() }, HashSet::new());
    for step in &steps {
        disk.take(step);
        for files in disk.after_a_cut() {
            if !seen.insert(files.clone()) {
                continue;
            }
            found.folders += 1;
            match opened(scenario, &files, &run.stdout) {
                Some(state) if state == before => found.old += 1,
                Some(_) => found.new += 1,
                None => found.broken.push(format!("after {step:?}: {:?}", sizes(&files))),
            }
        }
    }
    found.lasts = opened(scenario, &disk.for_certain(), &run.stdout).is_some_and(|state| state != before);
    found
}

fn opened(scenario: &Scenario, files: &Files, shown: &str) -> Option<State> {
    fs::remove_dir_all(scenario.sterk.vault()).unwrap();
    fs::create_dir(scenario.sterk.vault()).unwrap();
    files.iter().for_each(|(name, bytes)| fs::write(scenario.sterk.vault().join(name), bytes).unwrap());
    scenario.state(shown)
}

fn sizes(files: &Files) -> BTreeSet<(String, usize)> {
    files.iter().map(|(name, bytes)| (name.clone(), bytes.len())).collect()
}

#[test]
fn a_cut_of_the_power_leaves_the_old_state_or_the_new_one_however_the_disk_reorders() {
    if !can_trace() {
        return;
    }
    for scenario in [save(), slot_change(), rekey()] {
        let found = cut_everywhere(&scenario, true);
        println!(
            "{}: {} calls, {} folders, {} old, {} new",
            scenario.name, found.steps, found.folders, found.old, found.new
        );
        assert!(found.broken.is_empty(), "{}: {:#?}", scenario.name, found.broken);
        assert!(found.folders > 20 && found.old > 0 && found.new > 0, "{}: {found:?}", scenario.name);
        assert!(found.lasts, "{}: what was answered with success is on the disk for certain", scenario.name);
    }
}

#[test]
fn without_its_syncs_a_save_would_not_survive_and_the_model_sees_it() {
    if can_trace() {
        assert!(!cut_everywhere(&save(), false).broken.is_empty(), "a check that cannot fail checks nothing");
    }
}
