//! What a store should do, and how to look whether it does.

use app_storage::{AUTOSTART_BYTES, Health, Mark, Marks, Store, StoreError};

use crate::chip::{Chip, Random};

/// Sectors with room for apps of two: journal 0 and 1, slot a 2 to 4, slot b 5 to 7.
pub(crate) const SECTORS: u32 = 2 + 2 * 3;

/// Something that is done with a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Install { length: usize, seed: u64 },
    Uninstall,
    Autostart { length: usize, seed: u64 },
    Mark(Mark),
}

/// An install of some bytes.
pub(crate) fn install(length: usize, seed: u64) -> Action {
    Action::Install { length, seed }
}

/// An autostart of some bytes.
pub(crate) fn autostart(length: usize) -> Action {
    Action::Autostart { length, seed: 1 }
}

/// What is installed, as far as anybody can see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installed {
    pub(crate) module: Vec<u8>,
    pub(crate) profile: String,
    pub(crate) autostart: Option<Vec<u8>>,
    pub(crate) marks: Marks,
}

/// The CRC-32 of the link and the store, worked out bit by bit.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    });
    !crc
}

pub(crate) fn some_bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    (0..length).map(|_| random.next() as u8).collect()
}

pub(crate) fn profile(seed: u64) -> String {
    "a".repeat((seed % 24) as usize)
}

impl Action {
    /// Does it, and goes on whatever happens.
    pub(crate) fn run(&self, store: &mut Store<Chip>) -> Result<(), StoreError> {
        match *self {
            Self::Install { length, seed } => {
                let module = some_bytes(length, seed);
                store.begin(length as u32, crc32(&module), &profile(seed))?;
                // Pieces as a line brings them.
                let mut random = Random::new(seed);
                let mut rest = &module[..];
                while !rest.is_empty() {
                    let ready = store.ready();
                    assert!(ready as usize > module.len() - rest.len() || ready as usize == length);
                    let (piece, later) = rest.split_at((1 + random.below(600)).min(rest.len()));
                    store.append(piece)?;
                    rest = later;
                }
                store.commit()
            }
            Self::Uninstall => store.uninstall(),
            Self::Autostart { length, seed } => store.set_autostart(&some_bytes(length, seed)),
            Self::Mark(mark) => store.mark(mark),
        }
    }

    /// What is installed after it.
    pub(crate) fn expect(&self, before: &Option<Installed>) -> Option<Installed> {
        let mut after = before.clone();
        match *self {
            Self::Install { length, seed } => {
                let module = some_bytes(length, seed);
                let profile = profile(seed);
                return Some(Installed { module, profile, autostart: None, marks: Marks::default() });
            }
            Self::Uninstall => return None,
            Self::Autostart { length, seed } => {
                if let Some(app) = &mut after {
                    app.autostart = (length > 0).then(|| some_bytes(length, seed));
                }
            }
            Self::Mark(mark) => {
                if let Some(app) = &mut after {
                    app.marks = match mark {
                        Mark::Attempt => Marks { open: true, ..app.marks },
                        Mark::Failed => Marks { failed: (app.marks.failed + 1).min(8), open: false },
                        Mark::Proved => Marks::default(),
                        Mark::Left => Marks { open: false, ..app.marks },
                    };
                }
            }
        }
        after
    }
}

/// Everything that can be seen of a store whose app is whole.
pub(crate) fn look(store: &mut Store<Chip>) -> Option<Installed> {
    let app = store.app()?;
    assert_eq!(app.health, Health::Whole, "{app:?}");
    let mut module = vec![0; app.length as usize];
    store.load(&mut module).unwrap();
    assert_eq!(app.crc32, crc32(&module));
    let mut place = [0; AUTOSTART_BYTES];
    let autostart = store.autostart(&mut place).unwrap().map(<[u8]>::to_vec);
    assert_eq!(store.has_autostart(), autostart.is_some());
    let (profile, marks) = (app.profile.as_str().to_owned(), store.marks());
    Some(Installed { module, profile, autostart, marks })
}

pub(crate) fn open(chip: &Chip) -> Store<Chip> {
    chip.power_on();
    Store::open(chip.clone()).unwrap()
}
