//! `sterk audit`: what happened to the vault.

use clap::Args;
use serde_json::json;
use sterk::account::shown;
use sterk::calendar;
use sterk::vault::{Happened, Vault};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, unlock};

/// Show what happened to the vault, the newest first
#[derive(Debug, Args)]
pub struct Audit {
    /// Show this many at most
    #[arg(long, value_name = "COUNT")]
    last: Option<usize>,
}

impl Audit {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        let vault = unlock::vault(context)?;
        let mut trail = vault.trail();
        trail.truncate(self.last.unwrap_or(usize::MAX));
        if context.global.json {
            let row = |one: &Happened| json!({"at": one.at(), "event": one.event(), "about": one.about()});
            return answer::json(&trail.iter().map(row).collect::<Vec<_>>());
        }
        let row = |one: &Happened| [calendar::stamped(one.at()), words(one.event()), about(&vault, one.about())];
        answer::columns(&trail.iter().map(row).collect::<Vec<_>>())
    }
}

/// Says an event in words; one of a newer program stays as it is.
fn words(event: &str) -> String {
    let known = match event {
        "backup" => "backup written",
        "export" => "accounts exported",
        "failed_unlock" => "wrong try to unlock",
        "recovery_file" => "recovery codes written to a file",
        "rekey" => "new vault key",
        "restore" => "backup brought back",
        "reveal_recovery_codes" => "recovery codes shown",
        "reveal_secret" => "secret shown",
        "slot_added" => "way to unlock added",
        "slot_changed" => "passphrase changed",
        "slot_removed" => "way to unlock removed",
        "slot_renamed" => "way to unlock renamed",
        "transfer" => "shown for another device",
        "unlock" => "unlocked",
        other => return shown(other),
    };
    known.to_owned()
}

/// Names the account where it is about one that is still there.
fn about(vault: &Vault, about: &str) -> String {
    let named = |account: sterk::Account| shown(&format!("{} · {}", account.issuer, account.name));
    about.parse().ok().and_then(|id| vault.account(id).ok()).map_or_else(|| shown(about), named)
}
