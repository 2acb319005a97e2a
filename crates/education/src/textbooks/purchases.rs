//! Purchases in the database.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang, words};
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::open;
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::record::{self, Record};
use sheber_platform::{params, search};

/// As the trail names it.
pub const TEXTBOOK: Entity = Entity("textbook");

words! {
    /// What a textbook is.
    Medium {
        Paper = "paper",
        Electronic = "electronic",
    }
}

words! {
    /// Where the money came from.
    Funds {
        /// Per-capita funding (жан басына шаққандағы қаржыландыру).
        PerCapita = "per_capita",
        LocalBudget = "local_budget",
        Own = "own",
        Sponsor = "sponsor",
    }
}

sheber_platform::record! {
    /// What a purchase's form says.
    PurchaseForm of "textbook_purchase" {
        title: String = text(400),
        lang: Lang = choice(),
        medium: Medium = choice(),
        specialty: String = open_text(200),
        publisher: String = open_text(200),
        /// 0 where it is not known.
        published: i64 = open_number(2100),
        copies: i64 = number(1_000_000),
        /// Of one copy, in tiyn.
        price: i64 = money(),
        funds: Funds = choice(),
        bought_on: Day = day(),
    }
}

/// The most that one purchase may cost, in tiyn: a hundred billion tenge. Sums of a country stay countable.
const MOST: i64 = 10_000_000_000_000;

impl PurchaseForm {
    /// Reads a purchase.
    pub fn of(fields: &mut Fields, today: NaiveDate) -> Option<Self> {
        Self::read_with(fields, |details, fields| {
            if details.bought_on.0 > today {
                fields.wrong("bought_on", "event-in-future");
            }
            if title_key(&details.title).is_empty() {
                fields.wrong("title", "field-required");
            }
            if details.copies == 0 {
                fields.wrong("copies", "field-number");
            }
            if details.price.checked_mul(details.copies).is_none_or(|sum| sum > MOST) {
                fields.wrong("price", "field-money");
            }
        })
    }

    /// The academic year whose reports the purchase counts for: the one of the autumn that follows spring and summer. The final
    /// report of 10 November speaks of the calendar year.
    pub fn year(&self) -> AcademicYear {
        AcademicYear::starting(u16::try_from(self.bought_on.0.year()).unwrap_or_default())
    }

    pub fn sum(&self) -> i64 {
        self.price.saturating_mul(self.copies)
    }

    /// What tells one purchase from another.
    fn key(&self) -> Key {
        (title_key(&self.title), self.lang, self.copies, self.price, self.bought_on)
    }
}

/// A price as a form shows it.
pub fn price(tiyn: i64) -> String {
    format!("{}.{:02}", tiyn / 100, tiyn % 100)
}

/// A purchase.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Purchase {
    pub id: i64,
    pub college_id: i64,
    #[sea_orm(nested)]
    pub details: PurchaseForm,
    pub version: i64,
    pub name_kk: String,
    pub name_ru: String,
}

impl Purchase {
    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
}

/// What makes two titles the same: letters and digits, folded.
pub fn title_key(title: &str) -> String {
    let letters = search::folded(title);
    let words = letters.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What a list of purchases is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub medium: Option<Medium>,
    /// The calendar year, where it is not the one that the working year begins in.
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// One college, by its key.
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub college: Option<i64>,
    /// The purchase that was just taken off the list.
    #[serde(deserialize_with = "open", skip_serializing)]
    pub removed: Option<i64>,
    #[serde(skip_serializing)]
    pub at: String,
}

/// The years that a list can be asked for.
pub const YEARS: Range<u16> = 2000..2100;

impl Filter {
    /// The year that a list shows.
    pub fn year_or(&self, year: AcademicYear) -> AcademicYear {
        self.year.filter(|year| YEARS.contains(year)).map_or(year, AcademicYear::starting)
    }

    /// Whether it lets everything of the year through.
    pub fn is_plain(&self) -> bool {
        self.q.trim().is_empty() && self.lang.is_none() && self.medium.is_none()
    }
}

fn conditions(actor: &Actor, year: AcademicYear, filter: &Filter) -> Conditions {
    let mut conditions = actor.scope().colleges("p.college_id");
    conditions.and("p.year = ? AND p.removed = FALSE", params![filter.year_or(year)]);
    if let Some(college) = filter.college {
        conditions.and("p.college_id = ?", params![college]);
    }
    if let Some(lang) = filter.lang {
        conditions.and("p.lang = ?", params![lang]);
    }
    if let Some(medium) = filter.medium {
        conditions.and("p.medium = ?", params![medium]);
    }
    conditions.search("p.search_name", &filter.q);
    conditions
}

/// Sums of a list: titles, copies, money in tiyn.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct Sums {
    pub titles: i64,
    pub copies: i64,
    pub tiyn: i64,
}

pub async fn sums(
    db: &impl ConnectionTrait,
    actor: &Actor,
    year: AcademicYear,
    filter: &Filter,
) -> Result<Sums, DbErr> {
    let conditions = conditions(actor, year, filter);
    let sql = format!(
        "SELECT CAST(COUNT(DISTINCT p.title_key) AS BIGINT) AS titles,
         CAST(COALESCE(SUM(p.copies), 0) AS BIGINT) AS copies, CAST(COALESCE(SUM(p.copies * p.price), 0) AS BIGINT) AS tiyn
         FROM textbook_purchase p{}",
        conditions.sql()
    );
    Ok(database::one(db, &sql, conditions.values).await?.unwrap_or_default())
}

fn select() -> String {
    format!("SELECT p.id, p.college_id, {}, p.version, o.name_kk, o.name_ru", PurchaseForm::columns("p"))
}

const FROM: &str = "FROM textbook_purchase p JOIN organisation o ON o.id = p.college_id";

/// The purchases of a calendar year in scope, the latest first.
pub fn list(actor: &Actor, year: AcademicYear, filter: &Filter) -> Query<'static> {
    const LATEST: Order = Order::down(&[Column::Text("p.bought_on"), Column::Number("p.id")]);
    Query { select: select().into(), from: FROM, conditions: conditions(actor, year, filter), order: LATEST }
}

/// Records a purchase of the own college; gives its key.
pub async fn insert(change: &Change, actor: &Actor, new: &PurchaseForm) -> Result<i64, AppError> {
    let key = insert_all(change, actor, std::slice::from_ref(new)).await?;
    key.first().copied().ok_or(AppError::NotFound)
}

/// Records purchases of the own college; gives their keys in their order.
pub async fn insert_all(change: &Change, actor: &Actor, all: &[PurchaseForm]) -> Result<Vec<i64>, AppError> {
    let region = actor.region.clone().ok_or(AppError::NotFound)?;
    let further = |new: &PurchaseForm| {
        vec![
            ("title_key", title_key(&new.title).into()),
            ("search_name", search::indexed(&new.title).into()),
            ("year", new.year().into()),
            ("college_id", actor.organisation_id.into()),
            ("region", region.clone().into()),
            ("added_by", actor.id.into()),
            ("removed", false.into()),
        ]
    };
    let keys = record::insert_all(change.db(), all.iter().map(|new| (new, further(new)))).await?;
    let entry = |(new, id): (&PurchaseForm, &i64)| {
        at(Entry::new("trail-textbook", TEXTBOOK, *id).after(new.json()), actor.organisation_id, new)
    };
    change.record_all(all.iter().zip(&keys).map(entry).collect()).await?;
    Ok(keys)
}

/// Where a purchase stands: the college's, of the calendar year, by its language.
fn at(entry: Entry, college: i64, details: &PurchaseForm) -> Entry {
    entry.at(college, details.year(), details.lang.code(), Some(details.bought_on.0))
}

/// A purchase of the own college, on the list or taken off it.
pub async fn own(db: &impl ConnectionTrait, actor: &Actor, id: i64, removed: bool) -> Result<Purchase, AppError> {
    let sql = format!("{} {FROM} WHERE p.id = $1 AND p.college_id = $2 AND p.removed = $3", select());
    database::one(db, &sql, params![id, actor.organisation_id, removed]).await?.ok_or(AppError::NotFound)
}

/// Corrects the version of a purchase that the person saw; `false` where it is another by now.
pub async fn correct(change: &Change, old: &Purchase, base: i64, new: &PurchaseForm) -> Result<bool, DbErr> {
    let further = vec![
        ("title_key", title_key(&new.title).into()),
        ("search_name", search::indexed(&new.title).into()),
        ("year", new.year().into()),
    ];
    if !record::update(change.db(), new, (old.id, base), further).await? {
        return Ok(false);
    }
    let entry = Entry::new("trail-textbook-changed", TEXTBOOK, old.id).before(old.details.json()).after(new.json());
    change.record(at(at(entry, old.college_id, &old.details), old.college_id, new)).await?;
    Ok(true)
}

/// Takes a purchase off the list, or puts it back.
pub async fn remove(change: &Change, old: &Purchase, removed: bool) -> Result<(), DbErr> {
    let sql = "UPDATE textbook_purchase SET removed = $2, version = version + 1 WHERE id = $1";
    database::run(change.db(), sql, params![old.id, removed]).await?;
    let what = if removed { "trail-textbook-removed" } else { "trail-textbook-back" };
    change.record(at(Entry::new(what, TEXTBOOK, old.id), old.college_id, &old.details)).await
}

/// What tells one purchase from another.
type Key = (String, Lang, i64, i64, Day);

#[derive(FromQueryResult)]
struct RecordedKey {
    title_key: String,
    lang: Lang,
    copies: i64,
    price: i64,
    bought_on: Day,
}

impl RecordedKey {
    fn key(self) -> Key {
        (self.title_key, self.lang, self.copies, self.price, self.bought_on)
    }
}

/// Which of these purchases a college has recorded already, word for word.
pub async fn alike(
    db: &impl ConnectionTrait,
    actor: &Actor,
    purchases: &[Option<PurchaseForm>],
) -> Result<Vec<bool>, DbErr> {
    let titles: BTreeSet<String> = purchases.iter().flatten().map(|one| title_key(&one.title)).collect();
    if titles.is_empty() {
        return Ok(vec![false; purchases.len()]);
    }
    // Joined and not listed: PostgreSQL would go through a long list for each purchase. Crossed: SQLite keeps to that order, from
    // the titles to the purchases by their index.
    let marks: Vec<String> = (2..titles.len() + 2).map(|n| format!("(${n})")).collect();
    let sql = format!(
        "SELECT p.title_key, p.lang, p.copies, p.price, p.bought_on FROM (VALUES {}) wanted
         CROSS JOIN textbook_purchase p
         WHERE p.title_key = wanted.column1 AND p.college_id = $1 AND p.removed = FALSE",
        marks.join(", ")
    );
    let mut values = params![actor.organisation_id];
    values.extend(titles.into_iter().map(sea_orm::Value::from));
    let recorded: Vec<RecordedKey> = database::all(db, &sql, values).await?;
    let recorded: BTreeSet<Key> = recorded.into_iter().map(RecordedKey::key).collect();
    let is_there = |new: &Option<PurchaseForm>| new.as_ref().is_some_and(|new| recorded.contains(&new.key()));
    Ok(purchases.iter().map(is_there).collect())
}

/// How many Kazakh titles a college bought in the calendar year that an academic year begins in.
pub async fn titles(db: &impl ConnectionTrait, college: i64, year: AcademicYear) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(DISTINCT title_key) FROM textbook_purchase
               WHERE college_id = $1 AND year = $2 AND lang = 'kk' AND removed = FALSE";
    database::number(db, sql, params![college, year]).await
}

/// How many Kazakh titles a region bought in that year, each counted once.
pub async fn region_titles(db: &impl ConnectionTrait, region: &str, year: AcademicYear) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(DISTINCT title_key) FROM textbook_purchase
               WHERE region = $1 AND year = $2 AND lang = 'kk' AND removed = FALSE";
    database::number(db, sql, params![region, year]).await
}

/// How many titles of a language, or of all, a region bought between two days, each counted once.
pub async fn region_titles_within(
    db: &impl ConnectionTrait,
    region: &str,
    (from, to): (NaiveDate, NaiveDate),
    lang: Option<Lang>,
) -> Result<i64, DbErr> {
    let mut conditions = Conditions::default();
    conditions.and("region = ? AND removed = FALSE", params![region]);
    conditions.and("bought_on >= ? AND bought_on <= ?", params![Day(from), Day(to)]);
    if let Some(lang) = lang {
        conditions.and("lang = ?", params![lang]);
    }
    let sql = format!("SELECT COUNT(DISTINCT title_key) FROM textbook_purchase{}", conditions.sql());
    database::number(db, &sql, conditions.values).await
}

/// What each of these colleges spent of its per-capita funding (15.2) in the calendar year that an academic year begins in, in
/// tiyn; one that bought nothing is absent.
pub async fn spent(
    db: &impl ConnectionTrait,
    colleges: &[i64],
    year: AcademicYear,
) -> Result<HashMap<i64, i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Spent {
        college_id: i64,
        tiyn: i64,
    }
    if colleges.is_empty() {
        return Ok(HashMap::new());
    }
    let mut conditions = Conditions::default();
    conditions.among("college_id", colleges);
    conditions.and("year = ? AND removed = FALSE AND funds = ?", params![year, Funds::PerCapita]);
    let sql = format!(
        "SELECT college_id, CAST(SUM(copies * price) AS BIGINT) AS tiyn FROM textbook_purchase{} GROUP BY college_id",
        conditions.sql()
    );
    let rows: Vec<Spent> = database::all(db, &sql, conditions.values).await?;
    Ok(rows.into_iter().map(|row| (row.college_id, row.tiyn)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_the_same_by_their_letters() {
        assert_eq!(title_key("«Слесарь  ісі», 1-бөлім"), title_key("слесарь ісі 1 БӨЛІМ"));
        assert_ne!(title_key("Слесарь ісі"), title_key("Слесарь ісі 2"));
        assert_eq!(title_key(" –«»"), "");
    }
}
