//! What is needed to open a source, and who is told while that takes long.

use std::ops::ControlFlow;

use super::ImportError;
use crate::secret::Passphrase;

/// Is told how far a long derivation is, in thousandths where that is known, and says whether to go on.
///
/// It is asked several times a second.
pub type Watch<'a> = &'a dyn Fn(Option<u16>) -> ControlFlow<()>;

/// Opens a source: its passphrase, where there is one, and who watches.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct Access<'a> {
    /// Passphrase of the file, as typed.
    pub passphrase: Option<&'a Passphrase>,
    /// Watches long derivations.
    pub watch: Option<Watch<'a>>,
}

impl<'a> Access<'a> {
    /// Opens with a passphrase.
    pub fn with(passphrase: &'a Passphrase) -> Self {
        Self { passphrase: Some(passphrase), watch: None }
    }

    /// Has `watch` told how far long derivations are.
    pub fn watched(self, watch: Watch<'a>) -> Self {
        Self { watch: Some(watch), ..self }
    }

    /// Returns the passphrase, which the source asks for.
    pub(super) fn needed(&self) -> Result<&'a Passphrase, ImportError> {
        self.passphrase.ok_or(ImportError::NeedsPassphrase)
    }

    /// Tells how far a derivation is.
    pub(super) fn tell(&self, thousandths: Option<u16>) -> Result<(), ImportError> {
        match self.watch.map(|watch| watch(thousandths)) {
            Some(ControlFlow::Break(())) => Err(ImportError::Cancelled),
            _ => Ok(()),
        }
    }
}
