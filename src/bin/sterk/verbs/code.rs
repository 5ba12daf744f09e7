//! `sterk code`: the codes to log in with.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use clap::Args;
use clap::builder::styling::{AnsiColor, Style};
use sterk::account::shown;
use sterk::otp::OtpError;
use sterk::vault::Vault;
use sterk::{Account, Otp};

use crate::context::Context;
use crate::failure::Failure;
use crate::view::{CodeRow, When};
use crate::{answer, find, unlock};

/// Show login codes
#[derive(Debug, Args)]
pub struct Code {
    /// Id, issuer, name, or part of one [default: all accounts]
    query: Option<String>,
    /// Show the next code too
    #[arg(long)]
    next: bool,
    /// Copy the code; it leaves the clipboard by itself
    #[arg(long, conflicts_with = "watch")]
    copy: bool,
    /// Keep showing the codes with the time left, until Ctrl+C
    #[arg(long)]
    watch: bool,
    /// Show a counter-based code without using it up
    #[arg(long)]
    peek: bool,
}

impl Code {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        if self.watch && context.global.json {
            return Err(Failure::usage("a live view is no document: --watch and --json exclude each other"));
        }
        let mut vault = unlock::vault(context)?;
        let found = find::all(&vault, self.query.as_deref());
        if let (Some(query), true) = (&self.query, found.is_empty()) {
            return Err(find::none(&vault.accounts(), query));
        }
        if self.watch {
            return watch(context, &found);
        }
        let rows = self.rows(context, &mut vault, found)?;
        if self.copy {
            return self.copy_one(context, rows);
        }
        if context.global.json { answer::json(&rows) } else { self.print(context, &rows) }
    }

    /// Computes every row; a counter is used up only where one account is meant.
    fn rows(&self, context: &Context, vault: &mut Vault, found: Vec<Account>) -> Result<Vec<CodeRow>, Failure> {
        if let ([account], false) = (found.as_slice(), self.peek)
            && matches!(account.otp, Otp::Hotp { .. })
        {
            // The account as it stands under the lock: another process may have replaced its secret.
            let (account, used) = vault.update::<_, Failure>(context.now_ms(), |edit| {
                Ok((edit.account(account.id)?, edit.advance(account.id)?))
            })?;
            return Ok(vec![counted(&account, used, Some(account.otp.code_at_counter(used)?.text.as_str()))]);
        }
        found.iter().map(|account| self.row(account, context.at())).collect()
    }

    fn row(&self, account: &Account, at: u64) -> Result<CodeRow, Failure> {
        if let Otp::Hotp { counter, .. } = account.otp {
            let code = self.peek.then(|| account.otp.code_at_counter(counter)).transpose()?;
            return Ok(counted(account, counter, code.as_ref().map(|code| code.text.as_str())));
        }
        match account.otp.code_at(at) {
            Ok(code) => {
                let next = account.otp.code_at(code.valid_until).ok().map(|next| next.text.to_string());
                let when = When::Time { next, valid_from: code.valid_from, valid_until: code.valid_until };
                Ok(CodeRow { code: Some(code.text.to_string()), when, ..blank(account) })
            }
            Err(OtpError::NeedsPin) => Ok(CodeRow { needs: Some("pin"), ..blank(account) }),
            // One account that makes no code must not hide the codes of the others.
            Err(fault) => Ok(CodeRow { needs: Some(fault.code()), ..blank(account) }),
        }
    }

    /// Prints codes in columns, or the bare code where one is meant and no person reads.
    fn print(&self, context: &Context, rows: &[CodeRow]) -> Result<(), Failure> {
        if let ([CodeRow { code: Some(code), when, .. }], false) = (rows, std::io::stdout().is_terminal()) {
            answer::line(code)?;
            return match (when, self.next) {
                (When::Time { next: Some(next), .. }, true) => answer::line(next),
                _ => Ok(()),
            };
        }
        let lines: Vec<_> = rows.iter().map(|row| columns_of(row, context.at(), self.next)).collect();
        answer::painted_columns(&lines, |index| hurry(context, &rows[index]))?;
        for row in rows.iter().filter(|row| row.needs == Some("pin")) {
            context.say(format!("{} needs its PIN: sterk edit {} --pin-file FILE", shown(&row.issuer), &row.id[..8]));
        }
        Ok(())
    }

    fn copy_one(&self, context: &Context, rows: Vec<CodeRow>) -> Result<(), Failure> {
        let query = self.query.as_deref().unwrap_or_default();
        let [row] = rows.as_slice() else {
            return Err(Failure::new("several_match", format!("{} accounts match «{}»", rows.len(), find::cut(query)))
                .hint("say which one to copy"));
        };
        let Some(code) = &row.code else {
            return Err(Failure::new("needs_pin", "this account needs its PIN to make codes")
                .hint("give it once with `sterk edit … --pin-file FILE`"));
        };
        let clears_after = context.settings().clears_after;
        super::hold_clipboard::hand_over(code, clears_after)?;
        if context.global.json {
            return answer::json(&rows);
        }
        let (issuer, seconds) = (shown(&row.issuer), clears_after.seconds());
        context.say(format!("The code of {issuer} is on the clipboard for {seconds} s."));
        Ok(())
    }
}

fn blank(account: &Account) -> CodeRow {
    CodeRow {
        id: account.id.to_string(),
        issuer: account.issuer.clone(),
        account: account.name.clone(),
        kind: account.otp.kind().name(),
        code: None,
        needs: None,
        when: When::Unknown {},
    }
}

fn counted(account: &Account, counter: u64, code: Option<&str>) -> CodeRow {
    let needs = code.is_none().then_some("one_match_or_peek");
    CodeRow { code: code.map(str::to_owned), needs, when: When::Counter { counter }, ..blank(account) }
}

fn columns_of(row: &CodeRow, at: u64, with_next: bool) -> [String; 5] {
    let code = row.code.as_deref().map_or_else(|| "–".to_owned(), answer::grouped);
    let (left, next) = match &row.when {
        When::Time { next, valid_until, .. } => (format!("{} s", valid_until.saturating_sub(at)), next.clone()),
        When::Counter { counter } => (format!("counter {counter}"), None),
        When::Unknown {} => (String::new(), None),
    };
    let next = next.filter(|_| with_next).map_or_else(String::new, |next| format!("next {}", answer::grouped(&next)));
    [code, left, shown(&row.issuer), shown(&row.account), next]
}

/// Colours a code that is about to change: five seconds or less.
fn hurry(context: &Context, row: &CodeRow) -> Style {
    match row.when {
        When::Time { valid_until, .. } if valid_until.saturating_sub(context.at()) <= 5 => {
            context.style(AnsiColor::Yellow)
        }
        _ => Style::new(),
    }
}

/// Draws the codes again each second, over themselves on a terminal.
fn watch(context: &Context, found: &[Account]) -> Result<(), Failure> {
    let live = Code { query: None, next: true, copy: false, watch: true, peek: true };
    let over = std::io::stdout().is_terminal();
    loop {
        let rows: Result<Vec<_>, _> = found.iter().map(|account| live.row(account, context.at())).collect();
        let rows = rows?;
        let lines: Vec<_> = rows.iter().map(|row| columns_of(row, context.at(), true)).collect();
        answer::painted_columns(&lines, |index| hurry(context, &rows[index]))?;
        if context.global.at.is_some() || std::io::stdout().flush().is_err() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_secs(1));
        if over {
            answer::line(&format!("\u{1b}[{}A\u{1b}[J\u{1b}[A", lines.len() + 1))?;
        }
    }
}
