//! `sterk scan`: looks, keeps nothing, and needs no vault.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use sterk::account::shown;
use sterk::import::{self, Holds};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask, review, sources, view};

/// The most bytes of a picture, 64 MiB.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Show the QR codes in pictures and what they hold; keeps nothing
#[derive(Debug, Args)]
pub struct Scan {
    /// PNG, JPEG, WebP, GIF or BMP
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Show the whole text of each code, secrets included
    #[arg(long)]
    reveal: bool,
}

impl Scan {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        for file in &self.files {
            context.claim(Some(file), "FILE")?;
        }
        let mut rows = Vec::new();
        let mut failed = None;
        for file in &self.files {
            match look(file) {
                Ok(texts) if context.global.json => rows.extend(texts.iter().map(|text| self.row(file, text))),
                Ok(texts) => self.print(file, &texts)?,
                Err(failure) => {
                    rows.push(json!({"source": file, "error": {"code": failure.code, "message": failure.message}}));
                    if !context.global.json {
                        failure.report(false);
                    }
                    failed = failed.or(Some(failure.code));
                }
            }
        }
        if context.global.json {
            answer::json(&rows)?;
        }
        match failed {
            Some(code) if !context.global.json => Err(Failure::new(code, "not every file could be read")),
            _ => Ok(()),
        }
    }

    fn row(&self, file: &Path, text: &str) -> Value {
        let drafts = import::read_texts([text].into_iter()).map(|found| found.drafts).unwrap_or_default();
        let accounts: Vec<Value> = drafts.iter().map(|draft| view::draft(draft, None)).collect();
        let mut row = json!({"source": file, "format": format_of(text), "accounts": accounts});
        if self.reveal {
            row["text"] = json!(text);
        }
        row
    }

    fn print(&self, file: &Path, texts: &[zeroize::Zeroizing<String>]) -> Result<(), Failure> {
        let name = shown(&file.display().to_string());
        if texts.is_empty() {
            return answer::line(&format!("{name}: no QR code was found"));
        }
        for text in texts {
            for line in describe(text) {
                answer::line(&format!("{name}: {line}"))?;
            }
            if self.reveal {
                answer::line(&format!("  {}", shown(text)))?;
            }
        }
        Ok(())
    }
}

fn look(file: &Path) -> Result<Vec<zeroize::Zeroizing<String>>, Failure> {
    let bytes = ask::read(file, MOST_BYTES)?;
    let found = sources::symbols(&bytes).map_err(|fault| {
        let mut failure = Failure::from(fault);
        failure.message = format!("{}: {}", file.display(), failure.message);
        failure
    })?;
    Ok(found.into_iter().map(|symbol| symbol.text).collect())
}

fn format_of(text: &str) -> &'static str {
    match import::what_is(text) {
        Holds::Account => "otpauth-uri",
        Holds::Migration => "google-migration",
        other => other.code(),
    }
}

fn describe(text: &str) -> Vec<String> {
    match import::what_is(text) {
        Holds::Account | Holds::Migration => match import::read_texts([text].into_iter()) {
            Ok(found) => {
                let skipped = found.skipped.iter().map(sources::skipped_line);
                found.drafts.iter().map(review::describe).chain(skipped).collect()
            }
            Err(fault) => vec![fault.to_string()],
        },
        other => vec![other.sentence()],
    }
}
