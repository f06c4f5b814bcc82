//! wasm3's C interface, as far as it is used. `c/interface.h` says the same: a version of which it is not true does not
//! compile.

#![allow(unsafe_code, reason = "declarations of C functions")]

use core::{
    ffi::{c_char, c_void},
    marker::{PhantomData, PhantomPinned},
};

use crate::{control::Control, host::Cell};

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[repr(C)]
            pub(crate) struct $name {
                _bytes: [u8; 0],
                _marker: PhantomData<(*mut u8, PhantomPinned)>,
            }
        )*
    };
}

opaque! {
    /// Function types and freed code pages.
    Environment;
    /// Value stack, memory, code pages; owns the module once that is loaded.
    Runtime;
    /// A parsed module.
    Module;
    /// A function of a loaded module.
    Function;
}

/// A null pointer, or a text that says what went wrong; a trap's address is its identity.
pub(crate) type Message = *const c_char;

/// What wasm3 tells a raw function beside its arguments.
#[repr(C)]
pub(crate) struct ImportContext {
    pub(crate) userdata: *mut c_void,
    pub(crate) function: *mut Function,
}

/// A function that guests call: results and arguments at `cells`, memory at `memory`.
pub(crate) type RawCall = unsafe extern "C" fn(
    runtime: *mut Runtime,
    context: *mut ImportContext,
    cells: *mut Cell,
    memory: *mut c_void,
) -> *const c_void;

unsafe extern "C" {
    pub(crate) fn m3_NewEnvironment() -> *mut Environment;
    pub(crate) fn m3_FreeEnvironment(environment: *mut Environment);
    pub(crate) fn m3_NewRuntime(
        environment: *mut Environment,
        stack_bytes: u32,
        userdata: *mut c_void,
    ) -> *mut Runtime;
    pub(crate) fn m3_GetUserData(runtime: *mut Runtime) -> *mut c_void;
    pub(crate) fn m3_GetMemory(runtime: *mut Runtime, bytes: *mut u32, index: u32) -> *mut u8;
    pub(crate) fn m3_GetMemorySize(runtime: *mut Runtime) -> u32;
    pub(crate) fn m3_ParseModule(
        environment: *mut Environment,
        module: *mut *mut Module,
        bytes: *const u8,
        len: u32,
    ) -> Message;
    pub(crate) fn m3_FreeModule(module: *mut Module);
    pub(crate) fn m3_LinkRawFunctionEx(
        module: *mut Module,
        module_name: *const c_char,
        name: *const c_char,
        signature: *const c_char,
        function: RawCall,
        userdata: *const c_void,
    ) -> Message;
    pub(crate) fn m3_CompileModule(module: *mut Module) -> Message;
    pub(crate) fn m3_GetResults(function: *mut Function, count: u32, results: *mut *const c_void) -> Message;

    /// A function was to be linked that the module does not import.
    pub(crate) static m3Err_functionLookupFailed: Message;

    // c/face.c
    pub(crate) static wasm3_engine_halted: [c_char; 1];
    pub(crate) fn wasm3_engine_spare_stack_bytes() -> u32;
    pub(crate) fn wasm3_engine_load(
        runtime: *mut Runtime,
        module: *mut Module,
        initial_pages: u32,
        bound_pages: u32,
    ) -> Message;
    pub(crate) fn wasm3_engine_free_runtime(runtime: *mut Runtime);
    pub(crate) fn wasm3_engine_take_start(module: *mut Module) -> i32;
    pub(crate) fn wasm3_engine_function(module: *mut Module, index: u32) -> *mut Function;
    pub(crate) fn wasm3_engine_call(
        function: *mut Function,
        control: *mut Control,
        native_bytes: usize,
        count: u32,
        arguments: *mut *const c_void,
    ) -> Message;
    pub(crate) fn wasm3_engine_version() -> *const c_char;
}
