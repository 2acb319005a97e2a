//! Who is told of tasks, and in which words.

use sea_orm::DbErr;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_norms::duties::Post;
use sheber_people::inbox::tell::{READER, Reader, hurry};
use sheber_platform::ability::Role;
use sheber_platform::change::Change;
use sheber_platform::{database, params};

use super::task::Task;

/// A task in a letter.
pub fn line(lang: Lang, task: &Task) -> String {
    format!("– {} · {} {}", messages::date(lang, task.due.0), task.item(), task.title(lang))
}

/// Whose work a task is: its owner, else who has the post, else the heads of the organisation.
pub async fn people(change: &Change, task: &Task) -> Result<Vec<Reader>, DbErr> {
    let db = change.db();
    if let Some(owner) = task.owner_id {
        let sql = format!("SELECT {READER} FROM account a WHERE a.id = $1 AND a.active");
        return database::all(db, &sql, params![owner]).await;
    }
    if task.post == Post::Curator {
        let sql = format!(
            "SELECT {READER} FROM account a WHERE a.organisation_id = $1 AND a.active
             AND EXISTS (SELECT 1 FROM study_group g WHERE g.curator_id = a.id AND g.active) ORDER BY a.id"
        );
        let curators: Vec<Reader> = database::all(db, &sql, params![task.organisation_id]).await?;
        if !curators.is_empty() {
            return Ok(curators);
        }
    }
    let of_post = Reader::in_role(db, task.organisation_id, task.role()).await?;
    if of_post.is_empty() { Reader::in_role(db, task.organisation_id, Role::Director).await } else { Ok(of_post) }
}

/// The people whose work these tasks are, each with theirs.
pub async fn by_person<'t>(
    change: &Change,
    tasks: impl Iterator<Item = &'t Task>,
) -> Result<Vec<(Reader, Vec<&'t Task>)>, DbErr> {
    let mut told: Vec<(Reader, Vec<&Task>)> = Vec::new();
    for task in tasks {
        for reader in people(change, task).await? {
            match told.iter_mut().find(|(known, _)| known.id == reader.id) {
                Some((_, list)) => list.push(task),
                None => told.push((reader, vec![task])),
            }
        }
    }
    Ok(told)
}

/// These tasks in a letter, a line each.
pub fn lines(lang: Lang, tasks: &[&Task]) -> String {
    let lines: Vec<String> = tasks.iter().map(|task| line(lang, task)).collect();
    lines.join("\n")
}

/// Tells somebody that a task is theirs now.
pub async fn owner(change: &Change, owner: i64, task: &Task) -> Result<(), DbErr> {
    let sql = format!("SELECT {READER} FROM account a WHERE a.id = $1");
    if let Some(reader) = database::one::<Reader>(change.db(), &sql, params![owner]).await? {
        let subject = messages::text(reader.lang, "duty-handed");
        hurry(change, &reader, &subject, &line(reader.lang, task), &format!("/tasks/{}", task.id)).await?;
    }
    Ok(())
}
