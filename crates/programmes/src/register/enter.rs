//! Programmes entered by the operator as already included (2.11): one of Sheber's own, or one that only paper knows.

use askama::Template;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_norms::programme::{EntryBase, Form as Study, Level};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form, Lookup, Pairs};
use sheber_platform::page::{Choice, Page, html};
use sheber_platform::{database, params};

use super::earlier::{self, Anomaly, Texts};
use super::effect::next_number;
use super::entries::{NewEntry, Origin};
use super::intake::{AnomalyLine, alone, described, inventory, write};
use super::readers;
use crate::programmes::store as programmes;

#[derive(Template)]
#[template(path = "register/enter.html")]
struct EnterPage {
    page: Page,
    typed: Pairs,
    anomalies: Vec<AnomalyLine>,
    /// What of it was seen: a confirmation is of this alone.
    seen: String,
    /// The programme of Sheber that is entered, by its name.
    programme: Option<String>,
    selects: Vec<(&'static str, &'static str, Vec<Choice>)>,
}

impl EnterPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name)
    }

    fn is_refused(&self) -> bool {
        self.anomalies.iter().any(|one| one.refuses)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed.get(name) == value
    }
}

fn choices(context: &Context, prefix: &str, words: &[&str], chosen: &str) -> Vec<Choice> {
    let mut list = vec![Choice { value: String::new(), label: "–".to_owned(), chosen: chosen.is_empty() }];
    list.extend(words.iter().map(|word| Choice {
        value: (*word).to_owned(),
        label: context.t(&format!("{prefix}-{word}")),
        chosen: *word == chosen,
    }));
    list
}

async fn show(app: &App, context: Context, typed: Pairs, anomalies: &[Anomaly]) -> Result<Response, AppError> {
    let programme = match typed.get("programme") {
        "" => None,
        id => {
            let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
            let stored = programmes::find(&app.db, context.actor()?, id).await?;
            let college = stored.programme.college.name.get(context.lang);
            Some(format!(
                "{} {}, {college}",
                stored.programme.specialty.code,
                stored.programme.specialty.name.get(context.lang)
            ))
        }
    };
    let levels: Vec<&str> = Level::ALL.iter().map(|one| one.word()).collect();
    let bases: Vec<&str> = EntryBase::ALL.iter().map(|one| one.word()).collect();
    let forms: Vec<&str> = Study::ALL.iter().map(|one| one.word()).collect();
    let selects = vec![
        ("level", "col-level", choices(&context, "level", &levels, typed.get("level"))),
        ("language", "col-language", choices(&context, "language", &["kk", "ru"], typed.get("language"))),
        ("entry_base", "col-entry-base", choices(&context, "entry", &bases, typed.get("entry_base"))),
        ("form", "col-form", choices(&context, "form", &forms, typed.get("form"))),
    ];
    let seen = seen(anomalies);
    let anomalies = described(&context, anomalies);
    let page =
        Page::new(context.clone(), "register", context.t("enter-title")).crumb(context.t("nav-register"), "/register");
    html(&EnterPage { page, typed, anomalies, seen, programme, selects })
}

/// The oddities as one word, to be confirmed.
fn seen(anomalies: &[Anomaly]) -> String {
    anomalies.iter().map(|one| format!("{} {}", one.key, one.found)).collect::<Vec<_>>().join("; ")
}

#[derive(Deserialize)]
pub struct Start {
    #[serde(default)]
    programme: String,
}

pub async fn page(
    Shared(app): Shared<App>,
    context: Context,
    Address(start): Address<Start>,
) -> Result<Response, AppError> {
    let typed = vec![("programme".to_owned(), start.programme), ("origin".to_owned(), "pilot".to_owned())];
    show(&app, context, typed, &[]).await
}

/// The fields of the form with those of the table that they stand for.
const FIELDS: [(&str, &str); 16] = [
    ("number", "number"),
    ("bin", "bin"),
    ("college", "college"),
    ("specialty", "specialty"),
    ("name_kk", "specialty_name"),
    ("name_ru", "specialty_name_ru"),
    ("qualifications", "qualification"),
    ("level", "level"),
    ("language", "lang"),
    ("entry_base", "entry_base"),
    ("form", "form"),
    ("intake", "intake"),
    ("included_on", "included_on"),
    ("valid_to", "valid_until"),
    ("state", "state"),
    ("ended_on", "ended_on"),
];

/// What was typed as a row of a table, so that the form is read by the rules of the import.
fn row(form: &Pairs) -> Texts {
    let text = |(field, column): &(&str, &'static str)| (*column, form.get(field).trim().to_owned());
    FIELDS.iter().map(text).filter(|(_, text)| !text.is_empty()).collect()
}

/// The same with what Sheber knows of a programme in the places of what was not asked for.
fn row_of(form: &Pairs, programme: &sheber_norms::Programme) -> Texts {
    let codes: Vec<String> = programme.qualifications.iter().map(|one| one.code.to_string()).collect();
    let is_known = |name: &str| FIELDS[1..12].iter().any(|(field, _)| *field == name);
    let mut filled: Pairs = form.iter().filter(|(name, _)| !is_known(name)).cloned().collect();
    for (name, value) in [
        ("bin", programme.college.bin.to_string()),
        ("specialty", programme.specialty.code.to_string()),
        ("qualifications", codes.join(" ")),
        ("level", programme.level.word().to_owned()),
        ("language", programme.language.to_string()),
        ("intake", programme.intake.to_string()),
    ] {
        filled.push((name.to_owned(), value));
    }
    row(&filled)
}

pub async fn save(Shared(app): Shared<App>, context: Context, Form(form): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let origin: Origin = form.get("origin").parse().map_err(|_| AppError::Bad("error-form"))?;
    let stored = match form.get("programme") {
        "" => None,
        id => {
            let id = id.parse().map_err(|_| AppError::Bad("error-form"))?;
            Some(programmes::find(&app.db, &actor, id).await?)
        }
    };
    let change = Change::begin(&app, Some(&actor)).await?;
    alone(&change).await?;
    let known = inventory(&app, change.db(), true).await?;
    let stored = match stored {
        Some(stored) => Some(programmes::find(change.db(), &actor, stored.id).await?),
        None => None,
    };
    if let Some(stored) = &stored {
        let there = "SELECT (SELECT COUNT(*) FROM register_entry WHERE programme_id = $1 AND state = 'included')
            + (SELECT COUNT(*) FROM register_case WHERE programme_id = $1
               AND state NOT IN ('draft', 'refused', 'excluded', 'expired', 'withdrawn'))";
        if stored.archived || database::number(change.db(), there, params![stored.id]).await? > 0 {
            drop(change);
            let there = Anomaly { field: "number", key: "enter-there", found: String::new(), refuses: true };
            let page = show(&app, context, form, &[there]).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    }
    let texts = stored.as_ref().map_or_else(|| row(&form), |stored| row_of(&form, &stored.programme));
    let line = earlier::read(&[texts], &known, origin).remove(0);
    // What is odd is taken once it was said that it is meant.
    let entry = line.entry.filter(|_| line.anomalies.is_empty() || form.get("sure") == seen(&line.anomalies));
    let Some(mut entry) = entry else {
        drop(change);
        let page = show(&app, context, form, &line.anomalies).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    if entry.number.is_empty() {
        let region = known.region(entry.college_id).unwrap_or("00");
        let year = chrono::Datelike::year(&entry.included_on);
        entry.number = next_number(change.db(), region, &entry.specialty.to_string(), year).await?;
    }
    if let Some(stored) = &stored {
        let (version, hash, programme) = programmes::frozen(change.db(), stored.id, None).await?;
        programmes::keep_version(&change, stored.id, version).await?;
        let NewEntry { number, included_on, valid_to, origin, college_id, college, .. } = entry;
        let of = NewEntry::of(&programme, college_id, college);
        entry = NewEntry { number, included_on, valid_to, origin, hash, programme: Some((stored.id, version)), ..of };
    }
    write(&change, &entry).await?;
    let path = format!("/r/{}", entry.number);
    let names = (&entry.name, &entry.college);
    readers::tell_college(&change, entry.college_id, "register-told-include", names, &path).await?;
    change.commit().await?;
    Ok(Redirect::to(&path).into_response())
}
