//! The queue, and a case with everything that its reader may do in it now.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use sheber_kernel::Lang;
use sheber_norms::{Edition, Programme, Severity};

use super::attachments::{self, Attachment, Kind};
use super::expertise::{CRITERIA, GRADES, Judgement};
use super::limits;
use super::remarks::{self, Remark};
use super::step::{self, Refused, Request};
use super::store::{self, Answer, Case, Listing, Load, Member, Order, Step};
use super::workflow::{Action, State};
use crate::platform::actor::{OrganisationKind, Role};
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::forms::{Form, Lookup, Pairs};
use crate::platform::page::{Choice, Page, html};
use crate::programmes;
use crate::programmes::versions::Difference;

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    state: String,
    sort: String,
    after: String,
}

const PAGE: usize = 50;

/// The last day of a stage, and whether it has passed.
struct Due {
    day: String,
    late: bool,
}

impl Due {
    fn of(lang: Lang, day: NaiveDate, today: NaiveDate) -> Self {
        Self { day: sheber_messages::date(lang, day), late: day < today }
    }
}

#[derive(Template)]
#[template(path = "register/list.html")]
struct ListPage {
    page: Page,
    cases: Vec<Case>,
    states: Vec<Choice>,
    asked: Asked,
    filtered: bool,
    load: Vec<Load>,
    next: Option<String>,
    due: HashMap<i64, NaiveDate>,
    today: NaiveDate,
}

impl ListPage {
    fn due(&self, case: &Case) -> Option<Due> {
        self.due.get(&case.id).map(|day| Due::of(self.page.lang(), *day, self.today))
    }

    fn when(&self, millis: &i64) -> String {
        clock::local(*millis)
    }
}

pub async fn list(
    Shared(app): Shared<App>,
    context: Context,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let state: Option<State> = asked.state.parse().ok();
    let order = if asked.sort == "updated" { Order::Updated } else { Order::Waiting };
    let listing = Listing { words: &asked.q, state, order, after: order.cursor(&asked.after) };
    let mut cases = store::list(&app.db, &actor, &listing, PAGE + 1).await?;
    let more = cases.len() > PAGE;
    cases.truncate(PAGE);
    let next = cases.last().filter(|_| more).map(|last| {
        let after = order.after(last);
        let query = [("q", &asked.q), ("state", &asked.state), ("sort", &asked.sort), ("after", &after)];
        serde_urlencoded::to_string(query).unwrap_or_default()
    });
    let load = if actor.role == Role::Operator { store::load(&app.db).await? } else { Vec::new() };
    let mut states = vec![Choice { value: String::new(), label: context.t("any"), chosen: state.is_none() }];
    states.extend(State::ALL.iter().map(|one| Choice {
        value: one.word().to_owned(),
        label: context.t(&format!("register-state-{}", one.word())),
        chosen: state == Some(*one),
    }));
    let page = Page::new(context.clone(), "register", context.t("nav-register")).wide();
    let keys: Vec<i64> = cases.iter().map(|case| case.id).collect();
    let due = store::deadlines(&app.db, &keys, Edition::of(context.this_year)).await?;
    let today = clock::day(app.clock.millis());
    html(&ListPage {
        page,
        cases,
        states,
        filtered: state.is_some() || !asked.q.trim().is_empty(),
        asked,
        load,
        next,
        due,
        today,
    })
}

#[derive(Deserialize)]
pub struct Open {
    programme: i64,
}

pub async fn open(Shared(app): Shared<App>, context: Context, Form(form): Form<Open>) -> Result<Redirect, AppError> {
    let id = store::open(&app, context.actor()?, form.programme).await?;
    Ok(Redirect::to(&format!("/register/{id}")))
}

/// A finding as the case shows it.
struct Said {
    item: String,
    place: String,
    severity: &'static str,
    label: String,
    message: String,
    answer: String,
}

/// A remark as the case shows it.
struct Noted {
    remark: Remark,
    label: String,
    /// Where the editor shows the place.
    link: Option<String>,
    /// What changed there since.
    changes: Vec<Difference>,
    /// How many changes are too many to show.
    more: usize,
    /// The answer as it was typed, where the page comes back with it.
    typed: String,
}

/// So many changes of a place are shown.
const CHANGES: usize = 8;

impl Noted {
    fn shown(&self) -> &[Difference] {
        &self.changes[..self.changes.len() - self.more]
    }
}

#[derive(Template)]
#[template(path = "register/case.html")]
struct CasePage {
    page: Page,
    case: Case,
    steps: Vec<Step>,
    members: Vec<Member>,
    experts: Vec<Member>,
    judgements: Vec<Judgement>,
    findings: Vec<Said>,
    actions: Vec<&'static str>,
    typed: Pairs,
    error: Option<String>,
    sees_programme: bool,
    due: Option<Due>,
    attachments: Vec<Attachment>,
    attaches: bool,
    remarks: Vec<Noted>,
    places: Vec<(String, String)>,
    settles: bool,
}

impl CasePage {
    fn when(&self, millis: &i64) -> String {
        clock::local(*millis)
    }

    fn typed(&self, name: impl AsRef<str>) -> &str {
        self.typed.get(name.as_ref())
    }

    fn chose(&self, name: impl AsRef<str>, value: impl ToString) -> bool {
        self.typed.iter().any(|(key, typed)| key == name.as_ref() && *typed == value.to_string())
    }

    fn criteria(&self) -> Vec<&'static str> {
        CRITERIA.clone()
    }

    fn grades(&self) -> [&'static str; 3] {
        GRADES
    }

    fn of(&self, criterion: &str) -> Vec<&Judgement> {
        self.judgements.iter().filter(|judgement| judgement.criterion == criterion).collect()
    }

    fn short(&self, hash: &str) -> String {
        hash.chars().take(12).collect()
    }

    fn open_remarks(&self) -> Vec<&Noted> {
        self.remarks.iter().filter(|one| one.remark.is_open()).collect()
    }

    fn is_mine(&self, remark: &Remark) -> bool {
        self.page.actor().is_some_and(|actor| actor.id == remark.author_id)
    }

    fn kinds(&self) -> Vec<&'static str> {
        Kind::ALL.iter().map(|kind| kind.word()).collect()
    }

    fn size(&self, attachment: &Attachment) -> String {
        sheber_messages::number(self.page.lang(), &attachment.kib().to_string())
    }

    /// Grounds, remarks, a summary: what has to be written.
    fn must_write(&self, action: &str) -> bool {
        matches!(action, "return" | "refuse" | "exclude" | "appeal" | "summarise")
    }

    fn is_final(&self, action: &str) -> bool {
        action.parse().is_ok_and(Action::is_final)
    }

    fn is(&self, action: &str, other: &str) -> bool {
        action == other
    }

    fn sends(&self, action: &str) -> bool {
        matches!(action, "submit" | "resubmit")
    }

    fn warnings(&self) -> Vec<(usize, &Said)> {
        self.findings.iter().filter(|said| said.severity == "warning").enumerate().collect()
    }

    fn has_violations(&self) -> bool {
        self.findings.iter().any(|said| said.severity == "violation")
    }
}

pub(super) async fn show(
    app: &App,
    context: Context,
    id: i64,
    typed: Pairs,
    error: Option<String>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let lang = context.lang;
    let case = store::find(&app.db, &actor, id).await?;
    let steps = store::steps(&app.db, &case, &actor).await?;
    let answers = store::answers(&app.db, &case).await?;
    let is_college = actor.role.organisation() == OrganisationKind::College;
    let (programme, findings) = store::findings(&app.db, &case, is_college).await?;
    let judgements = store::judgements_shown(&app.db, &case, &actor).await?;
    let members = if store::is_applicants_side(&actor) { Vec::new() } else { store::members(&app.db, id).await? };
    let actions: Vec<&'static str> =
        step::offered(&app.db, &actor, &case).await?.into_iter().map(Action::word).collect();
    let is_judged = store::is_judged(&app.db, &case).await?;
    let settles = remarks::may_write(&app.db, &actor, &case).await?;
    let places = if settles { remarks::places(&programme, lang) } else { Vec::new() };
    let mut noted = Vec::new();
    for remark in remarks::shown(&app.db, &case, &actor, is_judged).await? {
        noted.push(note(app, &case, &programme, remark, lang).await?);
    }
    let mut remarks = noted;
    let experts = if actions.contains(&"pass_on") {
        let binding = limits::binding(&app.db, Edition::of(context.this_year)).await?;
        store::experts(&app.db, &case, binding).await?
    } else {
        Vec::new()
    };
    let retyped = read(&typed).unwrap_or_default();
    let mut findings: Vec<Said> = findings.iter().map(|finding| said(lang, finding, &answers)).collect();
    for one in &mut findings {
        if let Some((.., answer)) = retyped.answers.iter().find(|(item, at, _)| *item == one.item && *at == one.place) {
            one.answer.clone_from(answer);
        }
    }
    for one in &mut remarks {
        let typed = retyped.remarks.iter().find(|(id, _)| *id == one.remark.id);
        one.typed = typed.map(|(_, answer)| answer.clone()).unwrap_or_default();
    }
    let page = Page::new(context.clone(), "register", case.name(lang)).crumb(context.t("nav-register"), "/register");
    let due = store::deadlines(&app.db, &[id], Edition::of(context.this_year)).await?;
    let attachments = attachments::shown(&app.db, &case, &actor).await?;
    let attaches = attachments::may_change(&app.db, &actor, &case).await?;
    let due = due.get(&id).map(|day| Due::of(lang, *day, clock::day(app.clock.millis())));
    html(&CasePage {
        due,
        attachments,
        attaches,
        remarks,
        places,
        settles,
        page,
        steps,
        members,
        experts,
        judgements,
        findings,
        actions,
        typed,
        error,
        sees_programme: actor.may(crate::platform::actor::Ability::SeeProgrammes),
        case,
    })
}

async fn note(app: &App, case: &Case, now: &Programme, remark: Remark, lang: Lang) -> Result<Noted, AppError> {
    let changes = if remark.sent {
        let (_, _, before) = programmes::store::frozen(&app.db, case.programme_id, Some(remark.version)).await?;
        remarks::changes(&before, now, &remark.place, lang)
    } else {
        Vec::new()
    };
    let link =
        remarks::anchor(now, &remark.place).map(|field| format!("/programmes/{}/edit#{field}", case.programme_id));
    Ok(Noted {
        label: remarks::label(&remark.place, lang),
        link,
        more: changes.len().saturating_sub(CHANGES),
        changes,
        typed: String::new(),
        remark,
    })
}

fn said(lang: Lang, finding: &sheber_norms::Finding, answers: &[Answer]) -> Said {
    let known = answers.iter().find(|answer| answer.item == finding.item && answer.place == finding.at);
    Said {
        item: finding.item.to_owned(),
        place: finding.at.clone(),
        severity: finding.severity.word(),
        label: sheber_messages::text(lang, &format!("severity-{}", finding.severity.word())),
        message: sheber_messages::message(lang, finding),
        answer: known
            .filter(|_| finding.severity == Severity::Warning)
            .map(|answer| answer.answer.clone())
            .unwrap_or_default(),
    }
}

/// The page once more, with what was typed and what is wrong.
pub(super) async fn again(app: &App, context: Context, id: i64, typed: Pairs, key: &str) -> Result<Response, AppError> {
    let error = context.t(key);
    let page = show(app, context, id, typed, Some(error)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub async fn case(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, Pairs::new(), None).await
}

/// The working curriculum of the very version that the case speaks of, for those who judge it.
pub async fn curriculum(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let case = store::find(&app.db, context.actor()?, id).await?;
    let is_college = context.actor()?.role.organisation() == OrganisationKind::College;
    let (programme, _) = store::findings(&app.db, &case, is_college).await?;
    // Printed in Kazakh or Russian, the languages of the document.
    let lang = if context.lang == Lang::Ru { Lang::Ru } else { Lang::Kk };
    crate::programmes::exchange::printed(programme, lang, sheber_documents::curriculum::Paper::A3).await
}

/// What will be sent, to be looked over once more before it goes out.
#[derive(Template)]
#[template(path = "register/check.html")]
struct CheckPage {
    page: Page,
    case: Case,
    action: String,
    version: i64,
    hash: String,
    /// Marks what is shown here, so that nothing else is signed.
    seen: String,
    changed: bool,
    attachments: Vec<Attachment>,
    remarks: Vec<(String, String)>,
    answers: Vec<(String, String)>,
    fields: Pairs,
}

async fn look_over(
    app: &App,
    context: Context,
    case: Case,
    mut form: Pairs,
    request: &Request,
    changed: bool,
) -> Result<Response, AppError> {
    let lang = context.lang;
    let seen = step::sending(&app.db, &case).await?;
    form.retain(|(name, _)| !matches!(name.as_str(), "seen" | "sure"));
    let (version, hash, _) = programmes::store::frozen(&app.db, case.programme_id, None).await?;
    let (_, findings) = store::findings(&app.db, &case, true).await?;
    let mut answers = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Warning) {
        let given = request.answers.iter().find(|(item, place, _)| *item == finding.item && *place == finding.at);
        let about = format!("{}: {}", finding.item, sheber_messages::message(lang, finding));
        answers.extend(given.map(|(.., answer)| (about, answer.clone())));
    }
    let mut answered = Vec::new();
    for remark in remarks::all(&app.db, case.id).await?.iter().filter(|remark| remark.is_open()) {
        let given = request.remarks.iter().find(|(id, _)| *id == remark.id);
        let about = format!("{}: {}", remarks::label(&remark.place, lang), remark.text);
        answered.extend(given.map(|(_, answer)| (about, answer.clone())));
    }
    let page = Page::new(context.clone(), "register", context.t("check-title"))
        .crumb(context.t("nav-register"), "/register")
        .crumb(case.name(lang), format!("/register/{}", case.id));
    html(&CheckPage {
        action: form.get("action").to_owned(),
        version,
        hash,
        seen,
        changed,
        attachments: attachments::kept(&app.db, case.id).await?,
        remarks: answered,
        answers,
        // The session's token comes along with the rest.
        fields: form,
        page,
        case,
    })
}

fn read(form: &Pairs) -> Result<Request, &'static str> {
    let cut = |text: &str| text.chars().take(10_000).collect::<String>();
    let of = |name: &str| form.iter().filter(|(key, _)| key == name).map(|(_, value)| cut(value)).collect::<Vec<_>>();
    let mut answers = Vec::new();
    for ((item, place), answer) in of("item").into_iter().zip(of("place")).zip(of("answer")) {
        answers.push((item, place, answer));
    }
    let judgements = CRITERIA
        .iter()
        .filter(|criterion| !form.get(&format!("grade-{criterion}")).is_empty())
        .map(|criterion| {
            let grade = form.get(&format!("grade-{criterion}")).to_owned();
            ((*criterion).to_owned(), grade, cut(form.get(&format!("reason-{criterion}"))))
        })
        .collect();
    let valid_to = form.get("valid_to").trim();
    let valid_to = if valid_to.is_empty() { None } else { Some(valid_to.parse().map_err(|_| "register-date")?) };
    Ok(Request {
        why: cut(form.get("why")),
        signed: form.get("signed") == "true",
        sure: form.get("sure") == "true",
        seen: form.get("seen").to_owned(),
        answers,
        remarks: of("remark").iter().filter_map(|id| id.parse().ok()).zip(of("remark-answer")).collect(),
        members: of("member").iter().filter_map(|id| id.parse().ok()).collect(),
        chair: form.get("chair").parse().unwrap_or(0),
        judgements,
        recommendation: form.get("recommendation").to_owned(),
        valid_to,
    })
}

pub async fn act(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    // Not there, or not in scope, comes before what the form says.
    store::find(&app.db, &actor, id).await?;
    let action: Action = form.get("action").parse().map_err(|_| AppError::Bad("error-form"))?;
    let request = match read(&form) {
        Ok(request) => request,
        Err(key) => return again(&app, context, id, form, key).await,
    };
    if form.get("back") == "true" {
        return show(&app, context, id, form, None).await;
    }
    let done = if action.sends() && !request.sure {
        Err(Refused::NotSure)
    } else {
        step::act(&app, &actor, id, action, &request).await?
    };
    if let (true, Err(Refused::NotSure | Refused::Changed)) = (action.sends(), &done) {
        let changed = done == Err(Refused::Changed);
        return match step::would(&app, &actor, id, action, &request).await? {
            Ok(case) => look_over(&app, context, case, form, &request, changed).await,
            Err(refused) => again(&app, context, id, form, &refused.key()).await,
        };
    }
    match done {
        Ok(shown) => Ok(Redirect::to(&format!("/register/{shown}")).into_response()),
        Err(refused) => again(&app, context, id, form, &refused.key()).await,
    }
}
