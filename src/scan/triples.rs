//! Which finder patterns may be of one symbol, whatever views they were seen in.

use std::cmp::Reverse;

use super::grid::Place;

/// Patterns of one polarity that are combined; noise has thousands.
const MAX_SPOTS: usize = 60;
/// Triples of one kind that are worth a look in one frame.
const MAX_TRIPLES: usize = 32;

/// What [`Triple::skew`] may be of a symbol seen from the side.
const MAX_SKEW: f32 = 0.8;

/// Is one finder pattern, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spot {
    /// Its centre.
    pub(crate) centre: Place,
    /// Its side.
    pub(crate) size: f32,
    /// Whether it is lighter than the ground.
    pub(crate) light_on_dark: bool,
    /// Whether its outer ring was seen too.
    pub(crate) is_whole: bool,
}

impl Spot {
    /// Returns the pixel at its centre.
    pub(crate) fn pixel(&self) -> (i32, i32) {
        (self.centre.0 as i32, self.centre.1 as i32)
    }

    fn is_at(&self, other: &Self) -> bool {
        let apart = (self.centre.0 - other.centre.0).abs().max((self.centre.1 - other.centre.1).abs());
        apart * 3.0 < self.size.min(other.size)
    }
}

/// Lists the triples of patterns that may be of one symbol: those of whole patterns first, squarest first.
pub(crate) fn triples_of(spots: &[Spot]) -> Vec<Triple> {
    let whole: Vec<Spot> = spots.iter().filter(|spot| spot.is_whole).copied().collect();
    let mut triples = squarest(&whole);
    if whole.len() < spots.len() {
        let others: Vec<Triple> = squarest(spots).into_iter().filter(|triple| !triples.contains(triple)).collect();
        triples.extend(others);
    }
    triples
}

fn squarest(spots: &[Spot]) -> Vec<Triple> {
    let mut triples = Vec::new();
    for light_on_dark in [false, true] {
        triples.extend(combined(&distinct(spots.iter().filter(|spot| spot.light_on_dark == light_on_dark))));
    }
    triples.sort_by(|a, b| a.skew().total_cmp(&b.skew()));
    triples.truncate(MAX_TRIPLES);
    triples
}

/// Returns each pattern once, those seen most often first.
fn distinct<'a>(spots: impl Iterator<Item = &'a Spot>) -> Vec<Spot> {
    let mut groups: Vec<(Spot, usize)> = Vec::new();
    for spot in spots.take(4_000) {
        match groups.iter_mut().find(|(known, _)| known.is_at(spot)) {
            Some((_, seen)) => *seen += 1,
            None => groups.push((*spot, 1)),
        }
    }
    groups.sort_by_key(|(_, seen)| Reverse(*seen));
    groups.into_iter().take(MAX_SPOTS).map(|(spot, _)| spot).collect()
}

fn combined(spots: &[Spot]) -> Vec<Triple> {
    let mut triples = Vec::new();
    for (at, first) in spots.iter().enumerate() {
        for (next, second) in spots.iter().enumerate().skip(at + 1) {
            if first.size.max(second.size) > 2.0 * first.size.min(second.size) {
                continue;
            }
            triples.extend(spots[next + 1..].iter().filter_map(|third| Triple::of([first, second, third])));
        }
    }
    triples
}

/// Is three finder patterns that may be of one symbol, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Triple {
    /// Centres: top left, top right, bottom left.
    pub(crate) centres: [Place; 3],
    /// Mean side of the patterns.
    pub(crate) size: f32,
    /// Whether the modules are lighter than the ground.
    pub(crate) light_on_dark: bool,
}

impl Triple {
    /// Orders three patterns; nothing where they cannot be those of one symbol.
    fn of(spots: [&Spot; 3]) -> Option<Self> {
        let apart = |a: &Spot, b: &Spot| (a.centre.0 - b.centre.0).hypot(a.centre.1 - b.centre.1);
        let [a, b, c] = spots;
        let longest = [(apart(b, c), [a, b, c]), (apart(a, c), [b, a, c]), (apart(a, b), [c, a, b])];
        let (_, [top_left, one, other]) = longest.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        let (u, v) = (towards(top_left, one), towards(top_left, other));
        let (one, other) = if u.0 * v.1 - u.1 * v.0 < 0.0 { (other, one) } else { (one, other) };
        let sizes = spots.map(|spot| spot.size);
        let (small, large) =
            sizes.iter().fold((f32::MAX, 0.0f32), |(low, high), &size| (low.min(size), high.max(size)));
        let triple = Self {
            centres: [top_left.centre, one.centre, other.centre],
            size: sizes.iter().sum::<f32>() / 3.0,
            light_on_dark: a.light_on_dark,
        };
        let [short, long] = triple.legs();
        let modules = (short + long) / 2.0 * 7.0 / triple.size;
        let fits = large <= 2.0 * small && short.max(long) <= 2.5 * short.min(long) && (11.0..200.0).contains(&modules);
        (fits && triple.skew() < MAX_SKEW).then_some(triple)
    }

    /// Returns where the fourth corner of a parallelogram is.
    pub(crate) fn fourth(&self) -> Place {
        let [top_left, top_right, bottom_left] = self.centres;
        (top_right.0 + bottom_left.0 - top_left.0, top_right.1 + bottom_left.1 - top_left.1)
    }

    /// Returns the distances from the top left pattern to the others.
    pub(crate) fn legs(&self) -> [f32; 2] {
        let [top_left, top_right, bottom_left] = self.centres;
        [top_right, bottom_left].map(|to| (to.0 - top_left.0).hypot(to.1 - top_left.1))
    }

    /// Returns the middle between the two outer patterns.
    pub(crate) fn centre(&self) -> (i32, i32) {
        let [_, (a, b), (c, d)] = self.centres;
        (((a + c) / 2.0) as i32, ((b + d) / 2.0) as i32)
    }

    /// Says how far the triple is from a square corner; 0 is one.
    fn skew(&self) -> f32 {
        let [a, b] = self.legs();
        let [top_left, top_right, bottom_left] = self.centres;
        let dot = (top_right.0 - top_left.0) * (bottom_left.0 - top_left.0)
            + (top_right.1 - top_left.1) * (bottom_left.1 - top_left.1);
        (a - b).abs() / (a + b) + (dot / (a * b).max(1.0)).abs()
    }

    /// Returns the triple in a picture of other scale and origin.
    pub(crate) fn placed(&self, place: impl Fn(Place) -> Place, scale: f32) -> Self {
        Self { centres: self.centres.map(place), size: self.size * scale, ..*self }
    }

    /// Lists the sides, in modules, that the distances allow.
    pub(crate) fn sides(&self) -> impl Iterator<Item = usize> {
        let [a, b] = self.legs();
        let guess = (a + b) / 2.0 / (self.size / 7.0) + 7.0;
        let slack = (guess * 0.12).max(4.5);
        (1..=40).map(|version| 17 + 4 * version).filter(move |&side| (side as f32 - guess).abs() <= slack)
    }
}

fn towards(from: &Spot, to: &Spot) -> Place {
    (to.centre.0 - from.centre.0, to.centre.1 - from.centre.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(x: f32, y: f32, size: f32) -> Spot {
        Spot { centre: (x, y), size, light_on_dark: false, is_whole: true }
    }

    #[test]
    fn puts_three_patterns_of_different_views_in_order() {
        let seen = [spot(200.0, 50.0, 30.0), spot(50.0, 200.0, 31.0), spot(50.0, 50.0, 29.0), spot(51.0, 50.0, 30.0)];
        let triples = triples_of(&seen);
        assert_eq!(triples.len(), 1, "a pattern seen twice is one");
        assert_eq!(triples[0].centres, [(50.0, 50.0), (200.0, 50.0), (50.0, 200.0)]);
        assert!(triples[0].sides().any(|side| side == 41), "150 pixels are 34 modules of 30 / 7");
    }

    #[test]
    fn combines_no_patterns_of_other_size_polarity_or_angle() {
        let corner = [spot(50.0, 50.0, 30.0), spot(200.0, 50.0, 30.0)];
        for third in [
            spot(50.0, 200.0, 70.0),
            Spot { light_on_dark: true, ..spot(50.0, 200.0, 30.0) },
            spot(350.0, 60.0, 30.0),
            spot(50.0, 900.0, 30.0),
        ] {
            assert!(triples_of(&[corner[0], corner[1], third]).is_empty(), "{third:?}");
        }
    }

    #[test]
    fn stays_bounded_in_noise() {
        let many: Vec<Spot> = (0..5_000).map(|at| spot((at % 9 * 90) as f32, (at / 9 * 90) as f32, 30.0)).collect();
        assert_eq!(triples_of(&many).len(), MAX_TRIPLES);
    }
}
