//! My tasks, and one task.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::duties::DutyState;
use sheber_norms::edition::Item;

use super::evidence::{self, Shown};
use super::make;
use super::proof::{self, Proofs};
use super::store::{self, Closing, Given, GivenFile, Task};
use crate::events::store as events;
use crate::groups::store::{self as groups, Person};
use crate::platform::actor::{Actor, Role};
use crate::platform::app::App;
use crate::platform::audit::{self, Change};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::files;
use crate::platform::forms::{Form, Pairs, Upload};
use crate::platform::page::{Page, Pager, html};
use crate::platform::{search, sheet};

/// What the list asks for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    /// `open` (due now and late), a state, or empty for all.
    pub state: String,
    /// `mine`, or `all` of the organisation.
    pub whose: String,
    pub page: usize,
}

const PAGE: usize = 50;

/// A task as the list shows it.
pub struct Line {
    pub task: Task,
    pub state: DutyState,
    pub title: String,
}

impl Line {
    fn of(task: Task, today: NaiveDate, context: &Context) -> Self {
        let title = task.title(context.lang).to_owned();
        Self { state: task.state(today), title, task }
    }

    /// What people say the period is: `36-апта`, `2023 жылғы қыркүйек`.
    pub fn period(&self, context: &Context) -> String {
        period(context, &self.task.period)
    }
}

/// The words of a period of the guidance's rhythm.
pub fn period(context: &Context, period: &str) -> String {
    if let Some((year, week)) = period.split_once("-W") {
        return messages::text_with(context.lang, "duty-week", &[("n", week.trim_start_matches('0')), ("year", year)]);
    }
    if let Some((year, quarter)) = period.split_once("-Q") {
        return messages::text_with(context.lang, "duty-quarter", &[("n", quarter), ("year", year)]);
    }
    if let Some((year, month)) = period.split_once('-').filter(|(year, _)| year.len() == 4) {
        let name = context.t(&format!("month-{}", month.trim_start_matches('0')));
        return messages::text_with(context.lang, "duty-month", &[("name", &name), ("year", year)]);
    }
    match period {
        "h1" => context.t("duty-half-1"),
        "h2" => context.t("duty-half-2"),
        _ => String::new(),
    }
}

/// The tasks of somebody's organisation in a year, made where they are missing.
pub async fn tasks(app: &App, actor: &Actor, context: &Context) -> Result<Vec<Task>, AppError> {
    make::ensure(app, actor.organisation_id, context.year).await?;
    Ok(store::of_organisation(&app.db, actor.organisation_id, context.year).await?)
}

fn filtered(tasks: Vec<Task>, actor: &Actor, filter: &Filter, today: NaiveDate, context: &Context) -> Vec<Line> {
    let words = search::Words::of(&filter.q);
    tasks
        .into_iter()
        .filter(|task| filter.whose == "all" || task.is_of(actor))
        .map(|task| Line::of(task, today, context))
        .filter(|line| match filter.state.as_str() {
            "open" => matches!(line.state, DutyState::Due | DutyState::Overdue),
            "" => true,
            state => line.state.word() == state,
        })
        .filter(|line| words.stand_in_text(|| format!("{} {}", line.task.item(), line.title)))
        .collect()
}

#[derive(Template)]
#[template(path = "duties/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    lines: Vec<Line>,
    total: usize,
    counts: Vec<(&'static str, usize)>,
    pager: Pager,
}

impl ListPage {
    fn day(&self, day: &str) -> String {
        day.parse().map(|day| messages::date(self.page.lang(), day)).unwrap_or_default()
    }

    fn period(&self, line: &Line) -> String {
        line.period(&self.page.context)
    }

    fn query(&self) -> String {
        serde_urlencoded::to_string(Filter { page: 0, ..self.filter.clone() }).unwrap_or_default()
    }

    fn of_state(&self, state: &str) -> String {
        let filter = Filter { state: state.to_owned(), page: 0, ..self.filter.clone() };
        serde_urlencoded::to_string(filter).unwrap_or_default()
    }

    fn of(&self, whose: &str) -> String {
        let filter = Filter { whose: whose.to_owned(), page: 0, ..self.filter.clone() };
        serde_urlencoded::to_string(filter).unwrap_or_default()
    }
}

/// The class of a state's mark, and its sign: never colour alone.
pub const fn mark(state: DutyState) -> (&'static str, &'static str) {
    match state {
        DutyState::Planned => ("", "·"),
        DutyState::Due => ("warning", "!"),
        DutyState::Done => ("clean", "✓"),
        DutyState::DoneLate => ("clean", "✓↷"),
        DutyState::Overdue => ("violation", "✕"),
        DutyState::Excused => ("", "–"),
    }
}

/// The mark of a state, for templates.
pub struct Mark;

impl Mark {
    pub fn class(state: &DutyState) -> &'static str {
        mark(*state).0
    }

    pub fn sign(state: &DutyState) -> &'static str {
        mark(*state).1
    }
}

/// A director begins with everything, others with their own.
fn asked(actor: &Actor, filter: Filter) -> Filter {
    let first = if actor.role == Role::Director { "all" } else { "mine" };
    let whose = if filter.whose.is_empty() { first.to_owned() } else { filter.whose };
    Filter { whose, ..filter }
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let today = clock::day(app.clock.millis());
    let filter = asked(&actor, filter);
    let tasks = tasks(&app, &actor, &context).await?;
    let all = filtered(tasks, &actor, &Filter { state: String::new(), ..filter.clone() }, today, &context);
    let count = |state: DutyState| all.iter().filter(|line| line.state == state).count();
    let mut counts: Vec<(&'static str, usize)> =
        DutyState::ALL.iter().map(|state| (state.word(), count(*state))).collect();
    counts.insert(0, ("open", count(DutyState::Due) + count(DutyState::Overdue)));
    let mut lines: Vec<Line> = all
        .into_iter()
        .filter(|line| match filter.state.as_str() {
            "open" => matches!(line.state, DutyState::Due | DutyState::Overdue),
            "" => true,
            state => line.state.word() == state,
        })
        .collect();
    let total = lines.len();
    let skipped = (filter.page * PAGE).min(total);
    lines.drain(..skipped);
    lines.truncate(PAGE);
    let pager = Pager::of("/tasks", filter.page, PAGE, total, |page| Filter { page, ..filter.clone() });
    let page = Page::new(context.clone(), "tasks", context.t("nav-tasks")).wide();
    html(&ListPage { page, filter, lines, total, counts, pager })
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let today = clock::day(app.clock.millis());
    let lines = filtered(tasks(&app, &actor, &context).await?, &actor, &asked(&actor, filter), today, &context);
    let headings =
        ["duty-item", "duty-what", "duty-period", "duty-due-day", "duty-state", "duty-closed-on", "duty-owner"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let date = |day: Option<NaiveDate>| day.map(|day| messages::date(context.lang, day)).unwrap_or_default();
    let rows = lines
        .iter()
        .map(|line| {
            vec![
                line.task.item().to_owned(),
                line.title.clone(),
                line.period(&context),
                date(Some(line.task.due())),
                context.t(&format!("duty-{}", line.state.word())),
                date(line.task.closed_on()),
                line.task.owner.clone().unwrap_or_else(|| context.t(&format!("role-{}", post_role(&line.task)))),
            ]
        })
        .collect();
    sheet::workbook("tasks.xlsx", context.t("nav-tasks"), headings, &[], rows).await
}

/// The word of the role whose work a task is.
pub fn post_role(task: &Task) -> &'static str {
    task.post.parse().map_or("director", |post| super::role(post).word())
}

#[derive(Template)]
#[template(path = "duties/one.html")]
struct OnePage {
    page: Page,
    task: Task,
    state: DutyState,
    title: String,
    organisation: String,
    item: Option<&'static Item>,
    citation: String,
    assumed: bool,
    period: String,
    opens: String,
    due: String,
    closed: String,
    recorded: String,
    owner: String,
    given: Given,
    shown: Option<Shown>,
    /// What is missing still, where that can be named.
    missing: Vec<String>,
    /// The records that it rests on, and whether the reader may open them.
    proofs: Proofs,
    opens_proofs: bool,
    link: Option<String>,
    numbers: Vec<&'static str>,
    asks_file: bool,
    asks_link: bool,
    asks_note: bool,
    closes: bool,
    reopens: bool,
    manages: bool,
    people: Vec<Person>,
    lines: Vec<audit::Line>,
    f: Fields,
}

impl OnePage {
    fn number(&self, name: &str) -> String {
        format!("number-{name}")
    }

    fn label(&self, name: &str) -> String {
        format!("duty-number-{name}")
    }

    fn day(&self, day: &str) -> String {
        day.parse().map(|day| messages::date(self.page.lang(), day)).unwrap_or_default()
    }

    fn is_owner(&self, person: &i64) -> bool {
        self.task.owner_id == Some(*person)
    }

    fn about(&self) -> String {
        self.item.map(|item| item.about.get(self.page.lang()).to_owned()).unwrap_or_default()
    }

    fn given_numbers(&self) -> Vec<(String, i64)> {
        self.given.numbers.iter().map(|(name, number)| (name.clone(), *number)).collect()
    }
}

async fn show(app: &App, context: Context, id: i64, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let task = store::find(&app.db, &actor, id).await?;
    let today = clock::day(app.clock.millis());
    let state = task.state(today);
    let duty = task.template();
    let item = Edition::of(task.year()).item(task.item());
    let date = |day: Option<NaiveDate>| day.map(|day| messages::date(context.lang, day)).unwrap_or_default();
    let shown = evidence::shown(&app.db, &task).await?;
    let record = task.record();
    let missing = match record {
        Some("curator_hour_in_each_group") if state != DutyState::Planned => {
            let days = (task.opens(), task.due());
            events::groups_without_curator_hour(&app.db, task.organisation_id, task.year(), days).await?
        }
        _ => Vec::new(),
    };
    let by_hand = record.is_none();
    let is_open = matches!(state, DutyState::Due | DutyState::Overdue | DutyState::Planned);
    let manages = task.may_manage(&actor);
    let own = task.organisation_id == actor.organisation_id;
    let asked = duty.map(|duty| &duty.evidence);
    let status = f.status();
    let title = task.title(context.lang).to_owned();
    let page = OnePage {
        organisation: task.organisation().get(context.lang).to_owned(),
        citation: item.map(|item| messages::citation(context.lang, &item.citation)).unwrap_or_default(),
        assumed: duty.is_some_and(|duty| duty.assumed),
        period: period(&context, &task.period),
        opens: date(Some(task.opens())),
        due: date(Some(task.due())),
        closed: date(task.closed_on()),
        recorded: task.closed_at.map(clock::local).unwrap_or_default(),
        owner: task.owner.clone().unwrap_or_else(|| context.t(&format!("role-{}", post_role(&task)))),
        given: task.given(),
        opens_proofs: record.is_some_and(|record| proof::opens(record, &actor)),
        proofs: proof::of(&app.db, &task).await?,
        link: record.filter(|_| own && is_open).and_then(|record| proof::maker(record, &actor, &task)),
        numbers: asked.map(|asked| asked.numbers.iter().map(String::as_str).collect()).unwrap_or_default(),
        asks_file: asked.is_some_and(|asked| asked.file),
        asks_link: asked.is_some_and(|asked| asked.link),
        asks_note: by_hand,
        closes: by_hand && is_open && state != DutyState::Planned && task.excused.is_none() && task.may_close(&actor),
        reopens: by_hand && task.closed_on.is_some() && task.may_close(&actor) || task.excused.is_some() && manages,
        manages: manages && is_open,
        people: if manages { groups::people(&app.db, actor.organisation_id).await? } else { Vec::new() },
        lines: audit::history(&app.db, "duty", id, 30).await?,
        page: Page::new(context.clone(), "tasks", title.clone()).crumb(context.t("nav-tasks"), "/tasks"),
        state,
        title,
        item,
        shown,
        missing,
        f,
        task,
    };
    Ok((status, html(&page)?).into_response())
}

pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, Fields::default()).await
}

/// Closes a task that no data can tell of, with the evidence it asks for.
pub async fn close(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let task = store::find(&app.db, &actor, id).await?;
    let Some(duty) = task.template() else { return Err(AppError::NotFound) };
    if !task.may_close(&actor) {
        return Err(AppError::Forbidden);
    }
    if duty.evidence.record.is_some() {
        return Err(AppError::Refused { status: StatusCode::CONFLICT, key: "error-duty-by-data".to_owned() });
    }
    if task.state(clock::day(app.clock.millis())) == DutyState::Planned {
        return Err(AppError::Refused { status: StatusCode::CONFLICT, key: "error-duty-early".to_owned() });
    }
    let mut fields = Fields::of(upload.fields);
    let mut given = Given { note: fields.open_text("note", 2000), ..Given::default() };
    for name in &duty.evidence.numbers {
        let number = fields.number(&format!("number-{name}"), 1_000_000_000_000);
        given.numbers.insert(name.clone(), number);
    }
    // "None" may be the truth, and then a sentence says why.
    let nothing = !given.numbers.is_empty() && given.numbers.values().all(|number| *number == 0);
    if nothing && given.note.is_empty() {
        fields.wrong("note", "duty-zero-note");
    }
    if duty.evidence.link {
        let links = fields.links("link", 5);
        if links.is_empty() {
            fields.wrong("link", "field-required");
        }
        given.link = links.join(" ");
    }
    if duty.evidence.note && given.note.is_empty() {
        fields.wrong("note", "field-required");
    }
    let files = upload.files;
    if files.len() > 10 {
        fields.wrong("files", "duty-files-many");
    }
    if duty.evidence.file && files.is_empty() {
        fields.wrong("files", "field-required");
    }
    if files.iter().any(|file| file.bytes.len() > files::MOST) {
        fields.wrong("files", "attachment-large");
    }
    if !fields.is_sound() {
        return show(&app, context, id, fields).await;
    }
    for file in files {
        let name: String = file.name.chars().filter(|letter| !letter.is_control()).take(200).collect();
        given.files.push(GivenFile { name, hash: files::keep(&app, file.bytes).await? });
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let task = store::locked(&change, id).await?;
    if task.closed_on.is_none() && task.excused.is_none() {
        let today = clock::day(change.at());
        let closing = Closing { on: Some(today), by: Some(&actor), given: Some(given), excused: None };
        store::close(&change, &task, closing).await?;
        change.commit().await?;
    }
    Ok(Redirect::to(&format!("/tasks/{id}")).into_response())
}

/// Takes back what was said to be done, or the excuse.
pub async fn reopen(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    store::find(&app.db, &actor, id).await?;
    let change = Change::begin(&app, Some(&actor)).await?;
    let task = store::locked(&change, id).await?;
    let may = if task.excused.is_some() { task.may_manage(&actor) } else { task.may_close(&actor) && !task.by_data };
    if !may {
        return Err(AppError::Forbidden);
    }
    if task.closed_on.is_some() || task.excused.is_some() {
        store::close(&change, &task, Closing { on: None, by: Some(&actor), given: None, excused: None }).await?;
        // What was recorded while it was excused closes it as it would have.
        if let Some(record) = task.record() {
            evidence::settle(&change, task.organisation_id, task.year(), None, &[record]).await?;
        }
        change.commit().await?;
    }
    Ok(Redirect::to(&format!("/tasks/{id}")).into_response())
}

pub async fn hand(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    store::find(&app.db, &actor, id).await?;
    let to = Fields::of(pairs).value("to").parse().ok();
    store::hand(&app, &actor, id, to).await?;
    Ok(Redirect::to(&format!("/tasks/{id}")).into_response())
}

/// Excuses a task, with a reason: it need not be done, and is not counted as late.
pub async fn excuse(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    store::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let reason = fields.text("reason", 1000);
    if reason.chars().count() < 10 {
        fields.wrong("reason", "duty-reason-short");
    }
    if !fields.is_sound() {
        return show(&app, context, id, fields).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let task = store::locked(&change, id).await?;
    if !task.may_manage(&actor) {
        return Err(AppError::Forbidden);
    }
    if task.closed_on.is_none() {
        let closing = Closing { on: None, by: Some(&actor), given: None, excused: Some(reason) };
        store::close(&change, &task, closing).await?;
        change.commit().await?;
    }
    Ok(Redirect::to(&format!("/tasks/{id}")).into_response())
}

/// A file that was handed in for a task.
pub async fn file(
    State(app): State<App>,
    context: Context,
    Path((id, hash)): Path<(i64, String)>,
) -> Result<Response, AppError> {
    let task = store::find(&app.db, context.actor()?, id).await?;
    let given = task.given();
    let file = given.files.iter().find(|file| file.hash == hash).ok_or(AppError::NotFound)?;
    let bytes = files::read(&app, &file.hash).await?;
    let extension: String =
        file.name.rsplit('.').next().unwrap_or("bin").chars().filter(char::is_ascii_alphanumeric).take(5).collect();
    Ok(sheet::attachment(&format!("task-{id}.{extension}"), "application/octet-stream", bytes))
}
