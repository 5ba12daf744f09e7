//! What crosses to the page when somebody looks through a camera: names, words and small pictures, which are no JSON.

use serde::Serialize;
use sterk::{
    account::shown,
    capture::{Camera, Sighting},
};
use zeroize::Zeroizing;

use super::BatchView;

/// Is one camera of this machine.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CameraView {
    /// The number by which it is chosen.
    pub index: u32,
    /// The system's name for it, safe to show.
    pub name: String,
}

impl From<Camera> for CameraView {
    fn from(camera: Camera) -> Self {
        Self { index: camera.index, name: shown(&camera.name) }
    }
}

/// Tells the page about a code that was read and is not enough.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "seen", rename_all = "snake_case")]
pub enum SeenView {
    /// It holds no account.
    Foreign,
    /// It belongs to a set of which parts are missing.
    Part {
        /// Every set that is not complete.
        batches: Vec<BatchView>,
    },
}

/// Is one picture to aim by and the corners of the codes in it, for a canvas; wiped when dropped.
///
/// Width, height and number of codes in 32 bits each, lowest byte first; then x and y of the four corners of each code;
/// then red, green, blue and 255 for each pixel, row by row from the top left.
pub struct PictureView(Zeroizing<Vec<u8>>);

impl PictureView {
    /// Draws what a camera sees.
    pub fn of(sighting: &Sighting) -> Self {
        let (preview, spots) = (&sighting.preview, sighting.seen.iter().filter_map(|seen| seen.spot.as_ref()));
        let corners: Vec<i32> = spots.flat_map(|spot| spot.corners).flat_map(|(x, y)| [x, y]).collect();
        // Room for all of it, so that growing leaves no copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(12 + corners.len() * 4 + preview.rgb.len() / 3 * 4));
        for number in [preview.width, preview.height, corners.len() as u32 / 8] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(corners.iter().flat_map(|corner| corner.to_le_bytes()));
        bytes.extend(preview.rgb.chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]));
        Self(bytes)
    }

    /// Hands the bytes over.
    pub fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sterk::capture::{Preview, Seen, Spot};

    #[test]
    fn draws_a_picture_and_its_codes_without_their_texts() {
        let spot = Some(Spot { place: 0, corners: [(1, 2), (3, 4), (5, 6), (-1, 0)] });
        let text = Zeroizing::new("otpauth".to_owned()).into();
        let preview = Preview { width: 2, height: 1, rgb: vec![1, 2, 3, 4, 5, 6] };
        let bytes = PictureView::of(&Sighting { preview, seen: vec![Seen { text, spot }] }).into_bytes();
        let numbers: Vec<i32> =
            bytes[..44].chunks(4).map(|number| i32::from_le_bytes(number.try_into().unwrap())).collect();
        assert_eq!(numbers, [2, 1, 1, 1, 2, 3, 4, 5, 6, -1, 0]);
        assert_eq!(bytes[44..], [1, 2, 3, 255, 4, 5, 6, 255]);
    }
}
