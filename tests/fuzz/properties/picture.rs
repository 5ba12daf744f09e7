//! Any file is a picture within the limits or a named error, and reading it keeps its budget.

use std::time::Duration;

use sterk::scan::{Budget, MAX_PIXELS, MAX_SIDE, picture};

/// Panics where it does not hold; answers whether it was a picture.
pub fn holds(bytes: &[u8]) -> bool {
    let Ok(picture) = picture(bytes) else { return false };
    let mut pixels = 0;
    for frame in picture.frames() {
        assert!(frame.width() <= MAX_SIDE && frame.height() <= MAX_SIDE, "a side is bounded");
        pixels += u64::from(frame.width()) * u64::from(frame.height());
    }
    assert!(pixels <= MAX_PIXELS, "the sum of the pixels is bounded");
    let _ = picture.read(Budget { per_picture: Duration::from_millis(200) });
    true
}
