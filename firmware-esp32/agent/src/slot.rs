//! Where the installed app is: in flash, or in memory on boards without flash for apps.

use alloc::{boxed::Box, sync::Arc, vec, vec::Vec};

use app_storage::{
    AUTOSTART_BYTES, App, Flash, Health, Mark, Marks, PROFILE_BYTES, ProfileName, Store, StoreError,
};
use device_abi::Profile;
use device_link::{AppEntry, AppState, Data, Installation, LinkError, Progress, Start};

use crate::line::MAX_PAYLOAD;

/// Bytes of an app that may be on their way at a time.
const WINDOW: u32 = 4 * 1024;

/// The installed app, and one that is on its way.
#[derive(Debug)]
pub(crate) struct Slot {
    place: Place,
    known: Option<Known>,
    coming: Option<Coming>,
    /// The module of the run that was ordered. Shared with it: wasm3 does not copy it.
    loaded: Option<Arc<Vec<u8>>>,
    /// What the flash last failed in.
    trouble: Option<StoreError>,
}

#[derive(Debug)]
enum Place {
    Flash(Box<Store<Box<dyn Flash>>>),
    /// Empty if no app is installed.
    Memory(Arc<Vec<u8>>),
}

/// What is told of the installed app.
#[derive(Debug, Clone, Copy)]
struct Known {
    length: u32,
    crc32: u32,
    profile: ProfileName,
    is_damaged: bool,
}

#[derive(Debug)]
struct Coming {
    installation: Installation,
    crc32: u32,
    profile: ProfileName,
    /// What has come, if it goes to memory.
    wasm: Vec<u8>,
    /// Why it will not be installed. The host is told when it has sent everything.
    failed: Option<StoreError>,
}

impl Slot {
    /// Looks what is installed.
    pub(crate) fn new(flash: Option<Box<dyn Flash>>) -> Self {
        let place = match flash.and_then(Store::open) {
            Some(store) => Place::Flash(Box::new(store)),
            None => Place::Memory(Arc::default()),
        };
        let mut slot = Self { place, known: None, coming: None, loaded: None, trouble: None };
        slot.look();
        slot
    }

    /// Whether apps outlive a loss of power.
    pub(crate) fn is_persistent(&self) -> bool {
        matches!(self.place, Place::Flash(_))
    }

    /// Begins an install, in the place of one that had begun. Returns the first offset that must not be sent yet. `room` bytes
    /// of memory can be taken for an app, beside those that such a one has.
    ///
    /// # Errors
    /// One that had begun goes on, but where it turns out only now that flash or memory do not do what they should.
    pub(crate) fn begin(
        &mut self,
        number: u16,
        length: u32,
        crc32: u32,
        profile: &Profile,
        room: u32,
    ) -> Result<u32, LinkError> {
        let name = ProfileName::new(profile.name).ok_or(LinkError::UnknownProfile)?;
        let room = match &self.place {
            // It comes into memory when it runs.
            Place::Flash(store) => store.room().min(room),
            Place::Memory(_) => {
                let former = self.coming.as_ref().map_or(0, |coming| coming.wasm.capacity());
                room.saturating_add(former as u32)
            }
        };
        let installation = Installation::begin(number, length, crc32, room, WINDOW)?;
        let mut wasm = Vec::new();
        match &mut self.place {
            Place::Flash(store) => {
                let begun = store.begin(length, crc32, profile.name);
                if begun.is_err() {
                    self.coming = None;
                }
                self.noted(begun)?;
            }
            Place::Memory(_) if wasm.try_reserve_exact(length as usize).is_err() => {
                // There is no room for both.
                self.coming = None;
                let too_large = LinkError::AppTooLarge { bytes: length, room };
                wasm.try_reserve_exact(length as usize).map_err(|_| too_large)?;
            }
            Place::Memory(_) => {}
        }
        let coming = Coming { installation, crc32, profile: name, wasm, failed: None };
        let limit = self.limit(coming.installation.limit());
        self.coming = Some(coming);
        Ok(limit)
    }

    /// Takes a piece of the app that is on its way.
    pub(crate) fn data(&mut self, number: u16, data: Data<'_>) -> Option<Progress> {
        let Coming { installation, wasm, failed, .. } = self.coming.as_mut()?;
        let piece = installation.data(number, data)?;
        match &mut self.place {
            Place::Flash(store) if failed.is_none() => *failed = store.append(piece.bytes).err(),
            Place::Flash(_) => {}
            Place::Memory(_) => wasm.extend_from_slice(piece.bytes),
        }
        let progress = piece.progress;
        let limit = if failed.is_some() { progress.limit } else { self.limit(progress.limit) };
        Some(Progress { limit, ..progress })
    }

    /// Puts the app that has arrived in the former one's place.
    pub(crate) fn commit(&mut self) -> Result<(), LinkError> {
        let coming = self.coming.as_ref().ok_or(LinkError::NoInstall)?;
        let checked = coming.installation.check();
        if matches!(checked, Err(LinkError::InstallIncomplete { .. })) {
            return checked;
        }
        let Some(Coming { wasm, profile, failed, crc32, .. }) = self.coming.take() else { return checked };
        let result = match &mut self.place {
            Place::Flash(store) => {
                let kept = match (checked, failed) {
                    (Err(error), _) => {
                        // What had failed before is over already.
                        let _ = store.cancel();
                        return Err(error);
                    }
                    (Ok(()), Some(failed)) => Err(failed),
                    (Ok(()), None) => store.commit(),
                };
                self.noted(kept)
            }
            Place::Memory(app) => {
                checked?;
                let length = wasm.len() as u32;
                *app = Arc::new(wasm);
                self.known = Some(Known { length, crc32, profile, is_damaged: false });
                Ok(())
            }
        };
        self.look();
        result
    }

    /// Gives an install up.
    pub(crate) fn cancel(&mut self) -> Result<(), LinkError> {
        self.coming.take().ok_or(LinkError::NoInstall)?;
        if let Place::Flash(store) = &mut self.place {
            // One that has failed is over already.
            let _ = store.cancel();
        }
        Ok(())
    }

    /// Forgets the app.
    pub(crate) fn uninstall(&mut self) -> Result<(), LinkError> {
        let result = match &mut self.place {
            Place::Flash(store) => {
                let gone = store.uninstall();
                self.noted(gone)
            }
            Place::Memory(app) => {
                *app = Arc::default();
                self.known.take().map(drop).ok_or(LinkError::NoApp)
            }
        };
        self.look();
        result
    }

    /// Gets the module ready for a run; `room` bytes of memory can be taken for it.
    pub(crate) fn load(&mut self, room: u32) -> Result<(), LinkError> {
        let Known { length, .. } = self.known.ok_or(LinkError::NoApp)?;
        let store = match &mut self.place {
            Place::Memory(app) => {
                self.loaded = Some(Arc::clone(app));
                return Ok(());
            }
            Place::Flash(store) => store,
        };
        let mut wasm = Vec::new();
        if length > room || wasm.try_reserve_exact(length as usize).is_err() {
            return Err(LinkError::OutOfMemory { bytes: length, room });
        }
        wasm.resize(length as usize, 0);
        let read = store.load(&mut wasm);
        self.look();
        self.noted(read)?;
        self.loaded = Some(Arc::new(wasm));
        Ok(())
    }

    /// The module that was made ready.
    pub(crate) fn take_loaded(&mut self) -> Option<Arc<Vec<u8>>> {
        self.loaded.take()
    }

    /// The name of the profile that the app is made for.
    pub(crate) fn profile(&self) -> Option<&str> {
        self.known.as_ref().map(|app| app.profile.as_str())
    }

    /// The app as the host is told of it.
    pub(crate) fn entry(&self, state: AppState) -> Option<AppEntry<'_>> {
        let Known { length, crc32, profile, is_damaged } = self.known.as_ref()?;
        let state = if *is_damaged { AppState::Damaged } else { state };
        let (length, crc32, profile) = (*length, *crc32, profile.as_str());
        let (autostart, failed_starts) = (self.has_autostart(), self.marks().failed);
        Some(AppEntry { app: 0, length, crc32, profile, state, autostart, failed_starts })
    }

    /// Whether the device starts the app by itself.
    pub(crate) fn has_autostart(&self) -> bool {
        matches!(&self.place, Place::Flash(store) if store.has_autostart())
    }

    /// What it is started with then, as [`set_autostart`](Slot::set_autostart) has encoded it.
    pub(crate) fn autostart(&mut self) -> Option<Vec<u8>> {
        let Place::Flash(store) = &mut self.place else { return None };
        let mut bytes = [0; AUTOSTART_BYTES];
        let read = store.autostart(&mut bytes).map(|found| found.map(<[u8]>::to_vec));
        self.noted(read).ok().flatten()
    }

    /// Keeps what it is started with then; `None`: it waits for a host.
    pub(crate) fn set_autostart(&mut self, start: Option<&Start<'_>>) -> Result<(), LinkError> {
        let Place::Flash(store) = &mut self.place else { return Err(LinkError::NotSupported) };
        let mut bytes = Vec::new();
        if let Some(start) = start {
            // It came in a frame.
            bytes = vec![0; MAX_PAYLOAD];
            let len = start.write_to(&mut bytes).ok_or(LinkError::Malformed)?;
            bytes.truncate(len);
        }
        let set = store.set_autostart(&bytes);
        self.noted(set)
    }

    /// How the device's own starts of the app went.
    pub(crate) fn marks(&self) -> Marks {
        match &self.place {
            Place::Flash(store) => store.marks(),
            Place::Memory(_) => Marks::default(),
        }
    }

    /// Notes how they go.
    pub(crate) fn mark(&mut self, mark: Mark) -> Result<(), LinkError> {
        match &mut self.place {
            Place::Flash(store) => {
                let marked = store.mark(mark);
                self.noted(marked)
            }
            Place::Memory(_) => Err(LinkError::NotSupported),
        }
    }

    /// What the flash has failed in since this was asked last.
    pub(crate) fn take_trouble(&mut self) -> Option<StoreError> {
        self.trouble.take()
    }

    /// Up to where data may come. Nothing is on its way while a sector is erased: a line without flow control would lose
    /// it.
    fn limit(&self, limit: u32) -> u32 {
        match &self.place {
            Place::Flash(store) => limit.min(store.ready()),
            Place::Memory(_) => limit,
        }
    }

    /// Sees what the flash has.
    fn look(&mut self) {
        if let Place::Flash(store) = &self.place {
            self.known = store.app().map(|App { length, crc32, profile, health, .. }| {
                let is_damaged = matches!(health, Health::Damaged { .. });
                Known { length, crc32, profile, is_damaged }
            });
        }
    }

    /// The result as the host is told of it; what else there is to say is kept.
    fn noted<T>(&mut self, result: Result<T, StoreError>) -> Result<T, LinkError> {
        result.map_err(|error| match error {
            StoreError::TooLarge { bytes, room } => LinkError::AppTooLarge { bytes, room },
            StoreError::ProfileName { .. } => LinkError::UnknownProfile,
            StoreError::AutostartTooLong { bytes } => {
                LinkError::AutostartTooLong { bytes, limit: AUTOSTART_BYTES as u32 }
            }
            StoreError::NoApp => LinkError::NoApp,
            StoreError::NoInstall => LinkError::NoInstall,
            StoreError::Length { received, length } => LinkError::InstallIncomplete { received, length },
            StoreError::Damaged { found, expected } => LinkError::AppDamaged { found, expected },
            StoreError::Slot { .. } | StoreError::Kept { .. } | StoreError::Journal(_) => {
                self.trouble = Some(error);
                LinkError::Storage
            }
        })
    }
}

const _: () = {
    let mut profiles = Profile::ALL;
    while let [profile, rest @ ..] = profiles {
        assert!(profile.name.len() <= PROFILE_BYTES, "a profile's name cannot be stored");
        profiles = rest;
    }
};
