//! The one class of Java that an export comes in: a serialised `HashMap<String, String>`.
//!
//! Java Object Serialization Specification, chapter 6; strings are in its modified UTF-8.

use zeroize::Zeroizing;

use crate::import::{ImportError, MAX_ENTRIES};

const MAGIC: &[u8] = b"\xac\xed\x00\x05";
const CLASS: &[u8] = b"java.util.HashMap";
const OBJECT: u8 = 0x73;
const CLASS_DESC: u8 = 0x72;
const NULL: u8 = 0x70;
const REFERENCE: u8 = 0x71;
const STRING: u8 = 0x74;
const LONG_STRING: u8 = 0x7c;
const BLOCK: u8 = 0x77;
const END: u8 = 0x78;
const FIRST_HANDLE: u32 = 0x7e_0000;

/// The handle of the first string: the class and the map itself take two.
const HANDLES_BEFORE: usize = 2;

/// Reads the pairs of a map in their order.
pub(in crate::import) fn string_map(bytes: &[u8]) -> Result<Vec<(String, Zeroizing<String>)>, ImportError> {
    Stream { rest: bytes, strings: Vec::new() }.map().ok_or(ImportError::Damaged)
}

struct Stream<'a> {
    rest: &'a [u8],
    strings: Vec<Zeroizing<String>>,
}

impl<'a> Stream<'a> {
    fn map(mut self) -> Option<Vec<(String, Zeroizing<String>)>> {
        self.expect(MAGIC)?;
        self.expect(&[OBJECT, CLASS_DESC])?;
        let name = self.short_bytes()?;
        if name != CLASS {
            return None;
        }
        let fields = self.class()?;
        // Load factor and, in newer ones, threshold; then the map's own words: capacity and size.
        self.take(4 * fields)?;
        self.expect(&[BLOCK, 8])?;
        self.take(4)?;
        let size = u32::from_be_bytes(self.take(4)?.try_into().ok()?) as usize;
        if size > MAX_ENTRIES * 3 {
            return None;
        }
        let mut pairs = Vec::new();
        for _ in 0..size {
            let (name, value) = (self.string()?, self.string()?);
            pairs.push((name.to_string(), value));
        }
        self.expect(&[END])?;
        Some(pairs)
    }

    /// Reads over the description of the class: version, flags, its fields, no class above. Returns how many fields.
    fn class(&mut self) -> Option<usize> {
        self.take(8 + 1)?;
        let fields = u16::from_be_bytes(self.take(2)?.try_into().ok()?);
        for _ in 0..fields {
            let kind = self.take(1)?[0];
            self.short_bytes()?;
            if !matches!(kind, b'F' | b'I') {
                return None;
            }
        }
        self.expect(&[END, NULL])?;
        (1..=2).contains(&fields).then_some(fields.into())
    }

    fn string(&mut self) -> Option<Zeroizing<String>> {
        let bytes = match self.take(1)?[0] {
            STRING => self.short_bytes()?,
            LONG_STRING => {
                let length = u64::from_be_bytes(self.take(8)?.try_into().ok()?);
                self.take(usize::try_from(length).ok()?)?
            }
            REFERENCE => {
                let handle = u32::from_be_bytes(self.take(4)?.try_into().ok()?);
                let place = (handle.checked_sub(FIRST_HANDLE)? as usize).checked_sub(HANDLES_BEFORE)?;
                return self.strings.get(place).cloned();
            }
            _ => return None,
        };
        let text = Zeroizing::new(modified_utf8(bytes)?);
        self.strings.push(text.clone());
        Some(text)
    }

    fn short_bytes(&mut self) -> Option<&'a [u8]> {
        let length = u16::from_be_bytes(self.take(2)?.try_into().ok()?);
        self.take(length.into())
    }

    fn expect(&mut self, wanted: &[u8]) -> Option<()> {
        (self.take(wanted.len())? == wanted).then_some(())
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}

/// Decodes UTF-8 as Java writes it: a zero in two bytes, and letters beyond 16 bits as two surrogates.
fn modified_utf8(bytes: &[u8]) -> Option<String> {
    let mut units = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let (unit, length) = match (*first, tail) {
            (0x00..=0x7f, _) => (u16::from(*first), 1),
            (0xc0..=0xdf, [second, ..]) => (u16::from(first & 0x1f) << 6 | u16::from(second & 0x3f), 2),
            (0xe0..=0xef, [second, third, ..]) => {
                (u16::from(first & 0x0f) << 12 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f), 3)
            }
            _ => return None,
        };
        units.push(unit);
        rest = rest.get(length..)?;
    }
    String::from_utf16(&units).ok()
}
