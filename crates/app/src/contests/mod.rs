//! Contests: of professional mastery by sector (16), of the best method of teaching Kazakh (13.2), of the best reader (14.2).

mod diploma;
mod pages;
mod procedure;
pub mod schedule;
pub mod store;

use crate::platform::actor::Ability;
use crate::platform::route::Access::{Can, Public};
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    let (see, run) = (Can(Ability::SeeContests), Can(Ability::RunContests));
    vec![
        get("/contests", see, pages::list),
        post("/contests", run, pages::create),
        get("/contests/{id}", see, pages::one),
        post("/contests/{id}/apply", Can(Ability::ApplyToContests), procedure::apply).files(),
        post("/contests/{id}/withdraw", see, procedure::withdraw),
        post("/contests/{id}/jurors", run, procedure::jurors),
        post("/contests/{id}/change", run, procedure::change),
        post("/contests/{id}/step", run, procedure::step),
        post("/contests/{id}/scores", see, procedure::score),
        post("/contests/{id}/pass", run, procedure::pass_on),
        get("/contests/{id}/results.xlsx", see, pages::results),
        get("/contests/{id}/entries/{entry}/diploma.pdf", see, diploma::pdf),
        get("/contests/{id}/entries/{entry}/files/{hash}", see, pages::file),
        get("/d/{code}", Public, diploma::open),
    ]
}
