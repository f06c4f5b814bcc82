//! One guest inside wasm3.

#![allow(unsafe_code, reason = "calls into C, and calls back from it")]

use alloc::{alloc::alloc, boxed::Box};
use core::{
    alloc::Layout,
    cell::UnsafeCell,
    ffi::{CStr, c_void},
    fmt,
    marker::PhantomData,
    ptr::{self, NonNull},
    slice,
    sync::atomic::AtomicBool,
};

use device_abi::Halt;

use crate::{
    Cell, Ended, Host, HostFunction, Limits, LoadError, Module,
    control::Control,
    ffi::{self, Message},
    trap,
};

/// The version of wasm3 that this crate was built with.
#[must_use]
pub fn version() -> &'static str {
    // SAFETY: a constant text.
    let version = unsafe { CStr::from_ptr(ffi::wasm3_engine_version()) };
    version.to_str().unwrap_or_default()
}

/// One guest inside wasm3, with its memory, stack and compiled code.
pub struct Instance<'m, H: Host> {
    shared: NonNull<Shared<H>>,
    environment: *mut ffi::Environment,
    runtime: *mut ffi::Runtime,
    start: *mut ffi::Function,
    run: *mut ffi::Function,
    on_event: *mut ffi::Function,
    native_stack_bytes: usize,
    /// wasm3 keeps pointers into the module's bytes, to the host functions and to the interrupt flag.
    borrowed: PhantomData<Borrowed<'m, H>>,
}

type Borrowed<'m, H> = (&'m [u8], &'m [HostFunction<H>], &'m AtomicBool);

/// What C code can reach, at an address that does not change. `control` comes first: a pointer to it is one to this.
#[repr(C)]
struct Shared<H> {
    control: UnsafeCell<Control>,
    check_every: u32,
    /// Why the host ended the guest, on its way through wasm3.
    halt: Option<Halt>,
    host: H,
}

impl<'m, H: Host> Instance<'m, H> {
    /// Loads a module: reserves its memory, links its imports, compiles all its functions. Its start function does
    /// not run yet.
    ///
    /// While a guest runs, `interrupt` may be set from an interrupt handler or another thread; it calls
    /// [`Host::check`] at the next loop iteration or call. Nothing here resets it.
    ///
    /// # Errors
    /// [`LoadError`]; the host is dropped.
    pub fn new(
        module: &Module<'m>,
        functions: &'m [HostFunction<H>],
        host: H,
        limits: Limits,
        interrupt: &'m AtomicBool,
    ) -> Result<Self, LoadError> {
        let check_every = limits.check_every.max(1);
        let control = Control {
            left: check_every,
            bound_pages: module.guest.bound_pages,
            interrupt,
            stack_limit: 0,
            look_up: look_up::<H>,
            pages: ptr::null_mut(),
        };
        let shared = Shared { control: UnsafeCell::new(control), check_every, halt: None, host };
        let mut instance = Self {
            shared: place(shared).ok_or(LoadError::OutOfMemory { pages: module.guest.bound_pages })?,
            environment: ptr::null_mut(),
            runtime: ptr::null_mut(),
            start: ptr::null_mut(),
            run: ptr::null_mut(),
            on_event: ptr::null_mut(),
            native_stack_bytes: limits.native_stack_bytes,
            borrowed: PhantomData,
        };
        // If this fails, dropping the instance frees what was made so far.
        instance.load(module, functions, limits)?;
        Ok(instance)
    }

    fn load(
        &mut self,
        module: &Module<'m>,
        functions: &'m [HostFunction<H>],
        limits: Limits,
    ) -> Result<(), LoadError> {
        let guest = module.guest;
        let full = LoadError::OutOfMemory { pages: guest.bound_pages };
        let done = |message: Message| match text(message) {
            None => Ok(()),
            Some(text) if trap::is_out_of_memory(text) => Err(full),
            Some(text) => Err(LoadError::Engine(text)),
        };
        let len = u32::try_from(module.wasm.len()).map_err(|_| full)?;
        // SAFETY: the pointers come from wasm3 or are null where it says so. The module's bytes outlive the instance,
        // as do the host functions; the user data is freed after the runtime.
        unsafe {
            let stack_bytes = limits.value_stack_bytes.checked_add(ffi::wasm3_engine_spare_stack_bytes());
            // wasm3 adds some more bytes, and would let the sum wrap.
            let stack_bytes = stack_bytes.filter(|bytes| *bytes <= i32::MAX as u32).ok_or(full)?;
            self.environment = ffi::m3_NewEnvironment();
            if self.environment.is_null() {
                return Err(full);
            }
            self.runtime = ffi::m3_NewRuntime(self.environment, stack_bytes, self.shared.as_ptr().cast());
            if self.runtime.is_null() {
                return Err(full);
            }
            let mut parsed = ptr::null_mut();
            done(ffi::m3_ParseModule(self.environment, &raw mut parsed, module.wasm.as_ptr(), len))?;
            let start = ffi::wasm3_engine_take_start(parsed);
            let loaded = ffi::wasm3_engine_load(self.runtime, parsed, guest.initial_pages, guest.bound_pages);
            if let Err(error) = done(loaded) {
                // The runtime owns a module only once it is loaded.
                ffi::m3_FreeModule(parsed);
                return Err(error);
            }
            for function in functions {
                done(link(parsed, function))?;
            }
            done(ffi::m3_CompileModule(parsed))?;
            let find = |index: Option<u32>| match index {
                Some(index) => ffi::wasm3_engine_function(parsed, index),
                None => ptr::null_mut(),
            };
            self.start = find(u32::try_from(start).ok());
            self.run = find(module.exports.run);
            self.on_event = find(module.exports.on_event);
        }
        Ok(())
    }

    /// Runs the module's start function, if it has one.
    ///
    /// # Errors
    /// How the guest ended.
    pub fn start(&mut self) -> Result<(), Ended> {
        if self.start.is_null() { Ok(()) } else { self.call(self.start, &mut []) }
    }

    /// Calls the export `run`.
    ///
    /// # Errors
    /// How the guest ended, if `run` did not return.
    pub fn run(&mut self) -> Result<i32, Ended> {
        self.call(self.run, &mut [])?;
        let mut result = 0_i32;
        // SAFETY: guest-check has seen to it that `run` has one result of 32 bits.
        let message = unsafe {
            ffi::m3_GetResults(self.run, 1, &mut [(&raw mut result).cast_const().cast()] as *mut _)
        };
        text(message).map_or(Ok(result), |text| Err(Ended::Engine(text)))
    }

    /// Whether the guest exports `on-event`.
    #[must_use]
    pub fn handles_events(&self) -> bool {
        !self.on_event.is_null()
    }

    /// Calls the export `on-event`, if there is one.
    ///
    /// # Errors
    /// How the guest ended, if `on-event` did not return.
    pub fn on_event(&mut self, kind: u32, source: u32, value: u64, time_us: u64) -> Result<(), Ended> {
        if self.on_event.is_null() {
            return Ok(());
        }
        let arguments = &mut [
            (&raw const kind).cast(),
            (&raw const source).cast(),
            (&raw const value).cast(),
            (&raw const time_us).cast(),
        ];
        self.call(self.on_event, arguments)
    }

    /// The guest's memory, as large as it is now.
    pub fn memory(&mut self) -> &mut [u8] {
        let mut len = 0;
        // SAFETY: a loaded runtime has memory, null only if it has no byte; nobody else looks at it while the
        // instance is borrowed.
        unsafe {
            let memory = ffi::m3_GetMemory(self.runtime, &raw mut len, 0);
            if memory.is_null() { &mut [] } else { slice::from_raw_parts_mut(memory, len as usize) }
        }
    }

    /// The host.
    pub fn host(&mut self) -> &mut H {
        // SAFETY: C code reaches the host only while the guest runs, so while the instance is borrowed.
        unsafe { &mut (*self.shared.as_ptr()).host }
    }

    /// Calls a function whose parameters `arguments` points to.
    fn call(&mut self, function: *mut ffi::Function, arguments: &mut [*const c_void]) -> Result<(), Ended> {
        if function.is_null() {
            return Err(Ended::Engine("the module has lost an export"));
        }
        let shared = self.shared.as_ptr();
        // SAFETY: the function is the runtime's; guest-check has compared its type with what the callers pass. The
        // host is reached through the same raw pointer from within.
        let message = unsafe {
            ffi::wasm3_engine_call(
                function,
                UnsafeCell::raw_get(&raw const (*shared).control),
                self.native_stack_bytes,
                arguments.len() as u32,
                arguments.as_mut_ptr(),
            )
        };
        if message == halted() {
            // SAFETY: nobody else looks at it now.
            let halt = unsafe { (*shared).halt.take() };
            return Err(Ended::Guest(halt.unwrap_or(Halt::Stopped)));
        }
        match text(message) {
            None => Ok(()),
            Some(text) => {
                Err(trap::trap(text).map_or(Ended::Engine(text), |it| Ended::Guest(Halt::Trap(it))))
            }
        }
    }
}

impl<H: Host> Drop for Instance<'_, H> {
    fn drop(&mut self) {
        // SAFETY: wasm3 takes null for nothing. The runtime goes first: it uses the environment and the shared part.
        unsafe {
            ffi::wasm3_engine_free_runtime(self.runtime);
            ffi::m3_FreeEnvironment(self.environment);
            drop(Box::from_raw(self.shared.as_ptr()));
        }
    }
}

impl<H: Host> fmt::Debug for Instance<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").field("handles_events", &self.handles_events()).finish_non_exhaustive()
    }
}

/// Like `Box::new`, but a full heap is no panic.
fn place<T>(value: T) -> Option<NonNull<T>> {
    const { assert!(size_of::<T>() > 0) };
    // SAFETY: the size is not 0; what is allocated has room for a value, as a box would.
    unsafe {
        let place = NonNull::new(alloc(Layout::new::<T>()).cast::<T>())?;
        place.write(value);
        Some(place)
    }
}

/// The trap by which the host ends a guest.
fn halted() -> Message {
    (&raw const ffi::wasm3_engine_halted).cast()
}

/// What wasm3 says, if it says anything.
fn text(message: Message) -> Option<&'static str> {
    if message.is_null() {
        return None;
    }
    // SAFETY: wasm3's messages are constants.
    let text = unsafe { CStr::from_ptr(message) };
    Some(text.to_str().unwrap_or("a message that is not UTF-8"))
}

/// Provides a function to a module. That the module does not import it is no error.
///
/// # Safety
/// `module` is loaded, and `function` outlives it.
unsafe fn link<H: Host>(module: *mut ffi::Module, function: &HostFunction<H>) -> Message {
    // SAFETY: the caller's promise; the names end with a NUL.
    let message = unsafe {
        ffi::m3_LinkRawFunctionEx(
            module,
            function.module.as_ptr(),
            function.name.as_ptr(),
            function.signature.as_ptr(),
            function.serve,
            ptr::from_ref(function).cast(),
        )
    };
    // SAFETY: a variable that nobody writes.
    let not_imported = unsafe { ffi::m3Err_functionLookupFailed };
    if message == not_imported { ptr::null() } else { message }
}

/// Serves a guest's call of a host function.
///
/// # Safety
/// Only wasm3 calls it, for functions that [`link`] has given it, which were made with an `F`.
pub(crate) unsafe extern "C" fn serve<H, F>(
    runtime: *mut ffi::Runtime,
    context: *mut ffi::ImportContext,
    cells: *mut Cell,
    memory: *mut c_void,
) -> *const c_void
where
    F: Fn(&mut H, &mut [u8], &mut [Cell]) -> Result<(), Halt> + Copy,
{
    const { assert!(size_of::<F>() == 0, "a host function captures nothing") };
    // SAFETY: wasm3 passes what it was given: the function when it was linked, the shared part with the runtime. The
    // cells are those of the signature that was linked, which wasm3 has compared with the import's. Memory does not
    // move, and neither it nor the cells are part of the host. A copy of an `F` without bytes is read from nowhere.
    unsafe {
        let function = &*(*context).userdata.cast::<HostFunction<H>>();
        let shared = ffi::m3_GetUserData(runtime).cast::<Shared<H>>();
        let memory: &mut [u8] = match function.needs_memory {
            true => slice::from_raw_parts_mut(memory.cast(), ffi::m3_GetMemorySize(runtime) as usize),
            false => &mut [],
        };
        let cells = slice::from_raw_parts_mut(cells, function.cells);
        let call = NonNull::<F>::dangling().read();
        match call(&mut (*shared).host, memory, cells) {
            Ok(()) => ptr::null(),
            Err(halt) => {
                (*shared).halt = Some(halt);
                halted().cast()
            }
        }
    }
}

/// Asks the host whether the guest may go on.
///
/// # Safety
/// Only c/compile.c calls it, with the control that begins a `Shared<H>`.
unsafe extern "C" fn look_up<H: Host>(control: *mut Control) -> Message {
    let shared = control.cast::<Shared<H>>();
    // SAFETY: the control is the first field of the shared part, which nobody else looks at while the guest runs.
    unsafe {
        (*control).left = (*shared).check_every;
        match (*shared).host.check() {
            Ok(()) => ptr::null(),
            Err(halt) => {
                (*shared).halt = Some(halt);
                halted()
            }
        }
    }
}
