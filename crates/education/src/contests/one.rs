//! The page of a contest's stage.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::page::{Page, html};
use sheber_platform::record::Record;
use sheber_platform::{clock, sheet};

use super::entries::Entry;
use super::jury::{Juror, Score};
use super::kinds::Rules;
use super::procedure::{Action, State};
use super::rights;
use super::standing::Standing;
use super::store::{self, Basics, Contest};

/// An entry with what the reader may know of it.
struct Card {
    entry: Entry,
    college: String,
    /// The juror's own points, where they judge it.
    own: Option<Vec<u32>>,
    judges: bool,
    total: String,
    wins: bool,
    /// Whether the reader sees what was handed in, not the result alone.
    whole: bool,
    withdraws: bool,
    /// How many of the jury may judge it.
    jury: usize,
}

/// A juror with how many of their applications they have judged.
struct Seat {
    juror: Juror,
    organisation: String,
    given: usize,
    due: usize,
}

#[derive(Template)]
#[template(path = "contests/one.html")]
struct OnePage {
    page: Page,
    contest: Contest,
    rules: Rules,
    organiser: String,
    opens: String,
    closes: String,
    cards: Vec<Card>,
    jurors: Vec<Seat>,
    open: usize,
    runs: bool,
    applies: bool,
    /// The stage before, through which alone one comes to this one.
    earlier: Option<Contest>,
    /// The jury is there, and the last day for applications has not passed.
    waits: bool,
    judges: bool,
    /// What the organiser can do now.
    actions: Vec<Action>,
    next: Vec<Contest>,
    f: Fields,
}

impl OnePage {
    fn name(&self, entry: &i64, row: &usize) -> String {
        format!("points-{entry}-{row}")
    }

    fn given(&self, card: &Card, row: &usize) -> String {
        let typed = self.f.value(self.name(&card.entry.id, row)).to_owned();
        if !typed.is_empty() {
            return typed;
        }
        card.own.as_ref().and_then(|points| points.get(*row)).map(ToString::to_string).unwrap_or_default()
    }

    fn need_jury(&self) -> String {
        let (jury, each) = (self.rules.jurors.to_string(), self.rules.judges.to_string());
        messages::text_with(self.page.lang(), "contest-need-jury", &[("n", &jury), ("count", &each)])
    }

    /// Whether the organiser can do something now.
    fn can(&self, action: &str) -> bool {
        self.actions.iter().any(|possible| possible.word() == action)
    }

    /// Whether an application still lacks jurors who may judge it.
    fn lacks(&self, card: &Card) -> bool {
        self.can("seat") && card.jury < self.rules.judges
    }
}

/// Points in hundredths as people read them.
fn points(lang: Lang, hundredths: i64) -> String {
    messages::number(lang, &format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

/// Who sees what was handed in: the organiser, the jury from the judging on, and the college whose it is. Everybody else sees the
/// places once they stand, and no more.
fn sees(contest: &Contest, entry: &Entry, actor: &Actor, is_juror: bool) -> bool {
    contest.is_run_by(actor)
        || is_juror && matches!(contest.state, State::Judging | State::Closed)
        || entry.college_id == actor.organisation_id
}

fn seats(contest: &Contest, standing: &Standing, lang: Lang) -> Vec<Seat> {
    let seat = |juror: &Juror| {
        let due: Vec<&Entry> = standing.entries.iter().filter(|entry| juror.judges(contest.level, entry)).collect();
        let is_given = |entry: &&&Entry| {
            let of = |score: &Score| score.account_id == juror.id && score.entry_id == entry.id;
            standing.scores.iter().any(of)
        };
        Seat {
            organisation: juror.organisation(lang).to_owned(),
            given: due.iter().filter(is_given).count(),
            due: due.len(),
            juror: juror.clone(),
        }
    };
    standing.jurors.iter().map(seat).collect()
}

fn cards(contest: &Contest, standing: &Standing, actor: &Actor, lang: Lang) -> Vec<Card> {
    let juror = standing.jurors.iter().find(|juror| juror.id == actor.id);
    let rules = contest.rules();
    let own = |entry: &Entry| {
        let given = |score: &&Score| score.account_id == actor.id && score.entry_id == entry.id;
        standing.scores.iter().find(given).map(|score| score.points.0.clone())
    };
    let card = |entry: &Entry| Card {
        whole: sees(contest, entry, actor, juror.is_some()),
        jury: standing.jurors.iter().filter(|juror| juror.judges(contest.level, entry)).count(),
        withdraws: contest.rule(actor, Action::Withdraw).is_some() && entry.is_withdrawn_by(actor),
        college: entry.college(lang).to_owned(),
        own: own(entry),
        judges: juror.is_some_and(|juror| juror.judges(contest.level, entry)),
        total: entry.total.map(|total| points(lang, total)).unwrap_or_default(),
        wins: rules.wins(entry.place),
        entry: entry.clone(),
    };
    let cards = standing.entries.iter().map(card);
    cards.filter(|card| card.whole || contest.state == State::Closed).collect()
}

/// What the organiser can do now.
fn actions(contest: &Contest, standing: &Standing, actor: &Actor, today: NaiveDate) -> Vec<Action> {
    let possible = |action: &Action| match action {
        Action::Correct | Action::Seat => contest.rule(actor, *action).is_some(),
        Action::Judge | Action::Close | Action::Cancel => standing.after(contest, actor, *action, today).is_some(),
        // These are an applicant's or a juror's, or ask for the next stage.
        Action::Apply | Action::Withdraw | Action::Score | Action::PassOn => false,
    };
    Action::ALL.iter().copied().filter(possible).collect()
}

pub async fn show(app: &App, context: Context, id: i64, mut f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let lang = context.lang;
    let contest = store::find(&app.db, &actor, id).await?;
    let standing = Standing::of(&app.db, id).await?;
    let today = clock::day(app.clock.millis());
    let takes = contest.takes(today) && contest.is_for(&actor) && actor.may(rights::APPLY);
    let earlier = if takes { store::earlier(&app.db, &actor, &contest).await? } else { None };
    let next = match contest.rule(&actor, Action::PassOn) {
        Some(_) => store::next(&app.db, &actor, &contest).await?,
        None => Vec::new(),
    };
    let status = f.status();
    // A form of something else leaves the correction's fields as the contest has them.
    if !f.has("correcting", "yes") {
        let basics = contest.basics.filled();
        for column in Basics::COLUMNS {
            f.set(column, basics.value(column).to_owned());
        }
        f.set("version", contest.version.to_string());
    }
    let is_juror = standing.jurors.iter().any(|juror| juror.id == actor.id);
    let waits = contest.state == State::Open && standing.has_jury(&contest) && !contest.is_over(today);
    let page = Page::new(context.clone(), "contests", contest.basics.title.clone());
    let template = OnePage {
        page: page.crumb(context.t("nav-contests"), "/contests"),
        rules: contest.rules(),
        organiser: contest.organiser(lang).to_owned(),
        opens: messages::date(lang, contest.basics.opens_on.0),
        closes: messages::date(lang, contest.basics.closes_on.0),
        cards: cards(&contest, &standing, &actor, lang),
        jurors: seats(&contest, &standing, lang),
        open: standing.open(&contest),
        runs: contest.is_run_by(&actor),
        applies: takes && earlier.is_none(),
        earlier,
        waits,
        judges: is_juror && contest.state == State::Judging,
        actions: actions(&contest, &standing, &actor, today),
        contest,
        next,
        f,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn page(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, Fields::default()).await
}

pub async fn results(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let contest = store::find(&app.db, context.actor()?, id).await?;
    if contest.state != State::Closed {
        return Err(AppError::NotFound);
    }
    let headings = ["contest-rank", "contest-name", "oversight-college", "contest-work", "contest-total"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let row = |entry: Entry| {
        let total = entry.total.unwrap_or(0);
        let college = entry.college(context.lang).to_owned();
        let place = entry.place.unwrap_or(0).to_string();
        vec![place, entry.name, college, entry.work, format!("{}.{:02}", total / 100, total % 100)]
    };
    let rows = Standing::of(&app.db, id).await?.entries.into_iter().map(row).collect();
    sheet::workbook("results.xlsx", contest.basics.title, headings, &[0, 4], rows).await
}

pub async fn file(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, entry, hash)): Path<(i64, i64, String)>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let contest = store::find(&app.db, actor, id).await?;
    let standing = Standing::of(&app.db, id).await?;
    let is_juror = standing.jurors.iter().any(|juror| juror.id == actor.id);
    let seen = |known: &&Entry| known.id == entry && sees(&contest, known, actor, is_juror);
    let found = standing.entries.iter().find(seen).ok_or(AppError::NotFound)?;
    let file = found.files.iter().find(|file| file.hash == hash).ok_or(AppError::NotFound)?;
    sheet::handed_in(&app, &file.hash, &file.name, sheet::PDF).await
}
