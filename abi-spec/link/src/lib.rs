//! The serial protocol between a host and a device: how a PC talks to the firmware of a board.
//!
//! ```text
//! bytes ──Receiver──▶ payload ──decode──▶ Message<ToDevice>     (on the device)
//! bytes ◀───────────────────── encode ─── Message<ToHost>
//! ```
//!
//! Both sides use this crate: the messages, their frames, and the small state machines that decide what is repeated,
//! acknowledged or dropped. There is no IO, no clock and no thread in it, and it allocates only where
//! [`EndOfRun::to_outcome`] makes an owned value. Memory is what the caller gives; a length that a frame claims is
//! never believed beyond the bytes that are there.
//!
//! `LINK.md` beside this crate describes the protocol byte by byte.

#![no_std]

extern crate alloc;

mod asking;
mod call;
mod error;
mod event;
mod frame;
mod hello;
mod inbox;
mod installation;
mod list;
mod message;
mod outbox;
mod outcome;
mod receiver;
mod repeats;
mod reply;
mod request;
mod start;
mod status;
mod upload;
mod wire;

pub use asking::{Asking, GIVE_UP_MS, Next, REPEAT_MS};
pub use call::{Answer, Answered, Call, Credit, Operation, What};
pub use error::LinkError;
pub use event::{Counters, Dropped, Ended, Event, LogLine};
pub use frame::{EncodeError, SMALLEST_LIMIT, bench_payload, crc32, frame_bytes, receive_bytes};
pub use hello::{DeviceHello, HostHello, MAGIC, Modes, ProfileNumbers, ReservedPins, VERSION};
pub use inbox::{Arrival, Inbox};
pub use installation::{Installation, Piece};
pub use list::{Items, List};
pub use message::{Body, DecodeError, HEADER_BYTES, Header, Kind, Message, ToDevice, ToHost, decode, encode};
pub use outbox::{Outbox, PushError};
pub use outcome::EndOfRun;
pub use receiver::{Counts, Receiver};
pub use repeats::{Known, Repeats};
pub use reply::{Progress, Reply};
pub use request::{Data, Request};
pub use start::{I2cWires, Mode, Outlook, PinUse, Pins, Start};
pub use status::{AppEntry, AppState, FIRST_BAUD, Heap, Info, LastEnd, LineRates, RunStatus};
pub use upload::Upload;
