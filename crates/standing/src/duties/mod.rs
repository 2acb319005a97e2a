//! Duties of the guidance: each organisation's dated tasks of an academic year, who owes them, what shows that they are done. They
//! react to records and know no room that keeps them.

mod badge;
mod cells;
mod closing;
mod college;
pub mod colleges;
mod list;
pub mod make;
mod map;
mod marks;
mod new_task;
mod occasions;
mod one;
mod remind;
mod report;
pub mod rights;
mod schema;
mod settle;
mod steps;
mod submitted;
pub mod sums;
pub mod task;
mod tell;
pub mod time;

pub use badge::Badge;
pub use list::tasks;

use sheber_people::organisations::rights::{LEAD, OVERSEE};
use sheber_platform::access::Access::Can;
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};

pub const ROOM: Room = Room {
    name: "duties",
    routes,
    nav: &[Nav::to("tasks", "/tasks", Can(rights::SEE)), Nav::to("oversight", "/oversight", Can(OVERSEE))],
    abilities: &[rights::SEE],
    schema: schema::STEPS,
    tables: schema::TABLES,
    marks: Some(&marks::Tasks),
    files: Some(&submitted::SubmittedFiles),
    jobs: &[&time::Hour],
    reacts: Some(&settle::Settle),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, lead, oversee) = (Can(rights::SEE), Can(LEAD), Can(OVERSEE));
    vec![
        get("/tasks", see, list::list),
        get("/tasks/list.xlsx", see, list::export),
        get("/tasks/{id}", see, one::page),
        post("/tasks/{id}/close", see, steps::close).files(),
        post("/tasks/{id}/reopen", see, steps::reopen),
        post("/tasks/{id}/hand", lead, steps::hand),
        post("/tasks/{id}/excuse", lead, steps::excuse),
        get("/tasks/{id}/files/{hash}", see, steps::file),
        get("/oversight", oversee, map::page),
        get("/oversight/{college}", oversee, college::page),
        post("/oversight/remind", oversee, remind::remind),
        get("/oversight/report", oversee, report::report),
        get("/oversight/report.xlsx", oversee, report::export),
    ]
}
