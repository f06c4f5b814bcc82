//! A host that remembers what arrives and answers what it is told to.

use device_abi::{
    Function, Halt, Host, Limit,
    trace::{Recorder, Records, TraceBuffer},
    types::ErrorCode,
};

/// Bytes of data that its trace keeps of a call.
pub(crate) const DATA_LIMIT: usize = 64;

/// The host; interfaces are implemented beside their tests.
#[derive(Debug)]
pub(crate) struct Remembering {
    /// What every call that can fail fails with.
    pub(crate) fail: Option<ErrorCode>,
    /// What arrived.
    pub(crate) calls: Vec<String>,
    /// What `enter` refuses calls with.
    pub(crate) closed: Option<Halt>,
    /// What `leave` ends the guest with.
    pub(crate) last: Option<Halt>,
    trace: Option<TraceBuffer>,
}

impl Remembering {
    pub(crate) fn new() -> Self {
        Self {
            fail: None,
            calls: Vec::new(),
            closed: None,
            last: None,
            trace: Some(TraceBuffer::new(usize::MAX, DATA_LIMIT)),
        }
    }

    pub(crate) fn failing(code: ErrorCode) -> Self {
        Self { fail: Some(code), ..Self::new() }
    }

    pub(crate) fn untraced() -> Self {
        Self { trace: None, ..Self::new() }
    }

    /// The trace in its binary form.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.trace.as_ref().map_or(&[], |trace| trace.bytes())
    }

    /// The trace as text.
    pub(crate) fn traced(&self) -> Vec<String> {
        Records::new(self.bytes()).map(|record| record.to_string()).collect()
    }

    /// The trace as JSON lines.
    pub(crate) fn json(&self) -> Vec<String> {
        Records::new(self.bytes()).map(|record| record.json()).collect()
    }

    pub(crate) fn answer<T>(&self, value: T) -> Result<T, ErrorCode> {
        self.fail.map_or(Ok(value), Err)
    }
}

impl Host for Remembering {
    fn enter(&mut self, _function: Function) -> Result<u64, Halt> {
        self.closed.map_or(Ok(95_999), Err)
    }

    fn recorder(&mut self) -> Option<Recorder<'_>> {
        Some(Recorder::new(self.trace.as_mut()?, 0))
    }

    fn leave(&mut self) -> Result<(), Halt> {
        self.last.map_or(Ok(()), Err)
    }
}

#[test]
fn a_refused_call_does_not_happen_and_is_not_recorded() {
    let mut host = Remembering { closed: Some(Halt::Limit(Limit::Trace)), ..Remembering::new() };
    let halted = device_abi::glue::i2c_open(&mut host, &mut [], 0, 0);
    assert_eq!(halted, Err(Halt::Limit(Limit::Trace)));
    assert_eq!((host.calls.len(), host.traced().len()), (0, 0));
}

#[test]
fn a_limit_that_the_call_reaches_ends_the_guest_after_it() {
    let mut host = Remembering { last: Some(Halt::Limit(Limit::Time)), ..Remembering::new() };
    assert_eq!(device_abi::glue::i2c_open(&mut host, &mut [], 0, 0), Err(Halt::Limit(Limit::Time)));
    assert_eq!(host.traced(), ["        95 us  i2c.open        bus=0 frequency-hz=0 -> 1"]);
}
