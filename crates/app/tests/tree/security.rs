//! docs/security.md names what is there, and counts right.

use std::collections::BTreeSet;

use regex::Regex;

use super::source::{files, root};

#[test]
fn the_security_page_names_what_is_there() {
    let page = std::fs::read_to_string(root().join("docs/security.md")).unwrap();
    let functions = Regex::new(r"fn (\w+)").unwrap();
    let code: Vec<String> = files("crates", "rs").iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let there: BTreeSet<&str> = code
        .iter()
        .flat_map(|text| functions.captures_iter(text).filter_map(|found| found.get(1)))
        .map(|name| name.as_str())
        .collect();
    let named = Regex::new(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`").unwrap();
    for name in named.captures_iter(&page).filter_map(|found| found.get(1)) {
        assert!(
            there.contains(name.as_str()) || name.as_str().starts_with("sheber_"),
            "no test is called {}",
            name.as_str()
        );
    }
    let files = Regex::new(r"\b((?:crates|docs|fuzz)/[\w/.-]+\.(?:rs|js|html|md|txt))").unwrap();
    for file in files.captures_iter(&page).filter_map(|found| found.get(1)) {
        assert!(root().join(file.as_str()).exists(), "{}", file.as_str());
    }
    let count = |verdict: &str| page.lines().filter(|line| line.split(" | ").nth(2) == Some(verdict)).count();
    let (holds, open, not) = (count("holds"), count("open"), count("n/a"));
    let said = format!("{} requirements: {holds} hold, {not} are not applicable, {open} are open", holds + open + not);
    assert!(page.contains(&said), "{said}");
    let reasons = page.lines().filter(|line| line.split(" | ").nth(2) == Some("open"));
    assert!(reasons.into_iter().all(|line| line.split(" | ").nth(3).is_some_and(|why| why.len() > 60)));
}
