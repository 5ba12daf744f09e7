//! Image files -> frames: by content, within bounds that are checked before any pixel is decoded.

use std::io::{Cursor, ErrorKind};

use image::codecs::gif::GifDecoder;
use image::error::ImageError;
use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbaImage};
use zeroize::Zeroizing;

use super::contain::contained;
use super::{Budget, Frame, MAX_SIDE, Reading, Symbol, read_within};

/// Largest image file that is read, in bytes.
pub const MAX_FILE: usize = 64 << 20;
/// Largest picture that is decoded, in pixels; for an animation the sum of its frames.
pub const MAX_PIXELS: u64 = 100_000_000;
const MAX_DECODER_BYTES: u64 = 512 << 20;
const MAX_STILLS: usize = 64;

/// Is a decoded image file: one still, or those of an animation.
#[derive(Debug)]
pub struct Picture {
    stills: Vec<Still>,
}

#[derive(Debug)]
struct Still {
    on_white: Frame,
    /// The same on black, where transparency makes a difference: light modules on a transparent ground.
    on_black: Option<Frame>,
}

impl Picture {
    /// Returns the frames to read, transparency on white; an animation has several.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.stills.iter().map(|still| &still.on_white)
    }

    /// Reads the QR codes of all stills, each text once for the whole picture and place.
    ///
    /// The budget holds for the whole picture.
    pub fn read(&self, budget: Budget) -> Reading {
        let mut whole = Reading { symbols: Vec::new(), complete: true };
        let deadline = budget.deadline();
        for still in &self.stills {
            let mut reading = read_within(&still.on_white, deadline.rest());
            if let (true, Some(on_black)) = (reading.symbols.is_empty(), &still.on_black) {
                reading = read_within(on_black, deadline.rest());
            }
            whole.complete &= reading.complete;
            reading.symbols.into_iter().for_each(|symbol| keep_once(&mut whole.symbols, symbol));
        }
        whole
    }
}

fn keep_once(symbols: &mut Vec<Symbol>, symbol: Symbol) {
    let known = |other: &Symbol| other.text == symbol.text && other.covers(symbol.centre());
    if !symbols.iter().any(known) {
        symbols.push(symbol);
    }
}

/// Tells by its first bytes whether a file is a picture, of a format that is read or another.
pub fn is_picture(bytes: &[u8]) -> bool {
    image::guess_format(bytes).is_ok()
}

/// Decodes the bytes of a PNG, JPEG, WebP, GIF or BMP file, named by its content and never by its name.
///
/// Of an animated GIF the first 64 different stills count, of other animations the first. A JPEG's
/// orientation is left alone: QR codes read at any turn.
///
/// # Errors
/// [`PictureError`]; size limits are checked on the declared size before memory is taken for pixels.
pub fn picture(bytes: &[u8]) -> Result<Picture, PictureError> {
    if bytes.len() > MAX_FILE {
        return Err(PictureError::FileTooLarge);
    }
    let format = image::guess_format(bytes).map_err(|_| PictureError::NotAPicture)?;
    if !matches!(format, ImageFormat::Bmp | ImageFormat::Gif | ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)
    {
        return Err(PictureError::UnsupportedFormat);
    }
    // Decoders are foreign code on hostile input: a panic of theirs is a damaged picture.
    let stills = contained(|| match format {
        ImageFormat::Gif => animation(bytes),
        _ => still(bytes, format).map(|still| vec![still]),
    });
    Ok(Picture { stills: stills.unwrap_or(Err(PictureError::Damaged))? })
}

fn still(bytes: &[u8], format: ImageFormat) -> Result<Still, PictureError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    decoder.set_limits(limits())?;
    Still::from_image(DynamicImage::from_decoder(decoder)?)
}

fn animation(bytes: &[u8]) -> Result<Vec<Still>, PictureError> {
    let mut decoder = GifDecoder::new(Cursor::new(bytes))?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    decoder.set_limits(limits())?;
    let affordable = (MAX_PIXELS / (u64::from(width) * u64::from(height)).max(1)) as usize;
    let mut stills: Vec<Still> = Vec::new();
    for frame in decoder.into_frames().take(MAX_STILLS.min(affordable)) {
        match frame {
            Ok(frame) => {
                let still = Still::from_rgba(frame.into_buffer());
                if stills.last().is_none_or(|last| last.on_white.pixels() != still.on_white.pixels()) {
                    stills.push(still);
                }
            }
            Err(error) if stills.is_empty() => return Err(error.into()),
            Err(_) => break,
        }
    }
    if stills.is_empty() { Err(PictureError::Damaged) } else { Ok(stills) }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    limits
}

fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged);
    }
    let pixels = u64::from(width) * u64::from(height);
    if width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS {
        return Err(PictureError::TooLarge { width, height });
    }
    Ok(())
}

impl Still {
    fn from_image(image: DynamicImage) -> Result<Self, PictureError> {
        if image.color().has_alpha() {
            return Ok(Self::from_rgba(wiped(image, DynamicImage::to_rgba8, DynamicImage::into_rgba8)));
        }
        let grey = wiped(image, DynamicImage::to_luma8, DynamicImage::into_luma8);
        let (width, height) = grey.dimensions();
        let on_white = Frame::new(width, height, grey.into_raw()).map_err(|_| PictureError::Damaged)?;
        Ok(Self { on_white, on_black: None })
    }

    fn from_rgba(image: RgbaImage) -> Self {
        let (width, height) = image.dimensions();
        let rgba = Zeroizing::new(image.into_raw());
        let on = |ground: u32| {
            Frame::draw(width, height, |x, y| {
                let at = (y as usize * width as usize + x as usize) * 4;
                grey_on(ground, &rgba[at..at + 4])
            })
        };
        let transparent = rgba.chunks_exact(4).any(|pixel| pixel[3] < 255);
        Self { on_white: on(255), on_black: transparent.then(|| on(0)) }
    }
}

/// Converts by `into` where that only moves the pixels, else by `to`, and wipes what is left behind.
fn wiped<T>(image: DynamicImage, to: fn(&DynamicImage) -> T, into: fn(DynamicImage) -> T) -> T {
    if matches!(image, DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgba8(_)) {
        return into(image);
    }
    let converted = to(&image);
    drop(Zeroizing::new(image.into_bytes()));
    converted
}

/// Returns the luminance (Rec. 709) of a pixel laid on a grey ground.
fn grey_on(ground: u32, pixel: &[u8]) -> u8 {
    let [red, green, blue, alpha] = [0, 1, 2, 3].map(|channel| u32::from(pixel[channel]));
    let grey = (2126 * red + 7152 * green + 722 * blue) / 10_000;
    ((grey * alpha + ground * (255 - alpha) + 127) / 255) as u8
}

/// Says why a file gives no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PictureError {
    /// The picture ends early or contradicts itself.
    #[error("the picture is damaged or incomplete")]
    Damaged,
    /// The file has more than 64 MiB.
    #[error("the file is larger than 64 MiB")]
    FileTooLarge,
    /// The bytes are no image file.
    #[error("the file is not a picture")]
    NotAPicture,
    /// The decoder would need more memory than a picture gets.
    #[error("the picture needs too much memory to be decoded")]
    TooHeavy,
    /// The declared size is over 100 megapixels or 32,767 pixels a side.
    #[error("the picture is too large ({width} x {height} pixels; 100 megapixels are read)")]
    TooLarge {
        /// Declared width in pixels.
        width: u32,
        /// Declared height in pixels.
        height: u32,
    },
    /// An image, but of a format that is not read.
    #[error("this kind of picture is not read (PNG, JPEG, WebP, GIF and BMP are)")]
    UnsupportedFormat,
}

impl PictureError {
    /// Returns the stable name of the error, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Damaged => "picture_damaged",
            Self::FileTooLarge | Self::TooHeavy | Self::TooLarge { .. } => "picture_too_large",
            Self::NotAPicture => "not_a_picture",
            Self::UnsupportedFormat => "picture_format_unsupported",
        }
    }
}

impl From<ImageError> for PictureError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooHeavy,
            ImageError::Unsupported(_) => Self::UnsupportedFormat,
            ImageError::IoError(io) if io.kind() == ErrorKind::OutOfMemory => Self::TooHeavy,
            _ => Self::Damaged,
        }
    }
}
