//! The yearly plans of a college: of educational work (section 14) and of sport (14.3).

mod amend;
pub mod approve;
mod evidence;
mod export;
mod form;
mod pages;
mod procedure;
mod rights;
mod schema;
pub mod store;

use sheber_norms::duties::PlanKind;
use sheber_platform::access::Access::Can;
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};

pub const ROOM: Room = Room {
    name: "plans",
    sections: &["14"],
    routes,
    nav: &[Nav::to("plans", "/plans", Can(rights::OWN))],
    abilities: &[rights::SEE, rights::OWN, rights::EDIT, rights::APPROVE],
    schema: schema::STEPS,
    tables: schema::TABLES,
    of_college: &[("plan-education", "/plans"), ("plan-sport", "/plans?kind=sport")],
    evidence: &[
        &evidence::PlanApprovalEvidence { record: "education_plan", kind: PlanKind::Education },
        &evidence::PlanApprovalEvidence { record: "sports_plan", kind: PlanKind::Sport },
    ],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/plans", see, pages::page),
        post("/plans/propose", edit, pages::propose),
        post("/plans/{id}", edit, pages::save),
        post("/plans/{id}/approve", Can(rights::APPROVE), pages::approve),
        post("/plans/{id}/change", edit, pages::change),
        post("/plans/{id}/ask", edit, pages::ask),
        post("/plans/{id}/discard", edit, pages::discard),
        get("/plans/{id}/plan.pdf", see, export::pdf),
        get("/plans/{id}/plan.xlsx", see, export::workbook),
    ]
}
