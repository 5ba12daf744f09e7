//! `sterk list`.

use clap::Args;
use sterk::Account;
use sterk::account::{Enrolment, RecoveryState, recovery, shown};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, find, unlock, view};

/// List accounts
#[derive(Debug, Args)]
pub struct List {
    /// Part of an issuer, name, tag or note
    query: Option<String>,
    /// Only accounts in this state; given twice, both must hold
    #[arg(long, value_name = "STATE")]
    state: Vec<State>,
}

/// How far the enrolment of an account has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum State {
    /// The site has not accepted a code yet
    Unverified,
    /// The site accepted a code
    Verified,
    /// No recovery codes are kept, and nobody said that there are none
    Open,
    /// Recovery codes are kept
    Kept,
    /// The site gives no recovery codes
    None,
    /// Two recovery codes or fewer are left
    Few,
}

impl State {
    fn holds(self, account: &Account) -> bool {
        match self {
            Self::Unverified => account.verified_at.is_none(),
            Self::Verified => account.verified_at.is_some(),
            Self::Open => account.recovery_state() == RecoveryState::Open,
            Self::Kept => account.recovery_state() == RecoveryState::Kept,
            Self::None => account.recovery_state() == RecoveryState::NoneGiven,
            Self::Few => recovery::is_few(&account.recovery),
        }
    }
}

impl List {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        let vault = unlock::vault(context)?;
        let mut found = find::all(&vault, self.query.as_deref());
        if let (Some(query), true) = (&self.query, found.is_empty()) {
            return Err(find::none(&vault.accounts(), query));
        }
        found.retain(|account| self.state.iter().all(|state| state.holds(account)));
        if context.global.json {
            return answer::json(&found.iter().map(view::account).collect::<Vec<_>>());
        }
        if found.is_empty() && self.state.is_empty() {
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
                    open_end(account).to_owned(),
                ]
            })
            .collect();
        answer::columns(&rows)
    }
}

/// Says what is left to do of an enrolment that was begun, and nothing of one that was never confirmed or is done.
fn open_end(account: &Account) -> &'static str {
    match account.enrolment() {
        Enrolment::Verified(RecoveryState::Open) => "recovery codes open",
        Enrolment::Unverified if !account.recovery.is_empty() || account.former_secret_until.is_some() => "unverified",
        _ if recovery::is_few(&account.recovery) => "few recovery codes left",
        _ => "",
    }
}
