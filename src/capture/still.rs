//! Frozen screens on the helper's standard output: what was read on them, small pictures for people, and then an
//! answer for each part that is asked for.
//!
//! Each document is its length in 32 bits, lowest byte first, and JSON. The pixels follow the first one, one byte each.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::stream::{bytes, document, failed, number};
use super::{CaptureError, Shot, Sight, Spot};
use crate::scan::Frame;

/// The longest side of a small picture.
pub(super) const LONGEST: u32 = 1600;
/// The most monitors whose pictures are taken.
const MOST_PLACES: usize = 16;
/// The most bytes of a document, 2 MiB.
const MOST_DOCUMENT: u32 = 2 << 20;
/// The grey of a code that was read: its modules are nobody's business but the reader's.
const BLOT: u8 = 128;

/// Is what was read, and how large the pictures are that follow.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    sight: Sight,
    sizes: Vec<(u32, u32)>,
}

/// Writes one document.
pub(super) fn write<T: Serialize>(output: &mut impl Write, said: &Result<T, CaptureError>) -> std::io::Result<()> {
    let (length, document) = document(said)?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&document)?;
    output.flush()
}

/// Writes what was read and the pictures.
pub(super) fn write_all(output: &mut impl Write, sight: Sight, pictures: &[Frame]) -> std::io::Result<()> {
    let sizes = pictures.iter().map(|picture| (picture.width(), picture.height())).collect();
    write(output, &Ok(Head { sight, sizes }))?;
    pictures.iter().try_for_each(|picture| output.write_all(picture.pixels()))?;
    output.flush()
}

/// Reads what was read and the pictures; refuses what is too large or contradicts itself.
pub(super) fn read_all(input: &mut impl Read) -> Result<(Sight, Vec<Frame>), CaptureError> {
    let Head { sight, sizes } = read(input)?;
    let fits = |&(width, height): &(u32, u32)| width <= LONGEST && height <= LONGEST;
    if sizes.len() != sight.places.len() || sizes.len() > MOST_PLACES || !sizes.iter().all(fits) {
        return Err(failed("the helper said too much"));
    }
    let pictures = sizes.into_iter().map(|(width, height)| {
        let pixels = bytes(input, width as usize * height as usize)?;
        Frame::new(width, height, pixels).map_err(|_| failed("the answer makes no sense"))
    });
    Ok((sight, pictures.collect::<Result<_, _>>()?))
}

/// Reads what stands in a part.
pub(super) fn read_sight(input: &mut impl Read) -> Result<Sight, CaptureError> {
    read(input)
}

/// Reads one document.
fn read<T: DeserializeOwned + Stands>(input: &mut impl Read) -> Result<T, CaptureError> {
    let length = number(input)?;
    if length > MOST_DOCUMENT {
        return Err(failed("the helper said too much"));
    }
    let document = Zeroizing::new(bytes(input, length as usize)?);
    let garbled = || failed("the answer makes no sense");
    let said: Result<T, CaptureError> = serde_json::from_slice(&document).map_err(|_| garbled())?;
    said.and_then(|said| if said.stands() { Ok(said) } else { Err(garbled()) })
}

/// Tells whether what was said contradicts itself.
trait Stands {
    fn stands(&self) -> bool;
}

impl Stands for Sight {
    fn stands(&self) -> bool {
        self.seen.iter().all(|seen| seen.spot.as_ref().is_some_and(|spot| spot.place < self.places.len()))
    }
}

impl Stands for Head {
    fn stands(&self) -> bool {
        self.sight.stands()
    }
}

/// Makes the small picture of a monitor on which each code that was read is a plain patch.
pub(super) fn small(shot: &Shot, spots: &[&Spot]) -> Frame {
    let frame = &shot.frame;
    let longest = frame.width().max(frame.height());
    let side = |side: u32| if longest <= LONGEST { side } else { scaled(side, LONGEST, longest).max(1) };
    let (width, height) = (side(frame.width()), side(frame.height()));
    let patches: Vec<_> =
        spots.iter().map(|spot| patch(spot, (width, frame.width()), (height, frame.height()))).collect();
    Frame::draw(width, height, |x, y| {
        let covered = |&(left, top, right, bottom): &(u32, u32, u32, u32)| {
            (left..=right).contains(&x) && (top..=bottom).contains(&y)
        };
        if patches.iter().any(covered) { BLOT } else { mean(frame, (x, width), (y, height)) }
    })
}

/// Finds the upright patch that covers a code, in pixels of the small picture.
fn patch(spot: &Spot, (width, of_width): (u32, u32), (height, of_height): (u32, u32)) -> (u32, u32, u32, u32) {
    let along = |at: fn(&(i32, i32)) -> i32, (small, large): (u32, u32)| {
        let inside = |at: i32| scaled(u32::try_from(at).unwrap_or(0).min(large), small, large);
        let ends = spot.corners.iter().map(at).map(inside);
        let (start, end) = (ends.clone().min().unwrap_or(0), ends.max().unwrap_or(0));
        // A reader tells corners to a pixel or two.
        let over = (end - start) / 16 + 1;
        (start.saturating_sub(over), end + over)
    };
    let ((left, right), (top, bottom)) = (along(|at| at.0, (width, of_width)), along(|at| at.1, (height, of_height)));
    (left, top, right, bottom)
}

/// Returns the mean of all pixels that fall onto one of the small picture.
fn mean(frame: &Frame, (x, width): (u32, u32), (y, height): (u32, u32)) -> u8 {
    let span = |at: u32, small: u32, large: u32| {
        let start = scaled(at, large, small);
        start..scaled(at + 1, large, small).max(start + 1).min(large)
    };
    let (columns, rows) = (span(x, width, frame.width()), span(y, height, frame.height()));
    let (mut sum, mut count) = (0u64, 0u64);
    for y in rows {
        let row = &frame.row(y)[columns.start as usize..columns.end as usize];
        sum += row.iter().map(|&pixel| u64::from(pixel)).sum::<u64>();
        count += row.len() as u64;
    }
    (sum / count.max(1)) as u8
}

fn scaled(at: u32, to: u32, from: u32) -> u32 {
    (u64::from(at) * u64::from(to) / u64::from(from.max(1))) as u32
}

#[cfg(test)]
mod tests {
    use super::super::serve::tests::showing;
    use super::*;
    use crate::capture::{Place, Seen};
    use crate::scan;

    fn sight(place: usize) -> Sight {
        let name = "DP-1".to_owned();
        let spot = Some(Spot { place, corners: [(0, 0), (1, 0), (1, 1), (0, 1)] });
        let seen = vec![Seen { text: Zeroizing::new("otpauth".to_owned()).into(), spot }];
        Sight {
            places: vec![Place { name, x: 0, y: 0, width: 9, height: 9, scale_percent: 100 }],
            seen,
            complete: true,
        }
    }

    fn picture() -> Frame {
        Frame::new(2, 1, vec![7, 9]).unwrap()
    }

    fn written(sight: Sight, pictures: &[Frame]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_all(&mut bytes, sight, pictures).unwrap();
        bytes
    }

    fn refused(bytes: &[u8]) -> String {
        read_all(&mut &*bytes).unwrap_err().to_string()
    }

    #[test]
    fn pictures_and_answers_come_through_as_they_were() {
        let mut bytes = written(sight(0), &[picture()]);
        write(&mut bytes, &Ok(sight(0))).unwrap();
        write::<Sight>(&mut bytes, &Err(CaptureError::TooMuch)).unwrap();
        let mut input = &bytes[..];
        let (read, pictures) = read_all(&mut input).unwrap();
        assert_eq!((read, pictures[0].pixels(), pictures[0].width()), (sight(0), &[7, 9][..], 2));
        assert_eq!(read_sight(&mut input), Ok(sight(0)));
        assert_eq!(read_sight(&mut input), Err(CaptureError::TooMuch));
        assert!(input.is_empty());
    }

    #[test]
    fn refuses_what_breaks_off_anywhere() {
        let whole = written(sight(0), &[picture()]);
        for length in 0..whole.len() {
            assert_eq!(refused(&whole[..length]), "looking failed: the helper ended");
        }
    }

    #[test]
    fn refuses_what_is_too_large_or_contradicts_itself() {
        assert_eq!(refused(&u32::MAX.to_le_bytes()), "looking failed: the helper said too much");
        assert_eq!(refused(&written(sight(0), &[])), "looking failed: the helper said too much");
        let wide = Frame::new(LONGEST + 1, 1, vec![0; LONGEST as usize + 1]).unwrap();
        assert_eq!(refused(&written(sight(0), &[wide])), "looking failed: the helper said too much");
        assert_eq!(refused(&written(sight(1), &[picture()])), "looking failed: the answer makes no sense");
        let nonsense = [&2u32.to_le_bytes()[..], b"hi"].concat();
        assert_eq!(refused(&nonsense), "looking failed: the answer makes no sense");
    }

    fn shot(frame: Frame) -> Shot {
        Shot { frame, monitor: "DP-1".to_owned(), x: 0, y: 0, scale_percent: 100 }
    }

    #[test]
    fn a_small_picture_has_the_means_of_the_large_one_and_its_shape() {
        let stripes = Frame::draw(2 * LONGEST, 500, |x, _| if x % 2 == 0 { 0 } else { 200 });
        let small = small(&shot(stripes), &[]);
        assert_eq!((small.width(), small.height()), (LONGEST, 250));
        assert!(small.pixels().iter().all(|pixel| *pixel == 100));
        let tiny = Frame::new(1, 3, vec![1, 2, 3]).unwrap();
        assert_eq!(super::small(&shot(tiny.clone()), &[]).pixels(), tiny.pixels(), "nothing is made larger");
    }

    #[test]
    fn a_code_that_was_read_is_no_code_on_the_small_picture() {
        let frame = showing("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP");
        let read = scan::read(&frame);
        assert_eq!(scan::read(&small(&shot(frame.clone()), &[])).len(), 1, "before, it can be read");
        let spot = Spot { place: 0, corners: read[0].corners };
        let small = small(&shot(frame), &[&spot]);
        assert!(scan::read(&small).is_empty());
        let dark = small.pixels().iter().filter(|pixel| **pixel < 100).count();
        assert_eq!(dark, 0, "not one module is left");
    }
}
