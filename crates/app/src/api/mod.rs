//! The interface for programs: what the pages show and do, by the same functions, as JSON with tokens that people make.

mod application;
mod attachments;
mod description;
mod developers;
mod hooks;
mod me;
mod parameters;
mod programmes;
mod read;
mod reference;
mod register;
mod remarks;
mod reply;
mod step;
mod tokens;

use axum::middleware;
use sheber_exchange::book::MAX_TABLE;
use sheber_people::reference::rights as reference_rights;
use sheber_platform::access::Access::{Can, Public, SignedIn};
use sheber_platform::grant::GrantScope;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, delete, get, post, put};
use sheber_programmes::{programmes as programmes_room, register as register_room};

use description::DOCUMENT;

pub const ROOM: Room = Room { name: "api", routes, ..Room::EMPTY };

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(programmes_room::rights::SEE), Can(programmes_room::rights::EDIT));
    let (follow, apply) = (Can(register_room::rights::SEE), Can(register_room::rights::APPLY));
    let refer = Can(reference_rights::SEE);
    let routes = vec![
        get("/developers", Public, developers::page),
        get("/api/v1/openapi.json", Public, description::document),
        get("/account/tokens", SignedIn, tokens::page),
        post("/account/tokens", SignedIn, tokens::create),
        post("/account/tokens/revoke", SignedIn, tokens::revoke),
        post("/account/webhooks", follow, hooks::create_by_form),
        post("/account/webhooks/remove", SignedIn, hooks::remove_by_form),
        get("/api/v1/me", SignedIn, me::me),
        get("/api/v1/norms", Public, reference::norms),
        get("/api/v1/reference/{kind}", refer, reference::list),
        get("/api/v1/reference/{kind}/{code}", refer, reference::one),
        post("/api/v1/read/{kind}", SignedIn, read::read).at_most(MAX_TABLE),
        post("/api/v1/read/reference/{kind}", SignedIn, read::read_reference).at_most(MAX_TABLE),
        post("/api/v1/check", SignedIn, programmes::check).at_most(sheber_exchange::MAX_BYTES),
        get("/api/v1/programmes", see, programmes::list),
        post("/api/v1/programmes", edit, programmes::create)
            .at_most(sheber_exchange::MAX_BYTES)
            .scope(GrantScope::Programmes),
        get("/api/v1/programmes/{id}", see, programmes::one),
        put("/api/v1/programmes/{id}", edit, programmes::change)
            .at_most(sheber_exchange::MAX_BYTES)
            .scope(GrantScope::Programmes),
        get("/api/v1/applications", follow, application::list),
        post("/api/v1/applications", apply, step::open).scope(GrantScope::Register),
        get("/api/v1/applications/{id}", follow, application::one),
        post("/api/v1/applications/{id}/steps", follow, step::step).scope(GrantScope::Register),
        post("/api/v1/applications/{id}/remarks", follow, remarks::remark).scope(GrantScope::Register),
        post("/api/v1/applications/{id}/remarks/{remark}", follow, remarks::settle).scope(GrantScope::Register),
        post("/api/v1/applications/{id}/attachments", apply, attachments::attach).files().scope(GrantScope::Register),
        get("/api/v1/applications/{id}/attachments/{attachment}", follow, attachments::attachment),
        get("/api/v1/register", Public, register::search),
        get("/api/v1/register/{number}", Public, register::one),
        get("/api/v1/webhooks", follow, hooks::list),
        post("/api/v1/webhooks", follow, hooks::create).scope(GrantScope::Webhooks),
        delete("/api/v1/webhooks/{id}", follow, hooks::remove).scope(GrantScope::Webhooks),
    ];
    routes.into_iter().map(looked_at).collect()
}

/// A route for programs says which parameter it does not know.
fn looked_at(mut route: Route) -> Route {
    if route.path.starts_with("/api/v1/") {
        route.handler =
            route.handler.layer(middleware::from_fn(|request, next| parameters::looked_at(&DOCUMENT, request, next)));
    }
    route
}
