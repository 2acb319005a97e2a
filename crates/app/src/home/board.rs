//! What somebody finds on their first page, by role: a college's state of the guidance, a department's colleges, the country's
//! regions.

use chrono::{Days, NaiveDate};
use sea_orm::FromQueryResult;
use sheber_kernel::{AcademicYear, LocalName};
use sheber_messages as messages;
use sheber_norms::duties::DutyState;
use sheber_norms::indicators::Indicator;

use crate::college::Card as Finding;
use crate::duties::oversight;
use crate::duties::pages::{self, mark};
use crate::duties::report::percent;
use crate::duties::store::{Keyed, TALLIED};
use crate::guidance::state::{self, SectionState};
use crate::indicators::chart::{self, Tile};
use crate::indicators::pages::{Card, cards};
use crate::indicators::store::OfCollege;
use crate::params;
use crate::platform::actor::{Ability, Actor, OrganisationKind, Scope};
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::reference::store as reference;

/// A task of this week.
pub struct Task {
    pub link: String,
    pub title: String,
    pub item: String,
    pub due: String,
    pub class: &'static str,
    pub sign: &'static str,
}

/// A line of a department's or the country's list.
pub struct Row {
    pub link: String,
    pub name: String,
    pub late: i64,
    pub timely: String,
    pub figures: Vec<String>,
}

/// A notice that was not read yet.
#[derive(FromQueryResult)]
pub struct Notice {
    pub subject: String,
    pub link: String,
}

/// What the page shows; what a role does not have is empty.
#[derive(Default)]
pub struct Board {
    pub has_duties: bool,
    pub is_college: bool,
    pub is_department: bool,
    pub is_country: bool,
    pub sections: Vec<SectionState>,
    pub tasks: Vec<Task>,
    pub late: usize,
    pub findings: Vec<Finding>,
    /// How many more findings there are than are shown.
    pub more_findings: usize,
    /// What the region's colleges have to do next: the day, the duty, how many of them have it open.
    pub deadlines: Vec<Deadline>,
    /// How many more colleges there are than are shown.
    pub more_rows: usize,
    pub notices: Vec<Notice>,
    pub rows: Vec<Row>,
    /// The indicators that the rows' figures are of.
    pub heads: Vec<String>,
    pub cards: Vec<Card>,
    pub tiles: Vec<Tile>,
}

/// So many tasks and lines stand on the first page; the rest is a click away.
const SHOWN: usize = 8;
/// So many colleges stand side by side, which is a whole region nearly everywhere.
const COLLEGES: usize = 60;

/// A day on which colleges have something due.
pub struct Deadline {
    pub due: String,
    pub title: String,
    pub item: String,
    pub open: i64,
}

impl Board {
    /// A row's figures, each with what it is.
    pub fn figures<'b>(&'b self, row: &'b Row) -> impl Iterator<Item = (&'b String, &'b String)> {
        self.heads.iter().zip(&row.figures)
    }
}

impl Deadline {
    pub fn section(&self) -> &str {
        self.item.split('.').next().unwrap_or_default()
    }
}

pub async fn board(app: &App, context: &Context, actor: &Actor) -> Result<Board, AppError> {
    let today = clock::day(app.clock.millis());
    let kind = actor.role.organisation();
    let mut board = Board { has_duties: actor.may(Ability::SeeDuties), ..Board::default() };
    if board.has_duties {
        week(app, context, actor, today, &mut board).await?;
        let sql = "SELECT subject, link FROM notice WHERE account_id = $1 AND is_read = FALSE ORDER BY id DESC LIMIT 5";
        board.notices = database::all(&app.db, sql, params![actor.id]).await?;
    }
    match kind {
        OrganisationKind::College => {
            board.is_college = true;
            let standing = state::of(app, context, actor, true).await?;
            board.sections = state::sections(context, &standing);
            let found = crate::college::findings(&app.db, actor.organisation_id, context.year, today).await?;
            let blocks = found.iter().filter(|finding| finding.severity == sheber_norms::Severity::Violation);
            board.more_findings = blocks.clone().count().saturating_sub(SHOWN);
            board.findings = blocks.map(|finding| crate::college::card(context.lang, finding)).take(SHOWN).collect();
        }
        OrganisationKind::Department => {
            board.is_department = true;
            if let Scope::Region(region) = actor.scope() {
                department(app, context, &region, today, &mut board).await?;
            }
            let standing = state::of(app, context, actor, false).await?;
            board.sections = state::sections(context, &standing);
            board.cards = cards(app, context, actor).await?;
        }
        OrganisationKind::Ministry => {
            board.is_country = true;
            country(app, context, today, &mut board).await?;
            board.cards = cards(app, context, actor).await?;
        }
        OrganisationKind::Operator => {}
    }
    Ok(board)
}

/// The tasks that are late or due within a week, the late first.
async fn week(
    app: &App,
    context: &Context,
    actor: &Actor,
    today: NaiveDate,
    board: &mut Board,
) -> Result<(), AppError> {
    let soon = today + Days::new(7);
    let mut tasks: Vec<_> = pages::tasks(app, actor, context)
        .await?
        .into_iter()
        .filter(|task| task.is_of(actor) || task.may_manage(actor))
        .map(|task| (task.state(today), task))
        .filter(|(state, task)| *state == DutyState::Overdue || *state == DutyState::Due && task.due() <= soon)
        .collect();
    board.late = tasks.iter().filter(|(state, _)| *state == DutyState::Overdue).count();
    // What can still be done in time stands before what is late already, the nearest first.
    tasks.sort_by_key(|(state, task)| (*state == DutyState::Overdue, task.due()));
    board.tasks = tasks
        .into_iter()
        .take(SHOWN)
        .map(|(state, task)| {
            let (class, sign) = mark(state);
            let title = task.title(context.lang).to_owned();
            Task {
                link: format!("/tasks/{}", task.id),
                title,
                item: task.item().to_owned(),
                due: messages::date(context.lang, task.due()),
                class,
                sign,
            }
        })
        .collect();
    Ok(())
}

/// The next days on which the region's colleges have something due, from the sums.
async fn deadlines(app: &App, context: &Context, region: &str, today: NaiveDate) -> Result<Vec<Deadline>, AppError> {
    #[derive(FromQueryResult)]
    struct Ahead {
        duty: String,
        due: String,
        open: i64,
    }
    let sql = "SELECT duty, due, CAST(SUM(total - done - late - excused) AS BIGINT) AS open FROM duty_tally
               WHERE year = $1 AND holder = 'college' AND region = $2 AND due >= $3 AND due <= $4 GROUP BY duty, due
               HAVING SUM(total - done - late - excused) > 0 ORDER BY due, duty LIMIT 8";
    let until = today + Days::new(30);
    let values = params![context.year.to_string(), region, today.to_string(), until.to_string()];
    let ahead: Vec<Ahead> = database::all(&app.db, sql, values).await?;
    let edition = sheber_norms::Edition::of(context.year);
    let deadline = |one: Ahead| Deadline {
        title: edition.duty(&one.duty).map_or(one.duty.clone(), |duty| duty.title.get(context.lang).to_owned()),
        item: one.duty.split('/').next().unwrap_or_default().to_owned(),
        due: one.due.parse().map(|day| messages::date(context.lang, day)).unwrap_or_default(),
        open: one.open,
    };
    Ok(ahead.into_iter().map(deadline).collect())
}

/// The colleges' tasks of every region, from the sums.
async fn tallied(app: &App, year: AcademicYear, today: NaiveDate) -> Result<Vec<Keyed>, AppError> {
    let sql = format!(
        "SELECT region AS key, {TALLIED} FROM duty_tally WHERE year = $2 AND holder = 'college' GROUP BY region ORDER BY region"
    );
    Ok(database::all(&app.db, &sql, params![today.to_string(), year.to_string()]).await?)
}

async fn department(
    app: &App,
    context: &Context,
    region: &str,
    today: NaiveDate,
    board: &mut Board,
) -> Result<(), AppError> {
    let colleges = oversight::worst_first(&app.db, region, context.year, today).await?;
    let edition = sheber_norms::Edition::of(context.year);
    let mut columns = Vec::new();
    for indicator in edition.indicators() {
        board.heads.push(indicator.numerator.get(context.lang).to_owned());
        let of = crate::indicators::store::colleges(&app.db, &indicator.code, context.year, region).await?;
        columns.push((indicator, of));
    }
    let figures = |college: i64| {
        let figure = |(indicator, of): &(&Indicator, Vec<OfCollege>)| {
            let one = of.iter().find(|one| one.id == college);
            let figure = one.and_then(|one| indicator.figure(one.numerator, one.denominator));
            crate::indicators::said_figure(context.lang, indicator, figure)
        };
        columns.iter().map(figure).collect()
    };
    let row = |(college, late): (oversight::College, i64)| Row {
        link: format!("/oversight/{}", college.id),
        name: LocalName::new(&college.name_kk, &college.name_ru).get(context.lang).to_owned(),
        late,
        timely: String::new(),
        figures: figures(college.id),
    };
    board.more_rows = colleges.len().saturating_sub(COLLEGES);
    board.rows = colleges.into_iter().take(COLLEGES).map(row).collect();
    board.deadlines = deadlines(app, context, region, today).await?;
    Ok(())
}

async fn country(app: &App, context: &Context, today: NaiveDate, board: &mut Board) -> Result<(), AppError> {
    let lang = context.lang;
    let names = reference::of_kind(&app.db, "region", lang).await?;
    let sums = tallied(app, context.year, today).await?;
    let edition = sheber_norms::Edition::of(context.year);
    let mut columns = Vec::new();
    for indicator in edition.indicators() {
        board.heads.push(indicator.numerator.get(lang).to_owned());
        columns.push((indicator, crate::indicators::store::regions(&app.db, &indicator.code, context.year).await?));
    }
    let mut rows = Vec::new();
    for name in &names {
        let of_region = sums.iter().find(|sum| sum.key == name.code).map(|sum| sum.sums.clone()).unwrap_or_default();
        let figures = columns
            .iter()
            .map(|(indicator, sums)| {
                let sum = sums.iter().find(|sum| sum.region == name.code);
                let figure = sum.and_then(|sum| indicator.figure(sum.numerator, sum.denominator));
                crate::indicators::said_figure(lang, indicator, figure)
            })
            .collect();
        let timely = of_region.timely();
        // There is no target of timeliness: what is drawn is whether nothing is late.
        let clean = (of_region.expected > 0).then_some(of_region.overdue == 0);
        let link = format!("/oversight?region={}", name.code);
        board.tiles.extend(chart::tile(&name.code, name.name(lang), percent(lang, timely), clean, link.clone()));
        rows.push((
            timely.unwrap_or(i64::MAX),
            Row {
                link,
                name: name.name(lang).to_owned(),
                late: of_region.overdue,
                timely: percent(lang, timely),
                figures,
            },
        ));
    }
    rows.sort_by_key(|(timely, _)| *timely);
    board.rows = rows.into_iter().map(|(_, row)| row).collect();
    Ok(())
}
