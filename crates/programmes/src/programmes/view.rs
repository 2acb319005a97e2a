//! A programme to read: passport, findings, sums, curriculum, history, and what can be done with it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use sheber_documents::curriculum::{self, Paper, Row, RowKind};
use sheber_exchange::draft::Draft;

use super::check::{Panel, panel};
use super::library::Offer;
use super::store::{self, PROGRAMME};
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::page::{Page, html};
use sheber_platform::trail::{self, Line};

#[derive(Template)]
#[template(path = "programmes/view.html")]
struct ViewPage {
    page: Page,
    id: i64,
    version: i64,
    archived: bool,
    updated: String,
    passport: Vec<(String, String)>,
    college: String,
    panel: Panel,
    groups: Vec<(String, usize)>,
    headings: Vec<String>,
    rows: Vec<Row>,
    modules: Vec<(String, String)>,
    offers: Vec<Offer>,
    history: Vec<Line>,
    copied_from: Option<i64>,
}

impl ViewPage {
    fn class(&self, row: &Row) -> &'static str {
        match row.kind {
            RowKind::Module => "module",
            RowKind::Unit => "unit",
            RowKind::Sum => "sum",
        }
    }
}

pub async fn page(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let stored = store::find(&app.db, &actor, id).await?;
    let lang = context.lang;
    let draft = Draft::from(&stored.programme);
    let parsed = draft.parse();
    let panel = panel(lang, &draft, &parsed);
    let layout = curriculum::layout(&stored.programme, lang, Paper::A4);
    let history = trail::history(&app.db, PROGRAMME, id, 50).await?;
    let offers = super::library::offers(&app, id).await?;
    let name = stored.programme.specialty.name.get(lang).to_owned();
    let modules = stored.programme.modules.iter().map(|m| (m.code.clone(), m.name.get(lang).to_owned())).collect();
    html(&ViewPage {
        page: Page::new(context.clone(), "programmes", name).crumb(context.t("nav-programmes"), "/programmes").wide(),
        id,
        version: stored.version,
        archived: stored.archived,
        updated: clock::local(stored.updated_at),
        passport: layout.passport,
        college: layout.college,
        panel,
        groups: layout.groups,
        headings: layout.headings,
        rows: layout.rows,
        modules,
        offers,
        history,
        copied_from: stored.copied_from,
    })
}
