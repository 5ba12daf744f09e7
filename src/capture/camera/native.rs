//! The system's own cameras: V4L2 on Linux, Media Foundation on Windows, AVFoundation on macOS.

use std::sync::mpsc::channel;
use std::time::Duration;

use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution,
};
use nokhwa::{NokhwaError, nokhwa_check, nokhwa_initialize};
use zeroize::Zeroizing;

use super::{Coding, Eye, Raw};
use crate::capture::{Camera, CaptureError};

/// The size that is asked for: a code is large enough in it, and it is read fast.
const WANTED: (u32, u32) = (1280, 720);
/// Frames a second below which a preview stumbles.
const FLUENT: u32 = 15;
/// Frames a second that nobody needs.
const PLENTY: u32 = 30;
/// How many formats are tried before the camera's own choice stands: some drivers offer rates that they do not keep,
/// in each of their codings.
const TRIES: usize = 24;
/// How long a person has to answer the question of macOS.
const ANSWER: Duration = Duration::from_secs(50);
const ALL_FORMATS: [FrameFormat; 6] = [
    FrameFormat::MJPEG,
    FrameFormat::YUYV,
    FrameFormat::NV12,
    FrameFormat::GRAY,
    FrameFormat::RAWRGB,
    FrameFormat::RAWBGR,
];

/// Is an open camera; its light goes off when it is dropped.
pub(in crate::capture) struct Device(nokhwa::Camera);

/// Returns the cameras of this machine.
pub(in crate::capture) fn all() -> Result<Vec<Camera>, CaptureError> {
    let found = nokhwa::query(ApiBackend::Auto).map_err(|fault| named(&fault))?;
    let found = found.into_iter().filter_map(|info| {
        let name = info.human_name().chars().take(100).collect();
        Some(Camera { index: info.index().as_index().ok()?, name })
    });
    let mut cameras: Vec<Camera> = found.filter(|camera| gives_pictures(camera.index)).collect();
    cameras.sort_by_key(|camera| camera.index);
    Ok(cameras)
}

/// Tells whether a device gives pictures at all: on Linux, one camera often has a second device beside it that does
/// not. A camera that is busy or forbidden is one all the same. Nothing lights up by being asked.
fn gives_pictures(index: u32) -> bool {
    !cfg!(target_os = "linux") || !matches!(opened(index), Err(CaptureError::NoCamera))
}

/// Opens a camera, the first one where none is named.
pub(in crate::capture) fn open(camera: Option<u32>) -> Result<Device, CaptureError> {
    permit()?;
    let index = match camera {
        Some(index) => index,
        None => all()?.first().ok_or(CaptureError::NoCamera)?.index,
    };
    let mut camera = opened(index)?;
    choose(&mut camera);
    camera.open_stream().map_err(|fault| named(&fault))?;
    Ok(Device(camera))
}

fn opened(index: u32) -> Result<nokhwa::Camera, CaptureError> {
    #[cfg(target_os = "linux")]
    settle(index).map_err(|fault| named(&NokhwaError::OpenDeviceError(index.to_string(), fault.to_string())))?;
    let any = RequestedFormat::with_formats(RequestedFormatType::None, &ALL_FORMATS);
    nokhwa::Camera::new(CameraIndex::Index(index), any).map_err(|fault| named(&fault))
}

/// Brings a camera to a whole number of pictures a second: the library opens none that was left at 7.5 or 12.5.
#[cfg(target_os = "linux")]
fn settle(index: u32) -> std::io::Result<()> {
    use v4l::video::{Capture, capture::Parameters};

    let device = v4l::Device::new(index as usize)?;
    // What has no rate at all is none of this.
    let Ok(Parameters { interval, .. }) = device.params() else { return Ok(()) };
    if interval.numerator == 1 {
        return Ok(());
    }
    // The usual cameras have a whole rate in this size, whatever they have in others.
    let format = Capture::format(&device)?;
    device.set_format(&v4l::Format::new(640, 480, format.fourcc))?;
    device.set_params(&Parameters::with_fps(PLENTY)).map(drop)
}

/// Asks macOS, and through it the person, whether this program may use the camera; elsewhere nothing is asked.
fn permit() -> Result<(), CaptureError> {
    if nokhwa_check() {
        return Ok(());
    }
    let (sender, answer) = channel();
    nokhwa_initialize(move |allowed| {
        // Nobody waits for an answer that comes too late.
        let _ = sender.send(allowed);
    });
    if answer.recv_timeout(ANSWER).unwrap_or(false) { Ok(()) } else { Err(CaptureError::CameraDenied) }
}

/// Sets the best format that the camera takes; a camera that takes none of them keeps its own.
fn choose(camera: &mut nokhwa::Camera) {
    let mut offered = camera.compatible_camera_formats().unwrap_or_default();
    offered.sort_by_key(|format| std::cmp::Reverse(worth(format)));
    offered.dedup();
    for format in offered.into_iter().take(TRIES) {
        if camera.camera_format() == format || camera.set_camera_requset(exactly(format)).is_ok() {
            return;
        }
    }
}

fn exactly(format: CameraFormat) -> RequestedFormat<'static> {
    RequestedFormat::with_formats(RequestedFormatType::Exact(format), &ALL_FORMATS)
}

/// Ranks a format: fluent before near to the wanted size, then more frames, then what needs no decoding.
fn worth(format: &CameraFormat) -> (bool, std::cmp::Reverse<u64>, u32, bool) {
    let Resolution { width_x: width, height_y: height } = format.resolution();
    let far = u64::from(width.abs_diff(WANTED.0)) + u64::from(height.abs_diff(WANTED.1));
    let rate = format.frame_rate().min(PLENTY);
    (rate >= FLUENT, std::cmp::Reverse(far), rate, format.format() != FrameFormat::MJPEG)
}

impl Eye for Device {
    fn next(&mut self) -> Result<Raw, CaptureError> {
        let buffer = self.0.frame().map_err(|fault| named(&fault))?;
        let Resolution { width_x: width, height_y: height } = buffer.resolution();
        let coding = match buffer.source_frame_format() {
            FrameFormat::MJPEG => Coding::Jpeg,
            FrameFormat::YUYV => Coding::Yuyv,
            FrameFormat::NV12 => Coding::Nv12,
            FrameFormat::GRAY => Coding::Grey,
            FrameFormat::RAWRGB => Coding::Rgb,
            FrameFormat::RAWBGR => Coding::Bgr,
        };
        Ok(Raw { coding, width, height, bytes: Zeroizing::new(buffer.buffer().to_vec()) })
    }
}

/// Finds our name for a fault, by what the system said: the library passes it on as a text.
fn named(fault: &NokhwaError) -> CaptureError {
    let said = fault.to_string();
    let opening = matches!(fault, NokhwaError::OpenDeviceError(..));
    match cause(&said) {
        Some(Cause::Absent) if opening => CaptureError::NoCamera,
        Some(Cause::Absent) => CaptureError::CameraGone,
        Some(Cause::Busy) => CaptureError::CameraBusy,
        Some(Cause::Denied) => CaptureError::CameraDenied,
        None if gives_none(fault) => CaptureError::NoCamera,
        None => CaptureError::CameraFailed(CaptureError::detail(said)),
    }
}

/// Tells whether a device was opened and has no picture to give: no camera, or none that is switched on.
fn gives_none(fault: &NokhwaError) -> bool {
    matches!(fault, NokhwaError::GetPropertyError { property, error } if property == "CameraFormat" && error.starts_with("Failed to Fu"))
}

#[derive(Debug, PartialEq, Eq)]
enum Cause {
    Absent,
    Busy,
    Denied,
}

/// Reads the number of a system's error: errno on Linux, an HRESULT on Windows.
fn cause(said: &str) -> Option<Cause> {
    let number = |text: &str| text.split(|letter: char| !letter.is_ascii_digit()).next().map(str::to_owned);
    let errno = said.rsplit_once("os error ").and_then(|(_, rest)| number(rest));
    match errno.as_deref() {
        // ENOENT, ENXIO, ENODEV
        Some("2" | "6" | "19") => return Some(Cause::Absent),
        // EBUSY
        Some("16") => return Some(Cause::Busy),
        // EPERM, EACCES
        Some("1" | "13") => return Some(Cause::Denied),
        _ => {}
    }
    let upper = said.to_uppercase();
    let says = |codes: &[&str]| codes.iter().any(|code| upper.contains(code));
    // https://learn.microsoft.com/windows/win32/medfound: device invalidated, device not present;
    // hardware in use, preempted; E_ACCESSDENIED.
    if says(&["C00D3EA2", "C00D36B4"]) {
        Some(Cause::Absent)
    } else if says(&["C00D3704", "C00D3EA3", "80070020"]) {
        Some(Cause::Busy)
    } else {
        says(&["80070005"]).then_some(Cause::Denied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(width: u32, height: u32, format: FrameFormat, rate: u32) -> CameraFormat {
        CameraFormat::new(Resolution::new(width, height), format, rate)
    }

    fn best(offered: &[CameraFormat]) -> CameraFormat {
        *offered.iter().max_by_key(|format| worth(format)).unwrap()
    }

    #[test]
    fn chooses_the_wanted_size_and_not_the_highest_rate() {
        let wanted = format(1280, 720, FrameFormat::MJPEG, 30);
        let offered = [format(320, 180, FrameFormat::YUYV, 120), wanted, format(3840, 2160, FrameFormat::MJPEG, 30)];
        assert_eq!(best(&offered), wanted);
    }

    #[test]
    fn chooses_a_smaller_picture_before_one_that_stumbles() {
        let fluent = format(640, 480, FrameFormat::YUYV, 30);
        assert_eq!(best(&[format(1280, 720, FrameFormat::YUYV, 10), fluent]), fluent);
        let slow = format(1280, 720, FrameFormat::YUYV, 10);
        assert_eq!(best(&[slow, format(640, 480, FrameFormat::YUYV, 5)]), slow, "unless there is nothing else");
    }

    #[test]
    fn chooses_pictures_that_need_no_decoding_where_all_else_is_the_same() {
        let plain = format(1280, 720, FrameFormat::YUYV, 30);
        assert_eq!(best(&[format(1280, 720, FrameFormat::MJPEG, 60), plain]), plain);
    }

    fn code(fault: NokhwaError) -> &'static str {
        named(&fault).code()
    }

    #[test]
    fn names_what_linux_says() {
        let open = |said: &str| code(NokhwaError::OpenDeviceError("0".to_owned(), format!("V4L2 Error: {said}")));
        assert_eq!(open("No such file or directory (os error 2)"), "no_camera");
        assert_eq!(open("Permission denied (os error 13)"), "camera_denied");
        assert_eq!(open("Device or resource busy (os error 16)"), "camera_busy");
        assert_eq!(open("Too many open files (os error 24)"), "camera_failed");
        let stream = |said: &str| code(NokhwaError::OpenStreamError(said.to_owned()));
        assert_eq!(stream("Device or resource busy (os error 16)"), "camera_busy");
        let frame = |said: &str| code(NokhwaError::ReadFrameError(said.to_owned()));
        assert_eq!(frame("No such device (os error 19)"), "camera_gone");
        assert_eq!(frame("Input/output error (os error 5)"), "camera_failed");
        let error = "Failed to Fufill".to_owned();
        assert_eq!(code(NokhwaError::GetPropertyError { property: "CameraFormat".to_owned(), error }), "no_camera");
    }

    #[test]
    fn names_what_windows_says() {
        assert_eq!(cause("HRESULT(0xC00D3704)"), Some(Cause::Busy));
        assert_eq!(cause("(0x80070005): Access is denied."), Some(Cause::Denied));
        assert_eq!(cause("0xc00d3ea2"), Some(Cause::Absent));
        assert_eq!(cause("something else"), None);
    }
}
