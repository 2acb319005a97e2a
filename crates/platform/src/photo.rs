//! Photos that people hand in: read by content, turned upright, made smaller, written anew, so that nothing the camera noted goes along.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use crate::app::App;
use crate::error::AppError;
use crate::files;
use crate::heavy::heavy;

/// The most one photo may have (5 MiB).
pub const MOST: usize = 5 * 1024 * 1024;
/// The longer side of what is kept, and of the small picture in lists.
const SIDE: u32 = 1600;
const SMALL: u32 = 320;

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
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    let fit = |side: u32| {
        let larger = picture.width() > side || picture.height() > side;
        let sized = if larger { picture.thumbnail(side, side) } else { picture.clone() };
        let mut written = Vec::new();
        JpegEncoder::new_with_quality(&mut written, 82).encode_image(&sized.to_rgb8()).map_err(broken)?;
        Ok::<_, &'static str>(written)
    };
    Ok(Photo { picture: fit(SIDE)?, small: fit(SMALL)? })
}

/// Reads a photo and keeps it; gives the hashes of picture and small picture.
pub async fn keep(app: &App, bytes: Bytes) -> Result<Result<(String, String), &'static str>, AppError> {
    let photo = match heavy(move || read(&bytes)).await? {
        Ok(photo) => photo,
        Err(key) => return Ok(Err(key)),
    };
    let picture = files::keep(app, photo.picture.into()).await?;
    Ok(Ok((picture, files::keep(app, photo.small.into()).await?)))
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

    #[test]
    fn what_is_no_photo_is_refused() {
        assert_eq!(read(b"%PDF-1.7").err(), Some("photo-broken"));
        assert_eq!(read(&jpeg(400, 200)[..200]).err(), Some("photo-broken"));
        assert_eq!(read(&vec![0; MOST + 1]).err(), Some("photo-large"));
    }
}
