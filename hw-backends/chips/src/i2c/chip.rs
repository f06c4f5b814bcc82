//! What a chip on a two-wire bus is, seen from the bus.

/// A chip on a two-wire bus: it is told what happens on the wires and answers bit nine, or a byte.
///
/// The bus has already compared the address; a chip hears only what is meant for it. Times are device times in
/// nanoseconds and never go back. A chip does what is due by itself (a measurement that ended) when it is next
/// called, as of the time when it was due.
pub trait I2cChip: core::fmt::Debug + Send {
    /// The controller sent a start, or a repeated start, and the chip's address.
    fn start(&mut self, at_ns: u64, direction: Direction) -> Ack;

    /// The controller sent `byte`, whose last bit arrived at `at_ns`.
    fn write(&mut self, at_ns: u64, byte: u8) -> Ack;

    /// The controller clocks the next byte out, from `at_ns` on.
    fn read(&mut self, at_ns: u64) -> u8;

    /// The controller sent a stop. It does so after every transaction, also after one that the chip refused.
    fn stop(&mut self, at_ns: u64);

    /// Fills the chip's memory from address `at` on, as whoever programs it before it is soldered does: without a bus, and
    /// before anything else happens. What has no room is left out. A chip by itself has no memory.
    fn fill(&mut self, _at: u32, _bytes: &[u8]) {}

    /// Changes at `at_ns` what stands under `parameter` in a board file: the surroundings of the chip, or the chip
    /// itself. Whether it has such a parameter and lets it change while running; a chip by itself has none. Values
    /// are not checked.
    fn set(&mut self, _at_ns: u64, _parameter: &str, _value: f64) -> bool {
        false
    }

    /// Whether the chip holds the data line low, so that nobody can use the bus. Asked once at the start of every
    /// transaction on its bus, whichever chip that is for. A sound chip holds nothing.
    fn holds_sda(&mut self, _at_ns: u64) -> bool {
        false
    }
}

/// The way that the bytes after an address go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the controller to the chip.
    Write,
    /// From the chip to the controller.
    Read,
}

/// The ninth bit of a byte that the chip received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ack {
    /// The chip pulled the line low: it took the byte.
    Ack,
    /// The line stayed high: the chip refused the byte.
    Nack,
}
