//! What the window shows itself and must not take for a find.

use std::time::{Duration, Instant};

use sterk::transfer::Mark;

/// How long a symbol may stay on the screen after its time: the desktop draws a closed sheet away when it likes.
const LINGERS: Duration = Duration::from_secs(5);

/// Holds the marks of the symbols that are or were on show, until each has surely left the screen.
#[derive(Debug, Default)]
pub struct Own(Vec<(Mark, Instant)>);

impl Own {
    /// Remembers a symbol that is on show for so long at most.
    pub fn show(&mut self, mark: Mark, now: Instant, at_most: Duration) {
        self.0.retain(|(known, until)| *known != mark && *until > now);
        self.0.push((mark, now + at_most + LINGERS));
    }

    /// Returns the marks that count now.
    pub fn marks(&self, now: Instant) -> Vec<Mark> {
        self.0.iter().filter(|(_, until)| *until > now).map(|(mark, _)| *mark).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn remembers_a_symbol_a_little_longer_than_it_is_shown() {
        let (mut own, now, mark) = (Own::default(), Instant::now(), Mark::of("a"));
        own.show(mark, now, MINUTE);
        assert_eq!(own.marks(now), [mark]);
        assert_eq!(own.marks(now + MINUTE), [mark], "the sheet closes now, the screen may show it still");
        assert!(own.marks(now + MINUTE + LINGERS).is_empty());
    }

    #[test]
    fn remembers_several_and_each_once() {
        let (mut own, now) = (Own::default(), Instant::now());
        let (first, second) = (Mark::of("a"), Mark::of("b"));
        for mark in [first, second, first] {
            own.show(mark, now, MINUTE);
        }
        assert_eq!(own.marks(now), [second, first]);
    }
}
