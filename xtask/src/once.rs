//! Steps that are done again only when what they read has changed.

use crate::stamp::Stamp;
use crate::step::{Step, nothing_to_do};
use crate::tree;
use std::path::{Path, PathBuf};

/// Takes steps one after the other unless they made `made` from these very inputs; tells whether it is there.
pub fn when_changed(name: &str, stamp: &str, inputs: &[PathBuf], made: &Path, steps: &[Step]) -> bool {
    let stamp = Stamp::of(tree::target().join("xtask").join(stamp), inputs);
    if made.exists() && stamp.as_ref().is_ok_and(Stamp::is_current) {
        nothing_to_do(name, "up to date");
        return true;
    }
    let ok = steps.iter().all(|step| step.run().report());
    if let (true, Ok(stamp)) = (ok, &stamp) {
        // Without a stamp the steps are taken again next time, and nothing worse.
        drop(stamp.keep());
    }
    ok
}
