//! Pages of HTML with links or with QR pictures in them: Aegis, Ente, Raivo, Stratum and others write such.
//!
//! Links in the text count first; where there are none, the pictures that stand in the page itself are read. Nothing
//! is ever fetched.

use std::time::{Duration, Instant};

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::collect::Collector;
use super::text::{links, unescaped};
use super::{Access, Fit, Import, ImportError, Importer, Source, sterk};
use crate::scan::{self, Budget};

/// Reads pages.
pub(super) const IMPORTER: Importer = Importer {
    name: "html",
    about: "HTML page with links or QR pictures (Aegis, Ente, Raivo, Stratum and others)",
    detect,
    read,
};

/// The most pictures of a page, and the longest that all of them take.
const MOST_PICTURES: usize = 2_000;
const MOST_TIME: Duration = Duration::from_secs(60);
const PICTURE: &str = "data:image/";
const BASE: &str = ";base64,";

fn detect(source: &Source<'_>) -> Fit {
    let front = source.front();
    let front = front[..front.floor_char_boundary(512)].to_ascii_lowercase();
    Fit::from(front.starts_with('<') && (front.contains("<html") || front.contains("<!doctype html")))
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let text = source.text().ok_or(ImportError::UnknownFormat)?;
    let mut collector = Collector::default();
    let mut position = 0;
    let mut add = |text: &str| {
        position += 1;
        collector.add(position, text, |holds| holds.sentence())
    };
    let plain = unescaped(text);
    // The same link often stands in the text and behind it, one right after the other.
    let mut last = None;
    for (_, link) in links(&plain) {
        if last != Some(link) {
            add(link)?;
        }
        last = Some(link);
    }
    if last.is_none() {
        let texts = pictures(text, access)?;
        if texts.iter().any(|text| sterk::is_paper(text)) {
            return sterk::of_pictures(&texts, access);
        }
        for text in &texts {
            add(text)?;
        }
    }
    let import = collector.finish().map_err(|fault| match fault {
        ImportError::NothingToImport { skipped } if skipped.is_empty() => ImportError::UnknownFormat,
        fault => fault,
    })?;
    Ok(Import { format: IMPORTER.name, ..import })
}

/// Reads the pictures that stand in a page as base64.
fn pictures(page: &str, access: &Access<'_>) -> Result<Vec<Zeroizing<String>>, ImportError> {
    let began = Instant::now();
    let mut texts = Vec::new();
    for (count, at) in page.match_indices(PICTURE).map(|(at, _)| at).enumerate() {
        if count == MOST_PICTURES || began.elapsed() > MOST_TIME {
            return Err(ImportError::TooCostly { what: "more pictures than are read" });
        }
        access.tell(None)?;
        let Some(bytes) = decoded(&page[at + PICTURE.len()..]) else { continue };
        let left = Budget { per_picture: MOST_TIME.saturating_sub(began.elapsed()).min(Budget::default().per_picture) };
        if let Ok(picture) = scan::picture(&bytes) {
            texts.extend(picture.read(left).symbols.into_iter().map(|symbol| symbol.text));
        }
    }
    Ok(texts)
}

fn decoded(rest: &str) -> Option<Vec<u8>> {
    let (kind, rest) = rest.split_once(BASE)?;
    let end = rest.find(['"', '\'', ')', '>']).unwrap_or(rest.len());
    let letters: Vec<u8> = rest[..end].bytes().filter(|letter| !letter.is_ascii_whitespace()).collect();
    (kind.len() <= 16).then(|| BASE64.decode(&letters).ok())?
}
