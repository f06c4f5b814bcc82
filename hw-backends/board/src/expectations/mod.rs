//! What must go over the wires: a list of calls with their answers, read from TOML.
//!
//! ```toml
//! order = "strict"            # the default: one order over everything; or "per-bus"
//!
//! [[expect]]
//! i2c = 0
//! address = 0x76              # 7-bit and unshifted
//! write = "d0"                # bytes in hexadecimal, spaces between them or not
//! read = "60"                 # what the guest gets, after a repeated start
//!
//! [[expect]]
//! i2c = 0
//! address = 0x50
//! write = ""                  # no bytes: a probe of the address
//! error = "no-acknowledge-address"
//!
//! [[expect]]
//! i2c = 0
//! address = 0x50
//! write = "00 10 aa bb"
//! error = "no-acknowledge-data"
//! acknowledged = 3            # the address byte and two more; default: the fewest possible, 1 here
//! extra-us = 40               # beyond the bus time
//!
//! [[expect]]
//! i2c = 0
//! address = 0x50
//! messages = [ { write = "00 10" }, { read = "aa bb" }, { write = "00 20" } ]
//!
//! [[expect]]
//! pin = "LED"                 # by label or by number
//! open = "output"             # a mode of `gpio.open`
//! initial = "low"
//!
//! [[expect]]
//! pin = "LED"
//! write = "high"
//!
//! [[expect]]
//! pin = 9
//! read = "low"                # what the guest finds
//!
//! [silent]                    # nothing may happen here
//! i2c = [1]
//! pins = [4]
//! ```
//!
//! **Who answers.** The list answers for every bus and pin that it names, and for those alone. On such a bus there are
//! no chips of the board, and nothing outside holds such a pin: a call either is the next expected one, or it does not
//! fit. All other buses and pins are the board's own, with their chips, and what happens there is not looked at.
//! Whatever records the wires records the answers of the list as it would record a chip's.
//!
//! **A scenario** beside it puts its faults around what the list answers: a transaction that a fault takes away never
//! reaches the list. What a scenario presses, drives or sets where the list answers, nobody notices.
//!
//! **What is compared.** A transaction as it looks on the wires: bus, address, and its messages, where writes in a row
//! are one message. Speed and time are not. On a pin, each opening, reading and writing; a toggle is a write; closing
//! always fits, for a device closes what a guest leaves open.
//!
//! **What a mismatch does.** The guest gets the error `other`, the list stays where it is, and the run goes on. The
//! report ([`Expectations::report`]) says what was expected, with file and line, what came instead, the last calls
//! before it, and, at the end, what was never reached.

mod keys;
mod pin;
mod read;
mod transaction;

use std::path::Path;

use hw_mock::Expectations;

use crate::{
    Board,
    file::{self, FileError},
};

pub(crate) use keys::ROOT;

/// Reads a file of expectations for `board`. They are met once: each run wants its own.
///
/// # Errors
/// A file that cannot be read, or everything that is wrong with it, buses and pins that the board does not have
/// among it.
pub fn load(path: impl AsRef<Path>, board: &Board) -> Result<Expectations, FileError> {
    let path = path.as_ref();
    let file = path.display().to_string();
    file::load(path, |root, problems| read::expectations(root, &file, board, problems))
}

/// Reads the text of a file of expectations; `file_name` stands before each problem, and in reports.
///
/// # Errors
/// Everything that is wrong with the text.
///
/// # Examples
/// ```
/// use hw_board::{Board, expectations};
///
/// let board = Board::parse("[i2c.0]", "board.toml")?;
/// let text = "[[expect]]\ni2c = 0\naddress = 0x76\nwrite = 'd0'\nread = '60'";
/// let expectations = expectations::parse(text, "expectations.toml", &board)?;
/// let hardware = expectations.put_on(board.hardware());
/// // … a run on this hardware, and then:
/// assert_eq!(
///     expectations.report().unwrap_err().to_string(),
///     "never reached: 1 of 1 expectations\n  \
///        expectation 1: i2c.0 0x76 write [d0] read 1 byte -> [60] (expectations.toml:1)\n\
///      seen instead, to the end of the run: no call"
/// );
///
/// let error = expectations::parse(&text.replace("= 0\n", "= 1\n"), "expectations.toml", &board).unwrap_err();
/// assert_eq!(error.to_string(), "expectations.toml:2: the board has no i2c bus 1 (known: 0)");
/// # Ok::<(), hw_board::FileError>(())
/// ```
pub fn parse(text: &str, file_name: &str, board: &Board) -> Result<Expectations, FileError> {
    file::parse(text, file_name, |root, problems| read::expectations(root, file_name, board, problems))
}
