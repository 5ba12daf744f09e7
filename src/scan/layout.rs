//! Where the modules of a QR code stand: which are the same in every symbol, and which carry which byte.
//!
//! After ISO/IEC 18004:2015, 6.3 (function patterns), 7.7.3 (placement), 7.9 and 7.10 (format and version).

use rxing::common::BitMatrix;
use rxing::qrcode::common::{ErrorCorrectionLevel, Version, VersionRef};

/// Is a module: true where dark, nothing where it depends on the text.
type Known = Option<bool>;

/// Is the plan of one version.
pub(crate) struct Layout {
    /// Modules a side.
    pub(crate) side: usize,
    version: VersionRef,
    known: Vec<Known>,
    format: [Vec<usize>; 2],
    order: Vec<usize>,
}

/// Is a block of data and its parity, as places of its bytes among all bytes of the symbol.
pub(crate) struct Block {
    /// Places of data bytes, then parity bytes.
    pub(crate) places: Vec<usize>,
    /// Number of parity bytes.
    pub(crate) parity: usize,
}

/// Is error correction level and mask, of which each symbol has two copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format(u32);

impl Format {
    /// Lists all that there are.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..32).map(Self)
    }

    /// Returns the 15 bits of a symbol, highest first.
    pub(crate) fn bits(self) -> impl Iterator<Item = bool> {
        let rest = (0..5)
            .rev()
            .fold(self.0 << 10, |rest, bit| if rest >> (bit + 10) & 1 == 1 { rest ^ 0x537 << bit } else { rest });
        let masked = (self.0 << 10 | rest) ^ 0x5412;
        (0..15).rev().map(move |bit| masked >> bit & 1 == 1)
    }

    fn level(self) -> ErrorCorrectionLevel {
        use ErrorCorrectionLevel::{H, L, M, Q};
        [M, L, H, Q][(self.0 >> 3) as usize]
    }

    /// Tells whether the mask turns the module at a place over.
    fn masks(self, x: usize, y: usize) -> bool {
        match self.0 & 7 {
            0 => (x + y).is_multiple_of(2),
            1 => y.is_multiple_of(2),
            2 => x.is_multiple_of(3),
            3 => (x + y).is_multiple_of(3),
            4 => (y / 2 + x / 3).is_multiple_of(2),
            5 => (x * y).is_multiple_of(6),
            6 => x * y % 6 < 3,
            _ => (x + y + x * y % 3).is_multiple_of(2),
        }
    }
}

impl Layout {
    /// Plans a symbol of `side` modules; nothing where no version has that side.
    pub(crate) fn of_side(side: usize) -> Option<Self> {
        let version = Version::getVersionForNumber((side.checked_sub(17)? / 4) as u32).ok()?;
        if version.getDimensionForVersion() as usize != side {
            return None;
        }
        let format = format_places(side);
        let mut layout = Self { side, version, known: vec![None; side * side], format, order: Vec::new() };
        layout.draw_patterns();
        let mut reserved = vec![false; side * side];
        layout.format.iter().flatten().for_each(|&at| reserved[at] = true);
        layout.order = layout.upward_and_downward().filter(|&at| !reserved[at]).collect();
        Some(layout)
    }

    /// Returns what every symbol of the version has at a module.
    pub(crate) fn known(&self, at: usize) -> Known {
        self.known[at]
    }

    /// Returns the module indexes of both copies of the format, highest bit first.
    pub(crate) fn format(&self) -> &[Vec<usize>; 2] {
        &self.format
    }

    /// Returns the module indexes of a byte, highest bit first.
    pub(crate) fn byte(&self, index: usize) -> &[usize] {
        &self.order[index * 8..index * 8 + 8]
    }

    /// Returns the number of bytes, parity included.
    pub(crate) fn bytes(&self) -> usize {
        self.version.getTotalCodewords() as usize
    }

    /// Tells whether the module at an index is turned over by the format's mask.
    pub(crate) fn is_masked(&self, at: usize, format: Format) -> bool {
        format.masks(at % self.side, at / self.side)
    }

    /// Lists the blocks in which the bytes are dealt out.
    pub(crate) fn blocks(&self, format: Format) -> Vec<Block> {
        let plan = self.version.getECBlocksForLevel(format.level());
        let parity = plan.getECCodewordsPerBlock() as usize;
        let sizes: Vec<usize> = plan
            .getECBlocks()
            .iter()
            .flat_map(|kind| std::iter::repeat_n(kind.getDataCodewords() as usize, kind.getCount() as usize))
            .collect();
        let mut places: Vec<Vec<usize>> = vec![Vec::new(); sizes.len()];
        let mut next = 0..;
        let mut deal = |block: usize| places[block].extend(next.next());
        for row in 0..sizes.iter().copied().max().unwrap_or(0) {
            (0..sizes.len()).filter(|&block| row < sizes[block]).for_each(&mut deal);
        }
        (0..parity).for_each(|_| (0..sizes.len()).for_each(&mut deal));
        places.into_iter().map(|places| Block { places, parity }).collect()
    }

    /// Draws the whole symbol that holds these bytes.
    pub(crate) fn draw(&self, bytes: &[u8], format: Format) -> Vec<bool> {
        let mut modules: Vec<bool> = self.known.iter().map(|known| known.unwrap_or(false)).collect();
        for copy in &self.format {
            copy.iter().zip(format.bits()).for_each(|(&at, bit)| modules[at] = bit);
        }
        for (index, &at) in self.order.iter().enumerate() {
            let bit = bytes.get(index / 8).is_some_and(|byte| byte >> (7 - index % 8) & 1 == 1);
            modules[at] = bit ^ self.is_masked(at, format);
        }
        modules
    }

    fn set(&mut self, x: usize, y: usize, dark: bool) {
        self.known[y * self.side + x] = Some(dark);
    }

    fn draw_patterns(&mut self) {
        let last = self.side - 1;
        for (x, y) in (0..8).flat_map(|y| (0..8).map(move |x| (x, y))) {
            let ring = 3usize.abs_diff(x).max(3usize.abs_diff(y));
            let dark = ring != 2 && ring < 4;
            self.set(x, y, dark);
            self.set(last - x, y, dark);
            self.set(x, last - y, dark);
        }
        for at in 8..self.side - 8 {
            self.set(at, 6, at % 2 == 0);
            self.set(6, at, at % 2 == 0);
        }
        self.draw_alignment();
        self.draw_version();
        self.set(8, self.side - 8, true);
    }

    fn draw_alignment(&mut self) {
        let centres: Vec<usize> = self.version.getAlignmentPatternCenters().iter().map(|&at| at as usize).collect();
        let far = self.side - 9;
        for (x, y) in centres.iter().flat_map(|&y| centres.iter().map(move |&x| (x, y))) {
            if (x < 9 && (y < 9 || y > far)) || (x > far && y < 9) {
                continue;
            }
            for (dx, dy) in (0..5).flat_map(|dy| (0..5).map(move |dx| (dx, dy))) {
                let ring = 2usize.abs_diff(dx).max(2usize.abs_diff(dy));
                self.set(x + dx - 2, y + dy - 2, ring != 1);
            }
        }
    }

    fn draw_version(&mut self) {
        let number = self.version.getVersionNumber();
        if number < 7 {
            return;
        }
        let rest = (0..6)
            .rev()
            .fold(number << 12, |rest, bit| if rest >> (bit + 12) & 1 == 1 { rest ^ 0x1f25 << bit } else { rest });
        for bit in 0..18 {
            let (near, far) = (bit / 3, self.side - 11 + bit % 3);
            let dark = (number << 12 | rest) >> bit & 1 == 1;
            self.set(near, far, dark);
            self.set(far, near, dark);
        }
    }

    /// Lists the modules without a pattern in the order of placement.
    fn upward_and_downward(&self) -> impl Iterator<Item = usize> {
        let side = self.side;
        let columns = (0..side / 2)
            .map(move |pair| (pair, side - 1 - 2 * pair))
            .map(|(pair, right)| (pair % 2 == 0, if right <= 6 { right - 1 } else { right }));
        columns
            .flat_map(move |(up, right)| {
                (0..side).flat_map(move |step| {
                    let y = if up { side - 1 - step } else { step };
                    [y * side + right, y * side + right - 1]
                })
            })
            .filter(|&at| self.known[at].is_none())
    }
}

/// Lists the modules of both copies of the format, highest bit first.
fn format_places(side: usize) -> [Vec<usize>; 2] {
    let at = |x: usize, y: usize| y * side + x;
    let along = [0, 1, 2, 3, 4, 5, 7, 8];
    let first = along.iter().map(|&x| at(x, 8)).chain([7, 5, 4, 3, 2, 1, 0].iter().map(|&y| at(8, y)));
    let second = (0..7).map(|step| at(8, side - 1 - step)).chain((0..8).map(|step| at(side - 8 + step, 8)));
    [first.collect(), second.collect()]
}

/// Returns modules as the matrix that decoders take.
pub(crate) fn matrix_of(side: usize, modules: &[bool]) -> Option<BitMatrix> {
    let mut bits = BitMatrix::with_single_dimension(side as u32).ok()?;
    for (at, _) in modules.iter().enumerate().filter(|&(_, &dark)| dark) {
        bits.set((at % side) as u32, (at / side) as u32);
    }
    Some(bits)
}

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode, Version as Drawn};

    use super::*;
    use crate::scan::errata::mend;

    /// Reads the bytes of a drawn symbol, by its plan and format.
    fn bytes_of(layout: &Layout, modules: &[bool], format: Format) -> Vec<u8> {
        let bit = |at: &usize| u8::from(modules[*at] ^ layout.is_masked(*at, format));
        (0..layout.bytes()).map(|index| layout.byte(index).iter().fold(0, |byte, at| byte << 1 | bit(at))).collect()
    }

    #[test]
    fn draws_what_an_encoder_draws_in_every_version() {
        let levels = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H].into_iter().cycle();
        for (number, level) in (1..=40).zip(levels) {
            let code = QrCode::with_version(b"1", Drawn::Normal(number), level).unwrap();
            let modules: Vec<bool> = code.to_colors().iter().map(|&color| color == Color::Dark).collect();
            let layout = Layout::of_side(code.width()).unwrap();
            let has =
                |format: &Format| layout.format()[0].iter().zip(format.bits()).all(|(&at, bit)| modules[at] == bit);
            let format = Format::all().find(has).unwrap();
            let bytes = bytes_of(&layout, &modules, format);
            assert_eq!(layout.draw(&bytes, format), modules, "version {number}");
            for block in layout.blocks(format) {
                let mut word: Vec<u8> = block.places.iter().map(|&place| bytes[place]).collect();
                assert_eq!(mend(&mut word, block.parity, &[]), Some(0), "version {number}: blocks are words");
            }
        }
    }

    #[test]
    fn plans_no_side_that_no_version_has() {
        assert!([0, 17, 20, 22, 181].iter().all(|&side| Layout::of_side(side).is_none()));
    }
}
