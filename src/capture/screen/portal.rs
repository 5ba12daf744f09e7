//! The desktop's portal (`org.freedesktop.portal.Screenshot`): on Wayland nothing else may see the screen.
//!
//! A desktop that remembers a yes answers at once; one that insists asks the person, in its own window. The
//! portal writes its picture into a file, which may hold a secret: it is read and deleted at once.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use ashpd::desktop::ResponseError;
use ashpd::desktop::screenshot::Screenshot;
use ashpd::{Error, PortalError};
use zeroize::Zeroizing;

use super::{CaptureError, Shot};
use crate::scan::{self, MAX_FILE};

/// Takes a picture of the whole desktop, or of what the person chose of it.
pub fn shot(limit: Duration) -> Result<Shot, CaptureError> {
    let bytes = take_away(&asked(limit)?)?;
    let picture = scan::picture(&bytes).map_err(unreadable)?;
    let frame = picture.frames().next().cloned().ok_or_else(|| unreadable("it is empty"))?;
    Ok(Shot { frame, monitor: "desktop".to_owned(), x: 0, y: 0, scale_percent: 100 })
}

fn unreadable(why: impl std::fmt::Display) -> CaptureError {
    CaptureError::ScreenUnreadable(CaptureError::detail(why))
}

/// Asks for a picture, for `limit` at most; when this process ends, the portal drops the question.
fn asked(limit: Duration) -> Result<PathBuf, CaptureError> {
    let (sender, answer) = channel();
    thread::spawn(move || {
        let taken = zbus::block_on(request());
        if let Err(late) = sender.send(taken)
            && let Ok(file) = late.0
        {
            let _ = std::fs::remove_file(file);
        }
    });
    answer.recv_timeout(limit).unwrap_or(Err(CaptureError::TimedOut))
}

async fn request() -> Result<PathBuf, CaptureError> {
    let quiet = taken(false).await;
    // Some desktops refuse a picture without a dialog of theirs, and say no more than "failed".
    let shot = if matches!(quiet, Err(Error::Response(ResponseError::Other))) { taken(true).await } else { quiet };
    let uri = shot.map_err(|error| named(&error))?;
    file_of(uri.uri().as_str()).ok_or_else(|| unreadable("it lies in no file"))
}

async fn taken(interactive: bool) -> Result<Screenshot, Error> {
    Screenshot::request().interactive(interactive).modal(true).send().await?.response()
}

fn named(error: &Error) -> CaptureError {
    match error {
        Error::Response(ResponseError::Cancelled) | Error::Portal(PortalError::Cancelled(_)) => CaptureError::Cancelled,
        Error::Portal(PortalError::NotAllowed(_)) => CaptureError::Cancelled,
        Error::Response(ResponseError::Other) => CaptureError::Refused,
        Error::PortalNotFound(_) => CaptureError::NoBackend,
        Error::Portal(PortalError::ZBus(fault)) | Error::Zbus(fault) => on_the_bus(fault),
        other => unreadable(other),
    }
}

/// Tells a bus without a portal from a portal without what takes pictures.
fn on_the_bus(fault: &zbus::Error) -> CaptureError {
    let name = match fault {
        zbus::Error::MethodError(name, ..) => name.to_string(),
        zbus::Error::FDO(fault) => zbus::DBusError::name(&**fault).to_string(),
        _ => return CaptureError::NoPortal,
    };
    match name.rsplit('.').next() {
        Some("UnknownInterface" | "UnknownMethod" | "UnknownObject") => CaptureError::NoBackend,
        Some("ServiceUnknown" | "NameHasNoOwner" | "NoServer") => CaptureError::NoPortal,
        _ if name.contains(".Error.Spawn.") => CaptureError::NoPortal,
        Some("NoReply" | "Timeout" | "TimedOut") => CaptureError::TimedOut,
        _ => unreadable(fault),
    }
}

/// Returns the path in a `file:` address of this machine.
fn file_of(uri: &str) -> Option<PathBuf> {
    let path = uri.strip_prefix("file://")?;
    let path = path.strip_prefix("localhost").unwrap_or(path);
    if !path.starts_with('/') {
        return None;
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'%', [high, low, after @ ..]) => (hexadecimal(*high)? << 4 | hexadecimal(*low)?, after),
            (b'%', _) => return None,
            _ => (first, after),
        };
        bytes.push(byte);
        rest = after;
    }
    Some(PathBuf::from(OsString::from_vec(bytes)))
}

fn hexadecimal(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16)?.try_into().ok()
}

/// Reads the portal's file and deletes it, read or not.
fn take_away(file: &Path) -> Result<Zeroizing<Vec<u8>>, CaptureError> {
    let bytes = read(file);
    let deleted = std::fs::remove_file(file);
    let bytes = bytes.map_err(unreadable)?;
    // A picture that stays behind may show a secret to who looks for it: the person has to know.
    deleted.map_err(|error| unreadable(format!("its file {} cannot be deleted: {error}", file.display())))?;
    if bytes.len() > MAX_FILE { Err(CaptureError::TooMuch) } else { Ok(bytes) }
}

fn read(file: &Path) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(file)?;
    let size = (file.metadata()?.len() as usize).min(MAX_FILE);
    // Room for all of it, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(size + 2));
    file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_file_of_an_address() {
        assert_eq!(file_of("file:///tmp/a%20b.png"), Some(PathBuf::from("/tmp/a b.png")));
        assert_eq!(file_of("file://localhost/tmp/%C3%A9"), Some(PathBuf::from("/tmp/é")));
        for other in ["https://example.org/a.png", "file://elsewhere/a.png", "file:///a%2", "file:///a%zz", "/a"] {
            assert_eq!(file_of(other), None, "{other}");
        }
    }

    #[test]
    fn deletes_the_picture_that_it_reads() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shot.png");
        std::fs::write(&file, b"pixels").unwrap();
        assert_eq!(take_away(&file).unwrap().as_slice(), b"pixels");
        assert!(!file.exists());
        assert_eq!(take_away(&file).unwrap_err().code(), "screen_unreadable");
    }

    #[test]
    fn deletes_what_it_cannot_read_too() {
        let folder = tempfile::tempdir().unwrap();
        // A link to a folder opens and cannot be read, whoever runs this.
        let file = folder.path().join("shot.png");
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("folder"), &file).unwrap();
        assert!(take_away(&file).is_err());
        assert!(!file.is_symlink(), "what was left behind may be a picture of a secret");
    }

    #[test]
    fn names_each_refusal() {
        let fdo = |error: zbus::fdo::Error| named(&Error::from(error)).code();
        assert_eq!(named(&Error::Response(ResponseError::Cancelled)).code(), "capture_cancelled");
        assert_eq!(named(&Error::Response(ResponseError::Other)).code(), "screenshot_refused");
        assert_eq!(fdo(zbus::fdo::Error::ServiceUnknown(String::new())), "no_portal");
        assert_eq!(fdo(zbus::fdo::Error::SpawnFailed(String::new())), "no_portal");
        assert_eq!(fdo(zbus::fdo::Error::UnknownInterface(String::new())), "no_screenshot_service");
        assert_eq!(fdo(zbus::fdo::Error::NoReply(String::new())), "capture_timed_out");
        let unreachable = zbus::Error::Address("nowhere".to_owned());
        assert_eq!(named(&Error::Zbus(unreachable)).code(), "no_portal");
    }
}
