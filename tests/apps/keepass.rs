//! KeePass: databases of both versions with every cipher and derivation, XML and CSV.

use aes_gcm::KeyInit;
use argon2::{Algorithm, Argon2, Params, Version};
use cbc::cipher::{BlockCipherEncrypt, KeyIvInit, StreamCipher};
use sha2::{Digest, Sha256, Sha512};
use sterk::Passphrase;
use sterk::import::{Access, ImportError, Obstacle, Source, read_from};
use zeroize::Zeroizing;

use crate::seal::{base64, cbc, hmac};
use crate::{SECRETS, WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};

const ACCOUNTS: [&str; 8] = [
    "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA256 8 60s",
    "totp Bare| JBSWY3DPEHPK3PXP SHA1 6 30s",
    "totp Otp|user JBSWY3DPEHPK3PXP SHA256 8 60s",
    "totp Seed|user JBSWY3DPEHPK3PXP SHA1 8 60s",
    "steam Games|user MZXW6YTBOI4Q SHA1 5 30s",
    "totp Time|user MZXW6YTBOI4TS SHA512 8 60s",
    "hotp Hmac|user MZXW6YTBOI4TS SHA1 6 #9",
    "totp Own|user KRUGKIDROVUWG2Y SHA1 6 30s",
];

/// Covers values as a database does, or leaves them as they are.
type Change = Box<dyn FnMut(&mut [u8])>;

struct Cover(Option<Change>);

impl Cover {
    fn value(&mut self, value: &str) -> String {
        match &mut self.0 {
            None => format!("<Value ProtectInMemory=\"True\">{}</Value>", value.replace('&', "&amp;")),
            Some(cover) => {
                let mut bytes = value.as_bytes().to_vec();
                cover(&mut bytes);
                format!("<Value Protected=\"True\">{}</Value>", base64(&bytes))
            }
        }
    }

    fn entry(&mut self, title: &str, user: &str, fields: &[(&str, &str)]) -> String {
        let plain = |name: &str, value: &str| format!("<String><Key>{name}</Key><Value>{value}</Value></String>");
        let covered: String = fields
            .iter()
            .map(|(name, value)| format!("<String><Key>{name}</Key>{}</String>", self.value(value)))
            .collect();
        let former = format!(
            "<History><Entry><String><Key>otp</Key>{}</String></Entry></History>",
            self.value("otpauth://totp/x?secret=AAAA")
        );
        format!(
            "<Entry><UUID>e</UUID><Tags>a;b</Tags>{}{}{covered}{former}</Entry>",
            plain("Title", title),
            plain("UserName", user)
        )
    }
}

fn document(cover: Option<Change>) -> String {
    let mut cover = Cover(cover);
    let link = format!("otpauth://totp/Forge:ada?secret={}&algorithm=SHA256&digits=8&period=60", SECRETS[0]);
    let entries = [
        cover.entry("X", "user", &[("otp", &link), ("TOTP Seed", SECRETS[0])]),
        cover.entry("Bare", "", &[("otp", &format!("otpauth://totp/Bare:none?secret={}&issuer=Bare", SECRETS[1]))]),
        cover.entry(
            "Otp",
            "user",
            &[("otp", "key=JBSWY3DPEHPK3PXP%3D%3D&size=8&step=60&otpHashMode=Sha256&type=Totp")],
        ),
        cover.entry("Seed", "user", &[("TOTP Seed", "jbsw y3dp ehpk 3pxp"), ("TOTP Settings", "60;8;https://time")]),
        cover.entry("Games", "user", &[("TOTP Seed", SECRETS[2]), ("TOTP Settings", "30;S")]),
        cover.entry(
            "Time",
            "user",
            &[
                ("TimeOtp-Secret-Hex", "666F6F6261723939"),
                ("TimeOtp-Length", "8"),
                ("TimeOtp-Period", "60"),
                ("TimeOtp-Algorithm", "HMAC-SHA-512"),
            ],
        ),
        cover.entry("Hmac", "user", &[("HmacOtp-Secret", "foobar99"), ("HmacOtp-Counter", "9")]),
        cover.entry("Own", "user", &[("Second factor", &format!("otpauth://totp/?secret={}", SECRETS[3]))]),
        cover.entry("Bad", "user", &[("TOTP Seed", SECRETS[1]), ("TOTP Settings", "30;99")]),
        cover.entry("None", "user", &[("Password", "pw")]),
    ];
    let bin = cover.entry("Thrown away", "user", &[("TOTP Seed", SECRETS[1])]);
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<KeePassFile><Meta><RecycleBinEnabled>True</RecycleBinEnabled>\
        <RecycleBinUUID>bin</RecycleBinUUID></Meta><Root><Group><UUID>root</UUID><Name>Root</Name><Group><UUID>1</UUID><Name>Work</Name>\
        <Group><UUID>2</UUID><Name>Team</Name>{}</Group></Group>{}<Group><UUID>bin</UUID><Name>Bin</Name>{bin}</Group></Group></Root></KeePassFile>",
        entries[0],
        entries[1..].concat()
    )
}

fn composite(words: Option<&str>, key: Option<[u8; 32]>) -> [u8; 32] {
    let words = words.map(|words| Sha256::digest(words).to_vec()).unwrap_or_default();
    Sha256::digest([words, key.map(Vec::from).unwrap_or_default()].concat()).into()
}

fn aes_kdf(composite: [u8; 32], rounds: u64) -> [u8; 32] {
    let cipher = aes::Aes256::new(&[7; 32].into());
    let mut halves: [aes::Block; 2] = [
        <[u8; 16]>::try_from(&composite[..16]).unwrap().into(),
        <[u8; 16]>::try_from(&composite[16..]).unwrap().into(),
    ];
    (0..rounds).for_each(|_| halves.iter_mut().for_each(|half| cipher.encrypt_block(half)));
    Sha256::new().chain_update(halves[0]).chain_update(halves[1]).finalize().into()
}

const AES: [u8; 16] = *b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff";
const CHACHA20: [u8; 16] = *b"\xd6\x03\x8a\x2b\x8b\x6f\x4c\xb5\xa5\x24\x33\x9a\x31\xdb\xb5\x9a";
const TWOFISH: [u8; 16] = *b"\xad\x68\xf2\x9f\x57\x6f\x4b\xb9\xa3\x6a\xd4\x7a\xf9\x65\x34\x6c";
const AES_KDF: [u8; 16] = *b"\x7c\x02\xbb\x82\x79\xa7\x4a\xc0\x92\x7d\x11\x4a\x00\x64\x82\x38";
const ARGON2D: [u8; 16] = *b"\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c";
const ARGON2ID: [u8; 16] = *b"\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6";

fn body(cipher: [u8; 16], key: &[u8], plain: &[u8]) -> Vec<u8> {
    match cipher {
        CHACHA20 => {
            let mut bytes = plain.to_vec();
            chacha20::ChaCha20::new_from_slices(key, &[4; 12]).unwrap().apply_keystream(&mut bytes);
            bytes
        }
        TWOFISH => {
            use cbc::cipher::BlockModeEncrypt;
            use cbc::cipher::block_padding::Pkcs7;
            cbc::Encryptor::<twofish::Twofish>::new_from_slices(key, &[4; 16])
                .unwrap()
                .encrypt_padded_vec::<Pkcs7>(plain)
        }
        _ => cbc(key, &[4; 16], plain),
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

fn field(wide: bool, number: u8, value: &[u8]) -> Vec<u8> {
    let length = (value.len() as u32).to_le_bytes();
    [&[number][..], if wide { &length[..] } else { &length[..2] }, value].concat()
}

fn third(words: &str, rounds: u64) -> Vec<u8> {
    let mut stream =
        salsa20::Salsa20::new(&Sha256::digest([6; 32]), &[0xe8, 0x30, 0x09, 0x4b, 0x97, 0x20, 0x5d, 0x2a].into());
    let xml = packed(document(Some(Box::new(move |bytes| stream.apply_keystream(bytes)))).as_bytes());
    let (front, back) = xml.split_at(100);
    let block = |index: u32, bytes: &[u8]| {
        [&index.to_le_bytes()[..], &Sha256::digest(bytes), &(bytes.len() as u32).to_le_bytes(), bytes].concat()
    };
    let inner = [&[5; 32][..], &block(0, front), &block(1, back), &[&[2, 0, 0, 0][..], &[0; 36]].concat()].concat();
    let key = Sha256::new()
        .chain_update([2; 32])
        .chain_update(aes_kdf(composite(Some(words), None), rounds.min(100)))
        .finalize();
    let fields = [
        (2, &AES[..]),
        (3, &[1, 0, 0, 0]),
        (4, &[2; 32]),
        (5, &[7; 32]),
        (6, &rounds.to_le_bytes()),
        (7, &[4; 16]),
        (8, &[6; 32]),
        (9, &[5; 32]),
        (10, &[2, 0, 0, 0]),
        (0, b"\r\n\r\n"),
    ];
    let header = fields.iter().flat_map(|(number, value)| field(false, *number, value)).collect::<Vec<_>>();
    [&b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\0\x03\0"[..], &header, &cbc(&key, &[4; 16], &inner)].concat()
}

/// What a database of version 4 is made with.
#[derive(Clone, Copy)]
struct Fourth<'a> {
    cipher: [u8; 16],
    kdf: [u8; 16],
    composite: [u8; 32],
    packed: bool,
    passes: u64,
    xml: Option<&'a [u8]>,
}

impl Fourth<'_> {
    fn new(composite: [u8; 32]) -> Self {
        Self { cipher: AES, kdf: AES_KDF, composite, packed: true, passes: 2, xml: None }
    }

    fn transformed(self) -> [u8; 32] {
        if self.kdf == AES_KDF {
            return aes_kdf(self.composite, 100);
        }
        let algorithm = if self.kdf == ARGON2ID { Algorithm::Argon2id } else { Algorithm::Argon2d };
        let mut key = [0; 32];
        let params = Params::new(64, self.passes.min(200) as u32, 1, Some(32)).unwrap();
        Argon2::new(algorithm, Version::V0x13, params).hash_password_into(&self.composite, &[7; 32], &mut key).unwrap();
        key
    }

    fn parameters(self) -> Vec<u8> {
        let value = |kind: u8, name: &str, value: &[u8]| {
            [
                &[kind][..],
                &(name.len() as u32).to_le_bytes(),
                name.as_bytes(),
                &(value.len() as u32).to_le_bytes(),
                value,
            ]
            .concat()
        };
        let cost = match self.kdf {
            AES_KDF => value(5, "R", &100u64.to_le_bytes()),
            _ => [
                value(5, "M", &65_536u64.to_le_bytes()),
                value(5, "I", &self.passes.to_le_bytes()),
                value(4, "P", &1u32.to_le_bytes()),
                value(4, "V", &0x13u32.to_le_bytes()),
            ]
            .concat(),
        };
        [&[0, 1][..], &value(0x42, "$UUID", &self.kdf), &value(0x42, "S", &[7; 32]), &cost, &[0]].concat()
    }

    fn file(self) -> Vec<u8> {
        let hash = Sha512::digest([6; 64]);
        let mut stream = chacha20::ChaCha20::new_from_slices(&hash[..32], &hash[32..44]).unwrap();
        let xml = self.xml.map_or_else(
            || document(Some(Box::new(move |bytes| stream.apply_keystream(bytes)))).into_bytes(),
            Vec::from,
        );
        let inner = [
            field(true, 1, &[3, 0, 0, 0]),
            field(true, 2, &[6; 64]),
            field(true, 3, b"\0attached"),
            field(true, 0, b""),
            xml,
        ]
        .concat();
        let inner = if self.packed { packed(&inner) } else { inner };
        let iv = if self.cipher == CHACHA20 { &[4; 12][..] } else { &[4; 16] };
        let fields = [
            (2, &self.cipher[..]),
            (3, &[self.packed.into(), 0, 0, 0]),
            (4, &[2; 32]),
            (7, iv),
            (11, &self.parameters()),
            (0, b"\r\n\r\n"),
        ];
        let header = fields.iter().flat_map(|(number, value)| field(true, *number, value)).collect::<Vec<_>>();
        let header = [&b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\0\0\x04\0"[..], &header].concat();
        let key = self.transformed();
        let master = Sha256::new().chain_update([2; 32]).chain_update(key).finalize();
        let mac = Sha512::new().chain_update([2; 32]).chain_update(key).chain_update([1]).finalize();
        let block_key = |index: u64| Sha512::new().chain_update(index.to_le_bytes()).chain_update(mac).finalize();
        let block = |index: u64, bytes: &[u8]| {
            let signed = [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat();
            [hmac::<Sha256>(&block_key(index), &[&index.to_le_bytes()[..], &signed].concat()), signed].concat()
        };
        let sealed = body(self.cipher, &master, &inner);
        [
            &header[..],
            &Sha256::digest(&header),
            &hmac::<Sha256>(&block_key(u64::MAX), &header),
            &block(0, &sealed),
            &block(1, b""),
        ]
        .concat()
    }
}

#[test]
fn reads_every_field_that_keys_stand_in() {
    let import = plain(document(None)).unwrap();
    assert_eq!((import.format, import.encrypted, import.holds_more), ("keepass", false, true));
    assert_eq!(shown(&import), ACCOUNTS);
    assert_eq!(import.drafts[0].tags, ["Work/Team", "a", "b"]);
    assert_eq!(complaints(&import), [(9, "bad_digits"), (11, "trashed")]);
}

#[test]
fn opens_version_3_with_its_password_alone() {
    opens_with_its_passphrase_alone(third(WORDS, 100), "keepass", &ACCOUNTS);
    ends_early_with_a_name(Some(WORDS), &third(WORDS, 100), 97);
    assert!(matches!(with(WORDS, third(WORDS, u64::MAX)).unwrap_err(), ImportError::TooCostly { .. }));
}

#[test]
fn opens_version_4_with_every_cipher_and_derivation() {
    let base = Fourth::new(composite(Some(WORDS), None));
    opens_with_its_passphrase_alone(base.file(), "keepass", &ACCOUNTS);
    for other in [
        Fourth { cipher: CHACHA20, kdf: ARGON2D, passes: 117, ..base },
        Fourth { cipher: TWOFISH, kdf: ARGON2ID, packed: false, ..base },
    ] {
        assert_eq!(shown(&with(WORDS, other.file()).unwrap()), ACCOUNTS);
    }
    ends_early_with_a_name(Some(WORDS), &base.file(), 97);
}

#[test]
fn refuses_hostile_and_foreign_databases_by_name() {
    let base = Fourth::new(composite(Some(WORDS), None));
    let bomb = Fourth { kdf: ARGON2ID, passes: u64::from(u32::MAX), ..base };
    assert!(matches!(with(WORDS, bomb.file()).unwrap_err(), ImportError::TooCostly { .. }));
    let cipher = ImportError::NotImportable(Obstacle::KeePassCipher);
    assert_eq!(with(WORDS, Fourth { cipher: [9; 16], ..base }.file()).unwrap_err(), cipher);
    assert_eq!(with(WORDS, Fourth { kdf: [9; 16], ..base }.file()).unwrap_err(), cipher);
    let mut changed = base.file();
    let last = changed.len() - 50;
    changed[last] ^= 1;
    assert_eq!(with(WORDS, changed).unwrap_err(), ImportError::Damaged);
    let mut newer = base.file();
    newer[10] = 5;
    assert_eq!(with(WORDS, newer).unwrap_err(), ImportError::UnsupportedVersion { found: 5, newest: 4 });
    let entity: &[u8] = b"<!DOCTYPE x [<!ENTITY a \"b\">]><KeePassFile><Root>&a;</Root></KeePassFile>";
    assert_eq!(with(WORDS, Fourth { xml: Some(entity), ..base }.file()).unwrap_err(), ImportError::Damaged);
    assert_eq!(plain(b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5").unwrap_err(), ImportError::NotImportable(Obstacle::KeePass1));
    let deep = format!("<KeePassFile>{}", "<Group>".repeat(100_000));
    assert!(matches!(plain(deep).unwrap_err(), ImportError::TooCostly { .. }));
}

#[test]
fn unpacks_no_more_than_a_file_may_be() {
    let zeros = vec![b' '; 129 << 20];
    let bomb = Fourth { xml: Some(&zeros), ..Fourth::new(composite(Some(WORDS), None)) }.file();
    assert!(bomb.len() < 1 << 20, "a small file that unpacks to much");
    assert!(matches!(with(WORDS, bomb).unwrap_err(), ImportError::TooCostly { .. }));
}

#[test]
fn opens_with_the_key_file_that_lies_beside_it() {
    let read = |composite: [u8; 32], words: Option<&str>| {
        let file = Fourth::new(composite).file();
        let beside = |name: &str| (name == "my.keyx").then(|| Zeroizing::new(vec![8; 32]));
        let source = Source::new(&file).named("my.kdbx").beside(&beside);
        let words = words.map(|words| Passphrase::new(words.into()));
        read_from(&source, &words.as_ref().map_or(Access::default(), Access::with)).map(|import| import.drafts.len())
    };
    assert_eq!(read(composite(None, Some([8; 32])), None), Ok(8), "the key file alone");
    assert_eq!(read(composite(Some(WORDS), Some([8; 32])), Some(WORDS)), Ok(8), "both");
    assert_eq!(read(composite(Some(WORDS), None), Some(WORDS)), Ok(8), "the key file is of another database");
    assert_eq!(read(composite(Some(WORDS), Some([8; 32])), None), Err(ImportError::NeedsPassphrase));
}

#[test]
fn reads_the_table_of_keepassxc() {
    let table = format!(
        "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\",\"TOTP\",\"Icon\"\n\
        \"Root/Work/Team\",\"Forge\",\"ada\",\"pw\",\"\",\"n\",\"otpauth://totp/Forge:ada?secret={}&algorithm=SHA256&digits=8&period=60\",\"0\"\n",
        SECRETS[0]
    );
    let import = plain(table).unwrap();
    assert_eq!((import.format, shown(&import)), ("keepass", vec![ACCOUNTS[0].to_owned()]));
    assert_eq!(import.drafts[0].tags, ["Work/Team"]);
}
