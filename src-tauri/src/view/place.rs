//! Where a QR code stands, in numbers that the page can draw.

use serde::Serialize;
use sterk::{
    account::shown,
    capture::{Place, Spot},
};

/// Is one monitor in its place on the desktop, in units of the desktop.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PlaceView {
    /// The system's name for it, safe to show.
    pub name: String,
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl PlaceView {
    /// Shows a monitor; one of twice the scale is as large as people see it.
    pub fn of(place: &Place) -> Self {
        let units = |pixels: u32| f64::from(pixels) / scale(place);
        let (width, height) = (units(place.width), units(place.height));
        Self { name: shown(&place.name), x: place.x.into(), y: place.y.into(), width, height }
    }
}

/// Is where a QR code stands among the monitors.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SpotView {
    /// All monitors that were looked at.
    pub places: Vec<PlaceView>,
    /// Index of the one it stands on.
    pub place: usize,
    /// Its four corners in turn, in units of the desktop.
    pub corners: [(f64, f64); 4],
}

impl SpotView {
    /// Shows a spot; nothing where its place is none of these.
    pub fn of(places: &[Place], spot: &Spot) -> Option<Self> {
        let place = places.get(spot.place)?;
        let at = |start: i32, pixel: i32| f64::from(start) + f64::from(pixel) / scale(place);
        let corners = spot.corners.map(|(x, y)| (at(place.x, x), at(place.y, y)));
        Some(Self { places: places.iter().map(PlaceView::of).collect(), place: spot.place, corners })
    }
}

/// Returns the pixels of the picture for one unit of the desktop.
fn scale(place: &Place) -> f64 {
    f64::from(place.scale_percent.max(1)) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(x: i32, width: u32, height: u32, scale_percent: u32) -> Place {
        Place { name: "DP-1".to_owned(), x, y: 0, width, height, scale_percent }
    }

    #[test]
    fn draws_a_monitor_of_twice_the_scale_as_large_as_people_see_it() {
        let places = [place(0, 1920, 1080, 100), place(1920, 3840, 2160, 200)];
        let spot = Spot { place: 1, corners: [(200, 100), (400, 100), (400, 300), (200, 300)] };
        let view = SpotView::of(&places, &spot).unwrap();
        assert_eq!((view.places[1].width, view.places[1].height), (1920.0, 1080.0));
        assert_eq!(view.corners, [(2020.0, 50.0), (2120.0, 50.0), (2120.0, 150.0), (2020.0, 150.0)]);
    }

    #[test]
    fn draws_nothing_on_a_monitor_that_is_not_there() {
        let spot = Spot { place: 1, corners: [(0, 0); 4] };
        assert_eq!(SpotView::of(&[place(0, 10, 10, 100)], &spot), None);
    }
}
