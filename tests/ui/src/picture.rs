//! What a window shows as a person sees it: its text, without asking the program.

/// The width of the screen that a desk has, in pixels.
const WIDTH: usize = 900;

/// The text in a window on the screen: dark pixels and their right neighbours, each at its place.
#[derive(Debug)]
pub struct Picture(Vec<(usize, [u8; 4])>);

impl Picture {
    /// Learns what a screen with one window shows; an empty black screen has no edges.
    #[must_use]
    pub fn of(pixels: &[u8]) -> Picture {
        let pixels = pixels.as_chunks::<4>().0;
        let ground = second_most_frequent(pixels);
        let grounds: Vec<_> = (0..pixels.len()).filter(|place| pixels[*place] == ground).collect();
        let (Some(first), Some(last)) = (grounds.first(), grounds.last()) else { return Picture(Vec::new()) };
        let left = grounds.iter().map(|place| place % WIDTH).min().unwrap_or_default();
        let right = grounds.iter().map(|place| place % WIDTH).max().unwrap_or_default();
        let inside = (*first..*last).filter(|place| (left..right).contains(&(place % WIDTH)));
        let dark = inside.filter(|place| pixels[*place][..3].iter().all(|part| *part < 120));
        Picture(dark.flat_map(|place| [place, place + 1]).map(|place| (place, pixels[place])).collect())
    }

    /// Tells whether there is hardly any text: the window is not there, or blank.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.len() < 1_000
    }

    /// Tells whether a screen shows this text, but for one pixel in twenty: a cursor may blink.
    #[must_use]
    pub fn is_on(&self, pixels: &[u8]) -> bool {
        let now = pixels.as_chunks::<4>().0;
        let same = self.0.iter().filter(|(place, pixel)| now[*place] == *pixel).count();
        same * 20 >= self.0.len() * 19
    }
}

/// Returns the colour of the window's ground; the empty screen is larger.
fn second_most_frequent(pixels: &[[u8; 4]]) -> [u8; 4] {
    let mut counts = std::collections::HashMap::<[u8; 4], usize>::new();
    pixels.iter().for_each(|pixel| *counts.entry(*pixel).or_default() += 1);
    let mut colours: Vec<_> = counts.into_iter().collect();
    colours.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    colours.get(1).map(|(colour, _)| *colour).unwrap_or_default()
}
