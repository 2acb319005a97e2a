#![no_main]
//! Programmes in workbooks, and tables of every format: any bytes are answered.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = sheber_exchange::xlsx::read(bytes);
    let Ok(mut book) = sheber_exchange::book::Book::open(bytes, None) else { return };
    for place in 0..book.sheets.len() {
        let _ = book.sheet(place);
    }
});
