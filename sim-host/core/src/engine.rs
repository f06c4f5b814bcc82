//! The wasmtime engines of the process, with a cache and without, and compiled modules.

use std::sync::OnceLock;

use wasmtime::{Cache, CacheConfig, Config, Engine, Linker, Module};

use crate::link::{self, State};

/// The engine that guests run on here, and its version.
pub const ENGINE: (&str, &str) = ("wasmtime", wasmtime_environ::VERSION);

/// Stack for wasm code, bytes. The deepest recursion that a profile guarantees needs well under half of it.
const WASM_STACK_BYTES: usize = 512 * 1024;

/// The engine with the ABI linked.
pub(crate) struct Runtime {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<State>,
}

/// The engine of this process that keeps compiled modules for later processes, or the one that does not; made at first use.
pub(crate) fn runtime(is_cached: bool) -> wasmtime::Result<&'static Runtime> {
    static RUNTIMES: [OnceLock<Runtime>; 2] = [const { OnceLock::new() }; 2];
    let place = &RUNTIMES[usize::from(is_cached)];
    if let Some(runtime) = place.get() {
        return Ok(runtime);
    }
    let engine = Engine::new(&config(is_cached))?;
    let mut linker = Linker::new(&engine);
    link::link(&mut linker)?;
    Ok(place.get_or_init(|| Runtime { engine, linker }))
}

/// Compiles a module, or takes it from the cache of the engine.
pub(crate) fn compile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Module> {
    let span = tracing::debug_span!("compile", bytes = wasm.len());
    let _entered = span.enter();
    Module::from_binary(engine, wasm)
}

fn config(is_cached: bool) -> Config {
    let mut config = Config::new();
    // What a guest may use was decided by guest-check; whatever else wasmtime has switched on, no guest gets to.
    config.wasm_simd(false).wasm_relaxed_simd(false).wasm_bulk_memory(true).wasm_multi_value(true);
    config.max_wasm_stack(WASM_STACK_BYTES);
    config.epoch_interruption(true);
    // Guests are small: copying their data costs less than mapping it.
    config.memory_init_cow(false);
    config.cache(if is_cached { cache() } else { None });
    config
}

/// The cache of compiled modules in the user's cache folder. Without one, everything works, only slower.
fn cache() -> Option<Cache> {
    Cache::new(CacheConfig::new())
        .inspect_err(|error| tracing::warn!(%error, "no cache for compiled modules"))
        .ok()
}
