//! Walls around foreign decoders: a panic is a value, a pass that never returns is left behind.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::time::{Duration, Instant};

/// Says how long reading one picture may take.
///
/// The only clock that this module reads is the steady one, to keep this promise; no result depends on
/// the time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Time for all passes over one picture together.
    pub per_picture: Duration,
}

impl Default for Budget {
    /// Ten seconds: far above what pictures take, far below what makes people give up.
    fn default() -> Self {
        Self { per_picture: Duration::from_secs(10) }
    }
}

impl Budget {
    pub(crate) fn deadline(self) -> Deadline {
        Deadline { start: Instant::now(), budget: self.per_picture }
    }
}

/// Is a budget that is being spent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    start: Instant,
    budget: Duration,
}

impl Deadline {
    /// Returns what is left; zero when spent.
    pub(crate) fn rest(self) -> Budget {
        Budget { per_picture: self.budget.saturating_sub(self.start.elapsed()) }
    }
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs foreign code; a panic of it is `None` and prints nothing, because its message may hold input.
///
/// Works where panics unwind, as in every profile of this workspace.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    hush_this_thread_on_demand();
    let before = QUIET.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(before);
    outcome.ok()
}

/// Puts a gate before the panic hook there is: it stays for all panics outside [`contained`].
fn hush_this_thread_on_demand() {
    static GATE: Once = Once::new();
    GATE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.try_with(Cell::get).unwrap_or(false) {
                usual(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_a_panic_into_nothing_and_speaks_again_after() {
        assert_eq!(contained(|| -> u8 { panic!("foreign") }), None);
        assert!(!QUIET.get(), "a panic of ours must be heard again");
        assert_eq!(contained(|| 7), Some(7));
    }

    #[test]
    fn stays_quiet_until_the_outer_wall_ends() {
        contained(|| {
            contained(|| ());
            assert!(QUIET.get());
        })
        .expect("the inner wall must not end the outer one");
    }

    #[test]
    fn spends_no_more_than_the_budget() {
        let deadline = Budget { per_picture: Duration::ZERO }.deadline();
        assert_eq!(deadline.rest().per_picture, Duration::ZERO);
    }
}
