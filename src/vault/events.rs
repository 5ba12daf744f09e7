//! What happened and is not in the vault yet: a small file beside it, one line an event.
//!
//! While the vault is open its key seals each line. While it is locked there is no key: a wrong credential is noted in
//! the clear, as a time and a kind and nothing else. The form is in `docs/format.md`.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::time::Duration;

use super::Folder;
use super::trail::{Event, Happened};
use crate::seal::{SlotKind, VaultId, VaultKey};

/// From this size on, in bytes, what is noted is folded into the vault at once.
pub(super) const FULL: u64 = 32 * 1024;
/// The most bytes: beyond it nothing is noted before the vault is written.
const MOST: u64 = 256 * 1024;
/// How often and how long somebody waits who finds the file in use.
const TRIES: (u32, Duration) = (25, Duration::from_millis(2));

/// Seals an entry and notes it.
pub(super) fn note(folder: &Folder, key: &VaultKey, vault: VaultId, entry: &Happened) -> io::Result<()> {
    let plain = serde_json::to_vec(entry)?;
    let sealed = key.seal_note(vault, &plain).map_err(io::Error::other)?;
    append(folder, &format!("s {}\n", data_encoding::BASE64.encode(&sealed)))
}

/// Notes that a wrong credential was tried, without any key.
pub(super) fn note_failure(folder: &Folder, kind: SlotKind, now_ms: u64) {
    let Ok(number) = getrandom::u64() else { return };
    // Where nothing can be noted, the person still has to be told that the passphrase is wrong.
    let _ = append(folder, &format!("f {now_ms} {number} {}\n", kind.name()));
}

/// Reads what is noted; what is damaged or foreign is passed over.
pub(super) fn read(folder: &Folder, key: &VaultKey, vault: VaultId) -> Vec<Happened> {
    let Ok(mut file) = File::open(folder.events()) else { return Vec::new() };
    entries(&mut file, key, vault)
}

/// Returns how many bytes are noted.
pub(super) fn size(folder: &Folder) -> u64 {
    std::fs::metadata(folder.events()).map_or(0, |file| file.len())
}

/// Holds the file while the vault is written, so that nothing noted meanwhile is lost.
#[derive(Debug)]
pub(super) struct Spool(File);

impl Spool {
    /// Takes hold of what is noted, if anything is.
    pub fn take(folder: &Folder, key: &VaultKey, vault: VaultId) -> Option<(Self, Vec<Happened>)> {
        let mut file = OpenOptions::new().read(true).write(true).open(folder.events()).ok()?;
        if file.metadata().ok()?.len() == 0 || !wait_for(&file) {
            return None;
        }
        let entries = entries(&mut file, key, vault);
        Some((Self(file), entries))
    }

    /// Forgets what is in the vault now.
    pub fn clear(self) {
        // Lines that stay are folded in once more, which changes nothing.
        let _ = self.0.set_len(0);
    }
}

/// Adds one line. Each write lands whole at the end of the file, whoever else writes.
fn append(folder: &Folder, line: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(folder.events())?;
    // A line that is written while another process clears the file is lost; nobody waits longer for a note.
    wait_for(&file);
    if file.metadata()?.len() < MOST { file.write_all(line.as_bytes()) } else { Ok(()) }
}

fn wait_for(file: &File) -> bool {
    let (tries, pause) = TRIES;
    (0..tries).any(|attempt| {
        if attempt > 0 {
            std::thread::sleep(pause);
        }
        file.try_lock().is_ok()
    })
}

fn entries(file: &mut File, key: &VaultKey, vault: VaultId) -> Vec<Happened> {
    let mut bytes = Vec::new();
    if file.take(MOST + 1024).read_to_end(&mut bytes).is_err() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    text.lines().filter_map(|line| entry(line, key, vault)).collect()
}

fn entry(line: &str, key: &VaultKey, vault: VaultId) -> Option<Happened> {
    match line.split(' ').collect::<Vec<_>>().as_slice() {
        ["s", sealed] => {
            let sealed = data_encoding::BASE64.decode(sealed.as_bytes()).ok()?;
            serde_json::from_slice(&key.open_note(vault, &sealed)?).ok()
        }
        ["f", ms, number, kind] => {
            Some(Happened::new(Event::WrongCredential(kind_of(kind)?), ms.parse().ok()?, number.parse().ok()?))
        }
        _ => None,
    }
}

fn kind_of(name: &str) -> Option<SlotKind> {
    let kinds = [SlotKind::Keyring, SlotKind::Passphrase(crate::seal::Kdf::FLOOR), SlotKind::RecoveryKey];
    kinds.into_iter().find(|kind| kind.name() == name)
}
