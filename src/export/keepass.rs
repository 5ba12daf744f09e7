//! KeePass: a database of version 4 (Argon2id, AES-256), which KeePass, KeePassXC and their kin open.
//!
//! A key stands as KeePassXC writes it, in `otp`; that of HOTP as KeePass itself does. The database is whole: the apps
//! go on with it.

use std::fmt::Write;

use cbc::cipher::{KeyIvInit, StreamCipher};
use chacha20::ChaCha20;
use data_encoding::BASE64;
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use super::crypt::{argon2, cbc, hmac_sha256, random};
use super::{ExportError, Exported, Exporter, Part, Unfit, list, loss};
use crate::account::Account;
use crate::otp::{Algorithm, Digits, Otp};
use crate::secret::Passphrase;

/// Writes an encrypted database.
pub(super) const SEALED: Exporter = Exporter {
    name: "keepass",
    about: "KeePass database (KDBX 4), encrypted",
    ending: "kdbx",
    is_encrypted: true,
    carries: &[Part::Note],
    fits,
    write,
};

/// What Argon2id costs: memory in KiB, passes, lanes.
const COST: [u32; 3] = [65_536, 8, 2];
const SIGNATURE: &[u8] = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x00\x00\x04\x00";
const AES: &[u8] = b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff";
const ARGON2ID: &[u8] = b"\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6";
const BLOCK: usize = 1024 * 1024;

fn fits(account: &Account) -> Result<(), Unfit> {
    match &account.otp {
        Otp::Steam { .. } => loss::steam(&account.otp)?,
        Otp::Totp { .. } => loss::algorithm(&account.otp, &loss::COMMON)?,
        Otp::Hotp { algorithm, digits, .. } if *algorithm == Algorithm::Sha1 && *digits == Digits::SIX => {}
        _ => return Err(Unfit::Kind),
    }
    // XML has no place for most control characters.
    let is_text = |text: &str| !text.contains(|letter: char| letter.is_control() && !matches!(letter, '\n' | '\t'));
    let texts = [&account.issuer, &account.name, &account.note];
    if texts.iter().all(|text| is_text(text) && !text.contains(['\u{fffe}', '\u{ffff}'])) {
        Ok(())
    } else {
        Err(Unfit::Letters)
    }
}

fn write(accounts: &[Account], words: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
    let words = words.ok_or(ExportError::NeedsPassphrase)?;
    let (seed, iv, salt) = (random::<32>()?, random::<16>()?, random::<32>()?);
    let composite = Sha256::digest(Sha256::digest(words.expose().as_bytes()));
    let transformed = argon2(&composite, &salt, COST)?;
    let header = header(&seed, &iv, &salt);
    let master =
        Zeroizing::new(<[u8; 32]>::from(Sha256::new().chain_update(seed).chain_update(*transformed).finalize()));
    let hmac = Sha512::new().chain_update(seed).chain_update(*transformed).chain_update([1]).finalize();
    let sealed = cbc(&master, &iv, &inner(accounts)?)?;
    let block_key = |index: u64| Sha512::new().chain_update(index.to_le_bytes()).chain_update(hmac).finalize();
    let mut file = Zeroizing::new(header.clone());
    file.extend_from_slice(&Sha256::digest(&header));
    file.extend_from_slice(&hmac_sha256(&block_key(u64::MAX), &[&header])?);
    for (index, block) in (0..).zip(sealed.chunks(BLOCK).chain([&[][..]])) {
        let length = (block.len() as u32).to_le_bytes();
        file.extend_from_slice(&hmac_sha256(&block_key(index), &[&index.to_le_bytes(), &length, block])?);
        file.extend_from_slice(&length);
        file.extend_from_slice(block);
    }
    Ok(Exported::alone(file))
}

fn field(number: u8, value: &[u8]) -> Vec<u8> {
    [&[number][..], &(value.len() as u32).to_le_bytes(), value].concat()
}

fn header(seed: &[u8; 32], iv: &[u8; 16], salt: &[u8; 32]) -> Vec<u8> {
    let value = |kind: u8, name: &str, value: &[u8]| {
        [&field(kind, name.as_bytes())[..], &(value.len() as u32).to_le_bytes(), value].concat()
    };
    let [memory, passes, lanes] = COST;
    let kdf = [
        vec![0, 1],
        value(0x42, "$UUID", ARGON2ID),
        value(0x42, "S", salt),
        value(0x05, "M", &(u64::from(memory) * 1024).to_le_bytes()),
        value(0x05, "I", &u64::from(passes).to_le_bytes()),
        value(0x04, "P", &lanes.to_le_bytes()),
        value(0x04, "V", &0x13u32.to_le_bytes()),
        vec![0],
    ];
    let fields = [
        field(2, AES),
        field(3, &[0; 4]),
        field(4, seed),
        field(7, iv),
        field(11, &kdf.concat()),
        field(0, b"\r\n\r\n"),
    ];
    [SIGNATURE, &fields.concat()].concat()
}

/// Writes what is encrypted: the key of the stream that covers values, and the document.
fn inner(accounts: &[Account]) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let key = Zeroizing::new(random::<64>()?);
    let hash = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(*key)));
    let stream = ChaCha20::new_from_slices(&hash[..32], &hash[32..44]).map_err(|_| ExportError::NoResources)?;
    let document = Document { xml: Zeroizing::new(String::with_capacity(64 * 1024)), stream }.written(accounts)?;
    let mut inner = Zeroizing::new(Vec::with_capacity(document.len() + 128));
    inner.extend_from_slice(&field(1, &3u32.to_le_bytes()));
    inner.extend_from_slice(&field(2, &*key));
    inner.extend_from_slice(&field(0, b""));
    inner.extend_from_slice(document.as_bytes());
    Ok(inner)
}

/// Is the document while it grows.
struct Document {
    xml: Zeroizing<String>,
    stream: ChaCha20,
}

impl Document {
    fn written(mut self, accounts: &[Account]) -> Result<Zeroizing<String>, ExportError> {
        let group = BASE64.encode(&random::<16>()?);
        let _ = write!(
            self.xml,
            "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?><KeePassFile><Meta><Generator>Sterk</Generator>\
             <DatabaseName>Sterk</DatabaseName><MemoryProtection><ProtectPassword>True</ProtectPassword></MemoryProtection>\
             <RecycleBinEnabled>False</RecycleBinEnabled></Meta><Root><Group><UUID>{group}</UUID><Name>Sterk</Name>"
        );
        accounts.iter().try_for_each(|account| self.entry(account))?;
        self.xml.push_str("</Group></Root></KeePassFile>");
        Ok(self.xml)
    }

    fn entry(&mut self, account: &Account) -> Result<(), ExportError> {
        let id = BASE64.encode(&random::<16>()?);
        let _ = write!(self.xml, "<Entry><UUID>{id}</UUID>");
        self.string("Title", &account.issuer);
        self.string("UserName", &account.name);
        self.string("Notes", &account.note);
        match &account.otp {
            Otp::Hotp { secret, counter, .. } => {
                self.covered("HmacOtp-Secret-Base32", &secret.to_base32());
                self.string("HmacOtp-Counter", &counter.to_string());
            }
            Otp::Steam { .. } => {
                let link = list::link(account);
                let link = link.strip_prefix("otpauth://steam/").unwrap_or_default();
                let link = Zeroizing::new(format!("otpauth://totp/{link}&encoder=steam"));
                self.covered("otp", &link);
            }
            _ => self.covered("otp", &list::link(account)),
        }
        self.xml.push_str("</Entry>");
        Ok(())
    }

    fn string(&mut self, name: &str, value: &str) {
        let value = escaped(value);
        let _ = write!(self.xml, "<String><Key>{name}</Key><Value>{value}</Value></String>");
    }

    fn covered(&mut self, name: &str, value: &str) {
        let mut bytes = Zeroizing::new(value.as_bytes().to_vec());
        self.stream.apply_keystream(&mut bytes);
        let value = BASE64.encode(&bytes);
        let _ = write!(self.xml, "<String><Key>{name}</Key><Value Protected=\"True\">{value}</Value></String>");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
