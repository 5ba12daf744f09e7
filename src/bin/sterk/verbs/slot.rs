//! `sterk slot`: the ways to unlock.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};
use sterk::account::shown;
use sterk::seal::{RecoveryKey, Slot as SealedSlot, SlotId, SlotKind};
use sterk::vault::Vault;

use super::rekey::Rekey;
use crate::context::Context;
use crate::failure::Failure;
use crate::unlock::SlotName;
use crate::{answer, ask, unlock};

/// What to do with the ways to unlock.
#[derive(Debug, Subcommand)]
pub enum Slot {
    /// List them
    List,
    /// Add one, after authentication
    Add {
        /// What kind
        kind: SlotName,
        /// Name to tell it apart by
        #[arg(long)]
        name: Option<String>,
        /// File with the new passphrase; - is standard input
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Remove one, after authentication; the last one stays
    Remove {
        /// Id or name
        slot: String,
    },
    /// Change a passphrase, after authentication
    Change {
        /// Id or name [default: the only passphrase]
        slot: Option<String>,
        /// File with the new passphrase; - is standard input
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Give the vault a new key, because something that opens it got out
    ///
    /// Every passphrase is asked for, the keyring gets a new entry, and there is a new recovery key. Files from before
    /// stay open to what opened them: those within reach are named.
    Rekey(Rekey),
    /// Give one another name, after authentication
    Rename {
        /// Id or name
        slot: String,
        /// The new name
        name: String,
    },
}

const OPTION: &str = "--new-passphrase-file";

impl Slot {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        if let Self::Add { new_passphrase_file, .. } | Self::Change { new_passphrase_file, .. } = &self {
            context.claim(new_passphrase_file.as_deref(), OPTION)?;
        }
        if matches!(self, Self::List) {
            return list(context);
        }
        let mut vault = unlock::vault(context)?;
        unlock::authenticate(context, &vault)?;
        match self {
            Self::List => Ok(()),
            Self::Add { kind, name, new_passphrase_file } => {
                let words = (kind == SlotName::Passphrase)
                    .then(|| ask::new_words(context, "passphrase", new_passphrase_file.as_deref(), OPTION))
                    .transpose()?;
                add(context, &mut vault, kind, name, words)
            }
            Self::Remove { slot } => remove(context, &mut vault, &slot),
            Self::Rekey(rekey) => rekey.run(context, &mut vault),
            Self::Rename { slot, name } => {
                vault.rename_slot(named(&vault, &slot)?, &name, context.now_ms())?;
                done(context, &vault, None, "The way to unlock has a new name.")
            }
            Self::Change { slot, new_passphrase_file } => {
                let id = passphrase_slot(&vault, slot.as_deref())?;
                let words = ask::new_words(context, "passphrase", new_passphrase_file.as_deref(), OPTION)?;
                vault.change_passphrase(id, &words, context.kdf()?, context.now_ms())?;
                done(
                    context,
                    &vault,
                    None,
                    "The passphrase is changed. Backups keep the passphrase they were made with.",
                )
            }
        }
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let locked = unlock::locked(context)?;
    if context.global.json {
        return answer::json(&rows(locked.slots()));
    }
    let lines: Vec<_> = locked
        .slots()
        .iter()
        .map(|slot| [slot.id.to_string()[..8].to_owned(), slot.kind.name().to_owned(), shown(&slot.name)])
        .collect();
    answer::columns(&lines)
}

pub fn rows(slots: &[SealedSlot]) -> Vec<Value> {
    let row = |slot: &SealedSlot| {
        let mut row =
            json!({"id": slot.id.to_string(), "kind": slot.kind.name(), "name": slot.name, "made_at": slot.made_at});
        if let SlotKind::Passphrase(kdf) = &slot.kind {
            row["kdf"] = json!({"name": "argon2id", "memory_kib": kdf.memory_kib(), "passes": kdf.passes(), "lanes": kdf.lanes()});
        }
        row
    };
    slots.iter().map(row).collect()
}

fn add(
    context: &Context,
    vault: &mut Vault,
    kind: SlotName,
    name: Option<String>,
    words: Option<sterk::Passphrase>,
) -> Result<(), Failure> {
    let now = context.now_ms();
    let name = |default: &str| name.clone().unwrap_or_else(|| default.to_owned());
    let mut recovery_key = None;
    match (kind, words) {
        (SlotName::Passphrase, Some(words)) => {
            vault.add_passphrase(&name("passphrase"), &words, context.kdf()?, now)?;
        }
        (SlotName::RecoveryKey, _) => recovery_key = Some(vault.add_recovery_key(&name("recovery key"), now)?.1),
        _ => {
            let keyring = context.keyring().ok_or_else(|| {
                Failure::new("keyring_no_service", "the keyring is switched off")
                    .hint("leave out --no-keyring and STERK_NO_KEYRING")
            })?;
            vault.add_keyring(&name("keyring"), keyring, now)?;
        }
    }
    done(context, vault, recovery_key, "The way to unlock was added.")
}

fn remove(context: &Context, vault: &mut Vault, slot: &str) -> Result<(), Failure> {
    let id = named(vault, slot)?;
    vault.remove_slot(id, context.keyring(), context.now_ms()).map_err(|fault| match fault {
        sterk::vault::VaultError::LastSlot => Failure::from(fault).hint("add another first with `sterk slot add`"),
        other => other.into(),
    })?;
    done(context, vault, None, "The way to unlock was removed. Backups and copies made before still open with it.")
}

fn done(context: &Context, vault: &Vault, key: Option<RecoveryKey>, line: &str) -> Result<(), Failure> {
    if context.global.json {
        let mut document = json!({"slots": rows(vault.slots())});
        if let Some(key) = key {
            document["recovery_key"] = json!(key.to_text().as_str());
        }
        return answer::json(&document);
    }
    context.say(line);
    match key {
        Some(key) => unlock::tell_key(context, &key),
        None => Ok(()),
    }
}

/// Finds the one slot of this id or name.
pub fn named(vault: &Vault, name: &str) -> Result<SlotId, Failure> {
    one(vault.slots().iter().filter(|slot| is_named(slot, name)).map(|slot| slot.id).collect())
}

fn passphrase_slot(vault: &Vault, named: Option<&str>) -> Result<SlotId, Failure> {
    let fits = |slot: &&SealedSlot| {
        matches!(slot.kind, SlotKind::Passphrase(_)) && named.is_none_or(|named| is_named(slot, named))
    };
    one(vault.slots().iter().filter(fits).map(|slot| slot.id).collect())
}

fn is_named(slot: &SealedSlot, named: &str) -> bool {
    let id = slot.id.to_string();
    slot.name == named || id == named || (named.len() >= 6 && id.starts_with(named)) || slot.kind.name() == named
}

fn one(found: Vec<SlotId>) -> Result<SlotId, Failure> {
    match found.as_slice() {
        [id] => Ok(*id),
        [] => Err(Failure::new("no_such_slot", "there is no such way to unlock").hint("`sterk slot list` shows them")),
        _ => Err(Failure::new("several_slots_match", "several ways to unlock match")
            .hint("name one by its id: `sterk slot list`")),
    }
}
