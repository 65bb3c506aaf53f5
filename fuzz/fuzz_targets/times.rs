#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| convex_token_fuzz::times::run(data));
