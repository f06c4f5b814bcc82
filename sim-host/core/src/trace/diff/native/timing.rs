//! What a call says about time.

use device_abi::{
    trace::{Record, Status, Value},
    types::ErrorCode,
};
use hw_core::backend::{BYTE_BITS, CONDITION_BITS};

/// What a call says about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Timing {
    /// Nothing.
    #[default]
    None,
    /// It asked for the time.
    Now {
        /// What it was given, microseconds.
        us: u64,
    },
    /// It slept.
    Sleep {
        /// How long it was to, microseconds.
        us: u64,
    },
    /// It waited for a short time.
    Delay {
        /// How long it was to, nanoseconds.
        ns: u32,
    },
    /// It opened an i2c bus.
    OpensBus {
        /// The handle that it was given.
        handle: u32,
        /// The number of the bus.
        bus: u32,
        /// The frequency that it asked for; 0: the board's own.
        frequency_hz: u32,
    },
    /// It used an i2c bus.
    Transfer {
        /// The handle of the bus.
        handle: u32,
        /// Clock cycles that must have been on the bus.
        bits: u64,
        /// Whether it went through.
        whole: bool,
    },
    /// It started a timer.
    StartsTimer {
        /// The timer.
        handle: u32,
        /// Its delay, microseconds.
        delay_us: u64,
        /// Its period, microseconds; 0: none.
        period_us: u64,
    },
    /// It closed a bus, or stopped or closed a timer.
    Ends {
        /// The handle.
        handle: u32,
    },
}

impl Timing {
    /// What this call says about time.
    #[must_use]
    pub fn of(record: &Record<'_>) -> Self {
        Self::of_values(record).unwrap_or_default()
    }

    /// What a line of text says about time: a call of the function `full_name`, from its name on. What cannot be read
    /// says nothing.
    #[must_use]
    pub fn of_text(full_name: &str, call: &str) -> Self {
        super::text::timing_of(full_name, call).unwrap_or_default()
    }

    fn of_values(record: &Record<'_>) -> Option<Self> {
        let ended = match &record.status {
            Status::Returned => Ended::Well,
            Status::Value(Value::Unsigned(value)) => Ended::With(*value),
            Status::Value(_) => Ended::Well,
            Status::Failed(code) => Ended::Failed(*code),
            Status::Trapped(_) => return None,
        };
        let number = |at: usize| match record.args.get(at) {
            Some(Value::Unsigned(number)) => Some(*number),
            _ => None,
        };
        let messages = || {
            let mut messages = Messages::default();
            record.args.iter().for_each(|value| messages.add(value));
            messages
        };
        timing(record.function.full_name, ended, number, messages)
    }
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Well,
    With(u64),
    Failed(ErrorCode),
}

/// What the call of a function says: by its arguments that are numbers, counted from 0, and by its messages.
pub(super) fn timing(
    full_name: &str,
    ended: Ended,
    number: impl Fn(usize) -> Option<u64>,
    messages: impl FnOnce() -> Messages,
) -> Option<Timing> {
    let handle = || u32::try_from(number(0)?).ok();
    let failed = matches!(ended, Ended::Failed(_));
    Some(match (full_name, ended) {
        ("clock.now", Ended::With(us)) => Timing::Now { us },
        ("clock.sleep", _) => Timing::Sleep { us: number(0)? },
        ("clock.delay-ns", _) => Timing::Delay { ns: number(0)?.try_into().ok()? },
        ("i2c.open", Ended::With(handle)) => Timing::OpensBus {
            handle: handle.try_into().ok()?,
            bus: number(0)?.try_into().ok()?,
            frequency_hz: number(1)?.try_into().ok()?,
        },
        ("i2c.write" | "i2c.read" | "i2c.write-read" | "i2c.transaction", ended) => {
            let bits = match ended {
                Ended::Failed(code) => bits_before(code)?,
                _ => messages().bits(),
            };
            Timing::Transfer { handle: handle()?, bits, whole: !failed }
        }
        ("timer.start", _) if !failed => {
            Timing::StartsTimer { handle: handle()?, delay_us: number(1)?, period_us: number(2)? }
        }
        ("i2c.close" | "timer.stop" | "timer.close", _) if !failed => Timing::Ends { handle: handle()? },
        _ => return None,
    })
}

/// The bits that must have been on the bus before this error: start, address, stop, and what else it takes.
fn bits_before(code: ErrorCode) -> Option<u64> {
    match code {
        ErrorCode::NoAcknowledgeAddress => Some(2 * CONDITION_BITS + BYTE_BITS),
        ErrorCode::NoAcknowledgeData => Some(2 * CONDITION_BITS + 2 * BYTE_BITS),
        _ => None,
    }
}

/// What goes over the wires in a transaction.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Messages {
    conditions: u64,
    bytes: u64,
    /// The direction of the last operation.
    reads: Option<bool>,
}

impl Messages {
    /// Adds an operation of `len` bytes. Neighbours of one direction are one message.
    pub(super) fn operation(&mut self, reads: bool, len: u64) {
        if self.reads != Some(reads) {
            // A start, and the address.
            self.conditions += 1;
            self.bytes += 1;
            self.reads = Some(reads);
        }
        self.bytes = self.bytes.saturating_add(len);
    }

    fn add(&mut self, value: &Value<'_>) {
        match value {
            Value::Bytes(bytes) => self.operation(false, bytes.len() as u64),
            Value::LongBytes { len, .. } => self.operation(false, (*len).into()),
            Value::Buffer(len) => self.operation(true, (*len).into()),
            Value::List(operations) => operations.iter().for_each(|operation| self.add(operation)),
            Value::Variant(_, Some(operation)) => self.add(operation),
            _ => {}
        }
    }

    /// Clock cycles of all messages and the stop; none without messages.
    fn bits(self) -> u64 {
        match self.conditions {
            0 => 0,
            starts => ((starts + 1) * CONDITION_BITS).saturating_add(self.bytes.saturating_mul(BYTE_BITS)),
        }
    }
}
