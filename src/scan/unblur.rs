//! Tells dark modules from light ones where each one's grey has run into its neighbours'.
//!
//! A blurred module is a sum of itself and its neighbours. How much of each is learned from the symbol, in windows,
//! because focus changes over a sheet. Each module is then weighed against what its neighbours explain, with doubt that
//! cools (a mean field, Peterson and Anderson 1987). Function patterns are known and stay.

use super::layout::Layout;

/// Neighbours of a module in pairs that blur alike: beside, above and below, and on both diagonals.
const PAIRS: [[(isize, isize); 2]; 4] = [[(-1, 0), (1, 0)], [(0, -1), (0, 1)], [(-1, -1), (1, 1)], [(1, -1), (-1, 1)]];
/// Unknowns of the blur: the ground, the module itself, the pairs.
const TERMS: usize = 6;
/// Modules from one window's centre to the next, and from a centre to its window's edge.
const STEP: usize = 8;
const REACH: usize = 9;
/// Warmth of each round of weighing; after each the blur is learned anew.
const COOLING: [f32; 5] = [6.0, 3.0, 2.0, 1.0, 1.0];
/// Sweeps over all modules in a round.
const SWEEPS: usize = 4;

/// Is what is believed of the modules of a symbol.
pub(crate) struct Modules {
    /// Which are dark.
    pub(crate) dark: Vec<bool>,
    /// How surely; 0 is not at all.
    sure: Vec<f32>,
}

impl Modules {
    /// Says how much a module speaks for being dark, or light.
    pub(crate) fn vote(&self, at: usize, dark: bool) -> f32 {
        if self.dark[at] == dark { self.sure[at] } else { -self.sure[at] }
    }

    /// Returns how sure the least sure of some modules is.
    pub(crate) fn surest_doubt(&self, places: &[usize]) -> f32 {
        places.iter().map(|&at| self.sure[at]).fold(f32::INFINITY, f32::min)
    }

    /// Returns the share of certainty that speaks against a drawn symbol.
    pub(crate) fn doubt_of(&self, drawn: &[bool]) -> f32 {
        let against =
            drawn.iter().enumerate().filter(|&(at, &dark)| dark != self.dark[at]).map(|(at, _)| self.sure[at]);
        against.sum::<f32>() / self.sure.iter().sum::<f32>().max(f32::MIN_POSITIVE)
    }
}

/// Splits heights at zero.
pub(crate) fn plainly_split(heights: &[f32], layout: &Layout) -> Modules {
    let dark = heights.iter().enumerate().map(|(at, &height)| layout.known(at).unwrap_or(height > 0.0));
    let mean = heights.iter().map(|height| height.abs()).sum::<f32>() / heights.len().max(1) as f32;
    Modules { dark: dark.collect(), sure: heights.iter().map(|height| height.abs().min(mean)).collect() }
}

/// Splits heights after undoing the blur between neighbours.
pub(crate) fn unblurred(heights: &[f32], layout: &Layout) -> Modules {
    let mut sheet = Sheet::of(heights, layout);
    sheet.learn_from_patterns(layout);
    for warmth in COOLING {
        (0..SWEEPS).for_each(|_| sheet.weigh(layout, warmth));
        sheet.learn();
    }
    let mut sure: Vec<f32> = (0..heights.len()).map(|at| sheet.pull(at).abs()).collect();
    let mean = sure.iter().sum::<f32>() / sure.len().max(1) as f32;
    sure.iter_mut().for_each(|sure| *sure = sure.min(mean));
    Modules { dark: sheet.signs.iter().map(|&sign| sign > 0.0).collect(), sure }
}

/// Is how modules of one window run into each other.
#[derive(Clone, Copy)]
struct Blur {
    terms: [f32; TERMS],
    /// Mean square of what it leaves unexplained.
    rest: f32,
}

struct Sheet<'a> {
    side: usize,
    heights: &'a [f32],
    /// 1 for dark, -1 for light, between them for doubt.
    signs: Vec<f32>,
    /// By window, row by row.
    blurs: Vec<Blur>,
    /// What of each height the blurs and signs leave unexplained.
    rests: Vec<f32>,
}

impl<'a> Sheet<'a> {
    fn of(heights: &'a [f32], layout: &Layout) -> Self {
        let sign = |at: usize| layout.known(at).map_or(0.0, |dark| if dark { 1.0 } else { -1.0 });
        Self {
            side: layout.side,
            heights,
            signs: (0..heights.len()).map(sign).collect(),
            blurs: Vec::new(),
            rests: Vec::new(),
        }
    }

    fn windows(&self) -> usize {
        self.side.div_ceil(STEP)
    }

    /// Returns 1 for dark and -1 for light; the quiet zone is light.
    fn sign(&self, x: isize, y: isize) -> f32 {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.side && (y as usize) < self.side;
        if inside { self.signs[y as usize * self.side + x as usize] } else { -1.0 }
    }

    fn terms(&self, x: usize, y: usize) -> [f32; TERMS] {
        let (x, y) = (x as isize, y as isize);
        let pair = |pair: [(isize, isize); 2]| pair.iter().map(|(dx, dy)| self.sign(x + dx, y + dy)).sum::<f32>();
        let [a, b, c, d] = PAIRS.map(pair);
        [1.0, self.sign(x, y), a, b, c, d]
    }

    fn blur(&self, x: usize, y: usize) -> &Blur {
        &self.blurs[(y / STEP) * self.windows() + x / STEP]
    }

    /// Learns one blur from the modules whose whole neighbourhood is known.
    fn learn_from_patterns(&mut self, layout: &Layout) {
        let is_known = |x: isize, y: isize| {
            let inside = x >= 0 && y >= 0 && (x as usize) < self.side && (y as usize) < self.side;
            !inside || layout.known(y as usize * self.side + x as usize).is_some()
        };
        let all = (0..self.side).flat_map(|y| (0..self.side).map(move |x| (x, y)));
        let whole = all.filter(|&(x, y)| {
            let (x, y) = (x as isize, y as isize);
            (-1..=1).all(|dy| (-1..=1).all(|dx| is_known(x + dx, y + dy)))
        });
        let blur = self.learned(whole);
        self.blurs = vec![blur; self.windows() * self.windows()];
        self.explain();
    }

    /// Learns the blur of each window from what is believed now.
    fn learn(&mut self) {
        let count = self.windows();
        let span = |at: usize| {
            let middle = at * STEP + STEP / 2;
            middle.saturating_sub(REACH)..(middle + REACH).min(self.side)
        };
        let window = |at: usize| span(at / count).flat_map(move |y| span(at % count).map(move |x| (x, y)));
        self.blurs = (0..count * count).map(|at| self.learned(window(at))).collect();
        self.explain();
    }

    fn learned(&self, modules: impl Iterator<Item = (usize, usize)>) -> Blur {
        let (mut square, mut right, mut total, mut count) = ([[0.0; TERMS]; TERMS], [0.0; TERMS], 0.0, 0.001);
        for (x, y) in modules {
            let (terms, height) = (self.terms(x, y), self.heights[y * self.side + x]);
            for i in 0..TERMS {
                right[i] += terms[i] * height;
                (0..TERMS).for_each(|j| square[i][j] += terms[i] * terms[j]);
            }
            total += height * height;
            count += 1.0;
        }
        (0..TERMS).for_each(|i| square[i][i] += 0.02 * count);
        let terms = solved(square, right);
        let explained: f32 = terms.iter().zip(&right).map(|(term, right)| term * right).sum();
        Blur { terms, rest: ((total - explained) / count).max(0.01 * total / count + 0.01) }
    }

    fn expected(&self, x: usize, y: usize) -> f32 {
        self.terms(x, y).iter().zip(&self.blur(x, y).terms).map(|(term, weight)| term * weight).sum()
    }

    /// Works out anew what is left unexplained.
    fn explain(&mut self) {
        let rest = |at: usize| self.heights[at] - self.expected(at % self.side, at / self.side);
        self.rests = (0..self.heights.len()).map(rest).collect();
    }

    /// Lists a module and those around it that are inside, with the term by which it counts for each.
    fn touched(&self, at: usize) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
        let (x, y, side) = (at % self.side, at / self.side, self.side);
        let around = PAIRS.into_iter().zip(2..).flat_map(|(pair, term)| pair.map(|(dx, dy)| (dx, dy, term)));
        std::iter::once((0, 0, 1)).chain(around).filter_map(move |(dx, dy, term)| {
            let (x, y) = (x.checked_add_signed(dx)?, y.checked_add_signed(dy)?);
            (x < side && y < side).then_some((x, y, term))
        })
    }

    /// Returns how strongly the picture around pulls a module towards dark, in standard deviations.
    fn pull(&self, at: usize) -> f32 {
        let own = self.signs[at];
        let share = |(x, y, term): (usize, usize, usize)| {
            let blur = self.blur(x, y);
            blur.terms[term] * (self.rests[y * self.side + x] + blur.terms[term] * own) / blur.rest
        };
        self.touched(at).map(share).sum()
    }

    /// Weighs each module anew against its neighbours; the warmer, the more doubt is left.
    fn weigh(&mut self, layout: &Layout, warmth: f32) {
        for at in (0..self.signs.len()).filter(|&at| layout.known(at).is_none()) {
            let sign = (self.pull(at) / warmth).tanh();
            let change = sign - std::mem::replace(&mut self.signs[at], sign);
            for (x, y, term) in self.touched(at) {
                self.rests[y * self.side + x] -= self.blur(x, y).terms[term] * change;
            }
        }
    }
}

/// Solves a positive definite system by elimination.
fn solved(mut square: [[f32; TERMS]; TERMS], mut right: [f32; TERMS]) -> [f32; TERMS] {
    for pivot in 0..TERMS {
        for row in pivot + 1..TERMS {
            let factor = square[row][pivot] / square[pivot][pivot];
            (pivot..TERMS).for_each(|column| square[row][column] -= factor * square[pivot][column]);
            right[row] -= factor * right[pivot];
        }
    }
    let mut solution = [0.0; TERMS];
    for row in (0..TERMS).rev() {
        let known: f32 = (row + 1..TERMS).map(|column| square[row][column] * solution[column]).sum();
        solution[row] = (right[row] - known) / square[row][row];
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws a symbol of pseudo-random bytes as heights, each module run into its neighbours.
    fn blurred(layout: &Layout, own: f32, beside: f32) -> (Vec<bool>, Vec<f32>) {
        let bytes: Vec<u8> = (0..layout.bytes()).map(|at| (at * 151 + at * at * 29) as u8).collect();
        let drawn = layout.draw(&bytes, crate::scan::layout::Format::all().next().unwrap());
        let side = layout.side as isize;
        let sign = |x: isize, y: isize| {
            let inside = (0..side).contains(&x) && (0..side).contains(&y);
            if inside && drawn[(y * side + x) as usize] { 1.0 } else { -1.0 }
        };
        let height = |at: isize| {
            let (x, y) = (at % side, at / side);
            let near = sign(x - 1, y) + sign(x + 1, y) + sign(x, y - 1) + sign(x, y + 1);
            20.0 * (own * sign(x, y) + beside * near)
        };
        let heights = (0..side * side).map(height).collect();
        (drawn, heights)
    }

    #[test]
    fn undoes_a_blur_that_no_threshold_parts() {
        let layout = Layout::of_side(29).unwrap();
        let (drawn, heights) = blurred(&layout, 0.5, 0.2);
        let wrong = |modules: &Modules| modules.dark.iter().zip(&drawn).filter(|(a, b)| a != b).count();
        assert!(wrong(&plainly_split(&heights, &layout)) > 20, "a threshold fails");
        assert!(wrong(&unblurred(&heights, &layout)) < 8, "but neighbours explain the rest");
    }

    #[test]
    fn doubts_a_symbol_that_the_picture_does_not_show() {
        let layout = Layout::of_side(21).unwrap();
        let (drawn, heights) = blurred(&layout, 0.9, 0.02);
        let modules = unblurred(&heights, &layout);
        assert!(modules.doubt_of(&drawn) < 0.01);
        let other: Vec<bool> = drawn.iter().enumerate().map(|(at, &dark)| dark ^ (at % 6 == 0)).collect();
        assert!(modules.doubt_of(&other) > 0.1);
    }
}
