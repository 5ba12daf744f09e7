//! `sterk bin`: what was removed.

use clap::Subcommand;
use serde_json::json;
use sterk::Account;
use sterk::account::shown;

use crate::answer::accounts;
use crate::context::Context;
use crate::failure::Failure;
use crate::verbs::backup::auto;
use crate::{answer, ask, find, unlock, view};

/// What to do with the bin.
#[derive(Debug, Subcommand)]
pub enum Bin {
    /// List what is in it
    List,
    /// Bring an account back
    Restore {
        /// Id, issuer or name
        query: String,
    },
    /// Forget everything in it for good
    Empty,
}

impl Bin {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List => list(context),
            Self::Restore { query } => restore(context, &query),
            Self::Empty => empty(context),
        }
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let gone = unlock::vault(context)?.bin();
    if context.global.json {
        let row = |(account, at): &(Account, u64)| {
            let mut row = view::account(account);
            row["removed_at"] = json!(at);
            row
        };
        return answer::json(&gone.iter().map(row).collect::<Vec<_>>());
    }
    let rows: Vec<_> = gone
        .iter()
        .map(|(account, _)| [account.id.to_string()[..8].to_owned(), shown(&account.issuer), shown(&account.name)])
        .collect();
    answer::columns(&rows)
}

fn restore(context: &Context, query: &str) -> Result<(), Failure> {
    let mut vault = unlock::vault(context)?;
    let gone = vault.bin().into_iter().map(|(account, _)| account).collect();
    let account = find::single(gone, query)?;
    vault.update(context.now_ms(), |edit| edit.restore(account.id))?;
    auto::write_due(context, &vault);
    if context.global.json {
        return answer::json(&view::account(&vault.account(account.id)?));
    }
    context.say(format!("{} is back.", find::label(&account)));
    Ok(())
}

fn empty(context: &Context) -> Result<(), Failure> {
    let mut vault = unlock::vault(context)?;
    let gone: Vec<_> = vault.bin().into_iter().map(|(account, _)| account.id).collect();
    if !gone.is_empty() && !ask::yes(context, &format!("Forget {} for good?", accounts(gone.len())), "--yes")? {
        return Err(Failure::new("cancelled", "nothing was changed"));
    }
    vault.update(context.now_ms(), |edit| gone.iter().try_for_each(|id| edit.purge(*id)))?;
    if context.global.json {
        return answer::json(&json!({"purged": gone.len()}));
    }
    context.say(format!("{} forgotten for good.", accounts(gone.len())));
    Ok(())
}
