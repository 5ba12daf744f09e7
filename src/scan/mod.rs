//! Pictures -> texts: finds and reads every QR code.
//!
//! A [`Frame`] holds grey pixels, [`picture()`] makes frames of an image file, [`read`] gives the texts of
//! a frame. Not here: where pixels come from (`capture`) and what a text means (`account`).
//!
//! The reader is a ladder of passes from cheap to dear, each one engine on one view of the frame: `rqrr`
//! first, then the detector of `rxing`. A ladder gives the same answer for the same frame, unless its
//! [`Budget`] runs out. The engines are foreign code on hostile input: they run on a thread of their own,
//! a panic of theirs counts as "nothing found", one that never returns is left behind. Frames are wiped
//! when dropped; the working copies inside the engines are not.
//!
//! ```
//! let blank = sterk::scan::Frame::new(64, 64, vec![255; 64 * 64])?;
//! assert!(sterk::scan::read(&blank).is_empty());
//! # Ok::<(), sterk::scan::FrameError>(())
//! ```

mod contain;
mod engines;
mod frame;
mod passes;
mod picture;
mod symbol;
mod views;

pub use contain::Budget;
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
    passes::read_by(passes::LADDER, frame, budget)
}
