//! Section 14: educational work; the bodies and clubs that a college has.

use std::collections::BTreeMap;

use crate::finding::Value;
use crate::norm::Norm;

/// A body or club of the college (14.5), as far as the norm asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Whether the committee has its youth inspector.
    pub has_inspector: bool,
    /// How many seats in collegial bodies its members have.
    pub seats: usize,
}

/// A college's bodies by kind.
pub type Bodies = BTreeMap<String, Body>;

/// 14.5: each body exists; the committee has its inspector, the parliament its seats.
pub const BODIES: Norm<Bodies> = Norm {
    item: "14.5",
    check: |bodies, edition, report| {
        for kind in edition.words("14.5", "bodies") {
            let about = || Value::Word("body", kind.to_owned());
            match bodies.get(kind) {
                None => report.broken("missing", about()),
                Some(body) if kind == "committee" && !body.has_inspector => report.broken("inspector", about()),
                Some(body) if kind == "parliament" && body.seats == 0 => report.broken("seats", about()),
                Some(_) => {}
            }
        }
    },
};
