//! What `sheber check` does for one file: bytes to findings in words.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sheber_exchange::draft::Draft;
use sheber_exchange::{Report, json, xlsx};
use sheber_kernel::Lang;
use sheber_norms::{Edition, check};

fn example(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    std::fs::read(path).unwrap_or_default()
}

fn reading(criterion: &mut Criterion) {
    for (title, name) in [("passing", "01-software-kk-2023.json"), ("faulty", "08-motor-vehicles-ru-2023-faulty.json")]
    {
        let bytes = example(name);
        let mut group = criterion.benchmark_group("one file");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(format!("JSON to report, {title}"), |bench| {
            bench.iter(|| {
                let programme = json::read(black_box(&bytes)).ok()?;
                let verdict = check(&programme, Edition::of(programme.intake));
                serde_json::to_string(&Report::new(name, &verdict, Lang::Kk)).ok()
            });
        });
        let Ok(programme) = json::read(&bytes) else { continue };
        let Ok(book) = xlsx::write(&Draft::from(&programme), Lang::Kk, &xlsx::Notes::new()) else { continue };
        group
            .bench_function(format!("XLSX to programme, {title}"), |bench| bench.iter(|| xlsx::read(black_box(&book))));
        group.finish();
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);
