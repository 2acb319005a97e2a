//! Telling people: a notice in the inbox, and mail as they want it, each or in one letter a day.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{Day, Lang, words};
use sheber_platform::ability::Role;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::database;
use sheber_platform::error::AppError;
use sheber_platform::{clock, params};

use super::notices::{self, Notice};

words! {
    /// How somebody wants to hear of steps by mail. The inbox has them all.
    Mail {
        /// A mail for each.
        Each = "each",
        /// One mail a day.
        Daily = "daily",
        /// None.
        Never = "never",
    }
}

/// Somebody who is told, in their language.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Reader {
    pub id: i64,
    pub email: String,
    pub lang: Lang,
    /// How they want to hear by mail; each where they never said.
    how: Option<Mail>,
}

impl Reader {
    /// Whoever is signed in.
    pub async fn of(db: &impl ConnectionTrait, actor: &Actor) -> Result<Self, DbErr> {
        let how = preference(db, actor.id).await?;
        Ok(Self { id: actor.id, email: actor.email.clone(), lang: actor.lang, how: Some(how) })
    }

    /// Everybody of an organisation who has a role.
    pub async fn in_role(db: &impl ConnectionTrait, organisation: i64, role: Role) -> Result<Vec<Self>, DbErr> {
        let sql = format!(
            "SELECT {READER} FROM account a WHERE a.organisation_id = $1 AND a.role = $2 AND a.active ORDER BY a.id"
        );
        database::all(db, &sql, params![organisation, role]).await
    }

    fn mail(&self) -> Mail {
        self.how.unwrap_or(Mail::Each)
    }
}

/// The columns of a [`Reader`], of an account called `a`.
pub const READER: &str =
    "a.id, a.email, a.lang, (SELECT p.how FROM mail_preference p WHERE p.account_id = a.id) AS how";

/// How somebody wants to hear by mail.
pub async fn preference(db: &impl ConnectionTrait, account: i64) -> Result<Mail, DbErr> {
    let sql = "SELECT how FROM mail_preference WHERE account_id = $1";
    Ok(database::value(db, sql, params![account]).await?.unwrap_or(Mail::Each))
}

/// Tells somebody within the change: in the inbox, and by mail where they want each. `path` is where to go next.
pub async fn tell(change: &Change, reader: &Reader, subject: String, text: &str, path: &str) -> Result<(), DbErr> {
    let mail = reader.mail();
    notices::add(change, reader.id, (&subject, text, path), mail == Mail::Daily).await?;
    if mail == Mail::Each {
        let link = format!("{}{path}", change.base_url());
        let next = sheber_messages::text_with(reader.lang, "register-told-next", &[("link", &link)]);
        let body =
            if text.is_empty() { format!("{subject}\n\n{next}\n") } else { format!("{subject}\n\n{text}\n\n{next}\n") };
        change.mail(&reader.email, reader.lang, subject, body).await?;
    }
    Ok(())
}

/// Tells somebody of duties within the change: in the inbox, and by mail with everything else of the day, in one letter.
pub async fn gather(change: &Change, reader: &Reader, subject: &str, text: &str, path: &str) -> Result<(), DbErr> {
    notices::add(change, reader.id, (subject, text, path), reader.mail() != Mail::Never).await
}

/// As [`gather`], where it is better not to wait: the day's letter goes at once, unless it went already.
pub async fn hurry(change: &Change, reader: &Reader, subject: &str, text: &str, path: &str) -> Result<(), DbErr> {
    gather(change, reader, subject, text, path).await?;
    // In the first hour the morning's reminders are still to come: they take it along.
    if reader.mail() != Mail::Never && clock::hour(change.at()) > MORNING {
        letter(change, reader).await?;
    }
    Ok(())
}

/// The hour from which on a day's letter may go.
pub const MORNING: u32 = 8;

/// A digest lists so many; the inbox, which it leads to, has them all.
const LISTED: usize = 100;

/// Sends each what waits for the day's letter: one a day at most, from eight in the morning on.
pub async fn digest(app: &App) -> Result<(), AppError> {
    let now = app.clock.millis();
    if clock::hour(now) < MORNING {
        return Ok(());
    }
    let sql = format!(
        "SELECT {READER} FROM account a LEFT JOIN mail_preference m ON m.account_id = a.id
         WHERE a.active AND COALESCE(m.how, '') <> 'never' AND (m.last_digest IS NULL OR m.last_digest < $1)
           AND EXISTS (SELECT 1 FROM notice n WHERE n.account_id = a.id AND n.in_digest = FALSE AND n.is_read = FALSE)
         ORDER BY a.id"
    );
    let readers: Vec<Reader> = database::all(&app.db, &sql, params![Day(clock::day(now))]).await?;
    for reader in readers {
        let change = Change::by(app, None).await?;
        if letter(&change, &reader).await? {
            change.commit().await?;
        }
    }
    Ok(())
}

/// Writes the day's letter with all that waits; `false` where today's went already, or nothing waits.
async fn letter(change: &Change, reader: &Reader) -> Result<bool, DbErr> {
    let news = notices::waiting(change.db(), reader.id).await?;
    // Read meanwhile, or what came was for another preference.
    let Some(last) = news.last().map(|last| last.id) else { return Ok(false) };
    let today = Day(clock::day(change.at()));
    let taken = "INSERT INTO mail_preference (account_id, how, last_digest) VALUES ($1, $2, $3)
                 ON CONFLICT (account_id) DO UPDATE SET last_digest = excluded.last_digest
                 WHERE mail_preference.last_digest IS NULL OR mail_preference.last_digest < excluded.last_digest";
    if database::run(change.db(), taken, params![reader.id, reader.mail(), today]).await? == 0 {
        return Ok(false);
    }
    let subject = match news.as_slice() {
        [only] => only.subject.clone(),
        many => sheber_messages::count(reader.lang, "inbox-digest", many.len()),
    };
    let base = change.base_url();
    let line = |one: &Notice| {
        let body: Vec<String> = one.body.lines().map(|line| format!("  {line}\n")).collect();
        format!("– {}\n{}  {base}{}", one.subject, body.concat(), one.link)
    };
    let lines: Vec<String> = news.iter().take(LISTED).map(line).collect();
    let body = format!("{subject}\n\n{}\n\n{base}/inbox\n", lines.join("\n"));
    change.mail(&reader.email, reader.lang, subject, body).await?;
    notices::mark_mailed(change, reader.id, last).await?;
    Ok(true)
}
