//! Pictures of every monitor, at the resolution that it has.

#[cfg(any(target_os = "macos", windows))]
mod native;
#[cfg(target_os = "linux")]
mod portal;
#[cfg(target_os = "linux")]
mod x11;

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use super::CaptureError;
use crate::scan::Frame;

/// Is the picture of one monitor.
#[derive(Debug, Clone)]
pub struct Shot {
    /// What the monitor shows.
    pub frame: Frame,
    /// The system's name for the monitor.
    pub monitor: String,
    /// Left edge on the desktop.
    pub x: i32,
    /// Upper edge on the desktop.
    pub y: i32,
    /// Pixels for 100 units of the desktop: 200 for a scale of 2.
    pub scale_percent: u32,
}

/// Names the way to the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Windows and macOS: the system's own calls.
    Native,
    /// Wayland: the desktop's portal, which may ask the person.
    Portal,
    /// The X server itself.
    X11,
}

impl Way {
    /// Chooses by the environment: a Wayland session comes before an X server, because the X server of a
    /// Wayland session shows its own windows at best.
    pub(super) fn find(variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        if cfg!(any(target_os = "macos", windows)) {
            return Some(Self::Native);
        }
        let named = |name| variable(name).is_some_and(|value| !value.is_empty());
        if named("WAYLAND_DISPLAY") || variable("XDG_SESSION_TYPE").is_some_and(|kind| kind == "wayland") {
            Some(Self::Portal)
        } else {
            named("DISPLAY").then_some(Self::X11)
        }
    }

    /// Tells whether the desktop may ask the person first, who needs time to answer.
    pub(super) fn asks(self) -> bool {
        self == Self::Portal
    }
}

/// Takes a picture of every monitor of the session that the environment (`variable`) names.
///
/// A portal gives one picture of the whole desktop, and has `limit` to do so.
///
/// # Errors
/// [`CaptureError`] for each way in which a desktop refuses.
pub fn shots(variable: impl Fn(&str) -> Option<OsString>, limit: Duration) -> Result<Vec<Shot>, CaptureError> {
    let way = Way::find(&variable).ok_or(CaptureError::NoDisplay)?;
    let display = variable("DISPLAY").unwrap_or_default();
    let shots = take(way, &display, limit)?;
    if shots.is_empty() { Err(CaptureError::NoDisplay) } else { Ok(shots) }
}

#[cfg(target_os = "linux")]
fn take(way: Way, display: &OsStr, limit: Duration) -> Result<Vec<Shot>, CaptureError> {
    match way {
        Way::X11 => x11::shots(display.to_str().ok_or(CaptureError::NoDisplay)?),
        Way::Native | Way::Portal => Ok(vec![portal::shot(limit)?]),
    }
}

#[cfg(any(target_os = "macos", windows))]
fn take(_way: Way, _display: &OsStr, _limit: Duration) -> Result<Vec<Shot>, CaptureError> {
    native::shots()
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn take(_way: Way, _display: &OsStr, _limit: Duration) -> Result<Vec<Shot>, CaptureError> {
    Err(CaptureError::NoDisplay)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn way(variables: &[(&str, &str)]) -> Option<Way> {
        Way::find(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn a_wayland_session_goes_before_the_x_server_in_it() {
        assert_eq!(way(&[("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0")]), Some(Way::Portal));
        assert_eq!(way(&[("XDG_SESSION_TYPE", "wayland"), ("DISPLAY", ":0")]), Some(Way::Portal));
    }

    #[test]
    fn an_x_server_alone_is_asked_itself() {
        assert_eq!(way(&[("XDG_SESSION_TYPE", "x11"), ("DISPLAY", ":0")]), Some(Way::X11));
        assert_eq!(way(&[("WAYLAND_DISPLAY", ""), ("DISPLAY", ":0")]), Some(Way::X11), "set to nothing is not set");
    }

    #[test]
    fn no_session_is_no_way() {
        assert_eq!(way(&[]), None);
        assert_eq!(way(&[("DISPLAY", ""), ("XDG_SESSION_TYPE", "tty")]), None);
    }
}
