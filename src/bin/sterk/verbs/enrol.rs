//! `sterk enrol`: the whole enrolment, step by step; what is done is kept, wherever it is left.

mod steps;

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use sterk::account::RecoveryState;
use sterk::vault::{Duplicates, SameBy, Vault};
use sterk::{Account, AccountId, Draft};

use crate::context::Context;
use crate::failure::Failure;
use crate::look::{self, Looking};
use crate::sources::Heap;
use crate::unlock::Opened;
use crate::verbs::backup::auto;
use crate::{answer, ask, find, review, unlock, view};

/// Enrol an account step by step: find it, confirm it, keep its recovery codes, back up
#[derive(Debug, Args)]
pub struct Enrol {
    /// Account to go on with, or to enrol anew with what is found: id, issuer or name
    query: Option<String>,
    /// Picture with the QR code of the site
    #[arg(long, value_name = "FILE", num_args = 1..)]
    image: Vec<PathBuf>,
    /// File with the link of the site; - is standard input
    #[arg(long, value_name = "FILE")]
    uri_file: Option<PathBuf>,
    #[command(flatten)]
    looking: Looking,
    /// What to do with an account of the same name: give it the new secret, or keep both
    #[arg(long, value_name = "WHAT")]
    on_duplicate: Option<OnSameName>,
    #[command(flatten)]
    answers: Answers,
}

/// What decides the steps where nobody can be asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Answers to its questions")]
struct Answers {
    /// The site accepted a code
    #[arg(long, conflicts_with = "refused")]
    accepted: bool,
    /// The site refused the code: says what to try
    #[arg(long)]
    refused: bool,
    /// File with the recovery codes the site gave; - is standard input
    #[arg(long, value_name = "FILE", group = "codes")]
    recovery_file: Option<PathBuf>,
    /// The site gives no recovery codes
    #[arg(long, group = "codes")]
    no_recovery_codes: bool,
    /// The recovery codes follow later; the account stays open until then
    #[arg(long, group = "codes")]
    later: bool,
    /// File or folder for a fresh backup [default: the folder `backups` beside the vault]
    #[arg(long, value_name = "PATH", requires = "backup_passphrase_file")]
    backup_to: Option<PathBuf>,
    /// File with the passphrase of a fresh backup; - is standard input
    #[arg(long, value_name = "FILE")]
    backup_passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum OnSameName {
    /// Enrol the kept account anew; its old secret stays aside for 30 days
    Replace,
    /// Keep both
    Keep,
}

impl Enrol {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        self.claim_stdin(context)?;
        let found = self.find(context)?;
        if found.is_none() && self.query.is_none() {
            return Err(Failure::usage("nothing was named to enrol")
                .hint("name an account, or give --image, --uri-file, --screen or --clipboard"));
        }
        let opened = match found {
            Some(_) => unlock::vault_or_new(context)?,
            None => Opened { vault: unlock::vault(context)?, recovery_key: None },
        };
        let key = opened.recovery_key.filter(|_| context.global.json).map(|key| key.to_text().to_string());
        match self.go(context, opened.vault, found) {
            Ok(mut document) if context.global.json => {
                if let Some(key) = key {
                    document["recovery_key"] = json!(key);
                }
                answer::json(&document)
            }
            Ok(_) => Ok(()),
            Err(failure) => Err(Failure { recovery_key: key, ..failure }),
        }
    }

    fn claim_stdin(&self, context: &Context) -> Result<(), Failure> {
        self.image.iter().try_for_each(|picture| context.claim(Some(picture), "--image"))?;
        context.claim(self.uri_file.as_deref(), "--uri-file")?;
        context.claim(self.answers.recovery_file.as_deref(), "--recovery-file")?;
        context.claim(self.answers.backup_passphrase_file.as_deref(), "--backup-passphrase-file")
    }

    /// Reads the one account that was found; nothing where no place to look was named.
    fn find(&self, context: &Context) -> Result<Option<Draft>, Failure> {
        let mut heap = Heap::default();
        self.image.iter().try_for_each(|picture| heap.picture(picture))?;
        if let Some(file) = &self.uri_file {
            heap.lines(file)?;
        }
        for view in self.looking.views()? {
            heap.seen(self.looking.find(context, view, look::holds_accounts)?);
        }
        if heap.is_empty() {
            return Ok(None);
        }
        let mut drafts = heap.read()?.import.drafts;
        match (drafts.pop(), drafts.len()) {
            (draft, 0) => Ok(draft),
            (_, more) => Err(Failure::new("several_found", format!("{} were found", answer::accounts(more + 1)))
                .hint("one is enrolled at a time; `sterk add` keeps them all")),
        }
    }

    /// Takes the steps in turn; each is written before the next begins.
    fn go(&self, context: &Context, mut vault: Vault, found: Option<Draft>) -> Result<serde_json::Value, Failure> {
        let id = match found {
            Some(draft) => self.keep(context, &mut vault, draft)?,
            None => find::one(&vault, self.query.as_deref().unwrap_or_default())?.id,
        };
        let answers = &self.answers;
        let code = steps::confirm(context, &mut vault, id, answers)?;
        steps::recovery_codes(context, &mut vault, id, answers)?;
        let backup = steps::back_up(context, &vault, answers)?;
        auto::write_due(context, &vault);
        let account = vault.account(id)?;
        context.say(format!("{}: {}.", find::label(&account), summary(&account)));
        let mut document = view::account(&account);
        document["code"] = json!(code);
        document["backup"] = backup;
        Ok(document)
    }

    /// Keeps what was found: as a new account, or onto one that is there.
    fn keep(&self, context: &Context, vault: &mut Vault, draft: Draft) -> Result<AccountId, Failure> {
        context.say(format!("found {}", review::describe(&draft)));
        let same = Duplicates::of(vault).find(&draft);
        if let Some(same) = same.filter(|same| same.by == SameBy::Secret) {
            context.say("It is there already with the same secret; nothing is kept twice.");
            return Ok(same.id);
        }
        let onto = match (&self.query, same) {
            (Some(query), _) => Some(find::one(vault, query)?),
            (None, Some(same)) => Some(vault.account(same.id)?),
            (None, None) => None,
        };
        let now = context.now_ms();
        match onto {
            Some(account) if self.goes_onto(context, &account)? => {
                vault.update(now, |edit| edit.re_enrol(account.id, draft.otp))?;
                context.say("The old secret and the old recovery codes stay aside for 30 days.");
                Ok(account.id)
            }
            None if context.can_ask() && !ask::yes(context, "Keep?", "--yes")? => {
                Err(Failure::new("cancelled", "nothing was kept"))
            }
            _ => Ok(vault.update(now, |edit| edit.add(draft))?),
        }
    }

    /// Decides whether the kept account gets the new secret; `--yes` never replaces.
    fn goes_onto(&self, context: &Context, account: &Account) -> Result<bool, Failure> {
        match self.on_duplicate {
            Some(choice) => return Ok(choice == OnSameName::Replace),
            None if !context.can_ask() => {
                return Err(Failure::undecided(
                    format!("{} is there already with another secret", find::label(account)),
                    "--on-duplicate replace|keep",
                ));
            }
            None => {}
        }
        let question =
            format!("{} has another secret. [r]eplace it with the new one, [k]eep both?", find::label(account));
        match ask::choice(&question)? {
            Some('r') => Ok(true),
            Some('k') => Ok(false),
            _ => Err(Failure::new("cancelled", "nothing was kept")),
        }
    }
}

fn summary(account: &Account) -> &'static str {
    match (account.verified_at.is_some(), account.recovery_state()) {
        (false, _) => "not confirmed yet; `sterk enrol` goes on from here",
        (true, RecoveryState::Open) => "confirmed, recovery codes open",
        (true, RecoveryState::Kept) => "confirmed, recovery codes kept",
        (true, RecoveryState::NoneGiven) => "confirmed, the site gives no recovery codes",
    }
}
