//! Where accounts come from: links, text files and pictures, all to one heap of finds.

use std::path::{Path, PathBuf};

use sterk::Passphrase;
use sterk::account::shown;
use sterk::capture::Sight;
use sterk::import::{self, Access, Import, ImportError, Importer, Skipped, Source};
use sterk::leftover::Leftover;
use sterk::scan;
use zeroize::Zeroizing;

use crate::answer;
use crate::ask;
use crate::context::Context;
use crate::failure::Failure;
use crate::leftover::{self, Found};
use crate::look;
use crate::patience::Patience;

/// The most bytes of a file to import, 64 MiB.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Reads the texts of all QR codes in a picture, in the helper that holds no keys.
pub fn codes(bytes: Zeroizing<Vec<u8>>) -> Result<Vec<Zeroizing<String>>, Failure> {
    let sight = look::helper()?.read_picture(bytes)?;
    Ok(sight.seen.into_iter().map(|seen| seen.text.into()).collect())
}

/// Heaps of texts and their places, to be read as one import, so that parts of a batch find each other.
#[derive(Default)]
pub struct Heap {
    texts: Vec<Zeroizing<String>>,
    /// Where each of them stood: the line of its file, or its number among links or the codes of its picture.
    places: Vec<usize>,
    files: Vec<Leftover>,
}

impl Heap {
    /// Adds one link.
    pub fn link(&mut self, text: &str) {
        self.push(self.texts.len() + 1, Zeroizing::new(text.to_owned()));
    }

    fn push(&mut self, place: usize, text: Zeroizing<String>) {
        self.places.push(place);
        self.texts.push(text);
    }

    /// Adds the entries of a text file, or of standard input for `-`.
    pub fn lines(&mut self, path: &Path) -> Result<(), Failure> {
        self.text(&ask::read(path, MOST_BYTES)?, path)
    }

    /// Tells whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Adds the entries of a text that is there already.
    fn text(&mut self, bytes: &[u8], path: &Path) -> Result<(), Failure> {
        let entries = import::entries(bytes).map_err(|fault| in_file(fault.into(), path))?;
        self.files.extend(leftover::of_text(path, bytes));
        entries.into_iter().for_each(|(line, text)| self.push(line, text));
        Ok(())
    }

    /// Adds a picture's QR codes; a picture without one is an error.
    pub fn picture(&mut self, path: &Path) -> Result<(), Failure> {
        self.picture_bytes(ask::read(path, MOST_BYTES)?, path)
    }

    fn picture_bytes(&mut self, bytes: Zeroizing<Vec<u8>>, path: &Path) -> Result<(), Failure> {
        let file = leftover::of(path, &bytes);
        let sight = look::helper()?.read_picture(bytes).map_err(|fault| in_file(fault.into(), path))?;
        if sight.seen.is_empty() {
            let failure = in_file(Failure::new("no_qr", "no QR code was found"), path);
            return Err(failure.hint("use a sharper or larger picture, with some white around the code"));
        }
        self.files.extend(file.filter(|_| sight.complete));
        (1..).zip(sight.seen).for_each(|(place, seen)| self.push(place, seen.text.into()));
        Ok(())
    }

    /// Adds what was seen, each text once: one window may stand on two monitors.
    pub fn seen(&mut self, sight: Sight) {
        for text in sight.seen.into_iter().map(|seen| Zeroizing::from(seen.text)) {
            if !self.texts.contains(&text) {
                self.push(self.texts.len() + 1, text);
            }
        }
    }

    /// Reads everything that was heaped up.
    pub fn read(self) -> Result<Found, Failure> {
        let mut import = import::read_texts(self.texts.iter().map(|text| text.as_str()))?;
        let place = |number: usize| self.places.get(number - 1).copied().unwrap_or(number);
        import.positions.iter_mut().for_each(|position| *position = place(*position));
        import.skipped.iter_mut().for_each(|skipped| skipped.position = place(skipped.position));
        Ok(Found { import, files: self.files })
    }
}

/// Reads files and folders of any known format, text or pictures, as one import.
pub fn files(
    context: &Context,
    paths: &[PathBuf],
    app: Option<&'static Importer>,
    passphrase: Option<&Path>,
) -> Result<Found, Failure> {
    let passphrase = passphrase.map(ask::words_from).transpose()?;
    let mut reader = Reader { context, app, passphrase, found: None, heap: Heap::default(), skipped: Vec::new() };
    for path in paths {
        match path.is_dir() {
            true => reader.folder(path)?,
            false => reader.file(path)?,
        }
    }
    let lone = if let [path] = paths { Some(path.as_path()) } else { None };
    reader.finish().map_err(|fault| match lone {
        Some(path) => in_file(fault, path),
        None => fault,
    })
}

/// The most files of a folder that are looked at, and the deepest folder in it.
const MOST_FILES: usize = 1_000;
const DEEPEST: usize = 8;

/// Reads files one after the other: what QR codes and lists say is heaped up, so that parts of a batch meet.
struct Reader<'a> {
    context: &'a Context,
    app: Option<&'static Importer>,
    passphrase: Option<Passphrase>,
    found: Option<Found>,
    heap: Heap,
    skipped: Vec<Skipped>,
}

impl Reader<'_> {
    /// Reads all that a folder holds; what is of no known format is reported and keeps nothing out.
    fn folder(&mut self, path: &Path) -> Result<(), Failure> {
        let mut files = Vec::new();
        collect(path, DEEPEST, &mut files)?;
        for (file, position) in files.iter().zip(1..) {
            match self.file(file) {
                Err(fault) if matches!(fault.code, "unknown_format" | "no_qr" | "nothing_to_import") => {
                    let within = answer::path(file.strip_prefix(path).unwrap_or(file));
                    let (label, reason, code) =
                        (String::new(), "it holds no account that can be read".into(), fault.code);
                    self.skipped.push(Skipped { position, within, label, reason, code });
                }
                done => done?,
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), Failure> {
        let bytes = ask::read(path, MOST_BYTES)?;
        if scan::is_picture(&bytes) {
            return self.heap.picture_bytes(bytes, path);
        }
        let import = self.read(&bytes, path)?;
        let is_list = matches!(import.format, "google-migration" | "otpauth-uri") && import::is_list(&bytes);
        if is_list && self.app.is_none() {
            return self.heap.text(&bytes, path);
        }
        // What is encrypted gives nothing away as it lies there.
        let file = leftover::of(path, &bytes).filter(|_| !import.encrypted && !import.holds_more);
        match &mut self.found {
            Some(found) => {
                found.import.join(import);
                found.files.extend(file);
            }
            None => self.found = Some(Found { import, files: file.into_iter().collect() }),
        }
        Ok(())
    }

    /// Reads one file; a passphrase that is needed is asked for, three times at most.
    fn read(&mut self, bytes: &[u8], path: &Path) -> Result<Import, Failure> {
        for _ in 0..3 {
            match self.try_read(bytes, path) {
                Err(ImportError::NeedsPassphrase) if self.context.can_ask() => {}
                Err(ImportError::WrongPassphrase) if self.context.can_ask() => self.context.warn("wrong passphrase"),
                done => return done.map_err(|fault| in_file(fault.into(), path)),
            }
            self.passphrase = Some(ask::hidden(&format!("Passphrase of {}", answer::path(path)))?);
        }
        self.try_read(bytes, path).map_err(|fault| in_file(fault.into(), path))
    }

    fn try_read(&self, bytes: &[u8], path: &Path) -> Result<Import, ImportError> {
        let beside = |name: &str| {
            let folder = path.parent().filter(|_| path != Path::new("-"))?;
            ask::read(&folder.join(name), MOST_BYTES).ok()
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let source = Source::new(bytes).named(&name).beside(&beside);
        let patience = Patience::new(self.context);
        let watch = |thousandths| patience.tell(thousandths);
        let access = self.passphrase.as_ref().map_or(Access::default(), Access::with).watched(&watch);
        match self.app {
            Some(app) if app.detect(&source) => app.read(&source, &access),
            _ => import::read_from(&source, &access),
        }
    }

    fn finish(mut self) -> Result<Found, Failure> {
        if self.heap.texts.iter().any(|text| import::is_paper(text)) {
            let lines = std::mem::take(&mut self.heap.texts);
            let text = Zeroizing::new(lines.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n"));
            let import = self.read(text.as_bytes(), Path::new("paper backup"))?;
            match &mut self.found {
                Some(found) => found.import.join(import),
                None => self.found = Some(Found { import, files: Vec::new() }),
            }
        }
        let Self { app, found, heap, skipped, .. } = self;
        let mut all = match (found, heap.is_empty()) {
            (Some(found), true) => found,
            (None, _) => heap.read()?,
            (Some(mut found), false) => {
                let more = heap.read()?;
                found.import.join(more.import);
                found.files.extend(more.files);
                found
            }
        };
        all.import.skipped.extend(skipped);
        match (app, all.import.format) {
            (Some(app), found) if app.name != found => {
                Err(Failure::new("other_format", format!("this is {found}, not {}", app.name)))
            }
            _ => Ok(all),
        }
    }
}

/// Lists the files in a folder by name, and those in its folders; hidden ones stay out.
fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let fail =
        |fault: std::io::Error| Failure::new("io_failed", format!("could not read {}: {fault}", answer::path(folder)));
    let entries = std::fs::read_dir(folder).map_err(fail)?.collect::<Result<Vec<_>, _>>().map_err(fail)?;
    let is_hidden = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let mut paths: Vec<PathBuf> = entries.iter().map(|entry| entry.path()).filter(|path| !is_hidden(path)).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() && depth > 0 {
            collect(&path, depth - 1, files)?;
        } else if path.is_file() {
            files.push(path);
        }
        if files.len() > MOST_FILES {
            return Err(Failure::new("too_large", format!("the folder has more than {MOST_FILES} files")));
        }
    }
    Ok(())
}

/// Says in which file something failed.
pub fn in_file(mut failure: Failure, path: &Path) -> Failure {
    failure.message = format!("{}: {}", answer::path(path), failure.message);
    failure
}

/// Describes a skipped entry for people.
pub fn skipped_line(skipped: &Skipped) -> String {
    let Skipped { position, within, label, reason, .. } = skipped;
    let within = if within.is_empty() { String::new() } else { format!("{}: ", shown(within)) };
    let label = if label.is_empty() { String::new() } else { format!(" ({})", shown(label)) };
    format!("{within}entry {position}{label} was left out: {reason}")
}
