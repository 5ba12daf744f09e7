//! The keyring of the operating system, asked within a time limit.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use keyring::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use super::platform;
use super::{Keychain, KeychainError, Provider};
use crate::seal::{SlotId, SlotKey, VaultId};

/// Service name of every entry.
const SERVICE: &str = "sterk";

/// How long a question may take of which nothing depends but words.
const GLANCE: Duration = Duration::from_secs(2);

/// Is the keyring of the operating system: Secret Service, Keychain or Credential Manager.
///
/// Every call runs on a thread of its own, because a keyring that waits for a person or hangs would
/// hold its caller for ever. The thread of a call that timed out stays until the keyring answers it.
/// A connection is made at the first call, and again after a failure.
#[derive(Clone, Debug)]
pub struct OsKeychain {
    limit: Duration,
    connection: Arc<Connection>,
}

/// Holds the connection between calls; empty before the first and after a failed one.
type Connection = Mutex<Option<Arc<CredentialStore>>>;

impl OsKeychain {
    /// Makes one that waits up to `limit` for each answer; nothing is asked yet.
    pub fn new(limit: Duration) -> Self {
        Self { limit, connection: Arc::default() }
    }

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&CredentialStore) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let connection = Arc::clone(&self.connection);
        let answer = in_time(self.limit, move || {
            connect(&connection).and_then(|store| question(store.as_ref())).map_err(translate)
        });
        if let Err(KeychainError::NoService | KeychainError::Other { .. } | KeychainError::TimedOut) = answer {
            *lock(&self.connection) = None;
        }
        answer
    }
}

impl Keychain for OsKeychain {
    fn status(&self) -> Result<(), KeychainError> {
        in_time(self.limit, platform::status)
    }

    fn store(&self, vault: VaultId, slot: SlotId, key: &SlotKey) -> Result<(), KeychainError> {
        let text = key.to_text();
        self.ask(move |store| entry(store, vault, slot)?.set_password(&text))
    }

    fn read(&self, vault: VaultId, slot: SlotId) -> Result<SlotKey, KeychainError> {
        let text = self.ask(move |store| entry(store, vault, slot)?.get_password().map(Zeroizing::new))?;
        SlotKey::from_text(&text).map_err(|_| KeychainError::Mangled)
    }

    fn delete(&self, vault: VaultId, slot: SlotId) -> Result<(), KeychainError> {
        self.ask(move |store| entry(store, vault, slot)?.delete_credential())
    }

    fn provider(&self) -> Option<Provider> {
        in_time(self.limit.min(GLANCE), || Ok(platform::provider())).ok().flatten()
    }

    fn holds_other_vaults(&self, vault: VaultId) -> bool {
        let users = in_time(self.limit.min(GLANCE), || Ok(platform::users(SERVICE))).unwrap_or_default();
        let of_vault = |user: &String| user.split_once(':').is_some_and(|(named, _)| named == vault.to_string());
        users.iter().any(|user| !of_vault(user))
    }
}

fn entry(store: &CredentialStore, vault: VaultId, slot: SlotId) -> Result<Entry, Error> {
    let label = format!("Sterk vault key ({vault})");
    store.build(SERVICE, &format!("{vault}:{slot}"), Some(&platform::modifiers(&label)))
}

/// Returns the connection, made now if there is none; the lock is not held while the system is asked.
fn connect(connection: &Connection) -> Result<Arc<CredentialStore>, Error> {
    if let Some(store) = lock(connection).clone() {
        return Ok(store);
    }
    let store = platform::connect()?;
    *lock(connection) = Some(Arc::clone(&store));
    Ok(store)
}

fn lock(connection: &Connection) -> MutexGuard<'_, Option<Arc<CredentialStore>>> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn in_time<T: Send + 'static>(
    limit: Duration,
    call: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    let (sender, receiver) = sync_channel(1);
    let spawned = thread::Builder::new().name("keychain".into()).spawn(move || {
        // After a time-out nobody listens, and the late answer is dropped and wiped.
        let _ = sender.send(call());
    });
    spawned.map_err(|error| KeychainError::Other { what: error.to_string() })?;
    receiver.recv_timeout(limit).unwrap_or_else(|error| match error {
        RecvTimeoutError::Timeout => Err(KeychainError::TimedOut),
        RecvTimeoutError::Disconnected => Err(KeychainError::Other { what: "the call broke off".into() }),
    })
}

fn translate(error: Error) -> KeychainError {
    match error {
        Error::NoEntry => KeychainError::NoEntry,
        // Their own texts could show what the entry holds.
        Error::BadEncoding(_) | Error::BadDataFormat(..) => KeychainError::Mangled,
        Error::Ambiguous(_) => KeychainError::Other { what: "there are several entries for this vault".into() },
        Error::NoStorageAccess(cause) => platform::explain(cause.as_ref()).unwrap_or(KeychainError::Locked),
        Error::PlatformFailure(cause) => {
            platform::explain(cause.as_ref()).unwrap_or_else(|| KeychainError::Other { what: cause.to_string() })
        }
        other => KeychainError::Other { what: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn gives_up_on_a_call_that_does_not_return() {
        let (release, held) = channel::<()>();
        let answer = in_time(Duration::from_millis(1), move || held.recv().map_err(|_| KeychainError::NoEntry));
        assert_eq!(answer, Err(KeychainError::TimedOut));
        drop(release);
    }

    #[test]
    fn survives_a_call_that_panics() {
        let answer = in_time::<()>(LONG, || panic!("a store gives way"));
        assert_eq!(answer.unwrap_err().code(), "keyring_failed");
    }

    #[test]
    fn hands_back_answers_and_errors() {
        assert_eq!(in_time(LONG, || Ok(7)), Ok(7));
        assert_eq!(in_time::<()>(LONG, || Err(KeychainError::Locked)), Err(KeychainError::Locked));
    }

    #[test]
    fn never_shows_what_an_entry_holds() {
        let cause = || Box::new(std::io::Error::other("hunter2"));
        for error in [Error::BadEncoding(b"hunter2".to_vec()), Error::BadDataFormat(b"hunter2".to_vec(), cause())] {
            assert_eq!(translate(error), KeychainError::Mangled);
        }
        assert!(!format!("{:?}", translate(Error::Ambiguous(vec![]))).contains("hunter2"));
    }

    #[test]
    fn takes_refused_access_for_a_locked_keyring() {
        let refused = Error::NoStorageAccess(Box::new(std::io::Error::other("refused")));
        assert_eq!(translate(refused), KeychainError::Locked);
        let failed = Error::PlatformFailure(Box::new(std::io::Error::other("disk gone")));
        assert_eq!(translate(failed), KeychainError::Other { what: "disk gone".into() });
    }
}
