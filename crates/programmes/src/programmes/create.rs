//! A new programme, from nothing or from another one for a new intake.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_exchange::draft::Draft;
use sheber_kernel::{AcademicYear, RegionCode};
use sheber_messages as messages;
use sheber_norms::item::Item;
use sheber_norms::programme::{College, Direction, EntryBase, Level, ModuleKind};
use sheber_norms::{Edition, Programme};

use super::store;
use sheber_people::organisations::store as organisations;
use sheber_people::reference::entry::{Kind, ReferenceEntry};
use sheber_people::reference::store as reference;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form, open};
use sheber_platform::page::{Choice, Page, html};

/// The college of an actor, as its programmes name it.
pub async fn college(app: &App, actor: &Actor) -> Result<College, AppError> {
    let own = organisations::find(&app.db, actor.organisation_id).await?.ok_or(AppError::Forbidden)?;
    let missing = || AppError::Bad("error-college");
    Ok(College {
        bin: own.bin.ok_or_else(missing)?,
        name: sheber_kernel::LocalName::new(own.name_kk, own.name_ru),
        region: own.region.as_deref().and_then(|region| region.parse::<RegionCode>().ok()).ok_or_else(missing)?,
    })
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewForm {
    specialty: String,
    qualification: String,
    entry: String,
    level: String,
    language: String,
    intake: String,
    years: String,
}

#[derive(Template)]
#[template(path = "programmes/new.html")]
struct NewPage {
    page: Page,
    form: NewForm,
    error: Option<String>,
    specialties: Vec<ReferenceEntry>,
    qualifications: Vec<ReferenceEntry>,
    entries: Vec<Choice>,
    levels: Vec<Choice>,
    languages: Vec<Choice>,
    intakes: Vec<Choice>,
}

impl NewPage {
    fn name(&self, entry: &ReferenceEntry) -> String {
        entry.name(self.page.lang()).to_owned()
    }
}

fn words(context: &Context, kind: &str, words: &[&str], chosen: &str) -> Vec<Choice> {
    words
        .iter()
        .map(|word| Choice {
            value: (*word).to_owned(),
            label: context.t(&format!("{kind}-{word}")),
            chosen: *word == chosen,
        })
        .collect()
}

fn intakes(context: &Context, chosen: &str) -> Vec<Choice> {
    let first = sheber_norms::edition::FIRST_YEAR.start();
    let last = context.this_year.start().max(first) + 1;
    (first..=last)
        .map(|start| AcademicYear::starting(start).to_string())
        .map(|year| Choice { chosen: year == chosen, label: year.clone(), value: year })
        .collect()
}

async fn show(app: &App, context: Context, form: NewForm, error: Option<&str>) -> Result<Response, AppError> {
    let specialties = reference::of_kind(&app.db, Kind::Specialty, context.lang).await?;
    let qualifications = reference::of_kind(&app.db, Kind::Qualification, context.lang).await?;
    let error = error.map(|key| context.t(key));
    let intake = if form.intake.is_empty() { context.year.to_string() } else { form.intake.clone() };
    let level_words: Vec<&str> = Level::ALL.iter().map(|level| level.word()).collect();
    let entry_words: Vec<&str> = EntryBase::ALL.iter().map(|entry| entry.word()).collect();
    html(&NewPage {
        entries: words(&context, "entry", &entry_words, &form.entry),
        levels: words(&context, "level", &level_words, if form.level.is_empty() { "mid_level" } else { &form.level }),
        languages: words(&context, "language", &["kk", "ru"], &form.language),
        intakes: intakes(&context, &intake),
        page: Page::new(context.clone(), "programmes", context.t("new-title"))
            .crumb(context.t("nav-programmes"), "/programmes"),
        form,
        error,
        specialties,
        qualifications,
    })
}

pub async fn page(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    show(&app, context, NewForm::default(), None).await
}

pub async fn submit(State(app): State<App>, context: Context, Form(form): Form<NewForm>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let college = college(&app, &actor).await?;
    let Some(specialty) = reference::entry(&app.db, Kind::Specialty, form.specialty.trim()).await? else {
        let page = show(&app, context, form, Some("new-no-specialty")).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let qualification = reference::entry(&app.db, Kind::Qualification, form.qualification.trim()).await?;
    let Some(qualification) = qualification.filter(|q| q.parent.as_deref() == Some(specialty.code.as_str())) else {
        let page = show(&app, context, form, Some("new-no-qualification")).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let intake: AcademicYear = form.intake.parse().map_err(|_| AppError::Bad("error-form"))?;
    let standard = Edition::of(intake).parameters.standard(intake).map(|day| day.to_string()).unwrap_or_default();
    let mut draft = Draft {
        bin: college.bin.to_string(),
        college_kk: college.name.kk.clone(),
        college_ru: college.name.ru.clone(),
        region: college.region.to_string(),
        specialty: specialty.code.clone(),
        specialty_kk: specialty.name_kk.clone(),
        specialty_ru: specialty.name_ru.clone(),
        entry_base: form.entry.clone(),
        level: form.level.clone(),
        language: form.language.clone(),
        form: "full_time".to_owned(),
        direction: Direction::NaturalMathematical.word().to_owned(),
        standard_edition: standard,
        intake: intake.to_string(),
        years: form.years.clone(),
        ..Draft::default()
    };
    draft.qualifications.push(sheber_exchange::draft::DraftQualification {
        code: qualification.code.clone(),
        kk: qualification.name_kk.clone(),
        ru: qualification.name_ru.clone(),
    });
    skeleton(&mut draft);
    let Ok(programme) = draft.parse().exact() else {
        let page = show(&app, context, form, Some("new-unread")).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let note = context.t("new-note");
    let id = store::create(&app, &actor, actor.organisation_id, &programme, &note, None).await?;
    Ok(Redirect::to(&format!("/programmes/{id}/edit")).into_response())
}

/// The modules that every programme of this base and level has, empty: something to fill in instead of a blank page.
fn skeleton(draft: &mut Draft) {
    use super::form::Action;
    let mut kinds = Vec::new();
    if draft.entry_base == EntryBase::BasicSecondary.word() {
        kinds.push(ModuleKind::GeneralEducation);
    }
    let basic = if draft.level == Level::Worker.word() { 3 } else { 4 };
    kinds.extend(std::iter::repeat_n(ModuleKind::Basic, basic));
    kinds.extend([ModuleKind::Professional, ModuleKind::Practice, ModuleKind::FinalAttestation]);
    for kind in kinds {
        Action::AddModule(kind).apply(draft);
    }
    let mut basic = 0;
    for module in &mut draft.modules {
        module.units.clear();
        if module.kind == ModuleKind::Basic.word() {
            basic += 1;
            module.basic = basic.to_string();
            module.kk = messages::text(sheber_kernel::Lang::Kk, &format!("basic-{basic}"));
            module.ru = messages::text(sheber_kernel::Lang::Ru, &format!("basic-{basic}"));
        }
    }
}

#[derive(Template)]
#[template(path = "programmes/copy.html")]
struct CopyPage {
    page: Page,
    id: i64,
    intakes: Vec<Choice>,
    intake: String,
    edition: String,
    /// What the edition of the chosen intake demands of this programme as it stands.
    demands: Vec<Demand>,
}

struct Demand {
    item: String,
    title: String,
    message: String,
    mend: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct CopyForm {
    #[serde(deserialize_with = "open")]
    intake: Option<AcademicYear>,
}

/// The programme as it would be for another intake: its edition moves along, its entry in the register does not.
fn carried(programme: &Programme, intake: AcademicYear) -> Programme {
    let law = Edition::of(intake);
    let mut copy = programme.clone();
    copy.intake = intake;
    copy.registry = None;
    copy.pilot = false;
    if let Some(new) = law.parameters.new_standard.filter(|new| intake >= new.from_intake) {
        copy.standard_edition = copy.standard_edition.max(new.edition);
    }
    copy
}

fn demands(lang: sheber_kernel::Lang, programme: &Programme) -> Vec<Demand> {
    let edition = Edition::of(programme.intake);
    sheber_norms::check(programme, edition)
        .findings
        .iter()
        .map(|finding| Demand {
            item: finding.item.to_owned(),
            title: edition.item(finding.item).map(|item: &Item| item.title.get(lang).to_owned()).unwrap_or_default(),
            message: messages::message(lang, finding),
            mend: messages::mend(lang, finding),
        })
        .collect()
}

pub async fn copy_page(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Address(form): Address<CopyForm>,
) -> Result<Response, AppError> {
    let stored = store::find(&app.db, context.actor()?, id).await?;
    let intake = form.intake.unwrap_or_else(|| stored.programme.intake.next());
    let copy = carried(&stored.programme, intake);
    let name = stored.programme.specialty.name.get(context.lang).to_owned();
    html(&CopyPage {
        page: Page::new(context.clone(), "programmes", context.t("copy-title"))
            .crumb(context.t("nav-programmes"), "/programmes")
            .crumb(name, format!("/programmes/{id}")),
        id,
        intakes: intakes(&context, &intake.to_string()),
        intake: intake.to_string(),
        edition: messages::date(context.lang, copy.standard_edition),
        demands: demands(context.lang, &copy),
    })
}

pub async fn copy(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<CopyForm>,
) -> Result<Redirect, AppError> {
    let actor = context.actor()?.clone();
    let stored = store::find(&app.db, &actor, id).await?;
    let intake = form.intake.ok_or(AppError::Bad("error-form"))?;
    let copy = carried(&stored.programme, intake);
    let note = messages::text_with(context.lang, "copy-note", &[("year", &stored.programme.intake.to_string())]);
    // A second click finds the copy that the first one made.
    let new = store::create_once(&app, &actor, stored.college_id, &copy, &note, Some(id)).await?.id();
    Ok(Redirect::to(&format!("/programmes/{new}/edit")))
}
