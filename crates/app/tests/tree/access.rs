//! Who may what is read in one place: `docs/access.txt`, as the rooms' routes say it.

use std::fmt::Write;

use sheber_platform::ability::Role;
use sheber_platform::access::Access;

use crate::source::root;

fn table() -> String {
    let mut text = String::from(
        "Who may what: method, address, and who opens it. Made from the rooms' routes; a test compares it, and\n\
         SHEBER_WRITE=1 cargo test -p sheber-app --test tree access\nwrites it anew. A change here is a change of who may what.\n",
    );
    for room in sheber_app::house().rooms() {
        let routes = (room.routes)();
        if !routes.is_empty() {
            let _ = writeln!(text, "\n{}", room.name);
        }
        for route in routes {
            let who = match route.access {
                Access::Public => "everybody".to_owned(),
                Access::SignedIn => "whoever is signed in".to_owned(),
                Access::Can(ability) => {
                    let roles: Vec<&str> =
                        Role::ALL.iter().filter(|role| role.may(ability)).map(|role| role.word()).collect();
                    format!("{}: {}", ability.name, roles.join(" "))
                }
            };
            let _ = writeln!(text, "{:<5} {:<50} {who}", route.method.as_str(), route.path);
        }
    }
    text
}

#[test]
fn who_may_what_is_written_down() {
    let place = root().join("docs/access.txt");
    let table = table();
    if std::env::var_os("SHEBER_WRITE").is_some() {
        std::fs::write(&place, &table).unwrap();
    }
    let written = std::fs::read_to_string(&place).unwrap_or_default();
    for (line, (now, then)) in table.lines().zip(written.lines()).enumerate() {
        assert_eq!(now, then, "docs/access.txt:{}", line + 1);
    }
    assert_eq!(table.lines().count(), written.lines().count(), "docs/access.txt has other lines than there are routes");
}
