use std::io::Cursor;

use image::{ExtendedColorType, ImageEncoder, Rgb, RgbaImage};
use proptest::prelude::*;

use super::*;

/// A picture that cannot be confused with itself turned: red, green over blue, white.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => Rgb([220, 20, 20]),
        (false, true) => Rgb([20, 200, 20]),
        (true, false) => Rgb([20, 20, 220]),
        (false, false) => Rgb([240, 240, 240]),
    })
}

fn as_format(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn read(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap().into_rgb8()
}

/// An EXIF block: the picture lies on its side (orientation 6) and tells where it was taken.
fn exif_with_position() -> Vec<u8> {
    let mut tiff = b"MM\0\x2A\0\0\0\x08".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut bytes = [tag.to_be_bytes(), kind.to_be_bytes()].concat();
        bytes.extend(count.to_be_bytes());
        bytes.extend(value);
        bytes
    };
    tiff.extend(2_u16.to_be_bytes());
    tiff.extend(entry(0x0112, 3, 1, [0, 6, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, 38_u32.to_be_bytes()));
    tiff.extend(0_u32.to_be_bytes());
    assert_eq!(tiff.len(), 38, "the position follows here");
    tiff.extend(2_u16.to_be_bytes());
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(0x0002, 5, 3, 68_u32.to_be_bytes()));
    tiff.extend(0_u32.to_be_bytes());
    assert_eq!(tiff.len(), 68, "degrees, minutes and seconds follow here");
    for (over, under) in [(51_u32, 1_u32), (28, 1), (4_242_424, 100_000)] {
        tiff.extend(over.to_be_bytes());
        tiff.extend(under.to_be_bytes());
    }
    tiff
}

fn jpeg_on_its_side() -> Vec<u8> {
    let plain = as_format(&quarters(120, 80), ImageFormat::Jpeg);
    let payload = [b"Exif\0\0".to_vec(), exif_with_position()].concat();
    let length = u16::try_from(payload.len() + 2).unwrap();
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(payload);
    bytes.extend(&plain[2..]);
    bytes
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn near(pixel: Rgb<u8>, wanted: [u8; 3]) -> bool {
    pixel.0.iter().zip(wanted).all(|(is, want)| is.abs_diff(want) < 28)
}

#[test]
fn the_three_formats_become_jpegs_of_the_same_size() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let picture = process_unguarded(&as_format(&quarters(300, 200), format)).unwrap();
        assert_eq!((picture.width, picture.height), (300, 200), "{format:?}");
        let full = read(&picture.full);
        assert_eq!(full.dimensions(), (300, 200));
        assert!(near(*full.get_pixel(30, 30), [220, 20, 20]), "{format:?}");
        assert!(near(*full.get_pixel(270, 170), [240, 240, 240]), "{format:?}");
    }
}

#[test]
fn large_pictures_are_shrunk_to_the_longest_side_and_keep_their_shape() {
    let picture = process(&as_format(&quarters(1000, 2500), ImageFormat::Png)).unwrap();
    assert_eq!((picture.width, picture.height), (640, 1600));
    assert_eq!(read(&picture.thumbnail).dimensions(), (192, 480));
    let sliver = process(&as_format(&quarters(4000, 1), ImageFormat::Png)).unwrap();
    assert_eq!((sliver.width, sliver.height), (1600, 1));
}

#[test]
fn pictures_are_turned_upright_and_forget_where_they_were_taken() {
    let upload = jpeg_on_its_side();
    assert!(contains(&upload, &4_242_424_u32.to_be_bytes()));
    let picture = process(&upload).unwrap();
    assert_eq!((picture.width, picture.height), (80, 120));
    let full = read(&picture.full);
    // Turned clockwise: what was at the lower left is now at the upper left.
    assert!(near(*full.get_pixel(10, 10), [20, 20, 220]));
    assert!(near(*full.get_pixel(70, 10), [220, 20, 20]));
    for kept in [&picture.full, &picture.thumbnail] {
        assert!(!contains(kept, b"Exif"));
        assert!(!contains(kept, &4_242_424_u32.to_be_bytes()));
    }
}

#[test]
fn transparency_lies_on_white() {
    let mut glass = RgbaImage::from_pixel(64, 64, image::Rgba([0, 0, 0, 0]));
    for x in 32..64 {
        for y in 0..64 {
            glass.put_pixel(x, y, image::Rgba([0, 0, 0, 128]));
        }
    }
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let mut bytes = Cursor::new(Vec::new());
        glass.write_to(&mut bytes, format).unwrap();
        let full = read(&process(bytes.get_ref()).unwrap().full);
        assert!(near(*full.get_pixel(8, 8), [255, 255, 255]));
        assert!(near(*full.get_pixel(56, 8), [127, 127, 127]));
    }
}

#[test]
fn other_types_are_refused_whatever_they_call_themselves() {
    let jpeg = as_format(&quarters(32, 32), ImageFormat::Jpeg);
    let gif = [b"GIF89a".as_slice(), &jpeg].concat();
    for upload in [
        b"".as_slice(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><html></html>",
        b"BM\x46\0\0\0",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"\xFF\xD8",
        &gif,
    ] {
        assert_eq!(process(upload), Err(PictureError::UnsupportedType));
    }
}

#[test]
fn pictures_that_are_something_else_as_well_are_refused() {
    let zip_end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2E\0\0\0\0\0\0\0\x02\0ok";
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let plain = as_format(&quarters(32, 32), format);
        for tail in [b"<HTML><body>".as_slice(), b"\n%PDF-1.7", zip_end] {
            let upload = [plain.as_slice(), tail].concat();
            assert_eq!(process(&upload), Err(PictureError::UnsupportedType), "{format:?}");
        }
        let with_film = [plain.as_slice(), b"\0\0\0\x18ftypmp42\0\0\0\0"].concat();
        assert!(process(&with_film).is_ok(), "{format:?}: phones append films");
    }
}

#[test]
fn cut_and_corrupt_pictures_are_damaged() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = as_format(&quarters(200, 150), format);
        for keep in [whole.len() / 3, whole.len() / 2, whole.len() - 3] {
            assert_eq!(process(&whole[..keep]), Err(PictureError::Damaged), "{format:?} {keep}");
        }
    }
    let mut torn = as_format(&quarters(200, 150), ImageFormat::Png);
    let middle = torn.len() / 2;
    torn[middle] ^= 0x55;
    assert_eq!(process(&torn), Err(PictureError::Damaged));
}

/// A PNG of a few bytes that claims to be huge.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new(&mut bytes)
        .write_image(&[0], 1, 1, ExtendedColorType::L8)
        .unwrap();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}

#[test]
fn bombs_are_refused_by_their_header() {
    for (width, height) in [(12_001, 1), (1, 12_001), (9_000, 9_000), (u32::MAX / 2, 3)] {
        let upload = claiming(width, height);
        assert!(upload.len() < 100);
        assert_eq!(process(&upload), Err(PictureError::TooManyPixels), "{width}×{height}");
    }
    assert_eq!(process(&vec![0xFF; UPLOAD_BYTES_MAX + 1]), Err(PictureError::TooLarge));
}

#[test]
fn a_jpeg_of_endless_scans_is_refused() {
    let plain = as_format(&quarters(32, 32), ImageFormat::Jpeg);
    let scan_at = plain.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    let scan = &plain[scan_at..plain.len() - 2];
    let upload = [&plain[..scan_at], &scan.repeat(200), &[0xFF, 0xD9]].concat();
    assert_eq!(process(&upload), Err(PictureError::Damaged));
}

#[test]
fn every_refusal_is_a_sentence() {
    use PictureError::{Damaged, TooLarge, TooManyPixels, UnsupportedType};
    for error in [TooLarge, UnsupportedType, Damaged, TooManyPixels] {
        let sentence = error.to_string();
        assert!(sentence.starts_with("The ") || sentence.starts_with("Only "));
        assert!(sentence.ends_with('.'));
    }
}

fn any_upload() -> impl Strategy<Value = Vec<u8>> {
    let valid = prop_oneof![
        Just(jpeg_on_its_side()),
        Just(as_format(&quarters(40, 30), ImageFormat::Png)),
        Just(as_format(&quarters(40, 30), ImageFormat::WebP)),
    ];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12);
    let cut = prop::option::weighted(0.3, any::<prop::sample::Index>());
    let mutated = (valid, edits, cut).prop_map(|(mut bytes, edits, cut)| {
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes
    });
    let start = prop_oneof![
        Just(b"\xFF\xD8\xFF".to_vec()),
        Just(b"\x89PNG\r\n\x1A\n".to_vec()),
        Just(b"RIFF\x40\0\0\0WEBPVP8 ".to_vec()),
        Just(Vec::new()),
    ];
    let random = (start, prop::collection::vec(any::<u8>(), 0..300))
        .prop_map(|(start, rest)| [start, rest].concat());
    prop_oneof![4 => mutated, 1 => random]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Unguarded, so that a decoder's panic would show.
    #[test]
    fn no_input_panics_and_what_passes_is_a_picture(upload in any_upload()) {
        if let Ok(picture) = process_unguarded(&upload) {
            prop_assert!(picture.width.max(picture.height) <= FULL_SIDE_MAX);
            prop_assert_eq!(read(&picture.full).dimensions(), (picture.width, picture.height));
            read(&picture.thumbnail);
        }
    }
}
