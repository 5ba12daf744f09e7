//! Files, pixels and texts -> drafts: what was found, and why the rest was not.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use sterk::{
    Draft,
    account::{migration::Parts, shown},
    capture::{CaptureError, Sight},
    import::{self, Access, Import, ImportError, Skipped},
    leftover::Leftover,
    scan::{self, MAX_FILE, PictureError},
};
use zeroize::Zeroizing;

use crate::{
    error::{ErrorView, failed, told},
    traces::{Origin, Source},
    view::{SkippedView, SpotView},
};

/// Is what some input holds.
#[derive(Debug, Default)]
pub struct Found {
    /// Accounts, in the order found, and where each was.
    pub drafts: Vec<(Draft, Origin)>,
    /// Files that hold them in the clear.
    pub files: Vec<Source>,
    /// What gave no account.
    pub skipped: Vec<SkippedView>,
    /// Parts of batches, which may go on in another source.
    pub parts: Parts,
    /// Encrypted files that wait for their passphrase.
    pub sealed: Vec<PathBuf>,
    /// Texts of QR codes and where each stands; read together, because a set may be spread over pictures.
    texts: Vec<(Origin, Zeroizing<String>)>,
}

impl From<Draft> for Found {
    fn from(draft: Draft) -> Self {
        Self { drafts: vec![(draft, Origin::default())], ..Self::default() }
    }
}

/// Reads the QR codes of a picture elsewhere.
pub type PictureReader<'a> = &'a dyn Fn(Zeroizing<Vec<u8>>) -> Result<Sight, CaptureError>;

/// Reads files one by one; a bad one does not keep the others out. No picture is decoded in this process.
pub fn in_files(files: &[PathBuf], reader: PictureReader<'_>) -> Result<Found, ErrorView> {
    let mut found = Found::default();
    for file in files {
        let name = name_of(file);
        match read_whole(file).and_then(|bytes| found.add_file(file, &name, bytes, reader)) {
            Err(error) if error.code == "needs_passphrase" => found.sealed.push(file.clone()),
            Err(error) => found.skip(&name, error),
            Ok(()) => {}
        }
    }
    found.settle()
}

/// Reads one file with its passphrase.
pub fn in_sealed_file(file: &Path, access: &Access<'_>) -> Result<Found, ErrorView> {
    let mut found = Found::default();
    found.add_export(file, &name_of(file), &read_whole(file)?, access)?;
    found.settle()
}

fn name_of(file: &Path) -> String {
    shown(&file.file_name().unwrap_or_default().to_string_lossy())
}

/// Reads what was seen on the screen or on the clipboard, each text once.
pub fn in_sight(sight: Sight) -> Result<Found, ErrorView> {
    let Sight { places, seen, .. } = sight;
    let mut texts: Vec<(Origin, Zeroizing<String>)> = Vec::new();
    for seen in seen {
        let (text, spot) = (Zeroizing::from(seen.text), seen.spot);
        if !texts.iter().any(|(_, known)| *known == text) {
            let spot = spot.and_then(|spot| SpotView::of(&places, &spot));
            texts.push((Origin { spot, ..Origin::default() }, text));
        }
    }
    if texts.is_empty() {
        return Err(failed("no_qr", "there is no QR code"));
    }
    Found { texts, ..Found::default() }.settle()
}

/// Reads links, one on each line.
pub fn in_text(text: &str) -> Result<Found, ErrorView> {
    let texts = text.lines().filter(|line| !line.trim().is_empty()).map(in_a_line).collect();
    Found { texts, ..Found::default() }.settle()
}

fn in_a_line(line: &str) -> (Origin, Zeroizing<String>) {
    (Origin::default(), Zeroizing::new(line.trim().to_owned()))
}

impl Found {
    /// Takes a picture for what its QR codes say, and any other file for a list.
    fn add_file(
        &mut self,
        path: &Path,
        name: &str,
        bytes: Zeroizing<Vec<u8>>,
        reader: PictureReader<'_>,
    ) -> Result<(), ErrorView> {
        if scan::is_picture(&bytes) {
            let mut source = Leftover::of(path, &bytes).ok().map(Source::new);
            let sight = reader(bytes)?;
            source.iter_mut().filter(|_| !sight.complete).for_each(Source::holds_more);
            let file = self.note(source.filter(|_| !sight.seen.is_empty()));
            return self.add_codes(&Origin { label: name.to_owned(), file, spot: None }, sight);
        }
        self.add_export(path, name, &bytes, &Access::default())
    }

    /// Takes a file for what another app wrote, with a passphrase or without.
    fn add_export(&mut self, path: &Path, name: &str, bytes: &[u8], access: &Access<'_>) -> Result<(), ErrorView> {
        // A file whose place is unknown is read all the same; it is only not offered for deletion.
        let mut source = Leftover::of(path, bytes).ok().map(Source::new);
        let line = |file| move |line: usize| Origin { label: format!("{name}:{line}"), file, spot: None };
        let beside = |name: &str| read_whole(&path.parent()?.join(name)).ok();
        let bare = path.file_name().unwrap_or_default().to_string_lossy();
        match import::read_from(&import::Source::new(bytes).named(&bare).beside(&beside), access) {
            Err(ImportError::NothingToImport { skipped }) => self.skip_all(skipped, line(None)),
            Err(error) => return Err(error.into()),
            Ok(import) => {
                source.iter_mut().filter(|_| import.holds_more).for_each(Source::holds_more);
                // What is encrypted gives nothing away as it lies there.
                let file = self.note(source.filter(|_| !import.encrypted));
                self.add_import(import, line(file));
            }
        }
        Ok(())
    }

    /// Notes a file that holds accounts in the clear, and returns its index.
    fn note(&mut self, source: Option<Source>) -> Option<usize> {
        self.files.push(source?);
        Some(self.files.len() - 1)
    }

    fn add_codes(&mut self, origin: &Origin, sight: Sight) -> Result<(), ErrorView> {
        if sight.seen.is_empty() {
            return Err(failed("no_qr", "the picture has no QR code"));
        }
        self.texts.extend(sight.seen.into_iter().map(|seen| (origin.clone(), seen.text.into())));
        Ok(())
    }

    fn add_import(&mut self, import: Import, origin: impl Fn(usize) -> Origin) {
        self.drafts.extend(import.drafts.into_iter().zip(import.positions.into_iter().map(&origin)));
        self.parts.join(import.parts);
        self.skip_all(import.skipped, origin);
    }

    fn skip_all(&mut self, skipped: Vec<Skipped>, origin: impl Fn(usize) -> Origin) {
        for one in skipped {
            let Origin { label, file, spot } = origin(one.position);
            if let Some(source) = file.and_then(|file| self.files.get_mut(file)) {
                source.holds_more();
            }
            let source = if one.label.is_empty() { label } else { format!("{label} ({})", shown(&one.label)) };
            self.skipped.push(SkippedView { source, code: one.code, message: shown(&one.reason), spot });
        }
    }

    /// Says of a file why nothing of it was read.
    pub fn leave_out(&mut self, file: &Path, error: ErrorView) {
        self.skip(&name_of(file), error);
    }

    fn skip(&mut self, source: &str, error: ErrorView) {
        let (source, spot) = (source.to_owned(), None);
        self.skipped.push(SkippedView { source, code: error.code, message: error.message, spot });
    }

    /// Answers what was found; where nothing was, the one reason, or all of them to look at.
    fn settle(mut self) -> Result<Self, ErrorView> {
        let texts = std::mem::take(&mut self.texts);
        let origin = |position: usize| texts.get(position - 1).map(|(origin, _)| origin.clone()).unwrap_or_default();
        match import::read_texts(texts.iter().map(|(_, text)| text.as_str())) {
            Ok(import) => self.add_import(import, origin),
            Err(ImportError::NothingToImport { skipped }) => self.skip_all(skipped, origin),
            Err(error) => return Err(error.into()),
        }
        if !self.sealed.is_empty() {
            return Ok(self);
        }
        match (self.drafts.len(), self.skipped.pop()) {
            (0, Some(only)) if self.skipped.is_empty() => Err(ErrorView { code: only.code, message: only.message }),
            (0, None) => Err(failed("nothing_to_import", "there is nothing to read")),
            (_, last) => {
                self.skipped.extend(last);
                Ok(self)
            }
        }
    }
}

/// Reads a file, up to the largest that is looked into.
fn read_whole(file: &Path) -> Result<Zeroizing<Vec<u8>>, ErrorView> {
    let unreadable = |error: std::io::Error| failed("file_unreadable", &told(&error));
    let file = File::open(file).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > MAX_FILE as u64 {
        return Err(PictureError::FileTooLarge.into());
    }
    // Room for all of it, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(size as usize + 1));
    file.take(MAX_FILE as u64).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sterk::capture::{Place, Seen, Spot};

    const GOOD: &str = "otpauth://totp/Harbour:ada?secret=JBSWY3DPEHPK3PXP&issuer=Harbour";

    fn seen(texts: &[&str]) -> Sight {
        let seen = texts.iter().map(|text| Seen { text: Zeroizing::new((*text).to_owned()).into(), spot: None });
        Sight { seen: seen.collect(), complete: true, ..Sight::default() }
    }

    #[test]
    fn reads_a_link_and_says_what_the_other_lines_are() {
        let found = in_text(&format!("{GOOD}\n\n https://example.org \n")).unwrap();
        assert_eq!(found.drafts[0].0.issuer, "Harbour");
        assert_eq!(found.skipped.iter().map(|one| one.code).collect::<Vec<_>>(), ["web_link"]);
    }

    #[test]
    fn gives_the_one_reason_why_nothing_was_found() {
        assert_eq!(in_text("https://example.org").unwrap_err().code, "web_link");
        assert_eq!(in_text("otpauth://totp/a?secret=1").unwrap_err().code, "bad_secret");
        assert_eq!(in_text(" \n").unwrap_err().code, "nothing_to_import");
        assert_eq!(in_sight(seen(&[])).unwrap_err().code, "no_qr");
    }

    #[test]
    fn shows_every_reason_when_there_are_several() {
        let found = in_text("https://example.org\nWIFI:S:home;;").unwrap();
        assert!(found.drafts.is_empty());
        assert_eq!(found.skipped.iter().map(|one| one.code).collect::<Vec<_>>(), ["web_link", "wifi"]);
    }

    #[test]
    fn keeps_good_files_beside_bad_ones() {
        let folder = tempfile::tempdir().unwrap();
        let (good, bad, gone) =
            (folder.path().join("list.txt"), folder.path().join("bad.png"), folder.path().join("gone.png"));
        std::fs::write(&good, format!("{GOOD}\nnonsense\n")).unwrap();
        std::fs::write(&bad, b"\x89PNG\r\n\x1a\nnot really").unwrap();
        let found = in_files(&[bad, gone, good], &|_| Err(CaptureError::Picture(PictureError::Damaged))).unwrap();
        assert_eq!(found.drafts.len(), 1);
        let skipped: Vec<_> = found.skipped.iter().map(|one| (one.source.as_str(), one.code)).collect();
        assert_eq!(
            skipped,
            [("bad.png", "picture_damaged"), ("gone.png", "file_unreadable"), ("list.txt:2", "plain_text")]
        );
    }

    fn pictures(folder: &Path, names: &[&str]) -> Vec<PathBuf> {
        let written = names.iter().map(|name| {
            let path = folder.join(name);
            std::fs::write(&path, [b"\x89PNG\r\n\x1a\n", name.as_bytes()].concat()).unwrap();
            path
        });
        written.collect()
    }

    #[test]
    fn a_picture_with_five_codes_gives_five_rows() {
        let folder = tempfile::tempdir().unwrap();
        let links: Vec<String> = (0..5).map(|place| GOOD.replace("ada", &format!("ada{place}"))).collect();
        let five: Vec<&str> = links.iter().map(String::as_str).collect();
        let found = in_files(&pictures(folder.path(), &["five.png"]), &|_| Ok(seen(&five))).unwrap();
        assert_eq!(found.drafts.len(), 5);
    }

    #[test]
    fn a_helper_that_fails_on_one_picture_keeps_no_other_out() {
        let folder = tempfile::tempdir().unwrap();
        let files = pictures(folder.path(), &["hangs.png", "good.png", "kills.png"]);
        let reader = |bytes: Zeroizing<Vec<u8>>| match &bytes[8..] {
            b"hangs.png" => Err(CaptureError::PictureTooLong),
            b"kills.png" => Err(CaptureError::PictureFailed("it ended".into())),
            _ => Ok(seen(&[GOOD])),
        };
        let found = in_files(&files, &reader).unwrap();
        let skipped: Vec<_> = found.skipped.iter().map(|one| (one.source.as_str(), one.code)).collect();
        assert_eq!(skipped, [("hangs.png", "scan_too_long"), ("kills.png", "scan_failed")]);
        assert_eq!(found.drafts.len(), 1);
    }

    #[test]
    fn takes_a_code_that_is_seen_twice_once() {
        let found = in_sight(seen(&[GOOD, GOOD, "https://example.org"])).unwrap();
        assert_eq!((found.drafts.len(), found.skipped.len()), (1, 1));
    }

    #[test]
    fn says_where_on_the_screens_each_thing_stands() {
        let place =
            |name: &str, x| Place { name: name.to_owned(), x, y: 0, width: 800, height: 600, scale_percent: 100 };
        let mut sight = seen(&[GOOD, "https://example.org", &GOOD.replace("ada", "grace")]);
        sight.places = vec![place("LEFT", 0), place("RIGHT", 800)];
        for (seen, place) in sight.seen.iter_mut().zip([1, 0]) {
            seen.spot = Some(Spot { place, corners: [(10, 10), (20, 10), (20, 20), (10, 20)] });
        }
        let found = in_sight(sight).unwrap();
        let corner =
            |spot: &Option<SpotView>| spot.as_ref().map(|spot| (spot.places.len(), spot.place, spot.corners[0]));
        assert_eq!(corner(&found.drafts[0].1.spot), Some((2, 1, (810.0, 10.0))));
        assert_eq!(corner(&found.skipped[0].spot), Some((2, 0, (10.0, 10.0))));
        assert_eq!(corner(&found.drafts[1].1.spot), None);
    }

    #[test]
    fn knows_which_file_each_account_came_from() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = pictures(folder.path(), &["bad.png", "good.png"]);
        files.push(folder.path().join("list.txt"));
        std::fs::write(&files[2], GOOD.replace("ada", "grace")).unwrap();
        let reader = |bytes: Zeroizing<Vec<u8>>| match &bytes[8..] {
            b"bad.png" => Err(CaptureError::PictureTooLong),
            _ => Ok(seen(&[GOOD])),
        };
        let found = in_files(&files, &reader).unwrap();
        let mut names: Vec<_> = found.drafts.iter().map(|(draft, origin)| (draft.name.as_str(), origin.file)).collect();
        names.sort_unstable();
        assert_eq!((names, found.files.len()), (vec![("ada", Some(0)), ("grace", Some(1))], 2));
    }
}
