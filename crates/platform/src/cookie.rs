//! Cookies that only the server reads, and that come from this host alone where they come by TLS.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::CookieJar;

/// The name of a cookie.
pub fn name(name: &str, secure: bool) -> String {
    if secure { format!("__Host-{name}") } else { name.to_owned() }
}

/// What a cookie says that came with a request.
pub fn value(headers: &HeaderMap, of: &str, secure: bool) -> Option<String> {
    CookieJar::from_headers(headers).get(&name(of, secure)).map(|cookie| cookie.value().to_owned())
}

/// A cookie to be set for so many seconds. Nothing where its value holds what no header may.
pub fn header(of: &str, value: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    let (name, flag) = (name(of, secure), if secure { "; Secure" } else { "" });
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{flag}")).ok()
}
