//! The recovery key: printed once, typed back years later.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::error::SealError;
use super::key::random;

/// Crockford's base32: no I, L, O (read as 1, 1, 0) and no U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 8;
/// Letters of a group that carry the key; one check letter follows them.
const CARRYING: usize = 4;
const LETTERS: usize = GROUPS * (CARRYING + 1);

/// Is a recovery key: 160 random bits, written as eight groups of five letters.
///
/// The fifth letter of a group checks the other four and the place of the group, so that a slip of the
/// pen is found and named before any key is tried.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RecoveryKey([u8; 20]);

impl RecoveryKey {
    /// Makes a new one from 160 random bits.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`] when the system gives no random numbers.
    pub fn make() -> Result<Self, SealError> {
        random().map(Self)
    }

    /// Reads a key as a person types it.
    ///
    /// Letters of either case count, O is read as 0, I and L as 1; spaces and dashes are dropped.
    ///
    /// # Errors
    /// [`SealError::BadRecoveryKeyLength`] when letters are missing or too many, otherwise
    /// [`SealError::BadRecoveryKey`] with the number of the first group that has a mistake.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let letters = Zeroizing::new(text.chars().filter(|c| !is_filler(*c)).collect::<Vec<_>>());
        let found = letters.len();
        if found != LETTERS {
            return Err(SealError::BadRecoveryKeyLength { found, wanted: LETTERS });
        }
        let mut key = Self([0; 20]);
        for (index, group) in letters.chunks(CARRYING + 1).enumerate() {
            let values = read_group(index, group).ok_or(SealError::BadRecoveryKey { group: index + 1 })?;
            write_bits(&mut key.0, index, &values);
        }
        Ok(key)
    }

    /// Writes the key as `ABCDE-FGHJK-…`, eight groups of five.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LETTERS + GROUPS));
        for index in 0..GROUPS {
            if index > 0 {
                text.push('-');
            }
            let values = read_bits(&self.0, index);
            for value in values.iter().chain([&check(index, &values)]) {
                text.push(char::from(ALPHABET[usize::from(*value)]));
            }
        }
        text
    }

    pub(super) fn expose(&self) -> &[u8; 20] {
        &self.0
    }
}

impl PartialEq for RecoveryKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for RecoveryKey {}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(hidden)")
    }
}

fn is_filler(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn value(letter: char) -> Option<u8> {
    let plain = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == plain).map(|found| found as u8)
}

fn read_group(index: usize, letters: &[char]) -> Option<Zeroizing<[u8; CARRYING]>> {
    let mut values = Zeroizing::new([0; CARRYING]);
    for (slot, letter) in values.iter_mut().zip(letters) {
        *slot = value(*letter)?;
    }
    (value(*letters.last()?)? == check(index, &values)).then_some(values)
}

/// Computes the check letter over GF(32): c = g·x⁵ + a·x⁴ + b·x³ + c·x² + d·x, with g the group from 1.
///
/// The powers of x differ and the group is one of the terms, so that every single wrong letter, every
/// two swapped letters and every two swapped groups are found.
fn check(index: usize, values: &[u8; CARRYING]) -> u8 {
    values.iter().fold(times_x(index as u8 + 1), |sum, value| times_x(sum ^ value))
}

/// Multiplies by x in GF(32) with the primitive polynomial x⁵ + x² + 1.
fn times_x(value: u8) -> u8 {
    let carried = value << 1;
    if carried & 0x20 == 0 { carried } else { carried ^ 0x25 }
}

/// Returns the four five-bit values of a group: bits 20·index and on, the highest first.
fn read_bits(bytes: &[u8; 20], index: usize) -> Zeroizing<[u8; CARRYING]> {
    let mut values = Zeroizing::new([0; CARRYING]);
    for (place, value) in values.iter_mut().enumerate() {
        for bit in (index * CARRYING + place) * 5..(index * CARRYING + place + 1) * 5 {
            *value = *value << 1 | bytes[bit / 8] >> (7 - bit % 8) & 1;
        }
    }
    values
}

fn write_bits(bytes: &mut [u8; 20], index: usize, values: &[u8; CARRYING]) {
    for (place, value) in values.iter().enumerate() {
        for (step, bit) in ((index * CARRYING + place) * 5..).take(5).enumerate() {
            bytes[bit / 8] |= (value >> (4 - step) & 1) << (7 - bit % 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> RecoveryKey {
        RecoveryKey(*b"0123456789abcdefghij")
    }

    #[test]
    fn reads_what_it_writes() {
        for key in [sample(), RecoveryKey([0; 20]), RecoveryKey([0xff; 20]), RecoveryKey::make().unwrap()] {
            assert_eq!(RecoveryKey::parse(&key.to_text()), Ok(key));
        }
    }

    #[test]
    fn writes_eight_groups_of_five() {
        assert_eq!(*sample().to_text(), "60RK6-4CSM9-6MV3M-EE1S3-C5H60-6S351-CSKPW-GTBAK");
    }

    #[test]
    fn forgives_case_spaces_dashes_and_look_alikes() {
        let text = RecoveryKey([0; 20]).to_text();
        let spoken = text.to_lowercase().replace('0', "o").replace('1', "l").replace('-', " \u{2013} ");
        assert_eq!(RecoveryKey::parse(&spoken), Ok(RecoveryKey([0; 20])));
    }

    #[test]
    fn names_the_group_of_every_wrong_letter() {
        let text = sample().to_text();
        for place in (0..text.len()).filter(|place| !text[*place..].starts_with('-')) {
            for letter in ALPHABET.iter().chain(b"U!").filter(|letter| **letter != text.as_bytes()[place]) {
                let mut wrong = text.to_string().into_bytes();
                wrong[place] = *letter;
                let answer = RecoveryKey::parse(std::str::from_utf8(&wrong).unwrap());
                assert_eq!(answer, Err(SealError::BadRecoveryKey { group: place / 6 + 1 }));
            }
        }
    }

    #[test]
    fn finds_swapped_letters_and_swapped_groups() {
        let text = sample().to_text();
        let groups: Vec<&str> = text.split('-').collect();
        for place in 0..4 {
            let mut letters = groups[2].as_bytes().to_vec();
            letters.swap(place, place + 1);
            let mut wrong = groups.clone();
            wrong[2] = std::str::from_utf8(&letters).unwrap();
            if wrong != groups {
                assert_eq!(RecoveryKey::parse(&wrong.join("")), Err(SealError::BadRecoveryKey { group: 3 }));
            }
        }
        for place in 0..7 {
            let mut wrong = groups.clone();
            wrong.swap(place, place + 1);
            assert_eq!(RecoveryKey::parse(&wrong.join("-")), Err(SealError::BadRecoveryKey { group: place + 1 }));
        }
    }

    #[test]
    fn says_how_many_letters_there_are() {
        let text = sample().to_text();
        for (given, found) in [("", 0), (&text[..10], 9), (&format!("{}0", *text), 41)] {
            assert_eq!(RecoveryKey::parse(given), Err(SealError::BadRecoveryKeyLength { found, wanted: 40 }));
        }
    }

    #[test]
    fn prints_no_key() {
        assert_eq!(format!("{:?}", sample()), "RecoveryKey(hidden)");
    }
}
