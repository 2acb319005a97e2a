//! A case with everything that its reader may do in it now.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sheber_documents::curriculum::Paper;
use sheber_kernel::{Day, Lang, OrganisationKind};
use sheber_messages as messages;
use sheber_norms::{Edition, Finding, Programme, Severity};
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Lookup, Pairs};
use sheber_platform::page::{Page, html};

use super::attachments::{self, Attachment, Kind};
use super::due::Due;
use super::expertise::{CRITERIA, Grade, Judgement};
use super::form::read;
use super::remarks::{self, Remark};
use super::store::{self, Answer, Case, Member, Step};
use super::workflow::Action;
use super::{limits, step};
use crate::programmes::exchange::printed;
use crate::programmes::rights;
use crate::programmes::store as programmes;
use crate::programmes::versions::Difference;

/// A finding as the case shows it.
struct FindingLine {
    item: String,
    place: String,
    severity: Severity,
    label: String,
    message: String,
    answer: String,
}

/// A remark as the case shows it.
struct RemarkCard {
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

impl RemarkCard {
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
    findings: Vec<FindingLine>,
    actions: Vec<Action>,
    typed: Pairs,
    error: Option<String>,
    sees_programme: bool,
    due: Option<Due>,
    attachments: Vec<Attachment>,
    attaches: bool,
    remarks: Vec<RemarkCard>,
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

    fn grades(&self) -> &'static [Grade] {
        Grade::ALL
    }

    fn of(&self, criterion: &str) -> Vec<&Judgement> {
        self.judgements.iter().filter(|judgement| judgement.criterion == criterion).collect()
    }

    fn day(&self, day: &Day) -> String {
        messages::date(self.page.lang(), day.0)
    }

    fn short(&self, hash: &str) -> String {
        hash.chars().take(12).collect()
    }

    fn open_remarks(&self) -> Vec<&RemarkCard> {
        self.remarks.iter().filter(|one| one.remark.is_open()).collect()
    }

    fn is_mine(&self, remark: &Remark) -> bool {
        self.page.actor().is_some_and(|actor| actor.id == remark.author_id)
    }

    fn kinds(&self) -> &'static [Kind] {
        Kind::ALL
    }

    fn size(&self, attachment: &Attachment) -> String {
        messages::number(self.page.lang(), &attachment.kib().to_string())
    }

    /// Grounds, remarks, a summary: what has to be written.
    fn must_write(&self, action: &Action) -> bool {
        matches!(action, Action::Return | Action::Refuse | Action::Exclude | Action::Appeal | Action::Summarise)
    }

    fn is(&self, action: &Action, word: &str) -> bool {
        action.word() == word
    }

    fn warnings(&self) -> Vec<(usize, &FindingLine)> {
        self.findings.iter().filter(|line| line.severity == Severity::Warning).enumerate().collect()
    }

    fn has_violations(&self) -> bool {
        self.findings.iter().any(|line| line.severity == Severity::Violation)
    }
}

/// The page with what was typed into its forms, and what is wrong.
pub async fn show(
    app: &App,
    context: Context,
    id: i64,
    typed: Pairs,
    error: Option<String>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let (db, lang, edition) = (&app.db, context.lang, Edition::of(context.this_year));
    let case = store::find(db, &actor, id).await?;
    let is_college = actor.role.organisation() == OrganisationKind::College;
    let (programme, findings) = store::findings(db, &case, is_college).await?;
    let actions = step::offered(db, &actor, &case).await?;
    let is_judged = store::is_judged(db, &case).await?;
    let settles = remarks::may_write(db, &actor, &case).await?;
    let mut cards = Vec::new();
    for remark in remarks::shown(db, &case, &actor, is_judged).await? {
        cards.push(card(app, &case, &programme, remark, lang).await?);
    }
    let answers = store::answers(db, &case).await?;
    let mut lines: Vec<FindingLine> = findings.iter().map(|finding| line(lang, finding, &answers)).collect();
    keep_typed(&typed, &mut lines, &mut cards);
    let members = if store::is_applicants_side(&actor) { Vec::new() } else { store::members(db, id).await? };
    let experts = if actions.contains(&Action::PassOn) {
        store::experts(db, &case, limits::binding(db, edition).await?).await?
    } else {
        Vec::new()
    };
    let due = store::deadlines(db, &[id], edition).await?;
    let page = Page::new(context.clone(), "register", case.name(lang)).crumb(context.t("nav-register"), "/register");
    html(&CasePage {
        due: due.get(&id).map(|day| Due::of(*day, clock::day(app.clock.millis()))),
        attachments: attachments::shown(db, &case, &actor).await?,
        attaches: attachments::may_change(db, &actor, &case).await?,
        remarks: cards,
        places: if settles { remarks::places(&programme, lang) } else { Vec::new() },
        settles,
        page,
        steps: store::steps(db, &case, &actor).await?,
        members,
        experts,
        judgements: store::judgements_shown(db, &case, &actor).await?,
        findings: lines,
        actions,
        typed,
        error,
        sees_programme: actor.may(rights::SEE),
        case,
    })
}

/// Where the page comes back with what was typed, it stands in the answers.
fn keep_typed(typed: &Pairs, lines: &mut [FindingLine], cards: &mut [RemarkCard]) {
    let request = read(typed).unwrap_or_default();
    for line in lines {
        if let Some(answer) = request.answer(&line.item, &line.place) {
            answer.clone_into(&mut line.answer);
        }
    }
    for card in cards {
        request.remark(card.remark.id).unwrap_or_default().clone_into(&mut card.typed);
    }
}

async fn card(app: &App, case: &Case, now: &Programme, remark: Remark, lang: Lang) -> Result<RemarkCard, AppError> {
    let changes = if remark.sent {
        let (_, _, before) = programmes::frozen(&app.db, case.programme_id, Some(remark.version)).await?;
        remarks::changes(&before, now, &remark.place, lang)
    } else {
        Vec::new()
    };
    let link =
        remarks::anchor(now, &remark.place).map(|field| format!("/programmes/{}/edit#{field}", case.programme_id));
    Ok(RemarkCard {
        label: remarks::label(&remark.place, lang),
        link,
        more: changes.len().saturating_sub(CHANGES),
        changes,
        typed: String::new(),
        remark,
    })
}

fn line(lang: Lang, finding: &Finding, answers: &[Answer]) -> FindingLine {
    let known = answers.iter().find(|answer| answer.item == finding.item && answer.place == finding.at);
    FindingLine {
        item: finding.item.to_owned(),
        place: finding.at.clone(),
        severity: finding.severity,
        label: messages::text(lang, &format!("severity-{}", finding.severity)),
        message: messages::message(lang, finding),
        answer: known
            .filter(|_| finding.severity == Severity::Warning)
            .map(|answer| answer.answer.clone())
            .unwrap_or_default(),
    }
}

/// The page once more, with what was typed and what is wrong.
pub async fn again(app: &App, context: Context, id: i64, typed: Pairs, key: &str) -> Result<Response, AppError> {
    let error = context.t(key);
    let page = show(app, context, id, typed, Some(error)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub async fn page(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, Pairs::new(), None).await
}

/// The working curriculum of the very version that the case speaks of, for those who judge it.
pub async fn curriculum(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let case = store::find(&app.db, context.actor()?, id).await?;
    let is_college = context.actor()?.role.organisation() == OrganisationKind::College;
    let (programme, _) = store::findings(&app.db, &case, is_college).await?;
    // Printed in Kazakh or Russian, the languages of the document.
    let lang = if context.lang == Lang::Ru { Lang::Ru } else { Lang::Kk };
    printed(programme, lang, Paper::A3).await
}
