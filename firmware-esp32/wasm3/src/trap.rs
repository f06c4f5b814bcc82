//! wasm3's traps in the ABI's words.

use device_abi::Trap;

/// The trap of this text, or `None` if it is a fault of the engine.
///
/// By text and not by address: versions have nearly the same texts.
pub(crate) fn trap(text: &str) -> Option<Trap> {
    Some(match text {
        "[trap] unreachable executed" | "[trap] unreachable" => Trap::Unreachable,
        "[trap] integer divide by zero" => Trap::IntegerDivideByZero,
        "[trap] integer overflow" => Trap::IntegerOverflow,
        "[trap] invalid conversion to integer" => Trap::InvalidConversion,
        "[trap] out of bounds memory access" => Trap::OutOfBoundsMemory,
        "[trap] indirect call type mismatch"
        | "[trap] undefined element"
        | "[trap] null table element"
        | "[trap] uninitialized element" => Trap::IndirectCall,
        "[trap] stack overflow" => Trap::StackExhausted,
        _ => return None,
    })
}

/// Whether wasm3 says by this text that the heap is full.
pub(crate) fn is_out_of_memory(text: &str) -> bool {
    text.starts_with("memory allocation failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_texts_are_no_traps() {
        for text in
            ["", "[trap] program called exit", "missing imported function", "[trap] halted by the host"]
        {
            assert_eq!(trap(text), None, "{text}");
        }
    }

    #[test]
    fn both_kinds_of_full_heap_are_known() {
        assert!(is_out_of_memory("memory allocation failed"));
        assert!(is_out_of_memory("memory allocation failed when acquiring a new M3 code page"));
        assert!(!is_out_of_memory("runtime ran out of memory"));
    }
}
