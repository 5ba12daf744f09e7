//! Google Authenticator: QR codes of "Transfer accounts", ten accounts a picture.

use data_encoding::BASE64;
use qrcode::EcLevel;
use zeroize::Zeroizing;

use super::crypt::random;
use super::picture::png;
use super::{ExportError, Exported, Exporter, Unfit, loss};
use crate::account::Account;
use crate::account::uri::escaped;
use crate::otp::{Algorithm, Otp};
use crate::secret::Passphrase;

/// Writes pictures.
pub(super) const PICTURES: Exporter = Exporter {
    name: "google",
    about: "Google Authenticator QR codes as pictures, ten accounts each, not encrypted",
    ending: "png",
    is_encrypted: false,
    carries: &[],
    fits,
    write,
};

/// The most accounts of one code, and the most bytes of their messages: more is hard to scan.
const MOST: usize = 10;
const MOST_BYTES: usize = 1_500;
const VERSION: u64 = 1;

fn fits(account: &Account) -> Result<(), Unfit> {
    let otp = &account.otp;
    if !matches!(otp, Otp::Hotp { .. } | Otp::Totp { .. }) {
        return Err(Unfit::Kind);
    }
    loss::period(otp, &[30])?;
    if !matches!(otp.digits().count(), 6 | 8) {
        return Err(Unfit::Digits);
    }
    let known = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512, Algorithm::Md5];
    loss::algorithm(otp, &known)?;
    if entry(account).len() > MOST_BYTES { Err(Unfit::TooLong) } else { Ok(()) }
}

fn write(accounts: &[Account], _: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
    let batches = batches(accounts);
    let id = u64::from(u32::from_le_bytes(random()?) >> 1);
    let size = batches.len();
    let pictures = batches.iter().enumerate().map(|(index, batch)| {
        let link = link(batch, [VERSION, size as u64, index as u64, id]);
        let part = (size > 1).then_some(index + 1);
        Ok(Exported { part, bytes: png(link.as_bytes(), EcLevel::L, 6)? })
    });
    pictures.collect()
}

/// Puts messages together, as many as a code holds.
fn batches(accounts: &[Account]) -> Vec<Vec<Zeroizing<Vec<u8>>>> {
    let mut batches: Vec<Vec<Zeroizing<Vec<u8>>>> = Vec::new();
    let mut bytes = 0;
    for entry in accounts.iter().map(entry) {
        let is_full = batches.last().is_none_or(|batch| batch.len() == MOST || bytes + entry.len() > MOST_BYTES);
        if is_full {
            batches.push(Vec::new());
            bytes = 0;
        }
        bytes += entry.len();
        batches.iter_mut().next_back().into_iter().for_each(|batch| batch.push(entry.clone()));
    }
    batches
}

fn link(batch: &[Zeroizing<Vec<u8>>], numbers: [u64; 4]) -> Zeroizing<String> {
    let mut payload = Zeroizing::new(Vec::with_capacity(4 * MOST_BYTES));
    batch.iter().for_each(|entry| push_bytes(&mut payload, 1, entry));
    (2..).zip(numbers).for_each(|(field, number)| push_number(&mut payload, field, number));
    let data = Zeroizing::new(BASE64.encode(&payload));
    Zeroizing::new(format!("otpauth-migration://offline?data={}", &*escaped(data.as_bytes())))
}

/// Writes the message of one account.
fn entry(account: &Account) -> Zeroizing<Vec<u8>> {
    let otp = &account.otp;
    let mut message = Zeroizing::new(Vec::with_capacity(1_024));
    // As the app itself writes it; without an issuer the colon keeps one in the name from splitting it.
    let name = match account.issuer.is_empty() && !account.name.contains(':') {
        true => account.name.clone(),
        false => format!("{}:{}", account.issuer, account.name),
    };
    push_bytes(&mut message, 1, otp.secret().expose());
    push_bytes(&mut message, 2, name.as_bytes());
    push_bytes(&mut message, 3, account.issuer.as_bytes());
    let algorithm = match otp.algorithm() {
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
        Algorithm::Md5 => 4,
        _ => 1,
    };
    push_number(&mut message, 4, algorithm);
    push_number(&mut message, 5, if otp.digits().count() == 8 { 2 } else { 1 });
    match otp {
        Otp::Hotp { counter, .. } => {
            push_number(&mut message, 6, 1);
            push_number(&mut message, 7, *counter);
        }
        _ => push_number(&mut message, 6, 2),
    }
    message
}

fn push_bytes(message: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    message.push(field << 3 | 2);
    push_varint(message, bytes.len() as u64);
    message.extend_from_slice(bytes);
}

fn push_number(message: &mut Vec<u8>, field: u8, number: u64) {
    message.push(field << 3);
    push_varint(message, number);
}

fn push_varint(message: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        message.push(number as u8 | 0x80);
        number >>= 7;
    }
    message.push(number as u8);
}
