//! The pages of contests.

use askama::Template;
use axum::extract::{Path, Query, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Datelike, NaiveDate};
use sheber_messages as messages;

use super::procedure::{self, JUDGES, JURORS, WINNERS};
use super::schedule::{self, Slot};
use super::store::{self, Contest, Criterion, Entry, Filter, Juror, Kind, Level, New, Score, State};
use crate::platform::actor::{Ability, Actor};
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::files;
use crate::platform::forms::{Form, Pairs};
use crate::platform::once::Once;
use crate::platform::page::{Page, Pager, html};
use crate::platform::sheet;
use crate::reference::store as reference;

/// A sector of 16.2 with its host and term, in words.
pub struct Sector {
    pub word: &'static str,
    pub host: String,
    pub term: String,
    /// Whether the reader's organisation holds its national stage.
    pub ours: bool,
}

/// The sectors of the year's schedule.
async fn sectors(app: &App, context: &Context) -> Result<Vec<Sector>, AppError> {
    let regions = reference::of_kind(&app.db, "region", context.lang).await?;
    let actor = context.actor()?;
    let month = |day: NaiveDate| context.t(&format!("month-{}", day.month()));
    let sector = |slot: Slot| {
        let host = regions.iter().find(|region| region.code == slot.host);
        let (from, to) = (month(slot.from), month(slot.to));
        Sector {
            word: slot.sector,
            host: host.map(|host| host.name(context.lang).to_owned()).unwrap_or_default(),
            term: if from == to { from } else { format!("{from} – {to}") },
            ours: slot.is_held_by(actor) && actor.may(Ability::RunContests),
        }
    };
    Ok(schedule::of(context.year).into_iter().map(sector).collect())
}

#[derive(Template)]
#[template(path = "contests/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    pager: Pager,
    levels: Vec<&'static str>,
    states: Vec<&'static str>,
    every: Vec<&'static str>,
    contests: Vec<Contest>,
    sectors: Vec<Sector>,
    kinds: Vec<&'static str>,
    runs: bool,
    /// A department that hosts a national stage.
    hosts: bool,
    opens: bool,
    rows: Vec<usize>,
    f: Fields,
}

impl ListPage {
    fn day(&self, day: &str) -> String {
        day.parse().map(|day| messages::date(self.page.lang(), day)).unwrap_or_default()
    }

    /// Whether it is a choice of the list that shows nothing, rather than that there is nothing.
    fn chosen(&self) -> bool {
        [&self.filter.q, &self.filter.kind, &self.filter.level, &self.filter.state].iter().any(|word| !word.is_empty())
    }

    fn organiser(&self, contest: &Contest) -> String {
        contest.organiser().get(self.page.lang()).to_owned()
    }

    fn name(&self, name: &str, row: &usize) -> String {
        format!("{name}-{row}")
    }
}

/// The criteria that a form proposes.
const PROPOSED: [&str; 4] = ["content", "novelty", "results", "presentation"];

async fn shown(app: &App, context: Context, filter: Filter, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let (contests, total) = store::list(&app.db, &actor, context.year, &filter).await?;
    let total = usize::try_from(total).unwrap_or(0);
    let pager = Pager::of("/contests", filter.page, store::PAGE, total, |page| Filter { page, ..filter.clone() });
    let level = Level::of(actor.role.organisation());
    let kinds = Kind::ALL.iter().filter(|kind| kind.levels().contains(&level)).map(|kind| kind.word()).collect();
    let status = f.status();
    let sectors = sectors(app, &context).await?;
    let shown = ListPage {
        hosts: level == Level::Region && sectors.iter().any(|sector| sector.ours),
        opens: !f.is_sound() || !f.value("sector").is_empty(),
        sectors,
        runs: actor.may(Ability::RunContests),
        rows: (0..6).collect(),
        page: Page::new(context.clone(), "contests", context.t("nav-contests")).wide(),
        filter,
        pager,
        levels: Level::ALL.iter().map(|level| level.word()).collect(),
        states: State::ALL.iter().map(|state| state.word()).collect(),
        every: Kind::ALL.iter().map(|kind| kind.word()).collect(),
        contests,
        kinds,
        f,
    };
    Ok((status, html(&shown)?).into_response())
}

pub async fn list(
    Shared(app): Shared<App>,
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    let mut f = Fields::filled([("opens_on", today.to_string())]);
    for (row, word) in PROPOSED.iter().enumerate() {
        f.set(&format!("criterion-{row}"), context.t(&format!("contest-criterion-{word}")));
        f.set(&format!("most-{row}"), "10");
    }
    if let Some(slot) = schedule::of(context.year).into_iter().find(|slot| slot.sector == filter.sector) {
        let host = sectors(&app, &context).await?.into_iter().find(|sector| sector.word == slot.sector);
        let name = context.t(&format!("sector-{}", slot.sector));
        f.set("kind", Kind::Mastery.word());
        f.set("sector", slot.sector);
        f.set("level", Level::Country.word());
        f.set("title", format!("{}: {name}", context.t("contest-kind-mastery")));
        f.set("place", host.map(|host| host.host).unwrap_or_default());
        f.set("opens_on", slot.from.max(today).min(slot.to).to_string());
        f.set("closes_on", slot.to.to_string());
    }
    shown(&app, context, filter, f).await
}

/// What can be corrected later: the title, the place and the days on which applications are taken.
pub fn basics(fields: &mut Fields) -> (String, String, Option<NaiveDate>, Option<NaiveDate>) {
    let (title, place) = (fields.text("title", 300), fields.open_text("place", 200));
    let (opens_on, closes_on) = (fields.day("opens_on"), fields.day("closes_on"));
    if let (Some(opens), Some(closes)) = (opens_on, closes_on)
        && closes < opens
    {
        fields.wrong("closes_on", "contest-days");
    }
    (title, place, opens_on, closes_on)
}

fn read(fields: &mut Fields, level: Level, sectors: &[Sector]) -> Option<New> {
    let kind = fields.choice::<Kind>("kind");
    if kind.is_some_and(|kind| !kind.levels().contains(&level)) {
        fields.wrong("kind", "field-choice");
    }
    let sector = if kind == Some(Kind::Mastery) { fields.value("sector").to_owned() } else { String::new() };
    if kind == Some(Kind::Mastery) && !sectors.iter().any(|known| known.word == sector) {
        fields.wrong("sector", "field-choice");
    }
    let (title, place, opens_on, closes_on) = basics(fields);
    let mut criteria = Vec::new();
    for row in 0..6 {
        let name = fields.open_text(&format!("criterion-{row}"), 200);
        if name.is_empty() {
            continue;
        }
        let most = fields.number(&format!("most-{row}"), 100);
        criteria.push(Criterion { name, most: u32::try_from(most).unwrap_or(0) });
    }
    if criteria.is_empty() || criteria.iter().any(|criterion| criterion.most == 0) {
        fields.wrong("criterion-0", "contest-criteria");
    }
    if !fields.is_sound() {
        return None;
    }
    Some(New { kind: kind?, sector, title, place, opens_on: opens_on?, closes_on: closes_on?, criteria })
}

pub async fn create(
    Shared(app): Shared<App>,
    context: Context,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let sectors = sectors(&app, &context).await?;
    let mastery = fields.has("kind", Kind::Mastery.word());
    let wants_country = fields.has("level", Level::Country.word());
    let own = Level::of(actor.role.organisation());
    // The schedule of hosts is that of the sectors.
    let sector = if mastery { fields.value("sector") } else { "" };
    let level = schedule::level(&actor, sector, wants_country, context.year);
    if level.is_none() {
        fields.wrong("level", "contest-not-host");
    }
    let level = level.unwrap_or(own);
    let Some(new) = read(&mut fields, level, &sectors) else {
        return shown(&app, context, Filter::default(), fields).await;
    };
    let deed = async |change: &Change| Ok(store::insert(change, &actor, context.year, level, &new).await?);
    let id = Once::of_form(actor.id, "/contests", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/contests/{id}")).into_response())
}

/// An entry with what the reader may know of it.
struct Shown {
    entry: Entry,
    college: String,
    /// The juror's own points, where they judge it.
    own: Option<Vec<u32>>,
    judges: bool,
    total: String,
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
    asked: usize,
}

#[derive(Template)]
#[template(path = "contests/one.html")]
struct OnePage {
    page: Page,
    contest: Contest,
    organiser: String,
    opens: String,
    closes: String,
    criteria: Vec<Criterion>,
    entries: Vec<Shown>,
    jurors: Vec<Seat>,
    open: usize,
    runs: bool,
    applies: bool,
    /// The stage before, through which alone one comes to this one.
    earlier: Option<Contest>,
    /// The jury is there, and the last day for applications has not passed.
    waits: bool,
    judges: bool,
    may_judge: bool,
    may_close: bool,
    may_correct: bool,
    may_cancel: bool,
    next: Vec<Contest>,
    f: Fields,
}

impl OnePage {
    fn name(&self, entry: &i64, row: &usize) -> String {
        format!("points-{entry}-{row}")
    }

    fn given(&self, shown: &Shown, row: &usize) -> String {
        let typed = self.f.value(self.name(&shown.entry.id, row)).to_owned();
        if !typed.is_empty() {
            return typed;
        }
        shown.own.as_ref().and_then(|points| points.get(*row)).map(ToString::to_string).unwrap_or_default()
    }

    fn need_jury(&self) -> String {
        let (jury, each) = (JURORS.to_string(), JUDGES.to_string());
        messages::text_with(self.page.lang(), "contest-need-jury", &[("n", &jury), ("count", &each)])
    }

    /// Whether an application still lacks jurors who may judge it.
    fn lacks(&self, shown: &Shown) -> bool {
        let running = matches!(self.contest.state(), State::Open | State::Judging);
        self.runs && running && shown.jury < JUDGES
    }

    fn each(&self) -> usize {
        JUDGES
    }

    fn place(&self, entry: &Entry) -> i64 {
        entry.place.unwrap_or(0)
    }

    fn is_winner(&self, entry: &Entry) -> bool {
        entry.place.is_some_and(|place| place <= WINNERS)
    }
}

/// Points in hundredths as people read them.
fn points(lang: sheber_kernel::Lang, hundredths: i64) -> String {
    messages::number(lang, &format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

/// Who sees what was handed in: the organiser, the jury from the judging on, and the college whose it is. Everybody else sees the
/// places once they stand, and no more.
fn sees(contest: &Contest, entry: &Entry, actor: &Actor, is_juror: bool) -> bool {
    contest.is_run_by(actor)
        || is_juror && matches!(contest.state(), State::Judging | State::Closed)
        || entry.college_id == actor.organisation_id
}

async fn show(app: &App, context: Context, id: i64, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let contest = store::find(&app.db, &actor, id).await?;
    let entries = store::entries(&app.db, id).await?;
    let jurors = store::jurors(&app.db, id).await?;
    let scores = store::scores(&app.db, id).await?;
    let juror = jurors.iter().find(|juror| juror.id == actor.id);
    let open = store::open_judgements(contest.level(), &entries, &jurors, &scores).len();
    let today = clock::day(app.clock.millis());
    let is_whole = procedure::is_whole(&contest, &jurors, &entries);
    let whole = is_whole && contest.state() == State::Open;
    let takes = contest.takes(today) && contest.is_for(&actor) && actor.may(Ability::ApplyToContests);
    let earlier = if takes { store::earlier(&app.db, &actor, &contest).await? } else { None };
    let seats = jurors
        .iter()
        .map(|juror| {
            let asked: Vec<_> = entries.iter().filter(|entry| juror.judges(contest.level(), entry)).collect();
            let is_given =
                |entry: &&&Entry| scores.iter().any(|score| score.account_id == juror.id && score.entry_id == entry.id);
            Seat {
                organisation: juror.organisation().get(context.lang).to_owned(),
                given: asked.iter().filter(is_given).count(),
                asked: asked.len(),
                juror: juror.clone(),
            }
        })
        .collect();
    let own = |entry: &Entry| {
        let given = |score: &&Score| score.account_id == actor.id && score.entry_id == entry.id;
        scores.iter().find(given).map(Score::points)
    };
    let next = if contest.state() == State::Closed && contest.is_run_by(&actor) {
        store::next(&app.db, &actor, &contest).await?
    } else {
        Vec::new()
    };
    let date = |day: &str| day.parse().map(|day| messages::date(context.lang, day)).unwrap_or_default();
    let status = f.status();
    let mut f = f;
    // A form of something else leaves the correction's fields as the contest has them.
    if !f.has("correcting", "yes") {
        for (name, value) in [
            ("title", contest.title.clone()),
            ("place", contest.place.clone()),
            ("opens_on", contest.opens_on.clone()),
            ("closes_on", contest.closes_on.clone()),
            ("version", contest.version.to_string()),
        ] {
            f.set(name, value);
        }
    }
    let shown = OnePage {
        organiser: contest.organiser().get(context.lang).to_owned(),
        opens: date(&contest.opens_on),
        closes: date(&contest.closes_on),
        criteria: contest.criteria(),
        runs: contest.is_run_by(&actor),
        applies: takes && earlier.is_none(),
        earlier,
        judges: juror.is_some() && contest.state() == State::Judging,
        may_judge: whole && contest.is_over(today),
        waits: whole && !contest.is_over(today),
        may_correct: contest.state() == State::Open && contest.is_run_by(&actor),
        may_cancel: matches!(contest.state(), State::Open | State::Judging) && contest.is_run_by(&actor),
        may_close: contest.state() == State::Judging && open == 0 && is_whole,
        entries: entries
            .into_iter()
            .filter(|entry| contest.state() == State::Closed || sees(&contest, entry, &actor, juror.is_some()))
            .map(|entry| Shown {
                whole: sees(&contest, &entry, &actor, juror.is_some()),
                jury: jurors.iter().filter(|juror| juror.judges(contest.level(), &entry)).count(),
                withdraws: contest.state() == State::Open && entry.is_withdrawn_by(&actor),
                college: entry.college().get(context.lang).to_owned(),
                own: own(&entry),
                judges: juror.is_some_and(|juror| juror.judges(contest.level(), &entry)),
                total: entry.total.map(|total| points(context.lang, total)).unwrap_or_default(),
                entry,
            })
            .collect(),
        page: Page::new(context.clone(), "contests", contest.title.clone())
            .crumb(context.t("nav-contests"), "/contests"),
        contest,
        jurors: seats,
        open,
        next,
        f,
    };
    Ok((status, html(&shown)?).into_response())
}

pub async fn one(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, Fields::default()).await
}

pub async fn again(app: &App, context: Context, id: i64, fields: Fields) -> Result<Response, AppError> {
    show(app, context, id, fields).await
}

pub async fn results(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let contest = store::find(&app.db, &actor, id).await?;
    if contest.state() != State::Closed {
        return Err(AppError::NotFound);
    }
    let headings = ["contest-rank", "contest-name", "oversight-college", "contest-work", "contest-total"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let rows = store::entries(&app.db, id)
        .await?
        .into_iter()
        .map(|entry| {
            let total = entry.total.unwrap_or(0);
            let college = entry.college().get(context.lang).to_owned();
            let place = entry.place.unwrap_or(0).to_string();
            vec![place, entry.name, college, entry.work, format!("{}.{:02}", total / 100, total % 100)]
        })
        .collect();
    sheet::workbook("results.xlsx", contest.title, headings, &[0, 4], rows).await
}

pub async fn file(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, entry, hash)): Path<(i64, i64, String)>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let contest = store::find(&app.db, &actor, id).await?;
    let is_juror = store::jurors(&app.db, id).await?.iter().any(|juror| juror.id == actor.id);
    let entries = store::entries(&app.db, id).await?;
    let seen = |known: &&Entry| known.id == entry && sees(&contest, known, &actor, is_juror);
    let found = entries.iter().find(seen).ok_or(AppError::NotFound)?;
    let file = found.files().into_iter().find(|file| file.hash == hash).ok_or(AppError::NotFound)?;
    let bytes = files::read(&app, &file.hash).await?;
    Ok(sheet::attachment(&format!("entry-{entry}.pdf"), "application/pdf", bytes))
}
