//! Text files of URIs and texts of QR codes.

use sterk::import::{self, Holds, Import, ImportError, MAX_ENTRIES, MAX_FILE, read, read_texts, what_is};
use sterk::otp::Kind;

const ADA: &str = "otpauth://totp/ACME:ada?secret=JBSWY3DPEHPK3PXP";
const BOB: &str = "otpauth://totp/ACME:bob?secret=MZXW6YTBOI";
/// One account, "Example:alice", part 2 of 3.
const PART: &str = "otpauth-migration://offline?data=ChcKBmZvb2JhchINRXhhbXBsZTphbGljZRABGAMgASgH";
/// The same, cut in the middle.
const CUT: &str = "otpauth-migration://offline?data=ChcKBmZvb2JhchINRXhhb";

fn names(import: &Import) -> Vec<&str> {
    import.drafts.iter().map(|draft| draft.name.as_str()).collect()
}

fn complaints(import: &Import) -> Vec<(usize, &str)> {
    import.skipped.iter().map(|skipped| (skipped.position, skipped.code)).collect()
}

fn refused(error: ImportError) -> Vec<(usize, &'static str)> {
    let ImportError::NothingToImport { skipped } = error else { return Vec::new() };
    skipped.into_iter().map(|skipped| (skipped.position, skipped.code)).collect()
}

#[test]
fn reads_a_list_as_people_keep_it() {
    let file = format!("\u{feff}# mine\r\n\r\n  {ADA}  \r\n\t\"{}\",\r\n#{ADA}\r\n{BOB}", "motp://m:eve?secret=00ff");
    let import = read(file.as_bytes()).unwrap();
    assert_eq!((import.format, import.encrypted), ("otpauth-uri", false));
    assert_eq!((names(&import), complaints(&import)), (vec!["ada", "eve", "bob"], vec![]));
}

#[test]
fn says_where_each_account_stood() {
    let import = read(format!("# mine\n\n{ADA}\nnonsense\n{PART}\n{BOB}\n").as_bytes()).unwrap();
    assert_eq!((names(&import), &import.positions[..]), (vec!["ada", "alice", "bob"], &[3, 5, 6][..]));
}

#[test]
fn tells_a_list_with_remarks_from_one_without() {
    assert!(import::has_remarks(format!("{ADA}\n  # lost the first one\n").as_bytes()));
    assert!(!import::has_remarks(format!("{ADA}\n\n{BOB}#fragment\n").as_bytes()));
}

#[test]
fn reads_a_json_array_of_quoted_lines() {
    let file = format!("[\n  \"{}\",\n  \"{}\"\n]\n", ADA.replace('/', "\\/"), BOB.replace('?', "\\u003f"));
    let import = read(file.as_bytes()).unwrap();
    assert_eq!((names(&import), complaints(&import)), (vec!["ada", "bob"], vec![]));
}

#[test]
fn reads_utf_16_with_its_mark() {
    let file = format!("\u{feff}{ADA}\r\n{}", BOB.replace("bob", "Ünïcode😀"));
    let little: Vec<u8> = file.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = file.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(names(&read(&little).unwrap()), ["ada", "Ünïcode😀"]);
    assert_eq!(read(&big), read(&little));
}

#[test]
fn reads_lines_of_every_kind() {
    let file = format!("{ADA}\nsteam://MZXW6YTBOI\n{PART}\nmotp://m:eve?secret=00ff\n");
    let import = read(file.as_bytes()).unwrap();
    let kinds: Vec<_> = import.drafts.iter().map(|draft| draft.otp.kind()).collect();
    assert_eq!(kinds, [Kind::Totp, Kind::Steam, Kind::Totp, Kind::Motp]);
    assert_eq!((import.format, import.missing_parts), ("otpauth-uri", vec![1, 3]));
}

#[test]
fn names_the_missing_parts_of_a_batch_and_counts_repeats_once() {
    let import = read(format!("{PART}\n{PART}\n").as_bytes()).unwrap();
    assert_eq!((import.format, names(&import)), ("google-migration", vec!["alice"]));
    assert_eq!(import.missing_parts, [1, 3]);
}

#[test]
fn reports_bad_lines_and_keeps_the_others() {
    let file = format!("{ADA}\notpauth://totp/x?secret=0\n\nsome heading\n{CUT}\nhttps://example.com\n{BOB}\n");
    let import = read(file.as_bytes()).unwrap();
    assert_eq!(names(&import), ["ada", "bob"]);
    let expected = [(2, "bad_secret"), (4, "plain_text"), (5, "damaged_migration"), (6, "web_link")];
    assert_eq!(complaints(&import), expected);
    assert_eq!(import.skipped[0].reason, "character 25 does not belong in the secret (base32 has A-Z and 2-7)");
    assert_eq!(import.skipped[3].reason, "it is a web link, not an authenticator code");
}

#[test]
fn reports_bad_entries_of_a_batch() {
    // Two entries: digits 3, then a good one named "b".
    let text = "otpauth-migration://offline?data=CggKAWESAWEoAwoGCgFiEgFi";
    let import = read(format!("\n{text}\n").as_bytes()).unwrap();
    assert_eq!((names(&import), complaints(&import)), (vec!["b"], vec![(2, "bad_digits")]));
    assert_eq!(import.skipped[0].reason, "entry 1: the number of its digits is not known");
}

#[test]
fn refuses_a_file_without_a_single_account() {
    assert_eq!(refused(read(CUT.as_bytes()).unwrap_err()), [(1, "damaged_migration")]);
    let error = read(b"otpauth://totp/a?secret=0\nmotp://x\n").unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (
            "nothing_to_import",
            "nothing to import: entry 1: character 25 does not belong in the secret (base32 has A-Z and 2-7) (and 1 more)",
        )
    );
    assert_eq!(refused(error), [(1, "bad_secret"), (2, "missing_secret")]);
}

#[test]
fn refuses_files_of_other_formats() {
    let other: [&[u8]; 6] = [
        b"",
        b"definitely not valid",
        b"# otpauth://totp/a",
        b"{\"db\":{}}",
        b"\x89PNG\r\n\x1a\n\xff\xfe",
        b"\xff\xfe",
    ];
    for bytes in other {
        assert_eq!(read(bytes), Err(ImportError::UnknownFormat), "{bytes:?}");
    }
}

#[test]
fn refuses_too_much() {
    assert_eq!(read(&vec![b'\n'; MAX_FILE + 1]), Err(ImportError::FileTooBig));
    let most = format!("{ADA}\n").repeat(MAX_ENTRIES);
    assert_eq!(read(most.as_bytes()).unwrap().drafts.len(), MAX_ENTRIES);
    assert_eq!(read(format!("{most}?").as_bytes()), Err(ImportError::TooManyEntries), "bad ones count");
}

#[test]
fn reads_texts_of_qr_codes() {
    let import = read_texts([ADA, "WIFI:S:home;;", PART, BOB].into_iter()).unwrap();
    assert_eq!(names(&import), ["ada", "alice", "bob"]);
    assert_eq!(complaints(&import), [(2, "wifi")]);
    assert_eq!(import.skipped[0].reason, "this is the key of a Wi-Fi network, not an authenticator code");
}

#[test]
fn says_what_a_foreign_qr_code_is() {
    let error = read_texts(["phonefactor://activate_account?code=1"].into_iter()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "nothing to import: this is Microsoft's push enrolment, not an authenticator code; \
         on that page choose to use a different authenticator app"
    );
    assert_eq!(refused(read_texts([].into_iter()).unwrap_err()), []);
}

#[test]
fn tells_foreign_texts_apart() {
    for (text, expected) in [
        (ADA, Holds::Account),
        (" OTPAUTH://x", Holds::Account),
        ("apple-otpauth://totp/a", Holds::Account),
        ("motp://a", Holds::Account),
        ("steam://JBSWY3DPEHPK3PXP", Holds::Account),
        ("steam://JBSWY3DPEHPK3PXP/", Holds::Account),
        (PART, Holds::Migration),
        ("steam://run/440", Holds::SteamLink),
        ("steam://openurl/https://example.com", Holds::SteamLink),
        ("https://s.team/q/1/2345", Holds::SteamLink),
        ("https://example.com/otpauth://totp", Holds::WebLink),
        ("HTTP://EXAMPLE.COM", Holds::WebLink),
        ("www.example.com", Holds::WebLink),
        ("WIFI:T:WPA;S:home;P:x;;", Holds::Wifi),
        ("phonefactor://activate_account?code=1", Holds::MicrosoftPush),
        ("BEGIN:VCARD\nVERSION:3.0", Holds::Contact),
        ("MECARD:N:Ada;;", Holds::Contact),
        ("BEGIN:VEVENT", Holds::Calendar),
        ("mailto:ada@example.com", Holds::Email),
        ("MATMSG:TO:ada@example.com;;", Holds::Email),
        ("tel:+3120", Holds::Phone),
        ("smsto:+3120:hi", Holds::TextMessage),
        ("geo:52.1,4.9", Holds::Location),
        ("duo://abc-YXBp", Holds::DuoActivation),
        ("abcDEF123-YXBpLTEyMzQuZHVvc2VjdXJpdHkuY29t", Holds::DuoActivation),
        ("https://m-1234.duosecurity.com/activate/abc", Holds::DuoActivation),
        ("FIDO:/0123", Holds::Passkey),
        ("bitcoin:1abc", Holds::Payment),
        ("BCD\n002\n1\nSCT", Holds::Payment),
        ("slack://open", Holds::AppLink),
        ("ratio 1:2", Holds::PlainText),
        ("a b://c", Holds::PlainText),
        ("é", Holds::PlainText),
        ("", Holds::PlainText),
    ] {
        assert_eq!(what_is(text), expected, "{text}");
    }
}

#[test]
fn gives_each_thing_a_code_of_its_own() {
    let all = [
        Holds::Account,
        Holds::AppLink,
        Holds::Calendar,
        Holds::Contact,
        Holds::DuoActivation,
        Holds::Email,
        Holds::Location,
        Holds::MicrosoftPush,
        Holds::Migration,
        Holds::Passkey,
        Holds::Payment,
        Holds::Phone,
        Holds::PlainText,
        Holds::SteamLink,
        Holds::TextMessage,
        Holds::WebLink,
        Holds::Wifi,
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(|holds| holds.code()).collect();
    assert_eq!(codes.len(), all.len());
    for holds in all {
        assert!(holds.sentence().starts_with("this is "));
        assert_eq!(holds.sentence().contains(", not an authenticator code"), !holds.is_ours());
    }
}

#[test]
fn leaks_nothing_into_complaints_or_debug() {
    let file = format!("{ADA}\notpauth://totp/PRIVATE?secret=PRIVATE1\nPRIVATE\n\"PRIVATE\n");
    let import = import::read(file.as_bytes()).unwrap();
    let printed = format!("{import:?} {}", read(b"otpauth://PRIVATE").unwrap_err());
    assert!(!printed.contains("PRIVATE") && !printed.contains("JBSWY3DP") && !printed.contains("Hello"), "{printed}");
}
