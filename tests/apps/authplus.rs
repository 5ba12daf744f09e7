//! Authenticator Plus, and archives that mean harm.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

use crate::google::database;
use crate::seal::{hmac, pbkdf2};
use crate::{SECRETS, WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};
use sterk::import::ImportError;

const ACCOUNTS: [&str; 2] =
    ["totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 8 30s", "hotp Post|grace JBSWY3DPEHPK3PXP SHA1 6 #7"];

fn list() -> String {
    format!(
        "otpauth://totp/Forge:ada?secret={}&issuer=Forge&digits=8\notpauth://hotp/Post:grace?secret={}&counter=7&issuer=Post\n",
        SECRETS[0], SECRETS[1]
    )
}

/// Makes an archive of members, each with a passphrase or without.
pub fn archive(members: &[(&str, &[u8], Option<&str>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes, words) in members {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        match words {
            Some(words) => writer.start_file(*name, options.with_aes_encryption(AesMode::Aes256, words)).unwrap(),
            None => writer.start_file(*name, options).unwrap(),
        }
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Encrypts a database as SQLCipher 3 does: pages of 1024 bytes with 48 at the end that are not the database's.
fn sqlcipher(statements: &str) -> Vec<u8> {
    let statements = format!("PRAGMA page_size=1024; {statements}");
    let mut plain = database(&statements);
    assert_eq!(plain[20], 0, "SQLite reserves nothing by itself");
    // The rows are few and stand at the end of their page, where the reserve will be: make room for it.
    plain = with_reserve(&plain);
    let (salt, words) = ([0x5a; 16], WORDS.as_bytes());
    let key = pbkdf2::<sha1::Sha1>(words, &salt, 64_000, 32);
    let mac_key = pbkdf2::<sha1::Sha1>(&key, &salt.map(|byte| byte ^ 0x3a), 2, 32);
    let mut sealed = Vec::new();
    for (number, page) in (1u32..).zip(plain.chunks_exact(1024)) {
        let start = if number == 1 { 16 } else { 0 };
        let iv = [number as u8; 16];
        let mut body = crate::seal::cbc(&key, &iv, &page[start..1024 - 48]);
        body.truncate(1024 - 48 - start);
        let mac = hmac::<sha1::Sha1>(&mac_key, &[&body[..], &iv, &number.to_le_bytes()].concat());
        if number == 1 {
            sealed.extend(salt);
        }
        sealed.extend([&body[..], &iv, &mac, &[0; 12]].concat());
    }
    sealed
}

/// Moves the cells of every leaf 48 bytes to the front and says so in the header.
fn with_reserve(database: &[u8]) -> Vec<u8> {
    let mut moved = database.to_vec();
    moved[20] = 48;
    for (index, page) in moved.chunks_exact_mut(1024).enumerate() {
        let head = if index == 0 { 100 } else { 0 };
        assert_eq!(page[head], 13, "a leaf");
        let number = |page: &[u8], at: usize| u16::from_be_bytes([page[at], page[at + 1]]);
        let (cells, start) = (number(page, head + 3), usize::from(number(page, head + 5)));
        page.copy_within(start.., start - 48);
        page[1024 - 48..].fill(0);
        page[head + 5..head + 7].copy_from_slice(&((start - 48) as u16).to_be_bytes());
        for cell in 0..usize::from(cells) {
            let at = head + 8 + 2 * cell;
            let place = number(page, at) - 48;
            page[at..at + 2].copy_from_slice(&place.to_be_bytes());
        }
    }
    moved
}

#[test]
fn opens_the_archive_with_its_password_alone() {
    let file = archive(&[("backup/Accounts.txt", list().as_bytes(), Some(WORDS))]);
    opens_with_its_passphrase_alone(&file, "authenticator-plus", &ACCOUNTS);
    let import = plain(archive(&[("Accounts.txt", list().as_bytes(), None)])).unwrap();
    assert_eq!(
        (import.format, import.encrypted, shown(&import)),
        ("authenticator-plus", false, ACCOUNTS.map(String::from).to_vec())
    );
    ends_early_with_a_name(Some(WORDS), &file, 17);
}

#[test]
fn opens_the_database_with_its_password() {
    let file = sqlcipher(&format!(
        "CREATE TABLE accounts (_id INTEGER PRIMARY KEY, email TEXT, secret TEXT, counter INTEGER, type INTEGER, \
         issuer TEXT, original_name TEXT, category TEXT); \
         INSERT INTO accounts (email, secret, counter, type, issuer, category) VALUES \
         ('Forge:ada', '{}', 0, 0, 'Forge', 'Work'), ('grace', '{}', 7, 1, 'Post', NULL), \
         ('EU-1', '3132333435363738393031323334353637383930', 0, 2, 'Battle.net', NULL), ('bad', '0', 0, 0, NULL, NULL)",
        SECRETS[0], SECRETS[1]
    ));
    let import = with(WORDS, &file).unwrap();
    assert_eq!((import.format, import.encrypted), ("authenticator-plus", true));
    let accounts = [
        "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 6 30s",
        ACCOUNTS[1],
        "totp Battle.net|EU-1 GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 8 30s",
    ];
    assert_eq!(shown(&import), accounts);
    assert_eq!((complaints(&import), &import.drafts[0].tags[..]), (vec![(4, "bad_secret")], &["Work".to_owned()][..]));
    assert_eq!(with("wrong", &file).unwrap_err(), ImportError::WrongPassphrase);
    let mut changed = file.clone();
    changed[1024 + 100] ^= 1;
    assert_eq!(with(WORDS, &changed).unwrap_err(), ImportError::Damaged, "the second page");
}

#[test]
fn reads_what_it_knows_of_an_archive_that_is_of_no_app() {
    let file = archive(&[
        ("readme", b"hello", None),
        ("a/list.txt", list().as_bytes(), Some(WORDS)),
        ("inner.zip", &archive(&[("Accounts.txt", list().as_bytes(), None)]), None),
    ]);
    let import = with(WORDS, &file).unwrap();
    assert_eq!(
        (import.format, import.encrypted, shown(&import)),
        ("otpauth-uri", true, ACCOUNTS.map(String::from).to_vec())
    );
    assert_eq!(plain(archive(&[("readme", b"hello", None)])).unwrap_err(), ImportError::UnknownFormat);
}

#[test]
fn unpacks_no_more_than_a_file_may_be() {
    let zeros = vec![b' '; 65 * 1024 * 1024];
    let file = archive(&[("Accounts.txt", &zeros, None)]);
    assert!(file.len() < 1024 * 1024, "a small file that declares much");
    assert!(matches!(plain(&file).unwrap_err(), ImportError::TooCostly { .. }));
    let half = vec![b' '; 45 * 1024 * 1024];
    let file = archive(&[("a", &half, None), ("b", &half, None), ("c", &half, None), ("d", &half, None)]);
    assert!(matches!(plain(&file).unwrap_err(), ImportError::TooCostly { .. }), "together they are too much");
}

#[test]
fn believes_no_size_that_an_archive_declares() {
    let mut file = archive(&[("Accounts.txt", list().as_bytes(), None)]);
    // The uncompressed size stands 22 bytes into the local header and 24 into the central one.
    let central = file.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    for at in [22, central + 24] {
        file[at..at + 4].copy_from_slice(&(1u32 << 30).to_le_bytes());
    }
    let read = plain(&file);
    assert!(
        read.is_ok_and(|import| import.drafts.len() == 2)
            || plain(&file).is_err_and(|error| error == ImportError::Damaged)
    );
}
