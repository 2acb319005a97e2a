//! What data tell of a duty: a task whose record is there closes by itself, and opens again when the record goes.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr};
use sheber_kernel::AcademicYear;
use sheber_norms::Edition;
use sheber_norms::duties::{Duty, Rule};

use super::store::{self, Closing, Given, Task};
use crate::contests::store::{self as contests, Kind as Contest};
use crate::events::{kinds::Kind, store as events};
use crate::params;
use crate::plans::store as plans;
use crate::platform::audit::Change;
use crate::platform::database;
use crate::textbooks::{self, Report, reports};
use crate::{bodies, groups, patrons, register, surveys};

/// How far the record of a duty has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    pub have: i64,
    pub need: i64,
    /// The day on which the last of it was there.
    pub on: Option<NaiveDate>,
}

impl Shown {
    fn once(on: Option<NaiveDate>) -> Self {
        Self { have: i64::from(on.is_some()), need: 1, on }
    }

    /// The day on which it was whole.
    pub fn whole(&self) -> Option<NaiveDate> {
        self.on.filter(|_| self.need > 0 && self.have >= self.need)
    }
}

/// What an event has to be to count for a record.
pub struct Wanted {
    pub record: &'static str,
    pub kinds: &'static [Kind],
    /// Invited specialists are named.
    pub specialists: bool,
    /// Its material was published.
    pub published: bool,
    /// Planned is enough.
    pub planned: bool,
}

const fn held(record: &'static str, kinds: &'static [Kind]) -> Wanted {
    Wanted { record, kinds, specialists: false, published: false, planned: false }
}

/// Records that are events.
pub const EVENTS: &[Wanted] = &[
    held("it_seminar", &[Kind::ItSeminar]),
    held("information_work", &[Kind::InformationWork]),
    held("worldskills_experts", &[Kind::ExpertTraining]),
    held("college_championship", &[Kind::Championship]),
    held("regional_championship", &[Kind::Championship]),
    held("career_guidance", &[Kind::CareerGuidance]),
    held("forum", &[Kind::Forum]),
    Wanted { planned: true, ..held("forum_planned", &[Kind::Forum]) },
    held("book_crossing", &[Kind::BookCrossing]),
    held("reading_event", &[Kind::Quiz, Kind::Quest, Kind::FlashMob]),
    held("league_stage", &[Kind::LeagueStage]),
    Wanted { specialists: true, published: true, ..held("healthy_life_event", &[Kind::HealthyLife]) },
    held(
        "out_of_class_event",
        &[
            Kind::Startup,
            Kind::Podcast,
            Kind::Newspaper,
            Kind::Talk,
            Kind::Meeting,
            Kind::Charity,
            Kind::Excursion,
            Kind::PartnerProject,
        ],
    ),
    held("debate", &[Kind::Debate]),
    held("development_day", &[Kind::DevelopmentDay]),
    held("contest_participation", &[Kind::Contest]),
    Wanted { specialists: true, published: true, ..held("prevention_event", &[Kind::Prevention]) },
];

/// Records that are not events of a kind.
pub const OTHERS: &[&str] = &[
    "curator_hour_in_each_group",
    "curator_plan_in_each_group",
    "event_published",
    "application_sent",
    "register_by_new_edition",
    "education_plan",
    "sports_plan",
    "circles",
    "reading_survey",
    "group_reader_contest",
    "year_reader_contest",
    "language_contest_planned",
    "mastery_contest",
    "textbooks_needed",
    "region_textbooks_needed",
    "textbook_monitoring",
    "purchases_confirmed",
    "interim_report",
    "final_report",
    "patrons_matched",
];

/// The days within which a record counts for a task: its own stretch where it comes again and again, else the academic year.
pub fn window(duty: &Duty, task: &Task) -> (NaiveDate, NaiveDate) {
    match duty.rule {
        Rule::On(_) | Rule::Each { .. } => (task.opens(), task.due()),
        Rule::By(_) | Rule::Within(..) | Rule::After { .. } => {
            let year = task.year();
            (year.first_day(), year.next().first_day() - chrono::Days::new(1))
        }
    }
}

/// The name under which the report of a task is kept.
pub fn report(record: &str, task: &Task) -> String {
    match record {
        "interim_report" => Report::Interim.word().to_owned(),
        "final_report" => Report::Final.word().to_owned(),
        "region_textbooks_needed" => Report::Needed.word().to_owned(),
        _ => format!("monitoring-{}", task.period),
    }
}

/// How far the record of a task has come; `None` where a person says it.
pub async fn shown(db: &impl ConnectionTrait, task: &Task) -> Result<Option<Shown>, DbErr> {
    let Some(duty) = task.template() else { return Ok(None) };
    let Some(record) = duty.evidence.record.as_deref() else { return Ok(None) };
    let within = window(duty, task);
    let (own, year) = (task.organisation_id, task.year());
    if let Some(wanted) = EVENTS.iter().find(|wanted| wanted.record == record) {
        return Ok(Some(Shown::once(events::first(db, own, wanted, within).await?)));
    }
    let shown = match record {
        "curator_hour_in_each_group" => {
            let (have, need) = events::groups_with_curator_hour(db, own, year, within).await?;
            Shown { have, need, on: Some(task.due()) }
        }
        "curator_plan_in_each_group" => {
            let (have, need, on) = groups::curator::planned(db, own, year, task.due()).await?;
            Shown { have, need, on }
        }
        "event_published" => Shown::once(events::published_on(db, task.event_id.unwrap_or(0)).await?),
        "application_sent" => Shown::once(register::first_sent(db, own, within).await?),
        "register_by_new_edition" => Shown::once(register::first_included(db, within).await?),
        "education_plan" => Shown::once(plans::approved_on(db, own, year, plans::Kind::Education).await?),
        "sports_plan" => Shown::once(plans::approved_on(db, own, year, plans::Kind::Sport).await?),
        "circles" => Shown::once(bodies::store::first_circle(db, own, year).await?),
        "textbooks_needed" => Shown::once(textbooks::store::first_needed(db, own, year).await?),
        "purchases_confirmed" => {
            let report = if task.duty.ends_with("interim") { Report::Interim } else { Report::Final };
            Shown::once(textbooks::store::confirmed_on(db, own, year, report).await?)
        }
        "interim_report" | "final_report" | "region_textbooks_needed" | "textbook_monitoring" => {
            let report = report(record, task);
            Shown::once(reports::first_sent(db, own, year, &report).await?)
        }
        "reading_survey" => Shown::once(surveys::store::first_answer(db, own, within).await?),
        "group_reader_contest" => Shown::once(contests::first(db, own, year, Contest::GroupReader, false).await?),
        "year_reader_contest" => Shown::once(contests::first(db, own, year, Contest::YearReader, false).await?),
        "mastery_contest" => Shown::once(contests::first(db, own, year, Contest::Mastery, false).await?),
        "language_contest_planned" => Shown::once(contests::first(db, own, year, Contest::Language, true).await?),
        "patrons_matched" => {
            let (have, need, on) = patrons::matched_of(db, own).await?;
            Shown { have, need, on }
        }
        _ => Shown { have: 0, need: 1, on: None },
    };
    Ok(Some(shown))
}

/// Looks again at the tasks of an organisation that rest on these records: after one of them was written, within its change.
/// `day` narrows it to the weeks and months that hold the day.
pub async fn settle(
    change: &Change,
    organisation: i64,
    year: AcademicYear,
    day: Option<NaiveDate>,
    records: &[&str],
) -> Result<(), DbErr> {
    let rests = |duty: &&Duty| duty.evidence.record.as_deref().is_some_and(|record| records.contains(&record));
    change.in_order().await?;
    let duties: Vec<&str> = Edition::of(year).duties().iter().filter(rests).map(|duty| duty.key.as_str()).collect();
    for task in store::told_by_data(change, organisation, year, &duties).await? {
        let comes_again = task.template().is_some_and(|duty| matches!(duty.rule, Rule::Each { .. }));
        let elsewhere = day.is_some_and(|day| day < task.opens() || day > task.due());
        if !(comes_again && elsewhere) {
            settle_one(change, &task).await?;
        }
    }
    Ok(())
}

async fn settle_one(change: &Change, task: &Task) -> Result<(), DbErr> {
    let Some(shown) = shown(change.db(), task).await? else { return Ok(()) };
    let whole = shown.whole();
    if whole == task.closed_on() {
        return Ok(());
    }
    let given = whole.map(|_| Given { have: Some(shown.have), need: Some(shown.need), ..Given::default() });
    store::close(change, task, Closing { on: whole, by: None, given, excused: task.excused.clone() }).await
}

/// Looks at every task of an organisation that data can tell of: when its tasks are made, records may be there already.
pub async fn settle_all(change: &Change, organisation: i64, year: AcademicYear) -> Result<(), DbErr> {
    // Nothing is recorded of most organisations of a new year, and a look at each of their tasks is a query.
    if !any(change.db(), organisation, year).await? {
        return Ok(());
    }
    let all: Vec<&str> = EVENTS.iter().map(|wanted| wanted.record).chain(OTHERS.iter().copied()).collect();
    settle(change, organisation, year, None, &all).await
}

/// Whether anything is recorded that a task may rest on: of the year itself, or carried over from the year before.
async fn any(db: &impl ConnectionTrait, organisation: i64, year: AcademicYear) -> Result<bool, DbErr> {
    let sql = "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM event WHERE organisation_id = $1 AND year = $2)
               OR EXISTS (SELECT 1 FROM body WHERE college_id = $1)
               OR EXISTS (SELECT 1 FROM patron_match WHERE college_id = $1)
               OR EXISTS (SELECT 1 FROM patron p JOIN organisation o ON o.region = p.region WHERE o.id = $1)
               OR EXISTS (SELECT 1 FROM plan WHERE college_id = $1 AND year = $2)
               OR EXISTS (SELECT 1 FROM register_case WHERE college_id = $1)
               OR EXISTS (SELECT 1 FROM organisation WHERE id = $1 AND kind = 'operator')
               OR EXISTS (SELECT 1 FROM curator_plan WHERE college_id = $1 AND year = $2)
               OR EXISTS (SELECT 1 FROM survey WHERE college_id = $1 AND year = $2)
               OR EXISTS (SELECT 1 FROM textbook_needed WHERE college_id = $1 AND year = $2)
               OR EXISTS (SELECT 1 FROM textbook_report WHERE organisation_id = $1 AND year = $2)
               OR EXISTS (SELECT 1 FROM contest WHERE organisation_id = $1 AND year = $2)
               OR EXISTS (SELECT 1 FROM textbook_confirmed WHERE college_id = $1 AND year = $2)
               THEN 1 ELSE 0 END AS BIGINT)";
    Ok(database::number(db, sql, params![organisation, year.to_string()]).await? > 0)
}

/// The records that an event of a kind may count for.
pub fn records(kind: Kind) -> Vec<&'static str> {
    let mut records: Vec<&str> =
        EVENTS.iter().filter(|wanted| wanted.kinds.contains(&kind)).map(|wanted| wanted.record).collect();
    if kind == Kind::CuratorHour {
        records.push("curator_hour_in_each_group");
    }
    records.push("event_published");
    records
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_record_of_the_guidance_is_looked_up_and_the_reverse() {
        let known: BTreeSet<&str> = EVENTS.iter().map(|wanted| wanted.record).chain(OTHERS.iter().copied()).collect();
        let asked: BTreeSet<&str> = (2023..2030)
            .flat_map(|start| Edition::of(AcademicYear::starting(start)).duties())
            .filter_map(|duty| duty.evidence.record.as_deref())
            .collect();
        assert_eq!(known, asked);
    }
}
