//! How answers are printed: one JSON document, or plain columns.

use std::io::{self, Write};
use std::path::Path;

use clap::builder::styling::Style;
use serde::Serialize;
use sterk::account::shown;

use crate::failure::Failure;
pub use sterk::calendar::{dated, stamped};

/// Prints one JSON document.
pub fn json(document: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(document).map_err(|_| Failure::new("io_failed", "could not write the answer"))?;
    line(&text)
}

/// Prints one line; a reader that went away is no failure.
pub fn line(text: &str) -> Result<(), Failure> {
    written(writeln!(io::stdout(), "{text}"))
}

fn written(done: io::Result<()>) -> Result<(), Failure> {
    match done {
        Err(fault) if fault.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new("io_failed", format!("could not write to standard output: {fault}")))
        }
        _ => Ok(()),
    }
}

/// Prints rows in columns as wide as their widest cell, two spaces apart.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> Result<(), Failure> {
    painted_columns(rows, |_| Style::new())
}

/// Prints rows in columns, each in the style that `style` gives for its index.
pub fn painted_columns<const N: usize>(rows: &[[String; N]], style: impl Fn(usize) -> Style) -> Result<(), Failure> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    for (index, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        line(&paint(cells.collect::<Vec<_>>().join("  ").trim_end(), style(index)))?;
    }
    Ok(())
}

/// Puts a style around a text; a plain style adds nothing.
pub fn paint(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes a number of accounts: `1 account`, `2 accounts`.
pub fn accounts(count: usize) -> String {
    if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") }
}

/// Writes a path so that a file's name cannot speak to the terminal.
pub fn path(path: &Path) -> String {
    shown(&path.display().to_string())
}

/// Prints a whole text, which ends its own lines; a reader that went away is no failure.
pub fn text(text: &[u8]) -> Result<(), Failure> {
    written(io::stdout().write_all(text))
}

/// Groups a code for reading: `492 013`, `492 0134`, `4920 1345`; up to five characters stay whole.
pub fn grouped(code: &str) -> String {
    let count = code.chars().count();
    if count <= 5 {
        return code.to_owned();
    }
    let first = if count == 10 {
        5
    } else if count >= 8 {
        count / 2
    } else {
        3
    };
    let (head, tail): (String, String) = (code.chars().take(first).collect(), code.chars().skip(first).collect());
    format!("{head} {tail}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn groups_codes_of_every_length() {
        let grouped = ["12345", "492013", "4920134", "49201345", "1234567890"].map(super::grouped);
        assert_eq!(grouped, ["12345", "492 013", "492 0134", "4920 1345", "12345 67890"]);
    }
}
