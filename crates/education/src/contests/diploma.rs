//! Diplomas: as PDF with a QR code, and the public page that the code opens.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use sheber_documents::diploma::{self, Diploma};
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::heavy::heavy;
use sheber_platform::page::{Page, html};
use sheber_platform::sheet;

use super::entries::{self, Entry};
use super::store::{self, Contest};

fn place(lang: Lang, entry: &Entry) -> String {
    messages::text_with(lang, "diploma-place", &[("n", &entry.place.unwrap_or(0).to_string())])
}

fn closed(lang: Lang, contest: &Contest) -> String {
    contest.closed_on.map(|day| messages::date(lang, day.0)).unwrap_or_default()
}

fn stage(lang: Lang, contest: &Contest) -> String {
    messages::text(lang, &format!("contest-level-{}", contest.level))
}

pub async fn pdf(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, entry)): Path<(i64, i64)>,
) -> Result<Response, AppError> {
    let contest = store::find(&app.db, context.actor()?, id).await?;
    let entries = entries::of(&app.db, id).await?;
    let entry = entries.into_iter().find(|known| known.id == entry).ok_or(AppError::NotFound)?;
    let code = entry.code.clone().ok_or(AppError::NotFound)?;
    let lang = context.lang;
    let paper = Diploma {
        contest: contest.basics.title.clone(),
        stage: stage(lang, &contest),
        place: place(lang, &entry),
        name: entry.name.clone(),
        organisation: entry.college(lang).to_owned(),
        work: entry.work.clone(),
        given_by: contest.organiser(lang).to_owned(),
        given_on: closed(lang, &contest),
        link: format!("{}/d/{code}", app.config.base_url),
        number: code,
        demo: app.config.demo,
    };
    let bytes = heavy(move || diploma::pdf(&paper, lang)).await??;
    Ok(sheet::inline_pdf("diploma.pdf", bytes))
}

#[derive(Template)]
#[template(path = "contests/diploma.html")]
struct DiplomaPage {
    page: Page,
    entry: Entry,
    contest: Contest,
    stage: String,
    place: String,
    college: String,
    organiser: String,
    closed: String,
}

/// What a diploma's code opens: whether it is genuine, and what it says.
pub async fn open(Shared(app): Shared<App>, context: Context, Path(code): Path<String>) -> Result<Response, AppError> {
    let entry = entries::by_code(&app.db, &code.to_uppercase()).await?.ok_or(AppError::NotFound)?;
    let contest = store::opened(&app.db, entry.contest_id).await?;
    let lang = context.lang;
    html(&DiplomaPage {
        page: Page::new(context.clone(), "", context.t("diploma-title")),
        stage: stage(lang, &contest),
        place: place(lang, &entry),
        college: entry.college(lang).to_owned(),
        organiser: contest.organiser(lang).to_owned(),
        closed: closed(lang, &contest),
        entry,
        contest,
    })
}
