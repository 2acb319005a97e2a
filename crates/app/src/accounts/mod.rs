//! People: signing in, one's own account, inviting others.

mod invite;
mod login;
mod own;

pub use login::{local as login_local, password_fits};
pub mod store;

use crate::platform::actor::Ability::ManageAccounts;
use crate::platform::route::Access::{Can, Public, SignedIn};
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    vec![
        get("/login", Public, login::page),
        post("/login", Public, login::submit),
        get("/login/code", Public, login::code_page),
        post("/login/code", Public, login::code_submit),
        post("/logout", SignedIn, login::out),
        get("/reset", Public, login::reset_page),
        post("/reset", Public, login::reset_submit),
        get("/welcome/{token}", Public, login::welcome_page),
        post("/welcome/{token}", Public, login::welcome_submit),
        get("/account", SignedIn, own::page),
        get("/account/password", SignedIn, own::password_page),
        post("/account/password", SignedIn, own::password_submit),
        post("/account/session", SignedIn, own::end_session),
        post("/account/totp", SignedIn, own::totp_submit),
        get("/accounts", Can(ManageAccounts), invite::list),
        post("/accounts", Can(ManageAccounts), invite::submit),
        get("/accounts/{id}", Can(ManageAccounts), invite::one),
        post("/accounts/{id}/state", Can(ManageAccounts), invite::state),
    ]
}
