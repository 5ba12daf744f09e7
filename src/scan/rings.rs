//! Finder patterns whose outer ring runs into a ground as dark as itself: only the light ring and the core are left.

use rxing::common::BitMatrix;

use super::triples::Spot;

/// Spots of one view that are kept; a page of text has many.
const MAX_SPOTS: usize = 400;

/// Finds cores of three modules in a light ring of one, along rows and columns.
pub(crate) fn rings_in(bits: &BitMatrix) -> Vec<Spot> {
    let mut spots = Vec::new();
    for y in (1..bits.height()).step_by(2) {
        scan_row(bits, y, &mut spots);
        if spots.len() >= MAX_SPOTS {
            break;
        }
    }
    spots
}

/// Walks along the runs of a row: light, dark, light as 1 : 3 : 1, between dark ones.
fn scan_row(bits: &BitMatrix, y: u32, spots: &mut Vec<Spot>) {
    let (mut runs, mut start, mut dark) = ([0u32; 3], 0, bits.get(0, y));
    for x in 1..bits.width() {
        if bits.get(x, y) == dark {
            continue;
        }
        runs = [runs[1], runs[2], x - start];
        (start, dark) = (x, !dark);
        if !dark || !is_ring(runs) {
            continue;
        }
        let middle = x - runs[2] - runs[1].div_ceil(2);
        let Some((centre, height)) = crossed(bits, middle, y, (0, 1), runs[1]) else { continue };
        let across = crossed(bits, middle, centre as u32, (1, 0), runs[1]);
        if let Some((left, width)) = across.filter(|(_, width)| width.max(height) < 1.5 * width.min(height)) {
            let size = (width + height) / 2.0 * 7.0 / 5.0;
            spots.push(Spot { centre: (left, centre), size, light_on_dark: false, is_whole: false });
        }
    }
}

fn is_ring([before, core, after]: [u32; 3]) -> bool {
    let unit = (before + core + after) as f32 / 5.0;
    let near = |run: u32, modules: f32| (run as f32 - modules * unit).abs() <= 0.5 * unit.max(1.2);
    unit >= 0.9 && near(before, 1.0) && near(core, 3.0) && near(after, 1.0)
}

/// Measures a ring across its core at a place; returns its middle and outer width along the axis.
fn crossed(bits: &BitMatrix, x: u32, y: u32, (dx, dy): (u32, u32), core: u32) -> Option<(f32, f32)> {
    let most = core * 2 + 2;
    let at = |steps: i64| {
        let (x, y) = (i64::from(x) + steps * i64::from(dx), i64::from(y) + steps * i64::from(dy));
        let inside = x >= 0 && y >= 0 && x < i64::from(bits.width()) && y < i64::from(bits.height());
        inside.then(|| bits.get(x as u32, y as u32))
    };
    let run = |from: i64, step: i64, dark: bool| {
        let length = (0..i64::from(most)).take_while(|count| at(from + step * count) == Some(dark)).count() as i64;
        at(from + step * length).is_some().then_some(length)
    };
    let (back, ahead) = (run(0, -1, true)?, run(1, 1, true)?);
    let (before, after) = (run(-back, -1, false)?, run(1 + ahead, 1, false)?);
    let lengths = [before, back + ahead, after].map(|length| length as u32);
    let start = if dx == 1 { x } else { y } as f32 - (back + before) as f32 + 1.0;
    let width = lengths.iter().sum::<u32>() as f32;
    is_ring(lengths).then_some((start + width / 2.0, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_core_in_its_ring_on_a_dark_ground() {
        let mut bits = BitMatrix::new(40, 30).unwrap();
        bits.setRegion(0, 0, 40, 30).unwrap();
        for (x, y) in (0..15).flat_map(|y| (0..15).map(move |x| (x, y))) {
            let ring = 7i32.abs_diff(x).max(7i32.abs_diff(y));
            if ring > 4 {
                bits.unset(10 + x as u32, 5 + y as u32);
            }
        }
        let spots = rings_in(&bits);
        assert!(!spots.is_empty());
        assert!(spots.iter().all(|spot| spot.centre == (17.5, 12.5) && (spot.size - 21.0).abs() < 0.1), "{spots:?}");
    }

    #[test]
    fn finds_none_in_stripes_and_plains() {
        let mut bits = BitMatrix::new(40, 30).unwrap();
        assert!(rings_in(&bits).is_empty());
        (0..40).step_by(3).for_each(|x| bits.setRegion(x, 0, 1, 30).unwrap());
        assert!(rings_in(&bits).is_empty());
    }
}
