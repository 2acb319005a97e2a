//! The register of educational programmes (ББ тізілімі), section 5 of the guidance: application, primary check, expertise,
//! decision.

pub mod workflow;
