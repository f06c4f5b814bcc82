//! Board files: what is on a board, and what happens around it.
//!
//! A [`Board`] is read from TOML and makes the simulated hardware behind the seam of `hw-core`. Whatever is wrong
//! with a file is found at once, each problem with its line and the nearest right name ([`FileError`]). What may
//! stand in a file is declared once, for the reader and for the JSON Schema alike.

pub mod board;
pub mod expectations;
pub mod file;
pub mod scenario;
pub mod schema;
mod wire;

pub use board::Board;
pub use file::{FileError, MAX_FILE_BYTES, Problem};
pub use scenario::{Scenario, ScenarioHandle, ScenarioReport};
