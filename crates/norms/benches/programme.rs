//! One programme of about 60 units against all norms.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use sheber_norms::{Edition, Programme, check};

fn programme(name: &str) -> Programme {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    let text = std::fs::read_to_string(path).unwrap_or_default();
    match serde_json::from_str(&text) {
        Ok(programme) => programme,
        Err(error) => unreachable!("{name}: {error}"),
    }
}

fn norms(criterion: &mut Criterion) {
    for (title, name) in [("passing", "01-software-kk-2023.json"), ("faulty", "08-motor-vehicles-ru-2023-faulty.json")]
    {
        let programme = programme(name);
        let units: usize = programme.modules.iter().map(|module| module.units.len()).sum();
        let edition = Edition::of(programme.intake);
        criterion.bench_function(&format!("all norms, {title}, {units} units"), |bench| {
            bench.iter(|| check(black_box(&programme), edition));
        });
    }
}

criterion_group!(benches, norms);
criterion_main!(benches);
