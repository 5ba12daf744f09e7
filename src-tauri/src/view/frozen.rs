//! Frozen screens of which a person chooses a part: sizes and outlines; the pixels cross apart, and are no JSON.

use serde::Serialize;
use sterk::{account::shown, capture::Sight, scan::Frame};

/// Is a picture of every monitor at one moment.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FrozenView {
    /// The monitors.
    pub monitors: Vec<MonitorView>,
    /// Seconds until the pictures are gone.
    pub seconds: u32,
}

/// Is one monitor and the codes that were read on it.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MonitorView {
    /// The system's name for it, safe to show.
    pub name: String,
    /// Width in pixels of the monitor, in which parts and outlines are told.
    pub width: u32,
    /// Height in pixels of the monitor.
    pub height: u32,
    /// Width of its small picture.
    pub picture_width: u32,
    /// Height of its small picture.
    pub picture_height: u32,
    /// Corners of each code that was read.
    pub codes: Vec<[(i32, i32); 4]>,
}

impl MonitorView {
    /// Shows every monitor of a look with its small picture.
    pub fn all(sight: &Sight, pictures: &[Frame]) -> Vec<Self> {
        let view = |(index, (place, picture)): (usize, (&sterk::capture::Place, &Frame))| {
            let spots = sight.seen.iter().filter_map(|seen| seen.spot.as_ref());
            let codes = spots.filter(|spot| spot.place == index).map(|spot| spot.corners);
            Self {
                name: shown(&place.name),
                width: place.width,
                height: place.height,
                picture_width: picture.width(),
                picture_height: picture.height(),
                codes: codes.collect(),
            }
        };
        sight.places.iter().zip(pictures).enumerate().map(view).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sterk::capture::{Place, Seen, Spot};
    use zeroize::Zeroizing;

    #[test]
    fn shows_outlines_on_their_monitor_and_no_text() {
        let place = |name: &str| Place { name: name.to_owned(), x: 0, y: 0, width: 20, height: 10, scale_percent: 100 };
        let corners = [(1, 1), (5, 1), (5, 5), (1, 5)];
        let text = Zeroizing::new("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP".to_owned()).into();
        let seen = vec![Seen { text, spot: Some(Spot { place: 1, corners }) }];
        let sight = Sight { places: vec![place("LEFT"), place("RIGHT")], seen, complete: true };
        let picture = Frame::new(2, 1, vec![0, 0]).unwrap();
        let monitors = MonitorView::all(&sight, &[picture.clone(), picture]);
        assert_eq!((monitors[0].codes.len(), &monitors[1].codes[..]), (0, &[corners][..]));
        assert_eq!((monitors[1].width, monitors[1].picture_width), (20, 2));
        assert!(!serde_json::to_string(&monitors).unwrap().contains("otpauth"));
    }
}
