//! Files that mean harm, whatever app they claim to be of.

use sterk::Passphrase;
use sterk::import::{Access, IMPORTERS, ImportError, Source, read_from};

use crate::{plain, with};

/// The beginnings by which importers know their files, each with room for something hostile inside.
const CLAIMS: [&str; 8] = [
    r#"{"version":1,"header":{},"db":@}"#,
    r#"{"services":[@],"schemaVersion":4}"#,
    r#"[{"secret":"A","label":@,"type":"TOTP","digits":6}]"#,
    r#"{"encrypted":false,"items":[@]}"#,
    r#"{"kdfParams":{"memLimit":1,"opsLimit":1,"salt":@},"encryptedData":"","encryptionNonce":""}"#,
    r#"{"tokens":[@],"tokenOrder":[]}"#,
    r#"{"localDeviceId":"","accounts":[@]}"#,
    r#"[{"otpGenerator":@}]"#,
];

#[test]
fn deep_json_is_refused_by_name() {
    for claim in CLAIMS {
        let deep = claim.replace('@', &("[".repeat(100_000) + &"]".repeat(100_000)));
        assert!(matches!(plain(&deep).unwrap_err(), ImportError::TooCostly { .. }), "{claim}");
    }
}

#[test]
fn json_of_millions_of_values_is_refused_by_name() {
    let wide = CLAIMS[1].replace('@', &"0,".repeat(4_000_000)) + "0";
    assert!(matches!(plain(&wide).unwrap_err(), ImportError::TooCostly { .. }));
}

#[test]
fn tables_of_millions_of_cells_and_files_of_empty_lines_are_refused_by_name() {
    let header = "folder,favorite,type,name,login_uri,login_username,login_totp\n";
    assert!(matches!(plain(header.to_owned() + &",".repeat(1_000_001)).unwrap_err(), ImportError::TooCostly { .. }));
    assert!(matches!(plain(header.to_owned() + &"a,\n".repeat(600_000)).unwrap_err(), ImportError::TooCostly { .. }));
    for line in ["\n", "a\n", "\"\n", "{\n", "a:\n"] {
        assert!(plain(line.repeat(1024 * 1024 / line.len())).is_err());
    }
}

#[test]
fn more_entries_than_a_file_may_have_are_refused() {
    let entry = r#"{"name":"a","secret":"JBSWY3DP","otp":{}}"#;
    let entries = vec![entry; 10_001].join(",");
    assert_eq!(plain(CLAIMS[1].replace('@', &entries)).unwrap_err(), ImportError::TooManyEntries);
}

#[test]
fn cut_json_is_damaged_and_other_json_is_unknown() {
    for claim in CLAIMS {
        assert_eq!(plain(claim[..claim.len() - 1].replace('@', "null")).unwrap_err(), ImportError::Damaged);
    }
    for other in ["{}", "[]", "[1,2]", r#"{"a":{"b":[]}}"#, "null"] {
        assert_eq!(plain(other).unwrap_err(), ImportError::UnknownFormat, "{other}");
    }
}

#[test]
fn a_file_of_one_app_is_of_no_other() {
    for bytes in [&b"\x89PNG\r\n\x1a\n"[..], b"%PDF-1.7", b"\x7fELF\x02", b"", b"\0\0\0\0", b"hello", &[0xff; 64]] {
        assert_eq!(plain(bytes).unwrap_err(), ImportError::UnknownFormat, "{bytes:?}");
    }
}

#[test]
fn encrypted_mail_is_to_be_opened_first() {
    let error = plain("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n").unwrap_err();
    assert_eq!(error.code(), "pgp_encrypted");
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_looked_at() {
    let large = vec![b'{'; sterk::import::MAX_FILE + 1];
    assert_eq!(plain(&large).unwrap_err(), ImportError::FileTooBig);
    let (source, access) = (Source::new(&large), Access::default());
    for importer in IMPORTERS {
        assert_eq!(importer.read(&source, &access).unwrap_err(), ImportError::FileTooBig, "{}", importer.name);
    }
}

#[test]
fn every_importer_answers_every_file_with_a_name() {
    let files: [&[u8]; 9] =
        [b"", b"{}", b"[]", b"[{}]", b"{\"a\":1}", b"PK\x05\x06", b"SQLite format 3\0", b"\xac\xed\0\x05", b"a,b\n1,2"];
    let words = Passphrase::new("words".into());
    for importer in IMPORTERS {
        for file in files {
            let source = Source::new(file);
            for access in [Access::default(), Access::with(&words)] {
                assert!(importer.read(&source, &access).is_err(), "{} reads {file:?}", importer.name);
            }
        }
    }
}

#[test]
fn importers_stand_by_name_and_have_names_of_their_own() {
    let names: Vec<_> = IMPORTERS.iter().map(|importer| importer.name).collect();
    assert!(names.is_sorted_by(|one, other| one < other), "{names:?}");
}

#[test]
fn leaks_nothing_into_errors_or_debug() {
    let file =
        r#"{"services":[{"name":"a","secret":"PRIVATE1","otp":{"algorithm":"PRIVATE"}}],"schemaVersion":"PRIVATE"}"#;
    let error = plain(file).unwrap_err();
    let words = Passphrase::new("PRIVATE".into());
    let refused = read_from(&Source::new(b"PK\x05\x06PRIVATE"), &Access::with(&words)).unwrap_err();
    let printed = format!("{error:?} {error} {refused:?} {refused}");
    assert!(!printed.contains("PRIVATE"), "{printed}");
    let _ = with("PRIVATE", file);
}
