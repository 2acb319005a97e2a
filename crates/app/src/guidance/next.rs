//! What the next edition changes for one's own programmes and records, by a dry run of its norms.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_norms::programme::Programme;
use sheber_norms::{Edition, Finding, Severity};
use sheber_people::organisations::colleges;
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};
use sheber_platform::house::House;
use sheber_platform::page::{Page, html};
use sheber_programmes::programmes;
use sheber_standing::college::{self, Card};

use super::differences::{self, Difference};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Query {
    #[serde(deserialize_with = "open")]
    from: Option<AcademicYear>,
    #[serde(deserialize_with = "open")]
    to: Option<AcademicYear>,
    /// One programme alone.
    #[serde(deserialize_with = "open")]
    programme: Option<i64>,
    /// One of the colleges that the reader answers for.
    #[serde(deserialize_with = "open")]
    college: Option<i64>,
}

/// A programme with what the norms say of it only after, and only before.
struct ProgrammeDifference {
    id: i64,
    name: String,
    new: Vec<Line>,
    gone: Vec<Line>,
}

impl ProgrammeDifference {
    fn is_any(&self) -> bool {
        !self.new.is_empty() || !self.gone.is_empty()
    }
}

/// A finding as the page lists it.
struct Line {
    item: &'static str,
    severity: Severity,
    text: String,
}

#[derive(Template)]
#[template(path = "guidance/next.html")]
struct NextPage {
    page: Page,
    /// Whose records they are, where somebody above looks.
    of: Option<String>,
    college: Option<i64>,
    programme: Option<i64>,
    from: String,
    to: String,
    list: Vec<ProgrammeDifference>,
    checked: usize,
    sound: usize,
    /// What the college's own records meet only under the next edition's norms over colleges.
    records: Vec<Card>,
    /// Duties and targets in which the editions differ.
    differing: Vec<Difference>,
}

fn only_in(lang: Lang, these: &[Finding], others: &[Finding]) -> Vec<Line> {
    let key = |finding: &Finding| (finding.item, finding.at.clone(), finding.variant);
    let known = |finding: &&Finding| !others.iter().any(|other| key(other) == key(finding));
    let line = |finding: &Finding| Line {
        item: finding.item,
        severity: finding.severity,
        text: messages::message(lang, finding),
    };
    these.iter().filter(known).map(line).collect()
}

/// A programme as if it were of a next intake, by one edition's norms and by another's: it goes on under its intake's norms, and
/// what a new intake would meet is what the question is about.
fn moved(
    lang: Lang,
    (id, mut programme): (i64, Programme),
    from: AcademicYear,
    to: AcademicYear,
) -> ProgrammeDifference {
    programme.intake = from;
    let before = sheber_norms::check(&programme, Edition::of(from)).findings;
    programme.intake = to;
    let after = sheber_norms::check(&programme, Edition::of(to)).findings;
    ProgrammeDifference {
        id,
        name: programme.specialty.name.get(lang).to_owned(),
        new: only_in(lang, &after, &before),
        gone: only_in(lang, &before, &after),
    }
}

/// The college that is looked at, with its name where somebody above looks.
async fn subject(app: &App, context: &Context, chosen: Option<i64>) -> Result<Option<(i64, Option<String>)>, AppError> {
    let actor = context.actor()?;
    Ok(match (actor.scope(), chosen) {
        (Scope::College(own), _) => Some((own, None)),
        (_, Some(college)) => {
            let found = colleges::find(&app.db, actor, college).await?;
            Some((college, Some(found.name(context.lang).to_owned())))
        }
        _ => None,
    })
}

/// What differences between editions ask of a college's own work.
const OF_WORK: [&str; 5] =
    ["changes-duties", "changes-duty-rule", "changes-duty-holder", "changes-target", "changes-force"];

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let lang = context.lang;
    let one = match query.programme {
        Some(id) => Some(programmes::store::find(&app.db, context.actor()?, id).await?),
        None => None,
    };
    let college = subject(&app, &context, query.college).await?;
    // A programme stands under its own intake's norms.
    let own_year = one.as_ref().map_or(context.year, |stored| stored.programme.intake);
    let from = query.from.unwrap_or(own_year);
    let to = query.to.unwrap_or_else(|| from.next());
    let (programme, all) = match (one, &college) {
        (Some(stored), _) => (Some(stored.id), vec![(stored.id, stored.programme)]),
        (None, Some((college, _))) => (None, programmes::store::of_college(&app.db, *college).await?),
        (None, None) => {
            let key = "error-next-programme".to_owned();
            return Err(AppError::Refused { status: StatusCode::BAD_REQUEST, key });
        }
    };
    let checked = all.len();
    let mut list: Vec<ProgrammeDifference> = all.into_iter().map(|one| moved(lang, one, from, to)).collect();
    let sound = list.iter().filter(|moved| !moved.is_any()).count();
    list.retain(|moved| moved.is_any() || programme.is_some());
    let (mut records, mut differing) = (Vec::new(), Vec::new());
    if let (None, Some((college, _))) = (programme, &college) {
        let (one, other) = (Edition::of(from), Edition::of(to));
        records = college::only_by(&app, *college, (from, other, Some(one)), lang).await?;
        differing = differences::of(&House::of(&app), lang, one, other);
        differing.retain(|difference| OF_WORK.contains(&difference.what));
    }
    let page = Page::new(context.clone(), "guidance", context.t("next-title"));
    html(&NextPage {
        page: page.crumb(context.t("nav-guidance"), "/guidance"),
        college: query.college,
        of: college.and_then(|(_, name)| name),
        programme,
        from: from.to_string(),
        to: to.to_string(),
        list,
        checked,
        sound,
        records,
        differing,
    })
}
