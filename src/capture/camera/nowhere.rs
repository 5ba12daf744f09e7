//! A system whose cameras are not known here.

use super::{CaptureError, Eye, Raw};
use crate::capture::Camera;

/// Is no camera: there is none.
pub(in crate::capture) enum Device {}

/// Returns no camera.
pub(in crate::capture) fn all() -> Result<Vec<Camera>, CaptureError> {
    Ok(Vec::new())
}

/// Opens no camera.
pub(in crate::capture) fn open(_camera: Option<u32>) -> Result<Device, CaptureError> {
    Err(CaptureError::NoCamera)
}

impl Eye for Device {
    fn next(&mut self) -> Result<Raw, CaptureError> {
        match *self {}
    }
}
