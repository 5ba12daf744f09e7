//! The containers that exports come in: JSON, ZIP, XML, CSV, SQLite; each bounded, each in memory.

mod archive;
mod archived;
mod database;
mod java;
mod json;
mod kdbx;
mod keepass;
mod table;
mod xml;

pub(super) use self::archive::{Archive, Member};
pub(super) use self::archived::Archived;
pub(super) use self::database::{Database, Value};
pub(super) use self::java::string_map;
pub(super) use self::json::{Json, NULL};
pub(super) use self::kdbx::{KEEPASS, key_file, open_kdbx};
pub(super) use self::keepass::{Record, records};
pub(super) use self::table::{Row, Table};
pub(super) use self::xml::{Preference, preferences};
