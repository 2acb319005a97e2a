//! Charts as SVG made here: bars, a line over days, a map of tiles. Each has its table beside it, and none speaks by colour alone.

use chrono::NaiveDate;

/// A bar: its label, its length of the whole in thousandths, what it says.
pub struct Bar {
    pub label: String,
    pub length: i64,
    pub text: String,
    pub link: String,
    /// Whether the target is met; nothing where there is none.
    pub meets: Option<bool>,
}

impl Bar {
    /// The width of the bar in a chart of 600.
    pub fn width(&self) -> i64 {
        self.length.clamp(0, 1000) * 600 / 1000
    }
}

/// A label as long as its place beside a bar; the table beside the chart has it whole.
pub fn short(label: &str) -> String {
    const LONGEST: usize = 29;
    if label.chars().count() <= LONGEST {
        return label.to_owned();
    }
    label.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// A line over days in a picture of 600 by 120: its points as SVG has them.
pub fn line(points: &[(NaiveDate, i64)], most: i64) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let days = (last.0 - first.0).num_days().max(1);
    let most = most.max(1);
    let mut text = String::new();
    let mut before: Option<i64> = None;
    for (day, value) in points {
        let x = (*day - first.0).num_days() * 600 / days;
        let y = 110 - value.clamp(&0, &most) * 100 / most;
        // Between two days it was what it was on the earlier one: steps, not slopes.
        text.extend(before.map(|before| format!("{x},{before} ")));
        text.extend([format!("{x},{y} ")]);
        before = Some(y);
    }
    text.trim_end().to_owned()
}

/// A region's place on the map of tiles: column and row.
pub fn place(region: &str) -> Option<(i64, i64)> {
    Some(match region {
        "39" => (2, 0),
        "59" => (3, 0),
        "11" => (4, 0),
        "55" => (5, 0),
        "27" => (0, 1),
        "15" => (1, 1),
        "71" => (3, 1),
        "35" => (4, 1),
        "10" => (5, 1),
        "63" => (6, 1),
        "23" => (0, 2),
        "62" => (3, 2),
        "33" => (5, 2),
        "47" => (0, 3),
        "43" => (2, 3),
        "61" => (3, 3),
        "31" => (4, 3),
        "19" => (5, 3),
        "79" => (3, 4),
        "75" => (5, 4),
        _ => return None,
    })
}

/// A tile of the map.
pub struct Tile {
    pub x: i64,
    pub y: i64,
    pub name: String,
    pub text: String,
    pub sign: &'static str,
    pub class: &'static str,
    pub link: String,
}

/// A tile at a region's place, 100 wide and 70 high.
pub fn tile(region: &str, name: &str, text: String, meets: Option<bool>, link: String) -> Option<Tile> {
    let (column, row) = place(region)?;
    let (sign, class) = match meets {
        Some(true) => ("✓", "met"),
        Some(false) => ("✕", "unmet"),
        None => ("·", "unknown"),
    };
    // "Қарағанды облысы" is "Қарағанды" on a tile, "область Абай" is "Абай".
    let short = name
        .split_whitespace()
        .filter(|word| !matches!(*word, "облысы" | "область" | "қаласы" | "город" | "Region" | "обл."))
        .collect::<Vec<_>>()
        .join(" ");
    let short: String = if short.chars().count() > 13 { short.chars().take(12).chain(['.']).collect() } else { short };
    Some(Tile { x: column * 104, y: row * 74, name: short, text, sign, class, link })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_region_has_its_own_tile() {
        let codes = [
            "10", "11", "15", "19", "23", "27", "31", "33", "35", "39", "43", "47", "55", "59", "61", "62", "63", "71",
            "75", "79",
        ];
        let places: BTreeSet<_> = codes.iter().filter_map(|code| place(code)).collect();
        assert_eq!(places.len(), 20);
        assert!(place("99").is_none());
    }

    #[test]
    fn a_figure_stays_until_it_moves() {
        let day = |text: &str| text.parse().unwrap();
        let points = [(day("2023-09-01"), 0), (day("2023-09-05"), 50), (day("2023-09-11"), 100)];
        assert_eq!(line(&points, 100), "0,110 240,110 240,60 600,60 600,10");
        assert_eq!(line(&[], 100), "");
        assert_eq!(line(&points[..1], 100), "0,110");
    }
}
