//! What a file is, judged by its bytes alone, and whether all of it is there.
//!
//! The decoders forgive much: a JPEG cut in half decodes to half a picture over grey. A seller
//! should hear of that at once and not find it in the catalogue, so the frame of each format is
//! walked here first. The walk also finds where the picture ends, and what was glued on after it.

use image::ImageFormat;

use super::PictureError;

/// The most scans of a progressive JPEG. Encoders write about ten; every scan costs a pass over
/// the whole picture however few bytes it has, so thousands of them are an attack.
const JPEG_SCANS_MAX: u32 = 100;

/// How far into a file, or into what follows the picture, other programs look for a document.
const SNIFFED_BYTES: usize = 4096;

/// What makes other programs take a file for a document to run or show.
const DOCUMENT_MARKS: [&[u8]; 9] = [
    b"%pdf-",
    b"<html",
    b"<head",
    b"<body",
    b"<script",
    b"<iframe",
    b"<svg",
    b"<?php",
    b"<!doctype",
];

/// Says which of the three formats an upload is.
pub(crate) fn inspect(upload: &[u8]) -> Result<ImageFormat, PictureError> {
    let (format, end) = if upload.starts_with(b"\xFF\xD8\xFF") {
        (ImageFormat::Jpeg, jpeg_end(upload))
    } else if upload.starts_with(b"\x89PNG\r\n\x1A\n") {
        (ImageFormat::Png, png_end(upload))
    } else if upload.starts_with(b"RIFF") && upload.get(8..12) == Some(b"WEBP") {
        (ImageFormat::WebP, webp_end(upload))
    } else {
        return Err(PictureError::UnsupportedType);
    };
    let end = end.ok_or(PictureError::Damaged)?;
    // Phones append films and depth maps after the picture, which is fine: they are dropped.
    if is_document(upload) || is_document(&upload[end..]) || ends_as_archive(upload) {
        return Err(PictureError::UnsupportedType);
    }
    Ok(format)
}

/// The place after the end marker of a JPEG; none where it never comes.
fn jpeg_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    let mut scans = 0;
    loop {
        // Between segments and inside a scan alike: on to the next marker. Stuffed zeros and
        // restart markers belong to the scan.
        let marker_at = at + bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        let marker = *bytes.get(marker_at + 1)?;
        at = marker_at + 2;
        match marker {
            0xD9 => return (scans > 0).then_some(at),
            0xFF => at -= 1,
            0x00 | 0x01 | 0xD0..=0xD8 => {}
            _ => {
                let length = u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
                at += usize::from(length).max(2);
                scans += u32::from(marker == 0xDA);
                if scans > JPEG_SCANS_MAX {
                    return None;
                }
            }
        }
    }
}

/// The place after the last chunk of a PNG; none where it never comes.
fn png_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 8_usize;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?);
        let kind = bytes.get(at + 4..at + 8)?;
        at = at.checked_add(12)?.checked_add(usize::try_from(length).ok()?)?;
        if at > bytes.len() {
            return None;
        }
        if kind == b"IEND" {
            return Some(at);
        }
    }
}

/// The end of a WebP as its header tells it; none where the file is shorter.
fn webp_end(bytes: &[u8]) -> Option<usize> {
    let length = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    let end = usize::try_from(length).ok()?.checked_add(8)?;
    (end <= bytes.len()).then_some(end)
}

/// Whether a program that looks only at the beginning would show or run these bytes.
fn is_document(bytes: &[u8]) -> bool {
    let head = bytes[..bytes.len().min(SNIFFED_BYTES)].to_ascii_lowercase();
    DOCUMENT_MARKS.iter().any(|mark| head.windows(mark.len()).any(|window| window == *mark))
}

/// Whether a ZIP's directory closes the file: archives (and all that is made of them, from Java
/// programs to office documents) are read from their end.
fn ends_as_archive(bytes: &[u8]) -> bool {
    const RECORD_BYTES: usize = 22;
    let from = bytes.len().saturating_sub(RECORD_BYTES + usize::from(u16::MAX));
    let tail = &bytes[from..];
    tail.windows(RECORD_BYTES).enumerate().any(|(at, record)| {
        // The comment's length has to reach the end, or four random bytes would do.
        record.starts_with(b"PK\x05\x06")
            && at + RECORD_BYTES + usize::from(u16::from_le_bytes([record[20], record[21]]))
                == tail.len()
    })
}
