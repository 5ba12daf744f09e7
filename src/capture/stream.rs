//! Sightings on the helper's standard output: a head of three numbers, the pixels, and one JSON document.
//!
//! The numbers are the width and height of the preview and the length of the document, 32 bits each, lowest byte
//! first. The document is `{"Ok":[seen…]}`, or `{"Err":…}` with an empty preview, which is the last thing said.

use std::io::{Read, Write};

use serde::Serialize;
use zeroize::Zeroizing;

use super::{CaptureError, Preview, Seen, Sighting};

/// The widest preview.
pub(super) const WIDEST: u32 = 480;
/// The highest preview: a camera may stand upright.
pub(super) const HIGHEST: u32 = 960;
/// The most bytes of a document, 1 MiB: a QR code holds 7 KB at most.
const MOST_DOCUMENT: u32 = 1 << 20;

/// Is the last thing that a helper says, or one of the things before.
type Said = Result<Vec<Seen>, CaptureError>;

/// Writes one sighting, or the error that ends them.
pub(super) fn write(output: &mut impl Write, next: &Result<Sighting, CaptureError>) -> std::io::Result<()> {
    let (preview, said): (Option<&Preview>, Result<&[Seen], &CaptureError>) = match next {
        Ok(sighting) => (Some(&sighting.preview), Ok(&sighting.seen)),
        Err(error) => (None, Err(error)),
    };
    let (length, document) = document(&said)?;
    let (width, height) = preview.map_or((0, 0), |preview| (preview.width, preview.height));
    for number in [width, height, length] {
        output.write_all(&number.to_le_bytes())?;
    }
    output.write_all(preview.map_or(&[], |preview| &preview.rgb))?;
    output.write_all(&document)?;
    output.flush()
}

/// Reads one sighting, and refuses what is too large or contradicts itself.
pub(super) fn read(input: &mut impl Read) -> Result<Sighting, CaptureError> {
    let (width, height, length) = (number(input)?, number(input)?, number(input)?);
    if width > WIDEST || height > HIGHEST || length > MOST_DOCUMENT {
        return Err(failed("the helper said too much"));
    }
    let rgb = bytes(input, width as usize * height as usize * 3)?;
    let mut preview = Preview { width, height, rgb: Vec::new() };
    let document = Zeroizing::new(bytes(input, length as usize)?);
    preview.rgb = rgb;
    let said: Said = serde_json::from_slice(&document).map_err(|_| failed("the answer makes no sense"))?;
    let seen = said?;
    let stands = |seen: &Seen| seen.spot.as_ref().is_none_or(|spot| spot.place == 0);
    if preview.rgb.is_empty() || !seen.iter().all(stands) {
        return Err(failed("the answer makes no sense"));
    }
    Ok(Sighting { preview, seen })
}

/// Makes a document and says how long it is.
pub(super) fn document(said: &impl Serialize) -> std::io::Result<(u32, Zeroizing<Vec<u8>>)> {
    // Room for what a few codes say, so that growing leaves no copy behind.
    let mut document = Zeroizing::new(Vec::with_capacity(1 << 16));
    serde_json::to_writer(&mut *document, said)?;
    Ok((u32::try_from(document.len()).unwrap_or(u32::MAX), document))
}

pub(super) fn number(input: &mut impl Read) -> Result<u32, CaptureError> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes).map_err(|_| failed("the helper ended"))?;
    Ok(u32::from_le_bytes(bytes))
}

pub(super) fn bytes(input: &mut impl Read, length: usize) -> Result<Vec<u8>, CaptureError> {
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes).map_err(|_| failed("the helper ended"))?;
    Ok(bytes)
}

pub(super) fn failed(why: impl std::fmt::Display) -> CaptureError {
    CaptureError::HelperFailed(CaptureError::detail(why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Spot;

    fn sighting(place: usize) -> Sighting {
        let spot = Some(Spot { place, corners: [(0, 0), (1, 0), (1, 1), (0, 1)] });
        let seen = vec![Seen { text: Zeroizing::new("otpauth".to_owned()).into(), spot }];
        Sighting { preview: Preview { width: 2, height: 1, rgb: vec![1, 2, 3, 4, 5, 6] }, seen }
    }

    fn written(next: &Result<Sighting, CaptureError>) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, next).unwrap();
        bytes
    }

    fn refused(bytes: &[u8]) -> String {
        read(&mut &*bytes).unwrap_err().to_string()
    }

    #[test]
    fn sightings_come_through_as_they_were_up_to_the_error() {
        let said = [Ok(sighting(0)), Ok(sighting(0)), Err(CaptureError::CameraGone)];
        let bytes: Vec<u8> = said.iter().flat_map(written).collect();
        let mut input = &bytes[..];
        let heard: Vec<_> = said.iter().map(|_| read(&mut input)).collect();
        assert_eq!((heard.as_slice(), input.len()), (&said[..], 0));
    }

    #[test]
    fn refuses_more_than_it_wants_to_hold_before_it_makes_room() {
        for head in [[WIDEST + 1, 1, 1], [1, HIGHEST + 1, 1], [1, 1, MOST_DOCUMENT + 1], [u32::MAX; 3]] {
            let bytes: Vec<u8> = head.iter().flat_map(|number| number.to_le_bytes()).collect();
            assert_eq!(refused(&bytes), "looking failed: the helper said too much");
        }
    }

    #[test]
    fn refuses_a_sighting_that_breaks_off_anywhere() {
        let whole = written(&Ok(sighting(0)));
        for length in 0..whole.len() {
            assert_eq!(refused(&whole[..length]), "looking failed: the helper ended");
        }
    }

    #[test]
    fn refuses_what_contradicts_itself() {
        let empty = [&[0; 8][..], &9u32.to_le_bytes(), br#"{"Ok":[]}"#].concat();
        let nonsense = [&[0; 8][..], &2u32.to_le_bytes(), b"hi"].concat();
        for bytes in [written(&Ok(sighting(1))), empty, nonsense] {
            assert_eq!(refused(&bytes), "looking failed: the answer makes no sense");
        }
    }

    #[test]
    fn prints_neither_pixels_nor_texts() {
        let printed = format!("{:?}", sighting(0));
        assert!(printed.contains("Preview(2 x 1)") && !printed.contains("otpauth"), "{printed}");
    }
}
