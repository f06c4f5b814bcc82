//! Where the installed app is: in memory, whole or not at all.

use alloc::{sync::Arc, vec::Vec};

use device_abi::Profile;
use device_link::{AppEntry, AppState, Data, Installation, LinkError, Progress, crc32};

/// Bytes of an app that may be on their way at a time.
const WINDOW: u32 = 4 * 1024;

/// The installed app, and one that is on its way.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    app: Option<Stored>,
    coming: Option<Coming>,
}

#[derive(Debug, Clone)]
struct Stored {
    /// Shared with the run: wasm3 does not copy it.
    wasm: Arc<Vec<u8>>,
    crc32: u32,
    profile: &'static Profile,
}

#[derive(Debug)]
struct Coming {
    installation: Installation,
    wasm: Vec<u8>,
    profile: &'static Profile,
}

impl Slot {
    /// Begins an install, and gives up one that had begun. Returns the first offset that must not be sent yet.
    pub(crate) fn begin(
        &mut self,
        number: u16,
        length: u32,
        crc32: u32,
        profile: &'static Profile,
        room: u32,
    ) -> Result<u32, LinkError> {
        self.coming = None;
        let installation = Installation::begin(number, length, crc32, room, WINDOW)?;
        let mut wasm = Vec::new();
        if wasm.try_reserve_exact(length as usize).is_err() {
            return Err(LinkError::AppTooLarge { bytes: length, room });
        }
        let limit = installation.limit();
        self.coming = Some(Coming { installation, wasm, profile });
        Ok(limit)
    }

    /// Takes a piece of the app that is on its way.
    pub(crate) fn data(&mut self, number: u16, data: Data<'_>) -> Option<Progress> {
        let Coming { installation, wasm, .. } = self.coming.as_mut()?;
        let piece = installation.data(number, data)?;
        wasm.extend_from_slice(piece.bytes);
        Some(piece.progress)
    }

    /// Puts the app that has arrived in the former one's place.
    pub(crate) fn commit(&mut self) -> Result<(), LinkError> {
        let coming = self.coming.as_ref().ok_or(LinkError::NoInstall)?;
        let checked = coming.installation.check();
        if !matches!(checked, Err(LinkError::InstallIncomplete { .. }))
            && let Some(Coming { wasm, profile, .. }) = self.coming.take()
        {
            checked?;
            self.app = Some(Stored { crc32: crc32(&wasm), wasm: Arc::new(wasm), profile });
        }
        checked
    }

    /// Gives an install up.
    pub(crate) fn cancel(&mut self) -> Result<(), LinkError> {
        self.coming.take().map(drop).ok_or(LinkError::NoInstall)
    }

    /// Forgets the app.
    pub(crate) fn uninstall(&mut self) -> Result<(), LinkError> {
        self.app.take().map(drop).ok_or(LinkError::NoApp)
    }

    /// The app's module.
    pub(crate) fn app(&self) -> Option<Arc<Vec<u8>>> {
        self.app.as_ref().map(|app| Arc::clone(&app.wasm))
    }

    /// The profile that the app is made for.
    pub(crate) fn profile(&self) -> Option<&'static Profile> {
        self.app.as_ref().map(|app| app.profile)
    }

    /// The app as the host is told of it.
    pub(crate) fn entry(&self, state: AppState) -> Option<AppEntry<'static>> {
        self.app.as_ref().map(|app| AppEntry {
            app: 0,
            length: app.wasm.len() as u32,
            crc32: app.crc32,
            profile: app.profile.name,
            state,
            autostart: false,
            failed_starts: 0,
        })
    }
}
