//! `sterk show`: one account; its secret only after authentication.

use clap::Args;
use serde_json::json;
use sterk::Account;
use sterk::account::{RecoveryChoice, RecoveryState, shown, uri};
use sterk::transfer;
use sterk::vault::Event;
use zeroize::Zeroizing;

use crate::answer::dated;
use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, find, unlock, view};

/// Show one account
#[derive(Debug, Args)]
pub struct Show {
    /// Id, issuer or name
    query: String,
    /// Show the secret and the link too, after authentication
    #[arg(long)]
    reveal: bool,
    /// Show the QR code that another app can scan, after authentication
    #[arg(long)]
    qr: bool,
}

impl Show {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        if self.qr && context.global.json {
            return Err(Failure::usage("a picture is no document: --qr and --json exclude each other"));
        }
        let vault = unlock::vault(context)?;
        let account = find::one(&vault, &self.query)?;
        if self.reveal || self.qr {
            unlock::authenticate(context, &vault)?;
            let event = if self.qr { Event::Transferred(account.id) } else { Event::ShowedSecret(account.id) };
            vault.note(event, context.now_ms());
        }
        if context.global.json {
            return self.document(&account);
        }
        print(&account)?;
        if self.reveal {
            answer::line(&format!("secret     {}", &*secret_text(&account)))?;
            answer::line(&format!("link       {}", &*link(&account)))?;
        }
        if self.qr { draw(&account) } else { Ok(()) }
    }

    fn document(&self, account: &Account) -> Result<(), Failure> {
        let mut document = view::account(account);
        if self.reveal {
            document["secret"] = json!(secret_text(account).as_str());
            document["uri"] = json!(link(account).as_str());
        }
        answer::json(&document)
    }
}

fn print(account: &Account) -> Result<(), Failure> {
    let verified = if account.verified_at.is_some() { "the site accepted a code" } else { "not confirmed yet" };
    let mut rows = vec![
        ["id".to_owned(), account.id.to_string()],
        ["issuer".to_owned(), shown(&account.issuer)],
        ["account".to_owned(), shown(&account.name)],
        ["kind".to_owned(), account.otp.kind().name().to_owned()],
        ["algorithm".to_owned(), account.otp.algorithm().name().to_owned()],
        ["digits".to_owned(), account.otp.digits().count().to_string()],
        match &account.otp {
            sterk::Otp::Hotp { counter, .. } => ["counter".to_owned(), counter.to_string()],
            other => {
                ["period".to_owned(), other.period().map_or(String::new(), |period| format!("{} s", period.seconds()))]
            }
        },
        ["verified".to_owned(), verified.to_owned()],
        ["recovery".to_owned(), recovery(account)],
    ];
    rows.extend(aside(account));
    let tags: Vec<String> = account.tags.iter().map(|tag| shown(tag)).collect();
    for (label, text) in
        [("tags", tags.join(", ")), ("note", shown(&account.note)), ("reset by", shown(&account.reset_by))]
    {
        if !text.is_empty() {
            rows.push([label.to_owned(), text]);
        }
    }
    answer::columns(&rows)
}

fn recovery(account: &Account) -> String {
    let used = account.recovery.iter().filter(|code| code.used_at.is_some()).count();
    match (account.recovery_state(), account.recovery_choice) {
        (RecoveryState::Kept, _) => format!("{} unused, {used} used", account.recovery.len() - used),
        (RecoveryState::NoneGiven, _) => "this site gives none".to_owned(),
        (_, Some(RecoveryChoice::Later)) => "none yet, put off until later".to_owned(),
        _ => "none kept".to_owned(),
    }
}

/// Says what is kept aside of an earlier enrolment, and how it comes back.
fn aside(account: &Account) -> Vec<[String; 2]> {
    let secret = account
        .former_secret_until
        .map(|until| format!("the old secret until {}; back by `sterk edit --restore-secret`", dated(until)));
    let count = account.former_recovery.len();
    let codes = (count > 0).then(|| format!("{count} old recovery codes: `sterk recovery list --former`"));
    [secret, codes].into_iter().flatten().map(|text| ["aside".to_owned(), text]).collect()
}

fn secret_text(account: &Account) -> Zeroizing<String> {
    match &account.otp {
        sterk::Otp::Motp { secret, .. } => Zeroizing::new(String::from_utf8_lossy(secret.expose()).into_owned()),
        other => other.secret().to_base32(),
    }
}

fn link(account: &Account) -> Zeroizing<String> {
    uri::write(&account.issuer, &account.name, &account.otp)
}

/// Draws a QR code with half blocks, dark on light whatever the terminal's colours.
fn draw(account: &Account) -> Result<(), Failure> {
    let drawing = transfer::draw(&account.issuer, &account.name, &account.otp)?;
    let rows: Vec<&[u8]> = drawing.pixels().chunks_exact(drawing.width() as usize).collect();
    rows.chunks(2).try_for_each(|pair| {
        let below = |at: usize| pair.get(1).is_some_and(|row| row[at] == 0);
        let line =
            Zeroizing::new((0..pair[0].len()).map(|at| half_blocks(pair[0][at] == 0, below(at))).collect::<String>());
        answer::line(&format!("\u{1b}[30;107m{}\u{1b}[0m", &*line))
    })
}

/// Returns one character for two modules, one above the other.
fn half_blocks(above_is_dark: bool, below_is_dark: bool) -> char {
    match (above_is_dark, below_is_dark) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}
