//! Where accounts come from: links, text files and pictures, all to one heap of finds.

use std::path::{Path, PathBuf};

use sterk::capture::Sight;
use sterk::import::{self, ImportError, Skipped};
use sterk::leftover::Leftover;
use sterk::scan;
use zeroize::Zeroizing;

use crate::answer;
use crate::ask;
use crate::failure::Failure;
use crate::leftover::{self, Found};
use crate::look;

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
    files: Vec<Leftover>,
}

impl Heap {
    /// Adds one link.
    pub fn link(&mut self, text: &str) {
        self.texts.push(Zeroizing::new(text.to_owned()));
    }

    /// Adds the entries of a text file, or of standard input for `-`.
    pub fn lines(&mut self, path: &Path) -> Result<(), Failure> {
        let bytes = ask::read(path, MOST_BYTES)?;
        let entries = import::entries(&bytes).map_err(|fault| in_file(fault.into(), path))?;
        self.files.extend(leftover::of_text(path, &bytes));
        self.texts.extend(entries.into_iter().map(|(_, text)| text));
        Ok(())
    }

    /// Tells whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Adds the entries of one text file of several; one without any entry for us is of another kind.
    fn text(&mut self, bytes: &[u8], path: &Path) -> Result<(), Failure> {
        let entries = import::entries(bytes).map_err(|fault| in_file(fault.into(), path))?;
        if !entries.iter().any(|(_, text)| import::what_is(text).is_ours()) {
            return Err(in_file(ImportError::UnknownFormat.into(), path));
        }
        self.files.extend(leftover::of_text(path, bytes));
        self.texts.extend(entries.into_iter().map(|(_, text)| text));
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
        self.texts.extend(sight.seen.into_iter().map(|seen| Zeroizing::from(seen.text)));
        Ok(())
    }

    /// Adds what was seen, each text once: one window may stand on two monitors.
    pub fn seen(&mut self, sight: Sight) {
        for text in sight.seen.into_iter().map(|seen| Zeroizing::from(seen.text)) {
            if !self.texts.contains(&text) {
                self.texts.push(text);
            }
        }
    }

    /// Reads everything that was heaped up.
    pub fn read(self) -> Result<Found, Failure> {
        let import = import::read_texts(self.texts.iter().map(|text| text.as_str()))?;
        Ok(Found { import, files: self.files })
    }
}

/// Reads files of any known format, text or pictures, as one import.
pub fn files(paths: &[PathBuf]) -> Result<Found, Failure> {
    if let [path] = paths {
        return one_file(path);
    }
    let mut heap = Heap::default();
    for path in paths {
        let bytes = ask::read(path, MOST_BYTES)?;
        if scan::is_picture(&bytes) {
            heap.picture_bytes(bytes, path)?;
        } else {
            heap.text(&bytes, path)?;
        }
    }
    heap.read()
}

fn one_file(path: &Path) -> Result<Found, Failure> {
    let bytes = ask::read(path, MOST_BYTES)?;
    if scan::is_picture(&bytes) {
        let mut heap = Heap::default();
        heap.picture_bytes(bytes, path)?;
        return heap.read().map_err(|fault| in_file(fault, path));
    }
    let import = import::read(&bytes).map_err(|fault| in_file(fault.into(), path))?;
    // What is encrypted gives nothing away as it lies there.
    let file = leftover::of_text(path, &bytes).filter(|_| !import.encrypted);
    Ok(Found { import, files: file.into_iter().collect() })
}

/// Says in which file something failed.
pub fn in_file(mut failure: Failure, path: &Path) -> Failure {
    failure.message = format!("{}: {}", answer::path(path), failure.message);
    failure
}

/// Describes a skipped entry for people.
pub fn skipped_line(skipped: &Skipped) -> String {
    format!("entry {} was left out: {}", skipped.position, skipped.reason)
}
