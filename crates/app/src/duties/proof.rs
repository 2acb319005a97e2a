//! The records on which a task rests that data close: what they are, who wrote them and when, and where one opens or makes them.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::evidence::{self, EVENTS};
use super::store::Task;
use crate::contests;
use crate::events::store as events;
use crate::params;
use crate::platform::actor::{Ability, Actor};
use crate::platform::database;
use crate::textbooks::Report;

/// A record that counts for a task.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Proof {
    id: i64,
    /// In the words of whoever wrote it; empty where the record has no name of its own.
    pub title: String,
    pub person: Option<String>,
    pub day: Option<String>,
}

/// Records with the way to each, and how many are shown at most.
pub struct Proofs {
    room: &'static str,
    records: Vec<Proof>,
}

const MOST: usize = 20;

impl Proofs {
    pub fn records(&self) -> &[Proof] {
        &self.records
    }

    /// Where a record opens.
    pub fn link(&self, proof: &Proof) -> String {
        if self.room.ends_with('/') || self.room.ends_with('=') {
            format!("{}{}", self.room, proof.id)
        } else {
            self.room.to_owned()
        }
    }
}

/// The records that a task rests on. `$1` is the organisation, `$2` the academic year, `$3` what tells records of a kind apart.
pub async fn of(db: &impl ConnectionTrait, task: &Task) -> Result<Proofs, DbErr> {
    let Some(record) = task.record() else { return Ok(Proofs { room: "", records: Vec::new() }) };
    let (own, year) = (task.organisation_id, task.year());
    if let Some(wanted) = EVENTS.iter().find(|wanted| wanted.record == record) {
        let within = task.template().map_or((task.opens(), task.due()), |duty| evidence::window(duty, task));
        let conditions = events::counting(own, wanted, within);
        let sql = format!("{EVENT}{} ORDER BY held_on, planned_on, id LIMIT {MOST}", conditions.sql());
        return Ok(Proofs { room: "/events/", records: database::all(db, &sql, conditions.values).await? });
    }
    let (room, sql, third): (&'static str, String, sea_orm::Value) = match record {
        "curator_hour_in_each_group" => (
            "/events/",
            format!(
                "{EVENT} WHERE organisation_id = $1 AND year = $2 AND kind = 'curator_hour' AND cancelled = FALSE
                 AND held_on >= $3 AND held_on <= '{}' ORDER BY id",
                task.due()
            ),
            task.opens.clone().into(),
        ),
        "event_published" => (
            "/events/",
            format!("{EVENT} WHERE organisation_id = $1 AND year = $2 AND id = $3 AND links <> ''"),
            task.event_id.unwrap_or(0).into(),
        ),
        "curator_plan_in_each_group" => (
            "/groups/",
            format!(
                "SELECT p.group_id AS id, (SELECT code FROM study_group g WHERE g.id = p.group_id) AS title, {},
                 CAST(NULL AS TEXT) AS day FROM curator_plan p WHERE p.college_id = $1 AND p.year = $2 AND $3 = '' ORDER BY 2",
                written_by("curator_plan", "p.id")
            ),
            "".into(),
        ),
        "education_plan" | "sports_plan" => (
            "/plans?id=",
            "SELECT id, CAST(number AS TEXT) AS title, (SELECT name FROM account a WHERE a.id = p.approved_by) AS person,
             approved_on AS day FROM plan p WHERE college_id = $1 AND year = $2 AND kind = $3 AND approved_on IS NOT NULL
             ORDER BY number"
                .to_owned(),
            (if record == "sports_plan" { "sport" } else { "education" }).into(),
        ),
        "circles" => (
            "/bodies/",
            format!(
                "SELECT b.id, b.name AS title, {}, b.founded_on AS day FROM body b WHERE b.college_id = $1 AND $2 <> ''
                 AND b.kind = $3 AND b.closed_on IS NULL ORDER BY b.founded_on, b.id",
                written_by("body", "b.id")
            ),
            "circle".into(),
        ),
        "reading_survey" => (
            "/surveys/",
            "SELECT s.id, s.title, (SELECT name FROM account a WHERE a.id = s.made_by) AS person,
             (SELECT MIN(on_day) FROM survey_answer a WHERE a.survey_id = s.id) AS day FROM survey s
             WHERE s.college_id = $1 AND s.year = $2
             AND EXISTS (SELECT 1 FROM survey_subject x WHERE x.survey_id = s.id AND x.subject = $3)
             AND EXISTS (SELECT 1 FROM survey_answer a WHERE a.survey_id = s.id) ORDER BY s.id"
                .to_owned(),
            "reading".into(),
        ),
        "group_reader_contest" | "year_reader_contest" | "mastery_contest" | "language_contest_planned" => (
            "/contests/",
            format!(
                "SELECT c.id, c.title, {}, COALESCE(c.closed_on, c.made_on) AS day FROM contest c
                 WHERE c.organisation_id = $1 AND c.year = $2 AND c.kind = $3 AND c.state <> 'cancelled' AND {} ORDER BY c.id",
                written_by("contest", "c.id"),
                contests::store::OWN_LEVEL
            ),
            record.trim_end_matches("_planned").trim_end_matches("_contest").into(),
        ),
        "interim_report" | "final_report" | "region_textbooks_needed" | "textbook_monitoring" => (
            "/textbooks/reports/",
            "SELECT id, CAST(number AS TEXT) AS title, (SELECT name FROM account a WHERE a.id = r.sent_by) AS person,
             sent_on AS day FROM textbook_report r WHERE organisation_id = $1 AND year = $2 AND report = $3 ORDER BY number"
                .to_owned(),
            evidence::report(record, task).into(),
        ),
        "purchases_confirmed" => (
            "/textbooks",
            "SELECT CAST(0 AS BIGINT) AS id, '' AS title, (SELECT name FROM account a WHERE a.id = c.by_id) AS person, on_day AS day
             FROM textbook_confirmed c WHERE college_id = $1 AND year = $2 AND report = $3"
                .to_owned(),
            (if task.duty.ends_with("interim") { Report::Interim } else { Report::Final }).word().into(),
        ),
        "textbooks_needed" => (
            "/textbooks/needed",
            format!(
                "SELECT t.id, t.title, {}, t.added_on AS day FROM textbook_needed t
                 WHERE t.college_id = $1 AND t.year = $2 AND $3 = '' ORDER BY t.added_on, t.id",
                written_by("textbook_needed", "t.id")
            ),
            "".into(),
        ),
        "application_sent" => (
            "/register/",
            "SELECT c.id, p.name_kk AS title, (SELECT name FROM account a WHERE a.id = s.actor_id) AS person,
             CAST(NULL AS TEXT) AS day FROM register_step s JOIN register_case c ON c.id = s.case_id
             JOIN programme p ON p.id = c.programme_id
             WHERE c.college_id = $1 AND $2 <> '' AND s.action = $3 AND p.intake >= '2024-2025' ORDER BY s.at"
                .to_owned(),
            "submit".into(),
        ),
        "patrons_matched" => (
            "/patrons",
            format!(
                "SELECT p.id, p.name AS title, {}, (SELECT MIN(on_day) FROM patron_match m WHERE m.patron_id = p.id) AS day
                 FROM patron p WHERE p.region = (SELECT region FROM organisation WHERE id = $1) AND $2 <> '' AND $3 = ''
                 AND p.removed = FALSE AND EXISTS (SELECT 1 FROM patron_match m WHERE m.patron_id = p.id) ORDER BY p.id",
                written_by("patron", "p.id")
            ),
            "".into(),
        ),
        _ => return Ok(Proofs { room: "", records: Vec::new() }),
    };
    let mut values = params![own, year.to_string()];
    values.push(third);
    Ok(Proofs { room, records: database::all(db, &format!("{sql} LIMIT {MOST}"), values).await? })
}

const EVENT: &str = "SELECT id, topic AS title, (SELECT name FROM account WHERE account.id = made_by) AS person,
    COALESCE(held_on, planned_on) AS day FROM event";

/// Who first wrote a record, by the trail.
fn written_by(entity: &str, key: &str) -> String {
    format!(
        "(SELECT a.name FROM audit t JOIN account a ON a.id = t.actor_id WHERE t.entity = '{entity}' AND t.entity_id = {key}
          ORDER BY t.id LIMIT 1) AS person"
    )
}

/// Whether somebody may open the records of a kind.
pub fn opens(record: &str, actor: &Actor) -> bool {
    let ability = match record {
        "curator_plan_in_each_group" | "circles" | "reading_survey" => Ability::SeeGroups,
        "education_plan" | "sports_plan" => Ability::SeePlans,
        "group_reader_contest" | "year_reader_contest" | "mastery_contest" | "language_contest_planned" => {
            Ability::SeeContests
        }
        "interim_report"
        | "final_report"
        | "region_textbooks_needed"
        | "textbook_monitoring"
        | "textbooks_needed"
        | "purchases_confirmed" => Ability::SeeTextbooks,
        "application_sent" | "register_by_new_edition" => Ability::SeeRegister,
        "patrons_matched" => Ability::OverseeDuties,
        _ => Ability::SeeEvents,
    };
    actor.may(ability)
}

/// Where the record that closes a task is made, for those who may make it.
pub fn maker(record: &str, actor: &Actor, task: &Task) -> Option<String> {
    let makes = match record {
        "curator_plan_in_each_group" => Ability::SeeGroups,
        "application_sent" => Ability::OpenApplication,
        "register_by_new_edition" => Ability::SeeRegister,
        "education_plan" | "sports_plan" | "circles" => Ability::EditPlans,
        "reading_survey" => Ability::EditSurveys,
        "group_reader_contest" | "year_reader_contest" | "mastery_contest" | "language_contest_planned" => {
            Ability::RunContests
        }
        "textbooks_needed" | "purchases_confirmed" => Ability::EditTextbooks,
        "interim_report" | "final_report" | "region_textbooks_needed" | "textbook_monitoring" => {
            Ability::ReportTextbooks
        }
        "patrons_matched" => Ability::EditPatrons,
        _ => Ability::RecordEvents,
    };
    if !actor.may(makes) {
        return None;
    }
    if let Some(wanted) = EVENTS.iter().find(|wanted| wanted.record == record) {
        let kind = wanted.kinds.first()?.word();
        return Some(if wanted.planned {
            format!("/events/new?kind={kind}")
        } else {
            format!("/events/quick?kind={kind}")
        });
    }
    Some(match record {
        "curator_hour_in_each_group" => "/events/quick?kind=curator_hour".to_owned(),
        "curator_plan_in_each_group" => "/groups".to_owned(),
        "event_published" => format!("/events/{}/edit", task.event_id.unwrap_or(0)),
        "application_sent" => "/programmes".to_owned(),
        "register_by_new_edition" => "/register".to_owned(),
        "education_plan" => "/plans?kind=education".to_owned(),
        "sports_plan" => "/plans?kind=sport".to_owned(),
        "circles" => "/bodies".to_owned(),
        "reading_survey" => "/surveys".to_owned(),
        "group_reader_contest" | "year_reader_contest" | "language_contest_planned" | "mastery_contest" => {
            "/contests".to_owned()
        }
        "textbooks_needed" | "purchases_confirmed" => "/textbooks".to_owned(),
        "region_textbooks_needed" | "textbook_monitoring" | "interim_report" | "final_report" => {
            "/textbooks/reports".to_owned()
        }
        "patrons_matched" => "/patrons".to_owned(),
        _ => return None,
    })
}
