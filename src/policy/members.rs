//! The members of an object, taken out one by one; each fault names the place, and what is left over is a fault too.

use super::error::{PolicyError, Wrong};
use super::json::Node;
use crate::account::shown;

type Result<T> = std::result::Result<T, PolicyError>;

/// Is an object on its way to something that is right.
pub(super) struct Members {
    /// Where it stands, empty at the top.
    place: String,
    left: Vec<(String, Node)>,
}

impl Members {
    /// Takes an object apart.
    pub(super) fn of(node: Node, place: impl Into<String>) -> Result<Self> {
        let place = place.into();
        match node {
            Node::Members(left) => Ok(Self { place, left }),
            _ if place.is_empty() => Err(PolicyError::at("the file", Wrong::NotAnObject)),
            _ => Err(PolicyError::at(place, Wrong::NotAnObject)),
        }
    }

    /// Makes the error of a member.
    pub(super) fn wrong(&self, name: &str, wrong: Wrong) -> PolicyError {
        PolicyError::at(self.at(name), wrong)
    }

    /// Makes an error of the object as a whole.
    pub(super) fn itself(&self, wrong: Wrong) -> PolicyError {
        PolicyError::at(self.place.clone(), wrong)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.left.iter().any(|(known, _)| known == name)
    }

    /// Takes a member out; null counts as missing.
    pub(super) fn take(&mut self, name: &str) -> Option<Node> {
        let at = self.left.iter().position(|(known, _)| known == name)?;
        Some(self.left.swap_remove(at).1).filter(|node| *node != Node::Null)
    }

    fn need<T>(&self, name: &str, found: Option<T>) -> Result<T> {
        found.ok_or_else(|| self.wrong(name, Wrong::Missing))
    }

    /// Takes a text of at most `most` characters that is not blank.
    pub(super) fn text(&mut self, name: &str, most: usize) -> Result<String> {
        let found = self.text_if_any(name, most)?;
        self.need(name, found)
    }

    pub(super) fn text_if_any(&mut self, name: &str, most: usize) -> Result<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(Node::Text(text)) if text.trim().is_empty() => Err(self.wrong(name, Wrong::Empty)),
            Some(Node::Text(text)) if text.chars().count() > most => Err(self.wrong(name, Wrong::TooLong(most))),
            Some(Node::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, Wrong::NotText)),
        }
    }

    /// Takes a text and makes something of it.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        most: usize,
        parse: impl FnOnce(&str) -> Option<T>,
        wrong: Wrong,
    ) -> Result<Option<T>> {
        let Some(text) = self.text_if_any(name, most)? else { return Ok(None) };
        parse(&text).map(Some).ok_or_else(|| self.wrong(name, wrong))
    }

    /// As [`Members::parsed`], where there has to be something.
    pub(super) fn needed<T>(
        &mut self,
        name: &str,
        most: usize,
        parse: impl FnOnce(&str) -> Option<T>,
        wrong: Wrong,
    ) -> Result<T> {
        let found = self.parsed(name, most, parse, wrong)?;
        self.need(name, found)
    }

    pub(super) fn number(&mut self, name: &str, least: u32, most: u32) -> Result<u32> {
        let found = self.number_if_any(name, least, most)?;
        self.need(name, found)
    }

    pub(super) fn number_if_any(&mut self, name: &str, least: u32, most: u32) -> Result<Option<u32>> {
        let wrong = Wrong::NotANumber { least: least.into(), most: most.into() };
        match self.take(name) {
            None => Ok(None),
            Some(Node::Number(Some(number))) => match u32::try_from(number) {
                Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
                _ => Err(self.wrong(name, wrong)),
            },
            Some(_) => Err(self.wrong(name, wrong)),
        }
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<bool> {
        let found = self.flag_if_any(name)?;
        self.need(name, found)
    }

    pub(super) fn flag_if_any(&mut self, name: &str) -> Result<Option<bool>> {
        match self.take(name) {
            None => Ok(None),
            Some(Node::Flag(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.wrong(name, Wrong::NotYesOrNo)),
        }
    }

    /// Takes a list of objects; each is read with its place.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        most: usize,
        mut read: impl FnMut(Members) -> Result<T>,
    ) -> Result<Option<Vec<T>>> {
        let entries = match self.take(name) {
            None => return Ok(None),
            Some(Node::List(entries)) if entries.len() > most => return Err(self.wrong(name, Wrong::TooMany(most))),
            Some(Node::List(entries)) => entries,
            Some(_) => return Err(self.wrong(name, Wrong::NotAList)),
        };
        let place = self.at(name);
        let each = entries.into_iter().enumerate();
        each.map(|(at, entry)| read(Members::of(entry, format!("{place}[{at}]"))?)).collect::<Result<_>>().map(Some)
    }

    /// Ends the reading: whatever is left is not known.
    pub(super) fn end(self) -> Result<()> {
        match self.left.first() {
            None => Ok(()),
            Some((name, _)) if is_plain(name) => Err(self.wrong(name, Wrong::Unknown)),
            // A name in foreign letters is input as any other, and is not repeated.
            Some(_) => Err(self.wrong("(a member)", Wrong::Unknown)),
        }
    }

    fn at(&self, name: &str) -> String {
        if self.place.is_empty() { shown(name) } else { format!("{}.{}", self.place, shown(name)) }
    }
}

/// Tells whether a name looks like one of ours, misspelt perhaps, and is short enough to be told.
fn is_plain(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_')
}
