//! `sterk scan`: looks, keeps nothing, and needs no vault.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use sterk::account::shown;
use sterk::capture::{Sight, Spot};
use sterk::import::{self, Holds};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::failure::Failure;
use crate::look::{self, Looking, View};
use crate::{answer, ask, review, sources, view};

/// The most bytes of a picture, 64 MiB.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Show the QR codes in pictures, on the screen or before a camera and what they hold; keeps nothing
#[derive(Debug, Args)]
pub struct Scan {
    /// PNG, JPEG, WebP, GIF or BMP
    #[arg(value_name = "FILE", required_unless_present_any = ["screen", "clipboard", "camera"])]
    files: Vec<PathBuf>,
    #[command(flatten)]
    looking: Looking,
    /// Show the whole text of each code, secrets included
    #[arg(long)]
    reveal: bool,
}

/// Is what was found in one place; `spot` says where on a monitor.
struct Find {
    source: String,
    text: Zeroizing<String>,
    spot: Option<Spot>,
}

impl Scan {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        for file in &self.files {
            context.claim(Some(file), "FILE")?;
        }
        let views = self.looking.views()?;
        let mut rows = Vec::new();
        let mut failed = None;
        let files = self.files.iter().map(|file| (file.display().to_string(), in_file(file)));
        let looks = views.into_iter().map(|view| (view.word().to_owned(), self.seen(context, view)));
        for (source, found) in files.chain(looks) {
            match found {
                Ok(found) if context.global.json => rows.extend(found.iter().map(|find| self.row(find))),
                Ok(found) => self.print(&source, &found)?,
                Err(failure) => {
                    rows.push(json!({"source": source, "error": {"code": failure.code, "message": failure.message}}));
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
            Some(code) if !context.global.json => Err(Failure::new(code, "not everything could be read")),
            _ => Ok(()),
        }
    }

    fn seen(&self, context: &Context, view: View) -> Result<Vec<Find>, Failure> {
        let sight = self.looking.see(context, view, look::holds_anything)?;
        let Sight { places, seen, .. } = sight;
        let source = |spot: &Option<Spot>| match spot.as_ref().and_then(|spot| places.get(spot.place)) {
            Some(place) => format!("{}:{}", view.word(), shown(&place.name)),
            None => view.word().to_owned(),
        };
        Ok(seen
            .into_iter()
            .map(|one| Find { source: source(&one.spot), text: one.text.into(), spot: one.spot })
            .collect())
    }

    fn row(&self, find: &Find) -> Value {
        let drafts = import::read_texts([find.text.as_str()].into_iter()).map(|found| found.drafts).unwrap_or_default();
        let accounts: Vec<Value> = drafts.iter().map(|draft| view::draft(draft, None)).collect();
        let mut row = json!({"source": find.source, "format": format_of(&find.text), "accounts": accounts});
        if let Some(spot) = &find.spot {
            row["corners"] = json!(spot.corners);
        }
        if self.reveal {
            row["text"] = json!(find.text.as_str());
        }
        row
    }

    fn print(&self, source: &str, found: &[Find]) -> Result<(), Failure> {
        if found.is_empty() {
            return answer::line(&format!("{}: no QR code was found", shown(source)));
        }
        for find in found {
            for line in describe(&find.text) {
                answer::line(&format!("{}: {line}", shown(&find.source)))?;
            }
            if self.reveal {
                answer::line(&format!("  {}", shown(&find.text)))?;
            }
        }
        Ok(())
    }
}

fn in_file(file: &Path) -> Result<Vec<Find>, Failure> {
    let bytes = ask::read(file, MOST_BYTES)?;
    let found = sources::codes(bytes).map_err(|failure| sources::in_file(failure, file))?;
    let source = file.display().to_string();
    Ok(found.into_iter().map(|text| Find { source: source.clone(), text, spot: None }).collect())
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
