//! Views of a frame that make hard codes readable: sharper, closed, thresholded in other ways.

use rxing::common::BitMatrix;
use zeroize::Zeroizing;

use super::Frame;

/// Returns the frame with its edges made steeper.
pub(crate) fn sharpened(frame: &Frame) -> Frame {
    let soft = blurred(&blurred(frame));
    let steeper = |(&pixel, &around): (&u8, &u8)| {
        let (pixel, around) = (i16::from(pixel), i16::from(around));
        (pixel + 2 * (pixel - around)).clamp(0, 255) as u8
    };
    frame.with_pixels(|pixels| pixels.extend(frame.pixels().iter().zip(soft.pixels()).map(steeper)))
}

/// Returns the frame with each pixel the mean of its 3 × 3 neighbours.
pub(crate) fn blurred(frame: &Frame) -> Frame {
    over_neighbours(frame, |a, b, c| ((u16::from(a) + u16::from(b) + u16::from(c) + 1) / 3) as u8)
}

/// Returns the frame with gaps between dark dots filled: the darkest of 3 × 3, then the lightest.
pub(crate) fn closed(frame: &Frame) -> Frame {
    let darkest = over_neighbours(frame, |a, b, c| a.min(b).min(c));
    over_neighbours(&darkest, |a, b, c| a.max(b).max(c))
}

/// Returns the frame `times` as large, each pixel a square, with a border of `width` of its pixels around.
pub(crate) fn framed(frame: &Frame, times: u32, width: u32, ground: u8) -> Frame {
    let side = |side: u32| (side + 2 * width) * times;
    Frame::draw(side(frame.width()), side(frame.height()), |x, y| {
        let (x, y) = ((x / times).wrapping_sub(width), (y / times).wrapping_sub(width));
        if x < frame.width() && y < frame.height() { frame.at(i64::from(x), i64::from(y)) } else { ground }
    })
}

/// Applies a rule for three neighbours along the rows and then down the columns.
fn over_neighbours(frame: &Frame, rule: impl Fn(u8, u8, u8) -> u8 + Copy) -> Frame {
    let last = frame.width() as usize - 1;
    let across = frame.with_pixels(|pixels| {
        for row in frame.rows() {
            pixels.push(rule(row[0], row[0], row[1.min(last)]));
            pixels.extend(row.windows(3).map(|three| rule(three[0], three[1], three[2])));
            if last > 0 {
                pixels.push(rule(row[last - 1], row[last], row[last]));
            }
        }
    });
    across.with_pixels(|pixels| {
        for y in 0..frame.height() {
            let (above, below) = (across.row(y.saturating_sub(1)), across.row((y + 1).min(frame.height() - 1)));
            pixels.extend(above.iter().zip(across.row(y)).zip(below).map(|((&a, &b), &c)| rule(a, b, c)));
        }
    })
}

/// Thresholds at the one level that parts dark from light best (Otsu 1979).
pub(crate) fn split_by_histogram(frame: &Frame) -> Option<BitMatrix> {
    let level = otsu_level(frame.pixels());
    let mut bits = BitMatrix::new(frame.width(), frame.height()).ok()?;
    for (y, row) in (0u32..).zip(frame.rows()) {
        (0..).zip(row).filter(|&(_, &pixel)| pixel <= level).for_each(|(x, _)| bits.set(x, y));
    }
    Some(bits)
}

/// Thresholds each pixel against the mean of the square of `2 * reach + 1` around it.
pub(crate) fn split_by_mean(frame: &Frame, reach: u32) -> Option<BitMatrix> {
    let sums = Sums::over(frame);
    let mut bits = BitMatrix::new(frame.width(), frame.height()).ok()?;
    for (y, row) in (0u32..).zip(frame.rows()) {
        let (above, below) = (y.saturating_sub(reach), (y + reach + 1).min(frame.height()));
        let (first, last) = (sums.row(above), sums.row(below));
        for (x, &pixel) in (0u32..).zip(row) {
            let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(frame.width()));
            let part = |row: &[u32]| row[right as usize].wrapping_sub(row[left as usize]);
            let sum = part(last).wrapping_sub(part(first));
            if u32::from(pixel) * (right - left) * (below - above) < sum {
                bits.set(x, y);
            }
        }
    }
    Some(bits)
}

/// Returns for each pixel the mean of the square of `2 * reach + 1` around it.
pub(crate) fn means(frame: &Frame, reach: u32) -> Zeroizing<Vec<f32>> {
    let sums = Sums::over(frame);
    let mut means = Zeroizing::new(Vec::with_capacity(frame.area()));
    for y in 0..frame.height() {
        let (above, below) = (y.saturating_sub(reach), (y + reach + 1).min(frame.height()));
        let (first, last) = (sums.row(above), sums.row(below));
        means.extend((0..frame.width()).map(|x| {
            let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(frame.width()));
            let part = |row: &[u32]| row[right as usize].wrapping_sub(row[left as usize]);
            part(last).wrapping_sub(part(first)) as f32 / ((right - left) * (below - above)) as f32
        }));
    }
    means
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

/// Is the table of sums of all pixels above and to the left of each place.
///
/// Sums wrap at 32 bits; the difference over a square of up to 4,000 pixels a side does not.
struct Sums {
    stride: usize,
    table: Zeroizing<Vec<u32>>,
}

impl Sums {
    fn over(frame: &Frame) -> Self {
        let stride = frame.width() as usize + 1;
        let mut table = Zeroizing::new(vec![0u32; stride * (frame.height() as usize + 1)]);
        for (y, row) in frame.rows().enumerate() {
            let (above, here) = table[y * stride..(y + 2) * stride].split_at_mut(stride);
            let mut sum = 0u32;
            for (x, &pixel) in row.iter().enumerate() {
                sum += u32::from(pixel);
                here[x + 1] = above[x + 1].wrapping_add(sum);
            }
        }
        Self { stride, table }
    }

    fn row(&self, y: u32) -> &[u32] {
        &self.table[y as usize * self.stride..][..self.stride]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closes_a_gap_of_one_pixel() {
        let dots = Frame::new(5, 1, vec![255, 0, 255, 0, 255]).unwrap();
        assert_eq!(closed(&dots).at(2, 0), 0);
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

    #[test]
    fn sharpens_an_edge_and_leaves_a_plain_alone() {
        let edge = Frame::new(6, 1, vec![100, 100, 100, 150, 150, 150]).unwrap();
        let sharp = sharpened(&edge);
        assert!(sharp.at(2, 0) < 100 && sharp.at(3, 0) > 150);
        let plain = Frame::new(3, 3, vec![77; 9]).unwrap();
        assert_eq!(sharpened(&plain).pixels(), plain.pixels());
    }
}
