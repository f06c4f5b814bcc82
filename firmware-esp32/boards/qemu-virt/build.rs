//! Tells the linker where the memory is.

use std::env;

fn main() -> Result<(), env::VarError> {
    println!("cargo:rerun-if-changed=memory.x");
    if env::var("CARGO_CFG_TARGET_OS")? == "none" {
        println!("cargo:rustc-link-search={}", env::var("CARGO_MANIFEST_DIR")?);
        println!("cargo:rustc-link-arg-bins=-Tmemory.x");
        println!("cargo:rustc-link-arg-bins=-Tlink.x");
    }
    Ok(())
}
