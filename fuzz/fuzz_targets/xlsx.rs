#![no_main]
//! The XLSX reader: any bytes are answered.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = sheber_exchange::xlsx::read(bytes);
    let _ = sheber_exchange::table::read(bytes);
});
