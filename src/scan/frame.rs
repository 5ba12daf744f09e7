//! Grey pictures in memory and the few ways in which a pass may change one.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use zeroize::{Zeroizing, zeroize_bytes};

/// Grey levels between dark and light below which nothing is read.
const MIN_CONTRAST: u8 = 8;

/// Is an 8-bit grey picture, 0 black and 255 white, row by row from the top left.
///
/// Cloning shares the pixels; they are wiped when the last owner goes, because a picture of an enrolment
/// code is its secret.
#[derive(Clone)]
pub struct Frame {
    width: u32,
    height: u32,
    pixels: Arc<Pixels>,
}

impl Frame {
    /// Takes `width` × `height` grey pixels.
    ///
    /// # Errors
    /// [`FrameError`] when a side is zero or over 32,767, or the number of pixels is another.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, FrameError> {
        let pixels = Pixels(pixels);
        let sides_fit = (1..=super::MAX_SIDE).contains(&width) && (1..=super::MAX_SIDE).contains(&height);
        if !sides_fit || u64::from(width) * u64::from(height) != pixels.len() as u64 {
            return Err(FrameError);
        }
        Ok(Self { width, height, pixels: Arc::new(pixels) })
    }

    /// Returns the width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Returns the height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Lends the pixels, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Returns the number of pixels.
    pub(crate) fn area(&self) -> usize {
        self.pixels.len()
    }

    /// Makes a frame of the same kind from a rule for each pixel; sides are kept at 1 or more.
    pub(crate) fn draw(width: u32, height: u32, mut pixel: impl FnMut(u32, u32) -> u8) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let mut pixels = Pixels(Vec::with_capacity(width as usize * height as usize));
        for y in 0..height {
            pixels.extend((0..width).map(|x| pixel(x, y)));
        }
        Self { width, height, pixels: Arc::new(pixels) }
    }

    /// Returns the pixel, or the nearest one for a place outside.
    pub(crate) fn at(&self, x: i64, y: i64) -> u8 {
        let x = x.clamp(0, i64::from(self.width) - 1) as usize;
        let y = y.clamp(0, i64::from(self.height) - 1) as usize;
        self.pixels[y * self.width as usize + x]
    }

    /// Makes a frame of the same size; `fill` pushes its pixels, row by row.
    pub(crate) fn with_pixels(&self, fill: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut pixels = Pixels(Vec::with_capacity(self.area()));
        fill(&mut pixels);
        debug_assert_eq!(pixels.len(), self.area(), "a view has a pixel for each pixel");
        Self { width: self.width, height: self.height, pixels: Arc::new(pixels) }
    }

    /// Lends the rows from the top.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks_exact(self.width as usize)
    }

    /// Lends one row.
    pub(crate) fn row(&self, y: u32) -> &[u8] {
        let start = y as usize * self.width as usize;
        &self.pixels[start..start + self.width as usize]
    }

    /// Returns half the size, each pixel the mean of four.
    pub(crate) fn halved(&self) -> Self {
        if self.width < 2 || self.height < 2 {
            return Self::draw(self.width / 2, self.height / 2, |x, y| self.at(i64::from(x) * 2, i64::from(y) * 2));
        }
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Pixels(Vec::with_capacity(width as usize * height as usize));
        for y in 0..height {
            let pairs = self.row(2 * y).chunks_exact(2).zip(self.row(2 * y + 1).chunks_exact(2));
            pixels.extend(pairs.map(|(above, below)| {
                let sum: u16 = above.iter().chain(below).map(|&pixel| u16::from(pixel)).sum();
                (sum / 4) as u8
            }));
        }
        Self { width, height, pixels: Arc::new(pixels) }
    }

    /// Tells whether two pixels differ by as much as modules must.
    pub(crate) fn is_lively(&self) -> bool {
        let (low, high) =
            self.pixels.iter().fold((255u8, 0u8), |(low, high), &pixel| (low.min(pixel), high.max(pixel)));
        high.saturating_sub(low) >= MIN_CONTRAST
    }

    /// Returns twice the size, bilinear.
    pub(crate) fn doubled(&self) -> Self {
        let (width, height) = (self.width * 2, self.height * 2);
        let mut pixels = Pixels(vec![0; self.area() * 4]);
        let mut mixed = Zeroizing::new(vec![0u16; self.width as usize]);
        for (y, doubled) in (0..).zip(pixels.chunks_exact_mut(width as usize)) {
            let (near, far) = (self.row(y / 2), self.row(neighbour(y, self.height)));
            for ((mixed, &near), &far) in mixed.iter_mut().zip(near).zip(far) {
                *mixed = 3 * u16::from(near) + u16::from(far);
            }
            double_row(&mixed, doubled);
        }
        Self { width, height, pixels: Arc::new(pixels) }
    }

    /// Returns the part that starts at (`left`, `top`), cut at the edges of the frame.
    pub(crate) fn part(&self, left: u32, top: u32, width: u32, height: u32) -> Self {
        let (width, height) = (width.min(self.width - left), height.min(self.height - top));
        let columns = left as usize..(left + width) as usize;
        let mut pixels = Pixels(Vec::with_capacity(width as usize * height as usize));
        (top..top + height).for_each(|y| pixels.extend_from_slice(&self.row(y)[columns.clone()]));
        Self { width, height, pixels: Arc::new(pixels) }
    }
}

/// Are pixels that are wiped when dropped: at once, which `Zeroizing` does one by one.
struct Pixels(Vec<u8>);

impl Drop for Pixels {
    fn drop(&mut self) {
        zeroize_bytes(&mut self.0);
    }
}

impl Deref for Pixels {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Pixels {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

/// Doubles a row of pixels that are four times too bright.
fn double_row(row: &[u16], doubled: &mut [u8]) {
    let mix = |near: u16, far: u16| ((3 * near + far + 8) / 16) as u8;
    let last = row.len() - 1;
    for (x, pair) in [(0, 0), (last, 2 * last)] {
        let (before, after) = (row[x.saturating_sub(1)], row[(x + 1).min(last)]);
        doubled[pair..pair + 2].copy_from_slice(&[mix(row[x], before), mix(row[x], after)]);
    }
    let (inner, _) = doubled[2..].as_chunks_mut::<2>();
    for (pair, three) in inner.iter_mut().zip(row.windows(3)) {
        *pair = [mix(three[1], three[0]), mix(three[1], three[2])];
    }
}

/// Returns the second source row that a doubled row mixes in, kept inside.
fn neighbour(doubled: u32, side: u32) -> u32 {
    let at = doubled / 2;
    if doubled.is_multiple_of(2) { at.saturating_sub(1) } else { (at + 1).min(side - 1) }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} x {})", self.width, self.height)
    }
}

/// Says that pixels and size do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the number of pixels does not fit the size of the picture")]
pub struct FrameError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_pixels_that_do_not_fit_the_size() {
        assert_eq!(Frame::new(2, 2, vec![0; 3]).unwrap_err(), FrameError);
        assert_eq!(Frame::new(0, 2, Vec::new()).unwrap_err(), FrameError);
        assert_eq!(Frame::new(32_768, 1, vec![0; 32_768]).unwrap_err(), FrameError);
    }

    #[test]
    fn prints_no_pixels() {
        assert_eq!(format!("{:?}", Frame::new(2, 1, vec![7, 9]).unwrap()), "Frame(2 x 1)");
    }

    #[test]
    fn halves_by_mean_and_doubles_without_leaving_the_frame() {
        let frame = Frame::new(2, 2, vec![0, 100, 100, 200]).unwrap();
        assert_eq!(frame.halved().pixels(), [100]);
        let doubled = frame.doubled();
        assert_eq!((doubled.width(), doubled.height()), (4, 4));
        assert_eq!((doubled.at(0, 0), doubled.at(3, 3)), (0, 200));
        assert_eq!(doubled.at(1, 0), 25);
    }

    #[test]
    fn cuts_a_part_at_the_edges() {
        let frame = Frame::new(3, 2, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let part = frame.part(1, 1, 9, 9);
        assert_eq!((part.width(), part.height(), part.pixels()), (2, 1, &[5u8, 6][..]));
    }
}
