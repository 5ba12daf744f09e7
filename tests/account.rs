//! URIs of one account, names as they are shown, and account ids.

#![expect(clippy::unwrap_used, reason = "a test stops where its helpers fail")]

use proptest::prelude::*;
use sterk::account::uri::{self, UriError};
use sterk::account::{AccountId, shown};
use sterk::otp::Kind;
use sterk::{Algorithm, Digits, Draft, Otp, Passphrase, Period, Pin, Secret};

const KEY: &str = "JBSWY3DPEHPK3PXP";

fn read(text: &str) -> Draft {
    uri::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn names(text: &str) -> (String, String) {
    let draft = read(&text.replace("KEY", KEY));
    (draft.issuer, draft.name)
}

fn fault(text: &str) -> (&'static str, &'static str, usize) {
    let error = uri::parse(text).unwrap_err();
    (error.code(), error.field(), error.position())
}

fn pair(issuer: &str, name: &str) -> (String, String) {
    (issuer.into(), name.into())
}

#[test]
fn reads_every_parameter() {
    let draft = read("otpauth://totp/ACME:ada?secret=JBSWY3DPEHPK3PXP&algorithm=SHA512&digits=8&period=60");
    let expected = Otp::Totp {
        secret: Secret::from_base32(KEY).unwrap(),
        algorithm: Algorithm::Sha512,
        digits: Digits::EIGHT,
        period: Period::new(60).unwrap(),
    };
    assert_eq!(draft, Draft::new("ACME", "ada", expected));
    let Otp::Hotp { counter, .. } = read("otpauth://hotp/a?secret=MZXW6&counter=18446744073709551615").otp else {
        panic!("not HOTP");
    };
    assert_eq!(counter, u64::MAX);
}

#[test]
fn takes_the_usual_values_where_nothing_is_said() {
    let otp = read("otpauth://totp/a?secret=MZXW6&algorithm=&digits=&period").otp;
    assert_eq!((otp.algorithm(), otp.digits(), otp.period()), (Algorithm::Sha1, Digits::SIX, Some(Period::THIRTY)));
    assert!(matches!(read("otpauth://hotp/a?secret=MZXW6").otp, Otp::Hotp { counter: 0, .. }));
}

#[test]
fn reads_any_spelling() {
    let plain = read("otpauth://totp/ACME:ada?secret=JBSWY3DPEHPK3PXP&issuer=ACME&digits=8");
    for text in [
        "OTPAUTH://TOTP/ACME:ada?SECRET=jbswy3dpehpk3pxp&Issuer=ACME&DIGITS=8",
        "apple-otpauth://totp/ACME:ada?secret=JBSWY3DPEHPK3PXP&issuer=ACME&digits=8",
        "\u{feff}  otpauth://totp/ACME:ada?secret=jbsw-y3dp%20ehpk-3pxp%3D%3D&issuer=ACME&digits=8\r\n",
        "otpauth://totp/acme%3A%20ada?digits=8&issuer=ACME&secret=JBSWY3DPEHPK3PXP=&secret=MZXW6&digits=0",
        "otpauth://totp//ACME:ada?&&secret=JBSWY3DPEHPK3PXP&amp;issuer=%41CME&amp;digits=%38",
    ] {
        assert_eq!(read(text), plain, "{text}");
    }
}

#[test]
fn reads_issuer_and_name() {
    for (text, issuer, name) in [
        ("otpauth://totp/ada?secret=KEY", "", "ada"),
        ("otpauth://totp/ada?secret=KEY&issuer=ACME", "ACME", "ada"),
        ("otpauth://totp/ada?secret=KEY&issuer=%20", "", "ada"),
        ("otpauth://totp/?secret=KEY", "", ""),
        ("otpauth://totp?secret=KEY", "", ""),
        ("otpauth://totp/:ada?secret=KEY", "", "ada"),
        ("otpauth://totp/ACME:?secret=KEY", "ACME", ""),
        ("otpauth://totp/ACME:%20%20ada?secret=KEY&issuer=ACME", "ACME", "ada"),
        ("otpauth://totp/Matrix:@ada:example.org?secret=KEY", "Matrix", "@ada:example.org"),
        ("otpauth://totp/A:B:ada?secret=KEY&issuer=A:B", "A:B", "ada"),
        ("otpauth://totp/%2Fhome:ada?secret=KEY", "/home", "ada"),
        ("otpauth://totp/a+b@example.com?secret=KEY&issuer=Air+Canada", "Air Canada", "a+b@example.com"),
        ("otpauth://totp/ada#EXT#@tenant.example?secret=KEY&issuer=A#B", "A#B", "ada#EXT#@tenant.example"),
        ("otpauth://totp/Grüße 😀:ada%zz%?secret=KEY", "Grüße 😀", "ada%zz%"),
        ("otpauth://totp/%F0%9F%98%80:%ff%41?secret=KEY", "😀", "\u{fffd}A"),
        ("otpauth://totp/A%26amp%3BB:o%26%2339%3Bn?secret=KEY&issuer=A%26B", "A&B", "o'n"),
        ("otpauth://totp/Foo:ada?secret=KEY&issuer=Fooperiod=40", "Foo", "ada"),
        ("otpauth://yaotp/?secret=ONUXQ5DFMVXCAYTZORSSA23FPE&name=ada", "", "ada"),
        ("otpauth://totp/\u{202e}evil%00?secret=KEY", "", "\u{202e}evil\0"),
    ] {
        assert_eq!(names(text), pair(issuer, name), "{text}");
    }
}

#[test]
fn keeps_the_issuer_of_the_label_as_a_note_when_it_differs() {
    let draft = read("otpauth://totp/Contoso:ada?secret=JBSWY3DPEHPK3PXP&issuer=Microsoft");
    assert_eq!((draft.issuer.as_str(), draft.name.as_str(), draft.note.as_str()), ("Microsoft", "ada", "Contoso"));
    assert_eq!(read("otpauth://totp/acme:ada?secret=MZXW6&issuer=ACME").note, "", "only the case differs");
}

#[test]
fn reads_the_period_that_lost_its_ampersand() {
    assert_eq!(read("otpauth://totp/a?secret=MZXW6&issuer=Fooperiod=40").otp.period(), Period::new(40).ok());
    assert_eq!(read("otpauth://totp/a?secret=MZXW6&issuer=Fooperiod=40&period=50").otp.period(), Period::new(50).ok());
    assert_eq!(read("otpauth://totp/a?secret=MZXW6&issuer=Fooperiod=soon").issuer, "Fooperiod=soon");
    assert_eq!(fault("otpauth://totp/a?secret=MZXW6&issuer=Fooperiod=0"), ("bad_period", "period", 48));
}

#[test]
fn keeps_repeated_tags() {
    assert_eq!(read("otpauth://totp/a?secret=MZXW6&tags=work&tags=a+b&tags=").tags, ["work", "a b"]);
}

#[test]
fn knows_steam_guard_in_its_disguises() {
    for text in [
        "otpauth://steam/Steam:ada?secret=JBSWY3DPEHPK3PXP",
        "otpauth://totp/Steam:ada?secret=JBSWY3DPEHPK3PXP&issuer=Steam",
        "otpauth://totp/Steam:ada?secret=JBSWY3DPEHPK3PXP&digits=5",
        "otpauth://totp/Steam:ada?secret=JBSWY3DPEHPK3PXP&encoder=STEAM",
        "otpauth://totp/Steam:ada?secret=JBSWY3DPEHPK3PXP&steam",
        // WinAuth: the key is in the data, the secret is a placeholder.
        "otpauth://totp/Steam:ada?secret=STEAM&digits=5&data=%7B%22shared_secret%22%3A%22SGVsbG8h3q2+7w==%22%7D",
    ] {
        let expected =
            Otp::Steam { secret: Secret::from_base32(KEY).unwrap(), digits: Digits::FIVE, period: Period::THIRTY };
        assert_eq!(read(text), Draft::new("Steam", "ada", expected), "{text}");
    }
    assert_eq!(read("steam://JBSWY3DPEHPK3PXP").otp.kind(), Kind::Steam);
    assert_eq!(names("steam://KEY/"), pair("", ""));
}

#[test]
fn leaves_other_totp_of_steam_alone() {
    for text in [
        "otpauth://totp/Steam:ada?secret=JBSWY3DPEHPK3PXP&digits=6",
        "otpauth://totp/Steam:ada?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256",
        "otpauth://totp/Steam:ada?secret=JBSWY3DPEHPK3PXP&encoder=totp",
        "otpauth://totp/steamy:ada?secret=JBSWY3DPEHPK3PXP",
    ] {
        assert_eq!(read(text).otp.kind(), Kind::Totp, "{text}");
    }
    assert_eq!(read("otpauth://hotp/Steam:ada?secret=MZXW6").otp.kind(), Kind::Hotp);
}

#[test]
fn reads_motp_with_its_secret_as_text() {
    let draft = read("motp://ACME:ada?secret=0123ABCdef+%21");
    let expected = Otp::Motp { secret: Secret::new(b"0123ABCdef+!".to_vec()), pin: None };
    assert_eq!(draft, Draft::new("ACME", "ada", expected));
    assert_eq!(fault("motp://ACME:ada?secret=01%2023"), ("bad_secret", "secret", 26));
    assert_eq!(fault("motp://ACME:ada?secret=01&pin=%00"), ("bad_pin", "pin", 31));
    assert_eq!(fault("motp://ada"), ("missing_secret", "secret", 11));
}

#[test]
fn reads_yandex_and_checks_its_checksum() {
    let pin = Pin::new(Passphrase::new("5239".into())).unwrap();
    let draft = read("otpauth://yaotp/ada?secret=ONUXQ5DFMVXCAYTZORSSA23FPEAAAAAABQ2FM6E2MI&pin=GUZDGOI&pin_length=4");
    assert!(matches!(&draft.otp, Otp::Yandex { secret, pin: Some(found) } if secret.len() == 26 && *found == pin));
    assert!(matches!(read("otpauth://yaotp/ada?secret=ONUXQ5DFMVXCAYTZORSSA23FPE").otp, Otp::Yandex { pin: None, .. }));
    for secret in ["ONUXQ5DFMVXCAYTZORSSA23FPEAAAAAABQ2FM6E2MA", "OOUXQ5DFMVXCAYTZORSSA23FPEAAAAAABQ2FM6E2MI", "MZXW6"]
    {
        let text = format!("otpauth://yaotp/ada?secret={secret}");
        assert_eq!(fault(&text), ("mistyped_secret", "secret", 28), "{secret}");
    }
    let text = "otpauth://yaotp/ada?secret=ONUXQ5DFMVXCAYTZORSSA23FPE&pin=1234";
    assert_eq!(fault(text), ("bad_pin", "pin", 59), "1 is not base32");
}

#[test]
fn says_which_field_is_wrong_and_where() {
    for (text, expected) in [
        ("", ("unknown_scheme", "scheme", 1)),
        ("  https://example.com", ("unknown_scheme", "scheme", 3)),
        ("otpauth:totp/a?secret=MZXW6", ("unknown_scheme", "scheme", 1)),
        ("otpauth://", ("unknown_type", "type", 11)),
        ("otpauth://xotp/a?secret=MZXW6", ("unknown_type", "type", 11)),
        ("otpauth://totp/a", ("missing_secret", "secret", 17)),
        ("otpauth://totp/a?secret", ("missing_secret", "secret", 24)),
        ("otpauth://totp/a?secret=&digits=6", ("missing_secret", "secret", 25)),
        ("otpauth://totp/a?secret=-%3D", ("missing_secret", "secret", 25)),
        ("otpauth://totp/a?secret=MZ0W6", ("bad_secret", "secret", 27)),
        ("otpauth://totp/é%20?secret=%4dZ%30W6", ("bad_secret", "secret", 32)),
        ("otpauth://totp/a?secret=MZ+W6", ("bad_secret", "secret", 27)),
        ("otpauth://totp/a?secret=MZ%ffW6", ("bad_secret", "secret", 27)),
        ("otpauth://totp/a?secret=MZXW6&digits=0", ("bad_digits", "digits", 38)),
        ("otpauth://totp/a?secret=MZXW6&digits=11", ("bad_digits", "digits", 38)),
        ("otpauth://totp/a?secret=MZXW6&digits=-6", ("bad_digits", "digits", 38)),
        ("otpauth://totp/a?secret=MZXW6&digits=%2B6", ("bad_digits", "digits", 38)),
        ("otpauth://totp/a?secret=MZXW6&period=0", ("bad_period", "period", 38)),
        ("otpauth://totp/a?secret=MZXW6&period=86401", ("bad_period", "period", 38)),
        ("otpauth://totp/a?secret=MZXW6&period=3e1", ("bad_period", "period", 38)),
        ("otpauth://hotp/a?secret=MZXW6&counter=18446744073709551616", ("bad_counter", "counter", 39)),
        ("otpauth://hotp/a?secret=MZXW6&counter=x", ("bad_counter", "counter", 39)),
        ("otpauth://totp/a?secret=MZXW6&algorithm=SHA3-256", ("bad_algorithm", "algorithm", 41)),
        ("otpauth://steam/a?secret=MZXW6&algorithm=none", ("bad_algorithm", "algorithm", 42)),
        ("steam://", ("missing_secret", "secret", 9)),
        ("steam://run/440", ("bad_secret", "secret", 12)),
    ] {
        assert_eq!(fault(text), expected, "{text}");
    }
}

#[test]
fn ignores_the_parameters_of_other_kinds() {
    assert_eq!(read("otpauth://totp/a?secret=MZXW6&counter=x&pin=1").otp.kind(), Kind::Totp);
    assert_eq!(read("otpauth://hotp/a?secret=MZXW6&period=0").otp.kind(), Kind::Hotp);
}

#[test]
fn refuses_long_labels_and_longer_uris() {
    let label = |issuer: usize, name: usize| {
        format!("otpauth://totp/{}:{}?secret=MZXW6", "é".repeat(issuer), "%41".repeat(name))
    };
    assert_eq!(read(&label(1_000, 1_000)).name.len(), 1_000);
    assert_eq!(fault(&label(1_001, 1)), ("label_too_long", "label", 16));
    assert_eq!(fault(&label(1, 1_001)), ("label_too_long", "label", 16));
    let by_parameter = format!("otpauth://totp/a?secret=MZXW6&issuer={}", "a".repeat(1_001));
    assert_eq!(uri::parse(&by_parameter), Err(UriError::LabelTooLong { position: 16 }));
    assert_eq!(fault(&label(5_000_000, 3_000_000)), ("uri_too_long", "uri", 32_776));
    assert_eq!(fault(&"a".repeat(uri::MAX_LENGTH + 1)), ("uri_too_long", "uri", 65_537));
    assert_eq!(fault(&"a".repeat(uri::MAX_LENGTH)), ("unknown_scheme", "scheme", 1));
}

#[test]
fn tells_nothing_of_the_input_in_errors() {
    for text in [
        "otpauth://totp/PRIVATE:PRIVATE?secret=PRIVATE1",
        "otpauth://PRIVATE/a?secret=MZXW6",
        "otpauth://totp/a?secret=MZXW6&digits=PRIVATE",
        "otpauth://totp/a?secret=MZXW6&algorithm=PRIVATE",
        "PRIVATE://totp",
    ] {
        let error = uri::parse(text).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("PRIVATE"), "{told}");
    }
}

#[test]
fn prints_no_secret_of_a_draft() {
    let printed = format!("{:?}", read("otpauth://totp/a?secret=MZXW6YTBOI"));
    assert!(!printed.contains("MZXW6") && !printed.contains("fooba") && !printed.contains("102"), "{printed}");
}

#[test]
fn writes_every_parameter() {
    let draft = read("otpauth://totp/A%20B%3AC:a+b?secret=mzxw6&issuer=A%20B:C");
    assert_eq!(
        uri::write(&draft.issuer, &draft.name, &draft.otp).as_str(),
        "otpauth://totp/A%20B%3AC:a%2Bb?secret=MZXW6&issuer=A%20B%3AC&algorithm=SHA1&digits=6&period=30"
    );
    let draft = read("otpauth://yaotp/ada?secret=ONUXQ5DFMVXCAYTZORSSA23FPE&pin=GUZDGOI");
    assert_eq!(
        uri::write(&draft.issuer, &draft.name, &draft.otp).as_str(),
        "otpauth://yaotp/ada?secret=ONUXQ5DFMVXCAYTZORSSA23FPE&algorithm=SHA256&digits=8&period=30&pin=GUZDGOI"
    );
}

fn name() -> impl Strategy<Value = String> {
    let letters = prop_oneof![
        4 => any::<char>(),
        3 => prop::sample::select(":%+&=?#/ ;\"'<>\u{202e}\0".chars().collect::<Vec<_>>()),
        3 => prop::char::range('a', 'e'),
    ];
    let free = prop::collection::vec(letters, 0..24).prop_map(|letters| letters.into_iter().collect());
    let tricky = prop::sample::select(vec!["Steam", "", "A&amp;B", "period=30", "Fooperiod=30", ":", "%41", "::a"]);
    let bare = |text: String| text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned();
    prop_oneof![4 => free.prop_map(bare), 1 => tricky.prop_map(String::from)]
}

fn secret() -> impl Strategy<Value = Secret> {
    prop::collection::vec(any::<u8>(), 1..80).prop_map(Secret::new)
}

fn pin() -> impl Strategy<Value = Option<Pin>> {
    prop::option::of("[!-~]{1,16}".prop_map(|words| Pin::new(Passphrase::new(words)).unwrap()))
}

fn otp() -> impl Strategy<Value = Otp> {
    let algorithm = prop::sample::select(vec![
        Algorithm::Md5,
        Algorithm::Sha1,
        Algorithm::Sha224,
        Algorithm::Sha256,
        Algorithm::Sha384,
        Algorithm::Sha512,
    ]);
    let digits = || (1..=10u64).prop_map(|count| Digits::new(count).unwrap());
    let period = || (1..=86_400u64).prop_map(|seconds| Period::new(seconds).unwrap());
    let hotp = (secret(), algorithm.clone(), digits(), any::<u64>())
        .prop_map(|(secret, algorithm, digits, counter)| Otp::Hotp { secret, algorithm, digits, counter });
    let motp = ("[!-~]{1,40}", pin()).prop_map(|(text, pin)| Otp::Motp { secret: Secret::new(text.into()), pin });
    let steam =
        (secret(), digits(), period()).prop_map(|(secret, digits, period)| Otp::Steam { secret, digits, period });
    let totp = (secret(), algorithm, digits(), period()).prop_map(|(secret, algorithm, digits, period)| Otp::Totp {
        secret,
        algorithm,
        digits,
        period,
    });
    let yandex = (prop::collection::vec(any::<u8>(), 16), pin())
        .prop_map(|(bytes, pin)| Otp::Yandex { secret: Secret::new(bytes), pin });
    prop_oneof![hotp, motp, steam, totp, yandex]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reads_back_what_it_wrote(issuer in name(), name in name(), otp in otp()) {
        let written = uri::write(&issuer, &name, &otp);
        prop_assert_eq!(uri::parse(&written), Ok(Draft::new(issuer, name, otp)));
    }

    #[test]
    fn survives_any_text(text in "(otpauth://|motp://|steam://)?(totp/|hotp/|yaotp/|steam/)?.{0,60}(\\?secret=)?.{0,60}") {
        if let Err(error) = uri::parse(&text) {
            prop_assert!((1..=text.chars().count() + 1).contains(&error.position()), "{:?}", error);
        }
    }

    #[test]
    fn shows_only_safe_letters(text in any::<String>()) {
        let safe = shown(&text);
        let unsafe_letter = |letter: char| letter.is_control() || ('\u{202a}'..='\u{202e}').contains(&letter);
        prop_assert!(!safe.contains(unsafe_letter), "{:?}", safe);
    }
}

#[test]
fn keeps_totp_of_steam_with_five_digits_apart_from_steam_guard() {
    let secret = Secret::from_base32(KEY).unwrap();
    let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::FIVE, period: Period::THIRTY };
    assert_eq!(read(&uri::write("Steam", "ada", &otp)).otp, otp);
}

#[test]
fn writes_and_reads_account_ids() {
    let id = AccountId([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255]);
    assert_eq!(id.to_string(), "000102030405060708090a0b0c0d0eff");
    assert_eq!("000102030405060708090A0b0c0d0eFF".parse(), Ok(id));
    for text in ["", "00", "000102030405060708090a0b0c0d0eff00", "000102030405060708090a0b0c0d0exx"] {
        assert!(text.parse::<AccountId>().is_err(), "{text}");
    }
}
