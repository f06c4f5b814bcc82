//! wasmtime's traps in the ABI's words.

use device_abi::{Halt, Trap};

/// How a guest ended, from the error that wasmtime's call returned.
///
/// # Errors
/// The error itself if it is neither a trap of the guest nor one of ours: a fault of the engine.
pub(crate) fn halt(error: wasmtime::Error) -> Result<Halt, wasmtime::Error> {
    if let Some(halt) = error.downcast_ref::<Halt>() {
        return Ok(*halt);
    }
    match error.downcast_ref::<wasmtime::Trap>().and_then(trap) {
        Some(trap) => Ok(Halt::Trap(trap)),
        None => Err(error),
    }
}

fn trap(trap: &wasmtime::Trap) -> Option<Trap> {
    use wasmtime::Trap as T;
    Some(match trap {
        T::UnreachableCodeReached => Trap::Unreachable,
        T::IntegerDivisionByZero => Trap::IntegerDivideByZero,
        T::IntegerOverflow => Trap::IntegerOverflow,
        T::BadConversionToInteger => Trap::InvalidConversion,
        T::MemoryOutOfBounds | T::HeapMisaligned => Trap::OutOfBoundsMemory,
        // wasm3 cannot tell these apart, so nobody does.
        T::TableOutOfBounds | T::IndirectCallToNull | T::BadSignature => Trap::IndirectCall,
        T::StackOverflow => Trap::StackExhausted,
        _ => return None,
    })
}
