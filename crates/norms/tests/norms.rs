//! The law's tests as tables: for every norm a programme that passes, one that fails, and the edges.

use sheber_kernel::{AcademicHours, AcademicYear, Credits, LocalName, Semester};
use sheber_norms::programme::*;
use sheber_norms::{Edition, Finding, Severity, check};

const Y2023: AcademicYear = AcademicYear::starting(2023);
const Y2024: AcademicYear = AcademicYear::starting(2024);

fn example(name: &str) -> Programme {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Mid-level after basic secondary, Kazakh-medium, 2023–2024: passes every norm.
fn software() -> Programme {
    example("01-software-kk-2023.json")
}

/// The same kind of programme under the edition of 06.06.2023 for 2024–2025.
fn accounting() -> Programme {
    example("02-accounting-kk-2024.json")
}

/// Worker after basic secondary, Russian-medium, dual.
fn welding() -> Programme {
    example("04-welding-ru-2023.json")
}

fn mechanic() -> Programme {
    example("07-motor-mechanic-ru-2023.json")
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn credits(text: &str) -> Credits {
    text.parse().unwrap()
}

/// What an item says of a programme in a year.
fn findings(item: &str, programme: &Programme, year: AcademicYear) -> Vec<Finding> {
    check(programme, Edition::of(year)).findings.into_iter().filter(|finding| finding.item == item).collect()
}

/// A table of one norm's cases.
struct Table {
    item: &'static str,
    year: AcademicYear,
}

impl Table {
    fn new(item: &'static str, year: AcademicYear) -> Self {
        Self { item, year }
    }

    #[track_caller]
    fn passes(self, case: &str, programme: &Programme) -> Self {
        let found = findings(self.item, programme, self.year);
        assert!(found.is_empty(), "{} {case}: {found:?}", self.item);
        self
    }

    #[track_caller]
    fn says(
        self,
        case: &str,
        programme: &Programme,
        severity: Severity,
        at: &str,
        measured: &str,
        required: &str,
    ) -> Self {
        let found = findings(self.item, programme, self.year);
        let hit = found.iter().any(|finding| {
            (finding.severity, finding.at.as_str()) == (severity, at)
                && (finding.measured.to_string(), finding.required.to_string())
                    == (measured.to_owned(), required.to_owned())
        });
        assert!(hit, "{} {case}: {found:?}", self.item);
        self
    }

    #[track_caller]
    fn fails(self, case: &str, programme: &Programme, at: &str, measured: &str, required: &str) -> Self {
        self.says(case, programme, Severity::Violation, at, measured, required)
    }

    #[track_caller]
    fn warns(self, case: &str, programme: &Programme, at: &str, measured: &str, required: &str) -> Self {
        self.says(case, programme, Severity::Warning, at, measured, required)
    }
}

fn with(programme: &Programme, change: impl FnOnce(&mut Programme)) -> Programme {
    let mut changed = programme.clone();
    change(&mut changed);
    changed
}

fn place(programme: &Programme, kind: ModuleKind) -> usize {
    programme.modules.iter().position(|module| module.kind == kind).unwrap()
}

/// Adds or takes hours in a unit so that its credits, parts and semesters stay in step.
fn resize(unit: &mut Unit, to: &str) {
    unit.credits = credits(to);
    unit.hours = unit.credits.hours().unwrap();
    let first = unit.semesters.last().unwrap_or(Semester::new(1).unwrap());
    unit.semesters = sheber_norms::SemesterHours::default();
    unit.semesters.set(first, unit.hours);
    unit.parts = sheber_norms::Parts { theory: unit.hours, ..Default::default() };
}

#[test]
fn the_examples_pass() {
    for programme in [
        software(),
        accounting(),
        welding(),
        mechanic(),
        example("03-nursing-ru-2023.json"),
        example("05-cook-kk-2024.json"),
        example("06-software-bachelor-kk-2024.json"),
    ] {
        let verdict = check(&programme, Edition::of(programme.intake));
        assert!(verdict.findings.is_empty(), "{:?}", verdict.findings);
    }
}

#[test]
fn n2_1_registered() {
    let base = software();
    let listed = |since: &str| with(&base, |p| p.registry.as_mut().unwrap().since = Some(day(since)));
    Table::new("2.1", Y2023)
        .passes("listed in 2022", &base)
        .passes("listed on the last day", &listed("2023-09-01"))
        .fails("listed a day late", &listed("2023-09-02"), "/registry/since", "2023-09-02", "2023-09-01")
        .fails(
            "not listed",
            &with(&base, |p| p.registry.as_mut().unwrap().listed = false),
            "/registry/listed",
            "false",
            "true",
        )
        .fails("no register entry", &with(&base, |p| p.registry = None), "", "false", "true")
        .warns(
            "listed, no day",
            &with(&base, |p| p.registry.as_mut().unwrap().since = None),
            "/registry",
            "unknown",
            "2023-09-01",
        )
        .fails(
            "new edition",
            &with(&base, |p| p.standard_edition = day("2023-06-06")),
            "/standard_edition",
            "2023-06-06",
            "2022-09-23",
        )
        .passes(
            "pilot under the new edition",
            &with(&base, |p| {
                p.standard_edition = day("2023-06-06");
                p.pilot = true;
                p.registry = None;
            }),
        )
        .fails(
            "pilot under the old edition, unlisted",
            &with(&base, |p| {
                p.pilot = true;
                p.registry = None;
            }),
            "",
            "false",
            "true",
        )
        .passes(
            "an earlier intake goes on",
            &with(&base, |p| {
                p.intake = AcademicYear::starting(2021);
                p.standard_edition = day("2021-07-23");
            }),
        );
    Table::new("2.1", Y2024).passes("not in force a year later", &with(&base, |p| p.registry = None));
}

#[test]
fn n2_2_new_standard() {
    let base = accounting();
    let old = |p: &mut Programme| p.standard_edition = day("2022-09-23");
    Table::new("2.2", Y2024)
        .passes("new edition", &base)
        .fails("old edition", &with(&base, old), "/standard_edition", "2022-09-23", "2023-06-06")
        .passes("a later edition", &with(&base, |p| p.standard_edition = day("2024-05-31")))
        .passes("an earlier intake goes on under its edition", &software());
    Table::new("2.2", Y2023).passes("not in force a year earlier", &with(&base, old));
    Table::new("2.2", AcademicYear::starting(2026)).fails(
        "still in force",
        &with(&base, old),
        "/standard_edition",
        "2022-09-23",
        "2023-06-06",
    );
}

fn without_basic(programme: &Programme, number: u8) -> Programme {
    with(programme, |p| p.modules.retain(|m| m.basic.is_none_or(|basic| basic.get() != number)))
}

fn merged(programme: &Programme, numbers: &[u8]) -> Programme {
    with(programme, |p| {
        let professional = place(p, ModuleKind::Professional);
        p.modules[professional].merges_basic = numbers.iter().map(|n| BasicModule::try_from(*n).unwrap()).collect();
    })
}

#[test]
fn n2_4_and_2_5_basic_modules() {
    let base = software();
    let mut table = Table::new("2.4", Y2023).passes("all four", &base);
    for number in 1..=3 {
        table = table
            .fails("one missing", &without_basic(&base, number), "/modules", "0", "1")
            .passes("merged into a professional one", &merged(&without_basic(&base, number), &[number]));
    }
    table.passes("the fourth is 2.5", &without_basic(&base, 4));
    Table::new("2.5", Y2023)
        .fails("mid-level without the fourth", &without_basic(&base, 4), "/modules", "0", "1")
        .passes("merged", &merged(&without_basic(&base, 4), &[4]))
        .fails(
            "applied bachelor",
            &with(&without_basic(&base, 4), |p| p.level = Level::AppliedBachelor),
            "/modules",
            "0",
            "1",
        )
        .passes("worker", &welding());
}

#[test]
fn n2_6_additional_basic_module() {
    let base = software();
    let additional = |reason: Option<&str>| {
        with(&base, |p| {
            let basic = place(p, ModuleKind::Basic);
            p.modules[basic].basic = None;
            p.modules[basic].reason = reason.map(str::to_owned);
        })
    };
    Table::new("2.6", Y2023)
        .passes("the four", &base)
        .passes("with a reason", &additional(Some("Ноталық сауатсыз музыка модульдерін меңгеру мүмкін емес")))
        .fails("no reason", &additional(None), "/modules/1", "false", "true")
        .fails("a blank reason", &additional(Some("  ")), "/modules/1", "false", "true");
}

#[test]
fn n2_7_military() {
    let base = merged(&software(), &[1]);
    Table::new("2.7", Y2023)
        .passes("merged in a civil specialty", &base)
        .fails(
            "merged in a military one",
            &with(&base, |p| p.traits.push(Trait::Military)),
            "/modules/5/merges_basic",
            "1",
            "0",
        )
        .passes("military, not merged", &with(&software(), |p| p.traits.push(Trait::Military)));
}

#[test]
fn n2_9_professional_standards() {
    let base = accounting();
    let state = |state| with(&base, |p| p.professional_standards[0].state = state);
    Table::new("2.9", Y2024)
        .passes("updated", &base)
        .passes("new", &state(StandardState::New))
        .fails("old alone", &state(StandardState::Old), "/professional_standards", "0", "1")
        .fails("none", &with(&base, |p| p.professional_standards.clear()), "/professional_standards", "0", "1")
        .warns(
            "an outcome without a function",
            &with(&base, |p| p.modules[5].units[0].labour_functions.clear()),
            "/modules/5/units/0",
            "0",
            "1",
        )
        .passes(
            "practice alone needs none",
            &with(&base, |p| {
                let unit = &mut p.modules[5].units[0];
                unit.labour_functions.clear();
                unit.parts = sheber_norms::Parts { professional_practice: unit.hours, ..Default::default() };
            }),
        );
    Table::new("2.9", Y2023)
        .passes("not demanded under the old edition", &with(&software(), |p| p.professional_standards.clear()));
}

#[test]
fn n3_2_volume() {
    let base = software();
    let ge = |text: &str| {
        with(&base, |p| {
            let others: Credits = p.modules[0].units[1..].iter().map(|u| u.credits).sum();
            let wanted: f64 = text.parse::<f64>().unwrap() - others.to_string().parse::<f64>().unwrap();
            p.modules[0].units[0].credits = credits(&wanted.to_string());
        })
    };
    let choreography = |p: &mut Programme| p.traits = vec![Trait::Choreography];
    Table::new("3.2", Y2023)
        .passes("60", &base)
        .fails("59.5", &ge("59.5"), "/modules/0", "59.5", "60")
        .fails("60.5", &ge("60.5"), "/modules/0", "60.5", "60")
        .fails("choreography with 60", &with(&base, choreography), "/modules/0", "60", "38")
        .passes(
            "choreography with 38",
            &with(&base, |p| {
                choreography(p);
                p.modules[0].units.truncate(1);
                p.modules[0].units[0].credits = credits("38");
            }),
        )
        .fails("another base", &with(&base, |p| p.entry_base = EntryBase::GeneralSecondary), "/modules/0", "60", "0")
        .fails(
            "no module",
            &with(&base, |p| {
                p.modules.remove(0);
            }),
            "/modules",
            "0",
            "60",
        )
        .passes("another base, no module", &mechanic());
}

#[test]
fn a_missing_module_lacks_every_discipline() {
    let none = with(&software(), |p| {
        p.modules.remove(0);
    });
    Table::new("3.4", Y2023).fails("no module", &none, "/modules", "0", "1");
    Table::new("3.5", Y2023).fails("no module", &none, "/modules", "0", "4");
    assert_eq!(findings("3.4", &none, Y2023).len(), 9);
}

#[test]
fn thirds_of_a_credit_meet_whole_hours() {
    let thirds = with(&software(), |p| {
        for (row, hours) in [(0, 32), (1, 32), (2, 80)] {
            let unit = &mut p.modules[0].units[row];
            unit.credits = Credits::from_hours(AcademicHours::new(hours));
            unit.hours = AcademicHours::new(hours);
        }
    });
    // 1.333333 + 1.333333 + 3.333333 in place of 3 + 3 + 4: four credits less.
    Table::new("3.2", Y2023).fails("56", &thirds, "/modules/0", "55.999999", "60");
    let units: Vec<_> =
        findings("4.8", &thirds, Y2023).into_iter().filter(|finding| finding.variant.is_empty()).collect();
    assert!(units.is_empty(), "{units:?}");
}

#[test]
fn sums_do_not_overflow() {
    let huge = with(&software(), |p| {
        let module = p.modules[0].clone();
        for n in 0..190 {
            let mut more = module.clone();
            more.code = format!("М {n}");
            for unit in &mut more.units {
                unit.hours = AcademicHours::new(240_000_000);
            }
            p.modules.push(more);
        }
    });
    assert!(!check(&huge, Edition::of(Y2023)).findings.is_empty());
}

#[test]
fn a_qualification_is_awarded_when_everything_is_confirmed() {
    use sheber_norms::confirmation::{Standing, UnitKey, standing};
    let programme = software();
    let code = |text: &str| text.parse().unwrap();
    let key = |m: &Module, u: &Unit| UnitKey { module: m.code.clone(), unit: u.code.clone() };
    let mut confirmed: std::collections::HashSet<UnitKey> = programme
        .mandatory()
        .filter(|m| m.qualification.is_none() || m.qualification == Some(code("3W06130102")))
        .flat_map(|m| m.units.iter().map(|u| key(m, u)))
        .collect();
    confirmed.retain(|key| key.module != "ҚА");
    assert!(matches!(standing(&programme, code("3W06130102"), &confirmed), Standing::Awarded { .. }));
    let Standing::Open { missing, .. } = standing(&programme, code("4S06130103"), &confirmed) else { panic!("open") };
    assert!(missing.iter().any(|key| key.module == "КМ 05") && missing.iter().any(|key| key.module == "ҚА"));
    confirmed.remove(&UnitKey { module: "АА".to_owned(), unit: "АА 1".to_owned() });
    assert!(matches!(standing(&programme, code("3W06130102"), &confirmed), Standing::Open { .. }), "its exam counts");
    assert_eq!(standing(&programme, code("3W06130101"), &confirmed), Standing::NotOffered);
}

#[test]
fn n3_3_years() {
    let base = software();
    let late = |semester: u8| {
        with(&base, |p| {
            let unit = &mut p.modules[0].units[0];
            let hours = unit.hours;
            unit.semesters = sheber_norms::SemesterHours::default();
            unit.semesters.set(Semester::new(semester).unwrap(), hours);
        })
    };
    Table::new("3.3", Y2023).passes("semester 4", &late(4)).fails(
        "semester 5",
        &late(5),
        "/modules/0/units/0/semesters",
        "72",
        "0",
    );
}

#[test]
fn n3_4_mandatory_subjects() {
    let base = software();
    let mut table = Table::new("3.4", Y2023).passes("all ten", &base).passes("Russian-medium", &welding());
    for row in 0..9 {
        table = table.fails(
            "one missing",
            &with(&base, |p| {
                p.modules[0].units.remove(row);
            }),
            "/modules/0",
            "0",
            "1",
        );
    }
    table
        .fails(
            "Kazakh list in a Russian-medium group",
            &with(&base, |p| p.language = Language::RUSSIAN),
            "/modules/0",
            "0",
            "1",
        )
        .warns("another language", &with(&base, |p| p.language = "de".parse().unwrap()), "/language", "de", "unknown")
        .warns(
            "a row that names no discipline",
            &with(&base, |p| p.modules[0].units[12].subject = None),
            "/modules/0/units/12",
            "unknown",
            "true",
        )
        .passes("an exam needs none", &with(&base, |p| p.modules[0].units[13].subject = None));
}

#[test]
fn n3_5_by_choice() {
    let base = software();
    let second = |p: &mut Programme| p.modules[0].units[12].subject = Some(Subject::SecondForeignLanguage);
    Table::new("3.5", Y2023)
        .passes("four", &base)
        .fails(
            "three",
            &with(&base, |p| {
                p.modules[0].units.remove(12);
            }),
            "/modules/0",
            "3",
            "4",
        )
        .fails("second language without art", &with(&base, second), "/modules/0/units/12", "1", "0")
        .passes(
            "second language in art",
            &with(&base, |p| {
                second(p);
                p.traits = vec![Trait::Art];
            }),
        );
}

#[test]
fn n3_6_exams() {
    let base = software();
    Table::new("3.6", Y2023).passes("exams as a row of the module", &base).fails(
        "a discipline in another module",
        &with(&base, |p| p.modules[1].units[0].subject = Some(Subject::Physics)),
        "/modules/1/units/0",
        "5",
        "0",
    );
}

#[test]
fn n4_6_volume() {
    let base = software();
    let scaled = |from: &Programme, text: &str| {
        with(from, |p| {
            let row = p.modules.len() - 1;
            let last = p.modules.iter().rposition(|m| m.kind == ModuleKind::FinalAttestation).unwrap_or(row);
            let others: f64 = p.mandatory_credits().to_string().parse::<f64>().unwrap()
                - p.modules[last].units[0].credits.to_string().parse::<f64>().unwrap();
            p.modules[last].units[0].credits = credits(&(text.parse::<f64>().unwrap() - others).to_string());
        })
    };
    Table::new("4.6", Y2023)
        .passes("180, the least", &base)
        .passes("240, the most", &scaled(&base, "240"))
        .fails("179.5", &scaled(&base, "179.5"), "/modules", "179.5", "180-240")
        .fails("240.5", &scaled(&base, "240.5"), "/modules", "240.5", "180-240")
        .passes("worker 180", &welding())
        .fails("worker 180.5", &scaled(&welding(), "180.5"), "/modules", "180.5", "120-180")
        .fails(
            "worker after general secondary, 180",
            &with(&welding(), |p| p.entry_base = EntryBase::GeneralSecondary),
            "/modules",
            "180",
            "60-120",
        )
        .passes("tvpe 60", &mechanic())
        .fails("tvpe 60.5", &scaled(&mechanic(), "60.5"), "/modules", "60.5", "60")
        .fails(
            "not related",
            &with(&mechanic(), |p| p.related_qualification = false),
            "/related_qualification",
            "false",
            "true",
        )
        .warns(
            "tvpe to worker has no range",
            &with(&mechanic(), |p| p.level = Level::Worker),
            "/level",
            "60",
            "unknown",
        )
        .passes("applied bachelor after basic secondary, 180", &with(&base, |p| p.level = Level::AppliedBachelor))
        .fails(
            "applied bachelor 180.5",
            &with(&scaled(&base, "180.5"), |p| p.level = Level::AppliedBachelor),
            "/modules",
            "180.5",
            "60-180",
        );
    let worker = |code: &str| Qualification { code: code.parse().unwrap(), name: LocalName::default() };
    let two = with(&base, |p| p.qualifications.push(worker("3W06130101")));
    Table::new("4.6", Y2023).passes("two worker qualifications", &two).fails(
        "three",
        &with(&two, |p| p.qualifications.push(worker("3W06130104"))),
        "/qualifications",
        "3",
        "2",
    );
}

#[test]
fn electives_and_consultations_do_not_count() {
    let base = software();
    let more = with(&base, |p| resize(&mut p.modules.last_mut().unwrap().units[0], "30"));
    assert_eq!(more.mandatory_credits(), base.mandatory_credits());
    Table::new("4.7", Y2023).passes("thirty credits of consultation", &more);
}

#[test]
fn n4_7_study_year() {
    // One year of 1440 hours, 432 of them practice.
    let base = mechanic();
    let year = |hours: u32| {
        with(&base, |p| {
            let module = place(p, ModuleKind::Practice);
            let others = 1440 - p.modules[module].units[0].hours.get();
            let practice = &mut p.modules[module].units[0].semesters;
            *practice = sheber_norms::SemesterHours::default();
            practice.set(Semester::new(2).unwrap(), AcademicHours::new(hours.saturating_sub(others)));
            let mut less = others.saturating_sub(hours);
            for unit in p.modules.iter_mut().flat_map(|module| &mut module.units) {
                for semester in [1, 2].map(|n| Semester::new(n).unwrap()) {
                    let cut = unit.semesters.of(semester).get().min(less);
                    unit.semesters.set(semester, AcademicHours::new(unit.semesters.of(semester).get() - cut));
                    less -= cut;
                }
            }
        })
    };
    Table::new("4.7", Y2023)
        .passes("60", &base)
        .passes("36 in the last year", &with(&year(864), |p| p.years = 1))
        .fails("an hour over 60", &year(1441), "/modules", "60.041667", "60")
        .passes("just under 60 in the last year", &year(1439))
        .fails("under 36", &year(863), "/modules", "35.958333", "36-60");
}

#[test]
fn n4_8_credit() {
    let base = software();
    let unit = |change: fn(&mut Unit)| with(&base, |p| change(&mut p.modules[0].units[0]));
    Table::new("4.8", Y2023)
        .passes("72 hours for 3 credits", &base)
        .fails("71", &unit(|u| u.hours = AcademicHours::new(71)), "/modules/0/units/0/hours", "71", "72")
        .fails("parts", &unit(|u| u.parts.theory = AcademicHours::new(50)), "/modules/0/units/0/parts", "66", "72")
        .fails(
            "semesters",
            &unit(|u| u.semesters = sheber_norms::SemesterHours::default()),
            "/modules/0/units/0/semesters",
            "0",
            "72",
        )
        .fails(
            "credits that make no whole hours",
            &unit(|u| u.credits = credits("3.01")),
            "/modules/0/units/0/hours",
            "72",
            "72.24",
        );
}

#[test]
fn n6_2_distance() {
    let base = software(); // 180 credits = 4320 hours, 20 % = 864
    let distance = |hours: u32| with(&base, |p| p.modules[0].units[0].distance_hours = AcademicHours::new(hours));
    Table::new("6.2", Y2023).passes("20 % exactly", &distance(864)).fails(
        "an hour more",
        &distance(865),
        "/modules",
        "20.03",
        "20",
    );
}

#[test]
fn n7_3_qualification_exam() {
    let base = software();
    let attestation = place(&base, ModuleKind::IntermediateAttestation);
    Table::new("7.3", Y2023)
        .passes("an exam for the worker qualification", &base)
        .fails(
            "no exam",
            &with(&base, |p| p.modules[attestation].units[0].qualification = None),
            "/qualifications/0",
            "false",
            "true",
        )
        .passes(
            "in the final attestation",
            &with(&base, |p| p.modules[attestation].kind = ModuleKind::FinalAttestation),
        )
        .passes(
            "worker programme with a final attestation",
            &with(&welding(), |p| {
                let last = place(p, ModuleKind::FinalAttestation);
                p.modules[last].units[0].qualification = None;
            }),
        )
        .fails(
            "worker programme without any",
            &with(&welding(), |p| p.modules.retain(|m| m.kind != ModuleKind::FinalAttestation)),
            "/qualifications/0",
            "false",
            "true",
        );
}

#[test]
fn n9_3_dual() {
    let base = welding();
    let practice = place(&base, ModuleKind::Practice);
    let dual = |hours: u32| with(&base, |p| p.modules[practice].dual_hours = AcademicHours::new(hours));
    let at = format!("/modules/{practice}/dual_hours");
    Table::new("9.3", Y2023)
        .passes("within practice", &base)
        .passes("all of it", &dual(696))
        .fails("an hour more", &dual(697), &at, "697", "696")
        .fails(
            "in a basic module",
            &with(&base, |p| p.modules[1].dual_hours = AcademicHours::new(1)),
            "/modules/1/dual_hours",
            "1",
            "0",
        );
    let (dual, of) = base.dual_share();
    assert_eq!((dual.get(), of.get()), (240 + 360 + 240 + 480, 4320 - 1440));
}

#[test]
fn years_that_are_not_loaded_check_nothing() {
    let verdict = check(&software(), Edition::of(AcademicYear::starting(2010)));
    assert_eq!((verdict.norms_checked, verdict.year), (0, AcademicYear::starting(2010)));
}
