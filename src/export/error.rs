//! Why nothing was exported.

/// Says why nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The file is to be sealed, and there is nothing to seal it with.
    #[error("the file is encrypted; it needs a passphrase of its own")]
    NeedsPassphrase,
    /// The system gives no randomness, or not enough memory.
    #[error("the system gave no randomness or no memory")]
    NoResources,
    /// No account is left to write.
    #[error("no account has a place in this format")]
    Nothing,
    /// An account is too long for the format.
    #[error("an account is too long for this format")]
    TooLong,
}

impl ExportError {
    /// Returns a word that programs can rely on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NeedsPassphrase => "export_needs_passphrase",
            Self::NoResources => "export_no_resources",
            Self::Nothing => "nothing_to_export",
            Self::TooLong => "export_too_long",
        }
    }
}
