//! Files that a person saves: asked for by the system's dialog, so that the page can name no path.

use std::path::{Path, PathBuf};

use sterk::vault::VaultError;
use tauri::WebviewWindow;

use crate::error::{ErrorView, failed, told};

/// Asks where to save; nothing when the dialog is closed. `folder` is where it begins, if that is known.
pub async fn ask(window: &WebviewWindow, name: &str, folder: Option<&Path>) -> Option<PathBuf> {
    let mut dialog = rfd::AsyncFileDialog::new().set_parent(window).set_file_name(name);
    if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
        dialog = dialog.set_directory(folder);
    }
    dialog.save_file().await.map(|file| file.path().to_owned())
}

/// Names what kept a file from being written; the words for the vault's own file would mislead.
pub fn unwritten(error: VaultError) -> ErrorView {
    match error {
        VaultError::Exists => failed("file_exists", "there is a file of this name already"),
        error @ (VaultError::Io { .. } | VaultError::ReadOnly(_) | VaultError::Gone(_)) => {
            failed("file_not_written", &told(&error))
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_file_from_the_vault() {
        assert_eq!(unwritten(VaultError::Exists).code, "file_exists");
        assert_eq!(unwritten(VaultError::ReadOnly("/stick".into())).code, "file_not_written");
        assert_eq!(unwritten(VaultError::DiskFull).code, "disk_full");
    }
}
