//! Errors on their way to the page: a stable code, by which it chooses its words, and a detail.

use serde::Serialize;

/// Is a refused command as the page sees it; never a secret, never what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ErrorView {
    /// Stable name, snake_case, as on the command line.
    pub code: &'static str,
    /// Detail for the curious, in English; the page never decides by it.
    pub message: String,
}

/// Makes an error of the window itself.
pub fn failed(code: &'static str, message: &str) -> ErrorView {
    ErrorView { code, message: message.into() }
}
