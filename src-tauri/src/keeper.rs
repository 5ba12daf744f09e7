//! When automatic backups are written: once it has been quiet after a change, and again for as long as one is due.
//!
//! What a backup is and whether one is due is the core's; here is only the time. The vault is not held meanwhile.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

use sterk::backup::{Ledger, Round, Wanted};

use crate::{
    error::ErrorView,
    idle,
    state::{Session, hold, now_ms},
    view::NoticeView,
};

/// How long a folder that fails or is away waits for the next attempt.
const AGAIN: Duration = Duration::from_secs(60);
/// How long after unlocking the folders are looked at: the codes come first.
const SETTLED: Duration = Duration::from_secs(2);

/// Remembers when the next round is due, by the clock of [`idle::clock`].
pub struct Keeper {
    quiet: Duration,
    next: Mutex<Option<Next>>,
    woken: Condvar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Next {
    at: Duration,
    wanted: Wanted,
}

impl Keeper {
    /// Makes one that waits for `quiet` after the last change.
    pub fn new(quiet: Duration) -> Self {
        Self { quiet, next: Mutex::default(), woken: Condvar::default() }
    }

    /// Notes that the vault was written: a round is due once it has been quiet.
    pub fn touch(&self, now: Duration) {
        let wanted = hold(&self.next).map_or(Wanted::Due, |next| next.wanted);
        self.set(Some(Next { at: now + self.quiet, wanted }));
    }

    /// Notes that the vault was opened: every folder is looked at soon.
    pub fn look(&self, now: Duration) {
        self.set(Some(Next { at: now + self.quiet.min(SETTLED), wanted: Wanted::Look }));
    }

    /// Notes that something is still due.
    fn again(&self, now: Duration) {
        let mut next = hold(&self.next);
        *next = next.or(Some(Next { at: now + AGAIN, wanted: Wanted::Due }));
    }

    fn set(&self, next: Option<Next>) {
        *hold(&self.next) = next;
        self.woken.notify_all();
    }

    /// Takes the round that is due, if its time has come.
    fn take(&self, now: Duration) -> Option<Wanted> {
        let mut next = hold(&self.next);
        let due = next.filter(|next| next.at <= now)?;
        *next = None;
        Some(due.wanted)
    }

    /// Waits until a round is due.
    fn wait(&self) -> Wanted {
        loop {
            if let Some(wanted) = self.take(idle::clock()) {
                return wanted;
            }
            let next = hold(&self.next);
            let left = next.map_or(AGAIN, |next| next.at.saturating_sub(idle::clock()).min(AGAIN));
            // Bounded, because the clock of use goes on while the machine sleeps and this one need not.
            drop(self.woken.wait_timeout(next, left).unwrap_or_else(PoisonError::into_inner));
        }
    }
}

/// Writes automatic backups for as long as the program runs.
pub fn begin(session: &Session) {
    let session = session.clone();
    std::thread::spawn(move || {
        loop {
            session.wait_until_open();
            let wanted = session.keeper().wait();
            // A vault that was locked meanwhile is looked at when it is opened again.
            if let Ok(true) = round(&session, wanted, now_ms()) {
                session.keeper().again(idle::clock());
            }
        }
    });
}

/// Runs one round and tells the page; answers whether something is still due.
pub fn round(session: &Session, wanted: Wanted, now_ms: u64) -> Result<bool, ErrorView> {
    let (round, file) = (session.with(|open| Ok(Round::of(&open.vault)?))?, session.ledger()?);
    let Some(round) = round else { return Ok(false) };
    let done = round.run(&file, wanted, now_ms / 1000);
    session.tell(NoticeView::Backups);
    let known = Ledger::read(&file, session.with(|open| Ok(open.vault.id()))?);
    done?;
    Ok(round.is_due(&known))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Duration = Duration::from_secs(30);

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn waits_until_it_has_been_quiet_for_half_a_minute() {
        let keeper = Keeper::new(QUIET);
        assert_eq!(keeper.take(at(1_000)), None, "nothing changed");
        keeper.touch(at(0));
        keeper.touch(at(20));
        assert_eq!(keeper.take(at(49)), None, "the second change began anew");
        assert_eq!(keeper.take(at(50)), Some(Wanted::Due));
        assert_eq!(keeper.take(at(51)), None, "once");
    }

    #[test]
    fn looks_at_every_folder_after_unlocking_also_when_a_change_comes_first() {
        let keeper = Keeper::new(QUIET);
        keeper.look(at(0));
        assert_eq!(keeper.take(at(2)), Some(Wanted::Look));
        keeper.look(at(10));
        keeper.touch(at(11));
        assert_eq!(keeper.take(at(41)), Some(Wanted::Look));
    }

    #[test]
    fn tries_again_each_minute_and_a_change_is_sooner() {
        let keeper = Keeper::new(QUIET);
        keeper.again(at(0));
        assert_eq!(keeper.take(at(59)), None);
        keeper.touch(at(5));
        keeper.again(at(6));
        assert_eq!(keeper.take(at(35)), Some(Wanted::Due));
    }
}
