//! `add`, `import` and `scan`.

use serde_json::{Value, json};

use crate::sterk::{Sterk, finish};
use crate::{ADA, ADA_ANEW, BOB, COUNTED};

/// Writes one part of a Google Authenticator export: accounts of a name and a secret of 20 bytes.
///
/// The fields are those of the app's protocol buffer: per account secret 1, name 2, issuer 3, algorithm 4,
/// digits 5, type 6; then version 2, batch size 3, batch index 4, batch id 5.
fn batch(names: &[&str], size: u8, index: u8) -> String {
    let field = |number: u8, bytes: &[u8]| [&[number << 3 | 2, bytes.len() as u8], bytes].concat();
    let mut message = Vec::new();
    for name in names {
        let secret = format!("{name:-<20}");
        let texts = [field(1, secret.as_bytes()), field(2, name.as_bytes()), field(3, b"Example")].concat();
        message.extend(field(1, &[texts, vec![4 << 3, 1, 5 << 3, 1, 6 << 3, 2]].concat()));
    }
    message.extend([2 << 3, 1, 3 << 3, size, 4 << 3, index, 5 << 3, 42]);
    let data = data_encoding::BASE64.encode(&message).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("otpauth-migration://offline?data={data}")
}

fn counts(answer: &Value) -> [u64; 4] {
    let skipped = answer["skipped"].as_array().unwrap().len() as u64;
    let number = |field: &str| answer[field].as_u64().unwrap();
    assert_eq!(number("read"), number("added") + number("duplicates") + skipped, "{answer}");
    [number("read"), number("added"), number("duplicates"), skipped]
}

#[test]
fn adds_a_link_and_warns_that_others_may_have_seen_it() {
    let sterk = Sterk::new();
    let run = sterk.run(&["add", ADA]).succeeds();
    assert!(run.stderr.contains("other users"), "{run:?}");
    assert_eq!(run.stdout, "", "what was done is no data");
    assert_eq!(sterk.run(&["--at", "59", "code", "ada"]).stdout, "287082\n");
    let silent = sterk.run_with(&["add", "-"], BOB).succeeds();
    assert!(!silent.stderr.contains("other users"), "standard input is nobody else's: {silent:?}");
}

#[test]
fn answers_as_an_import_does() {
    let sterk = Sterk::new();
    let answer = sterk.json(&["add", ADA]);
    assert_eq!(counts(&answer), [1, 1, 0, 0]);
    assert_eq!((&answer["format"], &answer["encrypted"]), (&json!("otpauth-uri"), &json!(false)));
    let row = answer["accounts"][0].clone();
    assert_eq!((&row["account"], &row["duplicate_of"]), (&json!("ada"), &Value::Null));
    assert_eq!(row["id"], sterk.json(&["list"])[0]["id"], "the row says under which id it is kept");
}

#[test]
fn makes_a_vault_where_there_is_none() {
    let sterk = Sterk::bare();
    let words = sterk.file("passphrase", "correct horse");
    let run = sterk.run(&["--passphrase-file", &words, "add", ADA]).succeeds();
    assert!(run.stderr.contains("A new vault was made") && run.stderr.contains("recovery key"), "{run:?}");
    assert_eq!(sterk.run(&["--passphrase-file", &words, "--at", "59", "code"]).succeeds().stdout, "287082\n");
}

#[test]
fn tells_the_recovery_key_of_a_vault_it_made_on_the_way() {
    let sterk = Sterk::bare();
    let words = sterk.file("passphrase", "correct horse");
    let answer = sterk.json(&["--passphrase-file", &words, "add", ADA]);
    assert_eq!(counts(&answer), [1, 1, 0, 0]);
    let key = answer["recovery_key"].as_str().expect("a key that is made is told, or it is lost");
    let file = sterk.file("key", key);
    sterk.run(&["--recovery-key-file", &file, "list"]).succeeds();
}

#[test]
fn makes_no_vault_for_nothing() {
    let sterk = Sterk::bare();
    let words = sterk.file("passphrase", "correct horse");
    for wrong in ["https://example.org", "otpauth://totp/a?secret=0"] {
        assert_ne!(sterk.run(&["--passphrase-file", &words, "add", wrong]).status, 0);
        assert!(!sterk.vault().exists(), "a vault made for nothing would ask for its passphrase ever after");
    }
    assert_eq!(sterk.fault(2, &["--passphrase-file", &words, "add"])["code"], "usage");
}

#[test]
fn adds_from_files_and_pictures_together() {
    let sterk = Sterk::new();
    let links = sterk.file("links", format!("{ADA}\n\n{COUNTED}\n"));
    let picture = sterk.picture("picture.png", BOB);
    let answer = sterk.json(&["add", "--uri-file", &links, "--image", &picture]);
    assert_eq!(counts(&answer), [3, 3, 0, 0]);
    assert_eq!(sterk.names(), ["ada", "bob", "carol"]);
}

#[test]
fn reads_a_file_of_links_the_same_in_every_way() {
    let text = format!("# mine\r\n\"{ADA}\",\r\n\r\n{BOB}\r\n");
    let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let sterk = Sterk::bare();
    let (narrow, wide, other) = (sterk.file("narrow", &text), sterk.file("wide", wide), sterk.file("other", COUNTED));
    for file in [&narrow, &wide] {
        assert_eq!(counts(&sterk.json(&["import", "--dry-run", file])), [2, 2, 0, 0]);
        assert_eq!(counts(&sterk.json(&["import", "--dry-run", file, &other])), [3, 3, 0, 0], "beside another file");
        let vault = Sterk::new();
        assert_eq!(counts(&vault.json(&["add", "--uri-file", file])), [2, 2, 0, 0]);
    }
}

#[test]
fn adds_by_hand() {
    let sterk = Sterk::new();
    let secret = sterk.file("secret", "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ\n");
    let manual = ["add", "--manual", "--secret-file", &secret, "--account", "ada", "--digits", "8", "--issuer", "Hand"];
    assert_eq!(sterk.json(&manual)["format"], "manual");
    assert_eq!(sterk.run(&["--at", "59", "code", "ada"]).stdout, "94287082\n", "RFC 6238, appendix B");
    let counted = ["add", "--manual", "--secret-file", "-", "--account", "bob", "--kind", "hotp", "--counter", "1"];
    let counted = [&counted[..], &["--on-duplicate", "keep"]].concat();
    sterk.run_with(&counted, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").succeeds();
    assert_eq!(sterk.run(&["code", "bob"]).stdout, "287082\n", "RFC 4226, appendix D");
    let pin = sterk.file("pin", "1234");
    let key = sterk.file("hex", "0123456789abcdef\n");
    let mobile = ["add", "--manual", "--kind", "motp", "--secret-file", &key, "--pin-file", &pin, "--account", "dora"];
    sterk.run(&mobile).succeeds();
    assert_eq!(sterk.run(&["code", "dora"]).succeeds().stdout.trim().len(), 6);
    assert_eq!(sterk.fault(2, &["add", "--manual"])["code"], "needs_decision", "nobody is there to type a secret");
    assert_eq!(sterk.fault(2, &["add", "--secret-file", &secret])["code"], "usage");
}

#[test]
fn decides_about_duplicates_as_told() {
    let sterk = Sterk::holding(&[ADA]);
    let anew = sterk.file("anew", ADA_ANEW);
    let with = |rule: &str| sterk.json(&["add", "--uri-file", &anew, "--on-duplicate", rule]);

    let skipped = sterk.unchanged(|| with("skip"));
    assert_eq!(counts(&skipped), [1, 0, 1, 0]);
    assert_eq!(skipped["accounts"][0]["duplicate_of"]["by"], "name");

    let kept = with("keep");
    assert_eq!(counts(&kept), [1, 1, 0, 0]);
    assert_eq!(sterk.names(), ["ada", "ada"]);

    let again = sterk.unchanged(|| with("skip"));
    assert_eq!(again["accounts"][0]["duplicate_of"]["by"], "secret");
}

#[test]
fn replaces_a_secret_only_when_told_to() {
    let sterk = Sterk::holding(&[ADA]);
    let id = sterk.json(&["list"])[0]["id"].clone();
    sterk.run_with(&["recovery", "add", "ada"], "aaaa-1111\n").succeeds();
    let anew = sterk.file("anew", ADA_ANEW);
    let replaced = sterk.json(&["add", "--uri-file", &anew, "--on-duplicate", "replace"]);
    assert_eq!(counts(&replaced), [1, 0, 1, 0]);
    assert_eq!(replaced["accounts"][0]["id"], id, "the account stays itself");
    assert_ne!(sterk.run(&["--at", "59", "code", "ada"]).stdout, "287082\n");
    let row = &sterk.json(&["list"])[0];
    assert_eq!(
        (&row["recovery"]["unused"], &row["former_recovery"]),
        (&json!(0), &json!(1)),
        "its codes are set aside"
    );
}

#[test]
fn asks_nothing_about_duplicates_without_a_terminal() {
    let sterk = Sterk::holding(&[ADA]);
    for link in [ADA, ADA_ANEW] {
        let file = sterk.file("again", link);
        let fault = sterk.unchanged(|| sterk.fault(2, &["add", "--uri-file", &file]));
        assert_eq!(fault["code"], "needs_decision");
        assert!(fault["hint"].as_str().unwrap().contains("--on-duplicate"), "{fault}");
    }
}

#[test]
fn skips_the_same_secret_and_keeps_another_by_yes() {
    let sterk = Sterk::holding(&[ADA]);
    let same = sterk.file("same", ADA);
    let skipped = sterk.unchanged(|| sterk.json(&["--yes", "add", "--uri-file", &same]));
    assert_eq!(counts(&skipped), [1, 0, 1, 0]);
    let anew = sterk.file("anew", ADA_ANEW);
    assert_eq!(counts(&sterk.json(&["--yes", "add", "--uri-file", &anew])), [1, 1, 0, 0]);
    let codes = sterk.json(&["--at", "59", "code", "ada"]);
    let found = codes.as_array().unwrap().iter().filter(|row| row["code"] == "287082").count();
    assert_eq!((codes.as_array().unwrap().len(), found), (2, 1), "the old secret is never replaced by --yes");
}

#[test]
fn finds_duplicates_inside_one_file() {
    let sterk = Sterk::new();
    let twice = sterk.file("twice", format!("{ADA}\n{ADA}\n"));
    assert_eq!(counts(&sterk.json(&["--yes", "import", &twice])), [2, 1, 1, 0]);
    assert_eq!(sterk.names(), ["ada"]);
}

#[test]
fn imports_links_and_names_what_was_left_out() {
    let sterk = Sterk::new();
    let file = sterk.file("export.txt", format!("# mine\n{ADA}\notpauth://totp/x?secret=1\nhello\n{COUNTED}\n"));
    let answer = sterk.json(&["import", &file]);
    assert_eq!(counts(&answer), [4, 2, 0, 2]);
    let places: Vec<_> = answer["skipped"].as_array().unwrap().iter().map(|row| row["position"].clone()).collect();
    assert_eq!(json!(places), json!([3, 4]), "a position is a line of the file");
    assert_eq!(answer["skipped"][0]["code"], "bad_secret");
    let told = sterk.run(&["--yes", "import", &file]).succeeds();
    assert!(told.stderr.contains("entry 3 was left out"), "{told:?}");
}

#[test]
fn changes_nothing_in_a_dry_run() {
    let sterk = Sterk::holding(&[ADA]);
    let file = sterk.file("export.txt", format!("{ADA}\n{ADA_ANEW}\n{BOB}\nnonsense\n"));
    let answer = sterk.unchanged(|| sterk.json(&["import", "--dry-run", "--on-duplicate", "skip", &file]));
    assert_eq!(counts(&answer), [4, 1, 2, 1]);
    let by: Vec<_> =
        answer["accounts"].as_array().unwrap().iter().map(|row| row["duplicate_of"]["by"].clone()).collect();
    assert_eq!(json!(by), json!(["secret", "name", null]));
    assert_eq!(sterk.names(), ["ada"]);
    let none = Sterk::bare();
    assert_eq!(counts(&none.json(&["import", "--dry-run", &file])), [4, 3, 0, 1]);
    assert!(!none.vault().exists(), "a dry run makes no vault");
}

#[test]
fn answers_the_same_dry_and_wet() {
    let file = |sterk: &Sterk| sterk.file("export.txt", format!("{ADA}\n{ADA}\n{ADA_ANEW}\n{BOB}\n"));
    for rule in ["skip", "keep", "replace"] {
        let sterk = Sterk::holding(&[ADA]);
        let file = file(&sterk);
        let dry = sterk.json(&["import", "--dry-run", "--on-duplicate", rule, &file]);
        let wet = sterk.json(&["import", "--on-duplicate", rule, &file]);
        assert_eq!(counts(&dry), counts(&wet), "{rule}");
    }
}

#[test]
fn joins_the_parts_of_a_batch_from_several_files() {
    let sterk = Sterk::new();
    let second = sterk.picture("second.png", &batch(&["carol"], 2, 1));
    let first = sterk.file("first.txt", batch(&["ada", "bob"], 2, 0));
    let answer = sterk.json(&["import", &second, &first]);
    assert_eq!(counts(&answer), [3, 3, 0, 0]);
    assert_eq!((&answer["format"], &answer["missing_parts"]), (&json!("google-migration"), &json!([])));
    assert_eq!(sterk.names(), ["ada", "bob", "carol"]);
}

#[test]
fn reads_on_after_a_damaged_picture() {
    let sterk = Sterk::new();
    let picture = sterk.picture("first.png", "otpauth://totp/Harbour:ada?secret=JBSWY3DPEHPK3PXP");
    let failed = sterk.file("bad.png", b"\x89PNG\r\n\x1a\nnot really");
    let rows = sterk.json(&["scan", &failed, &picture]);
    assert_eq!(rows[0]["error"]["code"], "picture_damaged");
    assert_eq!(rows[1]["accounts"][0]["issuer"], "Harbour");
}

#[test]
fn gives_up_on_a_picture_that_takes_too_long() {
    let sterk = Sterk::new();
    let picture = sterk.picture("code.png", "otpauth://totp/Harbour:ada?secret=JBSWY3DPEHPK3PXP");
    let mut command = sterk.command(&["--json", "scan", &picture]);
    let output = command.env("STERK_CAPTURE_LIMIT_MS", "0").output().unwrap();
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows[0]["error"]["code"], "scan_too_long");
}

#[test]
fn a_picture_with_five_codes_gives_five_accounts() {
    let sterk = Sterk::new();
    let mut whole = image::GrayImage::from_pixel(1200, 800, image::Luma([255]));
    for place in 0..5 {
        let link =
            format!("otpauth://totp/Harbour:ada{place}?secret=JBSWY3DPEHPK3PX{}", ["A", "B", "C", "D", "E"][place]);
        let code = qrcode::QrCode::new(link).unwrap();
        let tile = code.render::<image::Luma<u8>>().module_dimensions(4, 4).build();
        let place = place as i64;
        image::imageops::replace(&mut whole, &tile, place % 3 * 400, place / 3 * 400);
    }
    let path = sterk.path("five.png");
    whole.save_with_format(&path, image::ImageFormat::Png).unwrap();
    let answer = sterk.json(&["add", "--image", path.to_str().unwrap()]);
    assert_eq!(answer["added"], 5);
}

#[test]
fn keeps_an_incomplete_batch_and_names_what_is_missing() {
    let sterk = Sterk::new();
    let file = sterk.file("part.txt", batch(&["ada"], 3, 1));
    let dry = sterk.run(&["import", "--dry-run", &file]).succeeds();
    assert!(dry.stderr.contains("1 of 3, missing part 1, 3"), "{dry:?}");
    let answer = sterk.json(&["import", &file]);
    assert_eq!((counts(&answer), &answer["missing_parts"]), ([1, 1, 0, 0], &json!([1, 3])));
}

#[test]
fn fails_where_there_is_nothing_to_import() {
    let sterk = Sterk::new();
    let text = sterk.file("diary.txt", "Dear diary,\ntoday nothing happened.\n");
    let bad = sterk.file("bad.txt", "otpauth://totp/x?secret=1\n");
    sterk.unchanged(|| {
        assert_eq!(sterk.fault(1, &["import", &text])["code"], "unknown_format");
        assert_eq!(sterk.fault(1, &["import", &bad])["code"], "bad_secret", "one entry speaks for itself");
        let two = sterk.file("two.txt", "otpauth://totp/x?secret=1\nhttps://example.org\n");
        assert_eq!(sterk.fault(1, &["import", &two])["code"], "nothing_to_import");
        assert_eq!(sterk.fault(1, &["import", "/no/such/file"])["code"], "no_such_file");
        assert_eq!(sterk.fault(2, &["import"])["code"], "usage");
        assert_eq!(sterk.fault(2, &["import", "--from", "nonesuch", &bad])["code"], "usage");
    });
}

#[test]
fn lists_the_formats_and_insists_on_one() {
    let sterk = Sterk::new();
    let formats = sterk.json(&["import", "--formats"]);
    let names: Vec<_> = formats.as_array().unwrap().iter().map(|row| row["format"].as_str().unwrap()).collect();
    assert!(names.contains(&"otpauth-uri") && names.contains(&"google-migration"), "{names:?}");
    let file = sterk.file("links", ADA);
    assert_eq!(sterk.fault(1, &["import", "--from", "google-migration", &file])["code"], "other_format");
    sterk.run(&["import", "--from", "otpauth-uri", &file]).succeeds();
}

#[test]
fn scans_without_a_vault_and_hides_the_secret() {
    let sterk = Sterk::bare();
    let picture = sterk.picture("picture.png", ADA);
    let rows = sterk.json(&["scan", &picture]);
    assert_eq!((&rows[0]["source"], &rows[0]["format"]), (&json!(picture), &json!("otpauth-uri")));
    assert_eq!(rows[0]["accounts"][0]["account"], "ada");
    assert_eq!(rows[0].get("text"), None);
    assert_eq!(sterk.json(&["scan", "--reveal", &picture])[0]["text"], ADA);
    let plain = sterk.run(&["scan", &picture]).succeeds();
    assert!(plain.stdout.contains("Example · ada · totp") && !plain.stdout.contains("GEZDGNBV"), "{plain:?}");
    assert!(!sterk.vault().exists());
}

#[test]
fn scans_on_behind_a_file_that_cannot_be_read() {
    let sterk = Sterk::bare();
    let white = sterk.path("white.png");
    image::GrayImage::from_pixel(64, 64, image::Luma([255])).save(&white).unwrap();
    let (good, text) = (sterk.picture("good.png", ADA), sterk.file("text.png", "no picture"));
    let run = sterk.run(&["--json", "scan", &text, white.to_str().unwrap(), "/no/such/file", &good]);
    let rows: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 3, "a picture without a code adds no row: {rows}");
    assert_eq!((&rows[0]["source"], &rows[0]["error"]["code"]), (&json!(text), &json!("not_a_picture")));
    assert_eq!(rows[1]["error"]["code"], "no_such_file");
    assert_eq!(rows[2]["accounts"][0]["account"], "ada");
    let plain = sterk.run(&["scan", &text, &good]);
    assert_eq!((plain.status, plain.stdout.contains("ada")), (1, true), "{plain:?}");
    assert!(sterk.run(&["scan", white.to_str().unwrap()]).stdout.contains("no QR code"));
}

#[test]
fn reads_a_picture_from_standard_input() {
    use std::io::Write;
    let sterk = Sterk::bare();
    let bytes = std::fs::read(sterk.picture("picture.png", ADA)).unwrap();
    let mut command = sterk.command(&["--json", "scan", "-"]);
    let mut child = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let rows = finish(child).json();
    assert_eq!(rows[0]["accounts"][0]["account"], "ada");
}

#[test]
fn refuses_a_blank_motp_secret_typed_by_hand() {
    let sterk = Sterk::holding(&[ADA]);
    let blank = sterk.file("blank", " \n");
    sterk.unchanged(|| {
        let fault = sterk.fault(1, &["add", "--yes", "--manual", "--kind", "motp", "--secret-file", &blank]);
        assert_eq!(fault["code"], "empty_secret");
    });
}
