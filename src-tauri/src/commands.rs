//! What the page may ask: each command takes the session, asks the core one thing, and answers a view.

pub mod access;
pub mod audit;
pub mod backup;
pub mod camera;
pub mod codes;
pub mod details;
pub mod enrol;
pub mod frozen;
pub mod health;
pub mod leftover;
pub mod looking;
pub mod policy;
pub mod proof;
pub mod recovery;
pub mod session;
pub mod settings;
pub mod slots;
pub mod sources;
pub mod transfer;

use sterk::secret;

use crate::error::{ErrorView, failed};

/// Runs what may take long, wait for a person or read files, off the threads that answer the page.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ErrorView> + Send + 'static,
) -> Result<T, ErrorView> {
    let work = move || {
        let done = work();
        secret::sweep();
        done
    };
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(failed("unexpected", "the work was given up")),
    }
}

/// An open vault to try commands on.
#[cfg(test)]
pub mod desk {
    use sterk::{
        Passphrase,
        seal::Kdf,
        vault::{LockedVault, NewSlots, Vault},
    };
    use tempfile::TempDir;

    use crate::state::{Place, Session};

    pub const GITHUB: &str = "otpauth://totp/GitHub:ada?secret=JBSWY3DPEHPK3PXP&issuer=GitHub";
    pub const GITHUB_ANEW: &str = "otpauth://totp/GitHub:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub";
    pub const HARBOUR: &str =
        "otpauth://hotp/Harbour:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Harbour&counter=0";

    pub fn words() -> Passphrase {
        Passphrase::new("four words that differ".into())
    }

    pub fn open() -> (TempDir, Session) {
        let folder = tempfile::tempdir().unwrap();
        let words = words();
        let slots = NewSlots { passphrase: Some((&words, Kdf::FLOOR)), ..NewSlots::default() };
        let session = Session::new(Place::at(folder.path()));
        let vault = Vault::create(folder.path(), slots, 1_000).unwrap().vault;
        session.open_after(session.attempt(), vault).unwrap();
        (folder, session)
    }

    pub fn unlocked(folder: &TempDir) -> Vault {
        let locked = LockedVault::find(folder.path()).unwrap().unwrap();
        locked.unlock_with_passphrase(&words(), 1_000).unwrap()
    }
}
