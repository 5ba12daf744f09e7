//! The two foreign readers, behind one shape: a view of the frame in, symbols and patterns out.

use rqrr::{BitGrid, PreparedImage};
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{BitMatrix, DetectorRXingResult, HybridBinarizer};
use rxing::qrcode::cpp_port::{decoder, detector};
use rxing::{Binarizer, Luma8Source};
use zeroize::Zeroizing;

use super::contain::contained;
use super::{Frame, Symbol};

/// Bounds the triples of finder patterns that are tried in one view; hostile noise has thousands.
const MAX_TRIPLES: usize = 400;

/// Is what one pass saw, in pixels of its view.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// Codes that were read.
    pub(crate) symbols: Vec<Symbol>,
    /// Centres of the finder patterns, read or not.
    pub(crate) patterns: Vec<(i32, i32)>,
}

impl Sight {
    /// Adds what was seen in a view in which `place` leads back to the pixels of the frame.
    pub(crate) fn extend(&mut self, seen: Self, place: impl Fn((i32, i32)) -> (i32, i32)) {
        self.patterns.extend(seen.patterns.into_iter().map(&place));
        self.symbols.extend(seen.symbols.into_iter().map(|mut symbol| {
            symbol.corners = symbol.corners.map(&place);
            symbol
        }));
    }
}

/// Looks by `rqrr`; it reads dark on light only.
pub(crate) fn by_rqrr(frame: &Frame) -> Sight {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let pixels = frame.pixels();
    let mut image = PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let symbols = image.detect_grids().into_iter().filter_map(|grid| {
        let corners = [0, 1, 2, 3].map(|corner| (grid.bounds[corner].x, grid.bounds[corner].y));
        let text = contained(|| text_in(&bits_of(&grid.grid)?))??;
        Some(Symbol { text, corners })
    });
    Sight { symbols: symbols.collect(), patterns: Vec::new() }
}

fn bits_of(grid: &impl BitGrid) -> Option<BitMatrix> {
    let side = grid.size();
    let mut bits = BitMatrix::with_single_dimension(side as u32).ok()?;
    for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
        bits.set_bool(x as u32, y as u32, grid.bit(y, x));
    }
    Some(bits)
}

/// Looks by `rxing` in both polarities, thresholds by its local binarizer.
pub(crate) fn by_rxing(frame: &Frame) -> Sight {
    let Some(mut bits) = local_bits(frame) else { return Sight::default() };
    in_both_polarities(&mut bits)
}

fn local_bits(frame: &Frame) -> Option<BitMatrix> {
    let source = Luma8Source::new_with_slice(frame.pixels(), frame.width(), frame.height()).ok()?;
    HybridBinarizer::new(source).get_black_matrix().ok().cloned()
}

/// Looks by `rxing` at bits that another binarizer made, as they are and flipped.
pub(crate) fn in_both_polarities(bits: &mut BitMatrix) -> Sight {
    let mut sight = in_bits(bits);
    bits.flip_self();
    sight.extend(in_bits(bits), |point| point);
    sight
}

fn in_bits(bits: &BitMatrix) -> Sight {
    let mut patterns = detector::FindFinderPatterns(bits, true, 0);
    let mut sight = Sight { symbols: Vec::new(), patterns: patterns.iter().map(centre_of).collect() };
    let mut used: Vec<ConcentricPattern> = Vec::new();
    for triple in detector::GenerateFinderPatternSets(&mut patterns).into_iter().take(MAX_TRIPLES) {
        let corners = [triple.bl, triple.tl, triple.tr];
        if corners.iter().any(|pattern| used.contains(pattern)) {
            continue;
        }
        // One bad triple must not cost the other symbols of the view.
        if let Some(symbol) = contained(|| sampled(bits, &triple)).flatten() {
            used.extend(corners);
            sight.symbols.push(symbol);
        }
    }
    sight
}

fn centre_of(pattern: &ConcentricPattern) -> (i32, i32) {
    (pattern.p.x as i32, pattern.p.y as i32)
}

fn sampled(bits: &BitMatrix, triple: &detector::FinderPatternSet) -> Option<Symbol> {
    let sample = detector::SampleQR(bits, triple).ok()?;
    let text = text_in(sample.getBits())?;
    let points = sample.getPoints();
    let corner = |index: usize| points.get(index).map(|point| (point.x as i32, point.y as i32));
    Some(Symbol { text, corners: [corner(0)?, corner(1)?, corner(2)?, corner(3)?] })
}

/// Decodes the modules of one symbol; nothing unless its error correction and its text are both sound.
///
/// Bytes without a declared character set are UTF-8 where that fits, else what `rxing` judges
/// (ISO 8859-1 or Shift JIS).
fn text_in(modules: &BitMatrix) -> Option<Zeroizing<String>> {
    let decoded = decoder::Decode(modules).ok().filter(|decoded| decoded.isValid())?;
    let content = decoded.content();
    let plain = std::str::from_utf8(content.bytes()).ok().filter(|plain| plain.is_ascii() || !content.has_eci);
    let text = Zeroizing::new(plain.map_or_else(|| decoded.text(), str::to_owned));
    // A segment that its character set cannot express is left out by the decoder, without a word.
    let is_whole = text.chars().count() * 4 > content.bytes().len() && !text.contains('\u{fffd}');
    is_whole.then_some(text)
}
