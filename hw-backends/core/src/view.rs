//! One app on one device: what the generated glue calls.

use device_abi::{Function, Halt, Host, Limit, trace::Recorder};

use crate::{App, Device, Event, LogLine, backend::Outlook, device::Tracing, time::CALL_COST_NS, timers};

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
            self.catch_up()?;
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
        if self.device.listens {
            return self.tell_call();
        }
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
            self.catch_up()?;
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
        while let Some(outside_ns) = self.device.hardware.outside.outlook().next_ns.filter(|at| *at <= end_ns)
        {
            self.device.clock.move_to(outside_ns)?;
            self.catch_up()?;
        }
        self.device.clock.move_to(end_ns)?;
        self.catch_up()
    }

    /// Applies everything that is due by now: first what happens outside, then timers.
    ///
    /// # Errors
    /// The outside ends the run.
    #[cold]
    pub(crate) fn catch_up(&mut self) -> Result<(), Halt> {
        let now_ns = self.device.clock.now_ns();
        self.device.hardware.outside.advance(now_ns);
        timers::expire(&mut self.app.handles, &mut self.app.events, now_ns);
        self.look_out()
    }

    /// Finds out anew when something will be due.
    pub(crate) fn schedule(&mut self) {
        let outlook = self.device.hardware.outside.outlook();
        self.schedule_with(outlook);
    }

    fn schedule_with(&mut self, outlook: Outlook) {
        let timer = timers::next_ns(&mut self.app.handles);
        self.device.due_ns = outlook.next_ns.into_iter().chain(timer).min().unwrap_or(u64::MAX);
    }

    /// Tells the outside of a message, while it listens.
    pub(crate) fn tell_log(&mut self, line: &LogLine<'_>) {
        if self.device.listens {
            self.device.hardware.outside.saw_log(line);
            if let Err(halt) = self.look_out() {
                self.device.clock.end_with(halt);
            }
        }
    }

    /// Tells the outside of the call that ends now, and ends it.
    #[cold]
    fn tell_call(&mut self) -> Result<(), Halt> {
        let device = &mut *self.device;
        let end_ns = device.clock.now_ns().min(device.clock.deadline_ns());
        if let Some(record) = device.trace.as_ref().map(Tracing::untold).filter(|record| !record.is_empty()) {
            device.hardware.outside.saw_call(end_ns, record);
        }
        if let Some(trace) = &mut device.trace {
            trace.told();
        }
        let wanted = self.look_out();
        // An end of time that the call went past comes before an end that it gave rise to.
        self.device.clock.check()?;
        wanted
    }

    /// Does what the outside now wants.
    fn look_out(&mut self) -> Result<(), Halt> {
        let outlook = self.device.hardware.outside.outlook();
        self.schedule_with(outlook);
        if self.device.listens && !outlook.listens {
            self.device.stop_listening();
        }
        if outlook.end { Err(Halt::Stopped) } else { Ok(()) }
    }

    #[cold]
    fn hand_on_trace(&mut self) -> Result<(), Halt> {
        let device = &mut *self.device;
        let more = device.trace.as_mut().is_none_or(|trace| trace.hand_on(&mut *device.observer));
        if more { Ok(()) } else { Err(Halt::Limit(Limit::Trace)) }
    }
}
