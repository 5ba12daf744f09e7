//! SQLite databases of foreign make: opened in memory, read-only, as plain tables and nothing more.

use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB};
use zeroize::Zeroizing;

use crate::import::{ImportError, MAX_ENTRIES};

/// The longest that one look at a database takes.
const MOST_TIME: Duration = Duration::from_secs(2);

/// The longest value, in bytes.
const MOST_VALUE: i32 = 4 * 1024 * 1024;

/// Is one value of a row.
#[derive(Clone, PartialEq)]
pub(in crate::import) enum Value {
    Null,
    Whole(i64),
    Text(Zeroizing<String>),
    Other,
}

impl Value {
    /// Returns a text, trimmed, or an empty one.
    pub(in crate::import) fn text(&self) -> &str {
        if let Self::Text(text) = self { text.trim() } else { "" }
    }

    /// Returns a whole number.
    pub(in crate::import) fn whole(&self) -> Option<i64> {
        if let Self::Whole(number) = self { Some(*number) } else { None }
    }
}

/// Is an open database.
pub(in crate::import) struct Database(Connection);

impl Database {
    /// How a database begins.
    pub(in crate::import) const MAGIC: &[u8] = b"SQLite format 3\0";

    /// Tells whether bytes are a database.
    pub(in crate::import) fn detect(bytes: &[u8]) -> bool {
        bytes.starts_with(Self::MAGIC)
    }

    /// Opens a copy in memory; `log` is the write-ahead log beside it, if there is one.
    pub(in crate::import) fn open(bytes: &[u8], log: Option<&[u8]>) -> Result<Self, ImportError> {
        let mut copy = Zeroizing::new(bytes.to_vec());
        if let Some(log) = log {
            replay(&mut copy, log);
        }
        // A database that is one with its log opens only with the log in place: 1 is without.
        if let Some(versions) = copy.get_mut(18..20) {
            versions.fill(1);
        }
        Self::deserialize(&copy).map_err(|_| ImportError::Damaged)
    }

    fn deserialize(bytes: &[u8]) -> rusqlite::Result<Self> {
        let mut connection = Connection::open_in_memory()?;
        connection.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MOST_VALUE)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        let began = Instant::now();
        connection.progress_handler(1_000, Some(move || began.elapsed() > MOST_TIME))?;
        Ok(Self(connection))
    }

    /// Returns the names of the columns of a table, in lower case; none if there is no such table.
    pub(in crate::import) fn columns(&self, table: &str) -> Vec<String> {
        let names = || -> rusqlite::Result<Vec<String>> {
            let mut found = self.0.prepare("SELECT lower(name) FROM pragma_table_info(?1)")?;
            let names = found.query_map([table], |row| row.get(0))?;
            names.collect()
        };
        names().unwrap_or_default()
    }

    /// Tells whether a table has every one of these columns.
    pub(in crate::import) fn has_columns(&self, table: &str, names: &[&str]) -> bool {
        let columns = self.columns(table);
        names.iter().all(|name| columns.iter().any(|found| found == name))
    }

    /// Returns the rows of a table in the order of their making, each with these columns.
    ///
    /// `table` and `columns` are words of ours; a column that is not there is null.
    pub(in crate::import) fn rows<const N: usize>(
        &self,
        table: &str,
        columns: [&str; N],
    ) -> Result<Vec<[Value; N]>, ImportError> {
        let there = self.columns(table);
        let named = columns.map(|name| match there.iter().any(|found| found == name) {
            true => format!("\"{name}\""),
            false => "NULL".to_owned(),
        });
        let query = format!("SELECT {} FROM \"{table}\" ORDER BY rowid LIMIT {}", named.join(","), MAX_ENTRIES + 1);
        self.selected(&query).map_err(|_| ImportError::Damaged)
    }

    fn selected<const N: usize>(&self, query: &str) -> rusqlite::Result<Vec<[Value; N]>> {
        let mut statement = self.0.prepare(query)?;
        let mut rows = statement.query([])?;
        let mut values = Vec::new();
        while let Some(row) = rows.next()? {
            let mut found = [const { Value::Null }; N];
            for (column, value) in found.iter_mut().enumerate() {
                *value = owned(row.get_ref(column)?);
            }
            values.push(found);
        }
        Ok(values)
    }
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Whole(number),
        ValueRef::Text(text) => Value::Text(Zeroizing::new(String::from_utf8_lossy(text).into_owned())),
        ValueRef::Real(_) | ValueRef::Blob(_) => Value::Other,
    }
}

/// Puts the pages that a write-ahead log committed in their places (SQLite file format, section 4).
///
/// A log that does not fit, or is cut off, gives what it holds up to there.
fn replay(database: &mut Vec<u8>, log: &[u8]) {
    let number =
        |bytes: &[u8], at: usize| bytes.get(at..at + 4).and_then(|b| Some(u32::from_be_bytes(b.try_into().ok()?)));
    let (Some(magic), Some(size), Some(salt)) = (number(log, 0), number(log, 8), log.get(16..24)) else { return };
    let size = size as usize;
    if magic & !1 != 0x377f_0682 || !(512..=65_536).contains(&size) || !size.is_power_of_two() {
        return;
    }
    let order = if magic & 1 == 1 { u32::from_be_bytes } else { u32::from_le_bytes };
    let mut sum = summed([0; 2], &log[..24], order);
    if number(log, 24) != Some(sum[0]) || number(log, 28) != Some(sum[1]) {
        return;
    }
    let mut waiting: Vec<(usize, &[u8])> = Vec::new();
    for frame in log[32..].chunks_exact(24 + size) {
        let (head, page) = frame.split_at(24);
        sum = summed(summed(sum, &head[..8], order), page, order);
        let is_sound = head[8..16] == *salt && number(head, 16) == Some(sum[0]) && number(head, 20) == Some(sum[1]);
        let (Some(place @ 1..), Some(pages), true) = (number(head, 0), number(head, 4), is_sound) else { return };
        waiting.push((place as usize - 1, page));
        if pages != 0 {
            commit(database, &mut waiting, pages as usize, size);
        }
    }
}

fn commit(database: &mut Vec<u8>, waiting: &mut Vec<(usize, &[u8])>, pages: usize, size: usize) {
    // A log brings all the pages by which it makes the database longer: no more than it has itself.
    let length = pages.saturating_mul(size);
    if length > database.len() + waiting.len() * size {
        waiting.clear();
        return;
    }
    database.resize(length, 0);
    for (place, page) in waiting.drain(..) {
        if let Some(old) = database.get_mut(place * size..(place + 1) * size) {
            old.copy_from_slice(page);
        }
    }
}

fn summed([mut one, mut two]: [u32; 2], bytes: &[u8], order: fn([u8; 4]) -> u32) -> [u32; 2] {
    for pair in bytes.as_chunks::<8>().0 {
        let [a, b] = [0, 4].map(|at| order([pair[at], pair[at + 1], pair[at + 2], pair[at + 3]]));
        one = one.wrapping_add(a).wrapping_add(two);
        two = two.wrapping_add(b).wrapping_add(one);
    }
    [one, two]
}
