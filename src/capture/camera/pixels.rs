//! The bytes of a camera's frame -> grey pixels to read and a small picture to look at.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::{DynamicImage, ExtendedColorType, ImageDecoder, RgbImage};
use zeroize::{Zeroize, Zeroizing};

use crate::capture::Preview;
use crate::capture::stream::{HIGHEST, WIDEST};
use crate::scan::Frame;

/// The longest side of a frame: cameras that are sold have less.
const LONGEST: u32 = 8192;

/// Names how a frame's bytes stand for colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Blue, green, red.
    Bgr,
    /// Brightness alone.
    Grey,
    /// A JPEG picture.
    Jpeg,
    /// Brightness of all pixels, then blue and red differences of each square of four.
    Nv12,
    /// Red, green, blue.
    Rgb,
    /// Two pixels in four bytes: brightness, blue difference, brightness, red difference.
    Yuyv,
}

/// Is one frame as a camera gives it; wiped when dropped.
pub struct Raw {
    /// What the bytes mean.
    pub coding: Coding,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The pixels, or the JPEG picture.
    pub bytes: Zeroizing<Vec<u8>>,
}

impl Raw {
    /// Makes both pictures; nothing for a frame that is cut or broken, as cameras give at times.
    pub(super) fn pictures(mut self) -> Option<(Frame, Preview)> {
        if self.coding == Coding::Jpeg {
            self = self.unpacked()?;
        }
        let sides_fit = (2..=LONGEST).contains(&self.width) && (2..=LONGEST).contains(&self.height);
        if !sides_fit || self.bytes.len() < self.size() {
            return None;
        }
        Some((self.grey()?, self.preview()))
    }

    /// Decodes a JPEG picture.
    fn unpacked(&self) -> Option<Self> {
        let whole = with_tables(&self.bytes);
        let mut decoder = JpegDecoder::new(Cursor::new(whole.as_deref().unwrap_or(&self.bytes))).ok()?;
        let (width, height) = decoder.dimensions();
        let mut limits = image::Limits::default();
        (limits.max_image_width, limits.max_image_height) = (Some(LONGEST), Some(LONGEST));
        decoder.set_limits(limits).ok()?;
        let bytes = match DynamicImage::from_decoder(decoder).ok()? {
            DynamicImage::ImageRgb8(picture) => picture.into_raw(),
            other => other.into_rgb8().into_raw(),
        };
        Some(Self { coding: Coding::Rgb, width, height, bytes: Zeroizing::new(bytes) })
    }

    /// Returns how many bytes a whole frame has.
    fn size(&self) -> usize {
        let area = self.width as usize * self.height as usize;
        match self.coding {
            Coding::Bgr | Coding::Rgb => area * 3,
            Coding::Grey | Coding::Jpeg => area,
            Coding::Nv12 => area + 2 * self.width.div_ceil(2) as usize * self.height.div_ceil(2) as usize,
            Coding::Yuyv => self.width.div_ceil(2) as usize * 4 * self.height as usize,
        }
    }

    fn grey(&self) -> Option<Frame> {
        let (width, area) = (self.width as usize, self.width as usize * self.height as usize);
        let pixels = match self.coding {
            Coding::Grey | Coding::Jpeg | Coding::Nv12 => self.bytes[..area].to_vec(),
            Coding::Bgr => {
                self.bytes[..area * 3].chunks_exact(3).map(|pixel| bright(pixel[2], pixel[1], pixel[0])).collect()
            }
            Coding::Rgb => return self.grey_of_rgb(),
            Coding::Yuyv => {
                let rows = self.bytes.chunks_exact(width.div_ceil(2) * 4).take(self.height as usize);
                rows.flat_map(|row| row.iter().step_by(2).take(width)).copied().collect()
            }
        };
        Frame::new(self.width, self.height, pixels).ok()
    }

    fn grey_of_rgb(&self) -> Option<Frame> {
        let picture = RgbImage::from_raw(self.width, self.height, self.bytes[..self.size()].to_vec())?;
        let colours = DynamicImage::ImageRgb8(picture);
        let grey = colours.to_luma8();
        colours.into_bytes().zeroize();
        Frame::new(self.width, self.height, grey.into_raw()).ok()
    }

    /// Makes the small picture: the mean of four pixels for each of its own.
    fn preview(&self) -> Preview {
        let (width, height) = fitted(self.width, self.height);
        let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
        let columns: Vec<[u32; 2]> = (0..width).map(|x| quarters(x, width, self.width)).collect();
        for y in 0..height {
            let rows = quarters(y, height, self.height);
            rgb.extend(columns.iter().flat_map(|columns| self.mean(columns, &rows)));
        }
        Preview { width, height, rgb }
    }

    fn mean(&self, columns: &[u32; 2], rows: &[u32; 2]) -> [u8; 3] {
        let mut sum = [0u16; 3];
        for &y in rows {
            for &x in columns {
                let pixel = self.pixel(x as usize, y as usize);
                sum.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += u16::from(part));
            }
        }
        sum.map(|sum| (sum / 4) as u8)
    }

    /// Returns red, green and blue of one pixel.
    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let (width, height) = (self.width as usize, self.height as usize);
        let at = y * width + x;
        match self.coding {
            Coding::Bgr => [self.bytes[at * 3 + 2], self.bytes[at * 3 + 1], self.bytes[at * 3]],
            Coding::Grey | Coding::Jpeg => [self.bytes[at]; 3],
            Coding::Nv12 => {
                let pair = width * height + (y / 2) * width.div_ceil(2) * 2 + x / 2 * 2;
                colour(self.bytes[at], self.bytes[pair], self.bytes[pair + 1])
            }
            Coding::Rgb => [self.bytes[at * 3], self.bytes[at * 3 + 1], self.bytes[at * 3 + 2]],
            Coding::Yuyv => {
                let pair = (y * width.div_ceil(2) + x / 2) * 4;
                colour(self.bytes[pair + x % 2 * 2], self.bytes[pair + 1], self.bytes[pair + 3])
            }
        }
    }
}

/// Fits a size into that of a preview, and keeps its shape.
fn fitted(width: u32, height: u32) -> (u32, u32) {
    let scaled = |side: u32, by: u32, of: u32| (u64::from(side) * u64::from(by) / u64::from(of)).max(1) as u32;
    let (wide, high) = if width > WIDEST { (WIDEST, scaled(height, WIDEST, width)) } else { (width, height) };
    if high > HIGHEST { (scaled(wide, HIGHEST, high), HIGHEST) } else { (wide, high) }
}

/// Returns the places at one and three quarters of a small picture's pixel in the large one.
fn quarters(place: u32, small: u32, large: u32) -> [u32; 2] {
    [1, 3].map(|quarter| {
        let at = (u64::from(place) * 4 + quarter) * u64::from(large) / (u64::from(small) * 4);
        at.min(u64::from(large) - 1) as u32
    })
}

/// Returns the brightness of a colour (BT.601).
fn bright(red: u8, green: u8, blue: u8) -> u8 {
    ((299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000) as u8
}

/// Mixes brightness and differences to red, green and blue (BT.601, 16 to 235, in 256ths).
fn colour(bright: u8, blue: u8, red: u8) -> [u8; 3] {
    let (bright, blue, red) = ((i32::from(bright) - 16) * 298, i32::from(blue) - 128, i32::from(red) - 128);
    [bright + 409 * red, bright - 100 * blue - 208 * red, bright + 516 * blue]
        .map(|part| ((part + 128) >> 8).clamp(0, 255) as u8)
}

/// Adds the usual Huffman tables (ITU-T T.81, annex K.3) to a picture that has none: many cameras leave them out.
fn with_tables(jpeg: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    const TABLE: u8 = 0xC4;
    const SCAN: u8 = 0xDA;
    let found = segments(jpeg);
    let at = found.iter().find(|(marker, _)| *marker == SCAN).map(|(_, place)| place.start)?;
    if found.iter().any(|(marker, _)| *marker == TABLE) {
        return None;
    }
    // The encoder writes those very tables, so they need not be written down here.
    let mut sample = Vec::new();
    JpegEncoder::new(&mut sample).encode(&[0; 3], 1, 1, ExtendedColorType::Rgb8).ok()?;
    let mut whole = Zeroizing::new(Vec::with_capacity(jpeg.len() + sample.len()));
    whole.extend_from_slice(&jpeg[..at]);
    for (_, place) in segments(&sample).into_iter().filter(|(marker, _)| *marker == TABLE) {
        whole.extend_from_slice(&sample[place]);
    }
    whole.extend_from_slice(&jpeg[at..]);
    Some(whole)
}

/// Returns marker and place of each segment of a JPEG picture up to its first scan.
fn segments(jpeg: &[u8]) -> Vec<(u8, std::ops::Range<usize>)> {
    let (mut found, mut at) = (Vec::new(), 2);
    while let Some(&[0xFF, marker, high, low]) = jpeg.get(at..at + 4) {
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        if end > jpeg.len() {
            break;
        }
        found.push((marker, at..end));
        if marker == 0xDA {
            break;
        }
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Coding; 5] = [Coding::Bgr, Coding::Grey, Coding::Nv12, Coding::Rgb, Coding::Yuyv];

    fn raw(coding: Coding, width: u32, height: u32, bytes: &[u8]) -> Raw {
        Raw { coding, width, height, bytes: Zeroizing::new(bytes.to_vec()) }
    }

    fn pictures(coding: Coding, width: u32, height: u32, bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let (frame, preview) = raw(coding, width, height, bytes).pictures().unwrap();
        assert_eq!((preview.width, preview.height), (width, height), "small frames are shown as they are");
        (frame.pixels().to_vec(), preview.rgb.clone())
    }

    #[test]
    fn reads_black_and_white_of_each_coding() {
        let white_above = [235, 235, 16, 16, 128, 128];
        assert_eq!(pictures(Coding::Nv12, 2, 2, &white_above).1, [[255; 6], [0; 6]].concat());
        assert_eq!(pictures(Coding::Nv12, 2, 2, &white_above).0, [235, 235, 16, 16]);
        let (grey, shown) = pictures(Coding::Yuyv, 2, 2, &[235, 128, 235, 128, 16, 128, 16, 128]);
        assert_eq!((grey, shown), (vec![235, 235, 16, 16], [[255; 6], [0; 6]].concat()));
        let six = [[255; 6], [0; 6]].concat();
        assert_eq!(pictures(Coding::Rgb, 2, 2, &six), (vec![255, 255, 0, 0], six.clone()));
        assert_eq!(pictures(Coding::Bgr, 2, 2, &six), (vec![255, 255, 0, 0], six.clone()));
        assert_eq!(pictures(Coding::Grey, 2, 2, &[255, 255, 0, 0]), (vec![255, 255, 0, 0], six));
    }

    #[test]
    fn shows_red_as_red_in_each_coding() {
        for (coding, bytes) in [
            (Coding::Bgr, [0, 0, 255].repeat(4)),
            (Coding::Rgb, [255, 0, 0].repeat(4)),
            (Coding::Nv12, vec![81, 81, 81, 81, 90, 240]),
            (Coding::Yuyv, [81, 90, 81, 240].repeat(2)),
        ] {
            let [red, green, blue] = pictures(coding, 2, 2, &bytes).1[..3] else { panic!("three parts") };
            assert!(red > 250 && green < 5 && blue < 5, "{coding:?}: {red} {green} {blue}");
        }
    }

    #[test]
    fn a_frame_that_is_cut_is_no_frame() {
        for coding in ALL {
            let whole = raw(coding, 4, 6, &[]).size();
            assert!(raw(coding, 4, 6, &vec![7; whole]).pictures().is_some(), "{coding:?}");
            assert!(raw(coding, 4, 6, &vec![7; whole - 1]).pictures().is_none(), "{coding:?}");
            assert!(raw(coding, 0, 0, &[7; 9]).pictures().is_none(), "{coding:?}");
            assert!(raw(coding, u32::MAX, u32::MAX, &[7; 9]).pictures().is_none(), "{coding:?}");
        }
        assert!(raw(Coding::Jpeg, 4, 6, b"").pictures().is_none());
        assert!(raw(Coding::Jpeg, 4, 6, b"\xff\xd8\xff\xda\xff\xff").pictures().is_none());
    }

    #[test]
    fn odd_sides_stay_inside() {
        for (coding, size) in [(Coding::Nv12, 27), (Coding::Yuyv, 36)] {
            let (frame, _) = raw(coding, 5, 3, &vec![9; size]).pictures().unwrap();
            assert_eq!(frame.pixels(), [9; 15], "{coding:?}");
        }
    }

    fn jpeg() -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = RgbImage::from_fn(32, 16, |x, y| image::Rgb([(x * 8) as u8, (y * 16) as u8, 200]));
        JpegEncoder::new(&mut bytes).encode_image(&picture).unwrap();
        bytes
    }

    #[test]
    fn reads_a_picture_of_a_camera_that_leaves_out_the_tables() {
        let whole = jpeg();
        let mut bare = whole[..2].to_vec();
        let found = segments(&whole);
        for (_, place) in found.iter().filter(|(marker, _)| *marker != 0xC4) {
            bare.extend_from_slice(&whole[place.clone()]);
        }
        bare.extend_from_slice(&whole[found.last().unwrap().1.end..]);
        assert!(bare.len() + 400 < whole.len(), "the tables are gone");
        assert_eq!(pictures(Coding::Jpeg, 32, 16, &bare), pictures(Coding::Jpeg, 32, 16, &whole));
    }

    #[test]
    fn arbitrary_bytes_are_no_trouble() {
        let whole = jpeg();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xA5;
            let _ = raw(Coding::Jpeg, 32, 16, &bytes).pictures();
            let _ = raw(Coding::Jpeg, 32, 16, &whole[..at]).pictures();
        }
    }

    #[test]
    fn fits_large_frames_into_a_preview_and_keeps_their_shape() {
        assert_eq!([fitted(1280, 720), fitted(640, 480), fitted(320, 240)], [(480, 270), (480, 360), (320, 240)]);
        assert_eq!(fitted(100, 8000), (12, 960));
        let (_, preview) = raw(Coding::Grey, 960, 2, &[[200; 960], [100; 960]].concat()).pictures().unwrap();
        assert_eq!((preview.width, preview.height, preview.rgb[0]), (480, 1, 150), "the mean of four");
    }
}
