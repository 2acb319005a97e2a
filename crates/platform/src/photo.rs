//! Photos that people hand in: read by content, turned upright, made smaller, written anew, so that nothing the camera noted goes along.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::error::AppError;
use crate::files;
use crate::heavy::{PATIENCE, heavy};

/// The most one photo may have (5 MiB).
pub const MOST: usize = 5 * 1024 * 1024;
/// The longer side of what is kept, and of the small picture in lists.
const SIDE: u32 = 1600;
const SMALL: u32 = 320;

/// A photo has at most so many pixels: more than the camera of a telephone makes as a rule.
const PIXELS: u64 = 64_000_000;

/// One is read at a time: a large one takes memory.
static ONE: Semaphore = Semaphore::const_new(1);

/// A photo as it is kept: the picture and a small one, both JPEG.
pub struct Photo {
    pub picture: Vec<u8>,
    pub small: Vec<u8>,
}

/// Reads a photo, JPEG, PNG or WebP by its content. The key of a message where it is none.
pub fn read(bytes: &[u8]) -> Result<Photo, &'static str> {
    if bytes.len() > MOST {
        return Err("photo-large");
    }
    let broken = |_| "photo-broken";
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| "photo-broken")?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(12_000);
    limits.max_image_height = Some(12_000);
    limits.max_alloc = Some(256 * 1024 * 1024);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    // Of a JPEG in several goes all that was packed is in memory beside its pixels.
    let weight = if is_in_goes(bytes) { 4 } else { 1 };
    if u64::from(width) * u64::from(height) * weight > PIXELS {
        return Err("photo-pixels");
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let whole = DynamicImage::from_decoder(decoder).map_err(broken)?;
    // Made small first, turned afterwards: turning takes as much memory again.
    let mut picture = if is_larger(&whole, SIDE) { whole.thumbnail(SIDE, SIDE) } else { whole };
    picture.apply_orientation(orientation);
    let fit = |side: u32| {
        let sized = if is_larger(&picture, side) { picture.thumbnail(side, side) } else { picture.clone() };
        let mut written = Vec::new();
        JpegEncoder::new_with_quality(&mut written, 82).encode_image(&sized.to_rgb8()).map_err(broken)?;
        Ok::<_, &'static str>(written)
    };
    Ok(Photo { picture: fit(SIDE)?, small: fit(SMALL)? })
}

fn is_larger(picture: &DynamicImage, side: u32) -> bool {
    picture.width() > side || picture.height() > side
}

/// Whether a JPEG may come in several goes over the whole picture: unless its frame says that it comes in one.
fn is_in_goes(bytes: &[u8]) -> bool {
    let [0xff, 0xd8, rest @ ..] = bytes else { return false };
    let mut rest = rest;
    // Each part: its mark, its length.
    while let [0xff, mark, high, low, ..] = *rest {
        match mark {
            0xc0 | 0xc1 => return false,
            0xc2..=0xcf if !matches!(mark, 0xc4 | 0xc8 | 0xcc) => return true,
            0xff => rest = &rest[1..],
            _ => rest = rest.get(2 + usize::from(u16::from_be_bytes([high, low]))..).unwrap_or_default(),
        }
    }
    true
}

/// Reads a photo and keeps it for an organisation; gives the hashes of picture and small picture.
pub async fn keep(
    app: &App,
    organisation: i64,
    bytes: Bytes,
) -> Result<Result<(String, String), &'static str>, AppError> {
    let turn = tokio::time::timeout(PATIENCE, ONE.acquire()).await.map_err(|_| AppError::Busy)?;
    let turn = turn.map_err(|error| AppError::Internal(error.to_string()))?;
    let made = heavy(move || {
        let _turn = turn;
        read(&bytes)
    });
    let photo = match made.await? {
        Ok(photo) => photo,
        Err(key) => return Ok(Err(key)),
    };
    let picture = files::keep(app, organisation, photo.picture.into()).await?;
    Ok(Ok((picture, files::keep(app, organisation, photo.small.into()).await?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture =
            image::RgbImage::from_fn(width, height, |x, _| image::Rgb([if x < width / 2 { 255 } else { 0 }, 0, 0]));
        JpegEncoder::new(&mut bytes).encode_image(&picture).unwrap();
        bytes
    }

    /// A JPEG with an EXIF block that turns it by a quarter and names a place.
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPS 49.8N 73.1E secret");
        let length = u16::try_from(exif.len() + 2).unwrap();
        let mut bytes = jpeg[..2].to_vec();
        bytes.extend_from_slice(&[0xff, 0xe1]);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&exif);
        bytes.extend_from_slice(&jpeg[2..]);
        bytes
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory(bytes).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn a_photo_is_made_smaller_and_never_larger() {
        let large = read(&jpeg(3200, 1600)).unwrap();
        assert_eq!((size(&large.picture), size(&large.small)), ((1600, 800), (320, 160)));
        let little = read(&jpeg(200, 100)).unwrap();
        assert_eq!((size(&little.picture), size(&little.small)), ((200, 100), (200, 100)));
    }

    #[test]
    fn what_the_camera_noted_is_gone_and_the_picture_stands_upright() {
        let noted = with_exif(&jpeg(400, 200));
        assert!(noted.windows(6).any(|part| part == b"secret"));
        let photo = read(&noted).unwrap();
        assert_eq!(size(&photo.picture), (200, 400), "turned as the camera was held");
        for bytes in [&photo.picture, &photo.small] {
            assert!(!bytes.windows(4).any(|part| part == b"Exif" || part == b"secr"));
        }
    }

    /// A picture that says of itself how large it is and has nothing else.
    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend_from_slice(&width.to_be_bytes());
        bytes.extend_from_slice(&height.to_be_bytes());
        bytes.extend_from_slice(&[8, 2, 0, 0, 0]);
        let sum = bytes[12..].iter().fold(!0u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
        });
        bytes.extend_from_slice(&(!sum).to_be_bytes());
        // A part of the content, so that a reader comes as far as that.
        bytes.extend_from_slice(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        bytes
    }

    #[test]
    fn a_photo_of_too_many_pixels_is_refused_before_it_is_read() {
        for (width, height, fault) in [(8_000, 8_000, "photo-broken"), (8_001, 8_000, "photo-pixels")] {
            assert_eq!(read(&png_of(width, height)).err(), Some(fault), "{width} by {height}");
        }
    }

    #[test]
    fn a_jpeg_in_several_goes_has_fewer_pixels() {
        let plain = jpeg(64, 64);
        assert!(!is_in_goes(&plain));
        let place = plain.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        let mut goes = plain;
        goes[place + 1] = 0xc2;
        assert!(is_in_goes(&goes));
        // 9,200 by 9,200, as one came that took 0.8 GB.
        goes[place + 5..place + 9].copy_from_slice(&[0x23, 0xf0, 0x23, 0xf0]);
        assert_eq!(read(&goes).err(), Some("photo-pixels"));
        // Where it cannot be told it may.
        let mut stray = jpeg(64, 64);
        stray.insert(20, 7);
        for odd in [&b"\xff\xd8\xff"[..], b"\xff\xd8\xff\xe0\xff\xff", &stray] {
            assert!(is_in_goes(odd));
        }
    }

    #[test]
    fn what_is_no_photo_is_refused() {
        assert_eq!(read(b"%PDF-1.7").err(), Some("photo-broken"));
        assert_eq!(read(&jpeg(400, 200)[..200]).err(), Some("photo-broken"));
        assert_eq!(read(&vec![0; MOST + 1]).err(), Some("photo-large"));
    }
}
