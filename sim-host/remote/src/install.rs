//! Installing an app.

use std::time::Duration;

use device_abi::Profile;
use device_link::{
    GIVE_UP_MS, LinkError, Message, REPEAT_MS, Reply, Request, ToDevice, ToHost, Upload, crc32,
};

use crate::{RemoteError, Session, answer::Answer, run::LOOK, status::InstalledApp};

/// What an install came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installed {
    /// The very same app was there already; nothing was sent.
    pub was_there: bool,
    /// CRC-32/ISO-HDLC of the module.
    pub crc32: u32,
    /// How long it took, milliseconds.
    pub took_ms: u64,
    /// The line's bit rate while it was sent, baud; `None` where it has none.
    pub line_rate: Option<u32>,
}

impl Session {
    /// Installs a module made for the profile of this name, unless it is there already. `progress` is told of the bytes
    /// that have arrived.
    ///
    /// # Errors
    /// The device has no room, or does not answer. The former app is then still there.
    pub fn install(
        &mut self,
        wasm: &[u8],
        profile: &str,
        progress: impl FnMut(usize),
    ) -> Result<Installed, RemoteError> {
        self.install_unless(&|| false, wasm, profile, progress)
    }

    /// The same, unless `is_stopped` says that it is not wanted any more; it is asked some twenty times a second.
    ///
    /// # Errors
    /// As [`install`](Self::install), and [`RemoteError::Stopped`].
    pub fn install_unless(
        &mut self,
        is_stopped: &dyn Fn() -> bool,
        wasm: &[u8],
        profile: &str,
        mut progress: impl FnMut(usize),
    ) -> Result<Installed, RemoteError> {
        let since_ms = self.now_ms();
        let (length, crc32) = (wasm.len() as u32, crc32(wasm));
        let same = |app: &InstalledApp| (app.length, app.crc32, &*app.profile) == (length, crc32, profile);
        let status = self.info()?;
        let was_there = status.app.as_ref().is_some_and(same);
        if was_there {
            progress(wasm.len());
        } else {
            let uploaded = self.upload(is_stopped, wasm, crc32, profile, &mut progress);
            match uploaded {
                Ok(()) => {}
                Err(RemoteError::Refused { error: LinkError::ProfileTooLarge, .. }) => {
                    return Err(self.too_much(profile));
                }
                Err(error) => return self.after_restart(error, same),
            }
        }
        let line_rate = status.line_rate.map(|rates| rates.now);
        Ok(Installed { was_there, crc32, took_ms: self.now_ms() - since_ms, line_rate })
    }

    /// The same over a line whose rate is raised as far as possible. Should nothing come through there any more, it is sent
    /// at the first rate.
    ///
    /// # Errors
    /// As [`install`](Self::install).
    pub fn install_fast(
        &mut self,
        wasm: &[u8],
        profile: &str,
        mut progress: impl FnMut(usize),
    ) -> Result<Installed, RemoteError> {
        self.raise_rate()?;
        let is_raised = self.rate.is_raised();
        match self.install(wasm, profile, &mut progress) {
            Err(RemoteError::Silent { .. }) if is_raised => {
                self.first_rate_again()?;
                self.renew()?;
                self.install(wasm, profile, progress)
            }
            installed => installed,
        }
    }

    /// Refuses a profile that is more than the device holds. Of profiles that this program does not know, the device decides.
    pub(crate) fn check_profile(&self, wanted: &Profile) -> Result<(), RemoteError> {
        match Profile::by_name(&self.device.profile) {
            Some(held) if wanted.memory_pages > held.memory_pages => Err(self.too_much(wanted.name)),
            _ => Ok(()),
        }
    }

    fn too_much(&self, wanted: &str) -> RemoteError {
        let (place, held) = (self.place.clone(), self.device.profile.clone());
        RemoteError::Profile { place, wanted: wanted.to_owned(), held }
    }

    /// Sends a module, and has it take the former one's place.
    fn upload(
        &mut self,
        is_stopped: &dyn Fn() -> bool,
        wasm: &[u8],
        crc32: u32,
        profile: &str,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), RemoteError> {
        let number = self.number();
        let begin = Request::InstallBegin { length: wasm.len() as u32, crc32, profile };
        let Answer::Begun { limit } = self.ask_as(number, INSTALL, &begin)? else {
            return Err(self.confused("the device replies to another question than the install"));
        };
        let mut upload = Upload::new(wasm, self.limit(), limit);
        let mut heard_ms = self.now_ms();
        let mut quiet_ms = heard_ms;
        let mut repeat_ms = REPEAT_MS;
        while !upload.is_complete() {
            if is_stopped() {
                self.ask("end of the install", &Request::InstallCancel)?;
                return Err(RemoteError::Stopped { place: self.place.clone() });
            }
            while let Some(piece) = upload.next_piece() {
                self.send(number, ToDevice::Data(piece))?;
            }
            let wait = Duration::from_millis(repeat_ms).min(LOOK);
            let told = self.next(wait, |message, _| match message {
                Ok(Message { number: own, body: ToHost::Progress(told), .. }) if own == number => {
                    Some(Ok(told))
                }
                Ok(Message { body: ToHost::Reply(Reply::Failed(LinkError::NoHello)), .. }) => {
                    Some(Err(LinkError::NoHello))
                }
                _ => None,
            });
            match told.map_err(|error| self.explained(INSTALL, error))? {
                Some(Some(Ok(told))) => {
                    upload.progress(told);
                    heard_ms = self.now_ms();
                    (quiet_ms, repeat_ms) = (heard_ms, REPEAT_MS);
                    progress(upload.received() as usize);
                }
                Some(Some(Err(forgotten))) => {
                    let error = self.refused(INSTALL, forgotten);
                    return Err(self.explained(INSTALL, error));
                }
                // What it still had to say of a run.
                Some(None) => quiet_ms = self.now_ms(),
                None if self.now_ms() - heard_ms >= GIVE_UP_MS => {
                    let error = self.silent("piece of the app");
                    return Err(self.explained(INSTALL, error));
                }
                None if self.now_ms() - quiet_ms < repeat_ms => {}
                None => {
                    // On a slow line, sending everything again and again would only make it longer.
                    repeat_ms = (repeat_ms * 2).min(GIVE_UP_MS / 2);
                    quiet_ms = self.now_ms();
                    upload.go_back();
                    // Data is not answered by a device that knows of no session; questions are.
                    let asked = self.number();
                    self.send(asked, ToDevice::Request(Request::Info))?;
                }
            }
        }
        self.ask(INSTALL, &Request::InstallCommit).map(drop)
    }

    /// What became of an install in which the device has restarted.
    fn after_restart(
        &mut self,
        mut error: RemoteError,
        same: impl Fn(&InstalledApp) -> bool,
    ) -> Result<Installed, RemoteError> {
        if let RemoteError::Restarted { then, .. } = &mut error
            && let Ok(status) = self.info()
        {
            *then = match status.app {
                Some(app) if same(&app) => "the new app is there all the same",
                Some(_) => "the former app is still there, try again",
                None => "no app is there now, try again",
            };
        }
        Err(error)
    }
}

/// What is asked, for messages.
const INSTALL: &str = "install";
