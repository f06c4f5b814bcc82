//! Installing an app.

use std::time::Duration;

use device_link::{GIVE_UP_MS, Message, REPEAT_MS, Request, ToDevice, ToHost, Upload, crc32};

use crate::{RemoteError, Session, session::Answer};

impl Session {
    /// Installs a module made for the profile of this name, unless it is there already. `progress` is told of the bytes that have arrived.
    ///
    /// # Errors
    /// The device has no room, or does not answer. The former app is then still there.
    pub fn install(
        &mut self,
        wasm: &[u8],
        profile: &str,
        mut progress: impl FnMut(usize),
    ) -> Result<(), RemoteError> {
        let (length, crc32) = (wasm.len() as u32, crc32(wasm));
        let there = self.info()?.app;
        if there.is_some_and(|app| (app.length, app.crc32, &*app.profile) == (length, crc32, profile)) {
            progress(wasm.len());
            return Ok(());
        }
        let number = self.number();
        let begin = Request::InstallBegin { length, crc32, profile };
        let Answer::Begun { limit } = self.ask_as(number, "install", &begin)? else {
            return Err(self.confused("the device replies to another question than the install"));
        };
        let mut upload = Upload::new(wasm, self.limit(), limit);
        let mut heard_ms = self.now_ms();
        let mut repeat_ms = REPEAT_MS;
        while !upload.is_complete() {
            while let Some(piece) = upload.next_piece() {
                self.send(number, ToDevice::Data(piece))?;
            }
            let told = self.next(Duration::from_millis(repeat_ms), |message, _| match message {
                Ok(Message { number: own, body: ToHost::Progress(told), .. }) if own == number => Some(told),
                _ => None,
            })?;
            match told {
                Some(Some(told)) => {
                    upload.progress(told);
                    heard_ms = self.now_ms();
                    repeat_ms = REPEAT_MS;
                    progress(upload.received() as usize);
                }
                // What it still had to say of a run.
                Some(None) => {}
                None if self.now_ms() - heard_ms >= GIVE_UP_MS => return Err(self.silent("piece of the app")),
                None => {
                    // On a slow line, sending everything again and again would only make it longer.
                    repeat_ms = (repeat_ms * 2).min(GIVE_UP_MS / 2);
                    upload.go_back();
                }
            }
        }
        self.ask("commit of the install", &Request::InstallCommit).map(drop)
    }
}
