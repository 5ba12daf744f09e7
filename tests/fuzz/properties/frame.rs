//! Any grey pixels are read within the budget, twice alike, and symbols stand where the pixels are.

use std::time::Duration;

use sterk::scan::{Budget, Frame, Live, Stop, read_early};

/// Panics where it does not hold; answers whether a code was read.
///
/// The first byte is the width less one, all others are pixels; an unfinished row is left out.
pub fn holds(bytes: &[u8]) -> bool {
    let Some((&width, pixels)) = bytes.split_first() else { return false };
    let width = usize::from(width) + 1;
    let height = pixels.len() / width;
    let Ok(frame) = Frame::new(width as u32, height as u32, pixels[..width * height].to_vec()) else { return false };
    let budget = Budget { per_picture: Duration::from_secs(5) };
    let mut told = 0;
    let reading = read_early(&frame, budget, &Stop::default(), |_| told += 1);
    assert!(told >= reading.symbols.len(), "what is in the answer was handed over");
    let reach = 2 * width.max(height) as i32;
    for (x, y) in reading.symbols.iter().flat_map(|symbol| symbol.corners) {
        assert!(x.abs() <= reach && y.abs() <= reach, "a corner far outside the picture");
    }
    let again = read_early(&frame, budget, &Stop::default(), |_| ());
    assert!(!(reading.complete && again.complete) || reading == again, "the same pixels give the same answer");
    let mut live = Live::default();
    (0..2).for_each(|_| drop(live.read(&frame, budget)));
    !reading.symbols.is_empty()
}
