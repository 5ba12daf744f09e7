//! Cameras: which there are, and one looked through, frame by frame.
//!
//! Here is what the helper does with frames wherever they come from. Not here: the system's cameras (`native`), what
//! the bytes of a frame mean (`pixels`), and how sightings reach the program (`stream`).

mod live;
#[cfg(any(target_os = "linux", target_os = "macos", windows))]
pub(super) mod native;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
#[path = "camera/nowhere.rs"]
pub(super) mod native;
mod pixels;

pub use live::look;
pub use pixels::{Coding, Raw};

use super::CaptureError;

/// Gives frames, one after the other: a camera, or the frames of a test.
pub trait Eye {
    /// Waits for the next frame.
    ///
    /// # Errors
    /// [`CaptureError`], after which there are no more.
    fn next(&mut self) -> Result<Raw, CaptureError>;
}
