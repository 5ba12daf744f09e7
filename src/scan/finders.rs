//! Finder patterns along the rows of a picture: runs of 1 : 1 : 3 : 1 : 1, dark and light ones in one walk.
//!
//! The rule is that of the detector of `rxing` (`FindFinderPatterns`), and so is what is found; a test compares them. A
//! row is walked once for both polarities, and its runs are found word by word.

use rxing::Point;
use rxing::common::BitMatrix;
use rxing::common::cpp_essentials::{ConcentricPattern, LocateConcentricPattern};

/// Runs of a finder pattern in modules.
const RUNS: [u16; 5] = [1, 1, 3, 1, 1];
/// Rows from one that is walked to the next: at a pixel a module, one of them meets every core.
const STEP: u32 = 3;

/// Is a place that looks like a finder pattern along its row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    middle: (f32, f32),
    width: u32,
}

/// Finds what may be dark patterns, and what may be light ones.
pub(crate) fn candidates_in(bits: &BitMatrix) -> [Vec<Candidate>; 2] {
    let (mut dark, mut light) = (Vec::new(), Vec::new());
    let mut row = Row::default();
    for y in (STEP - 1..bits.height()).step_by(STEP as usize) {
        row.read(bits, y);
        walk(row.edges(true), y, &mut dark);
        walk(row.edges(false), y, &mut light);
    }
    [dark, light]
}

/// Keeps the candidates that are patterns upwards and across as well; light ones are looked for in flipped bits.
pub(crate) fn located(bits: &BitMatrix, candidates: &[Candidate]) -> Vec<ConcentricPattern> {
    let mut found: Vec<ConcentricPattern> = Vec::new();
    for candidate in candidates {
        let middle = Point { x: candidate.middle.0, y: candidate.middle.1 };
        if found.iter().any(|known| Point::distance(middle, known.p) < known.size as f32 / 2.0) {
            continue;
        }
        // Seen from the side, a pattern is up to three times as wide across.
        let range = candidate.width as i32 * 3;
        found.extend(LocateConcentricPattern::<true, 5, 7>(bits, &RUNS, middle, range));
    }
    found
}

/// Is where a row changes between light and dark.
#[derive(Default)]
struct Row {
    /// Twice the start, each change, twice the end.
    edges: Vec<u32>,
    starts_dark: bool,
    ends_dark: bool,
}

impl Row {
    fn read(&mut self, bits: &BitMatrix, y: u32) {
        let (width, row) = (bits.width(), bits.getRow(y));
        self.edges.clear();
        self.edges.extend([0, 0]);
        (self.starts_dark, self.ends_dark) = (bits.get(0, y), bits.get(width - 1, y));
        let mut before = usize::from(self.starts_dark);
        for (start, &word) in (0..).step_by(usize::BITS as usize).zip(row.getBitArray()) {
            let mut changes = word ^ (word << 1 | before);
            before = word >> (usize::BITS - 1);
            while changes != 0 {
                self.edges.push(start + changes.trailing_zeros());
                changes &= changes - 1;
            }
        }
        // Bits beyond the end are light, which is no change of the picture.
        self.edges.truncate(2 + self.edges[2..].partition_point(|&edge| edge < width));
        self.edges.extend([width, width]);
    }

    /// Lends the edges of runs that begin and end with one, maybe empty, of the other polarity.
    fn edges(&self, dark: bool) -> &[u32] {
        let (start, end) = (usize::from(self.starts_dark != dark), usize::from(self.ends_dark != dark));
        &self.edges[start..self.edges.len() - end]
    }
}

fn walk(edges: &[u32], y: u32, found: &mut Vec<Candidate>) {
    let mut at = 1;
    while let Some(&[before, a, b, c, d, e, f, _]) = edges.get(at - 1..at + 7) {
        let space = if at == 1 { f32::MAX } else { (a - before) as f32 };
        let runs = [b - a, c - b, d - c, e - d, f - e];
        if is_pattern(runs, space) {
            found.push(Candidate { middle: (c as f32 + runs[2] as f32 / 2.0, y as f32 + 0.5), width: f - a });
            at += 4;
        } else {
            at += 2;
        }
    }
}

/// Tells whether runs between dark edges are those of a pattern behind a space, within what blur and print do to them.
fn is_pattern(runs: [u32; 5], space: f32) -> bool {
    let [a, b, core, c, d] = runs;
    if core < 3 || core < 2 * a.max(d) || core < b.max(c) {
        return false;
    }
    let (bar, gap) = (f64::from(a + core + d) / 5.0, f64::from(b + c) / 2.0);
    if bar.max(gap) > 4.0 * bar.min(gap) || space < 0.1 * gap as f32 {
        return false;
    }
    let near = |run: u32, modules: f64, slack: f64| (f64::from(run) - modules).abs() <= slack;
    let (bars, gaps) = (bar * 0.75 + 0.5, gap / 3.0 + 0.5);
    [a, d].iter().all(|&run| near(run, bar, bars))
        && near(core, 3.0 * bar, bars)
        && [b, c].iter().all(|&run| near(run, gap, gaps))
}

#[cfg(test)]
mod tests {
    use rxing::qrcode::cpp_port::detector;

    use super::*;
    use crate::scan::Frame;
    use crate::scan::bits::split_by_mean;

    /// Draws three codes and a noise that has patterns of its own, in a width that is no whole word.
    fn crowded(width: u32, turned_over: bool) -> Frame {
        let code = qrcode::QrCode::new("finder patterns").unwrap();
        let mut state = 11u32;
        Frame::draw(width, 150, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (column, row) = ((x % 100 / 3) as usize, (y / 3) as usize);
            let drawn = column < code.width() && row < code.width();
            let dark = if drawn { code[(column, row)] == qrcode::Color::Dark } else { state >> 30 == 0 };
            if dark == turned_over { 200 } else { 30 }
        })
    }

    #[track_caller]
    fn assert_finds_what_the_detector_finds(bits: &mut BitMatrix) {
        for candidates in candidates_in(bits) {
            let (ours, theirs) = (located(bits, &candidates), detector::FindFinderPatterns(bits, true, 0));
            assert_eq!(ours, theirs);
            bits.flip_self();
        }
    }

    #[test]
    fn finds_what_the_detector_finds_in_both_polarities() {
        for (width, turned_over) in [(300, false), (300, true), (257, false), (320, true)] {
            let mut bits = split_by_mean(&crowded(width, turned_over), 20).unwrap();
            assert!(!candidates_in(&bits)[usize::from(turned_over)].is_empty(), "{width}: codes are there");
            assert_finds_what_the_detector_finds(&mut bits);
        }
    }

    #[test]
    fn meets_patterns_at_both_ends_of_a_row() {
        let mut bits = BitMatrix::new(14, 7).unwrap();
        for (x, y) in (0..7).flat_map(|y| (0..14).map(move |x| (x, y))) {
            let ring = 3u32.abs_diff(x % 7).max(3u32.abs_diff(y));
            bits.set_bool(x, y, ring != 2 && !(x == 7 && ring == 3));
        }
        assert_finds_what_the_detector_finds(&mut bits);
    }

    #[test]
    fn finds_nothing_in_a_plain() {
        let bits = BitMatrix::new(9, 9).unwrap();
        assert_eq!(candidates_in(&bits), [Vec::new(), Vec::new()]);
    }
}
