#![no_main]
//! The JSON reader: any bytes are answered, and what reads writes back as the same.

use libfuzzer_sys::fuzz_target;
use sheber_exchange::json;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(programme) = json::read(bytes) {
        let written = json::write(&programme);
        assert_eq!(json::read(written.as_bytes()), Ok(programme));
    }
});
