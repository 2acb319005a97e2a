//! What a department reports on textbooks (15.3, 15.4, 15.6), by its name.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};
use serde::{Serialize, Serializer};
use sheber_kernel::{AcademicYear, Lang, Refusal, column};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::calendar::Calendar;
use sheber_norms::duties::{Duty, Rule};

/// A quarter of a calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    pub year: u16,
    pub number: u8,
}

impl Quarter {
    /// The first day and the last one.
    pub fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        let first = NaiveDate::from_ymd_opt(i32::from(self.year), u32::from(self.number) * 3 - 2, 1)?;
        Some((first, first + Months::new(3) - Days::new(1)))
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-Q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refusal = || Refusal::new("choice", text);
        let (year, number) = text.split_once("-Q").ok_or_else(refusal)?;
        let (year, number) = (year.parse().map_err(|_| refusal())?, number.parse().map_err(|_| refusal())?);
        if (1..=4).contains(&number) && (2000..2100).contains(&year) {
            Ok(Self { year, number })
        } else {
            Err(refusal())
        }
    }
}

/// What a department reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Report {
    /// By 10 September (15.6).
    Interim,
    /// By 10 November (15.6).
    Final,
    /// The list of titles that the region needs (15.4).
    NeededTitles,
    /// The monitoring of a quarter (15.3): `monitoring-2023-Q4`.
    Monitoring(Quarter),
}

impl Report {
    /// Which of the four it is, whatever the quarter.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Interim => "interim",
            Self::Final => "final",
            Self::NeededTitles => "needed",
            Self::Monitoring(_) => "monitoring",
        }
    }

    /// Whether it is annex 1: the colleges that bought Kazakh textbooks.
    pub const fn is_annex(self) -> bool {
        matches!(self, Self::Interim | Self::Final)
    }

    /// What people call it.
    pub fn title(self, lang: Lang) -> String {
        let title = messages::text(lang, &format!("textbook-report-{}", self.word()));
        match self {
            Self::Monitoring(Quarter { year, number }) => {
                let quarter = [("n", number.to_string()), ("year", year.to_string())];
                let quarter = [(quarter[0].0, quarter[0].1.as_str()), (quarter[1].0, quarter[1].1.as_str())];
                format!("{title}: {}", messages::text_with(lang, "duty-quarter", &quarter))
            }
            _ => title,
        }
    }

    /// The duty by which colleges confirm their purchases for it, where they do.
    pub fn confirmation(self, year: AcademicYear) -> Option<&'static Duty> {
        let confirms = |duty: &&Duty| duty.evidence.record.as_deref() == Some("purchases_confirmed");
        let of_this = |duty: &&Duty| duty.key.ends_with(&format!("_{}", self.word()));
        Edition::of(year).duties().iter().filter(confirms).find(of_this)
    }

    /// The report that colleges confirm their purchases for on a day: the interim one until the day by which it is due.
    pub fn in_turn(year: AcademicYear, today: NaiveDate) -> Self {
        let is_interim = |duty: &&Duty| duty.evidence.record.as_deref() == Some("interim_report");
        let due = Edition::of(year).duties().iter().find(is_interim).and_then(|duty| match &duty.rule {
            Rule::By(day) => Some(day.in_year(year)),
            _ => None,
        });
        if due.is_some_and(|due| today <= due) { Self::Interim } else { Self::Final }
    }

    /// The reports that can be sent of a year by now: none before the year begins, and the monitoring of a quarter not before the
    /// quarter is nearly over.
    pub fn open(year: AcademicYear, today: NaiveDate) -> Vec<Self> {
        let edition = Edition::of(year);
        let watches = |duty: &&Duty| duty.evidence.record.as_deref() == Some("textbook_monitoring");
        let duties = edition.duties().iter().filter(watches);
        let terms = duties.flat_map(|duty| duty.terms(year, &edition.periods(), &Calendar::default()));
        let quarters = terms.filter_map(|term| term.period.parse::<Quarter>().ok());
        let nearly_over =
            |quarter: &Quarter| quarter.days().is_some_and(|(_, last)| last - Days::new(NEARLY_OVER) <= today);
        let begun = [Self::Interim, Self::Final, Self::NeededTitles].into_iter().filter(|_| year.first_day() <= today);
        begun.chain(quarters.filter(nearly_over).map(Self::Monitoring)).collect()
    }
}

/// A quarter is watched once it is nearly over: from so many days before its last one.
const NEARLY_OVER: u64 = 14;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Self::Monitoring(quarter) => write!(f, "-{quarter}"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Report {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Ok(match text {
            "interim" => Self::Interim,
            "final" => Self::Final,
            "needed" => Self::NeededTitles,
            _ => {
                let quarter = text.strip_prefix("monitoring-").ok_or_else(|| Refusal::new("choice", text))?;
                Self::Monitoring(quarter.parse()?)
            }
        })
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

column!(Report);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_it_is_said() {
        let quarter = Quarter { year: 2023, number: 4 };
        for report in [Report::Interim, Report::Final, Report::NeededTitles, Report::Monitoring(quarter)] {
            assert_eq!(report.to_string().parse::<Report>().ok(), Some(report));
        }
        for text in ["", "monitoring", "monitoring-2023-Q5", "monitoring-2023-Q0", "monitoring-x-Q1", "Interim"] {
            assert!(text.parse::<Report>().is_err(), "{text}");
        }
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(quarter.days(), Some((day("2023-10-01"), day("2023-12-31"))));
    }

    #[test]
    fn a_year_opens_its_reports_one_after_another() {
        let year = AcademicYear::starting(2023);
        let open = |day: &str| {
            let open = Report::open(year, day.parse().unwrap());
            open.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(open("2023-08-31"), "");
        assert_eq!(open("2023-09-01"), "interim final needed");
        let autumn = open("2023-12-17");
        assert!(autumn.contains("monitoring-2023-Q4") && !open("2023-12-16").contains("2023-Q4"), "{autumn}");
        for (day, report) in [("2023-09-10", Report::Interim), ("2023-09-11", Report::Final)] {
            assert_eq!(Report::in_turn(year, day.parse().unwrap()), report, "{day}");
        }
        let duty = |report: Report| report.confirmation(year).map(|duty| duty.key.as_str());
        assert_eq!(duty(Report::Interim), Some("15.6/confirm_interim"));
        assert_eq!(duty(Report::Final), Some("15.6/confirm_final"));
        assert_eq!(duty(Report::NeededTitles), None);
    }
}
