//! The live loop: every frame is shown, and the newest one is read beside it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::Eye;
use crate::capture::{CaptureError, Preview, Seen, Sighting, Spot};
use crate::scan::{Budget, Frame, Live, Symbol};
use crate::transfer::Mark;

/// How many broken frames in a row are one too many: the first of a camera often are, later ones sometimes.
const MOST_BROKEN: usize = 60;

/// How long one frame is read: a live pass takes a small part of it.
const BUDGET: Budget = Budget { per_picture: Duration::from_secs(2) };

/// Looks through `eye` and `tell`s what it sees, until nobody listens or the camera fails.
///
/// A second thread reads; it takes the newest frame there is, so that a picture that is hard to read costs readings
/// and never a preview.
///
/// # Errors
/// What the eye says, or [`CaptureError::CameraFailed`] when too many of its frames in a row are broken.
pub fn look(eye: &mut impl Eye, own: &[Mark], tell: impl FnMut(Sighting) -> bool) -> Result<(), CaptureError> {
    let board = Board::default();
    thread::scope(|scope| {
        scope.spawn(|| board.read_newest());
        let ended = show(eye, own, &board, tell);
        board.close();
        ended
    })
}

fn show(
    eye: &mut impl Eye,
    own: &[Mark],
    board: &Board,
    mut tell: impl FnMut(Sighting) -> bool,
) -> Result<(), CaptureError> {
    let mut broken = 0;
    loop {
        let Some((frame, preview)) = eye.next()?.pictures() else {
            broken += 1;
            if broken > MOST_BROKEN {
                return Err(CaptureError::CameraFailed("its pictures are broken".to_owned()));
            }
            continue;
        };
        broken = 0;
        let size = (frame.width(), frame.height());
        let symbols = board.exchange(frame);
        let symbols = symbols.into_iter().filter(|symbol| !own.contains(&Mark::of(&symbol.text)));
        let seen = symbols.map(|symbol| seen_in(&preview, size, symbol)).collect();
        if !tell(Sighting { preview, seen }) {
            return Ok(());
        }
    }
}

/// Takes the corners from the frame, of `size`, to its preview.
fn seen_in(preview: &Preview, size: (u32, u32), symbol: Symbol) -> Seen {
    let scale = |at: i32, small: u32, large: u32| {
        i32::try_from(i64::from(at) * i64::from(small) / i64::from(large.max(1))).unwrap_or_default()
    };
    let corners = symbol.corners.map(|(x, y)| (scale(x, preview.width, size.0), scale(y, preview.height, size.1)));
    Seen { text: symbol.text.into(), spot: Some(Spot { place: 0, corners }) }
}

/// Is what the two threads show each other.
#[derive(Default)]
struct Board {
    notes: Mutex<Notes>,
    changed: Condvar,
}

#[derive(Default)]
struct Notes {
    /// The newest frame that was not read yet.
    frame: Option<Frame>,
    /// What the last reading found.
    symbols: Vec<Symbol>,
    /// Whether that went out with a sighting.
    told: bool,
    closed: bool,
}

impl Board {
    /// Puts up the newest frame and takes a copy of what was read last.
    fn exchange(&self, frame: Frame) -> Vec<Symbol> {
        let mut notes = self.notes();
        notes.frame = Some(frame);
        notes.told = true;
        self.changed.notify_one();
        notes.symbols.clone()
    }

    fn close(&self) {
        self.notes().closed = true;
        self.changed.notify_one();
    }

    /// Reads the newest frame, again and again.
    fn read_newest(&self) {
        let mut live = Live::default();
        while let Some(frame) = self.wait() {
            let symbols = live.read(&frame, BUDGET).symbols;
            let mut notes = self.notes();
            // What was found and not told yet is not lost to a later frame in which it is blurred.
            if notes.told || !symbols.is_empty() {
                (notes.symbols, notes.told) = (symbols, false);
            }
        }
    }

    fn wait(&self) -> Option<Frame> {
        let mut notes = self.notes();
        loop {
            if notes.closed {
                return None;
            }
            if let Some(frame) = notes.frame.take() {
                return Some(frame);
            }
            notes = self.changed.wait(notes).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::camera::{Coding, Raw};
    use zeroize::Zeroizing;

    const LINK: &str = "otpauth://totp/Harbour:ada?secret=JBSWY3DPEHPK3PXP";

    /// Gives the frames of a list in turn for ever, or up to its error.
    struct Reel {
        frames: Vec<Result<Vec<u8>, CaptureError>>,
        turn: usize,
    }

    const SIDE: u32 = 640;

    impl Eye for Reel {
        fn next(&mut self) -> Result<Raw, CaptureError> {
            let next = self.frames[self.turn % self.frames.len()].clone();
            self.turn += 1;
            next.map(|bytes| Raw { coding: Coding::Grey, width: SIDE, height: SIDE, bytes: Zeroizing::new(bytes) })
        }
    }

    fn reel(frames: &[Result<Vec<u8>, CaptureError>]) -> Reel {
        Reel { frames: frames.to_vec(), turn: 0 }
    }

    fn blank() -> Vec<u8> {
        vec![200; (SIDE * SIDE) as usize]
    }

    fn showing(text: &str) -> Vec<u8> {
        let code = qrcode::QrCode::new(text).unwrap();
        let code = code.render::<image::Luma<u8>>().module_dimensions(6, 6).build();
        let mut picture = image::GrayImage::from_raw(SIDE, SIDE, blank()).unwrap();
        image::imageops::overlay(&mut picture, &code, 100, 100);
        picture.into_raw()
    }

    /// Looks until a sighting shows a code.
    fn first_seen(eye: &mut Reel, own: &[Mark]) -> (usize, Sighting) {
        let (mut shown, mut found) = (0, None);
        look(eye, own, |sighting| {
            shown += 1;
            found = (!sighting.seen.is_empty()).then_some(sighting);
            found.is_none()
        })
        .unwrap();
        (shown, found.unwrap())
    }

    #[test]
    fn a_code_that_is_held_still_is_seen_and_stands_where_the_preview_shows_it() {
        let (_, sighting) = first_seen(&mut reel(&[Ok(showing(LINK))]), &[]);
        assert_eq!((&*sighting.seen[0].text, sighting.preview.width), (LINK, 480));
        let spot = sighting.seen[0].spot.as_ref().unwrap();
        let (x, y) = spot.corners[0];
        // 100 pixels and four light modules of 6, in a preview of three quarters.
        assert!(spot.place == 0 && (x - 93).abs() <= 3 && (y - 93).abs() <= 3, "{x} {y}");
    }

    #[test]
    fn what_the_program_shows_itself_is_not_seen() {
        let mut eye = reel(&[Ok(showing(LINK)), Ok(showing("https://example.org"))]);
        let (_, sighting) = first_seen(&mut eye, &[Mark::of(LINK)]);
        assert_eq!(&*sighting.seen[0].text, "https://example.org");
    }

    #[test]
    fn reading_does_not_hold_up_the_preview() {
        let board = Board::default();
        let frame = || Frame::new(2, 1, vec![0, 9]).unwrap();
        for _ in 0..100 {
            assert!(board.exchange(frame()).is_empty(), "nobody reads, and showing goes on");
        }
        assert!(board.wait().is_some() && board.notes().frame.is_none(), "only the newest frame waits");
        board.close();
        assert!(board.wait().is_none());
    }

    #[test]
    fn the_error_of_the_camera_ends_it() {
        for error in [CaptureError::CameraGone, CaptureError::CameraFailed("it is hot".to_owned())] {
            let mut eye = reel(&[Ok(blank()), Ok(blank()), Err(error.clone())]);
            let mut shown = 0;
            let ended = look(&mut eye, &[], |_| {
                shown += 1;
                true
            });
            assert_eq!((ended, shown), (Err(error), 2));
        }
    }

    #[test]
    fn broken_frames_are_left_out_until_there_are_too_many() {
        let (_, sighting) = first_seen(&mut reel(&[Ok(vec![]), Ok(showing(LINK))]), &[]);
        assert_eq!(&*sighting.seen[0].text, LINK);
        let ended = look(&mut reel(&[Ok(vec![])]), &[], |_| true);
        assert_eq!(ended.unwrap_err().code(), "camera_failed");
    }

    #[test]
    fn nobody_listening_ends_it() {
        assert_eq!(look(&mut reel(&[Ok(blank())]), &[], |_| false), Ok(()));
    }
}
