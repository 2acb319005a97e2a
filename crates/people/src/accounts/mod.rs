//! People: signing in, one's own account, inviting others.

pub mod device;
pub mod factor;
mod finds;
mod invite;
pub mod links;
mod login;
mod own;
pub mod proof;
pub mod rights;
mod schema;
pub mod second;
mod setup;
pub mod store;

use sheber_platform::access::Access::{Can, Public, SignedIn};
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::{SearchColumn, SortKey};

pub const ROOM: Room = Room {
    name: "accounts",
    routes,
    nav: &[Nav::to("accounts", "/accounts", Can(rights::MANAGE))],
    abilities: &[rights::MANAGE, rights::DEMAND],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("account")],
    shared: &["account"],
    finds: Some(&finds::People),
    sorted: &[SortKey::of("account", "name", "sort_name")],
    ..Room::EMPTY
};

/// A form that is kept comes along with the password.
const KEPT: usize = 4 * 1024 * 1024;

fn routes() -> Vec<Route> {
    let manage = Can(rights::MANAGE);
    vec![
        get("/login", Public, login::page),
        post("/login", Public, login::submit).at_most(KEPT),
        post("/login/keep", Public, login::keep).at_most(KEPT),
        get("/kept", SignedIn, login::kept_page),
        get("/login/code", Public, login::code_page),
        post("/login/code", Public, login::code_submit),
        post("/logout", SignedIn, login::out),
        get("/reset", Public, login::reset_page),
        post("/reset", Public, login::reset_submit),
        post("/password/strength", Public, login::strength),
        get("/welcome/{token}", Public, login::welcome_page),
        post("/welcome/{token}", Public, login::welcome_submit),
        get("/account", SignedIn, own::page),
        get("/account/password", SignedIn, own::password_page),
        post("/account/password", SignedIn, own::password_submit),
        post("/account/session", SignedIn, own::end_session),
        post("/account/sessions", SignedIn, own::end_sessions),
        get("/account/factor", SignedIn, setup::page),
        post("/account/factor", SignedIn, setup::submit),
        get("/accounts", manage, invite::list),
        get("/accounts/list.xlsx", manage, invite::export),
        post("/accounts", manage, invite::submit),
        get("/accounts/{id}", manage, invite::one),
        post("/accounts/{id}/state", manage, invite::state),
        post("/accounts/{id}/link", manage, invite::new_link),
        post("/accounts/{id}/factor", manage, invite::remove_factor),
        post("/accounts/demand", Can(rights::DEMAND), invite::demand),
    ]
}
