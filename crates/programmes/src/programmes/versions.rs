//! Versions: who saved what when, any two compared field by field, one restored.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use serde::Deserialize;
use sheber_exchange::draft::Draft;
use sheber_messages as messages;

use super::rights;
use super::store::{self, NewVersion, SaveOutcome, VersionLine};
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form};
use sheber_platform::page::{Page, html};

#[derive(Template)]
#[template(path = "programmes/versions.html")]
struct VersionsPage {
    page: Page,
    id: i64,
    version: i64,
    versions: Vec<VersionLine>,
}

impl VersionsPage {
    fn when(&self, millis: &i64) -> String {
        clock::local(*millis)
    }
}

pub async fn page(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let stored = store::find(&app.db, context.actor()?, id).await?;
    let versions = store::versions(&app.db, &stored).await?;
    let name = stored.programme.specialty.name.get(context.lang).to_owned();
    let page = Page::new(context.clone(), "programmes", context.t("versions-title"))
        .crumb(context.t("nav-programmes"), "/programmes")
        .crumb(name, format!("/programmes/{id}"));
    html(&VersionsPage { page, id, version: stored.version, versions })
}

#[derive(Deserialize)]
pub struct Two {
    #[serde(default)]
    from: i64,
    #[serde(default)]
    to: i64,
    /// Compares with the actor's own kept draft instead of a second version.
    #[serde(default)]
    draft: u8,
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub place: String,
    pub field: String,
    pub before: String,
    pub after: String,
    pub kind: &'static str,
}

#[derive(Template)]
#[template(path = "programmes/compare.html")]
struct ComparePage {
    page: Page,
    id: i64,
    from: i64,
    to: Option<i64>,
    differences: Vec<Difference>,
    can_restore: bool,
    base: i64,
}

/// The heading a field has in the workbook serves here too.
fn label(lang: sheber_kernel::Lang, pointer: &str) -> String {
    if let Some(semester) = pointer.strip_prefix("semesters/") {
        return messages::text_with(lang, "col-semester", &[("n", semester)]);
    }
    if let Some(part) = pointer.strip_prefix("parts/") {
        return messages::text(lang, &format!("part-{part}"));
    }
    messages::text(lang, &format!("col-{}", pointer.replace(['/', '_'], "-")))
}

/// Field by field. Modules and units are matched by their codes, so that a row that moved is not a row that changed.
pub fn differences(lang: sheber_kernel::Lang, before: &Draft, after: &Draft) -> Vec<Difference> {
    let mut found = Vec::new();
    let passport = messages::text(lang, "sheet-passport");
    for pointer in Draft::POINTERS {
        compare_field(&mut found, lang, &passport, pointer, before.get(pointer), after.get(pointer));
    }
    let heading = messages::text(lang, "sheet-qualifications");
    let codes = |draft: &Draft| {
        draft.qualifications.iter().map(|q| format!("{} {}", q.code, q.kk)).collect::<Vec<_>>().join("; ")
    };
    compare_words(&mut found, &heading, &heading, &codes(before), &codes(after));
    let heading = messages::text(lang, "sheet-standards");
    let codes =
        |draft: &Draft| draft.standards.iter().map(|s| format!("{} {}", s.code, s.kk)).collect::<Vec<_>>().join("; ");
    compare_words(&mut found, &heading, &heading, &codes(before), &codes(after));
    for module in &before.modules {
        let Some(other) = after.modules.iter().find(|other| other.code == module.code) else {
            found.push(gone(&module.code, &module.kk));
            continue;
        };
        for pointer in sheber_exchange::draft::DraftModule::POINTERS {
            compare_field(&mut found, lang, &module.code, pointer, module.get(pointer), other.get(pointer));
        }
        for unit in &module.units {
            let place = format!("{} · {}", module.code, unit.code);
            match other.units.iter().find(|other| other.code == unit.code) {
                None => found.push(gone(&place, &unit.kk)),
                Some(other) => {
                    for pointer in sheber_exchange::draft::DraftUnit::POINTERS {
                        compare_field(&mut found, lang, &place, pointer, unit.get(pointer), other.get(pointer));
                    }
                }
            }
        }
        for unit in other.units.iter().filter(|unit| !module.units.iter().any(|known| known.code == unit.code)) {
            found.push(new(&format!("{} · {}", module.code, unit.code), &unit.kk));
        }
    }
    for module in after.modules.iter().filter(|module| !before.modules.iter().any(|known| known.code == module.code)) {
        found.push(new(&module.code, &module.kk));
    }
    found
}

fn compare_field(
    found: &mut Vec<Difference>,
    lang: sheber_kernel::Lang,
    place: &str,
    pointer: &str,
    before: Option<&str>,
    after: Option<&str>,
) {
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    if before != after {
        compare_words(found, place, &label(lang, pointer), before, after);
    }
}

fn compare_words(found: &mut Vec<Difference>, place: &str, field: &str, before: &str, after: &str) {
    if before != after {
        found.push(Difference {
            place: place.to_owned(),
            field: field.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
            kind: "changed",
        });
    }
}

fn gone(place: &str, name: &str) -> Difference {
    Difference {
        place: place.to_owned(),
        field: String::new(),
        before: name.to_owned(),
        after: String::new(),
        kind: "removed",
    }
}

fn new(place: &str, name: &str) -> Difference {
    Difference {
        place: place.to_owned(),
        field: String::new(),
        before: String::new(),
        after: name.to_owned(),
        kind: "added",
    }
}

pub async fn compare(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Address(two): Address<Two>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let stored = store::find(&app.db, &actor, id).await?;
    let from = if two.from > 0 { two.from } else { (stored.version - 1).max(1) };
    let (from, _, before) = store::frozen(&app.db, id, Some(from)).await?;
    let (to, after) = if two.draft == 1 {
        let kept = store::kept_draft(&app.db, &actor, id).await?.ok_or(AppError::NotFound)?;
        (None, kept.draft)
    } else {
        let to = if two.to > 0 { two.to } else { stored.version };
        let (to, _, programme) = store::frozen(&app.db, id, Some(to)).await?;
        (Some(to), Draft::from(&programme))
    };
    let differences = differences(context.lang, &Draft::from(&before), &after);
    let name = stored.programme.specialty.name.get(context.lang).to_owned();
    let can_restore = actor.may(rights::EDIT) && from != stored.version;
    let page = Page::new(context.clone(), "programmes", context.t("compare-title"))
        .crumb(context.t("nav-programmes"), "/programmes")
        .crumb(name, format!("/programmes/{id}"))
        .crumb(context.t("versions-title"), format!("/programmes/{id}/versions"))
        .wide();
    html(&ComparePage { page, id, from, to, differences, can_restore, base: stored.version })
}

#[derive(Deserialize)]
pub struct Restore {
    version: i64,
    base: i64,
}

/// Brings an old version back as a new one; what stood in between stays among the versions.
pub async fn restore(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<Restore>,
) -> Result<Redirect, AppError> {
    let actor = context.actor()?.clone();
    store::find(&app.db, &actor, id).await?;
    let (number, _, programme) = store::frozen(&app.db, id, Some(form.version)).await?;
    let note = messages::text_with(context.lang, "restore-note", &[("version", &number.to_string())]);
    let new = NewVersion { programme: &programme, note: &note, autosave: false };
    match store::save(&app, &actor, id, form.base, &new).await? {
        SaveOutcome::Version(_) | SaveOutcome::Unchanged(_) => Ok(Redirect::to(&format!("/programmes/{id}/versions"))),
        SaveOutcome::Conflict(now) => {
            Ok(Redirect::to(&format!("/programmes/{id}/compare?from={}&to={now}", form.version)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sheber_kernel::Lang;

    #[test]
    fn a_moved_row_is_no_difference_and_a_changed_field_is_one() {
        let text = include_str!("../../../../examples/01-software-kk-2023.json");
        let before = Draft::from(&sheber_exchange::json::read(text.as_bytes()).unwrap());
        let mut after = before.clone();
        after.modules.swap(1, 2);
        after.modules[0].units.swap(0, 1);
        assert_eq!(differences(Lang::Kk, &before, &after), []);
        after.modules[0].units[0].s2 = "999".to_owned();
        after.modules.pop();
        let found = differences(Lang::Kk, &before, &after);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].place.as_str(), found[0].field.as_str(), found[0].after.as_str()),
            ("ЖБП · ЖБП 02", "2-семестр", "999")
        );
        assert_eq!(found[1].kind, "removed");
    }
}
