//! The list of events, and one of them.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sheber_kernel::{Day, Lang, OrganisationKind};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_people::groups;
use sheber_people::groups::store::Group;
use sheber_people::organisations::colleges;
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Address;
use sheber_platform::page::{Page, Pager, address, html};
use sheber_platform::{reading, sheet, trail};

use super::kinds::Kind;
use super::photos::{self, Photo};
use super::rights;
use super::store::{self, EVENT, Event, Filter, Line, State as Standing};

/// The kinds that somebody's organisation holds.
pub fn kinds(actor: &Actor) -> Vec<Kind> {
    let college = actor.role.organisation() == OrganisationKind::College;
    Kind::ALL.iter().copied().filter(|kind| college || kind.is_for_offices()).collect()
}

#[derive(Template)]
#[template(path = "events/list.html")]
struct ListPage {
    page: Page,
    /// The college whose events they are, where somebody above came from it.
    of: Option<String>,
    filter: Filter,
    /// The filter as the address of the workbook.
    query: String,
    kinds: Vec<Kind>,
    lines: Vec<Line>,
    pager: Pager,
    above: bool,
    sees_groups: bool,
    records: bool,
    /// Of a college's prevention: each topic of 14.8 with how many events there were.
    topics: Vec<(&'static str, usize)>,
}

impl ListPage {
    fn day(&self, line: &Line) -> String {
        line.day().map(|day| messages::date(self.page.lang(), day)).unwrap_or_default()
    }

    fn states(&self) -> &'static [Standing] {
        Standing::ALL
    }
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let list = store::list(&actor, context.year, &filter).page::<Line>(&app.db, &filter.at).await?;
    let above = actor.role.organisation() != OrganisationKind::College;
    let of = match filter.college.filter(|college| above && *college != actor.organisation_id) {
        Some(college) => Some(colleges::find(&app.db, &actor, college).await?.name(context.lang).to_owned()),
        None => None,
    };
    let topics = match actor.scope() {
        Scope::College(own) if filter.kind == Some(Kind::Prevention) => {
            let held = store::topics(&app.db, own, context.year).await?;
            let count = |topic: &'static str| (topic, held.iter().filter(|held| *held == topic).count());
            Edition::of(context.year).words("14.8", "topics").into_iter().map(count).collect()
        }
        _ => Vec::new(),
    };
    html(&ListPage {
        page: Page::new(context.clone(), "events", context.t("nav-events")).wide(),
        of,
        query: address(&filter),
        kinds: if above { Kind::ALL.to_vec() } else { kinds(&actor) },
        pager: Pager::of("/events", &filter, &list),
        lines: list.rows,
        above,
        sees_groups: actor.may(groups::rights::SEE),
        records: actor.may(rights::RECORD),
        topics,
        filter,
    })
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let lines: Vec<Line> = store::list(context.actor()?, context.year, &filter).all(&app.db).await?;
    let headings = [
        "event-day",
        "event-kind",
        "event-topic",
        "event-students",
        "event-holder",
        "event-state",
        "event-place",
        "event-responsible",
        "event-audience",
        "event-partners",
        "event-specialists",
        "event-parents",
        "event-links",
        "event-outcome",
    ];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let rows = lines.into_iter().map(|line| {
        vec![
            line.day().map(|day| messages::date(context.lang, day)).unwrap_or_default(),
            context.t(&format!("event-kind-{}", line.kind)),
            line.topic.clone(),
            line.students.to_string(),
            line.organisation(context.lang).to_owned(),
            context.t(&format!("event-{}", line.state())),
            line.place,
            line.responsible,
            line.audience,
            line.partners,
            line.specialists,
            line.parents.to_string(),
            line.links.to_string(),
            line.outcome,
        ]
    });
    sheet::workbook("events.xlsx", context.t("nav-events"), headings, &[3, 11], rows.collect()).await
}

/// Of fewer named people than this a count would say who is meant.
const FEW: usize = 5;

#[derive(Template)]
#[template(path = "events/one.html")]
struct OnePage {
    page: Page,
    event: Event,
    day: String,
    planned: String,
    groups: Vec<Group>,
    present: usize,
    photos: Vec<Photo>,
    changes: bool,
    sees_support: bool,
    error: Option<String>,
    activities: bool,
    lines: Vec<trail::Line>,
}

/// How many of those who need support took part says who they are, where names stand beside it: by naming one more and looking
/// again. Then it is for those who know it of the groups anyway, and for those above, who see no names.
fn sees_support(actor: &Actor, own: bool, groups: &[Group], present: usize) -> bool {
    match (present, actor.role.organisation()) {
        (0, OrganisationKind::College) => own,
        (0, _) => true,
        (_, OrganisationKind::College) => !groups.is_empty() && groups.iter().all(|group| group.sees_support(actor)),
        (named, _) => named >= FEW,
    }
}

/// A day with its time of day, as people read it.
fn moment(lang: Lang, day: Option<Day>, time: &str) -> String {
    let day = day.map(|day| messages::date(lang, day.0)).unwrap_or_default();
    format!("{day} {time}").trim().to_owned()
}

/// One event, with what went wrong just now.
pub async fn show(app: &App, context: Context, id: i64, error: Option<String>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let event = store::find(&app.db, &actor, id).await?;
    let own = event.organisation_id == actor.organisation_id;
    let chosen = store::groups_of(&app.db, id).await?;
    let mut groups = groups::store::of_year(&app.db, &actor, event.year).await?;
    groups.retain(|group| chosen.contains(&group.id));
    let present = store::students_of(&app.db, id).await?.len();
    let sees_support = sees_support(&actor, own, &groups, present);
    if sees_support && own && present > 0 {
        reading::note(app, &actor, EVENT, id).await?;
    }
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = OnePage {
        day: moment(context.lang, event.details.held_on, &event.details.held_time),
        planned: moment(context.lang, event.details.planned_on, &event.details.planned_time),
        sees_support,
        groups,
        present,
        photos: photos::of_event(&app.db, id).await?,
        changes: event.may_change(&actor),
        error,
        activities: event.details.kind == Kind::DevelopmentDay && own,
        lines: if own { trail::history(&app.db, EVENT, id, 20).await? } else { Vec::new() },
        page: Page::new(context.clone(), "events", event.details.topic.clone())
            .crumb(context.t("nav-events"), "/events"),
        event,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, None).await
}
