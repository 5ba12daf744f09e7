//! The settings that Android apps keep as XML.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use zeroize::Zeroizing;

use crate::import::{ImportError, MAX_ENTRIES};

/// The most strings of one file: as many as entries, with the settings around them.
const MOST_STRINGS: usize = MAX_ENTRIES * 3;

/// Is one setting: its name and its text.
pub(in crate::import) type Preference = (String, Zeroizing<String>);

/// Reads the `<string name="…">` of an Android settings file, in its order; nothing if it is none.
///
/// A document type, and with it any entity of the file's own, is refused.
pub(in crate::import) fn preferences(text: &str) -> Result<Option<Vec<Preference>>, ImportError> {
    let start = text.trim_start();
    if !start.starts_with("<?xml") && !start.starts_with("<map") {
        return Ok(None);
    }
    let mut reader = Reader::from_str(text);
    let (mut strings, mut open, mut is_map) = (Vec::new(), None, false);
    loop {
        match reader.read_event().map_err(|_| ImportError::Damaged)? {
            Event::Start(tag) if !is_map => match tag.local_name().as_ref() {
                "map" => is_map = true,
                _ => return Ok(None),
            },
            Event::Start(tag) => open = name_of(&tag)?.map(|name| (name, Zeroizing::new(String::new()))),
            Event::Text(more) => push(&mut open, &more.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(more) => push(&mut open, &more.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(entity) => push(&mut open, &resolved(&entity)?),
            Event::End(_) => strings.extend(open.take()),
            Event::DocType(_) => return Err(ImportError::Damaged),
            Event::Eof if is_map => return Ok(Some(strings)),
            Event::Eof => return Ok(None),
            _ => {}
        }
        if strings.len() > MOST_STRINGS {
            return Err(ImportError::TooManyEntries);
        }
    }
}

fn name_of(tag: &BytesStart<'_>) -> Result<Option<String>, ImportError> {
    if tag.local_name().as_ref() != "string" {
        return Ok(None);
    }
    let name = tag.try_get_attribute("name").map_err(|_| ImportError::Damaged)?.ok_or(ImportError::Damaged)?;
    let value = name.normalized_value(XmlVersion::Implicit1_0).map_err(|_| ImportError::Damaged)?;
    Ok(Some(value.into_owned()))
}

fn push(open: &mut Option<Preference>, more: &str) {
    if let Some((_, text)) = open {
        text.push_str(more);
    }
}

/// Returns what a reference stands for: a number of a letter, or one of the five that XML knows.
pub(super) fn resolved(entity: &quick_xml::events::BytesRef<'_>) -> Result<String, ImportError> {
    match entity.resolve_char_ref().map_err(|_| ImportError::Damaged)? {
        Some(letter) => Ok(letter.to_string()),
        None => resolve_xml_entity(entity).map(str::to_owned).ok_or(ImportError::Damaged),
    }
}
