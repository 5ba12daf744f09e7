//! The database of Google Authenticator, and databases that mean harm.

use rusqlite::Connection;
use sterk::import::{Access, ImportError, Source, read_from};
use zeroize::Zeroizing;

use crate::{SECRETS, complaints, plain, shown};

const TABLE: &str = "CREATE TABLE accounts (_id INTEGER PRIMARY KEY, email TEXT NOT NULL, secret TEXT NOT NULL, \
    counter INTEGER DEFAULT 0, type INTEGER, provider INTEGER DEFAULT 0, issuer TEXT DEFAULT NULL, original_name TEXT)";

/// Makes a database by statements and returns its bytes.
pub fn database(statements: &str) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(statements).unwrap();
    connection.serialize("main").unwrap().to_vec()
}

fn row(email: &str, secret: &str, counter: i64, kind: i64, issuer: &str) -> String {
    format!(
        "INSERT INTO accounts (email, secret, counter, type, issuer) VALUES ('{email}', '{secret}', {counter}, {kind}, {issuer});"
    )
}

fn file() -> Vec<u8> {
    let rows = [
        row("Forge:ada", SECRETS[0], 0, 0, "'Forge'"),
        row("Post:grace", SECRETS[1], 7, 1, "NULL"),
        row("alone", "jbsw y3dp ehpk 3pxp", 0, 0, "NULL"),
        row("bad", "1", 0, 0, "NULL"),
        row("odd", SECRETS[1], 0, 9, "NULL"),
        row("behind", SECRETS[1], -1, 1, "NULL"),
    ];
    database(&format!("{TABLE}; {}", rows.concat()))
}

#[test]
fn reads_the_table() {
    let import = plain(file()).unwrap();
    assert_eq!((import.format, import.encrypted), ("google-authenticator", false));
    let accounts = [
        "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 6 30s",
        "hotp Post|grace JBSWY3DPEHPK3PXP SHA1 6 #7",
        "totp |alone JBSWY3DPEHPK3PXP SHA1 6 30s",
    ];
    assert_eq!(shown(&import), accounts);
    assert_eq!(complaints(&import), [(4, "bad_secret"), (5, "unknown_type"), (6, "bad_counter")]);
}

#[test]
fn reads_the_rows_that_only_the_log_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("databases");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(&format!("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; {TABLE};")).unwrap();
    connection.execute_batch(&row("Forge:ada", SECRETS[0], 0, 0, "'Forge'")).unwrap();
    let (bytes, log) = (std::fs::read(&path).unwrap(), std::fs::read(folder.path().join("databases-wal")).unwrap());
    let beside = |name: &str| (name == "databases-wal").then(|| Zeroizing::new(log.clone()));
    let source = Source::new(&bytes).named("databases").beside(&beside);
    let import = read_from(&source, &Access::default()).unwrap();
    assert_eq!(shown(&import), ["totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 6 30s"]);
    for length in (0..log.len()).step_by(173) {
        let beside = |_: &str| Some(Zeroizing::new(log[..length].to_vec()));
        let source = Source::new(&bytes).named("databases").beside(&beside);
        assert!(read_from(&source, &Access::default()).is_err(), "a log that is cut off brings no half of a page");
    }
}

#[test]
fn follows_no_view_and_no_endless_query() {
    let endless = "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c) SELECT";
    let view = format!("CREATE VIEW accounts AS {endless} 'a' AS email, 'JBSWY3DP' AS secret FROM c");
    let began = std::time::Instant::now();
    assert!(plain(database(&view)).is_err());
    assert!(began.elapsed().as_secs() < 4);
}

#[test]
fn survives_every_byte_that_is_changed() {
    let file = file();
    for place in (0..file.len()).step_by(61) {
        let mut changed = file.clone();
        changed[place] ^= 0xff;
        if let Err(error) = plain(&changed) {
            assert!(!error.code().is_empty());
        }
        let _ = plain(&file[..place]);
    }
    assert_eq!(plain(&file[..100]).unwrap_err(), ImportError::UnknownFormat);
}
