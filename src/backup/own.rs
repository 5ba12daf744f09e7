//! The automatic backups in a folder: found by opening them, ordered by their marks, rotated.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::Backup;
use super::mark::{MARK, Mark};
use crate::seal::{Purpose, SealError, Sealed, VaultId, salt_of};
use crate::vault::{Keep, Sealing, VaultError, read_bounded};

/// How many whole backups stay whatever the count, the age and the clock say.
const ALWAYS: usize = 3;
/// Seconds of a day.
const DAY: u64 = 24 * 3600;

/// Is an automatic backup of this vault: its head and its mark were proved with the key that the vault keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Own {
    pub path: PathBuf,
    pub mark: Mark,
    pub made_at: u64,
    salt: [u8; 32],
}

impl Own {
    /// Names one that was written and proved just now.
    pub(super) fn new(path: PathBuf, mark: Mark, made_at: u64, bytes: &[u8]) -> Result<Self, SealError> {
        Ok(Self { path, mark, made_at, salt: salt_of(bytes)? })
    }
}

/// Finds them, oldest first; whatever else lies there is passed over.
///
/// # Errors
/// The folder cannot be read.
pub(super) fn list(folder: &Path, vault: VaultId, sealing: &Sealing) -> Result<Vec<Own>, VaultError> {
    let entries = fs::read_dir(folder).map_err(|error| VaultError::io("could not read", folder, error))?;
    // A link is not followed, and a pipe is not opened: it would wait for a writer.
    let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let named = files.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "sterk"));
    let mut found: Vec<Own> = named.filter_map(|path| look(path, vault, sealing)).collect();
    found.sort_by_key(|own| (own.mark.sequence, own.made_at, own.salt));
    Ok(found)
}

fn look(path: PathBuf, vault: VaultId, sealing: &Sealing) -> Option<Own> {
    let sealed = parse(&path, vault)?;
    let bytes = sealing.keys().find_map(|key| sealed.open_record(key, MARK).ok().flatten())?;
    Some(Own { mark: Mark::read(&bytes)?, made_at: sealed.header().made_at, salt: sealed.salt(), path })
}

fn parse(path: &Path, vault: VaultId) -> Option<Sealed> {
    let sealed = Sealed::parse(read_bounded(path).ok()?).ok()?;
    (sealed.header().purpose == Purpose::Backup && sealed.header().vault_id == vault).then_some(sealed)
}

/// Names those that rotation takes away, of backups that are ordered from the oldest to the newest.
///
/// A backup is only too many where three newer ones open whole, each a write of its own. Age is reckoned from the
/// newest one's, and takes one at a time: a clock that is a year ahead for a day must not empty a folder.
pub(super) fn too_many(own: &[Own], keep: Keep, is_whole: impl Fn(&Own) -> bool) -> Vec<&Own> {
    let mut whole = BTreeSet::new();
    let mut deletable = Vec::new();
    for (place, backup) in own.iter().rev().enumerate() {
        if whole.len() >= ALWAYS {
            deletable.push((place, backup));
        } else if is_whole(backup) {
            whole.insert(backup.salt);
        }
    }
    let over = |place: usize| place >= keep.count as usize;
    let newest = own.last().map_or(0, |backup| backup.made_at);
    let is_old = |backup: &Own| {
        keep.days.is_some_and(|days| newest.saturating_sub(backup.made_at) > u64::from(days).saturating_mul(DAY))
    };
    let aged = deletable.iter().rev().find(|(place, backup)| !over(*place) && is_old(backup)).copied();
    deletable.iter().filter(|(place, _)| over(*place)).copied().chain(aged).map(|(_, backup)| backup).collect()
}

/// Tells whether every record of a backup opens.
pub(super) fn is_whole(own: &Own, vault: VaultId, sealing: &Sealing) -> bool {
    let Some(sealed) = parse(&own.path, vault) else { return false };
    let opened = sealing.keys().find_map(|key| match Backup::of(&sealed, key) {
        Err(SealError::WrongKey) => None,
        done => Some(done),
    });
    matches!(opened, Some(Ok(backup)) if backup.damaged == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes backups of these days, in the order they were written in.
    fn made(days: &[u64]) -> Vec<Own> {
        let one = |(sequence, day): (u64, &u64)| Own {
            path: format!("/{sequence}").into(),
            mark: Mark { sequence, content: String::new() },
            made_at: day * DAY,
            salt: [sequence as u8; 32],
        };
        (0..).zip(days).map(one).collect()
    }

    fn gone(days: &[u64], keep: Keep, damaged: &[u64]) -> Vec<u64> {
        let own = made(days);
        let mut gone: Vec<u64> = too_many(&own, keep, |backup| !damaged.contains(&backup.mark.sequence))
            .into_iter()
            .map(|backup| backup.mark.sequence)
            .collect();
        gone.sort_unstable();
        gone
    }

    const FIVE: Keep = Keep { count: 5, days: None };
    const WEEK: Keep = Keep { count: 100, days: Some(7) };

    #[test]
    fn takes_the_oldest_above_the_count() {
        assert_eq!(gone(&[1, 2, 3, 4, 5, 6, 7], FIVE, &[]), [0, 1]);
        assert_eq!(gone(&[1, 2, 3, 4, 5], FIVE, &[]), [0; 0]);
    }

    #[test]
    fn the_newest_three_stay_whatever_the_clock_says() {
        let three = Keep { count: 3, days: Some(0) };
        for days in [[1, 2, 3, 4], [400, 1, 2, 3], [1, 2, 3, 400], [5, 400, 1, 30]] {
            assert_eq!(gone(&days, three, &[]), [0], "{days:?}");
        }
    }

    #[test]
    fn a_clock_that_went_back_a_year_changes_no_order() {
        assert_eq!(gone(&[400, 401, 402, 37, 38, 39], FIVE, &[]), [0], "the oldest is the first that was written");
        assert_eq!(gone(&[400, 401, 402, 37, 38, 39], WEEK, &[]), [0; 0], "nothing is older than the newest");
    }

    #[test]
    fn age_takes_one_at_a_time_so_that_a_clock_ahead_empties_nothing() {
        assert_eq!(gone(&[1, 2, 3, 4, 5, 6, 400], WEEK, &[]), [0]);
        assert_eq!(gone(&[1, 2, 3, 4, 5, 6, 7], WEEK, &[]), [0; 0]);
    }

    #[test]
    fn a_damaged_one_is_none_of_the_three() {
        let three = Keep { count: 3, days: None };
        assert_eq!(gone(&[1, 2, 3, 4, 5, 6], three, &[4, 5]), [0], "1, 2 and 3 open, and those above them stay too");
        assert_eq!(gone(&[1, 2, 3, 4], three, &[1, 2, 3]), [0; 0]);
    }

    #[test]
    fn copies_of_one_write_count_once() {
        let mut own = made(&[1, 2, 3, 4, 5]);
        own[4].salt = own[3].salt;
        own[2].salt = own[3].salt;
        assert!(too_many(&own, Keep { count: 3, days: None }, |_| true).is_empty(), "only three writes are there");
    }
}
