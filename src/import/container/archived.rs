//! Objects that Apple's NSKeyedArchiver wrote into a binary property list: bounded, of any class.

use zeroize::Zeroizing;

use crate::import::{ImportError, MAX_FILE};

/// The deepest nesting that is followed.
const MAX_DEPTH: u8 = 32;
/// The most objects of a list, and the most that are unfolded out of them.
const MAX_OBJECTS: usize = 400_000;

/// Is one value of an archive.
#[derive(Clone, PartialEq)]
pub(in crate::import) enum Archived {
    Data(Zeroizing<Vec<u8>>),
    List(Vec<Archived>),
    Map(Vec<(Box<str>, Archived)>),
    Null,
    Text(Zeroizing<String>),
    Whole(i128),
}

static NOTHING: Archived = Archived::Null;

impl Archived {
    /// Tells whether bytes are a property list.
    pub(in crate::import) fn detect(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// Reads an archive from its root on.
    pub(in crate::import) fn parse(bytes: &[u8]) -> Result<Self, ImportError> {
        let list = List::open(bytes).ok_or(ImportError::Damaged)?;
        let mut archive = Archive { list, left: MAX_OBJECTS };
        archive.root()
    }

    /// Returns the value of a name, or null.
    pub(in crate::import) fn get(&self, name: &str) -> &Self {
        let Self::Map(pairs) = self else { return &NOTHING };
        pairs.iter().find(|(found, _)| **found == *name).map_or(&NOTHING, |(_, value)| value)
    }

    /// Returns the items of a list, or none.
    pub(in crate::import) fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// Tells whether it is a list.
    pub(in crate::import) fn is_list(&self) -> bool {
        matches!(self, Self::List(_))
    }

    /// Returns a text, or an empty one.
    pub(in crate::import) fn text(&self) -> &str {
        if let Self::Text(text) = self { text.trim() } else { "" }
    }

    /// Returns the bytes of data or of a text; what is neither has none.
    pub(in crate::import) fn data(&self) -> &[u8] {
        match self {
            Self::Data(bytes) => bytes,
            Self::Text(text) => text.as_bytes(),
            _ => &[],
        }
    }

    /// Returns a whole number.
    pub(in crate::import) fn whole(&self) -> Option<i128> {
        if let Self::Whole(number) = self { Some(*number) } else { None }
    }
}

const MAGIC: &[u8] = b"bplist00";
const TRAILER: usize = 32;

/// Is a binary property list: where each of its objects begins.
struct List<'a> {
    bytes: &'a [u8],
    offsets: Vec<usize>,
    reference: usize,
    top: usize,
}

/// Is one object as it stands in the list.
enum Object<'a> {
    Data(&'a [u8]),
    List(Vec<usize>),
    Map(Vec<(usize, usize)>),
    Null,
    Text(Zeroizing<String>),
    Uid(usize),
    Whole(i128),
}

impl<'a> List<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let (body, trailer) = bytes.split_at_checked(bytes.len().checked_sub(TRAILER)?)?;
        let number = |range: std::ops::Range<usize>| usize::try_from(big(trailer.get(range)?)?).ok();
        let (width, reference) = (usize::from(trailer[6]), usize::from(trailer[7]));
        let (count, top, table) = (number(8..16)?, number(16..24)?, number(24..32)?);
        let is_sound = body.starts_with(MAGIC) && bytes.len() <= MAX_FILE && count <= MAX_OBJECTS;
        if !is_sound || !(1..=8).contains(&width) || !(1..=8).contains(&reference) {
            return None;
        }
        let offsets = body.get(table..table.checked_add(count.checked_mul(width)?)?)?.chunks_exact(width);
        let offsets = offsets.map(|bytes| usize::try_from(big(bytes)?).ok()).collect::<Option<_>>()?;
        Some(Self { bytes: body, offsets, reference, top })
    }

    fn object(&self, index: usize) -> Option<Object<'a>> {
        let at = *self.offsets.get(index)?;
        let mark = *self.bytes.get(at)?;
        let (kind, low) = (mark >> 4, usize::from(mark & 15));
        match kind {
            0 => Some(match mark {
                8 | 9 => Object::Whole((mark & 1).into()),
                _ => Object::Null,
            }),
            1 => Some(Object::Whole(signed(self.bytes.get(at + 1..at + 1 + (1 << low.min(4)))?)?)),
            2 => Some(self.real(at + 1, low).map_or(Object::Null, Object::Whole)),
            8 => Some(Object::Uid(usize::try_from(big(self.bytes.get(at + 1..at + 2 + low)?)?).ok()?)),
            _ => self.sized(kind, at, low),
        }
    }

    /// Reads a number with a fraction as a whole one; of others nothing is asked.
    fn real(&self, at: usize, low: usize) -> Option<i128> {
        let number = match low {
            2 => f64::from(f32::from_be_bytes(*self.bytes.get(at..)?.first_chunk()?)),
            3 => f64::from_be_bytes(*self.bytes.get(at..)?.first_chunk()?),
            _ => return None,
        };
        (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i128)
    }

    fn sized(&self, kind: u8, at: usize, low: usize) -> Option<Object<'a>> {
        let (count, from) = match low {
            15 => {
                let width = 1 << (self.bytes.get(at + 1)? & 15).min(3);
                (usize::try_from(big(self.bytes.get(at + 2..at + 2 + width)?)?).ok()?, at + 2 + width)
            }
            _ => (low, at + 1),
        };
        let take = |width: usize| self.bytes.get(from..from.checked_add(count.checked_mul(width)?)?);
        match kind {
            4 => Some(Object::Data(take(1)?)),
            5 => Some(Object::Text(Zeroizing::new(std::str::from_utf8(take(1)?).ok()?.to_owned()))),
            6 => {
                let (pairs, _) = take(2)?.as_chunks::<2>();
                let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
                let text: Result<String, _> = char::decode_utf16(units).collect();
                Some(Object::Text(Zeroizing::new(text.ok()?)))
            }
            10 | 12 => Some(Object::List(self.references(take(self.reference)?)?)),
            13 => {
                let all = self.references(take(2 * self.reference)?)?;
                let (names, values) = all.split_at(count);
                Some(Object::Map(names.iter().copied().zip(values.iter().copied()).collect()))
            }
            _ => Some(Object::Null),
        }
    }

    fn references(&self, bytes: &[u8]) -> Option<Vec<usize>> {
        bytes.chunks_exact(self.reference).map(|bytes| usize::try_from(big(bytes)?).ok()).collect()
    }
}

fn big(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// Reads a whole number: one of eight bytes has a sign, shorter ones have none, longer ones are padded.
fn signed(bytes: &[u8]) -> Option<i128> {
    match bytes.len() {
        16 => Some(i128::from_be_bytes(bytes.try_into().ok()?)),
        8 => Some(i64::from_be_bytes(bytes.try_into().ok()?).into()),
        _ => big(bytes).map(Into::into),
    }
}

/// Unfolds what refers to each other.
struct Archive<'a> {
    list: List<'a>,
    left: usize,
}

impl Archive<'_> {
    /// Finds the root, and the table that its references count in.
    fn root(&mut self) -> Result<Archived, ImportError> {
        let top = self.list.object(self.list.top).ok_or(ImportError::Damaged)?;
        let objects = self.named(&top, "$objects").and_then(|index| self.list.object(index));
        let Some(Object::List(table)) = objects else { return Err(ImportError::Damaged) };
        let start = self.named(&top, "$top").and_then(|index| self.list.object(index));
        let Some(Object::Map(pairs)) = start else { return Err(ImportError::Damaged) };
        let first = pairs.iter().find(|(name, _)| self.text(*name) == Some("root".into())).or(pairs.first());
        let (_, index) = *first.ok_or(ImportError::Damaged)?;
        self.unfold(&table, index, 0)
    }

    fn named(&self, object: &Object<'_>, name: &str) -> Option<usize> {
        let Object::Map(pairs) = object else { return None };
        pairs.iter().find(|(found, _)| self.text(*found).as_deref() == Some(name)).map(|(_, value)| *value)
    }

    fn text(&self, index: usize) -> Option<Box<str>> {
        match self.list.object(index)? {
            Object::Text(text) => Some(text.as_str().into()),
            _ => None,
        }
    }

    fn unfold(&mut self, table: &[usize], index: usize, depth: u8) -> Result<Archived, ImportError> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || depth > MAX_DEPTH {
            return Err(ImportError::TooCostly { what: "it is nested too deeply or too large" });
        }
        let deeper = depth + 1;
        match self.list.object(index).ok_or(ImportError::Damaged)? {
            // The first of the table is what stands for nothing.
            Object::Uid(0) | Object::Null => Ok(Archived::Null),
            Object::Uid(at) => self.unfold(table, *table.get(at).ok_or(ImportError::Damaged)?, deeper),
            Object::Data(bytes) => Ok(Archived::Data(Zeroizing::new(bytes.to_vec()))),
            Object::Text(text) => Ok(Archived::Text(text)),
            Object::Whole(number) => Ok(Archived::Whole(number)),
            Object::List(items) => Ok(Archived::List(
                items.into_iter().map(|item| self.unfold(table, item, deeper)).collect::<Result<_, _>>()?,
            )),
            Object::Map(pairs) => self.map(table, &pairs, deeper),
        }
    }

    /// Unfolds an object: a class of Apple's becomes the plain value that it stands for.
    fn map(&mut self, table: &[usize], pairs: &[(usize, usize)], depth: u8) -> Result<Archived, ImportError> {
        let mut fields: Vec<(Box<str>, Archived)> = Vec::new();
        for (name, value) in pairs {
            let name = self.text(*name).ok_or(ImportError::Damaged)?;
            if *name != *"$class" {
                fields.push((name, self.unfold(table, *value, depth)?));
            }
        }
        let mut take = |name: &str| {
            let at = fields.iter().position(|(found, _)| **found == *name)?;
            Some(fields.swap_remove(at).1)
        };
        match (take("NS.keys"), take("NS.objects")) {
            (Some(Archived::List(names)), Some(Archived::List(values))) => {
                let names = names.iter().map(|name| Box::from(name.text()));
                Ok(Archived::Map(names.zip(values).collect()))
            }
            (None, Some(list)) => Ok(list),
            _ => match take("NS.data").or_else(|| take("NS.bytes")).or_else(|| take("NS.string")) {
                Some(value) => Ok(value),
                None => Ok(Archived::Map(fields)),
            },
        }
    }
}
