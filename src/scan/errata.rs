//! Reed-Solomon over GF(256) with erasures: mends more than errors alone where the doubtful bytes are known.
//!
//! The field and the roots are those of QR codes (ISO/IEC 18004, 7.5.2): x⁸+x⁴+x³+x²+1, first root 1.

/// Mends a word of which the last `parity` bytes are parity; `doubtful` are places of bytes not to rely on.
///
/// Returns how many of the other bytes were wrong; nothing, and a word in an unknown state, where the word is
/// beyond mending.
pub(crate) fn mend(word: &mut [u8], parity: usize, doubtful: &[usize]) -> Option<usize> {
    let field = Field::new();
    let checks = field.checks(word, parity);
    if checks.iter().all(|&check| check == 0) {
        return Some(0);
    }
    if doubtful.len() > parity || word.len() > 255 {
        return None;
    }
    let locator = field.locator(&checks, word.len(), doubtful);
    let places: Vec<usize> =
        (0..word.len()).filter(|&place| field.value(&locator, field.inverse_root(word.len(), place)) == 0).collect();
    let degree = locator.iter().rposition(|&term| term != 0).unwrap_or(0);
    if places.len() != degree {
        return None;
    }
    field.correct(word, &checks, &locator, &places)?;
    let is_sound = field.checks(word, parity).iter().all(|&check| check == 0);
    is_sound.then(|| places.iter().filter(|place| !doubtful.contains(place)).count())
}

/// Is the field's tables of powers and logarithms of 2.
struct Field {
    powers: [u8; 510],
    logs: [u16; 256],
}

impl Field {
    fn new() -> Self {
        let (mut powers, mut logs) = ([0; 510], [0; 256]);
        let mut value = 1u16;
        for power in 0..255 {
            powers[power] = value as u8;
            powers[power + 255] = value as u8;
            logs[usize::from(value)] = power as u16;
            value = if value & 0x80 == 0 { value << 1 } else { value << 1 ^ 0x11d };
        }
        Self { powers, logs }
    }

    fn times(&self, a: u8, b: u8) -> u8 {
        let log = |value: u8| usize::from(self.logs[usize::from(value)]);
        if a == 0 || b == 0 { 0 } else { self.powers[log(a) + log(b)] }
    }

    /// Divides by a value other than 0.
    fn over(&self, a: u8, b: u8) -> u8 {
        let log = |value: u8| usize::from(self.logs[usize::from(value)]);
        if a == 0 { 0 } else { self.powers[log(a) + 255 - log(b)] }
    }

    /// Returns the value of a polynomial, lowest term first.
    fn value(&self, terms: &[u8], at: u8) -> u8 {
        terms.iter().rev().fold(0, |sum, &term| self.times(sum, at) ^ term)
    }

    fn checks(&self, word: &[u8], parity: usize) -> Vec<u8> {
        let check = |power: usize| word.iter().fold(0, |sum, &byte| self.times(sum, self.powers[power]) ^ byte);
        (0..parity).map(check).collect()
    }

    fn root(&self, length: usize, place: usize) -> u8 {
        self.powers[length - 1 - place]
    }

    fn inverse_root(&self, length: usize, place: usize) -> u8 {
        self.over(1, self.root(length, place))
    }

    /// Returns the polynomial whose zeros are the inverse roots of all wrong places (Berlekamp 1968, Massey 1969,
    /// started with the doubtful places).
    fn locator(&self, checks: &[u8], length: usize, doubtful: &[usize]) -> Vec<u8> {
        let (parity, known) = (checks.len(), doubtful.len());
        let mut locator = vec![0u8; parity + 1];
        locator[0] = 1;
        for &place in doubtful {
            let root = self.root(length, place);
            (1..=parity).rev().for_each(|term| locator[term] ^= self.times(root, locator[term - 1]));
        }
        let (mut last, mut degree) = (locator.clone(), known);
        for round in known + 1..=parity {
            let gap = (0..round).fold(0, |sum, term| sum ^ self.times(locator[term], checks[round - 1 - term]));
            last.rotate_right(1);
            last[0] = 0;
            if gap == 0 {
                continue;
            }
            let mended: Vec<u8> = locator.iter().zip(&last).map(|(&term, &old)| term ^ self.times(gap, old)).collect();
            if 2 * degree < round + known {
                degree = round + known - degree;
                last = locator.iter().map(|&term| self.over(term, gap)).collect();
            }
            locator = mended;
        }
        locator
    }

    /// Puts the right values at the wrong places (Forney 1965).
    fn correct(&self, word: &mut [u8], checks: &[u8], locator: &[u8], places: &[usize]) -> Option<()> {
        let product = |term: usize| (0..=term).fold(0, |sum, at| sum ^ self.times(locator[at], checks[term - at]));
        let evaluator: Vec<u8> = (0..checks.len()).map(product).collect();
        let slope: Vec<u8> =
            locator.iter().skip(1).enumerate().map(|(term, &value)| if term % 2 == 0 { value } else { 0 }).collect();
        for &place in places {
            let (root, inverse) = (self.root(word.len(), place), self.inverse_root(word.len(), place));
            let slope = Some(self.value(&slope, inverse)).filter(|&slope| slope != 0)?;
            word[place] ^= self.times(root, self.over(self.value(&evaluator, inverse), slope));
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Data and parity of version 1-M, ISO/IEC 18004, annex I ("01234567").
    const WORD: [u8; 26] = [
        0x10, 0x20, 0x0c, 0x56, 0x61, 0x80, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xa5, 0x24,
        0xd4, 0xc1, 0xed, 0x36, 0xc7, 0x87, 0x2c, 0x55,
    ];

    #[track_caller]
    fn assert_mends(wrong: &[usize], doubtful: &[usize], count: usize) {
        let mut word = WORD;
        wrong.iter().chain(doubtful).for_each(|&place| word[place] ^= 0x5a ^ place as u8);
        assert_eq!(mend(&mut word, 10, doubtful), Some(count));
        assert_eq!(word, WORD);
    }

    #[test]
    fn leaves_a_sound_word_alone() {
        assert_mends(&[], &[], 0);
    }

    #[test]
    fn mends_half_as_many_errors_as_there_is_parity() {
        assert_mends(&[0, 5, 11, 20, 25], &[], 5);
    }

    #[test]
    fn mends_as_many_erasures_as_there_is_parity() {
        assert_mends(&[], &[0, 1, 2, 3, 4, 16, 17, 18, 24, 25], 0);
    }

    #[test]
    fn mends_errors_beside_erasures_some_of_which_were_right() {
        assert_mends(&[7, 9, 22], &[0, 3, 12], 3);
        let mut word = WORD;
        word[8] ^= 1;
        assert_eq!((mend(&mut word, 10, &[2, 3, 4, 5]), word), (Some(1), WORD));
    }

    #[test]
    fn refuses_what_is_beyond_mending() {
        let mut word = WORD;
        (0..9).for_each(|place| word[place] ^= 0x33 + place as u8);
        assert_eq!(mend(&mut word, 10, &[]), None);
        assert_eq!(mend(&mut [1, 2, 3], 2, &[0, 1, 2]), None);
    }
}
