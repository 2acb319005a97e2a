//! The working curriculum (жұмыс оқу жоспары) in its customary layout: rows by module, columns for credits, hours, forms of
//! control, parts and semesters, sums by study year, and the block in which it is approved.

mod layout;
mod xlsx;

pub use layout::{Layout, Paper, Row, RowKind, layout, pdf};
pub use xlsx::xlsx;
