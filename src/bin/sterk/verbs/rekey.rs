//! `sterk slot rekey`: a new vault key, for the day on which something that opens the vault got out.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use sterk::Passphrase;
use sterk::account::shown;
use sterk::seal::{RecoveryKey, Slot, SlotId};
use sterk::vault::{self, Rekeying, Vault, VaultError};

use super::slot::{named, rows};
use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask, unlock};

/// Which ways stay, and what opens them.
#[derive(Debug, Args)]
pub struct Rekey {
    /// Leave out this way to unlock, by id or name; can be given several times
    #[arg(long, value_name = "SLOT")]
    without: Vec<String>,
    /// File with one more passphrase that stays, beside --passphrase-file; can be given several times
    #[arg(long, value_name = "FILE")]
    also_passphrase_file: Vec<PathBuf>,
}

impl Rekey {
    pub fn run(self, context: &Context, vault: &mut Vault) -> Result<(), Failure> {
        let without = self.without.iter().map(|slot| named(vault, slot)).collect::<Result<Vec<_>, _>>()?;
        let (mut new, words) = self.prepare(context, vault, &without)?;
        let key = new.take_recovery_key();
        let left_out = new.left_out().to_vec();
        // Before it is in place: whoever is killed in between has the old key or both.
        if let Some(key) = key.as_ref().filter(|_| !context.global.json) {
            unlock::tell_key(context, key)?;
        }
        let entries = new.store_entries(context.keyring())?;
        let done = vault.rekey(new, context.now_ms());
        entries.settle(context.keyring(), done.is_ok());
        let old = done?;
        let copies = old_copies(context, vault, &old, &words);
        tell(context, vault, key, &left_out, &copies)
    }

    /// Prepares with the passphrases that are given, and asks for those that are missing.
    fn prepare(
        &self,
        context: &Context,
        vault: &Vault,
        without: &[SlotId],
    ) -> Result<(Rekeying, Vec<Passphrase>), Failure> {
        let files = context.global.passphrase_file.iter().filter(|file| *file != "-").chain(&self.also_passphrase_file);
        let mut words = files.map(|file| ask::words_from(file)).collect::<Result<Vec<_>, _>>()?;
        loop {
            let how = vault::Rekey { passphrases: &words, keyring: context.keyring(), without };
            match Rekeying::prepare(vault.id(), vault.slots(), how, context.now_ms() / 1000) {
                Err(VaultError::PassphraseMissing(name)) if context.can_ask() => {
                    words.push(ask::hidden(&format!("Passphrase of “{}”", shown(&name)))?);
                }
                done => return Ok((done?, words)),
            }
        }
    }
}

/// Finds what the old ways still open, in the vault's folder and where backups are known to lie.
fn old_copies(context: &Context, vault: &Vault, old: &[Slot], words: &[Passphrase]) -> Vec<PathBuf> {
    let folder = vault.folder().path();
    let (beside, elsewhere) = (folder.join("backups"), context.settings().backup_folder);
    let folders: Vec<_> = [Some(folder), Some(&*beside), elsewhere.as_deref()].into_iter().flatten().collect();
    vault::old_copies(&folders, vault.id(), old, words)
}

fn tell(
    context: &Context,
    vault: &Vault,
    key: Option<RecoveryKey>,
    left_out: &[Slot],
    copies: &[PathBuf],
) -> Result<(), Failure> {
    if context.global.json {
        let mut document = json!({
            "slots": rows(vault.slots()),
            "left_out": rows(left_out),
            "old_copies": copies.iter().map(|path| answer::path(path)).collect::<Vec<_>>(),
        });
        if let Some(key) = key {
            document["recovery_key"] = json!(key.to_text().as_str());
        }
        return answer::json(&document);
    }
    context.say("The vault has a new key. What opened it before opens nothing that is written from now on.");
    for slot in left_out {
        context.say(format!("Left out: {} ({}).", shown(&slot.name), slot.kind.name()));
    }
    if copies.is_empty() {
        context.say("No older copy was found here. Those elsewhere, and earlier versions in a cloud, stay open to it.");
    } else {
        context.say("These files still open with it; delete them, and those elsewhere:");
    }
    copies.iter().try_for_each(|path| answer::line(&answer::path(path)))
}
