//! What can go wrong while looking, in the user's world.

use serde::{Deserialize, Serialize};

use crate::scan::PictureError;

/// Says why nothing could be seen.
///
/// It crosses from the helper to the program as it is; a detail is what the system said, cut to one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CaptureError {
    /// Another program uses the camera.
    #[error("another program is using the camera")]
    CameraBusy,
    /// The system does not let this program or this user use the camera.
    #[error("the system does not let this program use the camera")]
    CameraDenied,
    /// The camera gives no pictures, or none that can be read.
    #[error("the camera gives no pictures: {0}")]
    CameraFailed(String),
    /// The camera was there and is not any more.
    #[error("the camera was unplugged")]
    CameraGone,
    /// The person dismissed the desktop's question.
    #[error("the picture of the screen was refused or the question was closed")]
    Cancelled,
    /// There is neither a picture nor a text.
    #[error("the clipboard holds no picture and no text")]
    ClipboardEmpty,
    /// There is no clipboard, or it refuses.
    #[error("the clipboard cannot be reached: {0}")]
    ClipboardUnavailable(String),
    /// The helper could not be started, ended without an answer, or gave one that makes no sense.
    #[error("looking failed: {0}")]
    HelperFailed(String),
    /// A portal answers, but nothing behind it takes pictures of the screen.
    #[error("this desktop has no service that takes pictures of the screen")]
    NoBackend,
    /// There is no camera, or none of that number.
    #[error("there is no such camera")]
    NoCamera,
    /// There is no screen, or it cannot be reached.
    #[error("there is no screen to look at")]
    NoDisplay,
    /// On Wayland only a portal may see the screen, and none answers.
    #[error("no desktop portal answers, and on Wayland nothing else may see the screen")]
    NoPortal,
    /// The system lets this program see no screen (macOS).
    #[error("the system does not let this program see the screen")]
    PermissionMissing,
    /// The picture file gives no frame.
    #[error(transparent)]
    Picture(PictureError),
    /// The helper could not be started for a picture, ended while it read it, or gave no sensible answer.
    #[error("reading the picture failed: {0}")]
    PictureFailed(String),
    /// Nothing was found in the picture in the time that there was.
    #[error("reading the picture took too long and was given up")]
    PictureTooLong,
    /// The portal has what takes pictures, and it would not: a no of earlier, or a part that does not answer.
    #[error("the desktop's portal gave no picture of the screen and said no reason")]
    Refused,
    /// The picture is damaged or of a kind that is not read.
    #[error("the picture of the screen cannot be read: {0}")]
    ScreenUnreadable(String),
    /// Nobody answered in time.
    #[error("looking took too long and was given up")]
    TimedOut,
    /// There is more than a person would have put there.
    #[error("the clipboard or the screen holds more than is read")]
    TooMuch,
}

impl CaptureError {
    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CameraBusy => "camera_busy",
            Self::CameraDenied => "camera_denied",
            Self::CameraFailed(_) => "camera_failed",
            Self::CameraGone => "camera_gone",
            Self::Cancelled => "capture_cancelled",
            Self::ClipboardEmpty => "clipboard_empty",
            Self::ClipboardUnavailable(_) => "clipboard_unavailable",
            Self::HelperFailed(_) => "capture_failed",
            Self::NoBackend => "no_screenshot_service",
            Self::NoCamera => "no_camera",
            Self::NoDisplay => "no_display",
            Self::NoPortal => "no_portal",
            Self::PermissionMissing => "screen_permission_missing",
            Self::Picture(error) => error.code(),
            Self::PictureFailed(_) => "scan_failed",
            Self::PictureTooLong => "scan_too_long",
            Self::Refused => "screenshot_refused",
            Self::ScreenUnreadable(_) => "screen_unreadable",
            Self::TimedOut => "capture_timed_out",
            Self::TooMuch => "too_large",
        }
    }

    /// Makes one line of what the system said, short enough to be told.
    pub(super) fn detail(said: impl std::fmt::Display) -> String {
        let said = said.to_string();
        said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
    }
}
