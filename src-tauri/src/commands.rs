//! What the page may ask: each command takes the session, asks the core one thing, and answers a view.

pub mod codes;
pub mod enrol;
pub mod session;

use crate::error::{ErrorView, failed};

/// Runs what may take long, wait for a person or read files, off the threads that answer the page.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ErrorView> + Send + 'static,
) -> Result<T, ErrorView> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(failed("unexpected", "the work was given up")),
    }
}
