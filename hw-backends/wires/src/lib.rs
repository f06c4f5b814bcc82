//! What went over the wires: I2C bit by bit, pins edge by edge, and the same as a VCD file for a waveform viewer or as
//! a picture for people.
//!
//! [`TracedBus`] and [`TracedPins`] wrap a backend and are one. They tell a [`Recorder`], which keeps the first events
//! as [`Wires`], writes all of them as VCD while they happen, or both. The guest sees no difference. What moves pins
//! from outside, such as a button, tells the recorder itself ([`Recorder::line`]), so that an edge is there
//! at its own time and not only when the guest looks.
//!
//! ```
//! use embedded_hal::i2c::Operation;
//! use hw_core::backend::{I2cBus, Reply};
//! use hw_wires::{Layout, PictureOptions, Recorder, TracedBus};
//!
//! /// A bus on which everybody acknowledges.
//! #[derive(Debug)]
//! struct Agreeable;
//!
//! impl I2cBus for Agreeable {
//!     fn transaction(&mut self, _: u64, _: u8, _: u32, _: &mut [Operation<'_>]) -> Reply {
//!         Reply::ok(())
//!     }
//! }
//!
//! let recorder = Recorder::keeping(Layout { buses: vec![0], ..Layout::default() });
//! let mut bus = TracedBus::new(0, Agreeable, recorder.clone());
//! bus.transaction(0, 0x76, 100_000, &mut [Operation::Write(&[0xd0])]);
//!
//! let wires = recorder.finish(1_000_000).unwrap();
//! assert_eq!(wires.events[0].to_string(), "0 ns  i2c.0  S ec+ d0+ P");
//! assert!(wires.vcd().contains("$timescale 1 ns $end"));
//! assert!(wires.picture(&[], &PictureOptions::default()).contains(">0x76 W<"));
//! ```

mod bus;
mod event;
mod kept;
mod layout;
mod picture;
mod pin_line;
mod pins;
mod recorder;
mod symbols;
mod vcd_writer;
mod waveform;
mod wires;

pub use bus::TracedBus;
pub use event::{PinChange, PinEvent, Symbol, Transaction, WireEvent};
pub use layout::Layout;
pub use picture::{LogMark, PictureOptions};
pub use pins::TracedPins;
pub use recorder::Recorder;
pub use vcd_writer::VcdWriter;
pub use wires::{LeftOut, Wires};
