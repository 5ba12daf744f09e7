//! Thresholds: grey pixels -> bits that are set where dark.

use rxing::common::{BitArray, BitMatrix, HybridBinarizer};
use rxing::{Binarizer, Luma8Source};
use zeroize::Zeroizing;

use super::Frame;

/// Side of a block that has a level of its own, in pixels.
const BLOCK: usize = 8;
/// Blocks around one whose levels are mixed: two on each side.
const AROUND: usize = 5;
/// Grey levels between dark and light above which a block is taken for more than plain ground.
const MIN_RANGE: u8 = 24;
/// Pixels in a word of bits.
const WORD: usize = usize::BITS as usize;

/// Thresholds each pixel at the mean level of 5 × 5 blocks: the local binarizer of ZXing, bit for bit, without its
/// time.
pub(crate) fn split_locally(frame: &Frame) -> Option<BitMatrix> {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    if width.min(height) < BLOCK * AROUND {
        return split_small(frame);
    }
    let levels = Levels::of(frame);
    let mut rows = Rows::new(frame)?;
    let (mut limits, mut last) = (vec![0; width], vec![0; width]);
    levels.limits(levels.height - 1, &mut last);
    for (y, row) in frame.rows().enumerate() {
        if y % BLOCK == 0 {
            levels.limits(y / BLOCK, &mut limits);
        }
        if y == height - BLOCK {
            limits.iter_mut().zip(&last).for_each(|(limit, &last)| *limit = last.max(*limit));
        }
        rows.push(row.iter().zip(&limits).map(|(pixel, limit)| pixel <= limit));
    }
    Some(rows.bits)
}

fn split_small(frame: &Frame) -> Option<BitMatrix> {
    let source = Luma8Source::new_with_slice(frame.pixels(), frame.width(), frame.height()).ok()?;
    HybridBinarizer::new(source).get_black_matrix().ok().cloned()
}

/// Thresholds at the one level that parts dark from light best (Otsu 1979).
pub(crate) fn split_by_histogram(frame: &Frame) -> Option<BitMatrix> {
    let level = otsu_level(frame.pixels());
    let mut rows = Rows::new(frame)?;
    frame.rows().for_each(|row| rows.push(row.iter().map(|&pixel| pixel <= level)));
    Some(rows.bits)
}

/// Thresholds each pixel against the mean of the square of `2 * reach + 1` around it.
pub(crate) fn split_by_mean(frame: &Frame, reach: u32) -> Option<BitMatrix> {
    let mut rows = Rows::new(frame)?;
    let mut dark = Zeroizing::new(vec![false; frame.width() as usize]);
    over_windows(frame, reach, |y, sums, areas| {
        let compared = frame.row(y).iter().zip(sums).zip(areas);
        dark.iter_mut().zip(compared).for_each(|(dark, ((&pixel, &sum), &area))| *dark = u32::from(pixel) * area < sum);
        rows.push(dark.iter().copied());
    });
    Some(rows.bits)
}

/// Returns for each pixel the mean of the square of `2 * reach + 1` around it.
pub(crate) fn means(frame: &Frame, reach: u32) -> Zeroizing<Vec<f32>> {
    let mut means = Zeroizing::new(Vec::with_capacity(frame.area()));
    over_windows(frame, reach, |_, sums, areas| {
        means.extend(sums.iter().zip(areas).map(|(&sum, &area)| sum as f32 / area as f32));
    });
    means
}

/// Lends each row's number and, for each of its pixels, the sum and the number of pixels in the square around it.
fn over_windows(frame: &Frame, reach: u32, mut each: impl FnMut(u32, &[u32], &[u32])) {
    let (width, height) = (frame.width() as usize, frame.height());
    let [mut columns, mut sums, mut areas] = [(); 3].map(|()| Zeroizing::new(vec![0u32; width]));
    let mut before = Zeroizing::new(vec![0u32; width + 1]);
    let pixels = |y: u32| frame.row(y).iter().map(|&pixel| u32::from(pixel));
    (0..reach.min(height)).for_each(|y| columns.iter_mut().zip(pixels(y)).for_each(|(sum, pixel)| *sum += pixel));
    for y in 0..height {
        if y + reach < height {
            columns.iter_mut().zip(pixels(y + reach)).for_each(|(sum, pixel)| *sum += pixel);
        }
        if let Some(gone) = y.checked_sub(reach + 1) {
            columns.iter_mut().zip(pixels(gone)).for_each(|(sum, pixel)| *sum -= pixel);
        }
        let mut total = 0u32;
        for (before, &column) in before[1..].iter_mut().zip(columns.iter()) {
            total = total.wrapping_add(column);
            *before = total;
        }
        let rows = (y + reach + 1).min(height) - y.saturating_sub(reach);
        across(&before, reach as usize, rows, &mut sums, &mut areas);
        each(y, &sums, &areas);
    }
}

/// Writes the sums and areas of one row; only near its ends the squares are cut.
fn across(before: &[u32], reach: usize, rows: u32, sums: &mut [u32], areas: &mut [u32]) {
    let width = sums.len();
    let inner = reach.min(width)..width.saturating_sub(reach).max(reach.min(width));
    let size = 2 * reach + 1;
    areas[inner.clone()].fill(size as u32 * rows);
    let ends = before.iter().zip(before.iter().skip(size));
    sums[inner.clone()].iter_mut().zip(ends).for_each(|(sum, (&left, &right))| *sum = right.wrapping_sub(left));
    for x in (0..inner.start).chain(inner.end..width) {
        let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(width));
        (sums[x], areas[x]) = (before[right].wrapping_sub(before[left]), (right - left) as u32 * rows);
    }
}

/// Is a matrix of bits that is filled from the top.
struct Rows {
    bits: BitMatrix,
    row: BitArray,
    mask: Zeroizing<Vec<u8>>,
    next: u32,
}

impl Rows {
    fn new(frame: &Frame) -> Option<Self> {
        let bits = BitMatrix::new(frame.width(), frame.height()).ok()?;
        let width = frame.width() as usize;
        let mask = Zeroizing::new(vec![0; width.next_multiple_of(WORD)]);
        Some(Self { bits, row: BitArray::with_size(width), mask, next: 0 })
    }

    /// Fills the next row: set where dark.
    fn push(&mut self, dark: impl Iterator<Item = bool>) {
        self.mask.iter_mut().zip(dark).for_each(|(mask, dark)| *mask = u8::from(dark));
        for (at, word) in self.mask.chunks_exact(WORD).enumerate() {
            self.row.setBulk(at * WORD, packed(word));
        }
        self.bits.setRow(self.next, &self.row);
        self.next += 1;
    }
}

/// Packs bytes of 0 or 1 into bits, the first one lowest.
fn packed(mask: &[u8]) -> usize {
    /// Moves bit 0 of each of eight bytes to its place in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    mask.as_chunks::<8>().0.iter().rev().fold(0, |word, &eight| {
        let byte = u64::from_le_bytes(eight).wrapping_mul(GATHER) >> 56;
        word.wrapping_shl(8) | byte as usize
    })
}

/// Is what each block of a frame says of where dark ends, row by row.
struct Levels {
    width: usize,
    height: usize,
    levels: Vec<u8>,
}

impl Levels {
    fn of(frame: &Frame) -> Self {
        let (width, height) = (frame.width() as usize, frame.height() as usize);
        let mut all = Self { width: width.div_ceil(BLOCK), height: height.div_ceil(BLOCK), levels: Vec::new() };
        for y in 0..all.height {
            let top = (y * BLOCK).min(height - BLOCK);
            let blocks = Block::row(frame, top);
            for (x, block) in blocks.iter().enumerate() {
                let level = all.level(block, x, y);
                all.levels.push(level);
            }
        }
        all
    }

    /// Returns the mean of a block, or of a plain one what its neighbours say, if it is darker than they are.
    fn level(&self, block: &Block, x: usize, y: usize) -> u8 {
        if block.high - block.low > MIN_RANGE {
            return (block.sum / (BLOCK * BLOCK) as u16) as u8;
        }
        let plain = block.low / 2;
        if x == 0 || y == 0 {
            return plain;
        }
        let level = |x: usize, y: usize| u16::from(self.levels[y * self.width + x]);
        let around = ((level(x, y - 1) + 2 * level(x - 1, y) + level(x - 1, y - 1)) / 4) as u8;
        if block.low < around { around } else { plain }
    }

    /// Writes the limit of each pixel of a row of blocks; where the last block overlaps another, the lighter one.
    fn limits(&self, y: usize, limits: &mut [u8]) {
        let near = |at: usize, count: usize| at.clamp(2, count - 3) - 2;
        let top = near(y, self.height);
        let sums = |x: usize| (top..top + AROUND).map(|y| u32::from(self.levels[y * self.width + x])).sum::<u32>();
        let columns: Vec<u32> = (0..self.width).map(sums).collect();
        let limit = |x: usize| (columns[near(x, self.width)..][..AROUND].iter().sum::<u32>() / 25) as u8;
        let end = limits.len() - BLOCK;
        limits.chunks_mut(BLOCK).enumerate().for_each(|(x, part)| part.fill(limit(x)));
        let last = limit(self.width - 1);
        limits[end..].iter_mut().for_each(|limit| *limit = last.max(*limit));
    }
}

#[derive(Clone, Copy)]
struct Block {
    sum: u16,
    low: u8,
    high: u8,
}

impl Block {
    /// Measures the blocks whose first row is `top`; the last one ends with the frame.
    fn row(frame: &Frame, top: usize) -> Vec<Self> {
        let width = frame.width() as usize;
        let mut blocks = vec![Self { sum: 0, low: u8::MAX, high: 0 }; width.div_ceil(BLOCK)];
        for y in top..top + BLOCK {
            let row = frame.row(y as u32);
            let eights = row.as_chunks::<BLOCK>().0.iter();
            blocks.iter_mut().zip(eights).for_each(|(block, eight)| block.add(eight));
            if let Some(block) = blocks.last_mut().filter(|_| !width.is_multiple_of(BLOCK)) {
                row.last_chunk::<BLOCK>().into_iter().for_each(|eight| block.add(eight));
            }
        }
        blocks
    }

    fn add(&mut self, pixels: &[u8; BLOCK]) {
        for &pixel in pixels {
            self.sum += u16::from(pixel);
            (self.low, self.high) = (self.low.min(pixel), self.high.max(pixel));
        }
    }
}

fn otsu_level(pixels: &[u8]) -> u8 {
    let mut counts = [0u64; 256];
    pixels.iter().for_each(|&pixel| counts[usize::from(pixel)] += 1);
    let (total, weight) =
        (pixels.len() as f64, counts.iter().zip(0u64..).map(|(n, level)| n * level).sum::<u64>() as f64);
    let (mut below, mut below_weight, mut best, mut level) = (0.0, 0.0, -1.0, 0);
    for (candidate, &count) in (0u8..=255).zip(&counts) {
        below += count as f64;
        below_weight += count as f64 * f64::from(candidate);
        let above = total - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let apart = below_weight / below - (weight - below_weight) / above;
        let between = below * above * apart * apart;
        if between > best {
            (best, level) = (between, candidate);
        }
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws grey noise of rising contrast over plain ground.
    fn noise(width: u32, height: u32) -> Frame {
        let mut state = 7u32;
        Frame::draw(width, height, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let range = (x / 9 + y / 7) * 3 % 200;
            (40 + (state >> 24) * range / 256) as u8
        })
    }

    #[test]
    fn splits_locally_as_the_binarizer_it_replaces() {
        for (width, height) in [(40, 40), (64, 72), (129, 83), (200, 45), (47, 303)] {
            let frame = noise(width, height);
            assert!(split_locally(&frame) == split_small(&frame), "{width} x {height}");
        }
    }

    #[test]
    fn means_are_those_of_the_pixels_around() {
        let frame = noise(70, 50);
        let reach = 9i64;
        for (at, &mean) in means(&frame, reach as u32).iter().enumerate() {
            let (x, y) = ((at % 70) as i64, (at / 70) as i64);
            let (columns, rows) = ((x - reach).max(0)..=(x + reach).min(69), (y - reach).max(0)..=(y + reach).min(49));
            let around: Vec<f32> = rows
                .flat_map(|y| columns.clone().map(move |x| (x, y)))
                .map(|(x, y)| f32::from(frame.at(x, y)))
                .collect();
            assert_eq!(mean, around.iter().sum::<f32>() / around.len() as f32, "at {x}, {y}");
        }
    }

    #[test]
    fn splits_two_greys_between_them() {
        let frame = Frame::new(4, 1, vec![100, 100, 120, 120]).unwrap();
        let bits = split_by_histogram(&frame).unwrap();
        assert_eq!([0, 1, 2, 3].map(|x| bits.get(x, 0)), [true, true, false, false]);
    }

    #[test]
    fn compares_with_the_mean_nearby() {
        let frame = Frame::new(5, 1, vec![10, 20, 0, 250, 200]).unwrap();
        let bits = split_by_mean(&frame, 1).unwrap();
        assert_eq!([0, 1, 2, 3, 4].map(|x| bits.get(x, 0)), [true, false, true, false, true]);
    }
}
