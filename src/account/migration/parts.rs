//! Collecting the parts of batches, in whatever order they come.

use std::collections::BTreeMap;

use super::{Entry, Part};

/// Collects parts; repeats are ignored, several batches are kept apart.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Parts(Vec<Batch>);

/// Says how much of one batch is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Parts held.
    pub have: u32,
    /// Parts of the whole batch.
    pub of: u32,
    /// Parts that are not there, counted from 1.
    pub missing: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Batch {
    id: Option<i32>,
    size: u32,
    parts: BTreeMap<u32, Vec<Entry>>,
}

impl Parts {
    /// Starts with nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a part and tells whether it was new.
    ///
    /// Parts belong together by the id and the size of their batch. Newer versions of the app write no id:
    /// then, and whenever two different parts claim one place, the next part begins a batch of its own, so
    /// that nothing is thrown away.
    pub fn add(&mut self, part: Part) -> bool {
        let Part { id, size, index, entries } = part;
        let same = |batch: &&mut Batch| batch.id == id && batch.size == size;
        for batch in self.0.iter_mut().filter(same) {
            match batch.parts.get(&index) {
                None => {
                    batch.parts.insert(index, entries);
                    return true;
                }
                Some(held) if *held == entries => return false,
                Some(_) => (),
            }
        }
        self.0.push(Batch { id, size, parts: BTreeMap::from([(index, entries)]) });
        true
    }

    /// Takes over the parts that were collected elsewhere, as if each came here.
    pub fn join(&mut self, other: Self) {
        for Batch { id, size, parts } in other.0 {
            for (index, entries) in parts {
                self.add(Part { id, size, index, entries });
            }
        }
    }

    /// Tells of every batch that is not complete what is there, in the order in which they began.
    pub fn incomplete(&self) -> Vec<Progress> {
        let progress = |batch: &Batch| Progress {
            have: u32::try_from(batch.parts.len()).unwrap_or(batch.size),
            of: batch.size,
            missing: batch.absent(),
        };
        self.0.iter().map(progress).filter(|progress| !progress.missing.is_empty()).collect()
    }

    /// Counts the parts held.
    pub fn have(&self) -> usize {
        self.0.iter().map(|batch| batch.parts.len()).sum()
    }

    /// Counts the parts of all batches seen, held or not.
    pub fn of(&self) -> usize {
        self.0.iter().map(|batch| batch.size as usize).sum()
    }

    /// Names the parts that are missing, counted from 1, batch after batch.
    pub fn missing(&self) -> Vec<u32> {
        self.0.iter().flat_map(Batch::absent).collect()
    }

    /// Hands out the entries of every part held, in the order of the batches and their parts.
    pub fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.0.into_iter().flat_map(|batch| batch.parts.into_values()).flatten()
    }
}

impl Batch {
    fn absent(&self) -> Vec<u32> {
        (0..self.size).filter(|index| !self.parts.contains_key(index)).map(|index| index + 1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(given: &[(i32, u32, u32)]) -> Parts {
        let mut parts = Parts::new();
        for (id, size, index) in given {
            parts.add(Part { id: Some(*id), size: *size, index: *index, entries: Vec::new() });
        }
        parts
    }

    #[test]
    fn joins_parts_that_were_collected_apart_in_any_order() {
        let mut all = parts(&[(7, 3, 2)]);
        all.join(parts(&[(7, 3, 0)]));
        assert_eq!(all.incomplete(), [Progress { have: 2, of: 3, missing: vec![2] }]);
        all.join(parts(&[(7, 3, 1), (7, 3, 0)]));
        assert!(all.incomplete().is_empty());
    }

    #[test]
    fn keeps_two_batches_apart_when_joined() {
        let mut all = parts(&[(7, 2, 0)]);
        all.join(parts(&[(8, 2, 1)]));
        let missing: Vec<_> = all.incomplete().into_iter().map(|progress| progress.missing).collect();
        assert_eq!(missing, [[2], [1]], "a part of another batch completes nothing");
    }
}
