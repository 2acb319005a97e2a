//! Taking rows in, and taking them back: some hundred at a time, each part a change of its own, so that nobody else waits long. What was
//! taken is noted with it; who is interrupted goes on where it ended.

use std::collections::HashSet;
use std::sync::Arc;

use sea_orm::{DbErr, Value};
use sheber_exchange::table::reading::Row;

use super::brought;
use super::preview::{self, AT_ONCE, Progress, Standing};
use super::store::{self, Import, State, TakenRow};
use crate::actor::Actor;
use crate::app::App;
use crate::change::Change;
use crate::columns::Json;
use crate::door::{Bringer, Door, Incoming, There};
use crate::error::AppError;
use crate::fields::Fields;
use crate::{database, params, trail};

/// Takes the rows of an import that are right.
///
/// # Errors
/// Where the database cannot be written; what was taken so far stands.
pub async fn take(
    app: &App,
    actor: &Actor,
    door: &'static dyn Door,
    import: &Import,
    progress: &Arc<Progress>,
) -> Result<(), AppError> {
    let read = brought::previewed(app, actor, door, import, &Arc::default()).await?;
    let preview = read.map_err(|_| AppError::conflict())?;
    // Somebody else changed how the file is read, or what is there: nobody has seen what would be taken now.
    if import.done == 0 && preview.mark(import) != import.seen {
        let change = Change::begin(app, Some(actor)).await?;
        store::step(&change, import.id, &[State::Taking], State::Read).await?;
        return Ok(change.commit().await?);
    }
    let taken: HashSet<i64> = store::rows(&app.db, import.id).await?.iter().map(|row| row.place).collect();
    let late: HashSet<u32> = import.skipped.iter().copied().collect();
    let is_wanted = |standing: &Standing| match standing {
        Standing::New | Standing::Changed(_) => true,
        Standing::Alike => import.doubles,
        Standing::Same | Standing::Wrong => false,
    };
    let rows: Vec<(usize, &Standing)> = preview
        .lines
        .iter()
        .filter(|line| is_wanted(&line.standing))
        .map(|line| (line.row, &line.standing))
        .filter(|(row, _)| {
            let place = preview.reading.rows[*row].place;
            !taken.contains(&i64::from(place)) && !late.contains(&place)
        })
        .collect();
    let all = rows.len() + taken.len();
    let mut done = import.done;
    let mut skipped = import.skipped.0.clone();
    progress.set(taken.len(), all);
    for part in rows.chunks(AT_ONCE) {
        let part: Vec<(&Row, &Standing)> =
            part.iter().map(|(row, seen)| (&preview.reading.rows[*row], *seen)).collect();
        let change = Change::begin(app, Some(actor)).await?;
        // Of two that take the same rows one goes on.
        let own = "UPDATE table_import SET many = $3 WHERE id = $1 AND state = 'taking' AND done = $2";
        if database::run(change.db(), own, params![import.id, done, count(all)]).await? == 0 {
            return Ok(());
        }
        let (fresh, late) = take_part(&change, door, import, brought::bringer(app, actor, import), &part).await?;
        skipped.extend(&late);
        let changed = part.len() - late.len() - fresh;
        let sql = "UPDATE table_import SET fresh = fresh + $2, changed = changed + $3, done = done + $4, skipped = $5
                   WHERE id = $1";
        let values = params![import.id, count(fresh), count(changed), count(part.len()), Json(skipped.clone())];
        database::run(change.db(), sql, values).await?;
        change.commit().await?;
        done += count(part.len());
        progress.set(usize::try_from(done).unwrap_or_default(), all);
    }
    let change = Change::begin(app, Some(actor)).await?;
    if store::step(&change, import.id, &[State::Taking], State::Taken).await? {
        let now = store::find(app, change.db(), actor, import.id).await?;
        change.record(store::ended(&now, "trail-import-taken").of(now.organisation_id, now.year)).await?;
        change.commit().await?;
    }
    Ok(())
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

/// Takes some rows within a change: how many were new, and which had changed since they were seen.
async fn take_part(
    change: &Change,
    door: &'static dyn Door,
    import: &Import,
    by: Bringer<'_>,
    part: &[(&Row, &Standing)],
) -> Result<(usize, Vec<u32>), AppError> {
    let rows: Vec<Row> = part.iter().map(|(row, _)| (*row).clone()).collect();
    let looked = preview::look(door, &change.look(), by, &rows).await?;
    let (mut incoming, mut late) = (Vec::new(), Vec::new());
    for ((row, seen), looked) in part.iter().zip(looked) {
        // What came there since the preview nobody has seen.
        if looked.standing == **seen {
            incoming.push(Incoming { place: row.place, fields: looked.fields, there: looked.there });
        } else {
            late.push(row.place);
        }
    }
    put(change, door, import, by, &mut incoming).await?;
    Ok((incoming.iter().filter(|row| row.there.is_none()).count(), late))
}

/// Writes rows, and notes what they made of which record.
async fn put(
    change: &Change,
    door: &'static dyn Door,
    import: &Import,
    by: Bringer<'_>,
    rows: &mut [Incoming],
) -> Result<(), AppError> {
    if rows.is_empty() {
        return Ok(());
    }
    let last = trail::last(change.db()).await?;
    let keys = door.put(change, by, rows).await?;
    let records = trail::since(change.db(), door.entity(), last).await?;
    let noted = |(row, key): (&Incoming, i64)| {
        let record = *records.get(&key)?;
        let before = row.there.as_ref().map(|there| Json(said(door, &there.fields)));
        Some(vec![
            ("import_id", import.id.into()),
            ("place", i64::from(row.place).into()),
            ("entity_id", key.into()),
            ("record", record.into()),
            ("before", before.map_or(Value::String(None), Value::from)),
        ])
    };
    let noted = rows.iter().zip(keys).filter_map(noted).collect();
    Ok(database::write_all(change.db(), "table_import_row", noted).await?)
}

/// The fields of a record by the columns' names.
fn said(door: &dyn Door, fields: &Fields) -> Vec<(String, String)> {
    let columns = door.kind().columns.iter();
    columns.map(|column| (column.field.to_owned(), fields.value(column.field).to_owned())).collect()
}

/// Takes an import back: what it made goes, what it changed is as it was.
///
/// # Errors
/// Where the database cannot be written.
pub async fn take_back(
    app: &App,
    actor: &Actor,
    door: &'static dyn Door,
    import: &Import,
    progress: &Arc<Progress>,
) -> Result<(), AppError> {
    let rows = store::rows(&app.db, import.id).await?;
    let all = rows.len();
    progress.set(0, all);
    // The last first: what rests on what came before goes before it.
    for (part, chunk) in rows.rchunks(AT_ONCE).enumerate() {
        let change = Change::begin(app, Some(actor)).await?;
        let own = "UPDATE table_import SET done = done WHERE id = $1 AND state = 'undoing'";
        if database::run(change.db(), own, params![import.id]).await? == 0 {
            return Ok(());
        }
        let by = brought::bringer(app, actor, import);
        for row in chunk.iter().rev() {
            one_back(&change, door, by, row).await?;
            let gone = "DELETE FROM table_import_row WHERE import_id = $1 AND place = $2";
            database::run(change.db(), gone, params![import.id, row.place]).await?;
        }
        change.commit().await?;
        progress.set(part * AT_ONCE + chunk.len(), all);
    }
    let change = Change::begin(app, Some(actor)).await?;
    if store::step(&change, import.id, &[State::Undoing], State::Undone).await? {
        let now = store::find(app, change.db(), actor, import.id).await?;
        change.record(store::ended(&now, "trail-import-undone").of(now.organisation_id, now.year)).await?;
        change.commit().await?;
    }
    Ok(())
}

async fn one_back(change: &Change, door: &'static dyn Door, by: Bringer<'_>, row: &TakenRow) -> Result<(), AppError> {
    match &row.before {
        None => {
            if !door.take_back(change, by, row.entity_id).await? {
                return Err(AppError::conflict());
            }
        }
        Some(before) => {
            let fields = Fields::of(before.0.clone());
            let there = There { id: row.entity_id, fields: fields.clone() };
            let mut rows = [Incoming { place: 0, fields, there: Some(there) }];
            door.put(change, by, &mut rows).await?;
        }
    }
    Ok(())
}

/// Says that an import ended on the way.
///
/// # Errors
/// Where the database cannot be written.
pub async fn stop(app: &App, id: i64) -> Result<(), DbErr> {
    let change = Change::by(app, None).await?;
    store::step(&change, id, &[State::Taking, State::Undoing], State::Stopped).await?;
    change.commit().await
}
