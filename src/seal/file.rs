//! The bytes of a sealed file: laid out, checked, sealed and opened.

use std::fmt;
use std::ops::Range;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::error::SealError;
use super::header::{self, Header, WrittenHeader};
use super::id::RecordId;
use super::key::{Cipher, Derivation, TAG, VaultKey, random};

/// First bytes of every file: not text, and changed by any transfer that rewrites line ends.
const MAGIC: &[u8; 8] = b"\x89STERK\r\n";
/// Newest format version that is read, and the one that is written.
const VERSION: u16 = 1;
/// Magic, version, length of the header, number of records.
const PREFIX: usize = 8 + 2 + 4 + 4;
const CHECKSUM: usize = 32;
/// Identifier and length of the ciphertext.
const INDEX_ENTRY: usize = 16 + 4;
const FILE_LIMIT: usize = 256 * 1024 * 1024;
const HEADER_LIMIT: usize = 1024 * 1024;
const RECORD_LIMIT: usize = 100_000;
/// Nonce of the seal of the header; records count up from 0 and never get there.
const HEADER_NONCE: [u8; 12] = [0xff; 12];

/// Is a sealed file that was parsed and whose checksum is right; nothing is decrypted yet.
pub struct Sealed {
    bytes: Vec<u8>,
    head: WrittenHeader,
    checksum: [u8; CHECKSUM],
    header_seal: Range<usize>,
    index: Vec<(RecordId, Range<usize>)>,
}

/// Is what a key brought to light.
pub struct Opened {
    /// Records in the order of the file.
    pub records: Vec<(RecordId, Zeroizing<Vec<u8>>)>,
    /// Records whose bytes have changed since they were written.
    pub damaged: Vec<RecordId>,
}

/// Seals `records` under `key` in the order given, with a new salt.
///
/// # Errors
/// [`SealError::NoSlot`] and [`SealError::RepeatedId`] for what could not be opened or told apart again;
/// [`SealError::TooLarge`] above 64 slots, 100,000 records or 256 MiB; [`SealError::NoRandomness`].
pub fn seal(header: &Header, key: &VaultKey, records: &[(RecordId, Zeroizing<Vec<u8>>)]) -> Result<Vec<u8>, SealError> {
    check_ids(records.iter().map(|(id, _)| *id).collect())?;
    let salt = random()?;
    let (cipher, commitment) = derive(key, &salt);
    let mut file = write_head(&header::write(header, &salt, &commitment)?, records)?;
    let checksum: [u8; CHECKSUM] = Sha256::digest(&file).into();
    file.extend_from_slice(&checksum);
    let start = file.len();
    cipher.encrypt(&HEADER_NONCE, &checksum, &mut file, start)?;
    for (number, (_, plain)) in (0..).zip(records) {
        let start = file.len();
        file.extend_from_slice(plain);
        cipher.encrypt(&record_nonce(number), &record_aad(&checksum, number), &mut file, start)?;
    }
    Ok(file)
}

/// Returns the random salt that names one write, of a file whose checksum is right; the records are not looked at.
///
/// # Errors
/// As [`Sealed::parse`].
pub fn salt_of(bytes: &[u8]) -> Result<[u8; 32], SealError> {
    read_head(bytes).map(|(_, _, head)| head.salt)
}

impl Sealed {
    /// Reads the layout and the header and compares the checksum; needs no key.
    ///
    /// # Errors
    /// [`SealError::NotSealed`] for anything that does not begin as our files do,
    /// [`SealError::UnsupportedVersion`], [`SealError::Truncated`], [`SealError::Damaged`],
    /// [`SealError::KdfOutOfBounds`], [`SealError::RepeatedId`], [`SealError::NoSlot`] and
    /// [`SealError::TooLarge`] for hostile or broken ones.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, SealError> {
        let (layout, checksum, head) = read_head(&bytes)?;
        let index = read_index(&bytes, &layout)?;
        check_ids(index.iter().map(|(id, _)| *id).collect())?;
        Ok(Self { head, checksum, header_seal: layout.header_seal, index, bytes })
    }

    /// Returns what the file says about itself; proved only once [`Sealed::open`] succeeds.
    pub fn header(&self) -> &Header {
        &self.head.header
    }

    /// Returns the random salt that names this very write.
    pub fn salt(&self) -> [u8; 32] {
        self.head.salt
    }

    /// Returns how many records the file holds.
    pub fn record_count(&self) -> usize {
        self.index.len()
    }

    /// Returns the names of the records, readable without a key; proved only once [`Sealed::open`] succeeds.
    pub fn record_ids(&self) -> impl Iterator<Item = RecordId> {
        self.index.iter().map(|(id, _)| *id)
    }

    /// Decrypts the records one by one; a damaged one costs only itself.
    ///
    /// # Errors
    /// [`SealError::WrongKey`] when the file was sealed under another key (after a re-key, say);
    /// [`SealError::Tampered`] when the key is right but the header or the index is not what was sealed.
    pub fn open(&self, key: &VaultKey) -> Result<Opened, SealError> {
        let cipher = self.proved(key)?;
        let mut opened = Opened { records: Vec::with_capacity(self.index.len()), damaged: Vec::new() };
        for (number, (id, range)) in (0..).zip(&self.index) {
            match self.decrypt(&cipher, number, range) {
                Some(plain) => opened.records.push((*id, plain)),
                None => opened.damaged.push(*id),
            }
        }
        Ok(opened)
    }

    /// Decrypts one record alone; nothing where there is none of this name, or it is damaged.
    ///
    /// # Errors
    /// As [`Sealed::open`].
    pub fn open_record(&self, key: &VaultKey, wanted: RecordId) -> Result<Option<Zeroizing<Vec<u8>>>, SealError> {
        let cipher = self.proved(key)?;
        let found = (0..).zip(&self.index).find(|(_, (id, _))| *id == wanted);
        Ok(found.and_then(|(number, (_, range))| self.decrypt(&cipher, number, range)))
    }

    /// Returns the cipher of this write, once the key and the head are proved to be right.
    fn proved(&self, key: &VaultKey) -> Result<Cipher, SealError> {
        let (cipher, commitment) = derive(key, &self.head.salt);
        if !bool::from(commitment.ct_eq(&self.head.commitment)) {
            return Err(SealError::WrongKey);
        }
        let header_seal = &self.bytes[self.header_seal.clone()];
        cipher.decrypt(&HEADER_NONCE, &self.checksum, header_seal).ok_or(SealError::Tampered)?;
        Ok(cipher)
    }

    fn decrypt(&self, cipher: &Cipher, number: u32, range: &Range<usize>) -> Option<Zeroizing<Vec<u8>>> {
        let aad = record_aad(&self.checksum, number);
        cipher.decrypt(&record_nonce(number), &aad, &self.bytes[range.clone()])
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes, {} records)", self.bytes.len(), self.index.len())
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({} records, {} damaged)", self.records.len(), self.damaged.len())
    }
}

/// Says where the parts of a file lie, as far as they follow from the lengths at its beginning.
struct Layout {
    header: Range<usize>,
    index: Range<usize>,
    header_seal: Range<usize>,
}

impl Layout {
    fn read(bytes: &[u8]) -> Result<Self, SealError> {
        if bytes.len() > FILE_LIMIT {
            return Err(SealError::TooLarge);
        }
        check_magic(bytes)?;
        let version = u16::from_be_bytes(field(bytes, 8)?);
        if version != VERSION {
            return Err(SealError::UnsupportedVersion { found: version, newest: VERSION });
        }
        let header_length = u32::from_be_bytes(field(bytes, 10)?) as usize;
        let count = u32::from_be_bytes(field(bytes, 14)?) as usize;
        if header_length > HEADER_LIMIT || count > RECORD_LIMIT {
            return Err(SealError::TooLarge);
        }
        let header = PREFIX..PREFIX + header_length;
        let index = header.end..header.end + count * INDEX_ENTRY;
        let header_seal = index.end + CHECKSUM..index.end + CHECKSUM + TAG;
        if bytes.len() < header_seal.end { Err(SealError::Truncated) } else { Ok(Self { header, index, header_seal }) }
    }
}

/// Reads what stands before the records, checksum compared.
fn read_head(bytes: &[u8]) -> Result<(Layout, [u8; CHECKSUM], WrittenHeader), SealError> {
    let layout = Layout::read(bytes)?;
    let checksum: [u8; CHECKSUM] = Sha256::digest(&bytes[..layout.index.end]).into();
    if bytes[layout.index.end..layout.header_seal.start] != checksum {
        return Err(SealError::Damaged);
    }
    let head = header::read(&bytes[layout.header.clone()])?;
    Ok((layout, checksum, head))
}

fn check_magic(bytes: &[u8]) -> Result<(), SealError> {
    match bytes.first_chunk() {
        Some(MAGIC) => Ok(()),
        Some(_) => Err(SealError::NotSealed),
        None if !bytes.is_empty() && MAGIC.starts_with(bytes) => Err(SealError::Truncated),
        None => Err(SealError::NotSealed),
    }
}

fn field<const N: usize>(bytes: &[u8], start: usize) -> Result<[u8; N], SealError> {
    bytes.get(start..).and_then(|rest| rest.first_chunk()).copied().ok_or(SealError::Truncated)
}

fn read_index(bytes: &[u8], layout: &Layout) -> Result<Vec<(RecordId, Range<usize>)>, SealError> {
    let mut start = layout.header_seal.end;
    let mut index = Vec::with_capacity(layout.index.len() / INDEX_ENTRY);
    for place in layout.index.clone().step_by(INDEX_ENTRY) {
        let length = u32::from_be_bytes(field(bytes, place + 16)?) as usize;
        if length < TAG {
            return Err(SealError::Damaged);
        }
        let end = start.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(SealError::Truncated)?;
        index.push((field(bytes, place)?, start..end));
        start = end;
    }
    if start == bytes.len() { Ok(index) } else { Err(SealError::Damaged) }
}

/// Writes everything before the checksum into a buffer that has room for the whole file.
///
/// The room matters: a buffer that grows later would leave plaintext behind in freed memory.
fn write_head(header: &[u8], records: &[(RecordId, Zeroizing<Vec<u8>>)]) -> Result<Vec<u8>, SealError> {
    let head = PREFIX + header.len() + records.len() * INDEX_ENTRY + CHECKSUM + TAG;
    let size = records.iter().fold(head, |sum, (_, plain)| sum.saturating_add(plain.len()).saturating_add(TAG));
    if size > FILE_LIMIT || header.len() > HEADER_LIMIT || records.len() > RECORD_LIMIT {
        return Err(SealError::TooLarge);
    }
    let mut file = Vec::with_capacity(size);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&VERSION.to_be_bytes());
    file.extend_from_slice(&(header.len() as u32).to_be_bytes());
    file.extend_from_slice(&(records.len() as u32).to_be_bytes());
    file.extend_from_slice(header);
    for (id, plain) in records {
        file.extend_from_slice(id);
        file.extend_from_slice(&((plain.len() + TAG) as u32).to_be_bytes());
    }
    Ok(file)
}

fn check_ids(mut ids: Vec<RecordId>) -> Result<(), SealError> {
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) { Err(SealError::RepeatedId) } else { Ok(()) }
}

/// Derives the key of one write and the value by which a wrong key is told at once.
fn derive(key: &VaultKey, salt: &[u8; 32]) -> (Cipher, [u8; 32]) {
    let derivation = Derivation::new(salt, key.expose());
    (derivation.derive_cipher("sterk v1 content"), *derivation.derive_bytes("sterk v1 commitment"))
}

fn record_nonce(number: u32) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[8..].copy_from_slice(&number.to_be_bytes());
    nonce
}

fn record_aad(checksum: &[u8; CHECKSUM], number: u32) -> [u8; CHECKSUM + 4] {
    let mut aad = [0; CHECKSUM + 4];
    aad[..CHECKSUM].copy_from_slice(checksum);
    aad[CHECKSUM..].copy_from_slice(&number.to_be_bytes());
    aad
}
