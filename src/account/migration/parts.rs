//! Collecting the parts of batches, in whatever order they come.

use std::collections::BTreeMap;

use super::{Entry, Part};

/// Collects parts; repeats are ignored, several batches are kept apart.
#[derive(Debug, Default)]
pub struct Parts(Vec<Batch>);

#[derive(Debug)]
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
        let absent = |batch: &Batch| -> Vec<u32> {
            (0..batch.size).filter(|index| !batch.parts.contains_key(index)).map(|index| index + 1).collect()
        };
        self.0.iter().flat_map(absent).collect()
    }

    /// Hands out the entries of every part held, in the order of the batches and their parts.
    pub fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.0.into_iter().flat_map(|batch| batch.parts.into_values()).flatten()
    }
}
