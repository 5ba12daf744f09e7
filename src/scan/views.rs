//! Views of a frame that make hard codes readable: sharper, closed, thresholded in other ways.

use rxing::common::BitMatrix;

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
    bits(frame, |x, y| frame.at(x, y) <= level)
}

/// Thresholds each pixel against the mean of the square of `2 * reach + 1` around it.
pub(crate) fn split_by_mean(frame: &Frame, reach: i64) -> Option<BitMatrix> {
    let sums = Sums::over(frame);
    bits(frame, |x, y| {
        let (sum, count) = sums.around(x, y, reach);
        u64::from(frame.at(x, y)) * count < sum
    })
}

fn bits(frame: &Frame, is_dark: impl Fn(i64, i64) -> bool) -> Option<BitMatrix> {
    let mut bits = BitMatrix::new(frame.width(), frame.height()).ok()?;
    for y in 0..frame.height() {
        for x in (0..frame.width()).filter(|&x| is_dark(i64::from(x), i64::from(y))) {
            bits.set(x, y);
        }
    }
    Some(bits)
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
struct Sums {
    width: i64,
    height: i64,
    table: Vec<u64>,
}

impl Sums {
    fn over(frame: &Frame) -> Self {
        let (width, height) = (frame.width() as usize, frame.height() as usize);
        let mut table = vec![0u64; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = 0u64;
            for x in 0..width {
                row += u64::from(frame.pixels()[y * width + x]);
                table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1] + row;
            }
        }
        Self { width: width as i64, height: height as i64, table }
    }

    /// Returns the sum and the number of the pixels of a square, cut at the edges.
    fn around(&self, x: i64, y: i64, reach: i64) -> (u64, u64) {
        let (left, right) = ((x - reach).max(0), (x + reach + 1).min(self.width));
        let (top, bottom) = ((y - reach).max(0), (y + reach + 1).min(self.height));
        let at = |x: i64, y: i64| self.table[(y * (self.width + 1) + x) as usize];
        let sum = at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top);
        (sum, ((right - left) * (bottom - top)) as u64)
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
