//! What the helper is asked and what it answers: one JSON document each way.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Area, Camera, CaptureError};
use crate::transfer::Mark;

/// The most bytes of an answer, 2 MiB: many times what a screen full of codes says.
pub(super) const MOST_ANSWER: usize = 2 << 20;

/// Names what to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The picture or the text that was copied last.
    Clipboard,
    /// One picture file, whose bytes follow the order.
    Picture,
    /// Every monitor.
    Screen,
}

impl Target {
    /// Returns the word for it, in arguments and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clipboard => "clipboard",
            Self::Picture => "picture",
            Self::Screen => "screen",
        }
    }

    pub(super) fn from_word(word: &std::ffi::OsStr) -> Option<Self> {
        [Self::Clipboard, Self::Picture, Self::Screen].into_iter().find(|target| word == target.word())
    }
}

/// Is what was seen at one look.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// The monitors that were looked at; none for a clipboard.
    pub places: Vec<Place>,
    /// The texts, of each place from the top left on.
    pub seen: Vec<Seen>,
    /// Whether everything was looked through in time; if not, there may be more to see.
    pub complete: bool,
}

impl Sight {
    /// Adds a later look: what is still there stands where it stands now, what is gone stays seen.
    pub fn join(&mut self, later: Self) {
        let Self { places, seen, complete } = later;
        self.seen.retain(|old| !seen.iter().any(|new| new.text == old.text));
        if self.places != places {
            // A spot on a monitor that is another one now points at nothing.
            self.seen.iter_mut().for_each(|old| old.spot = None);
        }
        self.seen.extend(seen);
        (self.places, self.complete) = (places, complete);
    }
}

/// Is one monitor, in pixels of the desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The system's name for it, which may hold anything.
    pub name: String,
    /// Left edge on the desktop.
    pub x: i32,
    /// Upper edge on the desktop.
    pub y: i32,
    /// Width of its picture.
    pub width: u32,
    /// Height of its picture.
    pub height: u32,
    /// Pixels of the picture for 100 units of the desktop: 200 for a scale of 2.
    pub scale_percent: u32,
}

/// Is one text that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The text of a QR code, or one entry of a copied text.
    pub text: Hidden,
    /// Where the QR code stands; nothing for a text or a copied picture.
    pub spot: Option<Spot>,
}

/// Is where a QR code stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// Index of the place.
    pub place: usize,
    /// Corners in pixels of the place's picture, as [`crate::scan::Symbol`] gives them.
    pub corners: [(i32, i32); 4],
}

/// Is a text that may hold a secret: wiped when dropped, not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(Zeroizing<String>);

impl From<Zeroizing<String>> for Hidden {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl From<Hidden> for Zeroizing<String> {
    fn from(hidden: Hidden) -> Self {
        hidden.0
    }
}

impl std::ops::Deref for Hidden {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hidden({} bytes)", self.0.len())
    }
}

/// Is what the helper is told before the picture, if there is one: nothing secret.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    /// The area of the screen that counts, if not all of it does.
    #[serde(default)]
    pub area: Option<Area>,
    /// The camera that is meant, if any is.
    pub camera: Option<u32>,
    /// Marks of the symbols that the program shows itself.
    pub own: Vec<Mark>,
    /// How long it may take.
    pub limit_ms: u64,
    /// How many bytes of a picture follow the line.
    #[serde(default)]
    pub picture_bytes: u64,
}

/// Is what the helper says in the end.
pub(super) type Answer = Result<Sight, CaptureError>;

/// Writes an answer for the pipe.
pub(super) fn write<T: Serialize>(answer: &Result<T, CaptureError>) -> Option<Zeroizing<Vec<u8>>> {
    // Room for any answer that is taken, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_ANSWER));
    serde_json::to_writer(&mut *bytes, answer).ok()?;
    (bytes.len() <= MOST_ANSWER).then_some(bytes)
}

/// Reads an answer and refuses what contradicts itself.
pub(super) fn read(bytes: &[u8]) -> Answer {
    let garbled = || CaptureError::HelperFailed("the answer makes no sense".to_owned());
    let sight = serde_json::from_slice::<Answer>(bytes).map_err(|_| garbled())??;
    let stands = |seen: &Seen| seen.spot.as_ref().is_none_or(|spot| spot.place < sight.places.len());
    if sight.seen.iter().all(stands) { Ok(sight) } else { Err(garbled()) }
}

/// Reads an answer that lists cameras.
pub(super) fn read_cameras(bytes: &[u8]) -> Result<Vec<Camera>, CaptureError> {
    let garbled = |_| CaptureError::HelperFailed("the answer makes no sense".to_owned());
    serde_json::from_slice::<Result<Vec<Camera>, CaptureError>>(bytes).map_err(garbled)?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(place: usize) -> Sight {
        let spot = Some(Spot { place, corners: [(0, 0), (9, 0), (9, 9), (0, 9)] });
        let name = "DP-1".to_owned();
        Sight {
            places: vec![Place { name, x: 0, y: 0, width: 10, height: 10, scale_percent: 100 }],
            seen: vec![Seen { text: Hidden(Zeroizing::new("otpauth".to_owned())), spot }],
            complete: true,
        }
    }

    #[test]
    fn an_answer_comes_through_as_it_was() {
        for answer in [Ok(sight(0)), Err(CaptureError::NoDisplay), Err(CaptureError::HelperFailed("x".into()))] {
            assert_eq!(read(&write(&answer).unwrap()), answer);
        }
    }

    #[test]
    fn a_later_look_moves_what_is_there_and_keeps_what_is_gone() {
        let text = |text: &str| Hidden(Zeroizing::new(text.to_owned()));
        let at = |left| Some(Spot { place: 0, corners: [(left, 0), (9, 0), (9, 9), (0, 9)] });
        let mut all = sight(0);
        all.seen.push(Seen { text: text("gone"), spot: at(3) });
        let mut later = sight(0);
        later.seen[0].spot = at(5);
        all.join(later);
        let seen: Vec<_> = all.seen.iter().map(|seen| (&*seen.text, seen.spot.clone())).collect();
        assert_eq!(seen, [("gone", at(3)), ("otpauth", at(5))]);
        all.join(Sight::default());
        assert_eq!((all.seen.len(), all.seen[0].spot.clone(), all.complete), (2, None, false));
    }

    #[test]
    fn refuses_a_spot_on_no_place_and_what_is_no_answer() {
        for bytes in [&write(&Ok(sight(1))).unwrap()[..], b"", b"{}", b"\xff\xfe", b"{\"Ok\":{}}"] {
            assert_eq!(read(bytes).unwrap_err().code(), "capture_failed");
        }
    }

    #[test]
    fn refuses_to_write_more_than_is_read() {
        let mut much = sight(0);
        much.seen[0].text = Hidden(Zeroizing::new("x".repeat(MOST_ANSWER)));
        assert!(write(&Ok(much)).is_none());
    }

    #[test]
    fn prints_no_text() {
        assert!(!format!("{:?}", sight(0)).contains("otpauth"));
    }
}
