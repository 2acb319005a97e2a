//! Plans in the database.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang, OrganisationKind};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::duties::{Duty, PlanKind};
use sheber_platform::ability::role;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::{params, procedure, secret};

use super::procedure::{Action, Hand, Plans, State};
use super::rights;

/// As the trail names it.
pub const PLAN: Entity = Entity("plan");

/// A line of a plan: a duty of the guidance with its rhythm, or an own event with its day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// The duty it stands for; own lines have none.
    pub duty: Option<String>,
    pub what: String,
    pub on: Option<Day>,
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
            (Some(day), _) => messages::date(lang, day.0),
            (None, Some(duty)) => messages::rhythm(lang, &duty.rule, year),
            (None, None) => String::new(),
        }
    }

    pub fn item(&self) -> &str {
        self.duty.as_deref().and_then(|duty| duty.split('/').next()).unwrap_or_default()
    }

    /// Who: as written, else whose post the duty is.
    pub fn who(&self, lang: Lang, year: AcademicYear) -> String {
        match self.template(year) {
            Some(duty) if self.responsible.is_empty() => messages::text(lang, &format!("role-{}", role(duty.post))),
            _ => self.responsible.clone(),
        }
    }
}

/// A version of a plan.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Plan {
    pub id: i64,
    pub college_id: i64,
    pub year: AcademicYear,
    pub kind: PlanKind,
    pub number: i64,
    pub state: State,
    pub lines: Json<Vec<Line>>,
    pub hash: String,
    pub approved_on: Option<Day>,
    pub version: i64,
    pub maker: String,
    pub approver: Option<String>,
    pub name_kk: String,
    pub name_ru: String,
}

impl Plan {
    /// Whether somebody may do something with the version as it stands.
    pub fn lets(&self, actor: &Actor, action: Action) -> bool {
        let is = |hand| {
            actor.organisation_id == self.college_id
                && match hand {
                    Hand::Editor => actor.may(rights::EDIT),
                    Hand::Director => actor.may(rights::APPROVE),
                    Hand::Approval => false,
                }
        };
        procedure::find::<Plans>(self.state, action, is).is_some()
    }
}

const PLANS: &str =
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
    kind: PlanKind,
) -> Result<Vec<Plan>, DbErr> {
    let mut conditions = seen(actor);
    conditions.and("p.college_id = ? AND p.year = ? AND p.kind = ?", params![college, year, kind]);
    let sql = format!("{PLANS}{} ORDER BY p.number DESC LIMIT 100", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Plan, AppError> {
    let mut conditions = seen(actor);
    conditions.and("p.id = ?", params![id]);
    let sql = format!("{PLANS}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// What the guidance proposes: each of its duties of this plan, with its rhythm.
pub fn proposed(year: AcademicYear, kind: PlanKind) -> Vec<Line> {
    let duties = Edition::of(year).duties().iter().filter(|duty| duty.plan == Some(kind));
    duties.map(|duty| Line { duty: Some(duty.key.clone()), ..Line::default() }).collect()
}

/// What names a version's content: whoever approves or discards names what they saw.
pub fn hash(lines: &[Line]) -> String {
    secret::sha256(&serde_json::json!(lines).to_string())
}

/// Begins a version.
pub async fn begin(
    change: &Change,
    actor: &Actor,
    (year, kind, number): (AcademicYear, PlanKind, i64),
    lines: &[Line],
) -> Result<i64, DbErr> {
    let id = database::number(
        change.db(),
        "INSERT INTO plan (college_id, year, kind, number, state, lines, hash, made_by, made_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) RETURNING id",
        params![
            actor.organisation_id,
            year,
            kind,
            number,
            State::Draft,
            Json(lines.to_vec()),
            hash(lines),
            actor.id,
            change.at()
        ],
    )
    .await?;
    let after = serde_json::json!({ "kind": kind, "number": number, "lines": lines.len() });
    change.record(Entry::new("trail-plan", PLAN, id).after(after)).await?;
    Ok(id)
}

/// Writes a draft's lines; `false` where it is no draft any more or somebody else wrote meanwhile.
pub async fn write(change: &Change, plan: &Plan, base: i64, lines: &[Line]) -> Result<bool, DbErr> {
    let sql = "UPDATE plan SET lines = $3, hash = $4, version = version + 1
               WHERE id = $1 AND version = $2 AND state = 'draft'";
    let values = params![plan.id, base, Json(lines.to_vec()), hash(lines)];
    if database::run(change.db(), sql, values).await? == 0 {
        return Ok(false);
    }
    let after = serde_json::json!({ "lines": lines.len() });
    change.record(Entry::new("trail-plan-changed", PLAN, plan.id).after(after)).await?;
    Ok(true)
}

/// Throws a draft away; `false` where it is no draft, or not the one that the person saw.
pub async fn discard(change: &Change, plan: &Plan, hash: &str) -> Result<bool, DbErr> {
    let sql = "DELETE FROM plan WHERE id = $1 AND state = 'draft' AND hash = $2";
    if database::run(change.db(), sql, params![plan.id, hash]).await? == 0 {
        return Ok(false);
    }
    // What was written in it stays in the trail.
    let before = serde_json::json!({ "kind": plan.kind, "number": plan.number, "lines": *plan.lines });
    change.record(Entry::new("trail-plan-discarded", PLAN, plan.id).before(before)).await?;
    Ok(true)
}

/// Records that so many directors were told of a draft.
pub async fn asked(change: &Change, plan: &Plan, directors: usize) -> Result<(), DbErr> {
    let after = serde_json::json!({ "directors": directors });
    change.record(Entry::new("trail-plan-asked", PLAN, plan.id).after(after)).await
}

/// The approved version of the same plan.
pub async fn approved(db: &impl ConnectionTrait, plan: &Plan) -> Result<Option<Plan>, DbErr> {
    let sql = format!("{PLANS} WHERE p.college_id = $1 AND p.year = $2 AND p.kind = $3 AND p.state = 'approved'");
    database::one(db, &sql, params![plan.college_id, plan.year, plan.kind]).await
}
