//! Tells the linker of esp-hal's script, and the firmware where its LED is.

use std::{env, error::Error, fs, path::Path};

/// Names the LED's pin: `8`, or `8-low` if it shines when the pin is low.
const LED: &str = "TWINBOARD_LED";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-env-changed={LED}");
    let chosen = env::var(LED).unwrap_or_default();
    let led = led(&chosen).ok_or_else(|| {
        format!("{LED} is \"{chosen}\"; it can be 0 to 8 or 10, or such a number with \"-low\" behind it")
    })?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("led.rs"), format!("{led:?}"))?;
    if env::var("CARGO_CFG_TARGET_OS")? == "none" {
        println!("cargo:rustc-link-arg-bins=-Tlinkall.x");
    }
    Ok(())
}

/// The pin, and whether its high level is light. Pin 9 has the boot button, those above 10 are not free.
fn led(chosen: &str) -> Option<Option<(u8, bool)>> {
    if chosen.is_empty() {
        return Some(None);
    }
    let (pin, high) = chosen.strip_suffix("-low").map_or((chosen, true), |pin| (pin, false));
    let pin = pin.parse().ok().filter(|pin| matches!(pin, 0..=8 | 10))?;
    Some(Some((pin, high)))
}
