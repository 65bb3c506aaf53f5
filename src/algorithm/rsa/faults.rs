//! Faults on the way of a computation, for tests: as from a cosmic ray or a hostile neighbour.

use std::cell::Cell;

use super::lanes::{LANES, Pair};

/// What happens to one digit of an intermediate result.
#[derive(Clone, Copy)]
pub(super) struct Fault {
    /// How many intermediate results come before it.
    pub(super) after: usize,
    pub(super) digit: usize,
    pub(super) lane: usize,
    /// The digit's bit that is one more.
    pub(super) bit: u32,
}

thread_local! {
    static PLANNED: Cell<Option<Fault>> = const { Cell::new(None) };
    static RESULTS: Cell<usize> = const { Cell::new(0) };
}

/// Runs a computation with a fault, or without any, and says how many intermediate results there were.
pub(super) fn with<T>(fault: Option<Fault>, computation: impl FnOnce() -> T) -> (T, usize) {
    PLANNED.set(fault);
    RESULTS.set(0);
    let result = computation();
    PLANNED.set(None);
    (result, RESULTS.get())
}

/// Called with each intermediate result.
pub(super) fn strike(number: &mut [Pair]) {
    let at = RESULTS.replace(RESULTS.get() + 1);
    if let Some(Fault { digit, lane, bit, .. }) = PLANNED.get().filter(|fault| fault.after == at) {
        let mut error = [0.0; LANES];
        error[lane] = f64::from(1u32 << bit);
        number[digit] = number[digit].plus(Pair::new(error));
    }
}
