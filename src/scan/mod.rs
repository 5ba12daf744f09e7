//! Pictures -> texts: finds and reads every QR code.
//!
//! A [`Frame`] holds grey pixels, [`picture()`] makes frames of an image file, [`read`] gives the texts of
//! a frame. Not here: where pixels come from (`capture`) and what a text means (`account`).
//!
//! The reader is a ladder of passes from cheap to dear, each one engine on one view of the frame: `rqrr`
//! and the detector of `rxing`, then a reading from grey levels (`soft`). A ladder gives the same answer for the same frame, unless its
//! [`Budget`] runs out. Passes of one step run side by side on the cores there are; their findings are put together in
//! the ladder's order. The engines are foreign code on hostile input: they run on threads of their own, a panic of
//! theirs counts as "nothing found", one that never returns is left behind. Frames are wiped
//! when dropped; the working copies inside the engines are not.
//!
//! ```
//! let blank = sterk::scan::Frame::new(64, 64, vec![255; 64 * 64])?;
//! assert!(sterk::scan::read(&blank).is_empty());
//! # Ok::<(), sterk::scan::FrameError>(())
//! ```

mod bits;
mod contain;
mod crew;
mod engines;
mod errata;
mod finders;
mod frame;
mod grid;
mod layout;
mod passes;
mod picture;
mod rings;
mod soft;
mod symbol;
mod triples;
mod unblur;
mod views;

pub use contain::Budget;
pub use crew::Stop;
pub use frame::{Frame, FrameError};
pub use picture::{MAX_FILE, MAX_PIXELS, Picture, PictureError, is_picture, picture};
pub use symbol::Symbol;

/// Longest side of a picture, in pixels.
pub const MAX_SIDE: u32 = 32_767;

/// Is the answer to one frame or picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What was found, from the top left on; of several stills, in their order.
    pub symbols: Vec<Symbol>,
    /// Whether all passes that were due ran within the budget; if not, there may be more to find.
    pub complete: bool,
}

/// Reads all QR codes of a frame within the usual [`Budget`].
pub fn read(frame: &Frame) -> Vec<Symbol> {
    read_within(frame, Budget::default()).symbols
}

/// Reads all QR codes of a frame and stops when the budget is spent, with what was found by then.
pub fn read_within(frame: &Frame, budget: Budget) -> Reading {
    read_early(frame, budget, &Stop::default(), |_| ())
}

/// Reads as [`read_within`] does, hands each symbol over as soon as it is found, and ends when it is told to stop.
///
/// What is handed over early is provisional: a later pass that reads another text at the same place takes both out
/// of the answer. `found` runs on the calling thread.
pub fn read_early(frame: &Frame, budget: Budget, stop: &Stop, mut found: impl FnMut(&Symbol)) -> Reading {
    if !frame.is_lively() {
        return Reading { symbols: Vec::new(), complete: true };
    }
    passes::read_by(passes::LADDER, frame, budget, stop, &mut found)
}

/// Reads frames of a camera, each in a small part of a second.
///
/// One thread runs the cheapest pass on every frame, and while that finds nothing one dearer pass, another one for
/// each frame in turn: what is held still is seen by all of them within a few frames.
#[derive(Debug, Default)]
pub struct Live {
    turn: usize,
}

impl Live {
    /// Reads the next frame.
    pub fn read(&mut self, frame: &Frame, budget: Budget) -> Reading {
        self.turn = self.turn.wrapping_add(1);
        passes::read_live(self.turn, frame, budget)
    }
}
