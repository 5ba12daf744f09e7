//! ZIP archives in memory, plain or with either of the two encryptions: bounded, nothing is written anywhere.

use std::cell::RefCell;
use std::io::{Cursor, Read};

use zeroize::Zeroizing;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::import::{Access, ImportError, MAX_ENTRIES, MAX_FILE};

/// The most bytes of all members that are read, one after the other.
const MOST_BYTES: usize = 2 * MAX_FILE;

/// Is an archive and what may still be read of it.
pub(in crate::import) struct Archive<'a> {
    members: Vec<Member>,
    opened: RefCell<(ZipArchive<Cursor<&'a [u8]>>, usize)>,
}

/// Is one file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) struct Member {
    /// Its name with its folders.
    pub(in crate::import) name: String,
    /// Whether it takes a passphrase.
    pub(in crate::import) is_encrypted: bool,
    index: usize,
}

impl<'a> Archive<'a> {
    /// Tells whether bytes begin as an archive does.
    pub(in crate::import) fn detect(bytes: &[u8]) -> bool {
        bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
    }

    /// Reads the list of members.
    pub(in crate::import) fn open(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(fault)?;
        if archive.len() > MAX_ENTRIES {
            return Err(ImportError::TooCostly { what: "more than 10,000 members of an archive" });
        }
        let opened = RefCell::new((archive, MOST_BYTES));
        let mut archive = Self { members: Vec::new(), opened };
        archive.members = archive.listed()?;
        Ok(archive)
    }

    fn listed(&self) -> Result<Vec<Member>, ImportError> {
        let (archive, _) = &mut *self.opened.borrow_mut();
        let mut members = Vec::new();
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index).map_err(fault)?;
            if !file.is_dir() {
                let name = file.name().map_err(fault)?.into_owned();
                members.push(Member { name, is_encrypted: file.encrypted(), index });
            }
        }
        Ok(members)
    }

    /// Returns the files in it.
    pub(in crate::import) fn members(&self) -> &[Member] {
        &self.members
    }

    /// Finds a file by its name with its folders.
    pub(in crate::import) fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// Finds the first file whose name, without its folders, is `name`.
    pub(in crate::import) fn file(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name.rsplit(['/', '\\']).next() == Some(name))
    }

    /// Reads a file, with the passphrase where it takes one.
    pub(in crate::import) fn read(
        &self,
        member: &Member,
        access: &Access<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let (archive, left) = &mut *self.opened.borrow_mut();
        let file = match member.is_encrypted {
            true => archive.by_index_decrypt(member.index, access.needed()?.expose().as_bytes()),
            false => archive.by_index(member.index),
        };
        let most = MAX_FILE.min(*left);
        let mut bytes = Zeroizing::new(Vec::new());
        let read = file.map_err(fault)?.take(most as u64 + 1).read_to_end(&mut bytes);
        if bytes.len() > most {
            return Err(ImportError::TooCostly { what: "members of an archive with more than 64 MiB" });
        }
        // With ZipCrypto one wrong passphrase in 256 passes the first check, and fails here.
        let broken = if member.is_encrypted { ImportError::WrongPassphrase } else { ImportError::Damaged };
        read.map_err(|_| broken)?;
        *left -= bytes.len();
        Ok(bytes)
    }
}

fn fault(error: ZipError) -> ImportError {
    match error {
        ZipError::InvalidPassword => ImportError::WrongPassphrase,
        _ => ImportError::Damaged,
    }
}
