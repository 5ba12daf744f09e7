//! What a reader found, and how findings of several passes become one list.

use std::fmt;

use zeroize::Zeroizing;

/// Is one QR code of a picture: what it says and where it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The text, as the symbol's error correction confirmed it.
    pub text: Zeroizing<String>,
    /// Corners in pixels of the frame: top left, top right, bottom right, bottom left of the symbol
    /// itself, which may stand turned or mirrored; a corner may lie a little outside the frame.
    pub corners: [(i32, i32); 4],
}

impl Symbol {
    /// Tells whether a point lies within the symbol's upright bounding box.
    pub(crate) fn covers(&self, (x, y): (i32, i32)) -> bool {
        let (left, top, right, bottom) = self.bounds();
        (left..=right).contains(&x) && (top..=bottom).contains(&y)
    }

    /// Returns the centre of the bounding box.
    pub(crate) fn centre(&self) -> (i32, i32) {
        let (x, y, _) = self.place();
        (x as i32, y as i32)
    }

    fn bounds(&self) -> (i32, i32, i32, i32) {
        self.corners.iter().fold((i32::MAX, i32::MAX, i32::MIN, i32::MIN), |(left, top, right, bottom), &(x, y)| {
            (left.min(x), top.min(y), right.max(x), bottom.max(y))
        })
    }

    /// Tells whether both findings are of one symbol: the same centre and about the same size.
    ///
    /// A small code inside the free middle of a large one is another symbol.
    fn stands_where(&self, other: &Self) -> bool {
        let ((x, y, size), (other_x, other_y, other_size)) = (self.place(), other.place());
        let smaller = size.min(other_size);
        let apart = (x - other_x).unsigned_abs().max((y - other_y).unsigned_abs()) as i64;
        apart * 4 <= smaller && size.max(other_size) * 2 <= smaller * 3
    }

    /// Returns the centre and the larger side of the bounding box.
    fn place(&self) -> (i64, i64, i64) {
        let (left, top, right, bottom) = self.bounds();
        let (left, top, right, bottom) = (i64::from(left), i64::from(top), i64::from(right), i64::from(bottom));
        ((left + right) / 2, (top + bottom) / 2, (right - left).max(bottom - top))
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Symbol({} bytes at {:?})", self.text.len(), self.corners)
    }
}

/// Collects what the passes find; each symbol once.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    found: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    symbol: Symbol,
    disputed: bool,
}

impl Findings {
    /// Keeps a symbol unless it is known, and tells whether it was new; two texts for one place make both unbelievable.
    pub(crate) fn add(&mut self, symbol: Symbol) -> bool {
        if let Some(known) = self.found.iter_mut().find(|known| known.symbol.stands_where(&symbol)) {
            known.disputed |= known.symbol.text != symbol.text;
            return false;
        }
        self.found.push(Found { symbol, disputed: false });
        true
    }

    /// Tells whether nothing believable was found yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.iter().all(|found| found.disputed)
    }

    /// Tells whether a found symbol explains what stands at a point.
    pub(crate) fn covers(&self, point: (i32, i32)) -> bool {
        self.found.iter().any(|found| found.symbol.covers(point))
    }

    /// Returns the believable symbols, top one first and from left to right among equals.
    pub(crate) fn into_symbols(self) -> Vec<Symbol> {
        let mut symbols: Vec<_> = self.found.into_iter().filter(|f| !f.disputed).map(|f| f.symbol).collect();
        symbols.sort_by_key(|symbol| {
            let (left, top, ..) = symbol.bounds();
            (top, left)
        });
        symbols
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(text: &str, left: i32, top: i32, size: i32) -> Symbol {
        let (right, bottom) = (left + size, top + size);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        Symbol { text: Zeroizing::new(text.into()), corners }
    }

    fn texts_of(symbols: &[Symbol]) -> Vec<String> {
        let mut findings = Findings::default();
        for symbol in symbols {
            findings.add(symbol.clone());
        }
        findings.into_symbols().iter().map(|symbol| symbol.text.to_string()).collect()
    }

    #[test]
    fn keeps_one_symbol_once_and_equal_texts_at_two_places_twice() {
        assert_eq!(texts_of(&[symbol("a", 0, 0, 100), symbol("a", 3, 2, 98), symbol("a", 200, 0, 100)]), ["a", "a"]);
    }

    #[test]
    fn believes_neither_of_two_texts_for_one_place() {
        let said = [symbol("a", 0, 0, 100), symbol("b", 1, 1, 99), symbol("a", 0, 0, 100), symbol("c", 0, 300, 100)];
        assert_eq!(texts_of(&said), ["c"]);
    }

    #[test]
    fn keeps_a_small_code_in_the_middle_of_a_large_one() {
        assert_eq!(texts_of(&[symbol("large", 0, 0, 300), symbol("small", 120, 120, 60)]), ["large", "small"]);
    }

    #[test]
    fn lists_from_the_top_left() {
        assert_eq!(
            texts_of(&[symbol("c", 0, 400, 99), symbol("b", 300, 0, 99), symbol("a", 0, 0, 99)]),
            ["a", "b", "c"]
        );
    }

    #[test]
    fn prints_no_text() {
        assert!(!format!("{:?}", symbol("otpauth", 0, 0, 9)).contains("otpauth"));
    }
}
