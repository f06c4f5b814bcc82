//! The module of a program.

use super::{
    encode,
    program::{Guest, Program},
    smith,
};

impl Program {
    /// The guest as a WebAssembly module, or as bytes that are nearly one.
    #[must_use]
    pub fn module(&self) -> Vec<u8> {
        match &self.guest {
            Guest::Calls(calls) => encode::encode(calls),
            Guest::Damaged(calls, changes) => {
                let mut module = encode::encode(calls);
                let length = module.len();
                for (at, value) in changes {
                    module[*at as usize % length] = *value;
                }
                module
            }
            // Bytes of which nothing can be made are a module as bad as any.
            Guest::Smith(bytes) => smith::encode(bytes).unwrap_or_default(),
        }
    }
}
