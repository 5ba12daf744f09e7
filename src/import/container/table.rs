//! CSV by the names of its columns.

use zeroize::Zeroizing;

use crate::import::ImportError;

/// The most cells of a table: a vault of 50,000 passwords has half of it.
const MOST_CELLS: usize = 1_000_000;

/// Is a table: a header, and rows that may be longer or shorter than it.
pub(in crate::import) struct Table {
    header: Vec<String>,
    rows: Vec<(usize, Vec<Zeroizing<String>>)>,
}

impl Table {
    /// Returns the names of the columns in the first line of a text, in lower case.
    pub(in crate::import) fn header(text: &str) -> Vec<String> {
        let mut reader = reader(text.trim_start().lines().next().unwrap_or_default());
        let mut record = csv::StringRecord::new();
        match reader.read_record(&mut record) {
            Ok(true) => record.iter().map(|name| name.trim().to_lowercase()).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the cells of one line, if it is one of CSV.
    pub(in crate::import) fn cells(line: &str) -> Option<Vec<String>> {
        let mut record = csv::StringRecord::new();
        let is_read = reader(line).read_record(&mut record).ok()?;
        is_read.then(|| record.iter().map(str::to_owned).collect())
    }

    /// Tells whether the first line of a text names every one of these columns.
    pub(in crate::import) fn has_columns(text: &str, names: &[&str]) -> bool {
        let header = Self::header(text);
        names.iter().all(|name| header.iter().any(|found| found == name))
    }

    /// Reads a whole table; empty lines are passed over.
    pub(in crate::import) fn parse(text: &str) -> Result<Self, ImportError> {
        let header = Self::header(text);
        let mut rows = Vec::new();
        let (mut line, mut counted, mut all) = (1, 0, 0);
        for record in reader(text).into_records().skip(1) {
            let record = record.map_err(|_| ImportError::Damaged)?;
            // The reader's own count lags behind where lines end in two characters, or are empty.
            let begins = start(text, record.position().map_or(0, |position| position.byte() as usize));
            line += text.as_bytes().get(counted..begins).map_or(0, |over| over.iter().filter(|b| **b == b'\n').count());
            counted = begins;
            all += record.len();
            if all > MOST_CELLS {
                return Err(ImportError::TooCostly { what: "a table of more than a million cells" });
            }
            let cells: Vec<_> = record.iter().map(|cell| Zeroizing::new(cell.to_owned())).collect();
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push((line, cells));
            }
        }
        Ok(Self { header, rows })
    }

    /// Returns the rows, each with its line, counted from 1.
    pub(in crate::import) fn rows(&self) -> impl Iterator<Item = (usize, Row<'_>)> {
        self.rows.iter().map(|(line, cells)| (*line, Row { header: &self.header, cells }))
    }
}

/// Is one row of a table.
#[derive(Clone, Copy)]
pub(in crate::import) struct Row<'a> {
    header: &'a [String],
    cells: &'a [Zeroizing<String>],
}

impl<'a> Row<'a> {
    /// Returns the cell in the column of that name, trimmed; without the column it is empty.
    pub(in crate::import) fn cell(&self, name: &str) -> &'a str {
        self.header.iter().position(|found| found == name).map_or("", |column| self.nth(column))
    }

    /// Returns the cell in a column, counted from 0, trimmed.
    pub(in crate::import) fn nth(&self, column: usize) -> &'a str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }
}

/// Returns where the record begins that the reader finds from `at` on.
fn start(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes())
}
