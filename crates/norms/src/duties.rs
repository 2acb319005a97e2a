//! Duties: who does what by when, from the guidance's data. Dates are pure functions of the year, the academic periods and the
//! calendar of working days.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Deserialize;
use sheber_kernel::{AcademicYear, OrganisationKind, words};

use crate::calendar::Calendar;
use crate::text::{Words, open_word};

words! {
    /// Whose work it is inside the organisation (лауазым).
    Post {
        Director = "director",
        DeputyDirector = "deputy_director",
        Methodist = "methodist",
        Curator = "curator",
        Librarian = "librarian",
        YouthInspector = "youth_inspector",
        Psychologist = "psychologist",
        /// HR officer (кадр қызметкері).
        Hr = "hr",
        Department = "department",
        Operator = "operator",
        Ministry = "ministry",
    }
}

words! {
    /// How often a duty comes.
    Rhythm {
        Week = "week",
        Month = "month",
        Quarter = "quarter",
        /// Each half of the academic year.
        Half = "half",
    }
}

words! {
    /// Into which yearly plan of a college a duty belongs (14.3, 14.5).
    PlanKind {
        /// Educational work (тәрбие жұмысы).
        Education = "education",
        /// Sport (спорттық-бұқаралық жұмыс).
        Sport = "sport",
    }
}

/// A day of the academic year, month and day; the 29th of February is the 28th where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearDay {
    month: u32,
    day: u32,
}

impl YearDay {
    pub fn in_year(self, year: AcademicYear) -> NaiveDate {
        let calendar_year = i32::from(year.start()) + i32::from(self.month < 9);
        let short = || NaiveDate::from_ymd_opt(calendar_year, self.month, self.day - 1);
        NaiveDate::from_ymd_opt(calendar_year, self.month, self.day).or_else(short).unwrap_or_else(|| year.first_day())
    }
}

impl TryFrom<String> for YearDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts = text.split_once('-').and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
        // 2024 is a leap year: every day that any year has is one.
        let known = parts.filter(|(month, day)| NaiveDate::from_ymd_opt(2024, *month, *day).is_some());
        known.map(|(month, day)| Self { month, day }).ok_or_else(|| format!("{text} is no day of a year"))
    }
}

impl<'de> Deserialize<'de> for YearDay {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.try_into().map_err(serde::de::Error::custom)
    }
}

/// When a duty is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// On a day, that day alone; where nobody works on it, until the next working day.
    On(YearDay),
    /// By a day.
    By(YearDay),
    /// Within a window.
    Within(YearDay, YearDay),
    /// Each week of the academic periods, each month, quarter or half of the year; one with fewer working days is left out.
    Each { rhythm: Rhythm, working_days: usize },
    /// So many working days after something happened.
    After { event: String, working_days: i64 },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleData {
    on: Option<YearDay>,
    by: Option<YearDay>,
    within: Option<[YearDay; 2]>,
    #[serde(default, deserialize_with = "open_word")]
    each: Option<Rhythm>,
    after: Option<String>,
    working_days: Option<i64>,
    #[serde(default)]
    pub(crate) assumed: bool,
}

impl TryFrom<RuleData> for Rule {
    type Error = &'static str;

    fn try_from(data: RuleData) -> Result<Self, &'static str> {
        match data {
            RuleData { on: Some(day), by: None, within: None, each: None, after: None, .. } => Ok(Self::On(day)),
            RuleData { on: None, by: Some(day), within: None, each: None, after: None, .. } => Ok(Self::By(day)),
            RuleData { on: None, by: None, within: Some([from, to]), each: None, after: None, .. } => {
                Ok(Self::Within(from, to))
            }
            RuleData { on: None, by: None, within: None, each: Some(rhythm), after: None, working_days, .. } => {
                let working_days = working_days.and_then(|days| usize::try_from(days).ok()).unwrap_or(1);
                Ok(Self::Each { rhythm, working_days })
            }
            RuleData { on: None, by: None, within: None, each: None, after: Some(event), working_days, .. } => {
                let working_days = working_days.filter(|days| *days > 0).ok_or("after without working days")?;
                Ok(Self::After { event, working_days })
            }
            _ => Err("a duty needs exactly one rule"),
        }
    }
}

/// What shows that a duty is done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evidence {
    /// A record that the data show: nobody marks such a duty done by hand.
    pub record: Option<String>,
    /// Numbers to be given, by name.
    pub numbers: Vec<String>,
    pub file: bool,
    pub link: bool,
    /// A sentence on what was done.
    pub note: bool,
}

/// A duty of the guidance: the template of dated tasks.
#[derive(Clone, Debug)]
pub struct Duty {
    /// `14.6/debate`.
    pub key: String,
    pub item: String,
    pub holder: OrganisationKind,
    pub post: Post,
    pub title: Words,
    pub rule: Rule,
    /// The guidance does not give the date or the rhythm: it is a default of this program.
    pub assumed: bool,
    pub evidence: Evidence,
    /// The yearly plan that it is a line of.
    pub plan: Option<PlanKind>,
    /// Days before the due day on which people are reminded.
    pub remind: Vec<i64>,
}

/// A dated task of a duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Which of the year's tasks it is: `once`, `2023-W36`, `2023-09`, `2023-Q3`, `h1`.
    pub period: String,
    /// From this day on it can be done.
    pub opens: NaiveDate,
    pub due: NaiveDate,
}

/// A stretch of days, both ends in it.
pub type Stretch = (NaiveDate, NaiveDate);

fn meet(one: Stretch, other: Stretch) -> Option<Stretch> {
    let both = (one.0.max(other.0), one.1.min(other.1));
    (both.0 <= both.1).then_some(both)
}

/// The part of a stretch that lies in academic periods, from the first such day to the last.
fn studied(stretch: Stretch, periods: &[Stretch]) -> Option<Stretch> {
    let parts: Vec<Stretch> = periods.iter().filter_map(|period| meet(stretch, *period)).collect();
    let first = parts.iter().map(|part| part.0).min()?;
    parts.iter().map(|part| part.1).max().map(|last| (first, last))
}

fn month_end(first: NaiveDate) -> NaiveDate {
    first + Months::new(1) - Days::new(1)
}

impl Duty {
    /// The tasks of an academic year, in order of time. A duty that follows an event has none before it happens.
    pub fn terms(&self, year: AcademicYear, periods: &[Stretch], calendar: &Calendar) -> Vec<Term> {
        let ahead = self.remind.iter().copied().max().unwrap_or(0).clamp(14, 60).unsigned_abs();
        let once = |opens: NaiveDate, due| {
            vec![Term { period: "once".to_owned(), opens: opens.max(year.first_day()).min(due), due }]
        };
        match &self.rule {
            Rule::On(day) => {
                let day = day.in_year(year);
                once(day, calendar.on_or_after(day))
            }
            Rule::By(day) => once(day.in_year(year) - Days::new(ahead), day.in_year(year)),
            Rule::Within(from, to) => once(from.in_year(year), to.in_year(year)),
            Rule::After { .. } => Vec::new(),
            Rule::Each { rhythm, working_days } => rhythm
                .stretches(year)
                .into_iter()
                .filter_map(|(period, stretch)| {
                    let (opens, due) = match rhythm {
                        Rhythm::Week | Rhythm::Month => studied(stretch, periods)?,
                        Rhythm::Quarter | Rhythm::Half => stretch,
                    };
                    let days = opens.iter_days().take_while(|day| *day <= due);
                    let works = days.filter(|day| calendar.is_working(*day)).count();
                    (works >= *working_days).then_some(Term { period, opens, due })
                })
                .collect(),
        }
    }

    /// The task that an event brings about, if the duty follows that event.
    pub fn after(&self, event: &str, day: NaiveDate, calendar: &Calendar) -> Option<(NaiveDate, NaiveDate)> {
        match &self.rule {
            Rule::After { event: own, working_days } if own == event => Some((day, calendar.after(day, *working_days))),
            _ => None,
        }
    }

    /// The days on which people are reminded of a task: working days, each once, the earliest first.
    pub fn reminders(&self, term: (NaiveDate, NaiveDate), calendar: &Calendar) -> Vec<NaiveDate> {
        let (opens, due) = term;
        let mut days: Vec<NaiveDate> = self
            .remind
            .iter()
            .map(|before| calendar.on_or_before(due - Days::new(before.unsigned_abs())))
            .filter(|day| *day >= opens - Days::new(7))
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

impl Rhythm {
    /// The stretches of an academic year, with their names.
    fn stretches(self, year: AcademicYear) -> Vec<(String, Stretch)> {
        let first = year.first_day();
        let last = year.next().first_day() - Days::new(1);
        let months = || (0..12).map(move |n| first + Months::new(n));
        match self {
            Self::Week => {
                let monday = first - Days::new(u64::from(first.weekday().num_days_from_monday()));
                (0..54)
                    .map(|n| monday + Days::new(7 * n))
                    .take_while(|monday| *monday <= last)
                    .filter_map(|monday| {
                        let week = monday.iso_week();
                        let stretch = meet((monday, monday + Days::new(6)), (first, last))?;
                        Some((format!("{}-W{:02}", week.year(), week.week()), stretch))
                    })
                    .collect()
            }
            Self::Month => months().map(|day| (day.format("%Y-%m").to_string(), (day, month_end(day)))).collect(),
            Self::Quarter => {
                // The third quarter begins before the academic year; its last month is the first of the year.
                let ends = months().filter(|day| day.month() % 3 == 0 && day.month() != 9 || *day == first);
                ends.map(|day| {
                    let from = if day == first { first } else { day - Months::new(2) };
                    (format!("{}-Q{}", day.year(), day.month() / 3), (from, month_end(day)))
                })
                .collect()
            }
            Self::Half => {
                let new_year = first + Months::new(4);
                vec![
                    ("h1".to_owned(), (first, new_year - Days::new(1))),
                    ("h2".to_owned(), (new_year, first + Months::new(10) - Days::new(1))),
                ]
            }
        }
    }
}

words! {
    /// How it stands with a task.
    DutyState {
        /// Its time has not come.
        Planned = "planned",
        Due = "due",
        Done = "done",
        DoneLate = "done_late",
        Overdue = "overdue",
        /// It need not be done, for a reason that was written down.
        Excused = "excused",
    }
}

impl DutyState {
    /// The state of a task on a day, from its dates, the day it was closed on and whether it was excused.
    pub fn on(today: NaiveDate, term: (NaiveDate, NaiveDate), closed: Option<NaiveDate>, excused: bool) -> Self {
        let (opens, due) = term;
        match closed {
            Some(day) if day <= due => Self::Done,
            Some(_) => Self::DoneLate,
            None if excused => Self::Excused,
            None if today > due => Self::Overdue,
            None if today < opens => Self::Planned,
            None => Self::Due,
        }
    }
}
