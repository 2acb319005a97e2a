//! The pages of a department's reports on Kazakh textbooks (15.3, 15.4, 15.6): frozen when sent; a correction is a new version.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_kernel::Day;
use sheber_messages as messages;
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs, open};
use sheber_platform::once::Once;
use sheber_platform::page::{Page, html};

use super::report::Report;
use super::sent::{self, Content, Line, SentReport};

/// A report that can be sent by now.
struct Tab {
    report: Report,
    title: String,
    is_sent: bool,
}

#[derive(Template)]
#[template(path = "textbooks/reports.html")]
struct ReportsPage {
    page: Page,
    /// What the report that is looked at would say now.
    now: Option<Content>,
    report: Report,
    /// The duty that colleges are reminded of, where they confirm their data for this report.
    reminded: Option<&'static str>,
    open: Vec<Tab>,
    sent: Vec<SentReport>,
    late: usize,
    f: Fields,
}

impl ReportsPage {
    fn is_needed(&self) -> bool {
        self.report == Report::NeededTitles
    }

    /// A list of titles needed that no college has said anything for: there is nothing to send.
    fn is_bare(&self) -> bool {
        self.is_needed() && self.now.as_ref().is_some_and(|now| now.needs.is_empty())
    }

    /// Whether the report that is looked at went already: sent again it is a correction.
    fn is_sent(&self) -> bool {
        self.sent.iter().any(|sent| sent.report == self.report)
    }

    fn title(&self, report: &Report) -> String {
        report.title(self.page.lang())
    }

    fn day(&self, day: &Day) -> String {
        messages::date(self.page.lang(), day.0)
    }

    fn college<'a>(&self, line: &'a Line) -> &'a str {
        line.college(self.page.lang())
    }

    fn department<'a>(&self, sent: &'a SentReport) -> &'a str {
        sent.department(self.page.lang())
    }

    fn money(&self, tiyn: &i64) -> String {
        messages::tenge(self.page.lang(), *tiyn)
    }
}

/// Which report the page shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Query {
    #[serde(deserialize_with = "open")]
    report: Option<Report>,
}

async fn show(app: &App, context: Context, query: &Query, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let today = clock::day(app.clock.millis());
    let sent = sent::of_year(&app.db, actor, context.year).await?;
    let went = |report: Report| sent.iter().any(|sent| sent.report == report);
    // Until the interim report has gone, or its day has, it is what colleges confirm their purchases for.
    let in_turn = if went(Report::Interim) { Report::Final } else { Report::in_turn(context.year, today) };
    let open = Report::open(context.year, today);
    let report = query.report.filter(|report| open.contains(report)).unwrap_or(in_turn);
    let now = match actor.scope() {
        Scope::Region(region) => Some(Content::now(&app.db, &region, context.year, report, today).await?),
        _ => None,
    };
    let tab = |report: Report| Tab { report, title: report.title(context.lang), is_sent: went(report) };
    let open = open.into_iter().map(tab).collect();
    let late = now.as_ref().map_or(0, |now| now.lines.iter().filter(|line| !line.confirmed).count());
    let reminded = report.confirmation(context.year).map(|duty| duty.key.as_str());
    let status = f.status();
    let page = Page::new(context.clone(), "textbooks", context.t("textbook-reports"));
    let page = page.crumb(context.t("nav-textbooks"), "/textbooks").wide();
    Ok((status, html(&ReportsPage { page, now, report, reminded, open, sent, late, f })?).into_response())
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    show(&app, context, &query, Fields::default()).await
}

/// Refuses a correction without its reason.
/// Said where no title is needed.
const NONE: &str = "textbook-needed-none";

const REASON: &str = "textbook-report-reason";

/// Sends a report. Sent once more it is a correction, with a reason.
pub async fn send(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let (year, today) = (context.year, clock::day(app.clock.millis()));
    let report = fields.choice::<Report>("report").filter(|report| Report::open(year, today).contains(report));
    let reason = fields.open_text("reason", 1000);
    let Some(report) = report else {
        fields.wrong("report", "field-choice");
        return show(&app, context, &Query::default(), fields).await;
    };
    let query = Query { report: Some(report) };
    let region = actor.region.clone().ok_or(AppError::NotFound)?;
    if !fields.is_sound() {
        return show(&app, context, &query, fields).await;
    }
    let deed = async |change: &Change| {
        if report == Report::NeededTitles && super::needs::of_region(change.db(), &region, year).await?.is_empty() {
            return Err(AppError::Bad(NONE));
        }
        let number = sent::last(change.db(), &actor, year, report).await? + 1;
        if number > 1 && reason.is_empty() {
            return Err(AppError::Bad(REASON));
        }
        sent::send(change, &actor, (year, report, number), &reason).await
    };
    match Once::of_form(actor.id, "/textbooks/reports", &fields).make(&app, &actor, deed).await {
        Ok(id) => Ok(Redirect::to(&format!("/textbooks/reports/{id}")).into_response()),
        // It went already, and this is a correction.
        Err(AppError::Bad(REASON)) => {
            fields.wrong("reason", REASON);
            show(&app, context, &query, fields).await
        }
        Err(AppError::Bad(NONE)) => {
            fields.wrong("report", NONE);
            show(&app, context, &query, fields).await
        }
        Err(error) => Err(error),
    }
}

#[derive(Template)]
#[template(path = "textbooks/report.html")]
struct ReportPage {
    page: Page,
    department: String,
    sent: SentReport,
    content: Content,
    as_of: String,
    sent_at: String,
    newest: bool,
    whole: bool,
}

impl ReportPage {
    fn college<'a>(&self, line: &'a Line) -> &'a str {
        line.college(self.page.lang())
    }

    fn money(&self, tiyn: &i64) -> String {
        messages::tenge(self.page.lang(), *tiyn)
    }
}

pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let (sent, content) = sent::find(&app.db, actor, id).await?;
    let later = |other: &SentReport| {
        (other.organisation_id, other.report) == (sent.organisation_id, sent.report) && other.number > sent.number
    };
    let newest = !sent::of_year(&app.db, actor, sent.year).await?.iter().any(later);
    let page = Page::new(context.clone(), "textbooks", sent.report.title(context.lang))
        .crumb(context.t("nav-textbooks"), "/textbooks")
        .crumb(context.t("textbook-reports"), "/textbooks/reports");
    html(&ReportPage {
        page,
        department: sent.department(context.lang).to_owned(),
        as_of: messages::date(context.lang, content.as_of),
        sent_at: clock::local(sent.sent_at),
        newest,
        whole: !matches!(actor.scope(), Scope::College(_)),
        content,
        sent,
    })
}
