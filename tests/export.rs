//! What is exported comes back: every format, through its own importer, with names that are hard to write.

#![expect(clippy::unwrap_used, reason = "a test stops where its accounts cannot be made")]

use sterk::account::{AccountId, RecoveryCode};
use sterk::export::{EXPORTERS, ExportError, Exported, Exporter, Part, Unfit};
use sterk::import::{Access, Source, read_from, read_texts};
use sterk::otp::{Algorithm, Digits, Kind, Otp, Period, Pin};
use sterk::scan::{self, Budget};
use sterk::{Account, Draft, Passphrase, Secret};

const WORDS: &str = "pässphräse & words 😀";

/// Pieces that writers and readers stumble over: escapes, brackets, marks of other formats, Unicode's corners.
const PIECES: [&str; 44] = [
    "ada",
    "Ünïcode",
    "漢字",
    "😀",
    "👩‍👩‍👧",
    "e\u{301}",
    "ﷺ",
    "שלום",
    "\u{202e}rtl",
    "a\u{200b}b",
    "x\u{feff}y",
    "\u{fffd}",
    "\u{10ffff}",
    "İstanbul",
    "ß",
    "ﬁ",
    ":",
    "::",
    ";",
    ",",
    "\"",
    "'",
    "`",
    "<b>",
    "</html>",
    "&amp;",
    "&",
    "#EXT#",
    "?",
    "%41",
    "%",
    "%ZZ",
    "+",
    "=",
    "\\",
    "\\/",
    "//",
    "otpauth://totp/x?secret=AAAA",
    "none",
    "{REF:U@I:1}",
    "]]>",
    "|",
    "a  b",
    "*_~",
];

/// Makes numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn name(&mut self) -> String {
        let pieces: Vec<&str> = (0..self.roll(5)).map(|_| PIECES[self.roll(PIECES.len())]).collect();
        // A vault keeps no name with space around it.
        pieces.join(" ").trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}').to_owned()
    }

    fn secret(&mut self) -> Secret {
        Secret::new((0..10 + self.roll(30)).map(|_| self.roll(256) as u8).collect())
    }

    fn otp(&mut self) -> Otp {
        let secret = self.secret();
        let known =
            [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512, Algorithm::Sha1, Algorithm::Md5, Algorithm::Sha384];
        let algorithm = known[self.roll(known.len())];
        let digits = Digits::new([6, 6, 6, 8, 7, 5, 10][self.roll(7)]).unwrap();
        let pin = Some(Pin::new(Passphrase::new("1234".into())).unwrap()).filter(|_| self.roll(2) == 0);
        match self.roll(10) {
            0 => Otp::Hotp { secret, algorithm, digits, counter: self.roll(1 << 30) as u64 },
            1 => Otp::Steam { secret, digits: Digits::FIVE, period: Period::THIRTY },
            2 => Otp::Motp { secret: Secret::new(b"0123456789abcdef"[self.roll(8)..].to_vec()), pin },
            3 => Otp::Yandex { secret: Secret::new((0..16).map(|_| self.roll(256) as u8).collect()), pin },
            _ => Otp::Totp {
                secret,
                algorithm,
                digits,
                period: Period::new([30, 30, 60, 90, 17][self.roll(5)]).unwrap(),
            },
        }
    }

    fn account(&mut self, number: u64) -> Account {
        let otp = self.otp();
        let draft = Draft { note: self.name(), pinned: self.roll(4) == 0, ..Draft::new(self.name(), self.name(), otp) };
        let mut account = draft.into_account(AccountId(u128::from(number).to_be_bytes()));
        account.tags = (0..self.roll(3)).map(|tag| format!("tag {tag} {}", PIECES[self.roll(PIECES.len())])).collect();
        account
    }
}

fn accounts(count: u64) -> Vec<Account> {
    let mut dice = Dice(2026);
    (0..count).map(|number| dice.account(number)).collect()
}

/// Returns what of the accounts the format promises to hold.
fn promised(exporter: &Exporter, accounts: &[Account]) -> Vec<Account> {
    let losses = exporter.losses(accounts);
    let loss = |account: &Account| losses.iter().find(|loss| loss.account == account.id);
    let kept = accounts.iter().filter(|account| loss(account).is_none_or(|loss| loss.unfit.is_none()));
    let stripped = kept.map(|account| {
        let mut kept = account.clone();
        for part in loss(account).map(|loss| loss.parts.clone()).unwrap_or_default() {
            match part {
                Part::Note => kept.note.clear(),
                Part::Pinned => kept.pinned = false,
                Part::Tags => kept.tags.clear(),
                _ => {}
            }
        }
        kept
    });
    stripped.collect()
}

fn read(exporter: &Exporter, files: &[Exported]) -> Vec<Draft> {
    if exporter.ending == "png" {
        let texts: Vec<String> = files
            .iter()
            .flat_map(|file| {
                let picture = scan::picture(&file.bytes).unwrap();
                picture
                    .read(Budget::default())
                    .symbols
                    .into_iter()
                    .map(|symbol| symbol.text.to_string())
                    .collect::<Vec<_>>()
            })
            .collect();
        let import = read_texts(texts.iter().map(String::as_str)).unwrap();
        assert!(import.missing_parts.is_empty() && import.skipped.is_empty());
        return import.drafts;
    }
    let words = Passphrase::new(WORDS.to_owned());
    let access = if exporter.is_encrypted { Access::with(&words) } else { Access::default() };
    let import = read_from(&Source::new(&files[0].bytes), &access).unwrap();
    assert_eq!(import.encrypted, exporter.is_encrypted, "{}", exporter.name);
    assert!(import.skipped.is_empty(), "{}: {:?}", exporter.name, import.skipped);
    import.drafts
}

/// Exports accounts and compares what comes back with what was promised.
fn comes_back(exporter: &Exporter, accounts: &[Account]) {
    let words = Passphrase::new(WORDS.to_owned());
    let wanted = promised(exporter, accounts);
    assert!(wanted.len() * 4 > accounts.len(), "{} leaves nearly everything out", exporter.name);
    let found = read(exporter, &exporter.write(accounts, Some(&words)).unwrap());
    assert_eq!(found.len(), wanted.len(), "{}", exporter.name);
    for (found, wanted) in found.iter().zip(&wanted) {
        let names = |issuer: &str, name: &str| format!("{issuer:?} | {name:?}");
        assert_eq!(names(&found.issuer, &found.name), names(&wanted.issuer, &wanted.name), "{}", exporter.name);
        assert_eq!(found.otp, wanted.otp, "{}: {}", exporter.name, found.name);
        assert_eq!((&found.note, found.pinned), (&wanted.note, wanted.pinned), "{}", exporter.name);
        let sorted = |tags: &[String]| {
            let mut tags = tags.to_vec();
            tags.sort();
            tags.dedup();
            tags
        };
        assert_eq!(sorted(&found.tags), sorted(&wanted.tags), "{}", exporter.name);
    }
}

fn named(name: &str) -> &'static Exporter {
    Exporter::named(name).unwrap()
}

#[test]
fn a_thousand_accounts_come_back_from_every_plain_format() {
    let accounts = accounts(1_000);
    for exporter in EXPORTERS.iter().filter(|exporter| !exporter.is_encrypted && exporter.ending != "png") {
        comes_back(exporter, &accounts);
    }
}

#[test]
fn a_thousand_accounts_come_back_from_every_encrypted_format() {
    let accounts = accounts(1_000);
    for exporter in EXPORTERS.iter().filter(|exporter| exporter.is_encrypted && exporter.ending != "html") {
        comes_back(exporter, &accounts);
    }
}

#[test]
fn accounts_come_back_from_paper() {
    comes_back(named("paper"), &accounts(12));
}

#[test]
fn accounts_come_back_from_pictures_in_batches_of_ten() {
    let fitting: Vec<Account> = promised(named("google"), &accounts(400)).into_iter().take(25).collect();
    let files = named("google").write(&fitting, None).unwrap();
    assert!(files.len() >= 3 && files[0].part == Some(1));
    comes_back(named("google"), &fitting);
    assert_eq!(named("google").write(&fitting[..1], None).unwrap()[0].part, None, "one picture has no number");
}

#[test]
fn names_what_a_format_cannot_hold_before_it_is_written() {
    let mut account = Draft::new(
        "Forge",
        "ada",
        Otp::Hotp { secret: Secret::new(vec![1; 20]), algorithm: Algorithm::Sha1, digits: Digits::EIGHT, counter: 1 },
    )
    .into_account(AccountId([1; 16]));
    account.recovery = vec![RecoveryCode { code: Passphrase::new("code".into()), used_at: None }];
    account.reset_by = "mailto:a@b".into();
    let losses = |name: &str| named(name).losses(std::slice::from_ref(&account));
    assert_eq!(losses("aegis")[0].parts, [Part::RecoveryCodes, Part::ResetBy]);
    assert_eq!(losses("bitwarden")[0].unfit, Some(Unfit::Kind));
    assert_eq!(losses("keepass")[0].unfit, Some(Unfit::Kind), "KeePass counts in six digits");
    let twice = [account.clone(), Account { id: AccountId([2; 16]), ..account.clone() }];
    let found = named("stratum").losses(&twice);
    assert_eq!(found.iter().map(|loss| loss.unfit).collect::<Vec<_>>(), [None, Some(Unfit::SameSecret)]);
    assert_eq!(named("bitwarden").write(&twice, None).unwrap_err(), ExportError::Nothing);
}

#[test]
fn seals_nothing_without_a_passphrase() {
    let accounts = accounts(3);
    for exporter in EXPORTERS.iter().filter(|exporter| exporter.is_encrypted) {
        assert_eq!(exporter.write(&accounts, None).unwrap_err(), ExportError::NeedsPassphrase);
        let empty = Passphrase::new(String::new());
        assert_eq!(exporter.write(&accounts, Some(&empty)).unwrap_err(), ExportError::NeedsPassphrase);
    }
}

#[test]
fn exporters_stand_by_name_and_every_kind_has_a_way_out() {
    let names: Vec<_> = EXPORTERS.iter().map(|exporter| exporter.name).collect();
    assert!(names.is_sorted_by(|one, other| one < other), "{names:?}");
    let all = accounts(200);
    for kind in [Kind::Hotp, Kind::Motp, Kind::Steam, Kind::Totp, Kind::Yandex] {
        assert!(promised(named("uris"), &all).iter().any(|account| account.otp.kind() == kind));
    }
}

/// Returns the Python that has pykeepass, if one has it: `STERK_PYTHON` may name it.
fn python() -> Option<std::ffi::OsString> {
    let python = std::env::var_os("STERK_PYTHON").unwrap_or_else(|| "python3".into());
    let has_it = std::process::Command::new(&python).args(["-c", "import pykeepass"]).output();
    has_it.is_ok_and(|run| run.status.success()).then_some(python)
}

/// Title, user, note and keys of an entry.
type Seen = (Option<String>, Option<String>, Option<String>, Vec<String>);

#[test]
fn pykeepass_reads_what_we_write() {
    let Some(python) = python() else { return eprintln!("skipped: no pykeepass (pip install pykeepass)") };
    let all = accounts(1_000);
    let folder = tempfile::tempdir().unwrap();
    let (file, words) = (folder.path().join("a.kdbx"), folder.path().join("words"));
    std::fs::write(&words, WORDS).unwrap();
    let written = named("keepass").write(&all, Some(&Passphrase::new(WORDS.into()))).unwrap();
    std::fs::write(&file, &written[0].bytes).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/read_kdbx.py");
    let run = std::process::Command::new(python).arg(script).arg(&file).arg(&words).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let found: Vec<Seen> = serde_json::from_slice(&run.stdout).unwrap();
    let wanted = promised(named("keepass"), &all);
    assert_eq!(found.len(), wanted.len());
    for ((title, user, note, keys), wanted) in found.iter().zip(&wanted) {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        assert_eq!(
            (text(title), text(user), text(note)),
            (wanted.issuer.clone(), wanted.name.clone(), wanted.note.clone())
        );
        let secret = wanted.otp.secret().to_base32();
        assert!(keys.iter().any(|key| key.contains(secret.as_str())), "the key stands where pykeepass looks");
    }
}
