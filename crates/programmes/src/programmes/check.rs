//! What the law says of a draft, shown beside it while it is being typed.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use sheber_exchange::Unreadable;
use sheber_exchange::draft::{Draft, ParsedDraft};
use sheber_kernel::{AcademicYear, Credits, Lang};
use sheber_messages as messages;
use sheber_norms::programme::{ModuleKind, Trait};
use sheber_norms::{Edition, Finding, Programme, Severity, check};

use super::{form, store};
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Form, Pairs};
use sheber_platform::page::html;

/// A finding as a card: what, measured and required, where, why, how to mend it.
pub struct Card {
    pub severity: &'static str,
    pub label: String,
    pub item: String,
    pub message: String,
    pub mend: String,
    pub values: String,
    pub citation: String,
    /// Id of the field it is about.
    pub field: String,
    pub place: String,
}

/// A study year's or a part's sum.
pub struct Sum {
    pub label: String,
    pub credits: String,
    pub hours: String,
    pub over: bool,
}

/// Everything that stands beside the table.
pub struct Panel {
    pub lang: Lang,
    pub errors: Vec<Card>,
    pub cards: Vec<Card>,
    pub years: Vec<Sum>,
    pub modules: Vec<Sum>,
    pub parts: Vec<Sum>,
    pub total: Option<Sum>,
    pub dual: Option<String>,
    pub violations: usize,
    pub warnings: usize,
    pub advice: usize,
    pub norms: usize,
    /// Whose norms were asked; none where nothing could be read.
    pub year: Option<AcademicYear>,
}

impl Panel {
    pub fn t(&self, key: impl AsRef<str>) -> String {
        messages::text(self.lang, key.as_ref())
    }

    pub fn is_clean(&self) -> bool {
        self.errors.is_empty() && self.cards.is_empty()
    }

    /// The worst mark of each field, and what is said of it.
    pub fn marks(&self) -> HashMap<String, (&'static str, String)> {
        let mut marks: HashMap<String, (&'static str, String)> = HashMap::new();
        for card in self.cards.iter().rev().chain(&self.errors) {
            let words = match marks.get(&card.field) {
                Some((_, known)) => format!("{} {known}", card.message),
                None => card.message.clone(),
            };
            marks.insert(card.field.clone(), (card.severity, words));
        }
        marks
    }
}

#[derive(Template)]
#[template(path = "programmes/panel.html")]
pub struct PanelPart<'a> {
    pub panel: &'a Panel,
}

/// The field of the editor that a place in a finding stands for.
pub fn field(draft: &Draft, at: &str) -> String {
    if draft.text(at).is_some() {
        return at.to_owned();
    }
    for (suffix, first) in [("/semesters", "/1"), ("/parts", "/theory")] {
        if at.ends_with(suffix) {
            return format!("{at}{first}");
        }
    }
    match at {
        "" => "/registry/listed".to_owned(),
        "/registry" => "/registry/since".to_owned(),
        "/modules" => "totals".to_owned(),
        "/qualifications" => "qualifications".to_owned(),
        "/professional_standards" => "standards".to_owned(),
        _ => format!("{at}/code"),
    }
}

/// Where a finding is, in words: the codes of module and unit.
fn place(draft: &Draft, at: &str) -> String {
    let mut parts = at.split('/').skip(1);
    if parts.next() != Some("modules") {
        return String::new();
    }
    let Some(module) = parts.next().and_then(|n| n.parse::<usize>().ok()).and_then(|n| draft.modules.get(n)) else {
        return String::new();
    };
    parts.next();
    match parts.next().and_then(|n| n.parse::<usize>().ok()).and_then(|n| module.units.get(n)) {
        Some(unit) => format!("{} · {}", module.code, unit.code),
        None => module.code.clone(),
    }
}

fn card(lang: Lang, draft: &Draft, finding: &Finding) -> Card {
    let shown = |value| messages::value_with_unit(lang, value, finding.unit);
    Card {
        severity: finding.severity.word(),
        label: messages::text(lang, &format!("severity-{}", finding.severity.word())),
        item: finding.item.to_owned(),
        message: messages::message(lang, finding),
        mend: messages::mend(lang, finding),
        values: messages::text_with(
            lang,
            "finding-values",
            &[("measured", &shown(&finding.measured)), ("required", &shown(&finding.required))],
        ),
        citation: messages::citation(lang, &finding.citation),
        field: field(draft, &finding.at),
        place: place(draft, &finding.at),
    }
}

fn error_card(lang: Lang, draft: &Draft, error: &Unreadable) -> Card {
    let at = error.place.to_string();
    Card {
        severity: "violation",
        label: messages::text(lang, "finding-unread"),
        item: String::new(),
        message: messages::refusal(lang, &error.reason),
        mend: String::new(),
        values: String::new(),
        citation: String::new(),
        field: field(draft, &at),
        place: place(draft, &at),
    }
}

fn sum(lang: Lang, label: String, credits: Credits, hours: u32, most: Option<Credits>) -> Sum {
    Sum {
        label,
        credits: messages::number(lang, &credits.to_string()),
        hours: messages::number(lang, &hours.to_string()),
        over: most.is_some_and(|most| credits > most),
    }
}

/// The panel of a draft, as of the year of its intake.
pub fn panel(lang: Lang, draft: &Draft, parsed: &ParsedDraft) -> Panel {
    let errors: Vec<Card> = parsed.errors.iter().take(100).map(|error| error_card(lang, draft, error)).collect();
    let mut panel = Panel {
        lang,
        errors,
        cards: Vec::new(),
        years: Vec::new(),
        modules: Vec::new(),
        parts: Vec::new(),
        total: None,
        dual: None,
        violations: 0,
        warnings: 0,
        advice: 0,
        norms: 0,
        year: None,
    };
    let Some(programme) = &parsed.programme else { return panel };
    let edition = Edition::of(programme.intake);
    let verdict = check(programme, edition);
    panel.cards = verdict.findings.iter().map(|finding| card(lang, draft, finding)).collect();
    panel.cards.sort_by_key(|card| match card.severity {
        "violation" => 0,
        "warning" => 1,
        _ => 2,
    });
    panel.violations = verdict.count(Severity::Violation);
    panel.warnings = verdict.count(Severity::Warning);
    panel.advice = verdict.count(Severity::Advice);
    panel.norms = verdict.norms_checked;
    panel.year = Some(verdict.year);
    sums(&mut panel, programme, edition);
    panel
}

fn sums(panel: &mut Panel, programme: &Programme, edition: &Edition) {
    let lang = panel.lang;
    let by_semester = programme.mandatory_semesters();
    let most = edition.parameters.study_year.map(|law| law.credits);
    panel.years = (1..=programme.last_year())
        .map(|year| {
            let hours = by_semester.of_year(year);
            let label = messages::text_with(lang, "col-year", &[("n", &year.to_string())]);
            sum(lang, label, Credits::from_hours(hours), hours.get(), most)
        })
        .collect();
    let law = edition.parameters.general_education;
    panel.modules = programme
        .modules
        .iter()
        .map(|module| {
            let choreography = programme.has(Trait::Choreography);
            let most = law.map(|law| if choreography { law.credits_choreography } else { law.credits });
            let bound = most.filter(|_| module.kind == ModuleKind::GeneralEducation);
            sum(lang, module.code.clone(), module.credits(), module.hours().get(), bound)
        })
        .collect();
    let parts: sheber_norms::Parts = programme.mandatory().map(sheber_norms::programme::Module::parts).sum();
    panel.parts = parts
        .each()
        .filter(|(_, hours)| !hours.is_zero())
        .map(|(part, hours)| {
            sum(lang, messages::text(lang, &format!("part-{part}")), Credits::from_hours(hours), hours.get(), None)
        })
        .collect();
    let total = programme.mandatory_credits();
    panel.total = Some(sum(lang, messages::text(lang, "doc-total"), total, programme.mandatory_hours().get(), None));
    let (dual, of) = programme.dual_share();
    if !dual.is_zero() && !of.is_zero() {
        // Tenths of a percent, rounded to the nearest.
        let share = (u64::from(dual.get()) * 2000 + u64::from(of.get())) / (2 * u64::from(of.get()));
        let share = messages::number(lang, &format!("{}.{}", share / 10, share % 10));
        let hours = messages::number(lang, &dual.to_string());
        panel.dual = Some(messages::text_with(lang, "panel-dual", &[("measured", &hours), ("about", &share)]));
    }
}

/// Findings while typing: the form as it stands is read and checked, nothing is stored.
pub async fn live(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let stored = store::find(&app.db, context.actor()?, id).await?;
    let sent = form::read(&pairs, &stored.programme.college).ok_or(AppError::Bad("error-form"))?;
    let parsed = sent.draft.parse();
    let panel = panel(context.lang, &sent.draft, &parsed);
    html(&PanelPart { panel: &panel })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_to_fields_that_exist() {
        let text = include_str!("../../../../examples/01-software-kk-2023.json");
        let draft = Draft::from(&sheber_exchange::json::read(text.as_bytes()).unwrap());
        for (at, wanted) in [
            ("/standard_edition", "/standard_edition"),
            ("/modules/0/units/3/semesters", "/modules/0/units/3/semesters/1"),
            ("/modules/0/units/3", "/modules/0/units/3/code"),
            ("/modules/6/dual_hours", "/modules/6/dual_hours"),
            ("/qualifications/0", "/qualifications/0/code"),
            ("/modules", "totals"),
            ("", "/registry/listed"),
        ] {
            assert_eq!(field(&draft, at), wanted, "{at}");
        }
        assert_eq!(place(&draft, "/modules/0/units/3/hours"), "ЖБП · ЖБП 04");
    }
}
