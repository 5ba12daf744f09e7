//! Bitwarden Authenticator (Android, iOS): exports as JSON and CSV.
//!
//! Settings → Export. Plain. Its CSV has six columns in the header and nine in each row, and quotes nothing.

use super::bitwarden::{is_authenticator, items, key, named};
use super::container::{Json, Table};
use super::entry::{Entry, Parameters};
use super::gather::Gathering;
use super::{Access, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;

/// Reads Bitwarden Authenticator.
pub(super) const IMPORTER: Importer =
    Importer { name: "bitwarden-authenticator", about: "Bitwarden Authenticator: exported JSON or CSV", detect, read };

/// The columns that the header names; behind them stand issuer, period and digits without a name.
const COLUMNS: [&str; 6] = ["folder", "favorite", "type", "name", "login_uri", "login_totp"];
const KEY: usize = 5;
const TAIL: usize = 3;

fn detect(source: &Source<'_>) -> Fit {
    match source.json() {
        Some(json) => Fit::from(is_authenticator(json)),
        None => {
            let header = source.text().map(Table::header).unwrap_or_default();
            Fit::from(header.iter().take(COLUMNS.len()).eq(COLUMNS.iter()))
        }
    }
}

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let gathering = Gathering::new(IMPORTER.name);
    match source.json() {
        Some(json) => items(json, gathering),
        None => rows(source.text().ok_or(ImportError::UnknownFormat)?, gathering),
    }
}

fn rows(text: &str, mut gathering: Gathering) -> Result<Import, ImportError> {
    let is_header = |line: &str| Table::has_columns(line, &COLUMNS);
    for (place, line) in (1..).zip(text.lines()) {
        let line = line.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
        if line.is_empty() || is_header(line) {
            continue;
        }
        let cells = cells(line);
        gathering.add_at(place, || cells[3].clone(), draft(&cells))?;
    }
    gathering.finish()
}

fn draft(cells: &[String; KEY + 1 + TAIL]) -> Entry {
    let [folder, favourite, _, name, _, totp, issuer, period, digits] = cells;
    let [period, digits] = [period, digits].map(|text| Json::Text(text.clone().into()));
    let parameters = Parameters { period: &period, digits: &digits, ..Parameters::default() };
    // What stands behind a link says the same as the link does.
    let draft = named(key(totp, parameters)?, if issuer.is_empty() { name } else { issuer }, "");
    Ok(Draft { tags: vec![folder.clone()], pinned: favourite == "1", ..draft })
}

/// Splits a row into its nine cells; a comma in a name or a link splits no cell.
fn cells(line: &str) -> [String; KEY + 1 + TAIL] {
    let mut parts = split(line);
    let link = parts.iter().position(|part| part.contains("://") && is_key(part)).unwrap_or(KEY);
    if parts.len() > KEY + 1 + TAIL && link < parts.len() - TAIL {
        let end = parts.len() - TAIL;
        let key = parts[link..end].join(",");
        parts.splice(link..end, [key]);
    }
    if link > KEY {
        let name = parts[3..link - 1].join(",");
        parts.splice(3..link - 1, [name]);
    }
    let mut parts = parts.into_iter().map(|part| part.trim().to_owned());
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

fn is_key(part: &str) -> bool {
    let part = part.trim_start().to_ascii_lowercase();
    part.starts_with("otpauth://") || part.starts_with("steam://")
}

/// Splits at commas, or as CSV where something is quoted after all.
fn split(line: &str) -> Vec<String> {
    let is_quoted = line.starts_with('"') || line.contains(",\"");
    match Table::cells(line).filter(|_| is_quoted) {
        Some(cells) => cells,
        None => line.split(',').map(str::to_owned).collect(),
    }
}
