//! A message: the header that every payload begins with, and one of the bodies.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Answer, Call, Credit, Data, DeviceHello, EncodeError, Event, HostHello, MAGIC, Progress, Reply, Request,
    VERSION, frame::Writer,
};

/// A message between host and device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<B> {
    /// Which app it is about; 0 while there is one.
    pub app: u8,
    /// The number of a hello, request, call or event, each counted by itself; an answer has the number of what it
    /// answers.
    pub number: u16,
    /// The rest.
    pub body: B,
}

/// Bytes of the header: kind, app, number (lowest byte first).
pub const HEADER_BYTES: usize = 4;

/// The header of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What the body is.
    pub kind: Kind,
    /// See [`Message::app`].
    pub app: u8,
    /// See [`Message::number`].
    pub number: u16,
}

/// What a body is. Those of the device have bit 7 set, so that nobody takes its own echo for the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// [`HostHello`]
    HostHello = 0x01,
    /// [`Request`]
    Request = 0x02,
    /// [`Data`]
    Data = 0x03,
    /// [`Answer`]
    Answer = 0x04,
    /// [`Credit`]
    Credit = 0x05,
    /// [`DeviceHello`]
    DeviceHello = 0x81,
    /// [`Reply`]
    Reply = 0x82,
    /// [`Progress`]
    Progress = 0x83,
    /// [`Call`]
    Call = 0x84,
    /// [`Event`]
    Event = 0x85,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::HostHello,
        Self::Request,
        Self::Data,
        Self::Answer,
        Self::Credit,
        Self::DeviceHello,
        Self::Reply,
        Self::Progress,
        Self::Call,
        Self::Event,
    ];
}

impl Header {
    /// The header of `payload` and the bytes of its body, if it is a payload of this protocol at all.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<(Self, &[u8])> {
        let (&[kind, app, low, high], body) = payload.split_first_chunk::<HEADER_BYTES>()?;
        let kind = Kind::ALL.into_iter().find(|known| *known as u8 == kind)?;
        Some((Self { kind, app, number: u16::from_le_bytes([low, high]) }, body))
    }

    fn bytes(self) -> [u8; HEADER_BYTES] {
        let [low, high] = self.number.to_le_bytes();
        [self.kind as u8, self.app, low, high]
    }
}

/// What a host sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each case is what its type says")]
pub enum ToDevice<'a> {
    Hello(HostHello),
    Request(Request<'a>),
    Data(Data<'a>),
    Answer(Answer<'a>),
    Credit(Credit),
}

/// What a device sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each case is what its type says")]
pub enum ToHost<'a> {
    Hello(DeviceHello<'a>),
    Reply(Reply<'a>),
    Progress(Progress),
    Call(Call<'a>),
    Event(Event<'a>),
}

/// Why a payload is not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// It is no payload of this protocol, or not for this side.
    Foreign,
    /// The other side speaks another version of the protocol.
    Version {
        /// Which.
        theirs: u16,
    },
    /// The body is not one of this kind.
    Malformed(Header),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => f.write_str("a frame that is not of this protocol"),
            Self::Version { theirs } => {
                write!(f, "the other side speaks version {theirs} of the link protocol, this one {VERSION}")
            }
            Self::Malformed(header) => {
                write!(f, "message {} of kind {:#04x} cannot be read", header.number, header.kind as u8)
            }
        }
    }
}

impl core::error::Error for DecodeError {}

/// The bodies of one direction.
pub trait Body<'a>: Sized + Serialize {
    /// What it is.
    fn kind(&self) -> Kind;

    /// Decodes the body of a payload.
    ///
    /// # Errors
    /// Why there is none.
    fn decode(header: Header, body: &'a [u8]) -> Result<Self, DecodeError>;
}

/// Encodes a message as a frame, borders included, at the start of `out`. `limit` is the longest payload that the
/// other side takes. Returns the frame's length; [`frame_bytes`](crate::frame_bytes) bounds it.
///
/// # Errors
/// The message does not fit; `out` may have been written to.
pub fn encode<'a, B: Body<'a>>(
    message: &Message<B>,
    limit: usize,
    out: &mut [u8],
) -> Result<usize, EncodeError> {
    let mut output = Writer::new(out, limit)?;
    let header = Header { kind: message.body.kind(), app: message.app, number: message.number };
    output.payload(&header.bytes())?;
    if matches!(header.kind, Kind::HostHello | Kind::DeviceHello) {
        output.payload(&MAGIC)?;
        output.payload(&VERSION.to_le_bytes())?;
    }
    let mut serializer = postcard::Serializer { output };
    match message.body.serialize(&mut serializer) {
        Ok(()) => serializer.output.finish(),
        Err(_) => Err(serializer.output.failed),
    }
}

/// Decodes a payload that a [`Receiver`](crate::Receiver) handed out. All of it must be used up.
///
/// # Errors
/// Why it is not a message for this side.
pub fn decode<'a, B: Body<'a>>(payload: &'a [u8]) -> Result<Message<B>, DecodeError> {
    let (header, body) = Header::read(payload).ok_or(DecodeError::Foreign)?;
    Ok(Message { app: header.app, number: header.number, body: B::decode(header, body)? })
}

/// Decodes a body that postcard has written.
fn body<'a, T: Deserialize<'a>>(header: Header, bytes: &'a [u8]) -> Result<T, DecodeError> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        _ => Err(DecodeError::Malformed(header)),
    }
}

/// Decodes a hello: whose version it is shows before anything else of it is looked at.
fn hello<'a, T: Deserialize<'a>>(header: Header, bytes: &'a [u8]) -> Result<T, DecodeError> {
    let bytes = bytes.strip_prefix(&MAGIC).ok_or(DecodeError::Foreign)?;
    let (version, bytes) = bytes.split_first_chunk().ok_or(DecodeError::Foreign)?;
    match u16::from_le_bytes(*version) {
        VERSION => body(header, bytes),
        theirs => Err(DecodeError::Version { theirs }),
    }
}

/// Implements [`Body`] for the two directions alike.
macro_rules! direction {
    ($name:ident { $($case:ident = $kind:ident, $decode:ident;)* }) => {
        impl Serialize for $name<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$case(body) => body.serialize(serializer),)* }
            }
        }

        impl<'a> Body<'a> for $name<'a> {
            fn kind(&self) -> Kind {
                match self { $(Self::$case(_) => Kind::$kind,)* }
            }

            fn decode(header: Header, body_bytes: &'a [u8]) -> Result<Self, DecodeError> {
                match header.kind {
                    $(Kind::$kind => $decode(header, body_bytes).map(Self::$case),)*
                    _ => Err(DecodeError::Foreign),
                }
            }
        }
    };
}

direction! {
    ToDevice {
        Hello = HostHello, hello;
        Request = Request, body;
        Data = Data, body;
        Answer = Answer, body;
        Credit = Credit, body;
    }
}

direction! {
    ToHost {
        Hello = DeviceHello, hello;
        Reply = Reply, body;
        Progress = Progress, body;
        Call = Call, body;
        Event = Event, body;
    }
}
