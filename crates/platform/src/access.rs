//! Who may open what: the access of a route, and of every page by its address.

use axum::http::Method;

use super::ability::Ability;
use super::actor::Actor;

/// Who may use a route. What exactly they see is the scope's business, in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone, signed in or not.
    Public,
    /// Anyone who is signed in.
    SignedIn,
    /// Whose role has the ability.
    Can(Ability),
}

impl Access {
    pub fn lets(self, actor: Option<&Actor>) -> bool {
        match self {
            Self::Public => true,
            Self::SignedIn => actor.is_some(),
            Self::Can(ability) => actor.is_some_and(|actor| actor.may(ability)),
        }
    }
}

/// An entry of the navigation: a room's page with who sees it there.
#[derive(Clone, Copy, Debug)]
pub struct Nav {
    /// The key of its label is `nav-…`.
    pub name: &'static str,
    pub link: &'static str,
    pub access: Access,
    /// Only where the demo runs.
    pub demo: bool,
}

impl Nav {
    pub const fn to(name: &'static str, link: &'static str, access: Access) -> Self {
        Self { name, link, access, demo: false }
    }
}

/// Every address with who may use it, for links and buttons: none leads where its reader may not go.
#[derive(Debug, Default)]
pub struct Pages {
    pub routes: Vec<(Method, &'static str, Access)>,
    pub nav: Vec<Nav>,
}

/// Whether a page's address fits a path of the table, parts in braces standing for anything.
fn fits(path: &str, address: &str) -> bool {
    let (mut parts, mut words) = (path.split('/'), address.split('/'));
    loop {
        match (parts.next(), words.next()) {
            (None, None) => return true,
            (Some(part), Some(word)) if part == word || part.starts_with('{') => {}
            _ => return false,
        }
    }
}

impl Pages {
    /// As the router does it: a path in so many words goes before one with parts in braces.
    fn access_of(&self, method: &Method, address: &str) -> Option<Access> {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let of_method = || self.routes.iter().filter(|(known, ..)| known == method);
        let exact = of_method().find(|(_, known, _)| *known == path);
        exact.or_else(|| of_method().find(|(_, known, _)| fits(known, path))).map(|(.., access)| *access)
    }

    /// Whether somebody may open a page; one that no table knows is open.
    pub fn opens(&self, address: &str, actor: Option<&Actor>) -> bool {
        self.access_of(&Method::GET, address).is_none_or(|access| access.lets(actor))
    }

    /// Whether somebody may send a form to an address.
    pub fn takes(&self, address: &str, actor: Option<&Actor>) -> bool {
        self.access_of(&Method::POST, address).is_some_and(|access| access.lets(actor))
    }

    /// The entries of the navigation that somebody sees.
    pub fn navigation(&self, actor: Option<&Actor>, demo: bool) -> impl Iterator<Item = &Nav> {
        self.nav.iter().filter(move |entry| entry.access.lets(actor) && (demo || !entry.demo))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fits_the_path_of_its_page() {
        for (path, address, is) in [
            ("/tasks", "/tasks", true),
            ("/tasks", "/tasks/7", false),
            ("/tasks/{id}", "/tasks/7", true),
            ("/tasks/{id}/files/{hash}", "/tasks/7/files", false),
            ("/", "/", true),
        ] {
            assert_eq!(fits(path, address), is, "{path} {address}");
        }
        let routes = vec![
            (Method::GET, "/textbooks/{id}", Access::SignedIn),
            (Method::GET, "/textbooks/reports", Access::Public),
            (Method::POST, "/textbooks/reports", Access::SignedIn),
        ];
        let pages = Pages { routes, nav: Vec::new() };
        assert!(pages.opens("/textbooks/reports?page=2", None), "words before braces");
        assert!(!pages.opens("/textbooks/7", None));
        assert!(pages.opens("/elsewhere", None));
        assert!(!pages.takes("/textbooks/reports", None), "a form has its own access");
        assert!(!pages.takes("/elsewhere", None));
    }
}
