//! Programmes in the database: found within the actor's scope, saved as versions, never overwritten in silence.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult, Value};
use sheber_exchange::draft::Draft;
use sheber_kernel::{Day, Lang};
use sheber_norms::Programme;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::{database, params, search, secret};

use super::standing::Judgement;

/// As the trail names it.
pub const PROGRAMME: Entity = Entity("programme");

#[derive(Clone, Debug, FromQueryResult)]
struct Row {
    id: i64,
    college_id: i64,
    version: i64,
    content: String,
    archived: bool,
    updated_at: i64,
    copied_from: Option<i64>,
}

/// A programme as it stands now.
#[derive(Clone, Debug)]
pub struct StoredProgramme {
    pub id: i64,
    pub college_id: i64,
    pub version: i64,
    pub programme: Programme,
    pub archived: bool,
    pub updated_at: i64,
    pub copied_from: Option<i64>,
}

/// A programme as its version stores it.
pub fn parsed(content: &str) -> Result<Programme, AppError> {
    sheber_exchange::json::read(content.as_bytes())
        .map_err(|error| AppError::Internal(format!("stored programme: {error}")))
}

/// A college's programmes as they stand now, archived ones left out.
pub async fn of_college(db: &impl ConnectionTrait, college: i64) -> Result<Vec<(i64, Programme)>, AppError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        content: String,
    }
    let sql = "SELECT p.id, v.content FROM programme p
               JOIN programme_version v ON v.programme_id = p.id AND v.number = p.version
               WHERE p.college_id = $1 AND p.archived = FALSE ORDER BY p.id LIMIT 500";
    let rows: Vec<Row> = database::all(db, sql, params![college]).await?;
    rows.into_iter().map(|row| Ok((row.id, parsed(&row.content)?))).collect()
}

/// The programme with this key, if the actor may see it.
pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<StoredProgramme, AppError> {
    let mut conditions = actor.scope().colleges("p.college_id");
    conditions.and("p.id = ?", params![id]);
    let sql = format!(
        "SELECT p.id, p.college_id, p.version, v.content, p.archived, p.updated_at, p.copied_from FROM programme p
         JOIN programme_version v ON v.programme_id = p.id AND v.number = p.version{}",
        conditions.sql()
    );
    let row: Row = database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)?;
    Ok(StoredProgramme {
        programme: parsed(&row.content)?,
        id: row.id,
        college_id: row.college_id,
        version: row.version,
        archived: row.archived,
        updated_at: row.updated_at,
        copied_from: row.copied_from,
    })
}

/// The columns that lists filter and sort by, computed from the programme.
fn columns(programme: &Programme) -> Vec<(&'static str, Value)> {
    let codes: Vec<String> = programme.qualifications.iter().map(|q| q.code.to_string()).collect();
    let (kk, ru) = (programme.specialty.name.get(Lang::Kk), programme.specialty.name.get(Lang::Ru));
    let mut words = vec![
        programme.specialty.code.to_string(),
        programme.specialty.name.kk.clone(),
        programme.specialty.name.ru.clone(),
        programme.college.name.kk.clone(),
        programme.college.name.ru.clone(),
    ];
    for qualification in &programme.qualifications {
        words.extend([qualification.code.to_string(), qualification.name.kk.clone(), qualification.name.ru.clone()]);
    }
    let Judgement { violations, warnings, by_item } = Judgement::of(programme);
    vec![
        ("specialty", programme.specialty.code.into()),
        ("qualifications", codes.join(" ").into()),
        ("name_kk", kk.into()),
        ("name_ru", ru.into()),
        ("search_name", search::indexed(&words.join(" ")).into()),
        ("sort_kk", search::sort_key(Lang::Kk, kk).into()),
        ("sort_ru", search::sort_key(Lang::Ru, ru).into()),
        ("entry_base", programme.entry_base.into()),
        ("level", programme.level.into()),
        ("language", programme.language.into()),
        ("intake", programme.intake.into()),
        ("edition", Day(programme.standard_edition).into()),
        ("violations", violations.into()),
        ("warnings", warnings.into()),
        ("findings", Json(by_item).into()),
        ("credits", programme.mandatory_credits().into()),
    ]
}

/// A version to be written.
pub struct NewVersion<'a> {
    pub programme: &'a Programme,
    pub note: &'a str,
    pub autosave: bool,
}

/// Makes a programme of a college; gives its key.
/// A programme that was made, or one like it that was there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    New(i64),
    Alike(i64),
}

impl Creation {
    pub const fn id(self) -> i64 {
        match self {
            Self::New(id) | Self::Alike(id) => id,
        }
    }
}

/// Makes a programme, unless the college has one that is the same in everything: a file that comes again, a second click.
///
/// # Errors
/// Where the database cannot be written.
pub async fn create_once(
    app: &App,
    actor: &Actor,
    college: i64,
    programme: &Programme,
    note: &str,
    copied_from: Option<i64>,
) -> Result<Creation, AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let sql = "SELECT id FROM programme WHERE college_id = $1 AND specialty = $2 AND intake = $3 AND archived = FALSE";
    let values = params![college, programme.specialty.code, programme.intake];
    for id in database::values::<i64>(change.db(), sql, values).await? {
        if find(change.db(), actor, id).await?.programme == *programme {
            return Ok(Creation::Alike(id));
        }
    }
    let id = insert(&change, Some(actor.id), college, programme, note, copied_from).await?;
    change.commit().await?;
    Ok(Creation::New(id))
}

pub async fn create(
    app: &App,
    actor: &Actor,
    college: i64,
    programme: &Programme,
    note: &str,
    copied_from: Option<i64>,
) -> Result<i64, AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let id = insert(&change, Some(actor.id), college, programme, note, copied_from).await?;
    change.commit().await?;
    Ok(id)
}

/// Inserts a programme in an open change.
pub async fn insert(
    change: &Change,
    author: Option<i64>,
    college: i64,
    programme: &Programme,
    note: &str,
    copied_from: Option<i64>,
) -> Result<i64, AppError> {
    let id = insert_row(change, author, college, programme, note, copied_from).await?;
    let after = serde_json::json!({ "specialty": programme.specialty.code, "intake": programme.intake, "note": note });
    change
        .record(Entry::new("trail-programme-created", PROGRAMME, id).after(after).of(college, programme.intake))
        .await?;
    Ok(id)
}

/// Inserts a generated programme without a line in the trail of its own: only for data of the generator, which records each
/// batch with the key 0, never for people's.
pub async fn insert_bulk(change: &Change, college: i64, programme: &Programme) -> Result<i64, AppError> {
    insert_row(change, None, college, programme, "", None).await
}

async fn insert_row(
    change: &Change,
    author: Option<i64>,
    college: i64,
    programme: &Programme,
    note: &str,
    copied_from: Option<i64>,
) -> Result<i64, AppError> {
    let content = serde_json::to_string(programme).map_err(|error| AppError::Internal(error.to_string()))?;
    let mut row = columns(programme);
    row.extend([
        ("college_id", college.into()),
        ("version", 1_i64.into()),
        ("copied_from", copied_from.into()),
        ("archived", false.into()),
        ("updated_at", change.at().into()),
        ("updated_by", author.into()),
    ]);
    let id = database::insert(change.db(), "programme", row).await?;
    write_version(change, id, 1, author, &content, note, false).await?;
    Ok(id)
}

async fn write_version(
    change: &Change,
    id: i64,
    number: i64,
    author: Option<i64>,
    content: &str,
    note: &str,
    autosave: bool,
) -> Result<(), DbErr> {
    database::run(
        change.db(),
        "INSERT INTO programme_version (programme_id, number, content, hash, note, autosave, author_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![id, number, content, secret::sha256(content), note, autosave, author, change.at()],
    )
    .await?;
    Ok(())
}

/// How a save ended.
pub enum SaveOutcome {
    /// Written as this version.
    Version(i64),
    /// Nothing differs from what is stored.
    Unchanged(i64),
    /// Somebody else has saved meanwhile: the version that now stands.
    Conflict(i64),
}

/// Autosaves by one person within this time replace one another.
const THINNING: i64 = 10 * 60_000;

#[derive(FromQueryResult)]
struct Last {
    number: i64,
    autosave: bool,
    author_id: Option<i64>,
    at: i64,
}

/// Saves over `base`, the version the author has seen, in a change of its own.
pub async fn save(app: &App, actor: &Actor, id: i64, base: i64, new: &NewVersion<'_>) -> Result<SaveOutcome, AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let saved = save_in(&change, actor, id, base, new).await?;
    change.commit().await?;
    Ok(saved)
}

/// Writes the next version of what lists and searches know of a programme; `false` where somebody did meanwhile.
async fn overwrite(
    change: &Change,
    actor: &Actor,
    (id, base): (i64, i64),
    programme: &Programme,
) -> Result<bool, DbErr> {
    let mut row = columns(programme);
    row.extend([("updated_at", change.at().into()), ("updated_by", actor.id.into())]);
    database::overwrite(change.db(), "programme", (id, base), row).await
}

/// Leaves out the newest version where it was saved by itself a short while after the one before.
async fn thin(change: &Change, actor: &Actor, id: i64) -> Result<(), DbErr> {
    let last: Vec<Last> = database::all(
        change.db(),
        "SELECT number, autosave, author_id, at FROM programme_version WHERE programme_id = $1 ORDER BY number DESC LIMIT 2",
        params![id],
    )
    .await?;
    // The window is held by the version before: a day of steady typing keeps a version every ten minutes.
    if let [last, anchor] = last.as_slice()
        && last.autosave
        && last.author_id == Some(actor.id)
        && change.at() - anchor.at < THINNING
    {
        let delete = "DELETE FROM programme_version WHERE programme_id = $1 AND number = $2 AND autosave = TRUE";
        database::run(change.db(), delete, params![id, last.number]).await?;
    }
    Ok(())
}

/// Saves in an open change. The programme's college stays what it is.
pub async fn save_in(
    change: &Change,
    actor: &Actor,
    id: i64,
    base: i64,
    new: &NewVersion<'_>,
) -> Result<SaveOutcome, AppError> {
    let stored = find(change.db(), actor, id).await?;
    // Equal before older: who saves the same twice over a slow line is in nobody's way.
    if stored.programme == *new.programme && new.note.is_empty() {
        if !new.autosave {
            keep_version(change, id, stored.version).await?;
        }
        return Ok(SaveOutcome::Unchanged(stored.version));
    }
    if stored.version != base {
        return Ok(SaveOutcome::Conflict(stored.version));
    }
    let (number, programme) = (base + 1, new.programme);
    let content = serde_json::to_string(programme).map_err(|error| AppError::Internal(error.to_string()))?;
    if !overwrite(change, actor, (id, base), programme).await? {
        return Ok(SaveOutcome::Conflict(base + 1));
    }
    if new.autosave {
        thin(change, actor, id).await?;
    }
    write_version(change, id, number, Some(actor.id), &content, new.note, new.autosave).await?;
    let event = if new.autosave { "trail-programme-autosaved" } else { "trail-programme-saved" };
    let hash = |programme: &Programme| secret::sha256(&serde_json::to_string(programme).unwrap_or_default());
    let before = serde_json::json!({ "version": base, "hash": hash(&stored.programme) });
    let after = serde_json::json!({ "version": number, "hash": secret::sha256(&content), "note": new.note });
    let entry = Entry::new(event, PROGRAMME, id).before(before).after(after);
    let entry = entry.of(stored.college_id, stored.programme.intake).of(stored.college_id, programme.intake);
    change.record(entry).await?;
    Ok(SaveOutcome::Version(number))
}

/// Number, hash and programme of a version, the newest where none is named, the nearest earlier one where it was thinned out: for
/// those who have let their actor see it.
pub async fn frozen(
    db: &impl ConnectionTrait,
    id: i64,
    number: Option<i64>,
) -> Result<(i64, String, Programme), AppError> {
    #[derive(FromQueryResult)]
    struct Version {
        number: i64,
        hash: String,
        content: String,
    }
    let sql = "SELECT number, hash, content FROM programme_version WHERE programme_id = $1 AND number <= $2
               ORDER BY number DESC LIMIT 1";
    let found: Version =
        database::one(db, sql, params![id, number.unwrap_or(i64::MAX)]).await?.ok_or(AppError::NotFound)?;
    Ok((found.number, found.hash, parsed(&found.content)?))
}

/// Makes an autosaved version one that somebody saved: it is no longer thinned out.
pub async fn keep_version(change: &Change, id: i64, number: i64) -> Result<(), AppError> {
    let update =
        "UPDATE programme_version SET autosave = FALSE WHERE programme_id = $1 AND number = $2 AND autosave = TRUE";
    if database::run(change.db(), update, params![id, number]).await? > 0 {
        let after = serde_json::json!({ "version": number });
        change.record(Entry::new("trail-programme-saved", PROGRAMME, id).after(after)).await?;
    }
    Ok(())
}

/// Puts a programme away, or takes it back.
pub async fn set_archived(app: &App, actor: &Actor, id: i64, archived: bool) -> Result<(), AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let stored = find(change.db(), actor, id).await?;
    database::run(change.db(), "UPDATE programme SET archived = $2 WHERE id = $1", params![id, archived]).await?;
    let event = if archived { "trail-programme-archived" } else { "trail-programme-returned" };
    change.record(Entry::new(event, PROGRAMME, id).of(stored.college_id, stored.programme.intake)).await?;
    change.commit().await?;
    Ok(())
}

#[derive(Debug, FromQueryResult)]
pub struct VersionLine {
    pub number: i64,
    pub note: String,
    pub autosave: bool,
    pub author: Option<String>,
    pub at: i64,
    pub hash: String,
}

/// The versions of a programme that the actor has already been let to see, newest first.
pub async fn versions(db: &DatabaseConnection, programme: &StoredProgramme) -> Result<Vec<VersionLine>, DbErr> {
    database::all(
        db,
        "SELECT v.number, v.note, v.autosave, a.name AS author, v.at, v.hash FROM programme_version v
         LEFT JOIN account a ON a.id = v.author_id WHERE v.programme_id = $1 ORDER BY v.number DESC",
        params![programme.id],
    )
    .await
}

/// What somebody typed that does not read yet.
pub struct KeptDraft {
    pub base: i64,
    pub draft: Draft,
    pub at: i64,
}

pub async fn keep_draft(app: &App, actor: &Actor, id: i64, base: i64, draft: &Draft) -> Result<(), AppError> {
    find(&app.db, actor, id).await?;
    database::run(
        &app.db,
        "INSERT INTO programme_draft (programme_id, account_id, base_version, draft, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (programme_id, account_id) DO UPDATE SET base_version = excluded.base_version,
             draft = excluded.draft, at = excluded.at",
        params![id, actor.id, base, Json(draft.clone()), app.clock.millis()],
    )
    .await?;
    Ok(())
}

pub async fn kept_draft(db: &DatabaseConnection, actor: &Actor, id: i64) -> Result<Option<KeptDraft>, AppError> {
    #[derive(FromQueryResult)]
    struct Row {
        base_version: i64,
        draft: Json<Draft>,
        at: i64,
    }
    let kept: Option<Row> = database::one(
        db,
        "SELECT base_version, draft, at FROM programme_draft WHERE programme_id = $1 AND account_id = $2",
        params![id, actor.id],
    )
    .await?;
    Ok(kept.map(|kept| KeptDraft { base: kept.base_version, draft: kept.draft.0, at: kept.at }))
}

/// Forgets a person's draft once it has become a version: the one that started from `base`, or whichever there is.
pub async fn forget_draft(app: &App, actor: &Actor, id: i64, base: Option<i64>) -> Result<(), DbErr> {
    database::run(
        &app.db,
        "DELETE FROM programme_draft WHERE programme_id = $1 AND account_id = $2 AND ($3 < 0 OR base_version = $3)",
        params![id, actor.id, base.unwrap_or(-1)],
    )
    .await?;
    Ok(())
}

/// The first stored version of a programme that is not what it was saved as; none where all are.
///
/// # Errors
/// Where the database cannot be read.
pub async fn altered(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Version {
        id: i64,
        content: String,
        hash: String,
    }
    let mut last = 0;
    loop {
        let sql = "SELECT id, content, hash FROM programme_version WHERE id > $1 ORDER BY id LIMIT 200";
        let versions: Vec<Version> = database::all(db, sql, params![last]).await?;
        let Some(end) = versions.last().map(|version| version.id) else { return Ok(None) };
        if let Some(other) = versions.iter().find(|version| secret::sha256(&version.content) != version.hash) {
            return Ok(Some(other.id));
        }
        last = end;
    }
}
