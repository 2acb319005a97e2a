//! When duties are due: over year ends, moved holidays, leap days.

use chrono::NaiveDate;
use sheber_kernel::{AcademicYear, OrganisationKind};
use sheber_norms::Edition;
use sheber_norms::calendar::{Calendar, Holiday};
use sheber_norms::duties::{Duty, DutyState, Evidence, Post, Rhythm, Rule, YearDay};
use sheber_norms::text::Words;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn of_year(text: &str) -> YearDay {
    YearDay::try_from(text.to_owned()).unwrap()
}

fn calendar() -> Calendar {
    let yearly =
        ["01-01", "01-02", "03-08", "03-21", "03-22", "03-23", "05-01", "05-07", "05-09", "08-30", "10-25", "12-16"];
    let moving = yearly.into_iter().map(|code| Holiday { code, moves: true });
    Calendar::of(moving.chain([Holiday { code: "01-07", moves: false }]))
}

fn each(rhythm: Rhythm) -> Rule {
    Rule::Each { rhythm, working_days: 1 }
}

fn duty(rule: Rule, remind: &[i64]) -> Duty {
    let words = Words { kk: "к".to_owned(), ru: "р".to_owned(), en: "e".to_owned() };
    Duty {
        key: "1.1/x".to_owned(),
        item: "1.1".to_owned(),
        holder: OrganisationKind::College,
        post: Post::Methodist,
        title: words,
        rule,
        assumed: false,
        evidence: Evidence::default(),
        plan: None,
        remind: remind.to_vec(),
    }
}

fn terms(rule: Rule, year: u16) -> Vec<(String, String, String)> {
    let year = AcademicYear::starting(year);
    duty(rule, &[7])
        .terms(year, &Edition::of(year).periods(), &calendar())
        .into_iter()
        .map(|term| (term.period, term.opens.to_string(), term.due.to_string()))
        .collect()
}

#[test]
fn single_days_fall_into_their_academic_year() {
    for (rule, year, opens, due) in [
        (Rule::On(of_year("09-01")), 2023, "2023-09-01", "2023-09-01"),
        // A Sunday; a Monday that a holiday has moved to.
        (Rule::On(of_year("09-01")), 2024, "2024-09-01", "2024-09-02"),
        (Rule::On(of_year("09-01")), 2025, "2025-09-01", "2025-09-02"),
        (Rule::By(of_year("09-10")), 2023, "2023-09-01", "2023-09-10"),
        (Rule::By(of_year("12-31")), 2023, "2023-12-17", "2023-12-31"),
        (Rule::By(of_year("01-05")), 2023, "2023-12-22", "2024-01-05"),
        (Rule::By(of_year("08-31")), 2023, "2024-08-17", "2024-08-31"),
        (Rule::By(of_year("02-29")), 2023, "2024-02-15", "2024-02-29"),
        (Rule::By(of_year("02-29")), 2024, "2025-02-14", "2025-02-28"),
        (Rule::Within(of_year("09-01"), of_year("10-31")), 2023, "2023-09-01", "2023-10-31"),
        (Rule::Within(of_year("11-15"), of_year("01-15")), 2023, "2023-11-15", "2024-01-15"),
    ] {
        let expected = vec![("once".to_owned(), opens.to_owned(), due.to_owned())];
        assert_eq!(terms(rule.clone(), year), expected, "{rule:?} {year}");
    }
}

#[test]
fn weeks_are_those_of_the_academic_periods() {
    let weeks = terms(each(Rhythm::Week), 2023);
    let named =
        |period: &str| weeks.iter().find(|(name, ..)| name == period).map(|(_, from, to)| (from.as_str(), to.as_str()));
    assert_eq!(named("2023-W35"), Some(("2023-09-01", "2023-09-03")), "the year begins on a Friday");
    assert_eq!(named("2023-W36"), Some(("2023-09-04", "2023-09-10")));
    assert_eq!(named("2023-W52"), Some(("2023-12-25", "2023-12-25")), "the first period ends on a Monday");
    assert_eq!(named("2024-W01"), None, "holidays are no study week");
    assert_eq!(named("2024-W02"), Some(("2024-01-10", "2024-01-14")));
    assert_eq!(named("2024-W09"), Some(("2024-02-26", "2024-03-03")), "the leap day lies in it");
    assert_eq!(named("2024-W26"), Some(("2024-06-24", "2024-06-25")));
    assert_eq!(weeks.len(), 43);
    let long = terms(Rule::Each { rhythm: Rhythm::Week, working_days: 3 }, 2023);
    assert_eq!((long.len(), long[0].0.as_str()), (40, "2023-W36"), "weeks of one or two working days are left out");
    let of = |year| terms(each(Rhythm::Week), year).len();
    assert!((40..=43).contains(&of(2020)) && (40..=43).contains(&of(2024)), "years of 53 weeks and others");
}

#[test]
fn a_week_of_holidays_alone_is_left_out() {
    let year = AcademicYear::starting(2023);
    let off = ["2024-03-18", "2024-03-19", "2024-03-20"].into_iter().map(|code| Holiday { code, moves: false });
    let yearly = ["03-21", "03-22"].into_iter().map(|code| Holiday { code, moves: true });
    let calendar = Calendar::of(off.chain(yearly));
    let weeks = duty(each(Rhythm::Week), &[]).terms(year, &Edition::of(year).periods(), &calendar);
    assert!(!weeks.iter().any(|term| term.period == "2024-W12"));
    assert!(weeks.iter().any(|term| term.period == "2024-W13"));
}

#[test]
fn months_quarters_and_halves() {
    let months = terms(each(Rhythm::Month), 2023);
    assert_eq!(months.len(), 10, "September to June");
    assert_eq!(months[0], ("2023-09".to_owned(), "2023-09-01".to_owned(), "2023-09-30".to_owned()));
    assert_eq!(months[3].2, "2023-12-25");
    assert_eq!(months[4], ("2024-01".to_owned(), "2024-01-10".to_owned(), "2024-01-31".to_owned()));
    assert_eq!(months[5].2, "2024-02-29");
    assert_eq!(months[9].2, "2024-06-25");
    let quarters: Vec<_> = terms(each(Rhythm::Quarter), 2023);
    let expected = [
        ("2023-Q3", "2023-09-01", "2023-09-30"),
        ("2023-Q4", "2023-10-01", "2023-12-31"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-Q2", "2024-04-01", "2024-06-30"),
    ];
    assert_eq!(quarters, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    let halves = terms(each(Rhythm::Half), 2023);
    assert_eq!(halves[0], ("h1".to_owned(), "2023-09-01".to_owned(), "2023-12-31".to_owned()));
    assert_eq!(halves[1], ("h2".to_owned(), "2024-01-01".to_owned(), "2024-06-30".to_owned()));
}

#[test]
fn working_days_after_an_event() {
    let follows = duty(Rule::After { event: "league_stage".to_owned(), working_days: 5 }, &[1]);
    for (happened, due) in [
        ("2023-11-06", "2023-11-13"),
        ("2023-12-29", "2024-01-09"),
        ("2023-12-14", "2023-12-22"),
        ("2024-03-06", "2024-03-14"),
        ("2024-02-26", "2024-03-04"),
    ] {
        assert_eq!(
            follows.after("league_stage", day(happened), &calendar()),
            Some((day(happened), day(due))),
            "{happened}"
        );
    }
    assert_eq!(follows.after("another", day("2023-11-06"), &calendar()), None);
    let year = AcademicYear::starting(2023);
    assert!(follows.terms(year, &Edition::of(year).periods(), &calendar()).is_empty());
}

#[test]
fn reminders_go_out_on_working_days_and_once() {
    let by = duty(Rule::By(of_year("09-10")), &[5, 1, 0]);
    let days = by.reminders((day("2023-09-01"), day("2023-09-10")), &calendar());
    assert_eq!(days, [day("2023-09-05"), day("2023-09-08")], "9 and 10 September 2023 are a weekend");
    let new_year = duty(Rule::By(of_year("01-05")), &[3]);
    assert_eq!(new_year.reminders((day("2023-12-22"), day("2024-01-05")), &calendar()), [day("2023-12-29")]);
}

#[test]
fn the_state_of_a_task_follows_from_its_dates() {
    let term = (day("2023-09-01"), day("2023-09-10"));
    for (today, closed, excused, state) in [
        ("2023-08-31", None, false, DutyState::Planned),
        ("2023-09-01", None, false, DutyState::Due),
        ("2023-09-10", None, false, DutyState::Due),
        ("2023-09-11", None, false, DutyState::Overdue),
        ("2023-09-11", Some("2023-09-10"), false, DutyState::Done),
        ("2023-09-12", Some("2023-09-11"), false, DutyState::DoneLate),
        ("2023-09-12", None, true, DutyState::Excused),
        ("2023-09-12", Some("2023-09-09"), true, DutyState::Done),
    ] {
        assert_eq!(DutyState::on(day(today), term, closed.map(day), excused), state, "{today} {closed:?} {excused}");
    }
}

#[test]
fn the_guidance_states_its_duties() {
    let first = Edition::of(AcademicYear::starting(2023));
    let keys: Vec<&str> = first.duties().iter().map(|duty| duty.key.as_str()).collect();
    for key in ["1.1/hour", "2.8/expertise", "5.2/structure", "14.6/debate", "15.6/final", "18.7/list"] {
        assert!(keys.contains(&key), "{key}");
    }
    let mut unique = keys.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), keys.len());
    let next = Edition::of(AcademicYear::starting(2024));
    assert!(next.duty("2.8/expertise").is_none() && next.duty("5.2/structure").is_none(), "they were of one year");
    assert_eq!(next.duties().len() + 2, first.duties().len());
    for duty in first.duties() {
        let asked = &duty.evidence;
        let by_hand = !asked.numbers.is_empty() || asked.file || asked.link || asked.note;
        assert!(asked.record.is_some() != by_hand, "{}: either data tell, or a person does", duty.key);
    }
    let deadline = first.duty("15.6/final").unwrap();
    let term = &deadline.terms(first.year, &first.periods(), &calendar())[0];
    assert_eq!(term.due, day("2023-11-10"));
    let college = first.duties().iter().filter(|duty| duty.holder == OrganisationKind::College);
    let tasks: usize = college.map(|duty| duty.terms(first.year, &first.periods(), &calendar()).len()).sum();
    assert!((120..200).contains(&tasks), "{tasks} tasks of a college in a year");
}
