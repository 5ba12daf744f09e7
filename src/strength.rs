//! How hard a passphrase is to guess, as `zxcvbn` estimates it: by words, names, dates, patterns and keyboards.
//!
//! An estimate from above: a guesser who knows the person may be quicker. `docs/policy.md` says what the numbers mean
//! against the key derivation of a vault. Not here: who asks for how much (`policy`).
//!
//! ```
//! use sterk::{Passphrase, strength::Strength};
//!
//! let weak = Strength::of(&Passphrase::new("Summer2026!".into()), &[]);
//! let strong = Strength::of(&Passphrase::new("harbour velvet kettle swing".into()), &[]);
//! assert!(weak.bits < 35 && strong.bits > 45);
//! ```

use crate::secret::Passphrase;

/// Is how hard a passphrase is to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Strength {
    /// Binary logarithm of the number of guesses, rounded down; the estimate ends at [`Strength::MOST_BITS`].
    pub bits: u32,
}

/// Says in one word how hard a passphrase is to guess, for whoever has the file and hardware of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Found by one who takes the trouble.
    Weak,
    /// Beyond one who guesses for gain.
    Fair,
    /// Beyond whoever can be imagined.
    Strong,
}

impl Strength {
    /// The most that is ever estimated: the count of guesses ends with 64 bits, which is not quite 2^64.
    pub const MOST_BITS: u32 = 63;

    /// Estimates; `known` are words that a guesser of this very passphrase would try first.
    ///
    /// Only the first 100 characters count.
    pub fn of(words: &Passphrase, known: &[&str]) -> Self {
        let guesses = zxcvbn::zxcvbn(words.expose(), known).guesses();
        Self { bits: guesses.checked_ilog2().unwrap_or(0) }
    }

    /// Grades against the least that a check costs: 64 MiB of memory, gone over three times.
    pub fn grade(self) -> Grade {
        match self.bits {
            0..=34 => Grade::Weak,
            35..=47 => Grade::Fair,
            _ => Grade::Strong,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(words: &str) -> u32 {
        Strength::of(&Passphrase::new(words.into()), &[]).bits
    }

    /// The table of `docs/policy.md`: it says these very numbers.
    #[test]
    fn estimates_as_the_documentation_says() {
        let page = include_str!("../docs/policy.md");
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
        let examples: Vec<(&str, u32)> =
            rows.filter_map(|(words, rest)| Some((words, rest.split_once(" bits")?.0.parse().ok()?))).collect();
        assert!(examples.len() >= 6, "the table is not read any more");
        for (words, stated) in examples {
            assert_eq!(bits(words), stated, "{words}");
        }
    }

    #[test]
    fn grades_what_people_type() {
        let grade = |words: &str| Strength::of(&Passphrase::new(words.into()), &[]).grade();
        assert_eq!(["", "Summer2026!", "ada1815"].map(grade), [Grade::Weak; 3]);
        assert_eq!(grade("harbour velvet kettle swing"), Grade::Strong);
        assert_eq!(
            [34, 35, 47, 48].map(|bits| Strength { bits }.grade()),
            [Grade::Weak, Grade::Fair, Grade::Fair, Grade::Strong]
        );
    }

    #[test]
    fn knows_nothing_weaker_than_nothing_and_nothing_stronger_than_its_scale() {
        assert_eq!(bits(""), 0);
        assert!(bits(&"kVq8#xZr!2mWp0LsT4yB".repeat(10)) <= Strength::MOST_BITS);
    }

    #[test]
    fn a_word_that_is_known_counts_little() {
        let words = Passphrase::new("Wereldbibliotheek".into());
        assert!(Strength::of(&words, &["wereldbibliotheek"]) < Strength::of(&words, &[]));
    }
}
