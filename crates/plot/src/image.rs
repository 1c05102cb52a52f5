//! Pixels as PNG.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cuvette_core::figure::Raster;

/// The rows of a raster as a PNG packs them; `None` where its pixels are not there.
pub fn png_rows(raster: &Raster) -> Option<Vec<u8>> {
    let row_bytes = usize::try_from(raster.width).ok()?.checked_mul(4)?;
    let n_bytes = row_bytes.checked_mul(usize::try_from(raster.height).ok()?)?;
    if n_bytes == 0 || raster.pixels.len() != n_bytes {
        return None;
    }
    let mut rows = Vec::with_capacity(n_bytes + n_bytes / row_bytes);
    for row in raster.pixels.chunks_exact(row_bytes) {
        rows.push(UNFILTERED);
        rows.extend_from_slice(row);
    }
    Some(rows)
}

/// A raster as the file of an image, from its [`png_rows`] after zlib.
///
/// Who draws brings zlib: a browser has one, so that the page is without.
pub fn png_of_rows(raster: &Raster, packed: &[u8]) -> Vec<u8> {
    let mut header = Vec::from(raster.width.to_be_bytes());
    header.extend(raster.height.to_be_bytes());
    header.extend(EIGHT_BIT_RGBA);
    let mut file = Vec::from(SIGNATURE);
    push_chunk(&mut file, *b"IHDR", &header);
    push_chunk(&mut file, *b"IDAT", packed);
    push_chunk(&mut file, *b"IEND", &[]);
    file
}

/// A raster as the file of an image; `None` where its pixels are not there.
#[cfg(feature = "png")]
pub fn png_of_raster(raster: &Raster) -> Option<Vec<u8>> {
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write as _;

    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&png_rows(raster)?).ok()?;
    Some(png_of_rows(raster, &packed.finish().ok()?))
}

/// What every PNG begins with.
const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Bits of a channel, RGBA, then the only compression, set of filters and order of rows but one.
const EIGHT_BIT_RGBA: [u8; 5] = [8, 6, 0, 0, 0];
/// Says before a row that it stands as it is.
const UNFILTERED: u8 = 0;

/// Length, name, content and check, as everything in a PNG is packed.
fn push_chunk(file: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    // A raster is far below the 2 GiB that fit.
    file.extend((content.len() as u32).to_be_bytes());
    let checked = file.len();
    file.extend(name);
    file.extend(content);
    let check = crc(&file[checked..]);
    file.extend(check.to_be_bytes());
}

/// The check of a chunk, bit by bit: the usual tables are kilobytes that no compression makes less.
fn crc(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    let checked = bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (POLYNOMIAL & (crc & 1).wrapping_neg())
        })
    });
    !checked
}

/// A PNG as an address that holds it.
pub(crate) fn data_url(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png))
}

/// Why an SVG gave no pixels.
#[cfg(feature = "png")]
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The text is not an SVG.
    #[error("the picture is not an SVG: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// No font was given, or none can be read: the picture would lose its words.
    #[error("no font was found, and the picture has words; install Liberation Sans or Arial")]
    NoFont,
    /// The picture has no size, or more pixels than fit into memory.
    #[error("a picture of {width} × {height} pixels cannot be made")]
    Size {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The pixels did not go into a file.
    #[error("the pixels could not be written: {0}")]
    File(#[from] png::EncodingError),
}

/// An SVG of [`crate::svg()`] as a PNG file of `dots_per_inch`, which the file states.
///
/// `fonts` holds whole font files (TrueType or OpenType); the first family of the SVG's list that is
/// among them is taken, else the first font.
///
/// # Errors
///
/// [`PngError::NoFont`] where no font can be read, since words would be missing.
#[cfg(feature = "png")]
pub fn png(svg: &str, dots_per_inch: f64, fonts: &[Vec<u8>]) -> Result<Vec<u8>, PngError> {
    use resvg::{tiny_skia, usvg};
    const INCHES_PER_METER: f64 = 39.370_078_740_157_48;

    let mut options = usvg::Options {
        dpi: dots_per_inch as f32,
        ..usvg::Options::default()
    };
    let database = options.fontdb_mut();
    for font in fonts {
        database.load_font_data(font.clone());
    }
    let family = database
        .faces()
        .find_map(|face| face.families.first().map(|(name, _)| name.clone()))
        .ok_or(PngError::NoFont)?;
    database.set_sans_serif_family(family);
    let tree = usvg::Tree::from_str(svg, &options)?;
    let size = tree.size().to_int_size();
    let (width, height) = (size.width(), size.height());
    let mut pixels =
        tiny_skia::Pixmap::new(width, height).ok_or(PngError::Size { width, height })?;
    // Millimeters are seldom whole pixels; a hair of stretch leaves no half-covered edge.
    let stretch = tiny_skia::Transform::from_scale(
        width as f32 / tree.size().width(),
        height as f32 / tree.size().height(),
    );
    resvg::render(&tree, stretch, &mut pixels.as_mut());
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let per_meter = (dots_per_inch * INCHES_PER_METER).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_meter,
        yppu: per_meter,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels.take_demultiplied())?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::png_of_raster;
    use cuvette_core::figure::Raster;

    #[test]
    fn pixels_come_back_from_their_file() {
        let raster = Raster {
            width: 2,
            height: 1,
            pixels: vec![1, 2, 3, 255, 4, 5, 6, 0],
        };
        let file = png_of_raster(&raster).expect("the pixels are there");
        let decoder = png::Decoder::new(std::io::Cursor::new(file));
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![0; 8];
        reader.next_frame(&mut pixels).expect("one frame");
        assert_eq!(pixels, raster.pixels);
    }

    #[test]
    fn pixels_that_have_not_arrived_make_no_file() {
        let raster = Raster {
            width: 2,
            height: 1,
            pixels: Vec::new(),
        };
        assert_eq!(png_of_raster(&raster), None);
    }

    #[cfg(feature = "png")]
    #[test]
    fn words_without_a_font_are_an_error_and_not_a_wordless_picture() {
        let found = super::png("<svg/>", 300.0, &[b"no font".to_vec()]);
        assert!(matches!(found, Err(super::PngError::NoFont)));
    }
}
