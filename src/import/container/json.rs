//! JSON of foreign make: bounded in depth and size, wiped when dropped, patient about numbers in quotes.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use crate::import::ImportError;

/// The deepest nesting that is followed.
const MAX_DEPTH: u16 = 64;

/// The most values of one document: 10,000 accounts have a tenth of it, and they fit 256 MiB.
const MAX_VALUES: usize = 3_000_000;

/// Is one value of a document.
#[derive(Clone, PartialEq)]
pub(in crate::import) enum Json {
    Null,
    Flag(bool),
    /// A number with a fraction, or beyond 64 bits.
    Broken,
    Whole(i128),
    Text(Zeroizing<String>),
    List(Vec<Json>),
    Map(Vec<(Box<str>, Json)>),
}

pub(in crate::import) static NULL: Json = Json::Null;

impl Json {
    /// Reads a whole document.
    pub(in crate::import) fn parse(text: &str) -> Result<Self, ImportError> {
        let mut budget = Budget { values: MAX_VALUES, is_spent: false };
        let mut parser = serde_json::Deserializer::from_str(text);
        let read = Seed { budget: &mut budget, depth: 0 }.deserialize(&mut parser);
        match read.and_then(|json| parser.end().map(|()| json)) {
            Ok(json) => Ok(json),
            Err(_) if budget.is_spent => Err(ImportError::TooCostly { what: "it is nested too deeply or too large" }),
            Err(_) => Err(ImportError::Damaged),
        }
    }

    /// Returns the value of a name, or null; the first of a name counts.
    pub(in crate::import) fn get(&self, name: &str) -> &Self {
        let Self::Map(pairs) = self else { return &NULL };
        pairs.iter().find(|(found, _)| **found == *name).map_or(&NULL, |(_, value)| value)
    }

    /// Tells whether a name is there, whatever its value is.
    pub(in crate::import) fn has(&self, name: &str) -> bool {
        matches!(self, Self::Map(pairs) if pairs.iter().any(|(found, _)| **found == *name))
    }

    /// Tells whether there is no value.
    pub(in crate::import) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// Returns the items of a list, or none.
    pub(in crate::import) fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// Tells whether it is a list.
    pub(in crate::import) fn is_list(&self) -> bool {
        matches!(self, Self::List(_))
    }

    /// Tells whether it is an object.
    pub(in crate::import) fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }

    /// Returns the names and values of an object, in its order, or none.
    pub(in crate::import) fn pairs(&self) -> impl Iterator<Item = (&str, &Self)> {
        let pairs: &[(Box<str>, Self)] = if let Self::Map(pairs) = self { pairs } else { &[] };
        pairs.iter().map(|(name, value)| (&**name, value))
    }

    /// Returns a text as it is written, or an empty one.
    pub(in crate::import) fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    /// Returns a name: a text without the space around it, a number as text, or an empty one.
    pub(in crate::import) fn name(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Whole(number) => number.to_string(),
            _ => String::new(),
        }
    }

    /// Returns a whole number, written as one or as text; what is null or an empty text is none.
    pub(in crate::import) fn whole(&self) -> Result<Option<i128>, NotANumber> {
        match self {
            Self::Null => Ok(None),
            Self::Whole(number) => Ok(Some(*number)),
            Self::Text(text) if text.trim().is_empty() => Ok(None),
            Self::Text(text) => {
                let digits = text.trim();
                // Rust would take a sign as well.
                let is_plain = digits.strip_prefix('-').unwrap_or(digits).bytes().all(|letter| letter.is_ascii_digit());
                digits.parse().ok().filter(|_| is_plain).map(Some).ok_or(NotANumber)
            }
            _ => Err(NotANumber),
        }
    }

    /// Returns a whole number of 64 bits without a sign.
    pub(in crate::import) fn number(&self) -> Result<Option<u64>, NotANumber> {
        self.whole()?.map(|number| u64::try_from(number).map_err(|_| NotANumber)).transpose()
    }

    /// Tells whether it says yes: `true`, `1`, or either of them as text.
    pub(in crate::import) fn is_true(&self) -> bool {
        match self {
            Self::Flag(flag) => *flag,
            Self::Text(text) => text.eq_ignore_ascii_case("true") || **text == "1",
            Self::Whole(number) => *number == 1,
            _ => false,
        }
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Json(hidden)")
    }
}

/// Says that a value is no whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct NotANumber;

struct Budget {
    values: usize,
    is_spent: bool,
}

struct Seed<'a> {
    budget: &'a mut Budget,
    depth: u16,
}

impl Seed<'_> {
    fn deeper<E: Error>(&mut self) -> Result<Seed<'_>, E> {
        self.budget.values = self.budget.values.saturating_sub(1);
        if self.budget.values == 0 || self.depth >= MAX_DEPTH {
            self.budget.is_spent = true;
            return Err(E::custom("too much"));
        }
        Ok(Seed { depth: self.depth + 1, budget: self.budget })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Whole(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Whole(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        // Some writers have no other numbers: 30 is 30.0 there.
        let is_exact = number.fract() == 0.0 && number.abs() < 9e15;
        Ok(if is_exact { Json::Whole(number as i128) } else { Json::Broken })
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(Zeroizing::new(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(Zeroizing::new(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper()?)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut pairs: A) -> Result<Json, A::Error> {
        let mut map = Vec::new();
        while let Some(name) = pairs.next_key::<Box<str>>()? {
            map.push((name, pairs.next_value_seed(self.deeper()?)?));
        }
        Ok(Json::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_in_either_dress() {
        let json =
            Json::parse(r#"{"a":30,"b":"30","c":30.0,"d":"","e":null,"f":"+30","g":1.5,"h":-1,"i":"-1"}"#).unwrap();
        for name in ["a", "b", "c"] {
            assert_eq!(json.get(name).number(), Ok(Some(30)), "{name}");
        }
        for name in ["d", "e", "missing"] {
            assert_eq!(json.get(name).number(), Ok(None), "{name}");
        }
        for name in ["f", "g", "h", "i"] {
            assert_eq!(json.get(name).number(), Err(NotANumber), "{name}");
        }
        assert_eq!(json.get("i").whole(), Ok(Some(-1)));
    }

    #[test]
    fn refuses_what_is_too_deep_or_too_large_and_what_ends_early() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(Json::parse(&deep(60)).is_ok());
        for hostile in [deep(70), deep(100_000), format!("[{}0]", "0,".repeat(MAX_VALUES))] {
            assert!(matches!(Json::parse(&hostile), Err(ImportError::TooCostly { .. })));
        }
        for cut in ["{\"a\":", "[1,", "{} x", ""] {
            assert_eq!(Json::parse(cut), Err(ImportError::Damaged), "{cut}");
        }
    }

    #[test]
    fn prints_nothing_of_what_it_holds() {
        assert_eq!(format!("{:?}", Json::parse(r#"{"secret":"JBSWY3DP"}"#).unwrap()), "Json(hidden)");
    }
}
