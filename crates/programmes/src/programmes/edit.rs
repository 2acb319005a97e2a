//! The editor: passport, modules, units; saved as versions, kept while it does not read, never overwritten in silence.

use std::collections::HashMap;

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_exchange::draft::{Draft, DraftModule, DraftUnit};
use sheber_kernel::Day;
use sheber_messages as messages;
use sheber_norms::Parts;
use sheber_norms::programme::{Direction, EntryBase, Form as StudyForm, Level, ModuleKind, StandardState, Subject};

use super::check::{Panel, panel};
use super::form::{self, Action};
use super::store::{self, NewVersion, SaveOutcome, StoredProgramme};
use sheber_people::reference::entry::{Kind, ReferenceEntry};
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Form, Pairs};
use sheber_platform::page::{Page, html};

#[derive(Template)]
#[template(path = "programmes/edit.html")]
struct EditPage {
    page: Page,
    id: i64,
    base: i64,
    draft: Draft,
    panel: Panel,
    marks: HashMap<String, (&'static str, String)>,
    semesters: Vec<u8>,
    note: String,
    /// The version that somebody else has saved meanwhile.
    conflict: Option<i64>,
    /// When a draft that does not read was kept.
    kept: Option<String>,
    saved: bool,
    error: Option<String>,
    who: i64,
    locked: Vec<String>,
    /// What the reference lists have to choose from: qualifications of the specialty, standards, their labour functions.
    qualifications: Vec<ReferenceEntry>,
    standards: Vec<ReferenceEntry>,
    functions: Vec<ReferenceEntry>,
    library: Vec<super::library::Shelf>,
}

impl EditPage {
    fn t(&self, key: &str) -> String {
        self.page.context.t(key)
    }

    fn mark(&self, field: impl AsRef<str>) -> &'static str {
        self.marks.get(field.as_ref()).map_or("", |(severity, _)| severity)
    }

    fn said(&self, field: impl AsRef<str>) -> &str {
        self.marks.get(field.as_ref()).map_or("", |(_, words)| words.as_str())
    }

    /// Whether a field was not marked, so that the template writes nothing.
    fn is_marked(&self, field: impl AsRef<str>) -> bool {
        self.marks.contains_key(field.as_ref())
    }

    /// A field's classes, with how grave what is wrong with it is.
    fn classes(&self, own: &str, field: impl AsRef<str>) -> String {
        [own, self.mark(field)].join(" ").trim().to_owned()
    }

    fn day(&self, day: &Option<Day>) -> String {
        day.map(|day| day.to_string()).unwrap_or_default()
    }

    /// The state a standard's entry states, where it is one of the format's words.
    fn state<'a>(&self, entry: &'a ReferenceEntry) -> &'a str {
        entry.note.as_deref().filter(|note| note.parse::<StandardState>().is_ok()).unwrap_or_default()
    }

    fn is_locked(&self, module: &usize, unit: &usize) -> bool {
        self.locked.iter().any(|key| *key == format!("{module}/{unit}"))
    }

    /// The words of a choice, each with its text.
    fn words(&self, kind: &str) -> Vec<(&'static str, String)> {
        fn of<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
            all.iter().map(|value| word(*value)).collect()
        }
        let (words, texts) = match kind {
            "entry" => (of(EntryBase::ALL, EntryBase::word), "entry-"),
            "level" => (of(Level::ALL, Level::word), "level-"),
            "form" => (of(StudyForm::ALL, StudyForm::word), "form-"),
            "direction" => (of(Direction::ALL, Direction::word), "direction-"),
            "state" => (of(StandardState::ALL, StandardState::word), "state-"),
            "module" => (of(ModuleKind::ALL, ModuleKind::word), "module-"),
            "subject" => (of(Subject::ALL, Subject::word), "subject-"),
            "language" => (vec!["kk", "ru"], "language-"),
            _ => (Vec::new(), ""),
        };
        words.into_iter().map(|word| (word, self.t(&format!("{texts}{word}")))).collect()
    }

    /// The passport's yes-or-no fields: name, label, value.
    fn flags(&self) -> [(&'static str, &'static str, &str); 5] {
        let draft = &self.draft;
        [
            ("/traits/military", "col-traits-military", &draft.military),
            ("/traits/art", "col-traits-art", &draft.art),
            ("/traits/choreography", "col-traits-choreography", &draft.choreography),
            ("/related_qualification", "col-related-qualification", &draft.related_qualification),
            ("/pilot", "col-pilot", &draft.pilot),
        ]
    }

    fn parts(&self) -> &'static [&'static str] {
        Parts::NAMES
    }

    fn semester(&self, n: &u8) -> String {
        messages::text_with(self.page.lang(), "col-semester", &[("n", &n.to_string())])
    }

    fn hours<'a>(&self, unit: &'a DraftUnit, field: impl AsRef<str>) -> &'a str {
        unit.get(field.as_ref()).unwrap_or_default()
    }

    fn is_attestation(&self, module: &DraftModule) -> bool {
        matches!(module.kind.as_str(), "intermediate_attestation" | "final_attestation")
    }

    fn is(&self, module: &DraftModule, kind: &str) -> bool {
        module.kind == kind
    }
}

/// What the editor shows besides the draft.
#[derive(Default)]
struct EditorState {
    note: String,
    conflict: Option<i64>,
    kept: Option<String>,
    saved: bool,
    error: Option<String>,
}

async fn show(
    app: &App,
    context: Context,
    stored: &StoredProgramme,
    base: i64,
    draft: Draft,
    state: EditorState,
) -> Result<Response, AppError> {
    let lang = context.lang;
    let who = context.actor()?.id;
    let parsed = draft.parse();
    let panel = panel(lang, &draft, &parsed);
    let years = draft.years.trim().parse::<u8>().ok().filter(|years| (1..=6).contains(years)).unwrap_or(4);
    let used = draft
        .modules
        .iter()
        .flat_map(|module| &module.units)
        .filter_map(|unit| {
            (1..=12u8).rev().find(|n| unit.get(&format!("semesters/{n}")).is_some_and(|text| !text.is_empty()))
        })
        .max()
        .unwrap_or(0);
    let semesters = (1..=(years * 2).max(used + used % 2)).collect();
    let outcomes = reference::outcomes(&app.db, draft.standards.iter().map(|s| s.code.clone()).collect()).await?;
    let locked = draft
        .modules
        .iter()
        .enumerate()
        .flat_map(|(m, module)| module.units.iter().enumerate().map(move |(u, unit)| (m, u, unit)))
        .filter(|(_, _, unit)| outcomes.iter().any(|outcome| outcome.is(&unit.kk, &unit.ru)))
        .map(|(m, u, _)| format!("{m}/{u}"))
        .collect();
    let qualifications = reference::under(&app.db, Kind::Qualification, draft.specialty.trim()).await?;
    let standards = reference::of_kind(&app.db, Kind::Standard, lang).await?;
    let codes = draft.standards.iter().map(|standard| standard.code.clone()).collect();
    let functions = reference::of_standards(&app.db, Kind::Function, codes).await?;
    let library = super::library::shelf(app, stored.college_id).await?;
    let title = context.t("edit-title");
    let name = stored.programme.specialty.name.get(lang).to_owned();
    let page = Page::new(context.clone(), "programmes", format!("{title}: {name}"))
        .crumb(context.t("nav-programmes"), "/programmes")
        .crumb(name, format!("/programmes/{}", stored.id))
        .wide();
    html(&EditPage {
        page,
        id: stored.id,
        base,
        marks: panel.marks(),
        panel,
        draft,
        semesters,
        note: state.note,
        conflict: state.conflict,
        kept: state.kept,
        saved: state.saved,
        error: state.error,
        who,
        locked,
        qualifications,
        standards,
        functions,
        library,
    })
}

pub async fn page(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let stored = store::find(&app.db, &actor, id).await?;
    let saved = context.here.ends_with("?saved");
    if let Some(kept) = store::kept_draft(&app.db, &actor, id).await? {
        let state = EditorState {
            conflict: (kept.base != stored.version).then_some(stored.version),
            kept: Some(clock::local(kept.at)),
            ..EditorState::default()
        };
        show(&app, context, &stored, kept.base, kept.draft, state).await
    } else {
        let draft = Draft::from(&stored.programme);
        show(&app, context, &stored, stored.version, draft, EditorState { saved, ..EditorState::default() }).await
    }
}

pub async fn submit(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let stored = store::find(&app.db, &actor, id).await?;
    let sent = form::read(&pairs, &stored.programme.college).ok_or(AppError::Bad("error-form"))?;
    let mut draft = sent.draft;
    if sent.action != Action::Save {
        sent.action.apply(&mut draft);
        return show(
            &app,
            context,
            &stored,
            sent.base,
            draft,
            EditorState { note: sent.note, ..EditorState::default() },
        )
        .await;
    }
    let Ok(programme) = draft.parse().exact() else {
        // KeptForm as typed; the page says what does not read.
        store::keep_draft(&app, &actor, id, sent.base, &draft).await?;
        let page =
            show(&app, context, &stored, sent.base, draft, EditorState { note: sent.note, ..EditorState::default() })
                .await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    if let Some(reworded) = reworded(&app, &stored, &programme).await? {
        store::keep_draft(&app, &actor, id, sent.base, &draft).await?;
        let state = EditorState { note: sent.note, error: Some(context.t(reworded)), ..EditorState::default() };
        let page = show(&app, context, &stored, sent.base, draft, state).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    // Saving over somebody else's version is said in so many words: the version that is saved over.
    let base = sent.over.unwrap_or(sent.base);
    let new = NewVersion { programme: &programme, note: &sent.note, autosave: false };
    match store::save(&app, &actor, id, base, &new).await? {
        SaveOutcome::Version(_) | SaveOutcome::Unchanged(_) => {
            store::forget_draft(&app, &actor, id, None).await?;
            Ok(Redirect::to(&format!("/programmes/{id}/edit?saved")).into_response())
        }
        SaveOutcome::Conflict(now) => {
            store::keep_draft(&app, &actor, id, sent.base, &draft).await?;
            let state = EditorState { note: sent.note, conflict: Some(now), ..EditorState::default() };
            let page = show(&app, context, &stored, sent.base, draft, state).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
    }
}

/// Throws the person's own draft away and shows what is stored.
pub async fn discard(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Redirect, AppError> {
    let actor = context.actor()?;
    store::find(&app.db, actor, id).await?;
    store::forget_draft(&app, actor, id, None).await?;
    Ok(Redirect::to(&format!("/programmes/{id}/edit?saved")))
}

/// Whether an outcome taken from a professional standard was reworded: such outcomes are the standard's, not the college's.
pub async fn reworded(
    app: &App,
    stored: &StoredProgramme,
    programme: &sheber_norms::Programme,
) -> Result<Option<&'static str>, AppError> {
    let codes = programme.professional_standards.iter().map(|standard| standard.code.clone()).collect();
    let outcomes = reference::outcomes(&app.db, codes).await?;
    if outcomes.is_empty() {
        return Ok(None);
    }
    let taken =
        |unit: &sheber_norms::programme::Unit| outcomes.iter().any(|outcome| outcome.is(&unit.name.kk, &unit.name.ru));
    for module in &stored.programme.modules {
        let Some(now) = programme.modules.iter().find(|other| other.code == module.code) else { continue };
        for unit in module.units.iter().filter(|unit| taken(unit)) {
            let other = now.units.iter().find(|other| other.code == unit.code);
            if other.is_some_and(|other| other.name != unit.name) {
                return Ok(Some("error-reworded"));
            }
        }
    }
    Ok(None)
}

/// Saves in the background: as a version where everything reads, else as the person's own draft.
pub async fn autosave(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let stored = store::find(&app.db, &actor, id).await?;
    let sent = form::read(&pairs, &stored.programme.college).ok_or(AppError::Bad("error-form"))?;
    let time = clock::local(app.clock.millis());
    let say = |key: &str| messages::text_with(context.lang, key, &[("when", &time)]);
    let Ok(programme) = sent.draft.parse().exact() else {
        store::keep_draft(&app, &actor, id, sent.base, &sent.draft).await?;
        return Ok(Json(serde_json::json!({ "base": sent.base, "status": "kept", "text": say("autosave-kept") }))
            .into_response());
    };
    if reworded(&app, &stored, &programme).await?.is_some() {
        store::keep_draft(&app, &actor, id, sent.base, &sent.draft).await?;
        return Ok(Json(
            serde_json::json!({ "base": sent.base, "status": "kept", "text": context.t("error-reworded") }),
        )
        .into_response());
    }
    let new = NewVersion { programme: &programme, note: "", autosave: true };
    let answer = match store::save(&app, &actor, id, sent.base, &new).await? {
        SaveOutcome::Version(version) | SaveOutcome::Unchanged(version) => {
            store::forget_draft(&app, &actor, id, Some(sent.base)).await?;
            serde_json::json!({ "base": version, "status": "saved", "text": say("autosave-saved") })
        }
        SaveOutcome::Conflict(now) => {
            store::keep_draft(&app, &actor, id, sent.base, &sent.draft).await?;
            serde_json::json!({ "base": sent.base, "status": "conflict", "now": now, "text": context.t("autosave-conflict"),
                "link": format!("/programmes/{id}/compare?from={now}&draft=1") })
        }
    };
    Ok(Json(answer).into_response())
}

#[derive(Deserialize)]
pub struct Archive {
    archived: bool,
}

pub async fn archive(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<Archive>,
) -> Result<Redirect, AppError> {
    store::set_archived(&app, context.actor()?, id, form.archived).await?;
    Ok(Redirect::to(&format!("/programmes/{id}")))
}
