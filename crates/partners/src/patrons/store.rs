//! Patrons and their colleges in the database.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Bin, Day, Lang};
use sheber_people::organisations::colleges::by_name;
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::record::{self, Record};
use sheber_platform::{clock, params, search};

/// As the trail names it.
pub const PATRON: Entity = Entity("patron");

sheber_platform::record! {
    /// What a patron's form says.
    PatronForm of "patron" {
        name: String = text(300),
        bin: Bin = choice(),
        /// The field of education that it needs: the first two digits of specialties.
        profile: String = text(2),
        contact: String = open_text(300),
        note: String = open_text(1000),
    }
}

impl PatronForm {
    pub fn of(fields: &mut Fields) -> Option<Self> {
        if fields.value("bin").parse::<Bin>().is_err() {
            fields.wrong("bin", "organisation-bin");
        }
        Self::read_with(fields, |details, fields| {
            if details.profile.len() != 2 || !details.profile.bytes().all(|byte| byte.is_ascii_digit()) {
                fields.wrong("profile", "patron-profile-wrong");
            }
        })
    }
}

/// An enterprise that patronises (қамқоршы кәсіпорын).
#[derive(Clone, Debug, FromQueryResult)]
pub struct Patron {
    pub id: i64,
    pub region: String,
    #[sea_orm(nested)]
    pub details: PatronForm,
}

/// What a list of patrons is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    /// Only those without a college.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unmatched: String,
    #[serde(skip_serializing)]
    pub at: String,
}

impl Filter {
    pub fn is_plain(&self) -> bool {
        self.q.trim().is_empty() && self.unmatched.is_empty()
    }
}

/// The patrons of somebody's region; for the ministry those of all.
fn scope(actor: &Actor) -> Conditions {
    let mut conditions = Conditions::default();
    match actor.scope() {
        Scope::All => &mut conditions,
        Scope::Region(region) => conditions.and("p.region = ?", params![region]),
        Scope::College(_) | Scope::Nothing => conditions.and("1 = 0", params![]),
    };
    conditions.and("p.removed = FALSE", params![]);
    conditions
}

fn select() -> String {
    format!("SELECT p.id, p.region, {}", PatronForm::columns("p"))
}

/// Patrons by name.
pub fn list(actor: &Actor, filter: &Filter) -> Query<'static> {
    const BY_NAME: Order = Order::up(&[Column::Bytes("p.sort_name"), Column::Number("p.id")]);
    let mut conditions = scope(actor);
    conditions.search("p.search_name", &filter.q);
    if !filter.unmatched.is_empty() {
        conditions.and("NOT EXISTS (SELECT 1 FROM patron_match m WHERE m.patron_id = p.id)", params![]);
    }
    Query { select: select().into(), from: "FROM patron p", conditions, order: BY_NAME }
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Patron, AppError> {
    let mut conditions = scope(actor);
    conditions.and("p.id = ?", params![id]);
    let sql = format!("{} FROM patron p{}", select(), conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// A college that a patron has.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Match {
    pub patron_id: i64,
    pub college_id: i64,
    pub name_kk: String,
    pub name_ru: String,
}

impl Match {
    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
}

/// The colleges of these patrons.
pub async fn matches(db: &impl ConnectionTrait, patrons: &[Patron], lang: Lang) -> Result<Vec<Match>, DbErr> {
    if patrons.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<i64> = patrons.iter().map(|patron| patron.id).collect();
    let mut conditions = Conditions::default();
    conditions.among("m.patron_id", &keys);
    let sql = format!(
        "SELECT m.patron_id, m.college_id, o.name_kk, o.name_ru FROM patron_match m
         JOIN organisation o ON o.id = m.college_id{} ORDER BY {}, o.id",
        conditions.sql(),
        by_name(lang)
    );
    database::all(db, &sql, conditions.values).await
}

/// A field of education that a college trains in: the first two digits of its specialties.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Training {
    pub college_id: i64,
    pub field: String,
}

/// What the colleges in scope train in, by their programmes.
pub async fn trainings(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Training>, DbErr> {
    let conditions = actor.scope().colleges("college_id");
    let sql =
        format!("SELECT DISTINCT college_id, SUBSTR(specialty, 1, 2) AS field FROM programme{}", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// What happened to a patron: it is told of in the year of the change.
fn entry(change: &Change, actor: &Actor, what: &'static str, patron: i64) -> Entry {
    let year = AcademicYear::of(clock::day(change.at()));
    Entry::new(what, PATRON, patron).of(actor.organisation_id, year)
}

/// Records a patron of the own region; nothing where it is there already.
pub async fn insert(change: &Change, actor: &Actor, new: &PatronForm) -> Result<Option<i64>, AppError> {
    let region = actor.region.clone().ok_or(AppError::NotFound)?;
    let known = "SELECT COUNT(*) FROM patron WHERE region = $1 AND bin = $2 AND removed = FALSE";
    if database::number(change.db(), known, params![region.clone(), new.bin]).await? > 0 {
        return Ok(None);
    }
    let further = vec![
        ("region", region.into()),
        ("search_name", search::indexed(&format!("{} {}", new.name, new.bin)).into()),
        ("sort_name", search::sort_key(Lang::Kk, &new.name).into()),
        ("added_by", actor.id.into()),
        ("added_on", Day(clock::day(change.at())).into()),
        ("removed", false.into()),
    ];
    let id = record::insert(change.db(), new, further).await?;
    change.record(entry(change, actor, "trail-patron", id).after(new.json())).await?;
    Ok(Some(id))
}

/// Matches a patron to a college, or takes the match back.
pub async fn set_match(
    change: &Change,
    actor: &Actor,
    (patron, college): (i64, i64),
    matched: bool,
) -> Result<(), DbErr> {
    if matched {
        let sql = "INSERT INTO patron_match (patron_id, college_id, on_day) VALUES ($1, $2, $3)
                   ON CONFLICT (patron_id, college_id) DO NOTHING";
        if database::run(change.db(), sql, params![patron, college, Day(clock::day(change.at()))]).await? == 0 {
            return Ok(());
        }
    } else {
        let sql = "DELETE FROM patron_match WHERE patron_id = $1 AND college_id = $2";
        if database::run(change.db(), sql, params![patron, college]).await? == 0 {
            return Ok(());
        }
    }
    let after = serde_json::json!({ "college": college, "matched": matched });
    change.record(entry(change, actor, "trail-patron-match", patron).after(after)).await
}

pub async fn remove(change: &Change, actor: &Actor, patron: i64) -> Result<(), DbErr> {
    database::run(change.db(), "UPDATE patron SET removed = TRUE WHERE id = $1", params![patron]).await?;
    change.record(entry(change, actor, "trail-patron-removed", patron)).await
}
