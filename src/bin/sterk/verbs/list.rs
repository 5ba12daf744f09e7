//! `sterk list`.

use clap::Args;
use sterk::Account;
use sterk::account::{self, OpenEnd, shown};

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
    /// Something of its enrolment is left to do
    Unfinished,
}

impl State {
    fn holds(self, account: &Account) -> bool {
        let state = match self {
            Self::Unverified => account::State::Unverified,
            Self::Verified => account::State::Verified,
            Self::Open => account::State::Open,
            Self::Kept => account::State::Kept,
            Self::None => account::State::None,
            Self::Few => account::State::Few,
            Self::Unfinished => account::State::Unfinished,
        };
        state.holds(account)
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

/// Says what is left to do of an enrolment.
fn open_end(account: &Account) -> &'static str {
    match account.open_end() {
        Some(OpenEnd::FewRecoveryCodes) => "few recovery codes left",
        Some(OpenEnd::RecoveryOpen) => "recovery codes open",
        Some(OpenEnd::Unverified) => "unverified",
        None => "",
    }
}
