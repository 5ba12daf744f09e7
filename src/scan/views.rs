//! Views of a frame that make hard codes readable: sharper, softer, closed, framed.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closes_a_gap_of_one_pixel() {
        let dots = Frame::new(5, 1, vec![255, 0, 255, 0, 255]).unwrap();
        assert_eq!(closed(&dots).at(2, 0), 0);
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
