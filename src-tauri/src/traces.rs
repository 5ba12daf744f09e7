//! Where drafts came from: their places on the screens, and the files that still hold them.

use std::collections::{BTreeMap, BTreeSet};

use sterk::leftover::Leftover;

use crate::view::SpotView;

/// Says where something was found, as far as that is known.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// File name or place, safe to show.
    pub label: String,
    /// Index among the files that were read at the same time.
    pub file: Option<usize>,
    /// Where its QR code stands on the screens.
    pub spot: Option<SpotView>,
}

/// Is a file that holds secrets in the clear.
#[derive(Debug)]
pub struct Source {
    leftover: Leftover,
    /// Whether every entry of it gave an account.
    whole: bool,
    /// The drafts that it holds.
    handles: Vec<u32>,
}

impl Source {
    /// Takes a file of which nothing was found yet.
    pub fn new(leftover: Leftover) -> Self {
        Self { leftover, whole: true, handles: Vec::new() }
    }

    /// Notes that something in it gave no account: who deletes the file would lose it.
    pub fn holds_more(&mut self) {
        self.whole = false;
    }

    fn is_settled(&self, kept: &BTreeSet<u32>) -> bool {
        self.whole && !self.handles.is_empty() && self.handles.iter().all(|handle| kept.contains(handle))
    }
}

/// Holds what is known of the drafts of a review, and the files that may be deleted after it.
#[derive(Debug, Default)]
pub struct Traces {
    spots: BTreeMap<u32, SpotView>,
    sources: Vec<Source>,
    left: Vec<Leftover>,
}

impl Traces {
    /// Takes in files that were read; returns the index that the first of them has from now on.
    pub fn join(&mut self, sources: Vec<Source>) -> usize {
        let first = self.sources.len();
        self.sources.extend(sources);
        first
    }

    /// Notes where a draft was found; `first` is the index that [`Self::join`] gave.
    pub fn learn(&mut self, handle: u32, origin: Origin, first: usize) {
        if let Some(spot) = origin.spot {
            self.spots.insert(handle, spot);
        }
        if let Some(source) = origin.file.and_then(|file| self.sources.get_mut(first + file)) {
            source.handles.push(handle);
        }
    }

    /// Returns where a draft stands on the screens.
    pub fn spot(&self, handle: u32) -> Option<SpotView> {
        self.spots.get(&handle).cloned()
    }

    /// Sets aside the files of which the vault has everything, before the review is forgotten.
    pub fn settle(&mut self, kept: &BTreeSet<u32>) {
        let settled = self.sources.extract_if(.., |source| source.is_settled(kept));
        let fresh: Vec<Leftover> = settled.map(|source| source.leftover).collect();
        self.left.retain(|known| !fresh.contains(known));
        self.left.extend(fresh);
    }

    /// Forgets the drafts of a review, and not what it left.
    pub fn forget_found(&mut self) {
        self.spots.clear();
        self.sources.clear();
    }

    /// Returns the files that may be deleted.
    pub fn left(&self) -> &[Leftover] {
        &self.left
    }

    /// Hands over the files that may be deleted, once.
    pub fn take_left(&mut self) -> Vec<Leftover> {
        std::mem::take(&mut self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &tempfile::TempDir, name: &str) -> Source {
        let path = folder.path().join(name);
        std::fs::write(&path, name).unwrap();
        Source::new(Leftover::of(&path, name.as_bytes()).unwrap())
    }

    fn from(file: usize) -> Origin {
        Origin { file: Some(file), ..Origin::default() }
    }

    fn names(traces: &Traces) -> Vec<String> {
        let name = |left: &Leftover| left.path().file_name().unwrap().to_string_lossy().into_owned();
        traces.left().iter().map(name).collect()
    }

    #[test]
    fn leaves_only_files_of_which_everything_was_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut traces = Traces::default();
        let mut partly_read = file(&folder, "partly-read");
        partly_read.holds_more();
        let files = vec![file(&folder, "kept"), file(&folder, "half-kept"), partly_read, file(&folder, "empty")];
        let first = traces.join(files);
        for (handle, source) in [(1, 0), (2, 0), (3, 1), (4, 1), (5, 2)] {
            traces.learn(handle, from(source), first);
        }
        traces.settle(&BTreeSet::from([1, 2, 3, 5]));
        assert_eq!(names(&traces), ["kept"]);
    }

    #[test]
    fn knows_two_files_of_one_draft_over_several_reads() {
        let folder = tempfile::tempdir().unwrap();
        let mut traces = Traces::default();
        for name in ["first", "second"] {
            let first = traces.join(vec![file(&folder, name)]);
            traces.learn(7, from(0), first);
        }
        traces.settle(&BTreeSet::from([7]));
        assert_eq!(names(&traces), ["first", "second"]);
    }

    #[test]
    fn remembers_no_file_of_a_review_that_was_discarded_and_hands_the_others_over_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut traces = Traces::default();
        let first = traces.join(vec![file(&folder, "discarded")]);
        traces.learn(1, from(0), first);
        traces.forget_found();
        traces.settle(&BTreeSet::from([1]));
        assert!(names(&traces).is_empty());
        let first = traces.join(vec![file(&folder, "kept")]);
        traces.learn(2, from(0), first);
        traces.settle(&BTreeSet::from([2]));
        traces.forget_found();
        assert_eq!((traces.take_left().len(), traces.take_left().len()), (1, 0));
    }
}
