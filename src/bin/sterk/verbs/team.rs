//! `sterk team`: the status file a person hands back, and the table over many of them.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sterk::account::shown;
use sterk::backup::Reach;
use sterk::policy::{Collected, Day, Report as Table, Standing, Status, checklist, person};
use sterk::vault::write_proved;

use super::policy::{applied, exists, words};
use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask, unlock};

/// The most bytes of a status file.
const MOST_BYTES: u64 = 256 * 1024;

/// What to do for an organisation.
#[derive(Debug, Subcommand)]
pub enum Team {
    /// Write a status file without any secret, for whoever looks after the policy
    Status(WriteStatus),
    /// Print the table over many status files; needs no vault
    Report(Report),
}

/// Names the file and the person.
#[derive(Debug, Args)]
pub struct WriteStatus {
    /// File to write
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// How you call yourself in it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Replace the file that is there
    #[arg(long)]
    overwrite: bool,
}

/// Names the files.
#[derive(Debug, Args)]
pub struct Report {
    /// Status files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Policy to compare each with; what a status leaves out is then missing
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Print CSV, a line for each person and service
    #[arg(long)]
    csv: bool,
}

impl Team {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Status(what) => what.run(context),
            Self::Report(what) => what.run(context),
        }
    }
}

impl WriteStatus {
    fn run(self, context: &Context) -> Result<(), Failure> {
        let vault = unlock::vault(context)?;
        let policy = applied(&vault)?;
        let items = checklist(policy.policy(), &vault.accounts());
        let backups = Reach::of(&vault, context.settings().backup_folder.as_deref()).seen();
        let newest = backups.iter().map(|backup| Day::of(backup.made_at)).max();
        let status = Status::of(policy, &items, self.person(context)?, Day::of(context.now_ms() / 1000), newest);
        write_proved(&self.to, status.to_string().as_bytes(), self.overwrite, |_| Ok(()))
            .map_err(|fault| exists(fault, &self.to, "name a new file with --to, or replace it with --overwrite"))?;
        if context.global.json {
            return answer::json(&json!({"path": self.to, "status": status.document()}));
        }
        let open = items.iter().filter(|item| item.standing != Standing::Done).count();
        context.say(format!(
            "{} was written: {} of {} required services are done. It names them, you and dates, and nothing else.",
            answer::path(&self.to),
            items.len() - open,
            items.len()
        ));
        Ok(())
    }

    fn person(&self, context: &Context) -> Result<String, Failure> {
        let typed = match &self.name {
            Some(name) => name.clone(),
            None if context.can_ask() => ask::line("Your name, as your organisation knows you:")?.to_string(),
            None => return Err(Failure::undecided("whose status it is must be said", "--name NAME")),
        };
        person(&typed).ok_or_else(|| Failure::usage("a name has 1 to 100 characters"))
    }
}

impl Report {
    fn run(self, context: &Context) -> Result<(), Failure> {
        if self.csv && context.global.json {
            return Err(Failure::usage("--csv and --json exclude each other"));
        }
        let policy = self.policy.as_deref().map(super::policy::read).transpose()?;
        let (rows, skipped) = collect(&self.files);
        let nothing = rows.is_empty();
        let table = Table::new(rows, policy);
        if context.global.json {
            answer::json(&document(&table, &skipped))?;
        } else {
            skipped.iter().for_each(|(_, failure)| context.warn(format!("left out: {}", failure.message)));
            if self.csv { answer::text(table.csv().as_bytes())? } else { print(&table)? }
        }
        match skipped.into_iter().next() {
            Some((_, first)) if nothing => Err(Failure { message: "no status file could be read".to_owned(), ..first }),
            _ => Ok(()),
        }
    }
}

/// Reads what can be read; one bad file sinks no report.
fn collect(files: &[PathBuf]) -> (Vec<Collected>, Vec<(String, Failure)>) {
    let (mut rows, mut skipped) = (Vec::new(), Vec::new());
    for path in files {
        match read(path) {
            Ok(status) => rows.push(Collected { file: path.display().to_string(), status }),
            Err(failure) => skipped.push((path.display().to_string(), failure)),
        }
    }
    (rows, skipped)
}

fn read(path: &Path) -> Result<Status, Failure> {
    let bytes = ask::read(path, MOST_BYTES)?;
    Status::read(&bytes).map_err(|fault| crate::sources::in_file(fault.into(), path))
}

fn document(table: &Table, skipped: &[(String, Failure)]) -> Value {
    let row = |Collected { file, status }: &Collected| {
        let mut row = status.document();
        let standings = table.standings(status).into_iter();
        row["file"] = json!(file);
        row["policy_is_current"] = json!(table.is_current(status));
        row["states"] = standings.map(|(name, standing)| json!({"service": name, "state": standing.name()})).collect();
        row
    };
    let left_out = |(file, failure): &(String, Failure)| json!({"file": file, "error": {"code": failure.code, "message": failure.message}});
    json!({
        "people": table.rows().iter().map(row).collect::<Vec<_>>(),
        "skipped": skipped.iter().map(left_out).collect::<Vec<_>>(),
    })
}

fn print(table: &Table) -> Result<(), Failure> {
    let head = ["person", "policy", "written", "backup", "open"].map(str::to_owned);
    let rows = table.rows().iter().map(|Collected { status, .. }| {
        let current = if table.is_current(status) == Some(false) { " (another)" } else { "" };
        [
            shown(&status.person),
            format!("{} {}{current}", shown(&status.organisation), status.revision),
            status.written_on.to_string(),
            status.backup_on.map_or_else(|| "none".to_owned(), |day| day.to_string()),
            open(table, status),
        ]
    });
    answer::columns(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
}

fn open(table: &Table, status: &Status) -> String {
    let standings = table.standings(status);
    let open: Vec<String> = standings
        .iter()
        .filter(|(_, standing)| *standing != Standing::Done)
        .map(|(name, standing)| format!("{}: {}", shown(name), words(*standing)))
        .collect();
    if open.is_empty() { "nothing".to_owned() } else { open.join("; ") }
}
