//! Authme (Levminer): its export, version 3.
//!
//! Settings → Export. Text blocks in base64, always TOTP with ordinary parameters. Older files were encrypted with a
//! key that stays in the app.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Obstacle, Source};
use crate::account::Draft;

/// Reads Authme.
pub(super) const IMPORTER: Importer = Importer {
    name: "authme",
    about: "Authme: exported codes that are not encrypted",
    detect: |source| {
        let is_ours = |role: &str| matches!(role, "codes" | "export" | "backup");
        Fit::from(source.json().is_some_and(|json| is_ours(json.get("role").text()) && json.has("codes")))
    },
    read,
};

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let file = source.json().ok_or(ImportError::UnknownFormat)?;
    if file.get("encrypted").is_true() {
        return Err(ImportError::NotImportable(Obstacle::AuthmeKey));
    }
    let codes = BASE64.decode(file.get("codes").text().trim().as_bytes()).map_err(|_| ImportError::Damaged)?;
    let codes = Zeroizing::new(codes);
    let text = std::str::from_utf8(&codes).map_err(|_| ImportError::Damaged)?;
    let mut gathering = Gathering::new(IMPORTER.name);
    let mut block = Block::default();
    for line in text.lines().chain([""]) {
        match line.split_once(':') {
            Some((name, value)) => block.set(name.trim(), value.trim()),
            None if line.trim().is_empty() && block != Block::default() => {
                let block = std::mem::take(&mut block);
                gathering.add(|| label(block.issuer, block.name), block.draft())?;
            }
            None => {}
        }
    }
    gathering.finish()
}

/// Is what the lines of one account say.
#[derive(Default, PartialEq)]
struct Block<'a> {
    name: &'a str,
    secret: &'a str,
    issuer: &'a str,
    kind: &'a str,
}

impl<'a> Block<'a> {
    fn set(&mut self, name: &str, value: &'a str) {
        match name {
            "Name" => self.name = value,
            "Secret" => self.secret = value,
            "Issuer" => self.issuer = value,
            "Type" => self.kind = value,
            _ => {}
        }
    }

    fn draft(&self) -> Entry {
        let secret = entry::base32(self.secret)?;
        let otp = match self.kind {
            "" | "OTP_TOTP" => Parameters::default().totp(secret)?,
            _ => return Err(EntryError::UnknownType),
        };
        Ok(Draft::new(self.issuer, self.name, otp))
    }
}
