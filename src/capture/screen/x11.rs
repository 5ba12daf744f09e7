//! The X server's picture of itself: shared memory where the server can, else through the wire.

use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::fs::{MemfdFlags, memfd_create};
use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::randr::{self, ConnectionExt as _};
use x11rb::protocol::shm::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, ImageOrder, Screen};
use x11rb::rust_connection::RustConnection;
use zeroize::Zeroizing;

use super::{CaptureError, Shot};
use crate::scan::Frame;

/// Takes a picture of every monitor of every screen of a display.
pub fn shots(display: &str) -> Result<Vec<Shot>, CaptureError> {
    let (connection, _) = x11rb::connect(Some(display)).map_err(|_| CaptureError::NoDisplay)?;
    let mut shots: Vec<Shot> = Vec::new();
    for (number, screen) in connection.setup().roots.iter().enumerate() {
        let layout = Layout::of(&connection, screen).ok_or_else(|| unreadable("its colours are a palette"))?;
        for area in areas(&connection, screen) {
            let monitor = if number == 0 { area.name.clone() } else { format!("{}.{number}", area.name) };
            let frame = picture(&connection, screen.root, &area, &layout)?;
            shots.push(Shot { frame, monitor, x: area.x.into(), y: area.y.into(), scale_percent: 100 });
        }
    }
    Ok(shots)
}

fn unreadable(why: impl std::fmt::Display) -> CaptureError {
    CaptureError::ScreenUnreadable(CaptureError::detail(why))
}

/// Is the part of a screen that one monitor shows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Area {
    name: String,
    x: i16,
    y: i16,
    width: u16,
    height: u16,
}

impl Area {
    /// Cuts it to what the screen has; a picture of more is refused by the server.
    fn within(self, screen: &Screen) -> Option<Self> {
        let (x, y) = (self.x.max(0), self.y.max(0));
        let right = (i32::from(self.x) + i32::from(self.width)).min(screen.width_in_pixels.into());
        let bottom = (i32::from(self.y) + i32::from(self.height)).min(screen.height_in_pixels.into());
        let (width, height) = (right - i32::from(x), bottom - i32::from(y));
        let area = Self { x, y, width: width.try_into().ok()?, height: height.try_into().ok()?, ..self };
        (area.width > 0 && area.height > 0).then_some(area)
    }

    /// Tells whether all of it is shown by `other` too, as on a mirrored monitor.
    fn lies_in(&self, other: &Self) -> bool {
        let end = |start: i16, length: u16| i32::from(start) + i32::from(length);
        (other.x <= self.x && other.y <= self.y)
            && end(self.x, self.width) <= end(other.x, other.width)
            && end(self.y, self.height) <= end(other.y, other.height)
    }
}

/// Lists the monitors of a screen, mirrored ones once; the whole screen where the server knows none.
fn areas(connection: &RustConnection, screen: &Screen) -> Vec<Area> {
    let known = monitors(connection, screen).unwrap_or_default().into_iter();
    let areas = once(known.filter_map(|area| area.within(screen)).collect());
    if !areas.is_empty() {
        return areas;
    }
    let (width, height) = (screen.width_in_pixels, screen.height_in_pixels);
    vec![Area { name: "screen".to_owned(), x: 0, y: 0, width, height }]
}

/// Leaves out what another area shows too: a code would be found twice.
fn once(areas: Vec<Area>) -> Vec<Area> {
    let mut kept: Vec<Area> = Vec::new();
    for area in areas {
        if !kept.iter().any(|known| area.lies_in(known)) {
            kept.retain(|known| !known.lies_in(&area));
            kept.push(area);
        }
    }
    kept
}

fn monitors(connection: &RustConnection, screen: &Screen) -> Option<Vec<Area>> {
    connection.extension_information(randr::X11_EXTENSION_NAME).ok()??;
    let version = connection.randr_query_version(1, 5).ok()?.reply().ok()?;
    if (version.major_version, version.minor_version) < (1, 5) {
        return None;
    }
    let monitors = connection.randr_get_monitors(screen.root, true).ok()?.reply().ok()?.monitors;
    let area = |monitor: randr::MonitorInfo| {
        let name = connection.get_atom_name(monitor.name).ok()?.reply().ok()?.name;
        let name = String::from_utf8_lossy(&name).into_owned();
        Some(Area { name, x: monitor.x, y: monitor.y, width: monitor.width, height: monitor.height })
    };
    Some(monitors.into_iter().filter_map(area).collect())
}

fn picture(connection: &RustConnection, root: u32, area: &Area, layout: &Layout) -> Result<Frame, CaptureError> {
    let grey = match shared(connection, root, area, layout) {
        Some(grey) => grey,
        None => sent(connection, root, area, layout)?,
    };
    Frame::new(area.width.into(), area.height.into(), grey).map_err(|_| unreadable("it has another size than it says"))
}

/// Lets the server write into memory that both share, and reads it row by row; mapping it would need `unsafe`
/// and save little.
fn shared(connection: &RustConnection, root: u32, area: &Area, layout: &Layout) -> Option<Vec<u8>> {
    connection.extension_information(shm::X11_EXTENSION_NAME).ok()??;
    let version = connection.shm_query_version().ok()?.reply().ok()?;
    if (version.major_version, version.minor_version) < (1, 2) {
        return None;
    }
    let stride = layout.stride(area.width);
    let memory = File::from(memfd_create("sterk-screen", MemfdFlags::CLOEXEC).ok()?);
    memory.set_len(stride as u64 * u64::from(area.height)).ok()?;
    let segment = connection.generate_id().ok()?;
    connection.shm_attach_fd(segment, memory.try_clone().ok()?, false).ok()?.check().ok()?;
    let (x, y, width, height) = (area.x, area.y, area.width, area.height);
    let format = ImageFormat::Z_PIXMAP.into();
    let image = connection.shm_get_image(root, x, y, width, height, u32::MAX, format, segment, 0).ok()?.reply();
    // The memory goes with the connection at the latest.
    let _ = connection.shm_detach(segment);
    image.ok()?;
    let mut grey = Vec::with_capacity(usize::from(width) * usize::from(height));
    let mut row = Zeroizing::new(vec![0; stride]);
    for y in 0..u64::from(height) {
        memory.read_exact_at(&mut row, y * stride as u64).ok()?;
        layout.push_grey(&row, width, &mut grey);
    }
    Some(grey)
}

fn sent(connection: &RustConnection, root: u32, area: &Area, layout: &Layout) -> Result<Vec<u8>, CaptureError> {
    let (x, y, width, height) = (area.x, area.y, area.width, area.height);
    let image = connection.get_image(ImageFormat::Z_PIXMAP, root, x, y, width, height, u32::MAX);
    let image = image.map_err(unreadable)?.reply().map_err(unreadable)?;
    let data = Zeroizing::new(image.data);
    let mut grey = Vec::with_capacity(usize::from(width) * usize::from(height));
    data.chunks_exact(layout.stride(width)).for_each(|row| layout.push_grey(row, width, &mut grey));
    Ok(grey)
}

/// Says how the server writes a pixel.
#[derive(Debug, Clone, Copy)]
struct Layout {
    bytes: usize,
    /// Rows end at a multiple of so many bytes.
    pad: usize,
    big_endian: bool,
    /// Red, green and blue.
    masks: [u32; 3],
}

impl Layout {
    fn of(connection: &RustConnection, screen: &Screen) -> Option<Self> {
        let setup = connection.setup();
        let format = setup.pixmap_formats.iter().find(|format| format.depth == screen.root_depth)?;
        let mut visuals = screen.allowed_depths.iter().flat_map(|depth| &depth.visuals);
        let visual = visuals.find(|visual| visual.visual_id == screen.root_visual)?;
        let masks = [visual.red_mask, visual.green_mask, visual.blue_mask];
        let bytes = usize::from(format.bits_per_pixel / 8);
        let readable = (2..=4).contains(&bytes) && masks.iter().all(|mask| *mask != 0);
        let (pad, big_endian) =
            (usize::from(format.scanline_pad / 8).max(1), setup.image_byte_order == ImageOrder::MSB_FIRST);
        readable.then_some(Self { bytes, pad, big_endian, masks })
    }

    fn stride(&self, width: u16) -> usize {
        (usize::from(width) * self.bytes).next_multiple_of(self.pad)
    }

    fn push_grey(&self, row: &[u8], width: u16, grey: &mut Vec<u8>) {
        let pixels = row.chunks_exact(self.bytes).take(width.into());
        if self.bytes == 4 && !self.big_endian && self.masks == [0xff_0000, 0xff00, 0xff] {
            grey.extend(pixels.map(|pixel| luma([pixel[2], pixel[1], pixel[0]])));
        } else {
            grey.extend(pixels.map(|pixel| luma(self.masks.map(|mask| channel(self.value(pixel), mask)))));
        }
    }

    fn value(&self, pixel: &[u8]) -> u32 {
        let place = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
        if self.big_endian { pixel.iter().fold(0, place) } else { pixel.iter().rev().fold(0, place) }
    }
}

/// Takes one colour out of a pixel, stretched or cut to eight bits.
fn channel(value: u32, mask: u32) -> u8 {
    let part = u64::from((value & mask) >> mask.trailing_zeros());
    let most = u64::from(mask >> mask.trailing_zeros());
    (part * 255 / most) as u8
}

/// Returns the brightness of red, green and blue (BT.601).
fn luma([red, green, blue]: [u8; 3]) -> u8 {
    ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greys(layout: Layout, row: &[u8], width: u16) -> Vec<u8> {
        let mut grey = Vec::new();
        layout.push_grey(row, width, &mut grey);
        grey
    }

    #[test]
    fn reads_pixels_of_32_bits_in_either_order() {
        let masks = [0xff_0000, 0xff00, 0xff];
        let little = Layout { bytes: 4, pad: 4, big_endian: false, masks };
        let big = Layout { big_endian: true, ..little };
        assert_eq!(greys(little, &[0, 0, 255, 9, 255, 255, 255, 9], 2), [76, 255]);
        assert_eq!(greys(big, &[9, 255, 0, 0, 9, 255, 255, 255], 2), [76, 255]);
    }

    #[test]
    fn reads_pixels_of_16_bits_and_of_30_and_leaves_the_padding() {
        let high = Layout { bytes: 2, pad: 4, big_endian: false, masks: [0xf800, 0x07e0, 0x001f] };
        assert_eq!(high.stride(3), 8);
        assert_eq!(greys(high, &[0xff, 0xff, 0, 0, 0xff, 0xff, 7, 7], 3), [255, 0, 255]);
        let deep = Layout { bytes: 4, pad: 4, big_endian: false, masks: [0x3ff0_0000, 0xf_fc00, 0x3ff] };
        assert_eq!(greys(deep, &0x3fff_ffff_u32.to_le_bytes(), 1), [255]);
    }

    fn area(x: i16, y: i16, width: u16, height: u16) -> Area {
        Area { name: "DP-1".to_owned(), x, y, width, height }
    }

    #[test]
    fn looks_once_at_what_two_monitors_show() {
        let (panel, projector, beside) = (area(0, 0, 60, 50), area(0, 0, 100, 80), area(100, 0, 60, 50));
        let kept = once(vec![panel.clone(), projector.clone(), beside.clone(), panel]);
        assert_eq!(kept, [projector, beside]);
    }

    #[test]
    fn cuts_a_monitor_to_the_screen() {
        let screen = Screen { width_in_pixels: 100, height_in_pixels: 50, ..Screen::default() };
        assert_eq!(area(-10, 0, 60, 50).within(&screen), Some(area(0, 0, 50, 50)));
        assert_eq!(area(60, 10, 60, 50).within(&screen), Some(area(60, 10, 40, 40)));
        assert_eq!(area(100, 0, 10, 10).within(&screen), None);
    }
}
