//! Errors on their way to the page: a stable code, by which it chooses its words, and a detail.

use std::{error::Error, fmt::Write};

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

/// Writes an error and everything that led to it in one line.
pub fn told(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a String cannot fail.
        let _ = write!(line, ": {error}");
        cause = error.source();
    }
    line
}

macro_rules! from_core {
    ($($error:ty),+) => {$(
        impl From<$error> for ErrorView {
            fn from(error: $error) -> Self {
                Self { code: error.code(), message: told(&error) }
            }
        }
    )+};
}

from_core!(
    sterk::KeychainError,
    sterk::OtpError,
    sterk::SealError,
    sterk::account::form::FormError,
    sterk::capture::CaptureError,
    sterk::import::ImportError,
    sterk::policy::PolicyError,
    sterk::scan::PictureError,
    sterk::settings::SettingsError,
    sterk::transfer::TransferError,
    sterk::vault::VaultError
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_the_code_of_the_core_and_its_causes() {
        let source = std::io::Error::other("the cable is out");
        let error = sterk::vault::VaultError::Io { action: "could not write", path: "/vault".into(), source };
        let view = ErrorView::from(error);
        assert_eq!((view.code, view.message.as_str()), ("io_failed", "could not write /vault: the cable is out"));
    }

    #[test]
    fn names_a_wrong_passphrase_as_the_command_line_does() {
        assert_eq!(ErrorView::from(sterk::SealError::WrongPassphrase).code, "wrong_passphrase");
    }
}
