//! The installed app, in flash.

use crate::{
    Slot, StoreError,
    check::{self, CRC32},
    flash::Flash,
    header::{self, Found, Header, ProfileName},
    incoming::Incoming,
    journal::{AUTOSTART_BYTES, Journal, Mark, Marks, Owner},
    places::Places,
};

/// The installed app, in flash, and one that is on its way there.
#[derive(Debug)]
pub struct Store<F> {
    flash: F,
    places: Places,
    journal: Journal,
    current: Option<Current>,
    /// Higher than that of each app that was ever found.
    next_sequence: u32,
    incoming: Option<Incoming>,
    /// Slots that did not take an app since the store was opened.
    failed: [bool; 2],
}

/// The installed app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct App {
    /// Bytes of the module.
    pub length: u32,
    /// CRC-32 (ISO-HDLC) of the module as it was installed.
    pub crc32: u32,
    /// The profile that it is made for.
    pub profile: ProfileName,
    /// Whether it is still what was installed.
    pub health: Health,
    /// The slot that it is in.
    pub slot: Slot,
}

/// Whether what is stored is what was installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It was when it was read last.
    Whole,
    /// It is not: the flash is worn.
    Damaged {
        /// CRC-32 of those bytes that can be read.
        found: u32,
    },
}

#[derive(Debug, Clone, Copy)]
struct Current {
    header: Header,
    slot: Slot,
    health: Health,
}

impl<F: Flash> Store<F> {
    /// Finds out what is in the flash, and finishes what a loss of power has left half done. Reads the app once. `None`
    /// if the flash is smaller than [`SMALLEST_BYTES`](crate::SMALLEST_BYTES).
    ///
    /// Whatever is in the flash: nothing of it is trusted that has no right checksum.
    pub fn open(mut flash: F) -> Option<Self> {
        let places = Places::new(&flash)?;
        let room = places.room();
        let journal = Journal::open(&mut flash, room);
        let found = Slot::ALL.map(|slot| Header::read(&mut flash, places.header(slot), room));
        let owner = journal.notes().owner;
        let sequences = found.iter().flatten().map(|found| found.header.sequence);
        let last = sequences.chain(owner.map(|owner| owner.header.sequence)).max().unwrap_or(0);
        let mut store = Self {
            flash,
            places,
            journal,
            current: None,
            next_sequence: last.saturating_add(1),
            incoming: None,
            failed: [false; 2],
        };
        store.current = installed(&found, owner, last).map(|(header, slot)| {
            let health = store.look(header, slot);
            Current { header, slot, health }
        });
        store.finish_half_done(&found);
        Some(store)
    }

    /// Bytes that an app can have.
    pub fn room(&self) -> u32 {
        self.places.room()
    }

    /// The installed app.
    pub fn app(&self) -> Option<App> {
        self.current.map(|Current { header, slot, health }| {
            let Header { length, crc32, profile, .. } = header;
            App { length, crc32, profile, health, slot }
        })
    }

    /// Reads the module. `into` has its [`length`](App::length).
    ///
    /// # Errors
    /// [`StoreError::NoApp`], [`StoreError::Length`] if `into` has another length, [`StoreError::Damaged`].
    pub fn load(&mut self, into: &mut [u8]) -> Result<(), StoreError> {
        let Current { header, slot, health } = self.current.as_mut().ok_or(StoreError::NoApp)?;
        let Header { length, crc32: expected, .. } = *header;
        let received = u32::try_from(into.len()).unwrap_or(u32::MAX);
        if received != length {
            return Err(StoreError::Length { received, length });
        }
        let read = check::read(&mut self.flash, self.places.module(*slot), into);
        let found = CRC32.checksum(into);
        if read.is_ok() && found == expected {
            *health = Health::Whole;
            return Ok(());
        }
        *health = Health::Damaged { found };
        Err(StoreError::Damaged { found, expected })
    }

    /// Begins an install, in the place of one that had begun. Erases what it will overwrite, a sector at a time: see
    /// [`ready`](Store::ready).
    ///
    /// # Errors
    /// [`StoreError::TooLarge`], [`StoreError::ProfileName`]: one that had begun goes on. [`StoreError::Slot`];
    /// [`StoreError::Journal`] if it cannot forget an app that was uninstalled, and only that one's slot is left: it is given
    /// up.
    pub fn begin(&mut self, length: u32, crc32: u32, profile: &str) -> Result<(), StoreError> {
        let room = self.room();
        if length > room {
            return Err(StoreError::TooLarge { bytes: length, room });
        }
        let too_long = StoreError::ProfileName { bytes: u32::try_from(profile.len()).unwrap_or(u32::MAX) };
        let profile = ProfileName::new(profile).ok_or(too_long)?;
        let header = Header { sequence: self.next_sequence, length, crc32, profile };
        // From here on it is overwritten.
        self.incoming = None;
        let mut slot = self.next_slot();
        let mut begun = self.begin_in(slot, header);
        if begun.is_err() && self.current.is_none() {
            self.failed[slot.index()] = true;
            slot = slot.other();
            begun = self.begin_in(slot, header);
        }
        self.failed[slot.index()] = begun.is_err();
        self.incoming = Some(begun?);
        Ok(())
    }

    /// Up to which offset [`append`](Store::append) only writes. Once it is reached, a sector is erased, which takes
    /// tens of milliseconds on usual chips: whoever cannot listen meanwhile should have nothing sent beyond.
    pub fn ready(&self) -> u32 {
        self.incoming.as_ref().map_or(0, Incoming::ready)
    }

    /// Takes the next bytes of the module.
    ///
    /// # Errors
    /// [`StoreError::NoInstall`]; [`StoreError::Length`] if it is longer than announced, [`StoreError::Slot`]: the
    /// install is over then.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let incoming = self.incoming.as_mut().ok_or(StoreError::NoInstall)?;
        let taken = incoming.take(&mut self.flash, bytes);
        if taken.is_err() {
            self.failed[incoming.slot().index()] |= matches!(taken, Err(StoreError::Slot { .. }));
            self.incoming = None;
        }
        taken
    }

    /// Puts the app that has arrived in the former one's place, whose autostart and marks are forgotten.
    ///
    /// # Errors
    /// [`StoreError::NoInstall`], [`StoreError::Length`], [`StoreError::Slot`], [`StoreError::Kept`]. The install is over
    /// in any case.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        let incoming = self.incoming.take().ok_or(StoreError::NoInstall)?;
        let slot = incoming.slot();
        let finished = incoming.finish(&mut self.flash);
        self.failed[slot.index()] =
            matches!(finished, Err(StoreError::Slot { .. } | StoreError::Kept { .. }));
        let (header, slot) = finished?;
        // It is installed now. What follows makes sure that nothing older comes back if its header gets lost.
        self.next_sequence = header.sequence.saturating_add(1);
        if let Some(former) = self.current.replace(Current { header, slot, health: Health::Whole }) {
            let _ = header::retire(&mut self.flash, self.places.header(former.slot));
        }
        let _ = self.journal.own(&mut self.flash, header, slot);
        Ok(())
    }

    /// Gives an install up.
    ///
    /// # Errors
    /// [`StoreError::NoInstall`]
    pub fn cancel(&mut self) -> Result<(), StoreError> {
        self.incoming.take().map(drop).ok_or(StoreError::NoInstall)
    }

    /// Forgets the app.
    ///
    /// # Errors
    /// [`StoreError::NoApp`]; [`StoreError::Slot`] if the flash does not take it.
    pub fn uninstall(&mut self) -> Result<(), StoreError> {
        let Current { header, slot, .. } = self.current.ok_or(StoreError::NoApp)?;
        let (at, room) = (self.places.header(slot), self.room());
        let read = |flash: &mut F| Header::read(flash, at, room).filter(|found| found.header == header);
        let mut worn = header::retire(&mut self.flash, at).map_err(|cause| StoreError::Slot { slot, cause });
        let mut found = read(&mut self.flash);
        if found.is_some_and(|found| !found.retired) {
            let _ = header::erase(&mut self.flash, at);
            found = read(&mut self.flash);
        }
        // Header and journal know of the app. If one of them says that it is gone, it is; if one cannot be read, the
        // other has to say so.
        let is_owner = self.is_owner();
        let mut is_gone = found.map_or(!is_owner, |found| found.is_gone(is_owner));
        if is_owner {
            let removed = self.journal.remove(&mut self.flash);
            is_gone |= removed.is_ok();
            worn = worn.and(removed.map_err(StoreError::Journal));
        }
        if !is_gone {
            worn?;
        }
        self.current = None;
        Ok(())
    }

    /// What the app is started with when the device starts it by itself; `None`: it waits for a host.
    ///
    /// # Errors
    /// [`StoreError::Journal`] if it cannot be read any more.
    pub fn autostart<'b>(
        &mut self,
        into: &'b mut [u8; AUTOSTART_BYTES],
    ) -> Result<Option<&'b [u8]>, StoreError> {
        let Some(place) = self.journal.notes().autostart.filter(|_| self.is_owner()) else { return Ok(None) };
        let into = &mut into[..place.len as usize];
        check::read(&mut self.flash, place.at, into).map_err(StoreError::Journal)?;
        Ok(Some(into))
    }

    /// Whether there is an [`autostart`](Store::autostart).
    pub fn has_autostart(&self) -> bool {
        self.is_owner() && self.journal.notes().autostart.is_some()
    }

    /// Keeps what the app is started with; nothing: it waits for a host.
    ///
    /// # Errors
    /// [`StoreError::NoApp`], [`StoreError::AutostartTooLong`], [`StoreError::Journal`].
    pub fn set_autostart(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        if bytes.len() > AUTOSTART_BYTES {
            let bytes = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            return Err(StoreError::AutostartTooLong { bytes });
        }
        self.become_owner()?;
        self.journal.set_autostart(&mut self.flash, bytes).map_err(StoreError::Journal)
    }

    /// How the device's own starts of the app went.
    pub fn marks(&self) -> Marks {
        if self.is_owner() { self.journal.notes().marks } else { Marks::default() }
    }

    /// Notes how they go, if that changes anything. On an error it may be noted or not.
    ///
    /// # Errors
    /// [`StoreError::NoApp`], [`StoreError::Journal`].
    pub fn mark(&mut self, mark: Mark) -> Result<(), StoreError> {
        self.become_owner()?;
        if self.marks().after(mark) == self.marks() {
            return Ok(());
        }
        self.journal.mark(&mut self.flash, mark).map_err(StoreError::Journal)
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> F {
        self.flash
    }

    /// Whether the journal is about the installed app.
    fn is_owner(&self) -> bool {
        let owner = self.journal.notes().owner.filter(|owner| !owner.removed);
        matches!((owner, self.current), (Some(owner), Some(current)) if owner.header == current.header)
    }

    fn become_owner(&mut self) -> Result<(), StoreError> {
        let Current { header, slot, .. } = self.current.ok_or(StoreError::NoApp)?;
        if self.is_owner() {
            return Ok(());
        }
        self.journal.own(&mut self.flash, header, slot).map_err(StoreError::Journal)
    }

    fn begin_in(&mut self, slot: Slot, header: Header) -> Result<Incoming, StoreError> {
        let owner = self.journal.notes().owner;
        if self.current.is_none() && owner.is_some_and(|owner| owner.slot == slot && !owner.removed) {
            // The slot's header says that this one is gone, and will be erased.
            self.journal.remove(&mut self.flash).map_err(StoreError::Journal)?;
        }
        let begun = Incoming::begin(&mut self.flash, self.places, slot, header);
        begun.map_err(|cause| StoreError::Slot { slot, cause })
    }

    /// The slot that the next install goes to.
    fn next_slot(&self) -> Slot {
        match (self.current, self.journal.notes().owner) {
            (Some(Current { slot, .. }), _) => slot.other(),
            (None, _) if self.failed[0] != self.failed[1] => {
                if self.failed[0] {
                    Slot::B
                } else {
                    Slot::A
                }
            }
            (None, Some(owner)) => owner.slot.other(),
            (None, None) => Slot::A,
        }
    }

    /// Whether the module is what the header says.
    fn look(&mut self, header: Header, slot: Slot) -> Health {
        let mut digest = CRC32.digest();
        let read = check::sum(&mut self.flash, self.places.module(slot), header.length, &mut digest);
        let found = digest.finalize();
        if read.is_ok() && found == header.crc32 { Health::Whole } else { Health::Damaged { found } }
    }

    /// Does what is left to do of what was begun before the power went. Where the flash does not take it, everything
    /// counts as it is.
    fn finish_half_done(&mut self, found: &[Option<Found>; 2]) {
        let current = self.current.map(|current| current.slot);
        for (slot, found) in Slot::ALL.into_iter().zip(found) {
            let at = self.places.header(slot);
            match found {
                Some(found) if current != Some(slot) && !found.retired => {
                    let _ = header::retire(&mut self.flash, at);
                }
                // It could read otherwise another day. Meanwhile the journal has the header.
                Some(found) if found.half => {
                    let _ = header::erase(&mut self.flash, at)
                        .and_then(|()| found.header.write(&mut self.flash, at));
                }
                _ => {}
            }
        }
        let owner = self.journal.notes().owner;
        if self.current.is_some() {
            let _ = self.become_owner();
        } else if owner.is_some_and(|owner| !owner.removed) {
            let _ = self.journal.remove(&mut self.flash);
        }
    }
}

/// The installed app of two headers and the journal; `last` is the highest of their sequence numbers, and only that app
/// counts.
fn installed(found: &[Option<Found>; 2], owner: Option<Owner>, last: u32) -> Option<(Header, Slot)> {
    let owner = owner.filter(|owner| owner.header.sequence == last);
    let with_header = Slot::ALL.into_iter().zip(found).find_map(|(slot, found)| {
        found.filter(|found| found.header.sequence == last).map(|found| (slot, found))
    });
    match (with_header, owner) {
        (_, Some(Owner { removed: true, .. })) => None,
        (Some((_, found)), owner) if found.is_gone(owner.is_some()) => None,
        (Some((slot, Found { header, .. })), _) => Some((header, slot)),
        (None, Some(Owner { header, slot, .. })) => Some((header, slot)),
        (None, None) => None,
    }
}
