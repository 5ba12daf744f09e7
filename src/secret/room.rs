//! Memory that stays out of swap where the system allows it: cells for keys and secrets.
//!
//! Whole pages are taken, asked to be locked, and never given back: locks of the system count by page, so that giving
//! one secret back must not unlock its neighbour. Where locking is refused, or the room is full, everything works as
//! before, in ordinary memory. A cell is wiped before it is used again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::Zeroize;

/// Length of a cell: long enough for any key and for most secrets (SHA-512 asks for 64 bytes).
const CELL: usize = 64;
/// Length of a piece of the room, in bytes: one page, whatever size it has.
const PIECE: usize = 16 * 1024;
/// The most pieces: room for 65,536 secrets.
const MOST: usize = 256;

static ROOM: Mutex<Room> = Mutex::new(Room { free: Vec::new(), pieces: 0 });

type Cell = &'static mut [u8; CELL];

struct Room {
    free: Vec<Cell>,
    pieces: usize,
}

#[repr(C, align(16384))]
struct Piece([u8; PIECE]);

impl Room {
    fn take(&mut self, lock: impl FnOnce(&Piece)) -> Option<Cell> {
        if self.free.is_empty() && self.pieces < MOST {
            self.pieces += 1;
            let piece = Box::leak(Box::new(Piece([0; PIECE])));
            lock(piece);
            self.free.extend(piece.0.as_chunks_mut().0);
        }
        self.free.pop()
    }

    fn give_back(&mut self, cell: Cell) {
        cell.zeroize();
        self.free.push(cell);
    }
}

/// Asks the system to keep a piece out of swap, for as long as the program runs.
fn lock(piece: &Piece) {
    // Refused is as good as not asked: the limit may be nought.
    if let Ok(guard) = region::lock(piece.0.as_ptr(), PIECE) {
        std::mem::forget(guard);
    }
}

fn room() -> MutexGuard<'static, Room> {
    ROOM.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Holds a few bytes in the room, or beside it where they are too many; wiped when dropped.
pub(crate) struct Kept {
    cell: Option<Cell>,
    beside: Vec<u8>,
    len: usize,
}

impl Kept {
    /// Copies the bytes; wiping the original is the caller's.
    pub(crate) fn copy(bytes: &[u8]) -> Self {
        let cell = if bytes.len() <= CELL { room().take(lock) } else { None };
        Self::in_cell(cell, bytes)
    }

    fn in_cell(cell: Option<Cell>, bytes: &[u8]) -> Self {
        let len = bytes.len();
        match cell {
            Some(cell) => {
                cell[..len].copy_from_slice(bytes);
                Self { cell: Some(cell), beside: Vec::new(), len }
            }
            None => Self { cell: None, beside: bytes.to_vec(), len },
        }
    }

    /// Lends the bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.cell.as_ref().map_or(&self.beside, |cell| &cell[..self.len])
    }
}

impl Clone for Kept {
    fn clone(&self) -> Self {
        Self::copy(self.bytes())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.beside.zeroize();
        if let Some(cell) = self.cell.take() {
            room().give_back(cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Room {
        Room { free: Vec::new(), pieces: 0 }
    }

    #[test]
    fn keeps_what_fits_in_a_cell_and_what_does_not() {
        for len in [0, 1, 32, CELL, CELL + 1, 5_000] {
            let bytes = vec![7; len];
            let kept = Kept::copy(&bytes);
            assert_eq!(kept.bytes(), bytes);
            assert_eq!(kept.clone().bytes(), bytes);
            assert_eq!(kept.cell.is_some(), len <= CELL, "{len}");
        }
    }

    #[test]
    fn wipes_a_cell_before_another_secret_gets_it() {
        let mut own = empty();
        let cell = own.take(|_| ()).unwrap();
        cell.fill(7);
        let place = cell.as_ptr();
        own.give_back(cell);
        let again = own.take(|_| ()).unwrap();
        assert_eq!((again.as_ptr(), *again), (place, [0; CELL]));
    }

    #[test]
    fn works_without_locks_and_beyond_its_size() {
        let mut own = empty();
        let cells: Vec<_> = std::iter::from_fn(|| own.take(|_| ())).collect();
        assert_eq!(cells.len(), MOST * PIECE / CELL);
        assert_eq!(Kept::in_cell(own.take(|_| ()), b"one too many").bytes(), b"one too many");
    }

    #[test]
    fn takes_whole_pages_of_its_own() {
        let mut own = empty();
        let mut asked = Vec::new();
        own.take(|piece| asked.push(piece.0.as_ptr() as usize));
        own.take(|_| panic!("the next cell is of the same piece"));
        assert!(asked[0].is_multiple_of(PIECE));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn is_locked_where_the_system_allows_it() {
        let _kept = Kept::copy(b"a secret");
        let number = |file: &str, name: &str, word: usize| -> Option<u64> {
            let text = std::fs::read_to_string(file).ok()?;
            let line = text.lines().find(|line| line.starts_with(name))?.to_owned();
            line[name.len()..].split_whitespace().nth(word)?.parse().ok()
        };
        let locked_kib = number("/proc/self/status", "VmLck:", 0).unwrap();
        let limit = number("/proc/self/limits", "Max locked memory", 0).unwrap_or(u64::MAX);
        assert!(locked_kib * 1024 >= (PIECE as u64).min(limit), "{locked_kib} KiB are locked");
    }
}
