//! Duties of the guidance: each organisation's dated tasks of an academic year, who owes them, what shows that they are done.

pub mod calendar;
pub mod evidence;
mod feed;
pub mod make;
pub mod oversight;
pub mod pages;
mod proof;
pub mod report;
pub mod store;
pub mod time;

use sheber_norms::duties::Post;

use crate::platform::actor::{Ability, Role};
use crate::platform::route::Access::{Can, Public, SignedIn};
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    let see = Can(Ability::SeeDuties);
    let oversee = Can(Ability::OverseeDuties);
    vec![
        get("/tasks", see, pages::list),
        get("/tasks/list.xlsx", see, pages::export),
        get("/tasks/{id}", see, pages::one),
        post("/tasks/{id}/close", see, pages::close).files(),
        post("/tasks/{id}/reopen", see, pages::reopen),
        post("/tasks/{id}/hand", Can(Ability::ManageDuties), pages::hand),
        post("/tasks/{id}/excuse", Can(Ability::ManageDuties), pages::excuse),
        get("/tasks/{id}/files/{hash}", see, pages::file),
        get("/calendar", see, calendar::page),
        post("/calendar/feed", SignedIn, feed::renew),
        get("/calendar/{token}", Public, feed::feed),
        get("/oversight", oversee, oversight::page),
        get("/oversight/{college}", oversee, oversight::college),
        post("/oversight/remind", oversee, oversight::remind),
        get("/oversight/report", oversee, report::report),
        get("/oversight/report.xlsx", oversee, report::export),
    ]
}

/// The role whose work a post is. The curator of a group is one of the teachers.
pub const fn role(post: Post) -> Role {
    match post {
        Post::Director => Role::Director,
        Post::DeputyDirector => Role::DeputyDirector,
        Post::Methodist => Role::Methodist,
        Post::Curator => Role::Teacher,
        Post::Librarian => Role::Librarian,
        Post::YouthInspector => Role::YouthInspector,
        Post::Psychologist => Role::Psychologist,
        Post::Hr => Role::Hr,
        Post::Department => Role::Department,
        Post::Operator => Role::Operator,
        Post::Ministry => Role::Ministry,
    }
}

/// The posts of a role.
pub fn posts(of: Role) -> Vec<Post> {
    Post::ALL.iter().copied().filter(|post| role(*post) == of).collect()
}
