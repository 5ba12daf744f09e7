//! Where things lie: the repository and what is built from it.

use std::path::{Path, PathBuf};

/// Returns the folder of the repository.
pub fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// Returns the folder of the front end.
pub fn ui() -> PathBuf {
    root().join("ui")
}

/// Returns cargo's target folder, also where `CARGO_TARGET_DIR` moved it: this program lies in it.
pub fn target() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    own.parent().and_then(Path::parent).map_or_else(|| root().join("target"), Path::to_path_buf)
}

/// Returns the path of a release program.
pub fn release(program: &str) -> PathBuf {
    target().join("release").join(format!("{program}{}", std::env::consts::EXE_SUFFIX))
}
