//! One item of the guidance.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::calendar::Calendar;
use sheber_norms::duties::Duty;
use sheber_norms::edition::FIRST_YEAR;
use sheber_norms::item::Item;
use sheber_people::reference::entry::Kind;
use sheber_people::reference::store as reference;
use sheber_platform::ability::role;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::House;
use sheber_platform::page::{Page, html};

use super::grounds::{self, Ground};
use super::remarks::{self, Remark};
use super::state;
use super::wording::Teller;

/// A duty of an item with its dates in the year.
struct DutyDays {
    title: String,
    holder: String,
    dates: Vec<String>,
    more: usize,
    assumed: bool,
    after: bool,
    /// What shows that it is done.
    shown: String,
    /// So many days before it people are reminded.
    remind: String,
}

/// So many dates of a duty are named; the rest is a number.
const NAMED: usize = 6;

impl DutyDays {
    fn of(context: &Context, edition: &Edition, calendar: &Calendar, duty: &Duty) -> Self {
        let lang = context.lang;
        let terms = duty.terms(context.year, &edition.periods(), calendar);
        Self {
            title: duty.title.get(lang).to_owned(),
            holder: context.t(&format!("role-{}", role(duty.post))),
            dates: terms.iter().take(NAMED).map(|term| messages::date(lang, term.due)).collect(),
            more: terms.len().saturating_sub(NAMED),
            assumed: duty.assumed,
            after: terms.is_empty(),
            shown: evidence(lang, duty),
            remind: duty.remind.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        }
    }
}

/// What a duty asks to be shown.
fn evidence(lang: Lang, duty: &Duty) -> String {
    let t = |key: &str| messages::text(lang, key);
    if duty.evidence.record.is_some() {
        return t("guidance-by-data");
    }
    let numbers = duty.evidence.numbers.iter().map(|name| t(&format!("duty-number-{name}")));
    let also =
        [(duty.evidence.file, "duty-files"), (duty.evidence.link, "duty-link"), (duty.evidence.note, "duty-note")];
    numbers
        .chain(also.into_iter().filter(|(demanded, _)| *demanded).map(|(_, key)| t(key)))
        .collect::<Vec<_>>()
        .join("; ")
}

#[derive(Template)]
#[template(path = "guidance/item.html")]
struct ItemPage {
    page: Page,
    id: String,
    section: String,
    about: String,
    kinds: String,
    actors: String,
    grounds: Vec<Ground>,
    from: String,
    to: String,
    checked: String,
    stated: String,
    in_force: bool,
    parameters: Vec<(String, String)>,
    carried_by: Vec<String>,
    links: Vec<(String, String)>,
    limits: Option<String>,
    duties: Vec<DutyDays>,
    targets: Vec<(String, String)>,
    remarks: Vec<Remark>,
    /// Where its records, documents and procedures are.
    places: Vec<(String, &'static str)>,
    before: Option<String>,
    after: Option<String>,
}

/// The parameters of an item: what each is called, and what it says.
async fn parameters(app: &App, lang: Lang, item: &Item) -> Result<Vec<(String, String)>, AppError> {
    if item.parameters.is_empty() {
        return Ok(Vec::new());
    }
    let (house, names) = (House::of(app), reference::entries(app, Kind::Region, lang).await?);
    let region = |code: &str| {
        let found = names.iter().find(|region| region.code == code);
        found.map_or_else(|| code.to_owned(), |region| region.name(lang).to_owned())
    };
    let teller = Teller { lang, house: &house, regions: &region };
    let parameters = item.parameters.iter();
    Ok(parameters.map(|(name, value)| (teller.name(name), teller.value(name, value))).collect())
}

/// The targets of an item's indicators, by year.
fn targets(context: &Context, edition: &Edition, item: &Item) -> Vec<(String, String)> {
    let indicators = edition.indicators().iter().filter(|indicator| indicator.item == item.id);
    let of = |indicator: &sheber_norms::indicators::Indicator| {
        let unit = context.t(&format!("indicator-unit-{}", indicator.unit));
        let target =
            |(year, target): (&_, &u32)| (sheber_kernel::AcademicYear::to_string(year), format!("{target}{unit}"));
        indicator.targets.iter().map(target).collect::<Vec<_>>()
    };
    indicators.flat_map(of).collect()
}

pub async fn page(State(app): State<App>, context: Context, Path(id): Path<String>) -> Result<Response, AppError> {
    let edition = Edition::of(context.year);
    let item = edition.item(&id).ok_or(AppError::NotFound)?;
    let lang = context.lang;
    let actors: Vec<String> = item.actors.iter().map(|actor| context.t(&format!("actor-{actor}"))).collect();
    let calendar = reference::calendar(&app.db).await?;
    let mut remarks = state::of(&app, &context).await?.get(&id).cloned().unwrap_or_default();
    remarks.extend(remarks::later(&context, item));
    let title_of = |id: &String| edition.item(id).map(|item| item.title.get(lang).to_owned()).unwrap_or_default();
    let ids: Vec<&str> = edition.items().map(|item| item.id.as_str()).collect();
    let place = ids.iter().position(|known| *known == id).unwrap_or(0);
    let near = |at: Option<usize>| at.and_then(|at| ids.get(at)).map(|id| (*id).to_owned());
    let section = edition.sections().iter().find(|section| section.number == item.section);
    let of_item = edition.duties().iter().filter(|duty| duty.item == id);
    let page = Page::new(context.clone(), "guidance", item.title.get(lang));
    html(&ItemPage {
        page: page.crumb(context.t("nav-guidance"), "/guidance"),
        id: item.id.clone(),
        section: section.map(|section| format!("{}. {}", section.number, section.title.get(lang))).unwrap_or_default(),
        about: item.about.get(lang).to_owned(),
        kinds: grounds::kinds(lang, item),
        actors: actors.join(", "),
        grounds: grounds::of(lang, item),
        from: item.valid.from.to_string(),
        to: item.valid.to.map(|to| to.to_string()).unwrap_or_default(),
        checked: messages::date(lang, item.checked),
        stated: if item.stated == FIRST_YEAR { String::new() } else { item.stated.to_string() },
        in_force: item.valid.covers(context.year),
        parameters: parameters(&app, lang, item).await?,
        carried_by: item.carried_by.clone(),
        links: item.links.iter().map(|id| (id.clone(), title_of(id))).collect(),
        limits: item.limits.as_ref().map(|limits| limits.get(lang).to_owned()),
        duties: of_item.map(|duty| DutyDays::of(&context, edition, &calendar, duty)).collect(),
        targets: targets(&context, edition, item),
        remarks,
        places: remarks::places(&House::of(&app), &context, item),
        before: near(place.checked_sub(1)),
        after: near(Some(place + 1)),
    })
}
