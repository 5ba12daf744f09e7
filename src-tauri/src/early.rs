//! The unlock that begins with the program, while the webview is still starting.
//!
//! Most keyrings answer before the page can ask: then its first question finds the vault open.

use std::{
    sync::{
        Mutex,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    time::Duration,
};

use crate::error::ErrorView;

/// Is an unlock that began early, and how it ended.
#[derive(Default)]
pub struct Early(Mutex<State>);

#[derive(Default)]
enum State {
    #[default]
    Over,
    Running(Receiver<Result<(), ErrorView>>),
    Failed(ErrorView),
}

impl Early {
    /// Begins `work` on a thread of its own.
    pub fn begin(&self, work: impl FnOnce() -> Result<(), ErrorView> + Send + 'static) {
        let (done, answer) = channel();
        *crate::state::hold(&self.0) = State::Running(answer);
        // Nobody listens any more once the program ends.
        std::thread::spawn(move || {
            drop(done.send(work()));
            sterk::secret::sweep();
        });
    }

    /// Waits until it has ended, at most for `limit`.
    pub fn wait(&self, limit: Duration) {
        settle(&mut crate::state::hold(&self.0), limit);
    }

    /// Waits until it has ended and hands over its error, once: the person is not asked twice.
    ///
    /// # Errors
    /// What the early unlock failed with.
    pub fn join(&self, limit: Duration) -> Result<(), ErrorView> {
        let mut state = crate::state::hold(&self.0);
        settle(&mut state, limit);
        match std::mem::take(&mut *state) {
            State::Failed(error) => Err(error),
            other => {
                *state = other;
                Ok(())
            }
        }
    }
}

fn settle(state: &mut State, limit: Duration) {
    let State::Running(answer) = state else { return };
    *state = match answer.recv_timeout(limit) {
        Err(RecvTimeoutError::Timeout) => return,
        Ok(Err(error)) => State::Failed(error),
        Ok(Ok(())) | Err(RecvTimeoutError::Disconnected) => State::Over,
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::failed;

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn hands_its_error_over_once() {
        let early = Early::default();
        early.begin(|| Err(failed("keyring_cancelled", "dismissed")));
        early.wait(LONG);
        assert_eq!(early.join(LONG).unwrap_err().code, "keyring_cancelled");
        assert!(early.join(LONG).is_ok(), "the next attempt is the person's own");
    }

    #[test]
    fn gives_up_waiting_for_one_that_asks_a_person() {
        let early = Early::default();
        let (hold, held) = channel::<()>();
        early.begin(move || held.recv().map_err(|_| failed("keyring_cancelled", "dismissed")));
        early.wait(Duration::ZERO);
        assert!(early.join(Duration::ZERO).is_ok(), "it is still running");
        drop(hold);
        assert!(early.join(LONG).is_err());
    }
}
