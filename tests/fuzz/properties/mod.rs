//! What must hold of any input: the bodies of the fuzz targets and of the corpus test.

pub mod frame;
pub mod import;
pub mod migration;
pub mod picture;
pub mod policy;
pub mod sealed;
pub mod uri;
