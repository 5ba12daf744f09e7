//! Adds up what the test runners report.

use std::fmt;
use std::ops::AddAssign;

/// How many checks passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Checks that passed.
    pub passed: usize,
    /// Checks that failed.
    pub failed: usize,
    /// Checks that were not made.
    pub skipped: usize,
}

impl Totals {
    /// Returns the totals of a step that is one check.
    pub fn of_one(ok: bool) -> Totals {
        Totals { passed: ok.into(), failed: (!ok).into(), skipped: 0 }
    }

    /// Reads every `test result:` line of `cargo test`.
    pub fn of_cargo(output: &str) -> Totals {
        let results = output.lines().filter_map(|line| line.trim_start().strip_prefix("test result:"));
        let (mut totals, words) = (Totals::default(), ["passed", "failed", "ignored"]);
        for line in results {
            totals += Totals::of_words(line, words);
        }
        totals
    }

    /// Reads the `Tests` line of Vitest's summary.
    pub fn of_vitest(output: &str) -> Totals {
        let line = output.lines().filter_map(|line| line.trim_start().strip_prefix("Tests ")).next_back();
        Totals::of_words(line.unwrap_or_default(), ["passed", "failed", "skipped"])
    }

    /// Returns these totals as what a runner with this exit status has shown.
    ///
    /// A runner that failed without a failed test (it did not compile, it crashed) is a failure;
    /// so is one that found no test at all.
    pub fn judged(mut self, ok: bool) -> Totals {
        if self.failed == 0 && (!ok || self.passed == 0) {
            self.failed = 1;
        }
        self
    }

    fn of_words(line: &str, [passed, failed, skipped]: [&str; 3]) -> Totals {
        let words: Vec<&str> = line.split([' ', ';', '|']).filter(|word| !word.is_empty()).collect();
        let before = |name: &str| {
            let pair = words.windows(2).find(|pair| pair[1] == name);
            pair.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
        };
        Totals { passed: before(passed), failed: before(failed), skipped: before(skipped) }
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Totals) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 { write!(f, ", {} skipped", self.skipped) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(passed: usize, failed: usize, skipped: usize) -> Totals {
        Totals { passed, failed, skipped }
    }

    #[test]
    fn adds_up_all_targets_of_cargo_test() {
        let output = "\
running 3 tests
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
   Doc-tests sterk
test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
error: 2 targets failed";
        assert_eq!(Totals::of_cargo(output), totals(7, 2, 1));
    }

    #[test]
    fn reads_the_summary_of_vitest() {
        let output = "
 Test Files  1 failed | 1 passed (2)
      Tests  2 failed | 12 passed | 1 skipped (15)
   Duration  1.20s";
        assert_eq!(Totals::of_vitest(output), totals(12, 2, 1));
        assert_eq!(Totals::of_vitest(" Test Files  2 passed (2)\n      Tests  9 passed (9)\n"), totals(9, 0, 0));
    }

    #[test]
    fn a_runner_that_failed_without_a_failed_test_is_a_failure() {
        assert_eq!(Totals::of_cargo("error: could not compile").judged(false), totals(0, 1, 0));
        assert_eq!(totals(7, 0, 0).judged(false), totals(7, 1, 0));
        assert_eq!(totals(7, 2, 0).judged(false), totals(7, 2, 0));
    }

    #[test]
    fn a_runner_without_tests_is_a_failure() {
        assert_eq!(Totals::default().judged(true), totals(0, 1, 0));
        assert_eq!(totals(1, 0, 0).judged(true), totals(1, 0, 0));
    }

    #[test]
    fn prints_one_plain_line() {
        assert_eq!(totals(12, 0, 0).to_string(), "12 passed, 0 failed");
        assert_eq!(totals(12, 1, 2).to_string(), "12 passed, 1 failed, 2 skipped");
    }
}
