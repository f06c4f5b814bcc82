//! The board that a program runs on, and what happens around it.

use std::time::Duration;

use device_abi::Profile;
use hw_board::{Board, Scenario};

use super::draw::Draw;
use crate::{Job, Limits};

/// Everything about a run but the guest. Board and scenario are kept as lines of their files, each of which can be left
/// out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct World {
    pub(crate) profile: &'static Profile,
    /// Elements of `chips` on bus 0.
    pub(crate) chips: Vec<&'static str>,
    /// Elements of `parts`.
    pub(crate) parts: Vec<&'static str>,
    /// Whether a second bus is there, which only some profiles have.
    pub(crate) second_bus: bool,
    /// Steps of the scenario, without the heading.
    pub(crate) steps: Vec<String>,
    pub(crate) seed: u64,
    pub(crate) args: Vec<String>,
    pub(crate) limits: Limits,
}

/// What may be on bus 0.
const CHIPS: &[&str] = &[
    r#"{ model = "bme280", address = 0x76, label = "air", temperature-c = 21.5 }"#,
    r#"{ model = "at24c256", address = 0x50 }"#,
    r#"{ model = "registers", address = 0x48, label = "plain", others = 0x5a, registers = [ { address = 0x00 }, { address = 0x10, name = "count", reset = 7 } ] }"#,
    r#"{ model = "registers", address = 0x49, increment = "with-bit-7", others = "refused", registers = [ { address = 0x0f, name = "who", reset = 0x33, read-only = 0xff }, { address = 0x28, timed = { period-us = 250, shift = 8, mask = 0x0f } } ] }"#,
    r#"{ model = "dead", address = 0x20 }"#,
    r#"{ model = "refusing", address = 0x21, takes-bytes = 2 }"#,
    r#"{ model = "stuck", address = 0x10, after-transfers = 6, for-ms = 0.4 }"#,
];

/// The addresses of [`CHIPS`], and some where nothing is.
pub(super) const ADDRESSES: &[u64] =
    &[0x76, 0x76, 0x50, 0x50, 0x48, 0x48, 0x49, 0x20, 0x21, 0x10, 0x77, 0, 0x7f];

const PARTS: &[&str] = &[
    r#"{ model = "button", pin = 10, label = "BOOT", bounce-us = 120 }"#,
    r#"{ model = "button", pin = 3, active = "high", label = "UP" }"#,
    r#"{ model = "led", pin = 1, label = "LED", active = "low" }"#,
];

/// What may happen; each fits every board that has all chips and parts.
const STEPS: &[&str] = &[
    "press = \"BOOT\"",
    "release = \"BOOT\"",
    "press = \"UP\"",
    "drive = { pin = 4, level = \"low\" }",
    "drive = { pin = 4, level = \"high\" }",
    "drive = { pin = 4, level = \"released\" }",
    "set = { chip = \"air\", temperature-c = 30.25 }",
    "set = { chip = \"plain\", count = 9 }",
    "fault = { i2c = 0, address = 0x76, kind = \"nack\", byte = 1, times = 1 }",
    "fault = { i2c = 0, kind = \"nack\", rate = 0.5 }",
    "fault = { i2c = 0, kind = \"arbitration-lost\", times = 2 }",
    "fault = { i2c = 0, address = 0x50, kind = \"short-read\", bytes = 1 }",
    "fault = { i2c = 0, kind = \"stuck\", for-ms = 0.3, times = 1 }",
    "fault = { i2c = 0, kind = \"slow\", extra-us = 17.5 }",
    "clear-faults = true",
    "expect-call = { function = \"i2c.write\", within-ms = 5 }",
    "expect-call = { function = \"timer.start\" }",
    "expect-log = { contains = \"a\", within-ms = 5 }",
    END,
];

/// The step that ends the run.
const END: &str = "end = true";

/// Words that a program may find among its arguments.
const ARGUMENTS: &[&str] = &["", "one", "größe", "--flag=\"x\"", "0123456789012345678901234567890123456789"];

impl World {
    pub(super) fn draw(draw: &mut Draw, profiles: &[&'static Profile]) -> Self {
        let profile = draw.pick(profiles);
        let full = draw.chance(60);
        let mut some = |all: &[&'static str]| -> Vec<&'static str> {
            all.iter().copied().filter(|_| full || draw.chance(60)).collect()
        };
        let (chips, parts) = (some(CHIPS), some(PARTS));
        let mut steps = Vec::new();
        if full && draw.chance(40) {
            for number in 0..draw.between(1, 5) {
                let after_us = draw.pick(&[0, 0, 1, 2, 10, 100, 333, 1000, 2000]);
                let after = if number > 0 && draw.chance(30) {
                    String::new()
                } else {
                    format!("after-ms = {:?}\n", after_us as f64 / 1000.0)
                };
                let step = draw.pick(STEPS);
                steps.push(after + step + "\n");
                // Nothing comes after the end.
                if step == END {
                    break;
                }
            }
        }
        let us = |us| Some(Duration::from_micros(us));
        let limits = Limits {
            time: us(draw.pick(&[500, 3000, 20_000])),
            stop_after: if draw.chance(10) { us(draw.pick(&[0, 77, 500, 1001])) } else { None },
            trace_bytes: Some(draw.pick(&[600, 8_000, 30_000, 30_000])),
            ..Limits::default()
        };
        Self {
            profile,
            chips,
            parts,
            second_bus: profile.i2c_buses > 1 && draw.chance(50),
            steps,
            seed: draw.pick(&[0, 1, u64::from(u32::MAX), i64::MAX as u64]),
            args: (0..draw.below(4)).map(|_| draw.pick(ARGUMENTS).to_owned()).collect(),
            limits,
        }
    }

    /// The text of `board.toml`.
    pub(super) fn board(&self) -> String {
        let list = |elements: &[&str]| -> String {
            elements.iter().map(|element| format!("    {element},\n")).collect()
        };
        let mut text = format!("[board]\nprofile = {:?}\n", self.profile.name);
        text += &format!("\n[gpio]\nparts = [\n{}]\n", list(&self.parts));
        text += "\n[gpio.pins]\n1 = {}\n3 = {}\n4 = { pull = \"up\" }\n7 = { level = \"high\" }\n10 = {}\n";
        text += &format!(
            "\n[i2c.0]\nfrequency-hz = 400_000\nsda = 5\nscl = 6\nchips = [\n{}]\n",
            list(&self.chips)
        );
        if self.second_bus {
            text += "\n[i2c.1]\nchips = [ { model = \"bme280\", address = 0x77 } ]\n";
        }
        text
    }

    /// The text of `scenario.toml`; `None` if nothing happens.
    pub(super) fn scenario(&self) -> Option<String> {
        let text: String = self.steps.iter().map(|step| format!("[[step]]\n{step}\n")).collect();
        (!text.is_empty()).then(|| text.trim_end().to_owned() + "\n")
    }

    /// The run of a module in this world.
    ///
    /// # Errors
    /// A board or scenario that does not read.
    pub(super) fn job(&self, module: Vec<u8>) -> Result<Job, String> {
        let board = Board::parse(&self.board(), "board.toml").map_err(|error| error.to_string())?;
        let scenario = self.scenario().map(|text| Scenario::parse(&text, "scenario.toml", &board));
        Ok(Job {
            module,
            profile: self.profile,
            seed: self.seed,
            args: self.args.clone(),
            limits: self.limits,
            scenario: scenario.transpose().map_err(|error| error.to_string())?,
            expectations: None,
            once: true,
            board,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_may_be_there_is_right() {
        for profile in Profile::ALL {
            let world = World {
                profile,
                chips: CHIPS.to_vec(),
                parts: PARTS.to_vec(),
                second_bus: profile.i2c_buses > 1,
                steps: STEPS.iter().map(|step| format!("{step}\n")).collect(),
                seed: 0,
                args: Vec::new(),
                limits: Limits::default(),
            };
            let job = world.job(Vec::new()).unwrap_or_else(|problem| panic!("{problem}"));
            assert_eq!(job.scenario.map(|scenario| scenario.steps()), Some(STEPS.len()));
        }
    }
}
