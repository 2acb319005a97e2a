//! What is known of every request before its handler runs: who, in which language, for which academic year.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sheber_kernel::{AcademicYear, Lang};

use super::access::Pages;
use super::actor::Actor;
use super::attempts;
use super::error::AppError;
use super::grant::Grant;
use super::kept;
use super::visitor::Visitor;

#[derive(Clone, Debug)]
pub struct Context {
    pub actor: Option<Actor>,
    /// What the token of a program allows; `None` where a person sits before a browser.
    pub grant: Option<Grant>,
    pub lang: Lang,
    /// The academic year the person works in: chosen in the head of the page, else the current one.
    pub year: AcademicYear,
    pub this_year: AcademicYear,
    /// The token of the session's forms.
    pub csrf: String,
    /// What the forms of a browser are bound to that nobody has signed in with.
    pub visitor: Option<Arc<Visitor>>,
    /// Path and query of the request, for links that stay on the page.
    pub here: String,
    pub demo: bool,
    pub address: String,
    /// The request comes from a page of this server, or from no page at all.
    pub is_from_here: bool,
    /// Who may open which page.
    pub pages: Arc<Pages>,
    /// The trail's last record when the request began, where that is known.
    pub head: Option<i64>,
}

impl Context {
    pub fn t(&self, key: &str) -> String {
        sheber_messages::text(self.lang, key)
    }

    /// The network that the request comes from, as attempts are counted.
    pub fn network(&self) -> String {
        attempts::network(&self.address)
    }

    /// With a token for a form, for somebody who need not be signed in.
    #[must_use]
    pub fn with_token(mut self) -> Self {
        if let Some(visitor) = &self.visitor {
            self.csrf = visitor.token();
        }
        self
    }

    /// Whether a form came with a token that was handed out to its sender.
    pub fn is_own(&self, token: &str) -> bool {
        match &self.visitor {
            Some(visitor) => visitor.is_own(token),
            // Both are hexadecimal of 256 random bits; a comparison that stops early tells nothing useful over a network.
            None => !self.csrf.is_empty() && kept::bare(&self.csrf) == kept::bare(token),
        }
    }

    /// The actor of a route that only signed-in people reach.
    pub fn actor(&self) -> Result<&Actor, AppError> {
        self.actor.as_ref().ok_or_else(|| AppError::SignIn(self.here.clone()))
    }

    /// Whether the reader may send a form to an address.
    pub fn takes(&self, address: &str) -> bool {
        self.pages.takes(address, self.actor.as_ref())
    }

    /// Whether the reader may open a page.
    pub fn opens(&self, address: &str) -> bool {
        self.pages.opens(address, self.actor.as_ref())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Context {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| AppError::Internal("no context".to_owned()))
    }
}
