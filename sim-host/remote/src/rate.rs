//! The line's bit rate: raised for what is long, and put back before the host leaves.

use std::time::Duration;

use device_link::{LinkError, Message, Request, ToDevice, ToHost};

use crate::{RemoteError, Session, answer::Answer, hello::Patience};

/// Rates that are tried, highest first, baud: what USB bridges and chips have in common.
const RATES: [u32; 3] = [921_600, 460_800, 230_400];

/// At another rate than the first, something is sent at least this often, milliseconds; the device goes back after 3 s.
pub(crate) const ALIVE_MS: u64 = 1_000;

/// How long a reply is waited for when the host leaves.
const LEAVE: Duration = Duration::from_millis(250);

/// The bit rates of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    /// At which both sides begin; `None` where the line has none.
    first: Option<u32>,
    /// To which they have gone.
    raised: Option<u32>,
}

impl Rate {
    pub(crate) fn new(first: Option<u32>) -> Self {
        Self { first, raised: None }
    }

    /// Both sides are at the first rate again.
    pub(crate) fn forget(&mut self) {
        self.raised = None;
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.raised.is_some()
    }
}

impl Session {
    /// The line's bit rate at present, baud; `None` where it has none.
    #[must_use]
    pub fn line_rate(&self) -> Option<u32> {
        self.rate.raised.or(self.rate.first)
    }

    /// Raises the line's bit rate as far as the device, the port and what is between them allow, and begins a new session
    /// there. Where nothing else works, everything is as before. When the session is over, the line goes back.
    ///
    /// # Errors
    /// The device does not answer any more.
    pub fn raise_rate(&mut self) -> Result<(), RemoteError> {
        let Some(first) = self.rate.first else { return Ok(()) };
        let Some(rates) = self.info()?.line_rate else { return Ok(()) };
        for baud in RATES.into_iter().filter(|baud| (first + 1..=rates.highest).contains(baud)) {
            if self.change_rate(first, baud)? {
                break;
            }
        }
        Ok(())
    }

    /// Goes to another rate; or stays at the first one, in a new session.
    fn change_rate(&mut self, first: u32, baud: u32) -> Result<bool, RemoteError> {
        match self.ask("line rate", &Request::LineRate { baud }) {
            Err(RemoteError::Refused {
                error: LinkError::LineRate { .. } | LinkError::NotSupported, ..
            }) => {
                return Ok(false);
            }
            asked => asked?,
        };
        if self.frames.set_rate(baud).is_ok() && self.hello(Patience::NEW_RATE).is_ok() {
            self.rate.raised = Some(baud);
            return Ok(true);
        }
        // The device hears nothing there, and goes back as well.
        self.frames.set_rate(first).map_err(|error| self.failed(error))?;
        self.renew()?;
        Ok(false)
    }

    /// Goes to the first rate without asking: the device is there already, or will be.
    pub(crate) fn first_rate_again(&mut self) -> Result<(), RemoteError> {
        match (self.rate.first, self.rate.raised.take()) {
            (Some(first), Some(_)) => self.frames.set_rate(first).map_err(|error| self.failed(error)),
            _ => Ok(()),
        }
    }

    /// Goes back to the first rate with the device, and begins a new session there.
    ///
    /// # Errors
    /// The device does not answer any more.
    pub fn lower_rate(&mut self) -> Result<(), RemoteError> {
        let (Some(first), Some(_)) = (self.rate.first, self.rate.raised) else { return Ok(()) };
        let asked = self.ask("line rate", &Request::LineRate { baud: first });
        self.first_rate_again()?;
        // Without a reply: the device goes back by itself.
        match asked {
            Ok(_) | Err(RemoteError::Silent { .. }) => self.renew(),
            Err(error) => Err(error),
        }
    }
}

/// The next host begins at the first rate: the device is told, and if it does not hear, it goes back by itself.
impl Drop for Session {
    fn drop(&mut self) {
        let (Some(baud), true) = (self.rate.first, self.rate.is_raised()) else { return };
        let number = self.number();
        let mut told = self.send(number, ToDevice::Request(Request::LineRate { baud }));
        let since_ms = self.now_ms();
        while told.is_ok() && self.now_ms() - since_ms < LEAVE.as_millis() as u64 {
            let replied = self.next(LEAVE, |message, _| match message {
                Ok(Message { number: own, body: ToHost::Reply(reply), .. }) if own == number => {
                    Some(Answer::of(&reply))
                }
                _ => None,
            });
            told = match replied {
                Ok(Some(Some(_))) => break,
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
        }
        // The port is about to be closed; whoever opens it sets a rate.
        let _ = self.first_rate_again();
    }
}
