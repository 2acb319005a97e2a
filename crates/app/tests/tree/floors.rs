//! Imports run down the floors, and no files import each other in a circle.

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::source::{by_module, leads_to, root, sources};

/// The crates by floors, the ground first; those on one floor do not see each other.
const FLOORS: [&[&str]; 11] = [
    &["kernel"],
    &["norms"],
    &["messages"],
    &["exchange", "documents"],
    &["platform"],
    &["people"],
    &["programmes", "education", "standing"],
    &["partners"],
    &["app"],
    &["demo"],
    &["sheber"],
];

fn floor(name: &str) -> usize {
    FLOORS.iter().position(|floor| floor.contains(&name)).unwrap_or_else(|| panic!("crates/{name} has no floor"))
}

#[test]
fn a_crate_names_lower_floors_only() {
    let folders = std::fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().file_name());
    for name in folders.map(|name| name.to_string_lossy().into_owned()) {
        let manifest = std::fs::read_to_string(root().join(format!("crates/{name}/Cargo.toml"))).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        for tables in ["dependencies", "dev-dependencies"] {
            let named = manifest.get(tables).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
            for other in named.filter_map(|key| key.strip_prefix("sheber-")) {
                assert!(floor(other) < floor(&name), "crates/{name}/Cargo.toml: {other} stands no floor lower");
            }
        }
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let modules = by_module();
    let mut graph = DiGraph::<&str, ()>::new();
    let nodes: Vec<NodeIndex> = sources().iter().map(|source| graph.add_node(source.name.as_str())).collect();
    for (from, source) in sources().iter().enumerate() {
        for path in &source.paths {
            if let Some(to) = leads_to(&modules, path).filter(|to| *to != from) {
                graph.update_edge(nodes[from], nodes[to], ());
            }
        }
    }
    assert!(graph.edge_count() > 1_000, "the imports are read: {}", graph.edge_count());
    let circles: Vec<Vec<&str>> = tarjan_scc(&graph)
        .into_iter()
        .filter(|circle| circle.len() > 1)
        .map(|circle| circle.into_iter().map(|node| graph[node]).collect())
        .collect();
    assert!(circles.is_empty(), "files that import each other: {circles:#?}");
}
