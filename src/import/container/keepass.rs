//! The document of a KeePass database: its entries with their fields, in the order they stand in.

use data_encoding::BASE64;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zeroize::Zeroizing;

use super::xml::resolved;
use crate::import::ImportError;
use crate::import::crypt::Keystream;

/// The deepest nesting, and the most fields of all entries together.
const MAX_DEPTH: usize = 256;
const MOST_FIELDS: usize = 2_000_000;

/// Is one entry.
#[derive(Default)]
pub(in crate::import) struct Record {
    pub(in crate::import) fields: Vec<(String, Zeroizing<String>)>,
    /// Names of the groups it lies in, without the root.
    pub(in crate::import) groups: Vec<String>,
    /// Tags, apart by semicolons or commas.
    pub(in crate::import) tags: String,
    pub(in crate::import) is_trashed: bool,
}

impl Record {
    /// Returns the value of a field, whose name counts by the letter; without the field it is empty.
    pub(in crate::import) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }
}

/// Reads the entries of a document; what lies in the recycle bin is marked, former versions are left out.
pub(in crate::import) fn records(xml: &str, keystream: &mut Keystream) -> Result<Vec<Record>, ImportError> {
    let mut reader = Reader::from_str(xml);
    let mut walk = Walk::new(keystream);
    loop {
        match reader.read_event().map_err(|_| ImportError::Damaged)? {
            Event::Start(tag) => walk.enter(&tag)?,
            Event::Empty(tag) => {
                walk.enter(&tag)?;
                walk.leave()?;
            }
            Event::Text(more) => walk.text.push_str(&more.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(more) => walk.text.push_str(&more.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(entity) => walk.text.push_str(&resolved(&entity)?),
            Event::End(_) => walk.leave()?,
            Event::DocType(_) => return Err(ImportError::Damaged),
            Event::Eof if walk.is_whole() => return Ok(walk.records),
            Event::Eof => return Err(ImportError::Damaged),
            _ => {}
        }
    }
}

/// Is where the reading of a document is.
struct Walk<'a> {
    keystream: &'a mut Keystream,
    records: Vec<Record>,
    /// Names of the elements that are open.
    open: Vec<String>,
    /// Names of the groups that are open, and whether each is the recycle bin.
    groups: Vec<(String, bool)>,
    entry: Option<Record>,
    text: Zeroizing<String>,
    key: String,
    is_protected: bool,
    bin: (String, bool),
    fields: usize,
    is_keepass: bool,
}

impl<'a> Walk<'a> {
    fn new(keystream: &'a mut Keystream) -> Self {
        let (records, open, groups, entry, text) = Default::default();
        let (key, bin) = Default::default();
        Self {
            keystream,
            records,
            open,
            groups,
            entry,
            text,
            key,
            is_protected: false,
            bin,
            fields: 0,
            is_keepass: false,
        }
    }

    fn is_whole(&self) -> bool {
        self.is_keepass && self.open.is_empty()
    }

    fn enter(&mut self, tag: &BytesStart<'_>) -> Result<(), ImportError> {
        let name = tag.local_name().as_ref().to_owned();
        if self.open.len() == MAX_DEPTH {
            return Err(ImportError::TooCostly { what: "it is nested too deeply or too large" });
        }
        match name.as_str() {
            "KeePassFile" if self.open.is_empty() => self.is_keepass = true,
            "Group" => self.groups.push(<_>::default()),
            "Entry" if !self.is_history() => self.entry = Some(Record::default()),
            "Value" => {
                let protected = tag.try_get_attribute("Protected").map_err(|_| ImportError::Damaged)?;
                let value = protected.map(|found| found.normalized_value(XmlVersion::Implicit1_0)).transpose();
                let value = value.map_err(|_| ImportError::Damaged)?;
                self.is_protected = value.is_some_and(|value| value.eq_ignore_ascii_case("true"));
            }
            _ => {}
        }
        self.open.push(name);
        self.text = Zeroizing::default();
        Ok(())
    }

    fn is_history(&self) -> bool {
        self.open.iter().any(|name| name == "History")
    }

    fn leave(&mut self) -> Result<(), ImportError> {
        let name = self.open.pop().ok_or(ImportError::Damaged)?;
        let parent = self.open.last().map_or("", String::as_str).to_owned();
        match (parent.as_str(), name.as_str()) {
            ("Meta", "RecycleBinUUID") => self.bin.0 = self.text.trim().to_owned(),
            ("Meta", "RecycleBinEnabled") => self.bin.1 = self.text.trim().eq_ignore_ascii_case("true"),
            ("Group", "UUID") => {
                let is_bin = self.bin.1 && self.bin.0 == self.text.trim();
                self.groups.iter_mut().next_back().into_iter().for_each(|group| group.1 = is_bin);
            }
            ("Group", "Name") => {
                let name = self.text.trim().to_owned();
                self.groups.iter_mut().next_back().into_iter().for_each(|group| group.0.clone_from(&name));
            }
            ("String", "Key") => self.key = self.text.to_string(),
            ("String", "Value") => self.value()?,
            ("Entry", "Tags") if !self.is_history() => {
                let tags = self.text.to_string();
                self.entry.iter_mut().for_each(|entry| entry.tags.clone_from(&tags));
            }
            (_, "Group") => drop(self.groups.pop()),
            (_, "Entry") if !self.is_history() => self.keep(),
            (_, "Value") => drop(self.uncovered()?),
            _ => {}
        }
        self.text = Zeroizing::default();
        Ok(())
    }

    /// Takes a value; what is covered has to be uncovered even where it is not kept, or the next would not fit.
    fn value(&mut self) -> Result<(), ImportError> {
        let value = self.uncovered()?;
        self.fields += 1;
        if self.fields > MOST_FIELDS {
            return Err(ImportError::TooManyEntries);
        }
        let key = std::mem::take(&mut self.key);
        match &mut self.entry {
            Some(entry) if !self.open.iter().any(|name| name == "History") => entry.fields.push((key, value)),
            _ => {}
        }
        Ok(())
    }

    fn uncovered(&mut self) -> Result<Zeroizing<String>, ImportError> {
        let text = std::mem::take(&mut self.text);
        if !std::mem::take(&mut self.is_protected) {
            return Ok(text);
        }
        let bytes = BASE64.decode(text.trim().as_bytes()).map_err(|_| ImportError::Damaged)?;
        let mut bytes = Zeroizing::new(bytes);
        self.keystream.uncover(&mut bytes);
        // What is no text is no key either; the others stand.
        Ok(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn keep(&mut self) {
        let Some(entry) = self.entry.take() else { return };
        let groups = self.groups.iter().skip(1).map(|(name, _)| name.clone()).collect();
        let is_trashed = self.groups.iter().any(|(_, is_bin)| *is_bin);
        self.records.push(Record { groups, is_trashed, ..entry });
    }
}
