//! KDBX, the database of KeePass, versions 3 and 4: from its bytes to the XML in it, in memory and bounded.

mod body;
mod header;
mod key;

use zeroize::Zeroizing;

use self::body::Body;
use self::header::Header;
use crate::import::crypt::{Keystream, unblock};
use crate::import::{Access, ImportError};

pub(in crate::import) use self::key::key_file;

/// How a database begins.
pub(in crate::import) const KEEPASS: &[u8] = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5";

/// Is an open database: its document, and what covers the protected values in it.
pub(in crate::import) struct Opened {
    pub(in crate::import) xml: Zeroizing<String>,
    pub(in crate::import) keystream: Keystream,
}

/// Opens a database with a passphrase, a key file, or both.
///
/// A key file that lies beside the database may not belong to it: with a passphrase both ways are tried.
pub(in crate::import) fn open_kdbx(
    bytes: &[u8],
    key_file: Option<&[u8; 32]>,
    access: &Access<'_>,
) -> Result<Opened, ImportError> {
    let header = Header::read(bytes)?;
    let words = access.passphrase.map(|words| words.expose());
    let composites = match (words, key_file) {
        (None, None) => return Err(ImportError::NeedsPassphrase),
        (None, Some(_)) => vec![key::composite(None, key_file)],
        (Some(_), None) => vec![key::composite(words, None)],
        (Some(_), Some(_)) => vec![key::composite(words, key_file), key::composite(words, None)],
    };
    for composite in composites {
        let transformed = header.transform.derive(access, &composite)?;
        let Some(body) = Body::open(&header, &transformed)? else { continue };
        return body.finish(&header);
    }
    Err(if words.is_none() { ImportError::NeedsPassphrase } else { ImportError::WrongPassphrase })
}

/// Decrypts what the header says with the key that was derived.
fn decrypted(header: &Header<'_>, transformed: &[u8; 32], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    unblock(header.block, &key::master(header.seed, transformed), header.iv, sealed).ok()
}
