//! Functions that Rust provides to guests.

use core::{ffi::CStr, marker::PhantomData};

use device_abi::Halt;

use crate::{ffi::RawCall, instance};

/// Whoever embeds a guest.
pub trait Host {
    /// Decides whether a guest may go on that loops and calls without end. Called now and then while the guest
    /// computes ([`Limits::check_every`](crate::Limits::check_every)), and at once, again and again, while the
    /// interrupt flag is set.
    ///
    /// # Errors
    /// How the guest is to end.
    fn check(&mut self) -> Result<(), Halt>;
}

/// A function that guests of a host `H` may import.
#[derive(Debug)]
pub struct HostFunction<H> {
    pub(crate) module: &'static CStr,
    pub(crate) name: &'static CStr,
    pub(crate) signature: &'static CStr,
    /// How many cells a call has. Only the constructor sets it: the signature says so.
    pub(crate) cells: usize,
    pub(crate) needs_memory: bool,
    /// What wasm3 calls.
    pub(crate) serve: RawCall,
    host: PhantomData<fn(&mut H)>,
}

impl<H> HostFunction<H> {
    /// A function that is imported as `name` from `module`.
    ///
    /// `signature` is its type as wasm3 writes it: result, then parameters in parentheses, `i` 32 and `I` 64 bits, `v`
    /// nothing. `call` serves a call, with the guest's memory and the cells of result and arguments: a place for the
    /// result, if the function has one, then the arguments. Without `needs_memory` it is given no memory. Its error is how
    /// the guest is to end. It captures nothing, so that it is part of what wasm3 calls, and no further call. It must not
    /// panic while a guest runs: that would end the process, for C code lies between.
    ///
    /// # Panics
    /// Something stands behind the closing parenthesis of `signature`.
    #[must_use]
    pub const fn new<F>(
        module: &'static CStr,
        name: &'static CStr,
        signature: &'static CStr,
        needs_memory: bool,
        call: F,
    ) -> Self
    where
        F: Fn(&mut H, &mut [u8], &mut [Cell]) -> Result<(), Halt> + Copy + 'static,
    {
        let _ = call;
        let serve = instance::serve::<H, F>;
        Self { module, name, signature, cells: cells(signature), needs_memory, serve, host: PhantomData }
    }
}

/// How many cells a call has. A signature that names others than wasm3 knows is refused when it is linked.
const fn cells(signature: &CStr) -> usize {
    let letters = signature.to_bytes();
    let (mut at, mut count) = (0, 0);
    while at < letters.len() {
        match letters[at] {
            b'i' | b'I' | b'f' | b'F' => count += 1,
            // wasm3 reads no further: what it does not count must not be counted here.
            b')' => assert!(at + 1 == letters.len(), "a signature ends with its parenthesis"),
            _ => {}
        }
        at += 1;
    }
    count
}

/// A value on wasm3's stack, of 64 bits; on 32-bit machines it need not be aligned to 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(transparent)]
pub struct Cell([u32; 2]);

/// A type that passes between guest and host.
pub trait Value: Copy {
    /// The value of a cell.
    fn get(cell: Cell) -> Self;

    /// A cell with this value.
    fn put(self) -> Cell;
}

// WebAssembly is little-endian, and wasm3 stores numbers as the machine does; no target of this crate differs.
const _: () = assert!(cfg!(target_endian = "little"));

impl Value for u32 {
    #[inline]
    fn get(cell: Cell) -> Self {
        cell.0[0]
    }

    #[inline]
    fn put(self) -> Cell {
        Cell([self, 0])
    }
}

impl Value for u64 {
    #[inline]
    fn get(cell: Cell) -> Self {
        u64::from(cell.0[0]) | u64::from(cell.0[1]) << 32
    }

    #[inline]
    fn put(self) -> Cell {
        Cell([self as u32, (self >> 32) as u32])
    }
}

impl Value for i32 {
    #[inline]
    fn get(cell: Cell) -> Self {
        u32::get(cell).cast_signed()
    }

    #[inline]
    fn put(self) -> Cell {
        self.cast_unsigned().put()
    }
}

impl Value for i64 {
    #[inline]
    fn get(cell: Cell) -> Self {
        u64::get(cell).cast_signed()
    }

    #[inline]
    fn put(self) -> Cell {
        self.cast_unsigned().put()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_pass_whole() {
        assert_eq!(u64::get(0x0123_4567_89ab_cdef_u64.put()), 0x0123_4567_89ab_cdef);
        assert_eq!(i64::get((-2_i64).put()), -2);
        assert_eq!(i32::get(i32::MIN.put()), i32::MIN);
        assert_eq!(u32::get(u64::MAX.put()), u32::MAX);
    }

    #[test]
    fn cells_are_counted_by_the_signature() {
        let function = |signature| HostFunction::<()>::new(c"m", c"n", signature, false, |_, _, _| Ok(()));
        assert_eq!(function(c"v()").cells, 0);
        assert_eq!(function(c"i(iI)").cells, 3);
        assert_eq!(function(c"F(fF)").cells, 3);
    }

    #[test]
    #[should_panic(expected = "a signature ends with its parenthesis")]
    fn letters_behind_a_signature_are_no_cells() {
        let _ = HostFunction::<()>::new(c"m", c"n", c"v()ii", false, |_, _, _| Ok(()));
    }
}
