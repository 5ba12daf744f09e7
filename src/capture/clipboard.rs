//! What was copied elsewhere: a picture, a text, or both.

use arboard::Clipboard;
use zeroize::Zeroizing;

use super::CaptureError;
use crate::scan::Frame;

/// The most bytes of a copied text that are looked at, 4 MiB.
const MOST_TEXT: usize = 4 << 20;

/// Is what lies on the clipboard; programs often copy a picture and a text for the same thing.
#[derive(Debug)]
pub struct Held {
    /// The picture, grey, transparency on white.
    pub picture: Option<Frame>,
    /// The text, when there is more in it than blanks.
    pub text: Option<Zeroizing<String>>,
}

/// Connects to the system's clipboard.
///
/// # Errors
/// [`CaptureError::ClipboardUnavailable`] where there is none.
pub fn open() -> Result<Clipboard, CaptureError> {
    Clipboard::new().map_err(|fault| CaptureError::ClipboardUnavailable(CaptureError::detail(fault)))
}

/// Reads what lies on the clipboard.
///
/// # Errors
/// [`CaptureError::ClipboardEmpty`] for neither picture nor text, [`CaptureError::TooMuch`] for a huge one.
pub fn read(clipboard: &mut Clipboard) -> Result<Held, CaptureError> {
    let picture = clipboard.get_image().ok().map(frame).transpose()?;
    let text = clipboard.get_text().ok().map(Zeroizing::new).filter(|text| !text.trim().is_empty());
    match (&picture, &text) {
        (None, None) => Err(CaptureError::ClipboardEmpty),
        (None, Some(text)) if text.len() > MOST_TEXT => Err(CaptureError::TooMuch),
        _ => Ok(Held { picture, text }),
    }
}

fn frame(image: arboard::ImageData<'_>) -> Result<Frame, CaptureError> {
    let pixels = Zeroizing::new(image.bytes.into_owned());
    let side = |side: usize| u32::try_from(side).map_err(|_| CaptureError::TooMuch);
    let grey = pixels.chunks_exact(4).map(on_white).collect();
    Frame::new(side(image.width)?, side(image.height)?, grey).map_err(|_| CaptureError::TooMuch)
}

/// Lays a pixel (red, green, blue, opacity) on white and takes its brightness (BT.601).
pub(super) fn on_white(pixel: &[u8]) -> u8 {
    let [red, green, blue, alpha] = [0, 1, 2, 3].map(|place| pixel.get(place).map_or(0, |value| u32::from(*value)));
    let grey = (299 * red + 587 * green + 114 * blue) / 1000;
    ((grey * alpha + 255 * (255 - alpha)) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lays_transparent_pixels_on_white() {
        let greys = [&[0, 0, 0, 0], &[0, 0, 0, 255], &[255, 255, 255, 255]].map(|pixel| on_white(pixel));
        assert_eq!(greys, [255, 0, 255]);
    }

    #[test]
    fn refuses_a_picture_whose_pixels_do_not_fit() {
        let image = arboard::ImageData { width: 3, height: 3, bytes: vec![0; 4].into() };
        assert_eq!(frame(image).unwrap_err(), CaptureError::TooMuch);
    }
}
