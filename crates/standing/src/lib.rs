//! How an organisation stands: duties, indicators, what the norms say of a college. These rooms react to records and know no room
//! that keeps them.

pub mod college;
pub mod duties;
pub mod indicators;
