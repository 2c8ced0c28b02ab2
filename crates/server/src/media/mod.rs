//! Uploaded pictures: what strangers send goes in, two plain JPEGs come out.
//!
//! Nothing of an upload but its pixels survives: the file is recognised by its content, decoded
//! within limits that are checked before any pixel is, turned upright, flattened on white and
//! encoded anew. Metadata (where a picture was taken, by which camera) is lost on purpose.
//!
//! Everything here is synchronous and costs CPU and memory (at worst about half a gigabyte for a
//! progressive JPEG at the pixel limit), so call it from a blocking thread and only a few at once.

mod container;

use std::fmt;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

/// The largest upload taken, in bytes.
pub(crate) const UPLOAD_BYTES_MAX: usize = 10 * 1024 * 1024;

/// The longest side of a picture as shown, in pixels.
const FULL_SIDE_MAX: u32 = 1600;
/// The longest side of a thumbnail, in pixels.
const THUMBNAIL_SIDE_MAX: u32 = 480;
/// The quality of the JPEGs written: where artefacts end and bytes begin to be wasted.
const JPEG_QUALITY: u8 = 82;

/// The longest side of an upload, in pixels.
const UPLOAD_SIDE_MAX: u32 = 12_000;
/// The most pixels of an upload.
const UPLOAD_PIXELS_MAX: u64 = 50_000_000;
/// The most memory an upload's raw pixels may take, in bytes: 50 megapixels with an alpha channel.
const DECODED_BYTES_MAX: u64 = 4 * UPLOAD_PIXELS_MAX;

/// What an upload becomes: two JPEGs without metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// The picture as shown, its longest side at most 1600 px.
    pub full: Vec<u8>,
    /// The same at most 480 px, for lists.
    pub thumbnail: Vec<u8>,
    /// Width of `full` in pixels.
    pub width: u32,
    /// Height of `full` in pixels.
    pub height: u32,
}

/// Why an upload was refused; each displays as a sentence for the person who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PictureError {
    /// More than [`UPLOAD_BYTES_MAX`] bytes.
    TooLarge,
    /// Not a JPEG, PNG or WebP, or something else hides in it as well.
    UnsupportedType,
    /// Truncated or corrupt.
    Damaged,
    /// Its sides, its area or its decoded size pass the limits.
    TooManyPixels,
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "The picture is larger than 10 MB.",
            Self::UnsupportedType => "Only JPEG, PNG and WebP pictures can be used.",
            Self::Damaged => "The picture is incomplete or damaged and cannot be read.",
            Self::TooManyPixels => {
                "The picture has too many pixels; 12,000 a side and 50 million in all are allowed."
            }
        })
    }
}

impl std::error::Error for PictureError {}

/// Turns an upload into the pictures that are kept and shown.
///
/// # Errors
/// [`PictureError`] says what is wrong with the upload. No input makes it panic.
pub(crate) fn process(upload: &[u8]) -> Result<Picture, PictureError> {
    // The decoders are fuzzed and safe Rust, yet an arithmetic slip in one of them must cost the
    // sender an error and not the house a thread.
    catch_unwind(AssertUnwindSafe(|| process_unguarded(upload)))
        .unwrap_or(Err(PictureError::Damaged))
}

fn process_unguarded(upload: &[u8]) -> Result<Picture, PictureError> {
    if upload.len() > UPLOAD_BYTES_MAX {
        return Err(PictureError::TooLarge);
    }
    let format = container::inspect(upload)?;
    let (decoded, orientation) = decode(upload, format)?;
    let mut small = DynamicImage::ImageRgb8(fit(flatten(decoded), FULL_SIDE_MAX));
    // Turned after shrinking: the same result for a tenth of the work.
    small.apply_orientation(orientation);
    Ok(encode(&small.into_rgb8()))
}

/// Encodes an upright picture without transparency as the house keeps it, shrunk where it is
/// larger than shown.
#[must_use]
pub(crate) fn encode(rgb: &RgbImage) -> Picture {
    let full = fit(rgb.clone(), FULL_SIDE_MAX);
    let thumbnail = jpeg(&fit(full.clone(), THUMBNAIL_SIDE_MAX));
    Picture { full: jpeg(&full), thumbnail, width: full.width(), height: full.height() }
}

/// Decodes after the header has been held against the limits.
fn decode(upload: &[u8], format: ImageFormat) -> Result<(DynamicImage, Orientation), PictureError> {
    let mut reader = ImageReader::with_format(Cursor::new(upload), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(UPLOAD_SIDE_MAX);
    limits.max_image_height = Some(UPLOAD_SIDE_MAX);
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged);
    }
    if u64::from(width) * u64::from(height) > UPLOAD_PIXELS_MAX
        || decoder.total_bytes() > DECODED_BYTES_MAX
    {
        return Err(PictureError::TooManyPixels);
    }
    // A picture whose metadata cannot be read is still a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    Ok((image, orientation))
}

fn refusal(error: &ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooManyPixels,
        ImageError::Unsupported(_) => PictureError::UnsupportedType,
        _ => PictureError::Damaged,
    }
}

/// Lays a picture on white where it is transparent.
fn flatten(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let rgba = image.into_rgba8();
    let mut rgb = RgbImage::new(rgba.width(), rgba.height());
    for (to, from) in rgb.pixels_mut().zip(rgba.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u16::from);
        to.0 = [red, green, blue].map(|channel| {
            let over = (channel * alpha + 255 * (255 - alpha) + 127) / 255;
            u8::try_from(over).unwrap_or(u8::MAX)
        });
    }
    rgb
}

/// Shrinks a picture so that its longest side is at most `side_max`; never enlarges.
fn fit(image: RgbImage, side_max: u32) -> RgbImage {
    let (width, height) = image.dimensions();
    let longest = width.max(height);
    if longest <= side_max {
        return image;
    }
    let scaled = |side: u32| {
        let exact =
            (u64::from(side) * u64::from(side_max) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(exact).unwrap_or(side_max).max(1)
    };
    let source = DynamicImage::ImageRgb8(image);
    let mut target = DynamicImage::new_rgb8(scaled(width), scaled(height));
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    Resizer::new()
        .resize(&source, &mut target, &options)
        .expect("both pictures are RGB8 and neither is empty");
    target.into_rgb8()
}

fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
        .encode_image(image)
        .expect("a vector takes all bytes and no side passes 65,535 px");
    bytes
}

#[cfg(test)]
mod tests;
