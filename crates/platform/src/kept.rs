//! What was typed into a form that could not be taken: its session had ended, or its page was stale. It is kept for whoever typed it, and
//! can be sent as it stands.

pub mod again;

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};

use super::app::Config;
use super::pairs::{Lookup, Pairs, local};

/// A form as it was sent, without its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptForm {
    /// Where it was sent to.
    pub path: String,
    pub pairs: Pairs,
    /// The page that it stood on, where the browser said.
    #[serde(default)]
    pub page: String,
    /// Files came with it, which nothing keeps.
    pub had_files: bool,
    /// The account that had opened its page.
    by: Option<i64>,
    /// Its page reads several parts and not one text.
    in_parts: bool,
}

/// Secrets are typed again; and who signs in or out has nothing to lose.
const NEVER: [&str; 6] = ["/account", "/login", "/logout", "/reset", "/welcome", "/accounts"];

/// More is not kept: no form of people has it.
const MOST: usize = 1024 * 1024;

/// Between a form's token and the account that it was handed out to.
const BY: char = '.';

/// The token of a form, with the account that it is handed out to.
pub fn token(csrf: &str, account: i64) -> String {
    format!("{csrf}{BY}{account}")
}

/// The token alone.
pub fn bare(token: &str) -> &str {
    token.split_once(BY).map_or(token, |(bare, _)| bare)
}

impl KeptForm {
    /// Whether what is sent there may lie in a page: secrets may not, whatever way leads to them.
    fn is_open(path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let is_plain = !path.contains("/.") && !path.contains('%') && !path.contains("//");
        is_plain
            && !NEVER
                .iter()
                .any(|start| path == *start || path.strip_prefix(start).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Of a form that was sent; nothing where it is not to be kept, or came from elsewhere.
    pub fn of(is_from_here: bool, path: &str, pairs: Pairs, had_files: bool, in_parts: bool) -> Option<Self> {
        let size: usize = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
        if !Self::is_open(path) || !is_from_here || size > MOST {
            return None;
        }
        let by = pairs.get("csrf").split_once(BY).and_then(|(_, account)| account.parse().ok());
        let is_kept = |(name, _): &(String, String)| name != "csrf" && !name.contains("password");
        let pairs: Pairs = pairs.into_iter().filter(is_kept).collect();
        let page = String::new();
        (had_files || !pairs.is_empty()).then(|| Self {
            page,
            path: local(path).to_owned(),
            pairs,
            had_files,
            by,
            in_parts,
        })
    }

    /// Whether somebody may see it: whoever typed it. Where nobody was signed in, anybody at this browser.
    pub fn is_of(&self, account: Option<i64>) -> bool {
        self.by.is_none() || self.by == account
    }

    /// Reads a form that was sent to a path, and on to where somebody signs in.
    pub async fn of_request(is_from_here: bool, path: &str, request: Request) -> Option<Self> {
        let page = own_page(request.headers());
        let kept = Self::read_request(is_from_here, path, request).await?;
        Some(Self { page, ..kept })
    }

    async fn read_request(is_from_here: bool, path: &str, request: Request) -> Option<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?.to_owned();
        if kind.starts_with("application/x-www-form-urlencoded") {
            let bytes = axum::body::Bytes::from_request(request, &()).await.ok()?;
            let pairs: Pairs = serde_urlencoded::from_bytes(&bytes).ok()?;
            return Self::of(is_from_here, path, pairs, false, false);
        }
        if !kind.starts_with("multipart/form-data") {
            return None;
        }
        let mut form = Multipart::from_request(request, &()).await.ok()?;
        let (mut pairs, mut had_files) = (Pairs::new(), false);
        while let Ok(Some(field)) = form.next_field().await {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name() {
                None => pairs.push((name, field.text().await.ok()?)),
                Some(file) => had_files |= !file.is_empty(),
            }
        }
        Self::of(is_from_here, path, pairs, had_files, true)
    }

    /// As a field of the page where somebody signs in.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Back from such a field.
    pub fn read(text: &str) -> Option<Self> {
        let kept: Self = serde_json::from_str(text).ok()?;
        (text.len() <= 2 * MOST && local(&kept.path) == kept.path && Self::is_open(&kept.path)).then_some(kept)
    }
}

/// The path of the page that a request came from; nothing where nobody said.
fn own_page(headers: &HeaderMap) -> String {
    let said = headers.get(header::REFERER).and_then(|page| page.to_str().ok()).unwrap_or_default();
    let path = said.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default();
    if KeptForm::is_open(&path) { local(&path).to_owned() } else { String::new() }
}

/// Whether a request comes from a page of this server, or from no page at all: whoever would make a browser send it, is told by it.
pub fn is_from_here(headers: &HeaderMap, config: &Config) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = said("host").unwrap_or_default();
    let is_own = |origin: &str| {
        let of = |address: &str| address.split_once("://").map(|(_, host)| host.to_owned());
        of(origin).is_some_and(|origin| origin == host || Some(origin) == of(&config.base_url))
    };
    said("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"))
        && said("origin").is_none_or(is_own)
        && said("referer").is_none_or(|page| is_own(page.splitn(4, '/').take(3).collect::<Vec<_>>().join("/").as_str()))
}
