//! What must not matter does not: the order of modules and units, and the semester within a year.

use proptest::prelude::*;
use sheber_kernel::{AcademicHours, Semester};
use sheber_norms::{Edition, Programme, check};

fn examples() -> Vec<Programme> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()).collect()
}

/// Findings without their place: item, weight, variant, values, and what they speak of.
fn said(programme: &Programme) -> Vec<String> {
    let mut said: Vec<String> = check(programme, Edition::of(programme.intake))
        .findings
        .iter()
        .map(|f| format!("{} {:?} {} {} {} {:?}", f.item, f.severity, f.variant, f.measured, f.required, f.about))
        .collect();
    said.sort();
    said
}

fn shuffle<T>(list: &mut [T], seed: &mut u64) {
    for place in (1..list.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        list.swap(place, usize::try_from(*seed >> 33).unwrap() % (place + 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_modules_and_units_changes_no_finding(which in 0usize..9, seed: u64) {
        let programme = examples().swap_remove(which);
        let mut shuffled = programme.clone();
        let mut seed = seed;
        shuffle(&mut shuffled.modules, &mut seed);
        for module in &mut shuffled.modules {
            shuffle(&mut module.units, &mut seed);
        }
        prop_assert_eq!(said(&programme), said(&shuffled));
    }

    #[test]
    fn moving_hours_within_a_year_changes_no_finding(which in 0usize..9, year in 1u8..=3, share in 0u32..=100) {
        let programme = examples().swap_remove(which);
        let mut moved = programme.clone();
        let (first, second) = (Semester::new(year * 2 - 1).unwrap(), Semester::new(year * 2).unwrap());
        for unit in moved.modules.iter_mut().flat_map(|module| &mut module.units) {
            let both = unit.semesters.of(first).get() + unit.semesters.of(second).get();
            let to_first = both * share / 100;
            unit.semesters.set(first, AcademicHours::new(to_first));
            unit.semesters.set(second, AcademicHours::new(both - to_first));
        }
        prop_assert_eq!(said(&programme), said(&moved));
    }
}
