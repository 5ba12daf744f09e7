//! Windows and macOS: the system's own pictures of each monitor.

use zeroize::Zeroizing;

use super::{CaptureError, Shot};
use crate::capture::clipboard::on_white;
use crate::scan::Frame;

/// Takes a picture of every monitor.
pub fn shots() -> Result<Vec<Shot>, CaptureError> {
    if !allowed() {
        return Err(CaptureError::PermissionMissing);
    }
    xcap::Monitor::all().map_err(unreadable)?.iter().map(|monitor| shot(monitor).map_err(unreadable)?).collect()
}

fn shot(monitor: &xcap::Monitor) -> Result<Result<Shot, CaptureError>, xcap::XCapError> {
    let image = monitor.capture_image()?;
    let (width, height) = image.dimensions();
    let pixels = Zeroizing::new(image.into_raw());
    let grey = pixels.chunks_exact(4).map(on_white).collect();
    let frame = Frame::new(width, height, grey).map_err(unreadable);
    let scale_percent = (monitor.scale_factor()? * 100.0) as u32;
    let (monitor, x, y) = (monitor.name()?, monitor.x()?, monitor.y()?);
    Ok(frame.map(|frame| Shot { frame, monitor, x, y, scale_percent }))
}

fn unreadable(why: impl std::fmt::Display) -> CaptureError {
    CaptureError::ScreenUnreadable(CaptureError::detail(why))
}

/// Tells whether macOS lets this program see more than its own windows; asking makes the system ask the person.
#[cfg(target_os = "macos")]
fn allowed() -> bool {
    use objc2_core_graphics::{CGPreflightScreenCaptureAccess, CGRequestScreenCaptureAccess};
    CGPreflightScreenCaptureAccess() || CGRequestScreenCaptureAccess()
}

#[cfg(windows)]
fn allowed() -> bool {
    true
}
