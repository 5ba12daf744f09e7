//! After a file was kept: the secret that still lies in it.

use std::path::Path;

use sterk::import::{self, Import};
use sterk::leftover::Leftover;

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask};

/// Is what was found, and the files that hold all of it in the clear and nothing else.
pub struct Found {
    pub import: Import,
    pub files: Vec<Leftover>,
}

impl From<Import> for Found {
    fn from(import: Import) -> Self {
        Self { import, files: Vec::new() }
    }
}

/// Remembers a text file, unless it is a pipe or holds remarks that are nowhere else.
pub fn of_text(path: &Path, bytes: &[u8]) -> Option<Leftover> {
    if import::has_remarks(bytes) { None } else { of(path, bytes) }
}

/// Remembers a file, unless it is a pipe.
pub fn of(path: &Path, bytes: &[u8]) -> Option<Leftover> {
    if path == Path::new("-") || !path.is_file() { None } else { Leftover::of(path, bytes).ok() }
}

/// Offers to delete files of which the vault has everything, or deletes them where that was asked for.
///
/// `--yes` never deletes: what it stands for can be undone.
pub fn offer(context: &Context, files: &[Leftover], delete: bool) -> Result<(), Failure> {
    if files.is_empty() {
        return Ok(());
    }
    if delete {
        return files.iter().try_for_each(|file| remove(context, file));
    }
    let holds = holds(files);
    if !context.can_ask() || context.global.yes {
        context.warn(format!("{holds}; delete it, here with --delete-source"));
        return Ok(());
    }
    match ask::choice(&format!("{holds}. Delete it for good? [y/N]")) {
        Ok(Some('y')) => files.iter().try_for_each(|file| remove(context, file)),
        // Whoever closes the terminal here has kept the accounts all the same.
        _ => Ok(()),
    }
}

/// Says that files stay because something in them was not kept.
pub fn stays(context: &Context) {
    context.warn("not all of it was kept, so no file is deleted");
}

fn remove(context: &Context, file: &Leftover) -> Result<(), Failure> {
    file.delete().map_err(|error| Failure::new(error.code(), format!("{}: {error}", answer::path(file.path()))))?;
    context.say(format!("{} is deleted.", answer::path(file.path())));
    Ok(())
}

fn holds(files: &[Leftover]) -> String {
    let names: Vec<String> = files.iter().map(|file| answer::path(file.path())).collect();
    let verb = if files.len() == 1 { "still holds the secret" } else { "still hold the secrets" };
    let mut services: Vec<_> = files.iter().filter_map(|file| Some(file.synced_by()?.name())).collect();
    services.dedup();
    let synced = match services[..] {
        [] => String::new(),
        _ => format!(", in a folder that is copied to {}", services.join(", ")),
    };
    format!("{} {verb}{synced}", names.join(", "))
}
