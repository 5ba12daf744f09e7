//! `sterk list`.

use clap::Args;
use sterk::account::shown;

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, find, unlock, view};

/// List accounts
#[derive(Debug, Args)]
pub struct List {
    /// Part of an issuer, name, tag or note
    query: Option<String>,
}

impl List {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        let vault = unlock::vault(context)?;
        let found = find::all(&vault, self.query.as_deref());
        if let (Some(query), true) = (&self.query, found.is_empty()) {
            return Err(find::none(&vault.accounts(), query));
        }
        if context.global.json {
            return answer::json(&found.iter().map(view::account).collect::<Vec<_>>());
        }
        if found.is_empty() {
            context.say("Nothing here yet. `sterk add --image PICTURE` enrols a QR code.");
        }
        let rows: Vec<_> = found
            .iter()
            .map(|account| {
                let pin = if account.pinned { "*" } else { "" };
                let kind = account.otp.kind().name().to_owned();
                [
                    account.id.to_string()[..8].to_owned(),
                    shown(&account.issuer),
                    shown(&account.name),
                    kind,
                    pin.to_owned(),
                ]
            })
            .collect();
        answer::columns(&rows)
    }
}
