//! The first eight bytes: a core module, a component, or neither.

use device_abi::{Refusal, RefusalWord};

use crate::refusal::refuse;

/// `\0asm` (WebAssembly core specification 1.0, section 5.5.15).
const MAGIC: &[u8; 4] = b"\0asm";

/// Version 1, layer 0.
const CORE_VERSION: [u8; 4] = [1, 0, 0, 0];

/// The layer of components (component-model repository, `design/mvp/Binary.md`). Their version is not looked at.
const COMPONENT_LAYER: [u8; 2] = [1, 0];

pub(crate) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    let Some((magic, rest)) = bytes.split_first_chunk::<4>() else {
        return Err(not_wasm(format_args!("{} bytes are too short for a header", bytes.len())));
    };
    if magic != MAGIC {
        return Err(not_wasm(format_args!("it starts with {magic:02x?}, not with {MAGIC:02x?}")));
    }
    let Some(version) = rest.first_chunk::<4>() else {
        return Err(not_wasm(format_args!("it ends within the header, after {} bytes", bytes.len())));
    };
    if version[2..] == COMPONENT_LAYER {
        return Err(refuse(RefusalWord::Component, "its header says layer 1, a component"));
    }
    if *version != CORE_VERSION {
        let version = u32::from_le_bytes(*version);
        return Err(not_wasm(format_args!("it has binary version {version}, 1 is wanted")));
    }
    Ok(())
}

fn not_wasm(detail: core::fmt::Arguments<'_>) -> Refusal {
    refuse(RefusalWord::NotWasm, detail)
}
