//! Logins in CSV: what password managers write for each other.

use super::container::{Row, Table};
use super::gather::{Gathering, label};
use super::login::{Login, is_blank};
use super::{Import, ImportError, Source};

/// Says which columns hold what; names in lower case, and the first that is not empty counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    /// Columns that only this app has together.
    pub(super) marks: &'static [&'static str],
    /// Keys of second factors; where several are there, the first that is not empty.
    pub(super) keys: &'static [&'static str],
    pub(super) title: &'static [&'static str],
    pub(super) user: &'static [&'static str],
    pub(super) note: &'static str,
    /// One tag, or several apart by commas or semicolons.
    pub(super) tags: &'static str,
    pub(super) pinned: &'static str,
    /// A path of groups whose first is the root and says nothing.
    pub(super) path: &'static str,
}

impl Columns {
    /// Has no columns at all.
    pub(super) const NONE: Self =
        Self { marks: &[], keys: &[], title: &[], user: &[], note: "", tags: "", pinned: "", path: "" };
}

/// Tells whether a file is a table with these columns.
pub(super) fn fits(source: &Source<'_>, columns: &Columns) -> bool {
    Table::has_columns(source.front(), columns.marks)
}

/// Reads the rows that have a key; the others are logins without a second factor.
pub(super) fn read(source: &Source<'_>, columns: &Columns, format: &'static str) -> Result<Import, ImportError> {
    let text = source.text().ok_or(ImportError::UnknownFormat)?;
    let mut gathering = Gathering::new(format);
    gathering.holds_more();
    for (line, row) in Table::parse(text)?.rows() {
        let key = first(row, columns.keys);
        if is_blank(key) {
            continue;
        }
        let login = login(row, columns);
        gathering.add_at(line, || label(&login.title, &login.user), login.account(key))?;
    }
    gathering.finish()
}

fn first<'a>(row: Row<'a>, names: &[&str]) -> &'a str {
    names.iter().map(|name| cell(row, name)).find(|cell| !cell.is_empty()).unwrap_or_default()
}

/// Returns a cell; a column without a name is none, although tables have such.
fn cell<'a>(row: Row<'a>, name: &str) -> &'a str {
    if name.is_empty() { "" } else { row.cell(name) }
}

fn login(row: Row<'_>, columns: &Columns) -> Login {
    let tags = cell(row, columns.tags).split([',', ';']).map(str::to_owned);
    let path = cell(row, columns.path).split_once('/').map(|(_, rest)| rest.to_owned());
    Login {
        title: first(row, columns.title).to_owned(),
        user: first(row, columns.user).to_owned(),
        note: cell(row, columns.note).to_owned(),
        tags: tags.chain(path).collect(),
        pinned: matches!(cell(row, columns.pinned).to_ascii_lowercase().as_str(), "1" | "true" | "yes"),
        is_trashed: false,
    }
}
