//! Norms over a college and figures of indicators: for each what passes, what fails and what cannot be told.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sheber_kernel::{AcademicYear, Level};
use sheber_norms::distance::{self, Readiness, Requirements};
use sheber_norms::educational_work::{self, Bodies, Body};
use sheber_norms::indicators::Figure;
use sheber_norms::special_needs::{self, Building, Buildings};
use sheber_norms::textbooks::{self, Spending};
use sheber_norms::{Edition, Finding, Severity};

fn edition() -> &'static Edition {
    Edition::of(AcademicYear::starting(2023))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What is known of a college.
struct College {
    buildings: Buildings,
    readiness: Requirements,
    bodies: Bodies,
    spending: Option<Spending>,
}

impl College {
    fn findings(&self) -> Vec<Finding> {
        let edition = edition();
        let mut found = distance::READINESS.findings(&self.readiness, edition);
        found.extend(special_needs::BUILDINGS.findings(&self.buildings, edition));
        found.extend(educational_work::BODIES.findings(&self.bodies, edition));
        found.extend(textbooks::SPENDING.findings(&self.spending, edition));
        found
    }
}

/// A college that every norm holds of.
fn sound() -> College {
    let all = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let met = Readiness { is_met: true, until: Some(day("2024-08-31")) };
    let body = Body { has_inspector: true, seats: 1 };
    let today = day("2023-11-01");
    College {
        buildings: Buildings {
            list: vec![Building {
                name: "A".to_owned(),
                checked: Some(day("2023-09-05")),
                has: all(edition().words("12.3", "features")).into_iter().collect(),
            }],
            today,
        },
        readiness: Requirements {
            known: all(edition().words("6.6", "requirements")).into_iter().map(|word| (word, met.clone())).collect(),
            today,
        },
        bodies: all(edition().words("14.5", "bodies")).into_iter().map(|word| (word, body.clone())).collect(),
        // 100 students × 5 × 3,450 tenge.
        spending: Some(Spending { year: 2023, tiyn: 172_500_000, students: Some(100) }),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_norm_over_a_college() {
    use Severity::{Violation, Warning};
    type Spoil = fn(&mut College);
    type Found = (&'static str, &'static str, Severity);
    let cases: &[(&str, Spoil, &[Found])] = &[
        ("sound", |_| {}, &[]),
        ("nothing known", |facts| facts.readiness.known = BTreeMap::new(), &[("6.6", "unknown", Warning); 6]),
        (
            "not met",
            |facts| facts.readiness.known.get_mut("system").unwrap().is_met = false,
            &[("6.6", "unmet", Violation)],
        ),
        (
            "expired yesterday",
            |facts| facts.readiness.known.get_mut("channels").unwrap().until = Some(day("2023-10-31")),
            &[("6.6", "expired", Violation)],
        ),
        (
            "counts today still",
            |facts| facts.readiness.known.get_mut("channels").unwrap().until = Some(facts.readiness.today),
            &[],
        ),
        ("without an end", |facts| facts.readiness.known.get_mut("channels").unwrap().until = None, &[]),
        ("no building", |facts| facts.buildings.list.clear(), &[("12.3", "unknown", Warning)]),
        ("never checked", |facts| facts.buildings.list[0].checked = None, &[("12.3", "unchecked", Warning)]),
        ("a year ago", |facts| facts.buildings.list[0].checked = Some(day("2022-11-01")), &[]),
        (
            "more than a year ago",
            |facts| facts.buildings.list[0].checked = Some(day("2022-10-31")),
            &[("12.3", "stale", Warning)],
        ),
        (
            "no ramp",
            |facts| {
                facts.buildings.list[0].has.remove("ramp");
            },
            &[("12.3", "ramp", Violation)],
        ),
        (
            "no parliament",
            |facts| {
                facts.bodies.remove("parliament");
            },
            &[("14.5", "missing", Violation)],
        ),
        ("no seat", |facts| facts.bodies.get_mut("parliament").unwrap().seats = 0, &[("14.5", "seats", Violation)]),
        (
            "no inspector",
            |facts| facts.bodies.get_mut("committee").unwrap().has_inspector = false,
            &[("14.5", "inspector", Violation)],
        ),
        ("a tiyn too little", |facts| facts.spending.as_mut().unwrap().tiyn -= 1, &[("15.2", "less", Warning)]),
        (
            "students unknown",
            |facts| facts.spending.as_mut().unwrap().students = None,
            &[("15.2", "students", Warning)],
        ),
        ("a year without MCI", |facts| facts.spending.as_mut().unwrap().year = 2031, &[("15.2", "mci", Warning)]),
        ("nothing recorded yet", |facts| facts.spending = None, &[("15.2", "nothing", Warning)]),
    ];
    for (name, spoil, expected) in cases {
        let mut facts = sound();
        spoil(&mut facts);
        let found: Vec<_> =
            facts.findings().into_iter().map(|finding| (finding.item, finding.variant, finding.severity)).collect();
        assert_eq!(&found, expected, "{name}");
    }
}

#[test]
fn five_mci_by_year() {
    for (year, students, tenge) in [(2022, 1, 15_315), (2023, 1, 17_250), (2024, 250, 4_615_000)] {
        let spending = Spending { year, tiyn: 0, students: Some(students) };
        assert_eq!(textbooks::required(edition(), spending), Some(tenge * 100), "{year}");
    }
}

#[test]
fn figures_and_targets() {
    let accessible = edition().indicator("accessible_colleges").unwrap();
    for (numerator, denominator, hundredths) in
        [(1, 3, 3_333), (2, 3, 6_666), (0, 5, 0), (5, 5, 10_000), (1, 8, 1_250), (21_999, 22_000, 9_999)]
    {
        assert_eq!(accessible.figure(numerator, denominator), Some(Figure { hundredths }), "{numerator}/{denominator}");
    }
    assert_eq!(accessible.figure(0, 0), None, "nothing to divide by is no figure");
    let later = Edition::of(AcademicYear::starting(2026)).indicator("accessible_colleges").unwrap();
    for (year, target) in
        [(2021, None), (2022, Some(55)), (2023, Some(70)), (2024, Some(85)), (2025, Some(100)), (2026, Some(100))]
    {
        assert_eq!(later.target(Level::Region, AcademicYear::starting(year)), target, "{year}");
    }
    let year = AcademicYear::starting(2023);
    for (hundredths, meets) in [(6_999, false), (7_000, true)] {
        assert_eq!(accessible.meets(Level::College, Figure { hundredths }, year), Some(meets));
    }
    let titles = edition().indicator("kazakh_titles").unwrap();
    assert_eq!(titles.figure(179, 1), Some(Figure { hundredths: 17_900 }));
    assert_eq!(titles.meets(Level::Region, Figure { hundredths: 17_900 }, year), Some(false));
}
