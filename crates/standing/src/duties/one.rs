//! One task: what is asked, how far the records have come, what was handed in.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use sheber_kernel::{Day, Lang};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::duties::DutyState;
use sheber_norms::item::Item;
use sheber_people::accounts::store::{Colleague, colleagues};
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::evidence::{Db, Progress, Proof};
use sheber_platform::fields::Fields;
use sheber_platform::house::House;
use sheber_platform::page::{Page, html};
use sheber_platform::{clock, trail};

use super::badge::Badge;
use super::settle;
use super::task::{self, DUTY, Submission, Task, Worker};

/// What the records say of a task.
#[derive(Default)]
struct Data {
    progress: Option<Progress>,
    /// What is missing still, where that can be named.
    missing: Vec<String>,
    /// The records that it rests on, each with where it opens, if the reader may.
    proofs: Vec<(Proof, Option<String>)>,
    /// Where the record is made, for those who may make it.
    link: Option<String>,
}

impl Data {
    async fn of(app: &App, actor: &Actor, task: &Task, state: DutyState) -> Result<Self, AppError> {
        let house = House::of(app);
        let Some(evidence) = task.record().and_then(|record| house.evidence_of(record)) else {
            return Ok(Self::default());
        };
        let (db, ask) = (Db::from(&app.db), task.ask());
        let opened = |proof: Proof| {
            let (ability, link) = evidence.opens(&proof);
            (proof, actor.may(ability).then_some(link))
        };
        let (ability, link) = evidence.made(&ask);
        let makes = actor.may(ability) && task.organisation_id == actor.organisation_id && is_open(state);
        Ok(Self {
            progress: settle::progress(&house, &db, task).await?,
            missing: if state == DutyState::Planned { Vec::new() } else { evidence.missing(&db, &ask).await? },
            proofs: evidence.proofs(&db, &ask).await?.into_iter().map(opened).collect(),
            link: makes.then_some(link),
        })
    }
}

/// Whether nobody has done a task, or excused it, yet.
const fn is_open(state: DutyState) -> bool {
    matches!(state, DutyState::Due | DutyState::Overdue | DutyState::Planned)
}

#[derive(Template)]
#[template(path = "duties/one.html")]
struct OnePage {
    page: Page,
    task: Task,
    badge: Badge,
    title: String,
    organisation: String,
    item: Option<&'static Item>,
    citation: String,
    assumed: bool,
    period: String,
    owner: String,
    submission: Submission,
    data: Data,
    numbers: Vec<&'static str>,
    needs_file: bool,
    needs_link: bool,
    closes: bool,
    reopens: bool,
    manages: bool,
    people: Vec<Colleague>,
    lines: Vec<trail::Line>,
    /// Whether somebody else was quicker, so that the form that was sent stands here no more.
    is_gone: bool,
    /// What was typed into it.
    unsaved: Vec<String>,
    f: Fields,
}

impl OnePage {
    fn number(&self, name: &str) -> String {
        format!("number-{name}")
    }

    fn label(&self, name: &str) -> String {
        format!("duty-number-{name}")
    }

    fn day(&self, day: &Day) -> String {
        messages::date(self.page.lang(), day.0)
    }

    fn is_owner(&self, person: &i64) -> bool {
        if self.f.error("to").is_some() {
            return self.f.has("to", person.to_string());
        }
        self.task.owner_id == Some(*person)
    }

    fn about(&self) -> String {
        self.item.map(|item| item.about.get(self.page.lang()).to_owned()).unwrap_or_default()
    }

    fn recorded(&self) -> String {
        self.task.closed_at.map(clock::local).unwrap_or_default()
    }
}

/// Whose work it is: somebody's, or a post's.
pub fn owner(task: &Task, lang: Lang) -> String {
    task.owner.clone().unwrap_or_else(|| messages::text(lang, &format!("role-{}", task.role())))
}

/// What is stored of a task, as the forms of its page show it.
pub fn filled(task: &Task) -> Fields {
    let submission = task.evidence.as_ref().map(|evidence| evidence.0.clone()).unwrap_or_default();
    let mut fields = Fields::filled([
        ("note", submission.note),
        ("link", submission.link),
        ("reason", task.excused.clone().unwrap_or_default()),
        ("to", task.owner_id.map(|owner| owner.to_string()).unwrap_or_default()),
    ]);
    for (name, number) in submission.numbers {
        fields.set(&format!("number-{name}"), number.to_string());
    }
    fields
}

pub async fn show(app: &App, context: Context, id: i64, mut f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let task = task::find(&app.db, &actor, id).await?;
    if f.value("version").is_empty() {
        f.set("version", task.version.to_string());
    }
    let worker = Worker::of(&app.db, &actor).await?;
    let lang = context.lang;
    let state = task.state(clock::day(app.clock.millis()));
    let template = task.template();
    let demand = template.map(|duty| &duty.evidence);
    let item = Edition::of(task.year).item(task.item());
    let by_hand = task.record().is_none();
    let manages = task.may_manage(&worker);
    let begun = matches!(state, DutyState::Due | DutyState::Overdue);
    let status = f.status();
    let title = task.title(lang).to_owned();
    let closes = by_hand && begun && task.may_close(&worker);
    let hands_over = manages && is_open(state);
    let is_gone = f.is_overtaken() && if f.error("note").is_some() { !closes } else { !hands_over };
    let typed = ["note", "link", "reason"].map(|name| f.value(name).to_owned());
    let numbers: Vec<&str> =
        demand.map(|demand| demand.numbers.iter().map(String::as_str).collect()).unwrap_or_default();
    let typed_numbers = numbers.iter().map(|name| (name, f.value(format!("number-{name}"))));
    let typed_numbers = typed_numbers.filter(|(_, number)| !number.is_empty());
    let typed_numbers = typed_numbers
        .map(|(name, number)| format!("{}: {number}", messages::text(lang, &format!("duty-number-{name}"))));
    let page = OnePage {
        is_gone,
        unsaved: typed_numbers.chain(typed).filter(|text| !text.is_empty()).collect(),
        organisation: task.organisation(lang).to_owned(),
        citation: item.map(|item| messages::citation(lang, &item.citation)).unwrap_or_default(),
        assumed: template.is_some_and(|duty| duty.assumed),
        period: task.period(lang),
        owner: owner(&task, lang),
        submission: task.evidence.clone().map(|evidence| evidence.0).unwrap_or_default(),
        data: Data::of(app, &actor, &task, state).await?,
        numbers,
        needs_file: demand.is_some_and(|demand| demand.file),
        needs_link: demand.is_some_and(|demand| demand.link),
        closes,
        reopens: by_hand && task.closed_on.is_some() && task.may_close(&worker) || task.excused.is_some() && manages,
        manages: hands_over,
        people: if manages { colleagues(&app.db, actor.organisation_id).await? } else { Vec::new() },
        lines: trail::history(&app.db, DUTY, id, 30).await?,
        page: Page::new(context.clone(), "tasks", title.clone()).crumb(context.t("nav-tasks"), "/tasks"),
        badge: Badge::of(state),
        title,
        item,
        f,
        task,
    };
    Ok((status, html(&page)?).into_response())
}

pub async fn page(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, Fields::default()).await
}
