//! `log`: text for the person who runs the guest.

use device_abi::{
    log::{Level, Log},
    trace::cut,
};

use crate::{LogLine, View};

impl Log for View<'_> {
    fn write(&mut self, level: Level, message: &str) {
        let text = cut(message);
        let line = LogLine {
            time_ns: self.device.clock.now_ns(),
            app: self.app.id,
            level,
            text,
            cut: (message.len() - text.len()) as u32,
        };
        self.device.observer.log(&line);
        self.tell_log(&line);
    }
}
