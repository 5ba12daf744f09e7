//! The outside world -> frames and texts: what is on the screen, on the clipboard, in picture files and before a camera.
//!
//! Pixels are hostile input, and a process that hides its memory cannot speak to the desktop's portals. So
//! looking and decoding happen in a [`Helper`]: the same program under a hidden verb, without vault, keyring
//! or keys. It is asked once, answers once, and is ended when it takes too long or says too much; only through a
//! camera it looks until it is ended. Not here:
//! what a text means (`import`), and how a frame is read (`scan`).
//!
//! ```no_run
//! use sterk::capture::{Helper, Target};
//!
//! let sight = Helper::this_program()?.look(Target::Screen, &[])?;
//! for seen in &sight.seen {
//!     println!("{}", sterk::import::what_is(&seen.text).name());
//! }
//! # Ok::<(), sterk::capture::CaptureError>(())
//! ```

pub mod camera;
pub mod clipboard;
mod error;
mod helper;
mod screen;
mod serve;
mod sight;
mod stream;
mod watch;

pub use error::CaptureError;
pub use helper::Helper;
pub use screen::{Shot, shots};
pub use serve::serve;
pub use sight::{Hidden, Place, Seen, Sight, Spot, Target};
pub use watch::{Camera, Preview, Sighting, Switch, Watch};
