//! What somebody finds on their first page, by role: a college's state of the guidance, a department's colleges, the country's
//! regions.

use std::sync::Arc;

use chrono::NaiveDate;
use sheber_kernel::OrganisationKind;
use sheber_norms::Severity;
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::app::App;
use sheber_platform::chart::Tile;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_programmes::programmes;
use sheber_programmes::programmes::catalogue::{self, Filter};
use sheber_programmes::programmes::sums::{self, Sum};
use sheber_standing::duties::rights::SEE;
use sheber_standing::{college, indicators};

use super::comparison::Comparison;
use super::department::Deadline;
use super::week::Week;
use super::{country, department, week};
use crate::guidance::{self, SectionState};

/// What the norms find in the way of a college.
#[derive(Default)]
pub struct Blocks {
    pub cards: Vec<college::Card>,
    /// How many more there are than are shown.
    pub more: usize,
}

/// The programmes that somebody sees: how many, and those changed of late.
pub struct Programmes {
    pub sum: Sum,
    pub recent: Arc<catalogue::Page>,
}

/// What the page shows; what a role does not have is empty.
#[derive(Default)]
pub struct Board {
    pub week: Option<Week>,
    pub programmes: Option<Programmes>,
    pub blocks: Option<Blocks>,
    pub deadlines: Option<Vec<Deadline>>,
    pub is_country: bool,
    pub sections: Vec<SectionState>,
    pub cards: Arc<Vec<indicators::Card>>,
    pub tiles: Vec<Tile>,
    pub comparison: Comparison,
}

/// So many findings and programmes stand on the first page; the rest is a click away.
const FINDINGS: usize = 8;
const RECENT: usize = 8;

pub async fn board(app: &App, context: &Context) -> Result<Board, AppError> {
    let actor = context.actor()?;
    let today = clock::day(app.clock.millis());
    let mut board = Board::default();
    if actor.may(programmes::rights::SEE) {
        let scope = actor.scope();
        let recent = catalogue::find(app, &scope, &Filter::recent(""), context.lang, RECENT).await?;
        board.programmes = Some(Programmes { sum: sums::within(&app.db, &scope).await?, recent });
    }
    if actor.may(SEE) {
        board.week = Some(week::of(app, context, actor, context.year, today).await?);
    }
    match actor.role.organisation() {
        OrganisationKind::College => {
            board.sections = sections(app, context).await?;
            board.blocks = Some(blocks(app, context, actor).await?);
        }
        OrganisationKind::Department => of_department(app, context, today, &mut board).await?,
        OrganisationKind::Ministry => {
            board.is_country = true;
            (board.tiles, board.comparison) = country::regions(app, context, today).await?;
            board.cards = indicators::cards(app, context).await?;
        }
        OrganisationKind::Operator => {}
    }
    Ok(board)
}

async fn sections(app: &App, context: &Context) -> Result<Vec<SectionState>, AppError> {
    let standing = guidance::standing(app, context).await?;
    Ok(guidance::sections(context, &standing))
}

async fn blocks(app: &App, context: &Context, actor: &Actor) -> Result<Blocks, AppError> {
    let cards = college::cards(app, actor.organisation_id, context.year, context.lang).await?;
    let mut cards: Vec<_> = cards.into_iter().filter(|card| card.severity == Severity::Violation).collect();
    let more = cards.len().saturating_sub(FINDINGS);
    cards.truncate(FINDINGS);
    Ok(Blocks { cards, more })
}

async fn of_department(app: &App, context: &Context, today: NaiveDate, board: &mut Board) -> Result<(), AppError> {
    if let Scope::Region(region) = context.actor()?.scope() {
        board.deadlines = Some(department::deadlines(app, context, &region, today).await?);
        board.comparison = department::side_by_side(app, context, &region, today).await?;
    }
    board.sections = sections(app, context).await?;
    board.cards = indicators::cards(app, context).await?;
    Ok(())
}
