//! Reads from grey levels what no threshold can part: blurred, bent, half lit and damaged symbols.
//!
//! Three finder patterns that an engine saw are given; the grid between them is fitted to the grey pixels, blur is
//! undone module by module, and the least sure bytes count as erased. A text is believed only if the symbol that it
//! makes looks like the picture.

use zeroize::Zeroizing;

use super::engines::text_in;
use super::errata::mend;
use super::grid::{Grid, Place, Relief};
use super::layout::{Format, Layout, matrix_of};
use super::triples::Triple;
use super::unblur::{Modules, plainly_split, unblurred};
use super::{Frame, Symbol, views};

/// Pixels of a module above which a picture is halved: more tell nothing new.
const ENOUGH: f32 = 6.5;
/// Share of the certainty that may speak against a text. Right texts of the development sets stay below 0.05.
const MAX_DOUBT: f32 = 0.06;
/// What [`Grid::finders`] must say of a grid that is worth fitting.
const MIN_FINDERS: f32 = 0.65;
/// What [`Grid::alternation`] must say of it. Of read symbols the lowest is 0.47; nine in ten triples of drawn screens that
/// stand together by chance are below this.
const MIN_ALTERNATION: f32 = 0.42;
/// What [`agreement`] must be of a grid as it was laid, settled, and bent. Of read symbols the lowest is 0.78, of
/// patterns that stand together by chance the highest is 0.66.
const MIN_AGREEMENT: [f32; 3] = [0.6, 0.65, 0.7];
/// Parity bytes of each block that must be left over to vouch for it.
const SPARE: usize = 3;

/// Reads the symbol of a triple; nothing where its bytes cannot be mended beyond doubt.
pub(crate) fn read(frame: &Frame, triple: &Triple) -> Option<Symbol> {
    let (part, triple, origin, scale) = cut_out(frame, triple)?;
    let reach = (triple.size / 7.0 * 4.0).ceil().max(3.0) as u32;
    let relief = Relief::of(&part, reach, triple.light_on_dark);
    let mut fitted = fitted(&relief, &triple);
    fitted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut grid, layout) = fitted.into_iter().next().filter(|(timing, ..)| *timing > 0.3).map(|(_, g, l)| (g, l))?;
    let text = by_fitting(&mut grid, &relief, &layout)?;
    let side = layout.side as f32;
    let corner = |place| {
        let (x, y) = grid.pixel(place);
        ((x * scale + origin.0) as i32, (y * scale + origin.1) as i32)
    };
    Some(Symbol { text, corners: [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(corner) })
}

/// Returns the part around a triple, made small enough, and the triple, origin and scale in it.
fn cut_out(frame: &Frame, triple: &Triple) -> Option<(Frame, Triple, Place, f32)> {
    let [a, b, c] = triple.centres;
    let all = [a, b, c, triple.fourth()];
    let margin = triple.size + triple.legs()[0].max(triple.legs()[1]) * 0.2;
    let (low, high) = (f32::min as fn(f32, f32) -> f32, f32::max as fn(f32, f32) -> f32);
    let end = |pick: fn(&Place) -> f32, by: fn(f32, f32) -> f32| all.iter().map(pick).reduce(by);
    let start = |value: f32| (value - margin).max(0.0) as u32;
    let (left, top) = (start(end(|p| p.0, low)?), start(end(|p| p.1, low)?));
    let (right, bottom) = (end(|p| p.0, high)? + margin, end(|p| p.1, high)? + margin);
    if left >= frame.width() || top >= frame.height() {
        return None;
    }
    let mut part = frame.part(left, top, (right as u32).saturating_sub(left), (bottom as u32).saturating_sub(top));
    let mut scale = 1.0;
    while triple.size / 7.0 / scale > ENOUGH {
        (part, scale) = (part.halved(), scale * 2.0);
    }
    if triple.size / 7.0 / scale > 3.2 {
        part = views::blurred(&part);
    }
    let origin = (left as f32, top as f32);
    let placed = triple.placed(|(x, y)| ((x - origin.0) / scale, (y - origin.1) / scale), 1.0 / scale);
    Some((part, placed, origin, scale))
}

/// Fits a grid of every side that is possible, and says how well each explains the timing patterns.
fn fitted(relief: &Relief, triple: &Triple) -> Vec<(f32, Grid, Layout)> {
    let [top_left, top_right, bottom_left] = triple.centres;
    let fit = |side| {
        let layout = Layout::of_side(side)?;
        let mut grid = Grid::through(side, [top_left, top_right, triple.fourth(), bottom_left])?;
        if grid.finders(relief, &layout) < MIN_FINDERS || grid.alternation(relief) < MIN_ALTERNATION {
            return None;
        }
        grid.find_fourth(relief, &layout);
        Some((grid.timing(relief), grid, layout))
    };
    triple.sides().filter_map(fit).collect()
}

/// Moves a grid until a text comes out: as it is, settled, bent; ends where no symbol is.
fn by_fitting(grid: &mut Grid, relief: &Relief, layout: &Layout) -> Option<Zeroizing<String>> {
    let moves: [fn(&mut Grid, &Relief, &Layout); 3] = [|_, _, _| (), Grid::settle, Grid::bend];
    for (step, least) in moves.into_iter().zip(MIN_AGREEMENT) {
        step(grid, relief, layout);
        let heights = grid.samples(relief);
        if agreement(&heights, layout) < least {
            return None;
        }
        let text = by_modules(&plainly_split(&heights, layout), layout)
            .or_else(|| by_modules(&unblurred(&heights, layout), layout));
        if text.is_some() {
            return text;
        }
    }
    None
}

/// Says from -1 to 1 how surely the patterns that every symbol has are there.
fn agreement(heights: &[f32], layout: &Layout) -> f32 {
    let (mut with, mut total) = (0.0, f32::MIN_POSITIVE);
    for (at, &height) in heights.iter().enumerate() {
        if let Some(dark) = layout.known(at) {
            with += if dark { height } else { -height };
            total += height.abs();
        }
    }
    with / total
}

fn by_modules(modules: &Modules, layout: &Layout) -> Option<Zeroizing<String>> {
    likely_formats(modules, layout).into_iter().find_map(|format| by_format(modules, layout, format))
}

/// Returns the two formats that fit best.
fn likely_formats(modules: &Modules, layout: &Layout) -> Vec<Format> {
    let agreement = |format: Format| -> f32 {
        let copies = layout.format().iter();
        copies.map(|copy| copy.iter().zip(format.bits()).map(|(&at, bit)| modules.vote(at, bit)).sum::<f32>()).sum()
    };
    let mut formats: Vec<(f32, Format)> = Format::all().map(|format| (agreement(format), format)).collect();
    formats.sort_by(|a, b| b.0.total_cmp(&a.0));
    formats.into_iter().take(2).map(|(_, format)| format).collect()
}

fn by_format(modules: &Modules, layout: &Layout, format: Format) -> Option<Zeroizing<String>> {
    let bit = |at: &usize| u8::from(modules.dark[*at] ^ layout.is_masked(*at, format));
    let byte = |index| layout.byte(index).iter().fold(0, |byte, at| byte << 1 | bit(at));
    let mut bytes = Zeroizing::new((0..layout.bytes()).map(byte).collect::<Vec<u8>>());
    let sure: Vec<f32> = (0..layout.bytes()).map(|index| modules.surest_doubt(layout.byte(index))).collect();
    for block in layout.blocks(format) {
        let word: Vec<u8> = block.places.iter().map(|&place| bytes[place]).collect();
        let mut order: Vec<usize> = (0..word.len()).collect();
        order.sort_by(|&a, &b| sure[block.places[a]].total_cmp(&sure[block.places[b]]));
        let mended = mended(&Zeroizing::new(word), block.parity, &order)?;
        block.places.iter().zip(mended.iter()).for_each(|(&place, &byte)| bytes[place] = byte);
    }
    let drawn = layout.draw(&bytes, format);
    if modules.doubt_of(&drawn) > MAX_DOUBT {
        return None;
    }
    text_in(&matrix_of(layout.side, &drawn)?)
}

/// Mends a word by distrusting more and more of its least sure bytes.
fn mended(word: &[u8], parity: usize, order: &[usize]) -> Option<Zeroizing<Vec<u8>>> {
    (0..=parity.saturating_sub(SPARE)).step_by(2).find_map(|count| {
        let mut tried = Zeroizing::new(word.to_vec());
        let wrong = mend(&mut tried, parity, &order[..count])?;
        (2 * wrong + count + SPARE <= parity).then_some(tried)
    })
}
