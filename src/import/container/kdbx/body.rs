//! The body of a database: checked block by block, decrypted, unpacked within a limit.

use std::io::Read;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::header::{Header, Reader};
use super::{Opened, decrypted, key};
use crate::import::crypt::{Keystream, hmac_sha256, same};
use crate::import::{ImportError, MAX_FILE, Obstacle};

/// The most bytes of what is unpacked: the document, and in version 4 what is attached to entries.
const MOST_BYTES: usize = 2 * MAX_FILE;
const HASH: usize = 32;

/// Is the decrypted content, unpacked.
pub(super) struct Body(Zeroizing<Vec<u8>>);

impl Body {
    /// Opens it; nothing if the key is not right.
    pub(super) fn open(header: &Header<'_>, transformed: &[u8; 32]) -> Result<Option<Self>, ImportError> {
        let opened = match header.version {
            3 => third(header, transformed)?,
            _ => fourth(header, transformed)?,
        };
        let Some(bytes) = opened else { return Ok(None) };
        Ok(Some(Self(if header.is_packed { unpacked(&bytes)? } else { bytes })))
    }

    /// Takes the document out of it, and what covers its values.
    pub(super) fn finish(self, header: &Header<'_>) -> Result<Opened, ImportError> {
        let (stream, at) = match header.version {
            3 => ((header.stream.0, header.stream.1), 0),
            _ => inner(&self.0)?,
        };
        let keystream = Keystream::new(stream.1, stream.0);
        let keystream = keystream.ok_or(ImportError::NotImportable(Obstacle::KeePassCipher))?;
        let xml = std::str::from_utf8(&self.0[at..]).map_err(|_| ImportError::Damaged)?;
        Ok(Opened { xml: Zeroizing::new(xml.trim_start_matches('\u{feff}').to_owned()), keystream })
    }
}

/// Decrypts, and then takes blocks apart, each with its hash.
fn third(header: &Header<'_>, transformed: &[u8; 32]) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
    let Some(bytes) = decrypted(header, transformed, header.rest) else { return Ok(None) };
    if header.start.is_empty() || !bytes.starts_with(header.start) {
        return Ok(None);
    }
    let mut reader = Reader { bytes: &bytes, at: header.start.len() };
    let mut whole = Zeroizing::new(Vec::with_capacity(bytes.len()));
    loop {
        reader.word()?;
        let hash = reader.take(HASH)?;
        let length = reader.word()? as usize;
        let block = reader.take(length)?;
        if length == 0 {
            return Ok(Some(whole));
        }
        if Sha256::digest(block)[..] != *hash {
            return Err(ImportError::Damaged);
        }
        whole.extend_from_slice(block);
    }
}

/// Takes blocks apart, each with its MAC, and then decrypts.
fn fourth(header: &Header<'_>, transformed: &[u8; 32]) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
    let mut reader = Reader { bytes: header.rest, at: 0 };
    if Sha256::digest(header.bytes)[..] != *reader.take(HASH)? {
        return Err(ImportError::Damaged);
    }
    let hmac = key::hmac(header.seed, transformed);
    if !same(&hmac_sha256(&*key::block(u64::MAX, &hmac), &[header.bytes]), reader.take(HASH)?) {
        return Ok(None);
    }
    let mut sealed = Vec::with_capacity(header.rest.len());
    for index in 0u64.. {
        let mac = reader.take(HASH)?;
        let size = reader.take(4)?;
        let block = reader.take(u32::from_le_bytes([size[0], size[1], size[2], size[3]]) as usize)?;
        if !same(&hmac_sha256(&*key::block(index, &hmac), &[&index.to_le_bytes(), size, block]), mac) {
            return Err(ImportError::Damaged);
        }
        if block.is_empty() {
            break;
        }
        sealed.extend_from_slice(block);
    }
    decrypted(header, transformed, &sealed).map(Some).ok_or(ImportError::Damaged)
}

fn unpacked(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let mut whole = Zeroizing::new(Vec::new());
    let read = GzDecoder::new(bytes).take(MOST_BYTES as u64 + 1).read_to_end(&mut whole);
    if whole.len() > MOST_BYTES {
        return Err(ImportError::TooCostly { what: "a database with more than 128 MiB" });
    }
    read.map_err(|_| ImportError::Damaged)?;
    Ok(whole)
}

/// Reads the header that stands inside in version 4: the stream, and where the document begins.
fn inner(bytes: &[u8]) -> Result<((&[u8], u32), usize), ImportError> {
    let mut reader = Reader { bytes, at: 0 };
    let (mut key, mut number) = (&[][..], 0);
    loop {
        let kind = reader.take(1)?[0];
        let length = reader.word()? as usize;
        let field = reader.take(length)?;
        match kind {
            0 => return Ok(((key, number), reader.at)),
            1 => number = field.try_into().map(u32::from_le_bytes).map_err(|_| ImportError::Damaged)?,
            2 => key = field,
            _ => {}
        }
    }
}
