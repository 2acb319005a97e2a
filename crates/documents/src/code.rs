//! QR codes.

use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};

use crate::DocumentError;

/// The code as an SVG with its quiet zone. The lowest correction keeps the squares large enough for a phone: the paper hangs
/// behind glass, and a damaged code is still typed by its address.
pub fn svg(link: &str) -> Result<String, DocumentError> {
    let code = QRBuilder::new(link).ecl(ECL::L).build();
    let code = code.map_err(|error| DocumentError::Typesetting(error.to_string()))?;
    Ok(SvgBuilder::default().margin(4).to_str(&code))
}
