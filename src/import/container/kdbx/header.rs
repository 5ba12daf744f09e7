//! The header of a database, which says how it is encrypted; nothing is derived before its numbers are checked.

use crate::import::crypt::{Block, Transform};
use crate::import::{ImportError, Obstacle};

const NEWEST: u64 = 4;
const AES: [u8; 16] = *b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff";
const CHACHA20: [u8; 16] = *b"\xd6\x03\x8a\x2b\x8b\x6f\x4c\xb5\xa5\x24\x33\x9a\x31\xdb\xb5\x9a";
const TWOFISH: [u8; 16] = *b"\xad\x68\xf2\x9f\x57\x6f\x4b\xb9\xa3\x6a\xd4\x7a\xf9\x65\x34\x6c";
const AES_KDF: [&[u8]; 2] = [
    b"\xc9\xd9\xf3\x9a\x62\x8a\x44\x60\xbf\x74\x0d\x08\xc1\x8a\x4f\xea",
    b"\x7c\x02\xbb\x82\x79\xa7\x4a\xc0\x92\x7d\x11\x4a\x00\x64\x82\x38",
];
const ARGON2D: &[u8] = b"\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c";
const ARGON2ID: &[u8] = b"\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6";

/// Is what a database says of itself before anything is opened.
pub(super) struct Header<'a> {
    /// 3 or 4.
    pub(super) version: u16,
    pub(super) block: Block,
    pub(super) is_packed: bool,
    pub(super) seed: &'a [u8],
    pub(super) iv: &'a [u8],
    pub(super) transform: Transform,
    /// Key and number of the stream that covers values; version 4 has them further in.
    pub(super) stream: (&'a [u8], u32),
    /// How the body begins once it is decrypted; version 3 alone.
    pub(super) start: &'a [u8],
    /// The bytes of the header itself.
    pub(super) bytes: &'a [u8],
    /// What follows it.
    pub(super) rest: &'a [u8],
}

impl<'a> Header<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let version =
            bytes.get(10..12).map(|major| u16::from_le_bytes([major[0], major[1]])).ok_or(ImportError::Damaged)?;
        match version {
            3 | 4 => Fields::read(bytes, version)?.header(bytes, version),
            found if u64::from(found) > NEWEST => {
                Err(ImportError::UnsupportedVersion { found: found.into(), newest: NEWEST })
            }
            _ => Err(ImportError::Damaged),
        }
    }
}

/// Holds the fields of a header by their number, and where it ends.
struct Fields<'a> {
    fields: [Option<&'a [u8]>; 16],
    end: usize,
}

impl<'a> Fields<'a> {
    fn read(bytes: &'a [u8], version: u16) -> Result<Self, ImportError> {
        let mut reader = Reader { bytes, at: 12 };
        let mut fields = [None; 16];
        loop {
            let number = reader.take(1)?[0];
            let length = if version == 3 { reader.short()?.into() } else { reader.word()? as usize };
            let field = reader.take(length)?;
            if number == 0 {
                return Ok(Self { fields, end: reader.at });
            }
            if let Some(place) = fields.get_mut(usize::from(number)) {
                *place = Some(field);
            }
        }
    }

    fn field(&self, number: usize) -> Result<&'a [u8], ImportError> {
        self.fields[number].ok_or(ImportError::Damaged)
    }

    fn header(self, bytes: &'a [u8], version: u16) -> Result<Header<'a>, ImportError> {
        let block = match <[u8; 16]>::try_from(self.field(2)?) {
            Ok(AES) => Block::Aes,
            Ok(CHACHA20) => Block::ChaCha20,
            Ok(TWOFISH) => Block::Twofish,
            Ok(_) => return Err(ImportError::NotImportable(Obstacle::KeePassCipher)),
            Err(_) => return Err(ImportError::Damaged),
        };
        let (transform, stream, start) = match version {
            3 => {
                let transform = Transform::Aes { seed: fixed(self.field(5)?)?, rounds: long(self.field(6)?)? };
                (transform, (self.field(8)?, word(self.field(10)?)?), self.field(9)?)
            }
            _ => (transform(self.field(11)?)?, (&[][..], 0), &[][..]),
        };
        let is_packed = match word(self.field(3)?)? {
            0 => false,
            1 => true,
            _ => return Err(ImportError::Damaged),
        };
        let (head, rest) = bytes.split_at(self.end);
        let (seed, iv) = (self.field(4)?, self.field(7)?);
        Ok(Header { version, block, is_packed, seed, iv, transform, stream, start, bytes: head, rest })
    }
}

/// Reads the parameters of version 4: names and values, each with its type.
fn transform(bytes: &[u8]) -> Result<Transform, ImportError> {
    let mut reader = Reader { bytes, at: 2 };
    let mut values: Vec<(&[u8], &[u8])> = Vec::new();
    while reader.take(1)?[0] != 0 {
        let length = reader.word()? as usize;
        let name = reader.take(length)?;
        let length = reader.word()? as usize;
        values.push((name, reader.take(length)?));
    }
    let value = |name: &[u8]| {
        values.iter().find(|(found, _)| *found == name).map(|(_, value)| *value).ok_or(ImportError::Damaged)
    };
    let id = value(b"$UUID")?;
    if AES_KDF.contains(&id) {
        return Ok(Transform::Aes { seed: fixed(value(b"S")?)?, rounds: long(value(b"R")?)? });
    }
    let has_more = value(b"K").is_ok_and(|key| !key.is_empty()) || value(b"A").is_ok_and(|data| !data.is_empty());
    if (id != ARGON2D && id != ARGON2ID) || has_more {
        return Err(ImportError::NotImportable(Obstacle::KeePassCipher));
    }
    let cost = [long(value(b"M")?)? / 1024, long(value(b"I")?)?, word(value(b"P")?)?.into()];
    let version = u64::from(word(value(b"V")?)?);
    Ok(Transform::Argon2 { is_id: id == ARGON2ID, version, salt: value(b"S")?.to_vec(), cost })
}

fn fixed(bytes: &[u8]) -> Result<[u8; 32], ImportError> {
    bytes.try_into().map_err(|_| ImportError::Damaged)
}

fn word(bytes: &[u8]) -> Result<u32, ImportError> {
    bytes.try_into().map(u32::from_le_bytes).map_err(|_| ImportError::Damaged)
}

fn long(bytes: &[u8]) -> Result<u64, ImportError> {
    bytes.try_into().map(u64::from_le_bytes).map_err(|_| ImportError::Damaged)
}

/// Reads bytes from the front on, and never beyond their end.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], ImportError> {
        let end = self.at.checked_add(length).ok_or(ImportError::Damaged)?;
        let taken = self.bytes.get(self.at..end).ok_or(ImportError::Damaged)?;
        self.at = end;
        Ok(taken)
    }

    pub(super) fn short(&mut self) -> Result<u16, ImportError> {
        self.take(2)?.try_into().map(u16::from_le_bytes).map_err(|_| ImportError::Damaged)
    }

    pub(super) fn word(&mut self) -> Result<u32, ImportError> {
        word(self.take(4)?)
    }
}
