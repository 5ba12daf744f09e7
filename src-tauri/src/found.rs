//! Files, pixels and texts -> drafts: what was found, and why the rest was not.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use sterk::{
    Draft,
    account::{shown, uri},
    scan::{self, Budget, Frame, MAX_FILE, PictureError},
};
use zeroize::Zeroizing;

use crate::{
    clipboard::Pasted,
    error::{ErrorView, failed, told},
    view::SkippedView,
};

/// Is what some input holds.
#[derive(Default)]
pub struct Found {
    /// Accounts, in the order found.
    pub drafts: Vec<Draft>,
    /// What gave no account.
    pub skipped: Vec<SkippedView>,
    /// Parts of a set of QR codes that were not there, from 1.
    pub missing_parts: Vec<u32>,
}

/// Reads files one by one; a bad one does not keep the others out.
pub fn in_files(files: Vec<PathBuf>) -> Result<Found, ErrorView> {
    let mut found = Found::default();
    for file in &files {
        if let Err(error) = read_file(file).and_then(|bytes| found.picture(&bytes)) {
            found.skip(name_of(file), error);
        }
    }
    found.settle()
}

/// Reads what was pasted.
pub fn in_clipboard(pasted: Pasted) -> Result<Found, ErrorView> {
    match pasted {
        Pasted::Text(text) => in_text(&text),
        Pasted::Picture { width, height, pixels } => {
            let mut found = Found::default();
            let grey = pixels.chunks_exact(4).map(|pixel| on_white(pixel)).collect();
            let frame = Frame::new(width, height, grey).map_err(|error| failed("picture_damaged", &told(&error)))?;
            found.symbols(scan::read(&frame))?;
            found.settle()
        }
    }
}

/// Reads links, one a line.
pub fn in_text(text: &str) -> Result<Found, ErrorView> {
    let mut found = Found::default();
    for (place, line) in text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
        found.link(line, format!("{}", place + 1));
    }
    found.settle()
}

impl Found {
    fn picture(&mut self, bytes: &[u8]) -> Result<(), ErrorView> {
        let symbols = scan::picture(bytes)?.read(Budget::default()).symbols;
        self.symbols(symbols)
    }

    fn symbols(&mut self, symbols: Vec<scan::Symbol>) -> Result<(), ErrorView> {
        if symbols.is_empty() {
            return Err(failed("no_qr", "the picture has no QR code"));
        }
        for (place, symbol) in symbols.iter().enumerate() {
            self.link(&symbol.text, format!("{}", place + 1));
        }
        Ok(())
    }

    fn link(&mut self, text: &str, source: String) {
        match uri::parse(text) {
            Ok(draft) => self.drafts.push(draft),
            Err(error) => self.skip(source, error.into()),
        }
    }

    fn skip(&mut self, source: String, error: ErrorView) {
        self.skipped.push(SkippedView { source, code: error.code, message: error.message });
    }

    /// Answers what was found, or why nothing was.
    fn settle(mut self) -> Result<Self, ErrorView> {
        if !self.drafts.is_empty() || self.skipped.len() > 1 {
            return Ok(self);
        }
        Err(match self.skipped.pop() {
            Some(only) => ErrorView { code: only.code, message: only.message },
            None => failed("nothing_found", "there is nothing to read"),
        })
    }
}

/// Reads a file whole, up to the largest that is looked into.
fn read_file(file: &Path) -> Result<Zeroizing<Vec<u8>>, ErrorView> {
    let unreadable = |error: std::io::Error| failed("file_unreadable", &told(&error));
    let mut bytes = Zeroizing::new(Vec::new());
    let most = MAX_FILE as u64 + 1;
    File::open(file).map_err(unreadable)?.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_FILE {
        return Err(PictureError::FileTooLarge.into());
    }
    Ok(bytes)
}

fn name_of(file: &Path) -> String {
    shown(&file.file_name().unwrap_or_default().to_string_lossy())
}

/// Mixes a pixel with white and takes its brightness (BT.601).
fn on_white(pixel: &[u8]) -> u8 {
    let [red, green, blue, alpha] = [pixel[0], pixel[1], pixel[2], pixel[3]].map(u32::from);
    let grey = (299 * red + 587 * green + 114 * blue) / 1000;
    ((grey * alpha + 255 * (255 - alpha)) / 255) as u8
}
