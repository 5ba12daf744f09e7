//! Grids of modules laid over grey pixels, and moved until they fit: tilted sheets, soft ones and lenses.

use rxing::common::{PerspectiveTransform, Quadrilateral};
use rxing::point;

use super::Frame;
use super::layout::Layout;

/// Knots of the mesh a side: between them the sheet is taken for flat.
const KNOTS: usize = 4;

/// Modules by which the fourth corner may stand apart from a parallelogram's.
const MAX_TILT: usize = 14;

/// Is a place, in pixels or in modules.
pub(crate) type Place = (f32, f32);

/// Is a part of a frame as differences to the grey around, positive where dark.
pub(crate) struct Relief {
    width: usize,
    height: usize,
    heights: Vec<f32>,
}

impl Relief {
    /// Subtracts the mean of the square of `2 * reach + 1` pixels; `light_on_dark` turns the sign over.
    pub(crate) fn of(frame: &Frame, reach: u32, light_on_dark: bool) -> Self {
        let means = super::bits::means(frame, reach);
        let sign = if light_on_dark { -1.0 } else { 1.0 };
        let heights = frame.pixels().iter().zip(means.iter()).map(|(&pixel, &mean)| sign * (mean - f32::from(pixel)));
        Self { width: frame.width() as usize, height: frame.height() as usize, heights: heights.collect() }
    }

    /// Returns the bilinear height at a place; nothing outside.
    fn at(&self, (x, y): Place) -> Option<f32> {
        let (x, y) = (x - 0.5, y - 0.5);
        let inside = x >= 0.0 && y >= 0.0 && x < self.width as f32 - 1.0 && y < self.height as f32 - 1.0;
        if !inside {
            return None;
        }
        let (left, top) = (x as usize, y as usize);
        let (across, down) = (x - left as f32, y - top as f32);
        let start = top * self.width + left;
        let (above, below) = (&self.heights[start..start + 2], &self.heights[start + self.width..][..2]);
        let mix = |pair: &[f32]| pair[0] + across * (pair[1] - pair[0]);
        Some(mix(above) + down * (mix(below) - mix(above)))
    }
}

/// Is a grid: four corners of a flat symbol, and a mesh of small shifts on it.
#[derive(Clone)]
pub(crate) struct Grid {
    side: usize,
    /// Pixels of the centres of the three finder patterns and of the place where a fourth would be, around.
    corners: [Place; 4],
    flat: PerspectiveTransform,
    /// Shifts of the knots in modules.
    mesh: [[Place; KNOTS]; KNOTS],
    is_bent: bool,
}

impl Grid {
    /// Lays a grid through the centres of the finder patterns: top left, top right, bottom left, and a fourth.
    pub(crate) fn through(side: usize, corners: [Place; 4]) -> Option<Self> {
        let flat = flat_map(side, corners)?;
        Some(Self { side, corners, flat, mesh: [[(0.0, 0.0); KNOTS]; KNOTS], is_bent: false })
    }

    /// Returns the pixel of a place in modules.
    pub(crate) fn pixel(&self, (u, v): Place) -> Place {
        let (du, dv) = if self.is_bent { self.shift(u, v) } else { (0.0, 0.0) };
        let found = self.flat.transform_point(point(u + du, v + dv));
        (found.x, found.y)
    }

    fn shift(&self, u: f32, v: f32) -> Place {
        let scale = (KNOTS - 1) as f32 / self.side as f32;
        let last = KNOTS as f32 - 1.001;
        let (u, v) = ((u * scale).clamp(0.0, last), (v * scale).clamp(0.0, last));
        let (i, j) = (u as usize, v as usize);
        let (a, b) = (u - i as f32, v - j as f32);
        let mix = |pick: fn(Place) -> f32| {
            let [top, bottom] = [j, j + 1].map(|j| pick(self.mesh[j][i]) * (1.0 - a) + pick(self.mesh[j][i + 1]) * a);
            top * (1.0 - b) + bottom * b
        };
        (mix(|place| place.0), mix(|place| place.1))
    }

    /// Returns the height at the centre of a module.
    fn sample(&self, relief: &Relief, x: usize, y: usize) -> Option<f32> {
        relief.at(self.pixel((x as f32 + 0.5, y as f32 + 0.5)))
    }

    /// Returns the heights of all modules, row by row; 0 for those outside the picture.
    pub(crate) fn samples(&self, relief: &Relief) -> Vec<f32> {
        let all = (0..self.side * self.side).map(|at| (at % self.side, at / self.side));
        all.map(|(x, y)| self.sample(relief, x, y).unwrap_or(0.0)).collect()
    }

    /// Says how well the grid fits, of modules in the given columns and rows: patterns in place, all else steep.
    fn fit(&self, relief: &Relief, layout: &Layout, columns: (usize, usize), rows: (usize, usize), step: usize) -> f32 {
        let mut fit = 0.0;
        for y in (rows.0..rows.1).step_by(step) {
            for x in (columns.0 + y / step % 2..columns.1).step_by(step) {
                let Some(height) = self.sample(relief, x, y) else { continue };
                fit += match layout.known(y * self.side + x) {
                    Some(true) => 2.0 * height,
                    Some(false) => -2.0 * height,
                    None => height.abs(),
                };
            }
        }
        fit
    }

    fn whole_fit(&self, relief: &Relief, layout: &Layout, step: usize) -> f32 {
        self.fit(relief, layout, (0, self.side), (0, self.side), step)
    }

    /// Says from -1 to 1 how surely the timing patterns between the finder patterns are there.
    pub(crate) fn timing(&self, relief: &Relief) -> f32 {
        let along = 8..self.side - 8;
        let (mut with, mut total) = (0.0, 0.001);
        for at in along {
            for (x, y) in [(at, 6), (6, at)] {
                let height = self.sample(relief, x, y).unwrap_or(0.0);
                with += if at % 2 == 0 { height } else { -height };
                total += height.abs();
            }
        }
        with / total
    }

    /// Says from 0 to 1 how surely light and dark alternate between the finder patterns, wherever a tilt moves them to.
    ///
    /// A tilt that is not known yet moves the timing patterns along their line, but hardly any five modules within
    /// themselves.
    pub(crate) fn alternation(&self, relief: &Relief) -> f32 {
        let height = |x, y| self.sample(relief, x, y).unwrap_or(0.0);
        let along = 8..self.side - 8;
        let lines: [Vec<f32>; 2] =
            [along.clone().map(|at| height(at, 6)).collect(), along.map(|at| height(6, at)).collect()];
        let fives = || lines.iter().flat_map(|line| line.windows(5));
        let with: f32 = fives().map(|five| (five[0] - five[1] + five[2] - five[3] + five[4]).abs()).sum();
        let total: f32 = fives().flatten().map(|height| height.abs()).sum();
        with / total.max(0.001)
    }

    /// Says from -1 to 1 how surely the three finder patterns are there.
    pub(crate) fn finders(&self, relief: &Relief, layout: &Layout) -> f32 {
        let far = self.side - 8;
        let (mut with, mut total) = (0.0, 0.001);
        for (x, y) in (0..8).flat_map(|y| (0..8).map(move |x| (x, y))) {
            for (x, y) in [(x, y), (far + x, y), (x, far + y)] {
                let height = self.sample(relief, x, y).unwrap_or(0.0);
                with += if layout.known(y * self.side + x) == Some(true) { height } else { -height };
                total += height.abs();
            }
        }
        with / total
    }

    /// Moves the fourth corner to where the alignment pattern and the modules fit best.
    pub(crate) fn find_fourth(&mut self, relief: &Relief, layout: &Layout) {
        let reach = ((self.side - 7) / 4).min(MAX_TILT) as i32;
        let [top_left, top_right, fourth, bottom_left] = self.corners;
        let unit = (self.side - 7) as f32;
        let along = |to: Place| ((to.0 - top_left.0) / unit, (to.1 - top_left.1) / unit);
        let (u, v) = (along(top_right), along(bottom_left));
        let moved = |(i, j): (i32, i32)| {
            let (i, j) = (i as f32, j as f32);
            let corner = (fourth.0 + u.0 * i + v.0 * j, fourth.1 + u.1 * i + v.1 * j);
            Self::through(self.side, [top_left, top_right, corner, bottom_left])
        };
        let near = (self.side - 9, self.side - 4);
        let mut tried: Vec<(f32, Self)> = (-reach..=reach)
            .flat_map(|j| (-reach..=reach).map(move |i| (i, j)))
            .filter_map(moved)
            .map(|grid| (grid.fit(relief, layout, near, near, 1), grid))
            .collect();
        tried.sort_by(|a, b| b.0.total_cmp(&a.0));
        let best = tried.into_iter().take(10).map(|(_, grid)| (grid.whole_fit(relief, layout, 2), grid));
        if let Some((_, grid)) = best.max_by(|a, b| a.0.total_cmp(&b.0)) {
            *self = grid;
        }
    }

    /// Moves each corner by parts of a module while that helps.
    pub(crate) fn settle(&mut self, relief: &Relief, layout: &Layout) {
        let mut best = self.whole_fit(relief, layout, 1);
        for step in [0.6, 0.3, 0.15, 0.3, 0.15, 0.08] {
            for corner in 0..4 {
                for (du, dv) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
                    let Some(moved) = self.with_corner_moved(corner, du, dv) else { continue };
                    let fit = moved.whole_fit(relief, layout, 1);
                    if fit > best {
                        (best, *self) = (fit, moved);
                    }
                }
            }
        }
    }

    fn with_corner_moved(&self, corner: usize, du: f32, dv: f32) -> Option<Self> {
        let near = |far: bool| if far { self.side as f32 - 3.5 } else { 3.5 };
        let (u, v) = (near(corner == 1 || corner == 2), near(corner >= 2));
        let moved = self.flat.transform_point(point(u + du, v + dv));
        let mut corners = self.corners;
        corners[corner] = (moved.x, moved.y);
        Some(Self { mesh: self.mesh, is_bent: self.is_bent, ..Self::through(self.side, corners)? })
    }

    /// Bends the grid: moves each knot of the mesh by parts of a module while that helps.
    pub(crate) fn bend(&mut self, relief: &Relief, layout: &Layout) {
        for step in [0.5, 0.25, 0.5, 0.25, 0.12] {
            for (i, j) in (0..KNOTS).flat_map(|j| (0..KNOTS).map(move |i| (i, j))) {
                let (columns, rows) = (self.around(i), self.around(j));
                let mut best = self.fit(relief, layout, columns, rows, 1);
                for (du, dv) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
                    let mut moved = Self { is_bent: true, ..self.clone() };
                    moved.mesh[j][i].0 += du;
                    moved.mesh[j][i].1 += dv;
                    let fit = moved.fit(relief, layout, columns, rows, 1);
                    if fit > best {
                        (best, *self) = (fit, moved);
                    }
                }
            }
        }
    }

    /// Returns the modules that a knot moves.
    fn around(&self, knot: usize) -> (usize, usize) {
        let at = |knot: usize| knot * self.side / (KNOTS - 1);
        (at(knot.saturating_sub(1)), at((knot + 1).min(KNOTS - 1)))
    }
}

fn flat_map(side: usize, corners: [Place; 4]) -> Option<PerspectiveTransform> {
    let modules = Quadrilateral::rectangle(side as i32, side as i32, Some(3.5));
    let pixels = Quadrilateral::from(corners.map(|(x, y)| point(x, y)));
    PerspectiveTransform::quadrilateralToQuadrilateral(modules, pixels).ok()
}
