//! One app on one device: what the generated glue calls.

use device_abi::{Function, Halt, Host, Limit, trace::Recorder};

use crate::{App, Device, Event, time::CALL_COST_NS, timers};

/// One app on one device. Implements every interface of the ABI; the implementations are in `calls/`.
#[derive(Debug)]
pub struct View<'a> {
    /// The device.
    pub device: &'a mut Device,
    /// The app.
    pub app: &'a mut App,
}

impl Host for View<'_> {
    #[inline]
    fn enter(&mut self, _function: Function) -> Result<u64, Halt> {
        let device = &mut *self.device;
        device.activity += 1;
        let now_ns = device.clock.now_ns();
        if now_ns >= device.due_ns {
            self.catch_up();
        }
        if let Some(trace) = &self.device.trace
            && trace.buffer.is_full()
        {
            self.hand_on_trace()?;
        }
        Ok(now_ns)
    }

    #[inline]
    fn recorder(&mut self) -> Option<Recorder<'_>> {
        let tracing = self.device.trace.as_mut()?;
        Some(Recorder::new(&mut tracing.buffer, self.app.id))
    }

    #[inline]
    fn leave(&mut self) -> Result<(), Halt> {
        self.device.clock.spend(CALL_COST_NS);
        self.device.clock.check()
    }
}

impl View<'_> {
    /// The next event for the app, at its time; `None` when nothing can happen any more.
    ///
    /// # Errors
    /// The end of the run, if it comes first.
    pub fn next_event(&mut self) -> Result<Option<Event>, Halt> {
        loop {
            self.catch_up();
            if let Some(event) = self.app.events.pop() {
                self.device.clock.check()?;
                self.device.activity += 1;
                return Ok(Some(event));
            }
            if self.device.due_ns == u64::MAX {
                return Ok(None);
            }
            self.wait_until(self.device.due_ns)?;
            self.device.clock.check()?;
        }
    }

    /// Gives back everything that the app has opened.
    pub(crate) fn close_all(&mut self) {
        let handles: alloc::vec::Vec<u32> = self.app.handles.iter_mut().map(|(handle, _)| handle).collect();
        for handle in handles {
            self.close_resource(handle);
        }
    }

    /// Lets `ns` pass. If the run ends on the way, the end of the call finds that.
    pub(crate) fn wait(&mut self, ns: u64) {
        let end_ns = self.device.clock.now_ns().saturating_add(ns);
        if let Err(halt) = self.wait_until(end_ns) {
            self.device.clock.end_with(halt);
        }
    }

    /// Moves on to `ns`, applying what happens on the way, in order.
    pub(crate) fn wait_until(&mut self, ns: u64) -> Result<(), Halt> {
        let end_ns = ns.min(self.device.clock.deadline_ns());
        if self.device.clock.is_paced() && end_ns > self.device.clock.now_ns() {
            // Whoever watches sees everything up to the wait.
            self.device.flush();
        }
        while let Some(outside_ns) = self.device.hardware.outside.next_ns().filter(|at| *at <= end_ns) {
            self.device.clock.move_to(outside_ns)?;
            self.catch_up();
        }
        self.device.clock.move_to(end_ns)?;
        self.catch_up();
        Ok(())
    }

    /// Applies everything that is due by now: first what happens outside, then timers.
    #[cold]
    pub(crate) fn catch_up(&mut self) {
        let now_ns = self.device.clock.now_ns();
        self.device.hardware.outside.advance(now_ns);
        timers::expire(&mut self.app.handles, &mut self.app.events, now_ns);
        self.schedule();
    }

    /// Finds out anew when something will be due.
    pub(crate) fn schedule(&mut self) {
        let outside = self.device.hardware.outside.next_ns();
        let timer = timers::next_ns(&mut self.app.handles);
        self.device.due_ns = outside.into_iter().chain(timer).min().unwrap_or(u64::MAX);
    }

    #[cold]
    fn hand_on_trace(&mut self) -> Result<(), Halt> {
        let device = &mut *self.device;
        let more = device.trace.as_mut().is_none_or(|trace| trace.hand_on(&mut *device.observer));
        if more { Ok(()) } else { Err(Halt::Limit(Limit::Trace)) }
    }
}
