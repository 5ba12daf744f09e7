//! `sterk remove`: to the bin.

use clap::Args;
use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;
use crate::verbs::backup::auto;
use crate::{answer, find, unlock};

/// Move an account to the bin
#[derive(Debug, Args)]
pub struct Remove {
    /// Id, issuer or name
    query: String,
}

impl Remove {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        let mut vault = unlock::vault(context)?;
        let account = find::one(&vault, &self.query)?;
        vault.update(context.now_ms(), |edit| edit.remove(account.id))?;
        auto::write_due(context, &vault);
        if context.global.json {
            return answer::json(&json!({"id": account.id.to_string(), "removed": true}));
        }
        let id = &account.id.to_string()[..8];
        context.say(format!("{} is in the bin; `sterk bin restore {id}` brings it back.", find::label(&account)));
        Ok(())
    }
}
