//! Remarks (ескертпелер) on a programme: each tied to a place, answered by the college, accepted or not by its author.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_exchange::draft::Draft;
use sheber_kernel::{AcademicYear, Lang, words};
use sheber_norms::Programme;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::{clock, database, params};

use super::request::Request;
use super::store::{self, CASE, Case};
use super::workflow::{Hand, State};
use crate::programmes::store as programmes;
use crate::programmes::versions::{Difference, differences};

#[derive(Clone, Debug, FromQueryResult)]
pub struct Remark {
    pub id: i64,
    pub author_id: i64,
    /// The author's name; nobody's for the college where an expert wrote it.
    pub author: Option<String>,
    pub place: String,
    pub text: String,
    /// The version it was made on.
    pub version: i64,
    pub sent: bool,
    pub answer: Option<String>,
    pub answered: bool,
    pub accepted: Option<bool>,
}

impl Remark {
    /// Waits for an answer of the college.
    pub fn is_open(&self) -> bool {
        self.sent && !self.answered && self.accepted != Some(true)
    }
}

/// The word for the passport as a place; modules and units go by their codes, which outlive a change of order.
const PASSPORT: &str = "passport";

/// The places of a programme: the word and what it is called.
pub fn places(programme: &Programme, lang: Lang) -> Vec<(String, String)> {
    let mut places = vec![
        (String::new(), sheber_messages::text(lang, "remark-whole")),
        (PASSPORT.to_owned(), sheber_messages::text(lang, "sheet-passport")),
    ];
    for module in &programme.modules {
        places.push((module.code.clone(), format!("{} {}", module.code, module.name.get(lang))));
        places.extend(module.units.iter().map(|unit| {
            let place = format!("{} · {}", module.code, unit.code);
            let label = format!("{place} {}", unit.name.get(lang));
            (place, label)
        }));
    }
    places
}

/// What a place is called.
pub fn label(place: &str, lang: Lang) -> String {
    match place {
        "" => sheber_messages::text(lang, "remark-whole"),
        PASSPORT => sheber_messages::text(lang, "sheet-passport"),
        codes => codes.to_owned(),
    }
}

/// The field of the editor where a place begins.
pub fn anchor(programme: &Programme, place: &str) -> Option<String> {
    if place == PASSPORT {
        return Some("/specialty/code".to_owned());
    }
    let (module, unit) = place.split_once(" · ").map_or((place, None), |(module, unit)| (module, Some(unit)));
    let m = programme.modules.iter().position(|known| known.code == module)?;
    match unit {
        None => Some(format!("/modules/{m}/code")),
        Some(unit) => {
            let u = programme.modules[m].units.iter().position(|known| known.code == unit)?;
            Some(format!("/modules/{m}/units/{u}/code"))
        }
    }
}

/// What changed at a place between the version of the remark and another.
pub fn changes(before: &Programme, after: &Programme, place: &str, lang: Lang) -> Vec<Difference> {
    let heading = label(place, lang);
    let mut found = differences(lang, &Draft::from(before), &Draft::from(after));
    found.retain(|one| {
        place.is_empty()
            || one.place == heading
            || one.place.strip_prefix(place).is_some_and(|rest| rest.starts_with(" · "))
    });
    found
}

pub async fn all(db: &impl ConnectionTrait, case: i64) -> Result<Vec<Remark>, DbErr> {
    let sql = "SELECT r.id, r.author_id, a.name AS author, r.place, r.text, r.version, r.sent, r.answer, r.answered, r.accepted
               FROM register_remark r JOIN account a ON a.id = r.author_id WHERE r.case_id = $1 ORDER BY r.id";
    database::all(db, sql, params![case]).await
}

/// The remarks somebody may see: their own; the others' once they are sent, or, for the group, once all have judged. The college
/// does not learn which expert wrote one.
pub async fn shown(
    db: &impl ConnectionTrait,
    case: &Case,
    actor: &Actor,
    is_judged: bool,
) -> Result<Vec<Remark>, DbErr> {
    let mut remarks = all(db, case.id).await?;
    let part = store::part(db, actor, case).await?;
    remarks.retain(|one| one.sent || one.author_id == actor.id || (part.is_member && is_judged));
    if store::is_applicants_side(actor) {
        for one in remarks.iter_mut().filter(|one| Some(one.author_id) != case.taker_id) {
            one.author = None;
        }
    }
    Ok(remarks)
}

/// Whether somebody may write remarks now: who checks, or who judges.
pub async fn may_write(db: &impl ConnectionTrait, actor: &Actor, case: &Case) -> Result<bool, DbErr> {
    let part = store::part(db, actor, case).await?;
    Ok(match case.state {
        State::PrimaryCheck => Hand::Taker.is(actor.role, part),
        State::Expertise => {
            Hand::Member.is(actor.role, part)
                && case.summary.is_none()
                && store::has_declared(db, case.id, actor.id).await?
        }
        _ => false,
    })
}

/// Whether a return says what to mend: a remark that is new or was not accepted.
pub async fn any_open(db: &impl ConnectionTrait, case: i64) -> Result<bool, DbErr> {
    let sql = "SELECT COUNT(*) FROM register_remark WHERE case_id = $1 AND (sent = FALSE OR accepted = FALSE)";
    Ok(database::number(db, sql, params![case]).await? > 0)
}

/// Whether the request answers every remark that waits for the college.
pub async fn are_answered(db: &impl ConnectionTrait, case: i64, request: &Request) -> Result<bool, DbErr> {
    let open = all(db, case).await?;
    Ok(open.iter().filter(|one| one.is_open()).all(|one| request.remark(one.id).is_some()))
}

/// The case goes back: new remarks go with it, and what was not accepted is open again.
pub async fn send(db: &impl ConnectionTrait, case: i64) -> Result<(), DbErr> {
    let sql = "UPDATE register_remark SET sent = TRUE, answered = FALSE, accepted = NULL
               WHERE case_id = $1 AND (sent = FALSE OR accepted = FALSE)";
    database::run(db, sql, params![case]).await.map(|_| ())
}

/// The case comes again, with the answers.
pub async fn answer(db: &impl ConnectionTrait, case: i64, request: &Request) -> Result<(), DbErr> {
    for (id, answer) in request.remarks.iter().filter(|(_, answer)| !answer.trim().is_empty()) {
        let sql = "UPDATE register_remark SET answer = $3, answered = TRUE
                   WHERE case_id = $1 AND id = $2 AND sent = TRUE AND answered = FALSE";
        database::run(db, sql, params![case, *id, answer.trim()]).await?;
    }
    Ok(())
}

fn entry(change: &Change, case: &Case) -> Entry {
    let year = AcademicYear::of(clock::day(change.at()));
    Entry::new("trail-register-remark", CASE, case.id).of(case.college_id, year)
}

/// No remark is longer.
const LONGEST: usize = 5_000;

/// Writes a remark, or says why not.
pub async fn add(
    app: &App,
    actor: &Actor,
    id: i64,
    place: &str,
    text: &str,
) -> Result<Result<(), &'static str>, AppError> {
    store::find(&app.db, actor, id).await?;
    let change = Change::begin(app, Some(actor)).await?;
    let case = store::locked(&change, id).await?;
    let text = text.trim();
    if !may_write(change.db(), actor, &case).await? {
        return Ok(Err("register-not-now"));
    }
    if text.is_empty() {
        return Ok(Err("remark-empty"));
    }
    if text.chars().count() > LONGEST {
        return Ok(Err("error-long"));
    }
    let (_, _, programme) = programmes::frozen(change.db(), case.programme_id, Some(case.version)).await?;
    if !places(&programme, Lang::Kk).iter().any(|(known, _)| known == place) {
        return Err(AppError::Bad("error-form"));
    }
    let written = database::run(
        change.db(),
        "INSERT INTO register_remark (case_id, author_id, place, text, version, at)
         SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM register_remark
             WHERE case_id = $1 AND author_id = $2 AND place = $3 AND text = $4 AND sent = FALSE)",
        params![id, actor.id, place, text, case.version, change.at()],
    )
    .await?;
    // A second click writes no second remark.
    if written > 0 {
        change.record(entry(&change, &case)).await?;
        change.commit().await?;
    }
    Ok(Ok(()))
}

words! {
    /// What the author says of a remark.
    Reply {
        /// The answer is accepted.
        Accept = "accept",
        Reject = "reject",
        /// Taken back, before it is sent.
        Remove = "remove",
    }
}

/// The author's word on an answer; or takes a remark back that was not sent yet.
pub async fn decide(
    app: &App,
    actor: &Actor,
    id: i64,
    remark: i64,
    word: Reply,
) -> Result<Result<(), &'static str>, AppError> {
    store::find(&app.db, actor, id).await?;
    let change = Change::begin(app, Some(actor)).await?;
    let case = store::locked(&change, id).await?;
    let sql = match word {
        Reply::Remove => {
            "DELETE FROM register_remark WHERE case_id = $1 AND id = $2 AND author_id = $3 AND sent = FALSE AND $4 = $4"
        }
        Reply::Accept | Reply::Reject => {
            "UPDATE register_remark SET accepted = $4
             WHERE case_id = $1 AND id = $2 AND author_id = $3 AND sent = TRUE AND answered = TRUE"
        }
    };
    let is_now = may_write(change.db(), actor, &case).await?;
    let values = params![id, remark, actor.id, word == Reply::Accept];
    if !is_now || database::run(change.db(), sql, values).await? == 0 {
        return Ok(Err("register-not-now"));
    }
    let after = serde_json::json!({ "remark": remark, "what": word });
    change.record(entry(&change, &case).after(after)).await?;
    change.commit().await?;
    Ok(Ok(()))
}
