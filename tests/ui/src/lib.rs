//! A desk of one's own for every test of the real window.
//!
//! A [`Desk`] is a screen (Xvfb with a window manager), a private D-Bus with or without a keyring,
//! a clipboard and a home folder. A [`Window`] is the program on that desk, driven by
//! WebKitWebDriver. A [`Party`] is a site to log in to. Everything ends when it is dropped. It holds no tests
//! and no knowledge of Sterk's pages: those are in `tests/window`.
#![cfg(target_os = "linux")]

mod bus;
mod desk;
mod drag;
mod memory;
mod party;
mod picture;
mod process;
mod screen;
mod window;

pub use desk::{Desk, Look};
pub use memory::Piece;
pub use party::Party;
pub use picture::Picture;
pub use process::{Process, poll};
pub use window::Window;

/// What a step of a test gives, or why it could not be done.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
