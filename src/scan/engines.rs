//! The two foreign readers, behind one shape: a view of the frame in, symbols and patterns out.

use rqrr::{BitGrid, PreparedImage};
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::{decoder, detector};
use zeroize::Zeroizing;

use super::bits::split_locally;
use super::contain::contained;
use super::finders::{candidates_in, located};
use super::grid::Place;
use super::rings::rings_in;
use super::triples::Spot;
use super::{Frame, Symbol};

/// Bounds the triples of finder patterns that are tried in one view; hostile noise has thousands.
const MAX_TRIPLES: usize = 400;

/// Is what one pass saw, in pixels of its view.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// Codes that were read.
    pub(crate) symbols: Vec<Symbol>,
    /// Finder patterns, read or not.
    pub(crate) patterns: Vec<Spot>,
}

/// Leads from the pixels of a view back to those of the frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    /// Pixels of the frame to one of the view.
    pub(crate) scale: f32,
    /// Where the view starts in the frame.
    pub(crate) left: f32,
    /// See `left`.
    pub(crate) top: f32,
}

impl Way {
    /// Leads back from a whole frame of another size.
    pub(crate) fn scaled(scale: f32) -> Self {
        Self { scale, left: 0.0, top: 0.0 }
    }

    fn back(self, (x, y): Place) -> Place {
        (x * self.scale + self.left, y * self.scale + self.top)
    }

    fn back_whole(self, (x, y): (i32, i32)) -> (i32, i32) {
        let (x, y) = self.back((x as f32, y as f32));
        (x as i32, y as i32)
    }
}

impl Sight {
    /// Adds what was seen in a view that a way leads back from.
    pub(crate) fn extend(&mut self, seen: Self, way: Way) {
        self.patterns.extend(seen.patterns.into_iter().map(|spot| Spot {
            centre: way.back(spot.centre),
            size: spot.size * way.scale,
            ..spot
        }));
        self.symbols.extend(seen.symbols.into_iter().map(|mut symbol| {
            symbol.corners = symbol.corners.map(|corner| way.back_whole(corner));
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
    Sight { symbols: symbols.collect(), ..Sight::default() }
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
    let Some(mut bits) = split_locally(frame) else { return Sight::default() };
    in_both_polarities(&mut bits)
}

/// Looks by `rxing` at bits that another binarizer made, as they are and flipped.
pub(crate) fn in_both_polarities(bits: &mut BitMatrix) -> Sight {
    over_polarities(bits, in_bits)
}

/// Finds finder patterns alone, dark and light ones.
pub(crate) fn spots_in(bits: &mut BitMatrix) -> Sight {
    over_polarities(bits, |_, patterns| Sight { patterns: patterns.iter().map(spot_of).collect(), ..Sight::default() })
}

/// Looks at the dark patterns of bits, then flips them and looks at the light ones.
fn over_polarities(bits: &mut BitMatrix, look: impl Fn(&BitMatrix, Vec<ConcentricPattern>) -> Sight) -> Sight {
    let [dark, light] = candidates_in(bits);
    let mut sight = look(bits, located(bits, &dark));
    if light.is_empty() {
        return sight;
    }
    bits.flip_self();
    let mut flipped = look(bits, located(bits, &light));
    flipped.patterns.iter_mut().for_each(|spot| spot.light_on_dark = true);
    sight.extend(flipped, Way::scaled(1.0));
    sight
}

fn in_bits(bits: &BitMatrix, mut patterns: Vec<ConcentricPattern>) -> Sight {
    let mut sight = Sight { patterns: patterns.iter().map(spot_of).collect(), ..Sight::default() };
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

fn spot_of(pattern: &ConcentricPattern) -> Spot {
    Spot { centre: (pattern.p.x, pattern.p.y), size: pattern.size as f32, light_on_dark: false, is_whole: true }
}

/// Finds finder patterns without a quiet zone on a ground as dark as they are, or as light.
pub(crate) fn rings(frame: &Frame) -> Sight {
    let Some(mut bits) = split_locally(frame) else { return Sight::default() };
    let mut patterns = rings_in(&bits);
    bits.flip_self();
    patterns.extend(rings_in(&bits).into_iter().map(|spot| Spot { light_on_dark: true, ..spot }));
    Sight { patterns, ..Sight::default() }
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
pub(crate) fn text_in(modules: &BitMatrix) -> Option<Zeroizing<String>> {
    let decoded = decoder::Decode(modules).ok().filter(|decoded| decoded.isValid())?;
    let content = decoded.content();
    let plain = std::str::from_utf8(content.bytes()).ok().filter(|plain| plain.is_ascii() || !content.has_eci);
    let text = Zeroizing::new(plain.map_or_else(|| decoded.text(), str::to_owned));
    // A segment that its character set cannot express is left out by the decoder, without a word.
    let is_whole = text.chars().count() * 4 > content.bytes().len() && !text.contains('\u{fffd}');
    is_whole.then_some(text)
}
