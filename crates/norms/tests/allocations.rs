//! A norm that passes allocates nothing: the nation-wide audit runs over every programme of the country.

use sheber_norms::{Edition, Programme, check};

#[test]
fn norms_that_pass_allocate_nothing() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/01-software-kk-2023.json");
    let programme: Programme = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let edition = Edition::of(programme.intake);
    assert!(check(&programme, edition).findings.is_empty());
    let used = allocation_counter::measure(|| {
        assert!(check(&programme, edition).norms_checked > 0);
    });
    assert_eq!(used.count_total, 0);
}
