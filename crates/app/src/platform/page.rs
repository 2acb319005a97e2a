//! The layout every page stands in, and what its template is handed.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use sheber_kernel::Lang;
use sheber_messages as messages;

use super::actor::{Ability, Actor};
use super::assets;
use super::context::Context;
use super::error::Shown;

/// A step of the way back.
pub struct Crumb {
    pub label: String,
    pub link: String,
}

/// A choice in a list.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// The way to the page before and after, where there is one.
pub struct Pager {
    pub before: Option<String>,
    pub next: Option<String>,
}

impl Pager {
    /// Of a list of so many, so many a page; `query` gives the address's query of a page.
    pub fn of<Q: serde::Serialize>(
        path: &str,
        page: usize,
        per: usize,
        total: usize,
        query: impl Fn(usize) -> Q,
    ) -> Self {
        let link = |page| format!("{path}?{}", serde_urlencoded::to_string(query(page)).unwrap_or_default());
        let shown = page.saturating_add(1).saturating_mul(per);
        Self { before: page.checked_sub(1).map(link), next: (shown < total).then(|| link(page + 1)) }
    }
}

/// What the layout shows.
pub struct Page {
    pub context: Context,
    pub title: String,
    pub crumbs: Vec<Crumb>,
    /// The room, for the navigation.
    pub room: &'static str,
    /// The whole width of the window, for tables.
    pub wide: bool,
}

impl Page {
    pub fn new(context: Context, room: &'static str, title: impl Into<String>) -> Self {
        Self { context, title: title.into(), crumbs: Vec::new(), room, wide: false }
    }

    pub fn crumb(mut self, label: impl Into<String>, link: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), link: link.into() });
        self
    }

    /// A form's mark: what it makes is made once, however often it is sent.
    pub fn once(&self) -> String {
        super::secret::token()[..32].to_owned()
    }

    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    pub fn t(&self, key: impl AsRef<str>) -> String {
        self.context.t(key.as_ref())
    }

    /// Whether two words of a template are the same.
    pub fn same(&self, one: impl AsRef<str>, other: impl AsRef<str>) -> bool {
        one.as_ref() == other.as_ref()
    }

    /// A text with one argument, `$n`.
    pub fn n(&self, key: &str, n: usize) -> String {
        messages::count(self.lang(), key, n)
    }

    pub fn lang(&self) -> Lang {
        self.context.lang
    }

    pub fn actor(&self) -> Option<&Actor> {
        self.context.actor.as_ref()
    }

    pub fn unread(&self) -> i64 {
        self.actor().map_or(0, |actor| actor.unread)
    }

    fn may(&self, ability: Ability) -> bool {
        self.actor().is_some_and(|actor| actor.may(ability))
    }

    pub fn can_edit_programmes(&self) -> bool {
        self.may(Ability::EditProgrammes)
    }

    pub fn can_open_applications(&self) -> bool {
        self.may(Ability::OpenApplication)
    }

    pub fn can_set_limits(&self) -> bool {
        self.may(Ability::SetLimits)
    }

    pub fn can_enter_entries(&self) -> bool {
        self.may(Ability::EnterEntries)
    }

    /// Whether the reader may open a page.
    pub fn opens(&self, address: impl AsRef<str>) -> bool {
        super::route::opens(address.as_ref(), self.actor())
    }

    pub fn can_edit_reference(&self) -> bool {
        self.may(Ability::EditReference)
    }

    /// The navigation of the actor's role: room, link, label.
    pub fn navigation(&self) -> Vec<(&'static str, &'static str, String)> {
        let mut entries = Vec::new();
        let mut add = |room: &'static str, link: &'static str, shown: bool| {
            if shown {
                entries.push((room, link, self.t(format!("nav-{room}"))));
            }
        };
        add("home", "/", self.actor().is_some());
        add("inbox", "/inbox", self.actor().is_some());
        add("tasks", "/tasks", self.may(Ability::SeeDuties));
        add("oversight", "/oversight", self.may(Ability::OverseeDuties));
        add("events", "/events", self.may(Ability::SeeEvents));
        add("groups", "/groups", self.may(Ability::SeeGroups));
        add("plans", "/plans", self.may(Ability::SeePlans) && !self.may(Ability::OverseeDuties));
        add("college", "/college", self.may(Ability::SeeGroups));
        add("contests", "/contests", self.may(Ability::SeeContests));
        add("textbooks", "/textbooks", self.may(Ability::SeeTextbooks));
        add("indicators", "/indicators", self.may(Ability::SeeIndicators));
        add("programmes", "/programmes", self.may(Ability::SeeProgrammes));
        add("register", "/register", self.may(Ability::SeeRegister));
        add("library", "/library", self.may(Ability::EditProgrammes));
        add("public", "/r", true);
        add("guidance", "/guidance", true);
        add("reference", "/reference", self.may(Ability::SeeReference));
        add("accounts", "/accounts", self.may(Ability::ManageAccounts));
        add("organisations", "/organisations", self.may(Ability::ManageOrganisations));
        add("design", "/design", self.context.demo);
        entries
    }

    pub fn languages(&self) -> Vec<Choice> {
        Lang::ALL
            .into_iter()
            .map(|lang| Choice {
                value: lang.code().to_owned(),
                label: messages::text(lang, "lang-name"),
                chosen: lang == self.lang(),
            })
            .collect()
    }

    /// The academic years one can work in.
    pub fn years(&self) -> Vec<Choice> {
        let first = sheber_norms::edition::FIRST_YEAR.start();
        let last = self.context.this_year.start().max(first + 1) + 1;
        (first..=last)
            .map(sheber_kernel::AcademicYear::starting)
            .map(|year| Choice { value: year.to_string(), label: year.to_string(), chosen: year == self.context.year })
            .collect()
    }

    pub fn assets(&self) -> &'static str {
        &assets::VERSION
    }

    /// The path of this page as a query value.
    pub fn here(&self) -> String {
        serde_urlencoded::to_string([("to", &self.context.here)]).unwrap_or_default()
    }
}

/// A template as a response.
pub fn html(template: &impl Template) -> Result<Response, super::error::AppError> {
    Ok(Html(template.render()?).into_response())
}

#[derive(Template)]
#[template(path = "platform/error.html")]
pub struct ErrorPage {
    page: Page,
    message: String,
    advice: String,
}

impl ErrorPage {
    pub fn respond(context: Context, shown: Shown) -> Response {
        let message = context.t(&shown.key);
        let advice = context.t(&format!("{}-advice", shown.key));
        let page = Page::new(context, "", message.clone());
        let body = Self { page, message, advice }.render().unwrap_or_default();
        (shown.status, Html(body)).into_response()
    }
}
