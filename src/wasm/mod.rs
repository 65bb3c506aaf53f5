//! The boundary to JavaScript: the only folder that knows it.
//!
//! Each export takes what its TypeScript caller in `pkg-template/src` has made ready (plain values,
//! claims and keys as text), calls one operation of the crate, and gives a plain value back. What is
//! checked here is what only this side can check: the types of options, and the length of a text
//! before it is copied into the module's memory. No user's code runs while an export does: getters
//! and `toJSON` are over before it is called.
//!
//! Results go out as JSON text through the host's own `JSON.parse`, which keeps a member named
//! `__proto__` harmless and rounds large integers as every JavaScript program expects. An error goes
//! out as a plain object of `code`, `message` and `hint`; anything else that is thrown is a trap.

mod explain;
mod issuers;
mod keys;
mod options;
mod outgoing;
mod providers;
mod routes;
mod secrets;
mod tokens;
mod values;

use std::alloc::System;
use std::hint::black_box;

use wasm_bindgen::prelude::*;
use zeroizing_alloc::ZeroAlloc;

/// What an export gives: a value, or an error as a plain object.
type Thrown = std::result::Result<JsValue, JsValue>;

/// Every block of the module's memory is wiped when it is given back: what a text or a number left behind
/// as it grew, the copies that the glue makes of the host's strings, what a library computed with.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// How much of the stack is wiped: more than any operation takes, as the package's tests check. Signing
/// takes 7 KB, reading the most deeply nested claims 18.
const STACK_BYTES: usize = 32 * 1024;

/// Wipes what the call before has left on the stack: nonces, and copies of a key that the compiler made
/// when it moved one. It is a call of its own, because only what is deeper than the caller can be wiped.
#[wasm_bindgen(js_name = wipeStack)]
pub fn wipe_stack() {
    black_box(&mut [0u8; STACK_BYTES]);
}
