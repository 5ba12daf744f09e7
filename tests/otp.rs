//! One-time passwords against their standards, and at the edges of every parameter.
#![expect(clippy::unwrap_used, reason = "a test stops where its own parameters are wrong")]

use sterk::{Algorithm, Digits, Otp, OtpError, Passphrase, Period, Pin, Secret};

const SEED: &[u8] = b"12345678901234567890";

fn totp(seed: &[u8], algorithm: Algorithm, digits: u64, period: u64) -> Otp {
    let (digits, period) = (Digits::new(digits).unwrap(), Period::new(period).unwrap());
    Otp::Totp { secret: Secret::new(seed.to_vec()), algorithm, digits, period }
}

fn hotp(seed: &[u8], algorithm: Algorithm, digits: u64) -> Otp {
    Otp::Hotp { secret: Secret::new(seed.to_vec()), algorithm, digits: Digits::new(digits).unwrap(), counter: 0 }
}

fn steam(digits: u64, period: u64) -> Otp {
    let (digits, period) = (Digits::new(digits).unwrap(), Period::new(period).unwrap());
    Otp::Steam { secret: Secret::new(SEED.to_vec()), digits, period }
}

fn motp(secret: &str, pin: Option<&str>) -> Otp {
    Otp::Motp { secret: Secret::new(secret.into()), pin: pin.map(make_pin) }
}

fn yandex(secret: &[u8], pin: Option<&str>) -> Otp {
    Otp::Yandex { secret: Secret::new(secret.to_vec()), pin: pin.map(make_pin) }
}

fn make_pin(words: &str) -> Pin {
    Pin::new(Passphrase::new(words.into())).unwrap()
}

fn shown(otp: &Otp, unix_seconds: u64) -> String {
    otp.code_at(unix_seconds).unwrap().text.to_string()
}

fn counted(otp: &Otp, counter: u64) -> String {
    otp.code_at_counter(counter).unwrap().text.to_string()
}

#[test]
fn makes_the_codes_of_rfc_4226_appendix_d() {
    let truncated: [u32; 10] = [
        1284755224, 1094287082, 137359152, 1726969429, 1640338314, 868254676, 1918287922, 82162583, 673399871,
        645520489,
    ];
    let codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    for (counter, (code, decimal)) in (0..).zip(codes.into_iter().zip(truncated)) {
        assert_eq!(counted(&hotp(SEED, Algorithm::Sha1, 6), counter), code);
        assert_eq!(counted(&hotp(SEED, Algorithm::Sha1, 10), counter), format!("{decimal:010}"));
    }
}

#[test]
fn makes_the_codes_of_rfc_6238_appendix_b() {
    // Seeds of 32 and 64 bytes for the longer functions, as in the code of the RFC (erratum 2866).
    let long: Vec<u8> = SEED.iter().copied().cycle().take(64).collect();
    let rows = [
        (59, ["94287082", "46119246", "90693936"]),
        (1111111109, ["07081804", "68084774", "25091201"]),
        (1111111111, ["14050471", "67062674", "99943326"]),
        (1234567890, ["89005924", "91819424", "93441116"]),
        (2000000000, ["69279037", "90698825", "38618901"]),
        (20000000000, ["65353130", "77737706", "47863826"]),
    ];
    for (unix_seconds, [sha1, sha256, sha512]) in rows {
        assert_eq!(shown(&totp(SEED, Algorithm::Sha1, 8, 30), unix_seconds), sha1);
        assert_eq!(shown(&totp(&long[..32], Algorithm::Sha256, 8, 30), unix_seconds), sha256);
        assert_eq!(shown(&totp(&long, Algorithm::Sha512, 8, 30), unix_seconds), sha512);
    }
}

/// The ten-digit codes of counter 1 (time 59), computed with Python's `hmac`.
const TEN_DIGITS: [(Algorithm, &str); 6] = [
    (Algorithm::Md5, "1578532013"),
    (Algorithm::Sha1, "1094287082"),
    (Algorithm::Sha224, "0345812810"),
    (Algorithm::Sha256, "1332247374"),
    (Algorithm::Sha384, "0646080675"),
    (Algorithm::Sha512, "0369342147"),
];

#[test]
fn makes_codes_of_every_length_with_every_hash_function() {
    for (algorithm, ten) in TEN_DIGITS {
        for digits in 1..=10 {
            let expected = &ten[10 - digits as usize..];
            assert_eq!(shown(&totp(SEED, algorithm, digits, 30), 59), expected, "{algorithm:?} {digits}");
            assert_eq!(counted(&hotp(SEED, algorithm, digits), 1), expected, "{algorithm:?} {digits}");
        }
    }
}

#[test]
fn reaches_the_end_of_time_and_of_the_counter() {
    let rows = [
        (Algorithm::Md5, "55043656", "90626744"),
        (Algorithm::Sha1, "63094451", "28277486"),
        (Algorithm::Sha224, "88855539", "40283824"),
        (Algorithm::Sha256, "27790413", "10655816"),
        (Algorithm::Sha384, "20770136", "64050959"),
        (Algorithm::Sha512, "11381515", "18174303"),
    ];
    for (algorithm, at_counter, at_time) in rows {
        assert_eq!(counted(&hotp(SEED, algorithm, 8), u64::MAX), at_counter);
        assert_eq!(shown(&totp(SEED, algorithm, 8, 30), u64::MAX), at_time);
    }
    for otp in [steam(5, 30), motp("0123456789abcdef", Some("1234")), yandex(b"sixteen byte key", Some("5239"))] {
        assert_eq!(otp.code_at(u64::MAX).unwrap().valid_until, u64::MAX, "the end must not wrap to the past");
    }
}

#[test]
fn gives_each_code_its_time() {
    for (period, unix_seconds, from, until) in
        [(30, 59, 30, 60), (30, 60, 60, 90), (1, 59, 59, 60), (3600, 7199, 3600, 7200), (7, 0, 0, 7)]
    {
        let code = totp(SEED, Algorithm::Sha1, 6, period).code_at(unix_seconds).unwrap();
        assert_eq!((code.valid_from, code.valid_until), (from, until));
    }
    let code = hotp(SEED, Algorithm::Sha1, 6).code_at_counter(3).unwrap();
    assert_eq!((code.valid_from, code.valid_until), (0, u64::MAX), "a counter knows no time");
}

#[test]
fn changes_the_code_with_the_period_and_not_before() {
    let account = totp(SEED, Algorithm::Sha1, 6, 30);
    let now = account.code_at(45).unwrap();
    assert_eq!(account.code_at(now.valid_until - 1).unwrap(), now);
    assert_ne!(account.code_at(now.valid_until).unwrap().text, now.text);
    assert_eq!(shown(&totp(SEED, Algorithm::Sha1, 6, 1), 59), "083773");
    assert_eq!(shown(&totp(SEED, Algorithm::Sha1, 6, 3600), 7199), "287082");
}

#[test]
fn keeps_leading_zeros() {
    assert_eq!(shown(&totp(SEED, Algorithm::Sha1, 6, 30), 1320), "000152");
    assert_eq!(counted(&hotp(SEED, Algorithm::Sha1, 6), 44), "000152");
}

#[test]
fn takes_short_secrets() {
    assert_eq!(shown(&totp(b"1234567890", Algorithm::Sha1, 6, 30), 59), "263420");
    assert_eq!(shown(&totp(b"1", Algorithm::Sha1, 6, 30), 59).len(), 6);
}

#[test]
fn makes_an_md5_code_where_its_digest_is_too_short() {
    // The offset is 15 here: one byte of the digest is left, the other three count as zero.
    assert_eq!(counted(&hotp(SEED, Algorithm::Md5, 6), 0), "270976");
}

#[test]
fn writes_steam_codes_in_their_own_alphabet() {
    assert_eq!(shown(&steam(5, 30), 0), "GG5F5");
    assert_eq!(shown(&steam(5, 30), 59), "PV9M4");
    assert_eq!(shown(&steam(5, 30), 1_700_000_000), "R87JJ");
    assert_eq!(shown(&steam(5, 60), 59), "GG5F5");
    assert_eq!(shown(&steam(10, 30), 59), "PV9M4J5222");
}

#[test]
fn makes_motp_codes() {
    let account = motp("0123456789abcdef", Some("1234"));
    assert_eq!(shown(&account, 1_700_000_000), "05aae5");
    assert_eq!(shown(&account, u64::MAX), "552eb7");
    let code = account.code_at(1_700_000_009).unwrap();
    assert_eq!((code.text.as_str(), code.valid_until), ("05aae5", 1_700_000_010));
}

#[test]
fn hashes_a_hexadecimal_motp_secret_in_lower_case_and_other_text_as_it_is() {
    assert_eq!(shown(&motp("0123456789ABCDEF", Some("1234")), 1_700_000_000), "05aae5");
    assert_eq!(shown(&motp("Not Hex Text", Some("1234")), 1_700_000_000), "ac13c8");
}

#[test]
fn makes_yandex_codes_from_the_first_sixteen_bytes() {
    let key = b"sixteen byte key";
    assert_eq!(shown(&yandex(key, Some("5239")), 1_700_000_000), "ijugupkb");
    assert_eq!(shown(&yandex(key, Some("5239")), u64::MAX), "laykosed");
    let long = [key.as_slice(), b"ten more.."].concat();
    assert_eq!(shown(&yandex(&long, Some("5239")), 1_700_000_000), "ijugupkb");
}

#[test]
fn drops_a_leading_zero_byte_of_the_yandex_key() {
    // SHA-256("1149" ‖ secret) begins with 00.
    assert_eq!(shown(&yandex(b"sixteen byte key", Some("1149")), 1_700_000_000), "ualabuck");
}

#[test]
fn refuses_what_a_kind_cannot_do() {
    assert_eq!(hotp(SEED, Algorithm::Sha1, 6).code_at(0), Err(OtpError::CounterBased));
    assert_eq!(totp(SEED, Algorithm::Sha1, 6, 30).code_at_counter(0), Err(OtpError::TimeBased));
    assert_eq!(steam(5, 30).code_at_counter(0), Err(OtpError::TimeBased));
    assert_eq!(motp("00", None).code_at(0), Err(OtpError::NeedsPin));
    assert_eq!(yandex(b"sixteen byte key", None).code_at(0), Err(OtpError::NeedsPin));
    assert_eq!(yandex(b"fifteen bytes..", Some("1")).code_at(0), Err(OtpError::SecretTooShort));
}

#[test]
fn refuses_parameters_out_of_range() {
    for count in [0, 11, 256, u64::MAX] {
        assert_eq!(Digits::new(count), Err(OtpError::DigitsOutOfRange));
    }
    for seconds in [0, 86_401, 1 << 32, u64::MAX] {
        assert_eq!(Period::new(seconds), Err(OtpError::PeriodOutOfRange));
    }
    for words in ["", " 1", "1\n2", &"1".repeat(65)] {
        assert_eq!(Pin::new(Passphrase::new(words.into())), Err(OtpError::BadPin));
    }
    for name in ["", "SHA3-256", "SHA", "HMAC", "CRC32"] {
        assert_eq!(Algorithm::parse(name), Err(OtpError::UnknownAlgorithm), "never a fallback");
    }
}

#[test]
fn prints_neither_secret_nor_pin_nor_code() {
    let account = motp("0123456789abcdef", Some("7391"));
    let printed = format!("{account:?} {:?}", account.code_at(1_700_000_000).unwrap());
    assert!(!printed.contains("0123456789abcdef") && !printed.contains("7391"));
    assert!(!printed.contains(&shown(&account, 1_700_000_000)), "{printed}");
}
