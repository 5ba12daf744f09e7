//! Where an account stands in the order that a person gave the list.
//!
//! A position is a fraction between 0 and 1, written in base 36 without the leading `0.` and without zeros at its
//! end. Between any two lies another, so that moving one account changes one record and no other.
//!
//! ```
//! use sterk::account::Position;
//!
//! let first = Position::between(None, None)?;
//! let last = Position::between(Some(&first), None)?;
//! let middle = Position::between(Some(&first), Some(&last))?;
//! assert!(first < middle && middle < last);
//! # Ok::<(), sterk::account::PositionError>(())
//! ```

use std::fmt;
use std::str::FromStr;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The most digits; some five thousand moves into the very same gap use them up.
const MOST: usize = 1_000;

/// Digits that count when a position is put at an end: room for some 800,000 on either side of the first.
const COARSE: u32 = 8;

/// How far apart positions at an end are, in units of the last coarse digit.
const STEP: u64 = 36u64.pow(4);

/// Is a place in the person's own order; positions compare as their texts do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(String);

/// Says that a text is no position, or that there is no room for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a position has 1 to 1,000 digits of base 36 and no zero at its end")]
#[non_exhaustive]
pub struct PositionError;

impl Position {
    /// Makes a position after `above` and before `below`; none stands for the end of the list.
    ///
    /// # Errors
    /// [`PositionError`] if `below` is not after `above`, or nothing fits between them any more.
    pub fn between(above: Option<&Self>, below: Option<&Self>) -> Result<Self, PositionError> {
        let stepped = match (above, below) {
            (Some(above), None) => above.coarse().checked_add(STEP).filter(|place| *place < 36u64.pow(COARSE)),
            (None, Some(below)) => below.coarse().checked_sub(STEP).filter(|place| *place > 0),
            _ => None,
        };
        let digits = match (stepped, above, below) {
            (Some(place), ..) => digits_of(place),
            (None, Some(above), Some(below)) if above >= below => return Err(PositionError),
            (None, above, below) => half_way(above.map_or(&[], Self::digits), below.map(Self::digits)),
        };
        String::from_utf8(digits).map_err(|_| PositionError)?.parse()
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn digits(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Returns the first digits as a number.
    fn coarse(&self) -> u64 {
        (0..COARSE as usize).fold(0, |sum, at| sum * 36 + value(self.digits(), at))
    }
}

/// Returns the value of a digit; behind the last one all are 0.
fn value(digits: &[u8], at: usize) -> u64 {
    let digit = digits.get(at).and_then(|digit| DIGITS.iter().position(|known| known == digit));
    digit.unwrap_or(0) as u64
}

fn digits_of(mut place: u64) -> Vec<u8> {
    let mut digits = vec![b'0'; COARSE as usize];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(place % 36) as usize];
        place /= 36;
    }
    let end = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    digits.truncate(end);
    digits
}

/// Finds a fraction between two, `below` being the greater one or 1.
fn half_way(above: &[u8], mut below: Option<&[u8]>) -> Vec<u8> {
    let mut digits = Vec::new();
    loop {
        let at = digits.len();
        let (low, high) = (value(above, at), below.map_or(36, |below| value(below, at)));
        if high > low + 1 {
            digits.push(DIGITS[(low + (high - low) / 2) as usize]);
            return digits;
        }
        digits.push(DIGITS[low as usize]);
        if high > low {
            below = None;
        }
    }
}

impl FromStr for Position {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        let fits = (1..=MOST).contains(&text.len()) && text.bytes().all(|digit| DIGITS.contains(&digit));
        if fits && !text.ends_with('0') { Ok(Self(text.to_owned())) } else { Err(PositionError) }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn position(text: &str) -> Position {
        text.parse().unwrap()
    }

    fn any_position() -> impl Strategy<Value = Position> {
        "[0-9a-z]{0,11}[1-9a-z]".prop_map(|text| position(&text))
    }

    proptest! {
        #[test]
        fn lies_between_any_two(a in any_position(), b in any_position()) {
            prop_assume!(a != b);
            let (above, below) = if a < b { (a, b) } else { (b, a) };
            let middle = Position::between(Some(&above), Some(&below)).unwrap();
            prop_assert!(above < middle && middle < below, "{above} {middle} {below}");
            prop_assert!(Position::between(None, Some(&above)).unwrap() < above);
            prop_assert!(Position::between(Some(&below), None).unwrap() > below);
        }
    }

    #[test]
    fn stays_short_when_many_are_put_at_an_end() {
        let (mut last, mut first) = (position("i"), position("i"));
        for _ in 0..100_000 {
            last = Position::between(Some(&last), None).unwrap();
            first = Position::between(None, Some(&first)).unwrap();
        }
        assert!(last.as_str().len() <= 4 && first.as_str().len() <= 4, "{first} {last}");
    }

    #[test]
    fn fits_thousands_into_one_gap_and_then_says_so() {
        let (above, mut below) = (position("i"), position("j"));
        let made = std::iter::from_fn(|| {
            below = Position::between(Some(&above), Some(&below)).ok()?;
            Some(())
        });
        assert!(made.count() > 4_000);
    }

    #[test]
    fn refuses_what_is_no_fraction_of_its_own() {
        for text in ["", "0", "i0", "I", "i-", "é", &"i".repeat(1_001)] {
            assert_eq!(text.parse::<Position>(), Err(PositionError), "{text}");
        }
        assert_eq!(Position::between(Some(&position("j")), Some(&position("i"))), Err(PositionError));
        assert_eq!(Position::between(Some(&position("i")), Some(&position("i"))), Err(PositionError));
    }
}
