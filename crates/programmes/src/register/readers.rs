//! Who hears of cases and entries, each in their own language, in the transaction of what happened.

use sea_orm::DbErr;
use sheber_kernel::LocalName;
use sheber_messages as messages;
use sheber_people::inbox::tell::{READER, Reader, tell};
use sheber_platform::change::Change;
use sheber_platform::{database, params};

use super::store::Case;
use super::workflow::{Hand, Rule};

/// Who of a college hears of its programmes; its key is `$1`.
const OF_COLLEGE: &str = "a.organisation_id = $1 AND a.role IN ('director', 'deputy_director', 'methodist')";

/// Tells those whom a step concerns.
pub async fn tell_of_step(
    change: &Change,
    actor: Option<i64>,
    case: &Case,
    rule: &Rule,
    why: &str,
) -> Result<(), DbErr> {
    let mut reached: Vec<i64> = Vec::new();
    for hand in rule.tells {
        let (condition, value) = match hand {
            Hand::Head | Hand::College => (OF_COLLEGE, case.college_id),
            Hand::Operator | Hand::Fresh => ("a.role = 'operator' AND $1 = $1", 0),
            Hand::Taker => ("a.id = $1", case.taker_id.unwrap_or(0)),
            Hand::Member | Hand::Chair => {
                ("a.id IN (SELECT account_id FROM register_member WHERE case_id = $1)", case.id)
            }
            Hand::Clock => continue,
        };
        let sql = format!("SELECT {READER} FROM account a WHERE a.active AND a.id <> $2 AND {condition}");
        let readers: Vec<Reader> = database::all(change.db(), &sql, params![value, actor.unwrap_or(0)]).await?;
        for reader in readers {
            if reached.contains(&reader.id) {
                continue;
            }
            let lang = reader.lang;
            let arguments = [("name", case.name(lang)), ("college", case.college(lang))];
            let subject = messages::text_with(lang, &format!("register-told-{}", rule.action), &arguments);
            tell(change, &reader, subject, why, &format!("/register/{}", case.id)).await?;
            reached.push(reader.id);
        }
    }
    Ok(())
}

/// Who of a college hears of its programmes.
pub async fn of_college(change: &Change, college: i64) -> Result<Vec<Reader>, DbErr> {
    let sql = format!("SELECT {READER} FROM account a WHERE a.active AND {OF_COLLEGE} ORDER BY a.id");
    database::all(change.db(), &sql, params![college]).await
}

/// Tells a college of one of its programmes.
pub async fn tell_college(
    change: &Change,
    college: i64,
    key: &str,
    (name, of): (&LocalName, &LocalName),
    path: &str,
) -> Result<(), DbErr> {
    for reader in of_college(change, college).await? {
        let lang = reader.lang;
        let arguments = [("name", name.get(lang)), ("college", of.get(lang))];
        tell(change, &reader, messages::text_with(lang, key, &arguments), "", path).await?;
    }
    Ok(())
}
