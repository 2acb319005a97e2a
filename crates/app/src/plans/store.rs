//! Plans in the database.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Lang, words};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::duties::{Duty, Holder, Rhythm, Rule};

use super::amend;
use crate::duties::{self, evidence};
use crate::params;
use crate::platform::actor::{Actor, OrganisationKind};
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::secret;

words! {
    /// Which plan it is.
    Kind {
        /// Educational work (тәрбие жұмысы).
        Education = "education",
        /// Sport (спорттық-бұқаралық жұмыс, 14.3).
        Sport = "sport",
    }
}

words! {
    /// How it stands with a version.
    State {
        Draft = "draft",
        Approved = "approved",
        /// A later version is approved.
        Superseded = "superseded",
    }
}

impl Kind {
    /// Whether a duty of the guidance belongs into this plan.
    fn holds(self, duty: &Duty) -> bool {
        let of_section = duty.item.starts_with("14.") || duty.item == "1.1" || duty.item == "8.6";
        let of_sport = duty.item == "14.3";
        // The plan itself is no line of the plan.
        let is_plan = duty.evidence.record.as_deref().is_some_and(|record| record.ends_with("_plan"));
        !is_plan
            && duty.holder == Holder::College
            && match self {
                Self::Education => of_section && !of_sport,
                Self::Sport => of_sport,
            }
    }

    /// The record that its approval is.
    pub const fn record(self) -> &'static str {
        match self {
            Self::Education => "education_plan",
            Self::Sport => "sports_plan",
        }
    }
}

/// A line of a plan: a duty of the guidance with its rhythm, or an own event with its day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// The duty it stands for; own lines have none.
    pub duty: Option<String>,
    pub what: String,
    pub on: Option<NaiveDate>,
    pub audience: String,
    pub responsible: String,
    /// The planned event that the approval made of it.
    pub event: Option<i64>,
}

impl Line {
    fn template(&self, year: AcademicYear) -> Option<&'static Duty> {
        Edition::of(year).duty(self.duty.as_deref()?)
    }

    /// What it says in a language: the guidance's words, or the people's own.
    pub fn what(&self, lang: Lang, year: AcademicYear) -> String {
        match self.template(year) {
            Some(duty) if self.what.is_empty() => duty.title.get(lang).to_owned(),
            _ => self.what.clone(),
        }
    }

    /// When: the day, or the rhythm of the duty.
    pub fn when(&self, lang: Lang, year: AcademicYear) -> String {
        match (self.on, self.template(year)) {
            (Some(day), _) => messages::date(lang, day),
            (None, Some(duty)) => rhythm(lang, &duty.rule, year),
            (None, None) => String::new(),
        }
    }

    pub fn item(&self) -> &str {
        self.duty.as_deref().and_then(|duty| duty.split('/').next()).unwrap_or_default()
    }

    /// Who: as written, else whose post the duty is.
    pub fn who(&self, lang: Lang, year: AcademicYear) -> String {
        match self.template(year) {
            Some(duty) if self.responsible.is_empty() => {
                messages::text(lang, &format!("role-{}", duties::role(duty.post).word()))
            }
            _ => self.responsible.clone(),
        }
    }
}

/// A rule in words.
pub fn rhythm(lang: Lang, rule: &Rule, year: AcademicYear) -> String {
    let by = |day| messages::text_with(lang, "plan-by", &[("date", &messages::date(lang, day))]);
    match rule {
        Rule::On(day) => messages::date(lang, day.in_year(year)),
        Rule::By(day) => by(day.in_year(year)),
        Rule::Within(from, to) => {
            format!("{} – {}", messages::date(lang, from.in_year(year)), messages::date(lang, to.in_year(year)))
        }
        Rule::Each { rhythm, .. } => messages::text(
            lang,
            match rhythm {
                Rhythm::Week => "plan-each-week",
                Rhythm::Month => "plan-each-month",
                Rhythm::Quarter => "plan-each-quarter",
                Rhythm::Half => "plan-each-half",
            },
        ),
        Rule::After { working_days, .. } => {
            messages::text_with(lang, "plan-after", &[("n", &working_days.to_string())])
        }
    }
}

/// A version of a plan.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Plan {
    pub id: i64,
    pub college_id: i64,
    pub year: String,
    pub kind: String,
    pub number: i64,
    pub state: String,
    lines: String,
    pub hash: String,
    pub approved_on: Option<String>,
    pub version: i64,
    pub maker: String,
    pub approver: Option<String>,
    pub name_kk: String,
    pub name_ru: String,
}

impl Plan {
    pub fn kind(&self) -> Kind {
        self.kind.parse().unwrap_or(Kind::Education)
    }

    pub fn state(&self) -> State {
        self.state.parse().unwrap_or(State::Draft)
    }

    pub fn lines(&self) -> Vec<Line> {
        serde_json::from_str(&self.lines).unwrap_or_default()
    }

    pub fn year(&self) -> AcademicYear {
        self.year.parse().unwrap_or(sheber_norms::edition::FIRST_YEAR)
    }
}

const PLAN: &str =
    "SELECT p.id, p.college_id, p.year, p.kind, p.number, p.state, p.lines, p.hash, p.approved_on, p.version,
    m.name AS maker, a.name AS approver, o.name_kk, o.name_ru FROM plan p JOIN account m ON m.id = p.made_by
    JOIN organisation o ON o.id = p.college_id LEFT JOIN account a ON a.id = p.approved_by";

/// The plans that somebody sees: the drafts are the college's own.
fn seen(actor: &Actor) -> Conditions {
    let mut conditions = actor.scope().colleges("p.college_id");
    if actor.role.organisation() != OrganisationKind::College {
        conditions.and("p.state <> 'draft'", params![]);
    }
    conditions
}

/// The versions of a college's plan, newest first.
pub async fn versions(
    db: &impl ConnectionTrait,
    actor: &Actor,
    college: i64,
    year: AcademicYear,
    kind: Kind,
) -> Result<Vec<Plan>, DbErr> {
    let mut conditions = seen(actor);
    conditions.and("p.college_id = ? AND p.year = ? AND p.kind = ?", params![college, year.to_string(), kind.word()]);
    let sql = format!("{PLAN}{} ORDER BY p.number DESC LIMIT 100", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Plan, AppError> {
    let mut conditions = seen(actor);
    conditions.and("p.id = ?", params![id]);
    let sql = format!("{PLAN}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// The day on which a college's plan of a year was first approved.
pub async fn approved_on(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    kind: Kind,
) -> Result<Option<NaiveDate>, DbErr> {
    let sql = "SELECT MIN(approved_on) FROM plan WHERE college_id = $1 AND year = $2 AND kind = $3";
    let day = database::text(db, sql, params![college, year.to_string(), kind.word()]).await?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// What the guidance proposes: each of its duties with its rhythm.
pub fn proposed(year: AcademicYear, kind: Kind) -> Vec<Line> {
    let duties = Edition::of(year).duties().iter().filter(|duty| kind.holds(duty));
    duties.map(|duty| Line { duty: Some(duty.key.clone()), ..Line::default() }).collect()
}

/// Begins a version.
pub async fn begin(
    change: &Change,
    actor: &Actor,
    year: AcademicYear,
    kind: Kind,
    number: i64,
    lines: &[Line],
) -> Result<i64, DbErr> {
    let text = serde_json::to_string(lines).unwrap_or_default();
    let id = database::number(
        change.db(),
        "INSERT INTO plan (college_id, year, kind, number, state, lines, hash, made_by, made_at, version)
         VALUES ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, 1) RETURNING id",
        params![
            actor.organisation_id,
            year.to_string(),
            kind.word(),
            number,
            text.clone(),
            secret::sha256(&text),
            actor.id,
            change.at()
        ],
    )
    .await?;
    let after = serde_json::json!({ "kind": kind.word(), "number": number, "lines": lines.len() });
    change.record(Event::new("event-plan", "plan", id).after(after)).await?;
    Ok(id)
}

/// Writes a draft's lines; `false` where it is no draft any more or somebody else wrote meanwhile.
pub async fn write(change: &Change, plan: &Plan, base: i64, lines: &[Line]) -> Result<bool, DbErr> {
    let text = serde_json::to_string(lines).unwrap_or_default();
    let written = database::run(
        change.db(),
        "UPDATE plan SET lines = $3, hash = $4, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'",
        params![plan.id, base, text.clone(), secret::sha256(&text)],
    )
    .await?;
    let after = serde_json::json!({ "lines": lines.len() });
    change.record(Event::new("event-plan-changed", "plan", plan.id).after(after)).await?;
    Ok(written == 1)
}

/// Throws a draft away; `false` where it is no draft, or not the one that the person saw.
pub async fn discard(change: &Change, plan: &Plan, hash: &str) -> Result<bool, DbErr> {
    let sql = "DELETE FROM plan WHERE id = $1 AND state = 'draft' AND hash = $2";
    let gone = database::run(change.db(), sql, params![plan.id, hash]).await?;
    // What was written in it stays in the trail.
    let before = serde_json::json!({ "kind": plan.kind, "number": plan.number, "lines": plan.lines() });
    change.record(Event::new("event-plan-discarded", "plan", plan.id).before(before)).await?;
    Ok(gone == 1)
}

/// The approved version of the same plan.
pub async fn approved(db: &impl ConnectionTrait, plan: &Plan) -> Result<Option<Plan>, DbErr> {
    let sql = format!("{PLAN} WHERE p.college_id = $1 AND p.year = $2 AND p.kind = $3 AND p.state = 'approved'");
    database::one(db, &sql, params![plan.college_id, plan.year.clone(), plan.kind.clone()]).await
}

/// Approves a draft: the version before is superseded, its events are planned, moved or called off as the lines say, the duty of
/// the plan closes.
/// `false` where it is not the draft that the person saw.
pub async fn approve(change: &Change, actor: &Actor, plan: &Plan, hash: &str) -> Result<bool, AppError> {
    if plan.state() != State::Draft || plan.hash != hash {
        return Ok(false);
    }
    let year = plan.year();
    let mut lines = plan.lines();
    let before = approved(change.db(), plan).await?.map(|plan| plan.lines()).unwrap_or_default();
    amend::carry_out(change, actor, plan.kind(), year, &before, &mut lines).await?;
    let today = clock::day(change.at()).to_string();
    let superseded = "UPDATE plan SET state = 'superseded', version = version + 1
                      WHERE college_id = $1 AND year = $2 AND kind = $3 AND state = 'approved'";
    database::run(change.db(), superseded, params![plan.college_id, plan.year.clone(), plan.kind.clone()]).await?;
    let text = serde_json::to_string(&lines).unwrap_or_default();
    let written = database::run(
        change.db(),
        "UPDATE plan SET state = 'approved', approved_by = $2, approved_on = $3, lines = $4, hash = $5, version = version + 1
         WHERE id = $1 AND state = 'draft' AND hash = $6",
        params![plan.id, actor.id, today, text.clone(), secret::sha256(&text), hash],
    )
    .await?;
    let after = serde_json::json!({ "number": plan.number, "hash": secret::sha256(&text) });
    change.record(Event::new("event-plan-approved", "plan", plan.id).after(after)).await?;
    evidence::settle(change, plan.college_id, year, None, &[plan.kind().record()]).await?;
    Ok(written == 1)
}
