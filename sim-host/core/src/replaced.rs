//! A user's own backends in places of a run's hardware.

use std::fmt;

use hw_core::backend::Hardware;

use crate::SimBuilder;

type Replace = Box<dyn FnOnce(Hardware) -> Hardware + Send>;

/// What is to be put in places of the hardware, in order.
#[derive(Default)]
pub(crate) struct Replaced(Vec<Replace>);

impl SimBuilder {
    /// Puts backends of your own in places of the hardware: `replace` gets the board's, or other
    /// [`hardware`](Self::hardware), and gives it back with them. [Expectations](Self::expectations) and what a
    /// [scenario](Self::scenario) lets go wrong come around the outcome, so that a scenario disturbs a bus of yours, too;
    /// its buttons move the board's own pins alone, and it sets the board's own chips. Called again, it goes on from what
    /// the calls before gave.
    ///
    /// # Examples
    /// ```
    /// use sim_host::{Board, Guest, Sim, hw_mock::Expectations};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // Anything that is an `hw_core::backend::I2cBus` will do, `hw_mock::EmbeddedHalMock` above all.
    /// let bus = Expectations::strict().bus(0);
    /// let guest = Guest::from_bytes(
    ///     "(module (memory (export \"memory\") 1) (func (export \"run\") (result i32) i32.const 0))",
    /// )?;
    /// let board = Board::parse("[i2c.0]", "board.toml")?;
    /// let sim = Sim::builder().board(board).guest(guest).replace(|mut hardware| {
    ///     hardware.i2c[0].bus = Box::new(bus);
    ///     hardware
    /// });
    /// assert_eq!(sim.run()?.outcome.to_string(), "exit 0");
    /// # Ok(())
    /// # }
    /// ```
    pub fn replace(mut self, replace: impl FnOnce(Hardware) -> Hardware + Send + 'static) -> Self {
        self.replaced.0.push(Box::new(replace));
        self
    }
}

impl Replaced {
    pub(crate) fn put_on(self, hardware: Hardware) -> Hardware {
        self.0.into_iter().fold(hardware, |hardware, replace| replace(hardware))
    }
}

impl fmt::Debug for Replaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Replaced").field(&self.0.len()).finish()
    }
}
