//! The cells of the map: how an organisation stands by a duty, as a class, a sign and words.

use std::borrow::Cow;
use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day, Lang};
use sheber_messages as messages;
use sheber_norms::duties::{Duty, DutyState};
use sheber_platform::database::{self, Conditions};
use sheber_platform::params;

/// A cell as it is drawn.
pub struct Cell {
    pub duty: &'static str,
    pub class: &'static str,
    pub sign: Cow<'static, str>,
    pub text: String,
}

impl Cell {
    /// Whether something is to be done: the cell leads to it.
    pub fn is_open(&self) -> bool {
        matches!(self.class, "overdue" | "due")
    }
}

/// An organisation's tasks of a duty: all, done in time, done late, excused; of those that have begun and wait the late ones and
/// all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Figures {
    total: i64,
    done: i64,
    late: i64,
    excused: i64,
    overdue: i64,
    begun: i64,
}

/// The words of the states, looked up once for the whole map.
struct Words {
    none: String,
    states: Vec<String>,
}

impl Words {
    fn of(lang: Lang) -> Self {
        let word = |state: &DutyState| messages::text(lang, &format!("duty-{state}"));
        Self { none: messages::text(lang, "duty-none"), states: DutyState::ALL.iter().map(word).collect() }
    }

    fn of_state(&self, state: DutyState) -> &str {
        DutyState::ALL.iter().position(|known| *known == state).map_or("", |place| &self.states[place])
    }

    fn cell(&self, duty: &'static str, figures: Option<Figures>) -> Cell {
        let Some(figures) = figures.filter(|figures| figures.total > 0) else {
            return Cell { duty, class: "none", sign: Cow::Borrowed(""), text: self.none.clone() };
        };
        let closed = figures.done + figures.late;
        let (class, sign, state) = match figures {
            Figures { overdue, .. } if overdue > 1 => {
                ("overdue", Cow::Owned(format!("✕{overdue}")), DutyState::Overdue)
            }
            Figures { overdue, .. } if overdue > 0 => ("overdue", Cow::Borrowed("✕"), DutyState::Overdue),
            Figures { begun, .. } if begun > 0 => ("due", Cow::Borrowed("!"), DutyState::Due),
            Figures { late, .. } if late > 0 => ("late", Cow::Borrowed("↷"), DutyState::DoneLate),
            _ if closed > 0 => ("done", Cow::Borrowed("✓"), DutyState::Done),
            _ if figures.excused == figures.total => ("none", Cow::Borrowed("–"), DutyState::Excused),
            _ => ("planned", Cow::Borrowed("·"), DutyState::Planned),
        };
        Cell { duty, class, sign, text: format!("{}, {closed}/{}", self.of_state(state), figures.total) }
    }
}

/// An organisation's figures by duty: rows are dear, so each organisation is one, and its duties are words in it.
#[derive(FromQueryResult)]
struct FigureRow {
    organisation_id: i64,
    cells: String,
}

/// The figures of each `duty n n …` that the database packed.
fn unpacked<const N: usize>(packed: &[FigureRow]) -> Result<HashMap<(i64, &str), [i64; N]>, DbErr> {
    let mut figures = HashMap::new();
    for one in packed {
        for line in one.cells.split(';') {
            let mut words = line.split(' ');
            let duty = words.next().unwrap_or_default();
            let mut read = [0; N];
            for (figure, word) in read.iter_mut().zip(words) {
                *figure = word.parse().map_err(|_| DbErr::Type(format!("{duty} is counted as \"{word}\"")))?;
            }
            figures.insert((one.organisation_id, duty), read);
        }
    }
    Ok(figures)
}

/// The cells of these organisations by these duties, row by row.
pub async fn of(
    db: &impl ConnectionTrait,
    organisations: &[i64],
    duties: &[&'static Duty],
    (year, today, lang): (AcademicYear, Day, Lang),
) -> Result<Vec<Vec<Cell>>, DbErr> {
    if organisations.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::default();
    conditions.among("organisation_id", organisations).and("year = ?", params![year]);
    let sql = format!(
        "SELECT organisation_id,
         STRING_AGG(duty || ' ' || total || ' ' || done || ' ' || late || ' ' || excused, ';') AS cells
         FROM duty_count{} GROUP BY organisation_id",
        conditions.sql()
    );
    let counted: Vec<FigureRow> = database::all(db, &sql, conditions.values.clone()).await?;
    // Of the tasks themselves only those are read that have begun and wait.
    conditions.and("closed_on IS NULL AND excused IS NULL AND opens <= ?", params![today]);
    let day = format!("${}", conditions.values.len());
    let sql = format!(
        "SELECT organisation_id, STRING_AGG(duty || ' ' || overdue || ' ' || begun, ';') AS cells FROM (
         SELECT organisation_id, duty, SUM(CASE WHEN due < {day} THEN 1 ELSE 0 END) AS overdue, COUNT(*) AS begun
         FROM duty_task{} GROUP BY organisation_id, duty) waits GROUP BY organisation_id",
        conditions.sql()
    );
    let waiting: Vec<FigureRow> = database::all(db, &sql, conditions.values).await?;
    let words = Words::of(lang);
    let (counted, waiting) = (unpacked::<4>(&counted)?, unpacked::<2>(&waiting)?);
    let cell = |organisation: i64, duty: &'static Duty| {
        let key = (organisation, duty.key.as_str());
        let [overdue, begun] = waiting.get(&key).copied().unwrap_or_default();
        let figures = counted.get(&key).map(|[total, done, late, excused]| Figures {
            total: *total,
            done: *done,
            late: *late,
            excused: *excused,
            overdue,
            begun,
        });
        words.cell(&duty.key, figures)
    };
    let row = |organisation: &i64| duties.iter().map(|duty| cell(*organisation, duty)).collect();
    Ok(organisations.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_says_what_is_worst() {
        let words = Words::of(Lang::En);
        let figures = Figures { total: 4, done: 1, late: 1, excused: 0, overdue: 0, begun: 0 };
        for (figures, class, sign) in [
            (Some(Figures { overdue: 2, begun: 3, ..figures }), "overdue", "✕2"),
            (Some(Figures { overdue: 1, begun: 1, ..figures }), "overdue", "✕"),
            (Some(Figures { begun: 1, ..figures }), "due", "!"),
            (Some(figures), "late", "↷"),
            (Some(Figures { late: 0, ..figures }), "done", "✓"),
            (Some(Figures { done: 0, late: 0, excused: 4, ..figures }), "none", "–"),
            (Some(Figures { done: 0, late: 0, excused: 1, ..figures }), "planned", "·"),
            (Some(Figures::default()), "none", ""),
            (None, "none", ""),
        ] {
            let cell = words.cell("14.6/debate", figures);
            assert_eq!((cell.class, cell.sign.as_ref()), (class, sign), "{figures:?}");
            assert_eq!(cell.is_open(), ["overdue", "due"].contains(&class));
        }
    }
}
