//! `sterk init`: makes a vault.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::unlock::{self, SlotName};

/// Make a vault
#[derive(Debug, Args)]
pub struct Init {
    /// Ways to unlock it [default: keyring where one answers, else passphrase; and a recovery key]
    #[arg(long, value_delimiter = ',', value_name = "SLOTS")]
    slot: Option<Vec<SlotName>>,
    /// File with the passphrase it shall get; - is standard input
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
    /// Policy of your organisation that it shall follow
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

impl Init {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        context.claim(self.new_passphrase_file.as_deref(), "--new-passphrase-file")?;
        let policy = self.policy.as_deref().map(super::policy::read).transpose()?;
        let file = self.new_passphrase_file.as_deref();
        let created = unlock::create(context, self.slot.as_deref(), file, policy.as_ref())?;
        let vault = &created.vault;
        if context.global.json {
            let slots: Vec<_> = vault.slots().iter().map(|slot| slot.kind.name()).collect();
            let mut document = json!({"vault_id": vault.id().to_string(), "slots": slots});
            if let Some(key) = &created.recovery_key {
                document["recovery_key"] = json!(key.to_text().as_str());
            }
            return answer::json(&document);
        }
        context.say(format!("A new vault was made in {}.", answer::path(vault.folder().path())));
        match &created.recovery_key {
            Some(key) => unlock::tell_key(context, key),
            None => Ok(()),
        }
    }
}
