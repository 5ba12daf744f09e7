//! What lies in the memory of a running program, as the system shows it to the administrator.

use crate::Outcome;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

const PAGE: usize = 4096;
/// How many pages are asked about at a time: a webview reserves far more than it uses.
const ASKED: usize = 1 << 14;

/// Is a piece to look for, and the name it is reported by.
pub type Piece = (String, Vec<u8>);

/// Returns the names of the pieces that lie in the writable memory of the process behind a folder of `/proc`.
///
/// # Errors
/// The memory cannot be read: that takes the administrator.
pub(crate) fn pieces_in(process: &Path, pieces: &[Piece]) -> Outcome<BTreeSet<String>> {
    let mut starts = vec![false; 1 << 16];
    pieces.iter().for_each(|(_, piece)| starts[start(piece)] = true);
    let (mut memory, mut table) = (File::open(process.join("mem"))?, File::open(process.join("pagemap"))?);
    let mut found = BTreeSet::new();
    for (from, to) in fs::read_to_string(process.join("maps"))?.lines().filter_map(writable) {
        for run in runs(&mut table, from / PAGE..to / PAGE)? {
            let mut region = vec![0; run.len() * PAGE];
            memory.seek(SeekFrom::Start((run.start * PAGE) as u64))?;
            // It may be unmapped meanwhile, or belong to a device.
            if memory.read_exact(&mut region).is_ok() {
                search(&region, pieces, &starts, &mut found);
            }
        }
    }
    Ok(found)
}

fn writable(line: &str) -> Option<(usize, usize)> {
    let mut words = line.split_whitespace();
    let (range, rights) = (words.next()?, words.next()?);
    let (from, to) = range.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    if rights.starts_with("rw") { Some((address(from)?, address(to)?)) } else { None }
}

/// Returns the runs of pages that are there, in memory or in swap.
fn runs(table: &mut File, pages: Range<usize>) -> Outcome<Vec<Range<usize>>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for first in pages.clone().step_by(ASKED) {
        let mut entries = vec![0; (pages.end - first).min(ASKED) * 8];
        table.seek(SeekFrom::Start(first as u64 * 8))?;
        table.read_exact(&mut entries)?;
        // The highest two bits of each entry: present, and swapped.
        let there = entries.chunks(8).enumerate().filter(|(_, entry)| entry[7] & 0xc0 != 0);
        for page in there.map(|(number, _)| first + number) {
            match runs.last_mut() {
                Some(run) if run.end == page => run.end += 1,
                _ => runs.push(page..page + 1),
            }
        }
    }
    Ok(runs)
}

fn search(region: &[u8], pieces: &[Piece], starts: &[bool], found: &mut BTreeSet<String>) {
    for (number, page) in region.chunks(PAGE).enumerate() {
        // Most of it is empty, and comparing is quick.
        if page == &[0; PAGE][..page.len()] {
            continue;
        }
        for place in number * PAGE..(number * PAGE + page.len()).min(region.len() - 1) {
            if starts[start(&region[place..])] {
                let fits = |(_, piece): &&Piece| region[place..].starts_with(piece);
                found.extend(pieces.iter().filter(fits).map(|(name, _)| name.clone()));
            }
        }
    }
}

fn start(piece: &[u8]) -> usize {
    usize::from(piece[0]) << 8 | usize::from(piece[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_lies_in_a_process() {
        let held = "a piece of this very process".to_uppercase();
        let found = pieces_in(Path::new("/proc/self"), &[("there".to_owned(), held.clone().into_bytes())]).unwrap();
        assert!(found.contains("there"), "{held}");
    }
}
