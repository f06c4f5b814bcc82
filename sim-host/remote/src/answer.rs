//! Replies, as far as they outlive their frames.

use device_link::{LinkError, Reply};

use crate::{Logs, Status};

/// A reply, as far as it outlives its frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    Failed(LinkError),
    Info(Box<Status>),
    Begun { limit: u32 },
    Logs(Logs),
    Other,
}

impl Answer {
    pub(crate) fn of(reply: &Reply<'_>) -> Self {
        match *reply {
            Reply::Done => Self::Done,
            Reply::Failed(error) => Self::Failed(error),
            Reply::Info(ref info) => Self::Info(Box::new(info.into())),
            Reply::Begun { limit } => Self::Begun { limit },
            Reply::Logs { first, next, ref lines } => {
                Self::Logs(Logs { first, next, lines: lines.iter().map(Into::into).collect() })
            }
            _ => Self::Other,
        }
    }
}
