//! OTP Auth of iOS: keyed archives in a sealed layer in a layer that everybody can open.

use sha1::Sha1;
use sha2::{Digest, Sha256};
use sterk::import::ImportError;

use crate::seal::{cbc, hmac, pbkdf2};
use crate::{WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, with};

const ACCOUNTS: [&str; 2] =
    ["totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA256 8 60s", "hotp Post|gräce MZXW6YTBOI4TS SHA1 6 #7"];

/// Writes a binary property list: each object by itself, references of two bytes.
#[derive(Default)]
struct List(Vec<Vec<u8>>);

impl List {
    fn push(&mut self, object: Vec<u8>) -> u16 {
        self.0.push(object);
        (self.0.len() - 1) as u16
    }

    fn sized(&mut self, kind: u8, count: usize, body: Vec<u8>) -> u16 {
        let head = if count < 15 {
            vec![kind << 4 | count as u8]
        } else {
            [vec![kind << 4 | 15, 0x11], (count as u16).to_be_bytes().to_vec()].concat()
        };
        self.push([head, body].concat())
    }

    fn text(&mut self, text: &str) -> u16 {
        match text.is_ascii() {
            true => self.sized(5, text.len(), text.into()),
            false => {
                self.sized(6, text.encode_utf16().count(), text.encode_utf16().flat_map(u16::to_be_bytes).collect())
            }
        }
    }

    fn data(&mut self, data: &[u8]) -> u16 {
        self.sized(4, data.len(), data.to_vec())
    }

    fn whole(&mut self, number: u8) -> u16 {
        self.push(vec![0x10, number])
    }

    fn uid(&mut self, index: u16) -> u16 {
        self.push([&[0x81][..], &index.to_be_bytes()].concat())
    }

    fn list(&mut self, items: &[u16]) -> u16 {
        self.sized(10, items.len(), items.iter().flat_map(|item| item.to_be_bytes()).collect())
    }

    fn map(&mut self, pairs: &[(&str, u16)]) -> u16 {
        let names: Vec<u16> = pairs.iter().map(|(name, _)| self.text(name)).collect();
        let all = names.into_iter().chain(pairs.iter().map(|(_, value)| *value));
        self.sized(13, pairs.len(), all.flat_map(u16::to_be_bytes).collect())
    }

    fn bytes(&self, top: u16) -> Vec<u8> {
        let mut bytes = b"bplist00".to_vec();
        let offsets: Vec<u32> = self
            .0
            .iter()
            .map(|object| {
                let at = bytes.len() as u32;
                bytes.extend(object);
                at
            })
            .collect();
        let table = bytes.len() as u64;
        bytes.extend(offsets.iter().flat_map(|offset| offset.to_be_bytes()));
        bytes.extend([0, 0, 0, 0, 0, 0, 4, 2]);
        bytes.extend([offsets.len() as u64, top.into(), table].iter().flat_map(|number| number.to_be_bytes()));
        bytes
    }
}

/// Is an archive: values that stand in a table and refer to each other.
struct Archive {
    list: List,
    table: Vec<u16>,
}

impl Archive {
    fn new() -> Self {
        let mut list = List::default();
        let table = vec![list.text("$null")];
        Self { list, table }
    }

    /// Puts an object in the table and returns the reference to it.
    fn put(&mut self, object: u16) -> u16 {
        self.table.push(object);
        self.list.uid((self.table.len() - 1) as u16)
    }

    fn text(&mut self, text: &str) -> u16 {
        let object = self.list.text(text);
        self.put(object)
    }

    fn data(&mut self, data: &[u8]) -> u16 {
        let bytes = self.list.data(data);
        let object = self.list.map(&[("NS.data", bytes)]);
        self.put(object)
    }

    fn array(&mut self, items: &[u16]) -> u16 {
        let items = self.list.list(items);
        let object = self.list.map(&[("NS.objects", items)]);
        self.put(object)
    }

    fn dictionary(&mut self, pairs: &[(&str, u16)]) -> u16 {
        let names: Vec<u16> = pairs.iter().map(|(name, _)| self.text(name)).collect();
        let (names, values) =
            (self.list.list(&names), self.list.list(&pairs.iter().map(|(_, value)| *value).collect::<Vec<_>>()));
        let object = self.list.map(&[("NS.keys", names), ("NS.objects", values)]);
        self.put(object)
    }

    fn object(&mut self, pairs: &[(&str, u16)]) -> u16 {
        let object = self.list.map(pairs);
        self.put(object)
    }

    fn account(&mut self, texts: [&str; 2], secret: &[u8], numbers: [u8; 5]) -> u16 {
        let (issuer, label, secret) = (self.text(texts[0]), self.text(texts[1]), self.data(secret));
        let numbers = numbers.map(|number| self.list.whole(number));
        let [kind, algorithm, digits, period, counter] = numbers;
        self.object(&[
            ("issuer", issuer),
            ("label", label),
            ("secret", secret),
            ("type", kind),
            ("algorithm", algorithm),
            ("digits", digits),
            ("period", period),
            ("counter", counter),
        ])
    }

    fn bytes(mut self, root: u16) -> Vec<u8> {
        let table = self.list.list(&self.table);
        let start = self.list.map(&[("root", root)]);
        let top = self.list.map(&[("$objects", table), ("$top", start)]);
        self.list.bytes(top)
    }
}

fn folders() -> Vec<u8> {
    let mut archive = Archive::new();
    let first = archive.account(["Forge", "ada"], b"12345678901234567890", [2, 2, 8, 60, 0]);
    let second = archive.account(["Post", "gräce"], b"foobar99", [1, 0, 0, 0, 7]);
    let bad = archive.account(["Bad", ""], b"foobar99", [2, 9, 6, 30, 0]);
    let (accounts, name) = (archive.array(&[first, second, bad]), archive.text("Work"));
    let folder = archive.object(&[("name", name), ("accounts", accounts)]);
    let folders = archive.array(&[folder]);
    let root = archive.dictionary(&[("Folders", folders)]);
    archive.bytes(root)
}

fn outer(words: &str, name: &str, sealed: &[u8], salt: Option<[&str; 2]>) -> Vec<u8> {
    let mut archive = Archive::new();
    let data = archive.data(sealed);
    let mut pairs = vec![(name, data)];
    if let Some([salt, iv]) = salt {
        let (salt, iv) = (archive.text(salt), archive.text(iv));
        pairs.extend([("Salt", salt), ("IV", iv)]);
    }
    let root = archive.dictionary(&pairs);
    cbc(&Sha256::digest(words), &[0; 16], &archive.bytes(root))
}

fn bare() -> Vec<u8> {
    let key = Sha256::digest(["sält".as_bytes(), b"-", WORDS.as_bytes()].concat());
    let sealed = cbc(&key, Sha1::digest("îv")[..16].try_into().unwrap(), &folders());
    outer("Authenticator", "WrappedData", &sealed, Some(["sält", "îv"]))
}

fn rncryptor(plain: &[u8]) -> Vec<u8> {
    let key = |salt: &[u8]| pbkdf2::<Sha1>(WORDS.as_bytes(), salt, 10_000, 32);
    let signed = [&[3, 1][..], &[5; 8], &[6; 8], &[7; 16], &cbc(&key(&[5; 8]), &[7; 16], plain)].concat();
    let mac = hmac::<Sha256>(&key(&[6; 8]), &signed);
    [signed, mac].concat()
}

#[test]
fn opens_backups_of_both_versions_with_their_password_alone() {
    for file in [bare(), outer("Authenticator", "WrappedData", &rncryptor(&folders()), None)] {
        opens_with_its_passphrase_alone(&file, "otp-auth", &ACCOUNTS);
        let import = with(WORDS, &file).unwrap();
        assert_eq!(
            (complaints(&import), &import.drafts[0].tags[..]),
            (vec![(3, "bad_algorithm")], &["Work".to_owned()][..])
        );
        ends_early_with_a_name(Some(WORDS), &file, 160);
    }
}

#[test]
fn opens_a_single_account() {
    let mut archive = Archive::new();
    let root = archive.account(["Forge", "ada"], b"12345678901234567890", [2, 2, 8, 60, 0]);
    let file = outer("OTPAuth", "Data", &rncryptor(&archive.bytes(root)), None);
    opens_with_its_passphrase_alone(file, "otp-auth", &ACCOUNTS[..1]);
}

#[test]
fn follows_no_archive_in_circles() {
    let mut archive = Archive::new();
    let (this, text) = ((archive.table.len() + 1) as u16, archive.text("x"));
    let itself = archive.list.uid(this);
    let items = archive.list.list(&[itself, itself, text]);
    let object = archive.list.map(&[("NS.objects", items)]);
    let root = archive.put(object);
    let file = outer("Authenticator", "WrappedData", &rncryptor(&archive.bytes(root)), None);
    assert!(matches!(with(WORDS, file).unwrap_err(), ImportError::TooCostly { .. }));
}
