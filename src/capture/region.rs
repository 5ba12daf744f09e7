//! A part of the screen that a person chose, and which codes count as standing in it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Place, Seen, Shot, Sight, Spot};
use crate::scan::{self, Budget};

/// How long the second look at a part may take: the person waits for just this.
pub(super) const CLOSELY: Budget = Budget { per_picture: Duration::from_secs(15) };

/// Pixels that a second look takes in around a part, at least.
const MARGIN: u32 = 64;

/// Is an upright part of the desktop, in its units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Area {
    /// Returns the part of it on each of these places, in pixels.
    pub fn on(self, places: &[Place]) -> Vec<Region> {
        let part = |(index, place): (usize, &Place)| {
            let scale = i64::from(place.scale_percent.max(1));
            let pixels = |units: i64| units * scale / 100;
            let (left, top) = (i64::from(self.x) - i64::from(place.x), i64::from(self.y) - i64::from(place.y));
            let (right, bottom) = (left + i64::from(self.width), top + i64::from(self.height));
            let within = |at: i64, side: u32| pixels(at).clamp(0, i64::from(side)) as u32;
            let (x, y) = (within(left, place.width), within(top, place.height));
            let (width, height) = (within(right, place.width) - x, within(bottom, place.height) - y);
            (width > 0 && height > 0).then_some(Region { place: index, x, y, width, height })
        };
        places.iter().enumerate().filter_map(part).collect()
    }
}

/// Is an upright part of one place, in pixels of its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Index of the place.
    pub place: usize,
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Region {
    /// Tells whether a code counts: its middle lies inside.
    ///
    /// Who draws a rectangle by hand and cuts a corner off still means that code, and not the neighbour that an
    /// edge touches.
    pub fn holds(&self, spot: &Spot) -> bool {
        let sum = spot.corners.iter().fold((0i64, 0i64), |sum, &(x, y)| (sum.0 + i64::from(x), sum.1 + i64::from(y)));
        let inside = |four: i64, start: u32, side: u32| {
            (4 * i64::from(start)..4 * (i64::from(start) + i64::from(side))).contains(&four)
        };
        spot.place == self.place && inside(sum.0, self.x, self.width) && inside(sum.1, self.y, self.height)
    }

    /// Cuts it to a picture of this size, and widens it first, so that a code on its edge is whole.
    fn widened(self, width: u32, height: u32) -> Option<Self> {
        let side = |start: u32, length: u32, end: u32| {
            let margin = (length / 2).max(MARGIN);
            let (from, to) = (start.saturating_sub(margin), start.saturating_add(length).saturating_add(margin));
            (from < end).then(|| (from, to.min(end) - from))
        };
        let ((x, width), (y, height)) = (side(self.x, self.width, width)?, side(self.y, self.height, height)?);
        Some(Self { x, y, width, height, ..self })
    }
}

/// Answers what stands in a part: of what the first look saw, or where that is nothing, of a closer look.
pub(super) fn look(shots: &[Shot], first: &Sight, region: Region, closely: Budget) -> Sight {
    let inside = |seen: &Seen| seen.spot.as_ref().is_some_and(|spot| region.holds(spot));
    let mut sight = Sight { seen: first.seen.iter().filter(|seen| inside(seen)).cloned().collect(), ..first.clone() };
    if sight.seen.is_empty() {
        (sight.seen, sight.complete) = closer(shots, region, closely);
        sight.seen.retain(inside);
    }
    sight
}

/// Reads the part alone: in a small picture there is time for what a large one does not get.
fn closer(shots: &[Shot], region: Region, closely: Budget) -> (Vec<Seen>, bool) {
    let Some(frame) = shots.get(region.place).map(|shot| &shot.frame) else { return (Vec::new(), true) };
    let Some(part) = region.widened(frame.width(), frame.height()) else { return (Vec::new(), true) };
    let reading = scan::read_within(&frame.part(part.x, part.y, part.width, part.height), closely);
    let back = |(x, y): (i32, i32)| (x.saturating_add_unsigned(part.x), y.saturating_add_unsigned(part.y));
    let seen = reading.symbols.into_iter().map(|symbol| {
        let spot = Some(Spot { place: region.place, corners: symbol.corners.map(back) });
        Seen { text: symbol.text.into(), spot }
    });
    (seen.collect(), reading.complete)
}

#[cfg(test)]
mod tests {
    use super::super::serve::tests::showing;
    use super::*;
    use crate::scan::Frame;

    fn place(x: i32, scale_percent: u32) -> Place {
        Place { name: String::new(), x, y: 0, width: 800, height: 600, scale_percent }
    }

    fn square(place: usize, x: i32, y: i32, side: i32) -> Spot {
        Spot { place, corners: [(x, y), (x + side, y), (x + side, y + side), (x, y + side)] }
    }

    const REGION: Region = Region { place: 1, x: 100, y: 100, width: 200, height: 200 };

    #[test]
    fn a_code_counts_by_its_middle() {
        assert!(REGION.holds(&square(1, 150, 150, 60)), "wholly inside");
        assert!(REGION.holds(&square(1, 60, 60, 100)), "a corner is cut off");
        assert!(REGION.holds(&square(1, 0, 0, 400)), "larger than the rectangle, around it");
        assert!(!REGION.holds(&square(1, 260, 150, 100)), "the edge touches it");
        assert!(!REGION.holds(&square(0, 150, 150, 60)), "on another monitor");
        let far = Spot { place: 1, corners: [(i32::MAX, i32::MIN); 4] };
        assert!(!REGION.holds(&far));
    }

    #[test]
    fn an_area_of_the_desktop_falls_onto_each_monitor_in_its_pixels() {
        let places = [place(0, 100), place(800, 200)];
        let area = Area { x: 700, y: -50, width: 200, height: 100 };
        let parts = area.on(&places);
        assert_eq!(parts[0], Region { place: 0, x: 700, y: 0, width: 100, height: 50 });
        assert_eq!(parts[1], Region { place: 1, x: 0, y: 0, width: 200, height: 100 });
        assert!(Area { x: 5_000, ..area }.on(&places).is_empty());
        assert!(Area { x: i32::MIN, y: i32::MIN, width: u32::MAX, height: u32::MAX }.on(&places).len() == 2);
    }

    /// A white desk of 800 × 600 with a code at (400, 200).
    fn shot(text: &str) -> Shot {
        let code = showing(text);
        let inside = |at: u32, start: u32, side: u32| at.checked_sub(start).filter(|at| *at < side);
        let frame = Frame::draw(800, 600, |x, y| {
            let at = inside(x, 400, code.width()).zip(inside(y, 200, code.height()));
            at.map_or(255, |(x, y)| code.at(x.into(), y.into()))
        });
        Shot { frame, monitor: "DP-1".to_owned(), x: 0, y: 0, scale_percent: 100 }
    }

    fn texts(sight: &Sight) -> Vec<&str> {
        sight.seen.iter().map(|seen| &*seen.text).collect()
    }

    #[test]
    fn looks_closer_only_where_the_first_look_saw_nothing() {
        let shots = [shot("on the picture")];
        let around = Region { place: 0, x: 380, y: 180, width: 200, height: 200 };
        let seen = vec![Seen {
            text: zeroize::Zeroizing::new("seen first".to_owned()).into(),
            spot: Some(square(0, 420, 220, 80)),
        }];
        let first = Sight { seen, complete: true, places: vec![place(0, 100)] };
        assert_eq!(texts(&look(&shots, &first, around, CLOSELY)), ["seen first"]);
        let blind = Sight { seen: Vec::new(), ..first };
        let closer = look(&shots, &blind, around, CLOSELY);
        assert_eq!(texts(&closer), ["on the picture"]);
        let (x, y) = closer.seen[0].spot.as_ref().unwrap().corners[0];
        assert!((400..440).contains(&x) && (200..240).contains(&y), "corners are those of the whole picture: {x} {y}");
    }

    #[test]
    fn looks_at_no_code_outside_however_near() {
        let shots = [shot("on the picture")];
        let blind = Sight { places: vec![place(0, 100)], complete: true, ..Sight::default() };
        let beside = Region { place: 0, x: 300, y: 180, width: 120, height: 200 };
        assert!(look(&shots, &blind, beside, CLOSELY).seen.is_empty(), "the margin reaches it, and it does not count");
        for nowhere in [Region { place: 7, ..beside }, Region { x: 5_000, ..beside }, Region { width: 0, ..beside }] {
            assert!(look(&shots, &blind, nowhere, CLOSELY).seen.is_empty());
        }
    }

    #[test]
    fn reads_a_code_whose_edge_the_rectangle_cuts() {
        let shots = [shot("on the picture")];
        let blind = Sight { places: vec![place(0, 100)], complete: true, ..Sight::default() };
        let tight = Region { place: 0, x: 430, y: 230, width: 60, height: 60 };
        assert_eq!(texts(&look(&shots, &blind, tight, CLOSELY)), ["on the picture"]);
    }
}
