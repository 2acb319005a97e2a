//! The layout every page stands in, and what its template is handed.

mod parts;

use std::borrow::Cow;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use sheber_kernel::Lang;
use sheber_messages as messages;

use super::actor::Actor;
use super::assets;
use super::context::Context;
use super::error::{AppError, Failure};
use super::list;

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

/// The lines of a list in all, and the way to the page before and after, where there is one.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    pub total: usize,
    pub before: Option<String>,
    pub next: Option<String>,
}

impl Pager {
    /// Of a list at an address; `filter` is what it is filtered by, as the address says it.
    pub fn of<T>(path: &str, filter: &impl serde::Serialize, list: &list::Page<T>) -> Self {
        Self::by("at", path, &address(filter), list)
    }

    /// Of a list whose place in the order is called `after`, as the interface for programs calls it.
    pub fn after<T>(path: &str, query: &str, list: &list::Page<T>) -> Self {
        Self::by("after", path, query, list)
    }

    fn by<T>(name: &str, path: &str, query: &str, list: &list::Page<T>) -> Self {
        let sign = if query.is_empty() { "" } else { "&" };
        let link = |word: &String| format!("{path}?{query}{sign}{name}={word}");
        Self { total: list.total, before: list.before.as_ref().map(link), next: list.next.as_ref().map(link) }
    }
}

/// What a list is filtered by, as an address says it.
pub fn address(filter: &impl serde::Serialize) -> String {
    serde_urlencoded::to_string(filter).unwrap_or_default()
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

    pub fn t(&self, key: impl AsRef<str>) -> Cow<'static, str> {
        messages::label(self.lang(), key.as_ref())
    }

    /// Whether two words of a template are the same.
    pub fn same(&self, one: impl AsRef<str>, other: impl AsRef<str>) -> bool {
        one.as_ref() == other.as_ref()
    }

    /// Whether a value of a filter, one of a list, was chosen.
    pub fn chose<T: PartialEq>(&self, value: &&T, chosen: &Option<T>) -> bool {
        chosen.as_ref() == Some(*value)
    }

    /// A text with one argument, `$n`.
    pub fn n(&self, key: &str, n: impl std::borrow::Borrow<usize>) -> String {
        messages::count(self.lang(), key, *n.borrow())
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

    /// Whether the reader may open a page.
    pub fn opens(&self, address: impl AsRef<str>) -> bool {
        self.context.opens(address.as_ref())
    }

    /// Whether the reader may send a form to an address.
    pub fn takes(&self, address: impl AsRef<str>) -> bool {
        self.context.takes(address.as_ref())
    }

    /// The navigation of the reader: what rooms have and the reader may open.
    pub fn navigation(&self) -> Vec<(&'static str, &'static str, Cow<'static, str>)> {
        let entries = self.context.pages.navigation(self.actor(), self.context.demo);
        entries.map(|entry| (entry.name, entry.link, self.t(format!("nav-{}", entry.name)))).collect()
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
pub fn html<T: Template>(template: &T) -> Result<Response, AppError> {
    Ok(Html(drawn(template)?).into_response())
}

/// A template as text: a page, or the part of one that is drawn once for many readers.
pub fn drawn<T: Template>(template: &T) -> Result<String, AppError> {
    tracing::trace!(target: "template", name = std::any::type_name::<T>());
    Ok(template.render()?)
}

#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    page: Page,
    message: String,
    advice: String,
}

impl ErrorPage {
    pub fn respond(context: Context, shown: Failure) -> Response {
        let message = context.t(&shown.key);
        let advice = context.t(&format!("{}-advice", shown.key));
        let page = Page::new(context, "", message.clone());
        let mut response = html(&Self { page, message, advice }).unwrap_or_else(IntoResponse::into_response);
        *response.status_mut() = shown.status;
        response
    }
}
