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
    import::{self, Import, ImportError, Skipped},
    scan::{self, MAX_FILE, PictureError},
};
use zeroize::Zeroizing;

use crate::{
    error::{ErrorView, failed, told},
    view::SkippedView,
};

/// Is what some input holds.
#[derive(Debug, Default)]
pub struct Found {
    /// Accounts, in the order found.
    pub drafts: Vec<Draft>,
    /// What gave no account.
    pub skipped: Vec<SkippedView>,
    /// Parts of batches, which may go on in another source.
    pub parts: Parts,
    /// Texts of QR codes and the picture each stands in; read together, because a set may be spread over pictures.
    texts: Vec<(String, Zeroizing<String>)>,
}

impl From<Draft> for Found {
    fn from(draft: Draft) -> Self {
        Self { drafts: vec![draft], ..Self::default() }
    }
}

/// Reads the QR codes of a picture elsewhere.
pub type PictureReader<'a> = &'a dyn Fn(Zeroizing<Vec<u8>>) -> Result<Sight, CaptureError>;

/// Reads files one by one; a bad one does not keep the others out. No picture is decoded in this process.
pub fn in_files(files: &[PathBuf], reader: PictureReader<'_>) -> Result<Found, ErrorView> {
    let mut found = Found::default();
    for file in files {
        let name = shown(&file.file_name().unwrap_or_default().to_string_lossy());
        if let Err(error) = read_whole(file).and_then(|bytes| found.add_file(&name, bytes, reader)) {
            found.skip(&name, error);
        }
    }
    found.settle()
}

/// Reads what was seen on the screen or on the clipboard, each text once.
pub fn in_sight(sight: Sight) -> Result<Found, ErrorView> {
    let mut texts: Vec<(String, Zeroizing<String>)> = Vec::new();
    for text in sight.seen.into_iter().map(|seen| Zeroizing::from(seen.text)) {
        if !texts.iter().any(|(_, known)| *known == text) {
            texts.push((String::new(), text));
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

fn in_a_line(line: &str) -> (String, Zeroizing<String>) {
    (String::new(), Zeroizing::new(line.trim().to_owned()))
}

impl Found {
    /// Takes a picture for what its QR codes say, and any other file for a list.
    fn add_file(&mut self, name: &str, bytes: Zeroizing<Vec<u8>>, reader: PictureReader<'_>) -> Result<(), ErrorView> {
        if scan::is_picture(&bytes) {
            return self.add_codes(name, reader(bytes)?);
        }
        match import::read(&bytes) {
            Err(ImportError::NothingToImport { skipped }) => self.skip_all(skipped, |line| format!("{name}:{line}")),
            Err(error) => return Err(error.into()),
            Ok(import) => self.add_import(import, |line| format!("{name}:{line}")),
        }
        Ok(())
    }

    fn add_codes(&mut self, name: &str, sight: Sight) -> Result<(), ErrorView> {
        if sight.seen.is_empty() {
            return Err(failed("no_qr", "the picture has no QR code"));
        }
        self.texts.extend(sight.seen.into_iter().map(|seen| (name.to_owned(), seen.text.into())));
        Ok(())
    }

    fn add_import(&mut self, import: Import, source: impl Fn(usize) -> String) {
        self.drafts.extend(import.drafts);
        self.parts.join(import.parts);
        self.skip_all(import.skipped, source);
    }

    fn skip_all(&mut self, skipped: Vec<Skipped>, source: impl Fn(usize) -> String) {
        let views = skipped.into_iter().map(|one| SkippedView {
            source: source(one.position),
            code: one.code,
            message: shown(&one.reason),
        });
        self.skipped.extend(views);
    }

    fn skip(&mut self, source: &str, error: ErrorView) {
        self.skipped.push(SkippedView { source: source.to_owned(), code: error.code, message: error.message });
    }

    /// Answers what was found; where nothing was, the one reason, or all of them to look at.
    fn settle(mut self) -> Result<Self, ErrorView> {
        let texts = std::mem::take(&mut self.texts);
        let source = |position: usize| texts.get(position - 1).map(|(name, _)| name.clone()).unwrap_or_default();
        match import::read_texts(texts.iter().map(|(_, text)| text.as_str())) {
            Ok(import) => self.add_import(import, source),
            Err(ImportError::NothingToImport { skipped }) => self.skip_all(skipped, source),
            Err(error) => return Err(error.into()),
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
    use sterk::capture::Seen;

    const GOOD: &str = "otpauth://totp/Harbour:ada?secret=JBSWY3DPEHPK3PXP&issuer=Harbour";

    fn seen(texts: &[&str]) -> Sight {
        let seen = texts.iter().map(|text| Seen { text: Zeroizing::new((*text).to_owned()).into(), spot: None });
        Sight { seen: seen.collect(), complete: true, ..Sight::default() }
    }

    #[test]
    fn reads_a_link_and_says_what_the_other_lines_are() {
        let found = in_text(&format!("{GOOD}\n\n https://example.org \n")).unwrap();
        assert_eq!(found.drafts[0].issuer, "Harbour");
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
}
