//! QR codes as PNG pictures: dark on white, with the quiet zone that readers ask for.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use qrcode::{Color, EcLevel, QrCode};
use zeroize::{Zeroize, Zeroizing};

use super::ExportError;

/// Light modules around the code, as ISO/IEC 18004 asks, and pixels of a module.
const QUIET: u32 = 4;

/// Draws a text, each module `scale` pixels wide.
pub(super) fn png(text: &[u8], level: EcLevel, scale: u32) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let code = QrCode::with_error_correction_level(text, level).map_err(|_| ExportError::TooLong)?;
    let width = code.width() as u32;
    let mut modules = code.into_colors();
    let side = (width + 2 * QUIET) * scale;
    let mut picture = GrayImage::from_fn(side, side, |x, y| {
        let inside = |at: u32| (at / scale).checked_sub(QUIET).filter(|at| *at < width);
        let is_dark = inside(x).zip(inside(y)).is_some_and(|(x, y)| modules[(y * width + x) as usize] == Color::Dark);
        Luma([if is_dark { 0 } else { u8::MAX }])
    });
    modules.fill(Color::Light);
    let mut bytes = Cursor::new(Vec::with_capacity(64 * 1024));
    let done = picture.write_to(&mut bytes, ImageFormat::Png);
    picture.as_mut().zeroize();
    let bytes = Zeroizing::new(bytes.into_inner());
    done.map(|()| bytes).map_err(|_| ExportError::NoResources)
}
