//! `sterk confirm`: the site accepted a code.

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::verbs::backup::auto;
use crate::{answer, find, unlock, view};

/// Record that the site accepted a code
#[derive(Debug, Args)]
pub struct Confirm {
    /// Id, issuer or name
    query: String,
}

impl Confirm {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        let mut vault = unlock::vault(context)?;
        let account = find::one(&vault, &self.query)?;
        let now = context.now_ms();
        vault.update(now, |edit| edit.set_verified(account.id, Some(now / 1000)))?;
        auto::write_due(context, &vault);
        if context.global.json {
            return answer::json(&view::account(&vault.account(account.id)?));
        }
        context.say(format!("{} is confirmed.", find::label(&account)));
        Ok(())
    }
}
