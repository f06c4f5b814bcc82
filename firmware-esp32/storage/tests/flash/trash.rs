//! Anything is in the flash: at first, or all of a sudden.

use app_storage::{AUTOSTART_BYTES, Health, Mark, SECTOR_BYTES, StoreError};
use proptest::prelude::*;

use crate::{
    chip::{Chip, Fault},
    model::{Action, SECTORS, autostart, crc32, install, look, open, some_bytes},
};

/// What happens to a sector.
#[derive(Debug, Clone, Copy)]
enum Trash {
    Unreadable,
    Erased,
    Zeros,
    Garbage(u64),
    /// One bit.
    Bit(usize),
}

fn any_trash() -> impl Strategy<Value = Trash> {
    prop_oneof![
        Just(Trash::Unreadable),
        Just(Trash::Erased),
        Just(Trash::Zeros),
        any::<u64>().prop_map(Trash::Garbage),
        // Most of a sector is empty.
        prop_oneof![0..128 * 8usize, 0..4096 * 8usize].prop_map(Trash::Bit),
    ]
}

fn trash(chip: &Chip, sector: u32, how: Trash) -> Chip {
    let mut cells = chip.cells();
    let place = &mut cells[(sector * SECTOR_BYTES) as usize..][..SECTOR_BYTES as usize];
    match how {
        Trash::Unreadable => {}
        Trash::Erased => place.fill(0xff),
        Trash::Zeros => place.fill(0),
        Trash::Garbage(seed) => place.copy_from_slice(&some_bytes(SECTOR_BYTES as usize, seed)),
        Trash::Bit(bit) => place[bit / 8] ^= 1 << (bit % 8),
    }
    let chip = Chip::with_bytes(cells);
    if matches!(how, Trash::Unreadable) {
        chip.wear(sector, Fault::Unreadable);
    }
    chip
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens to one sector: the app is whole, or reported as damaged; one that was uninstalled or replaced
    /// does not come back; no other start than the last that was asked for is made.
    #[test]
    fn any_sector_is_lost(
        lengths in prop::collection::vec(1..8192usize, 1..4),
        notes in prop::collection::vec((0..1024usize, any::<bool>()), 0..6),
        uninstall in any::<bool>(),
        sector in 0..SECTORS,
        how in any_trash(),
    ) {
        let chip = Chip::new(SECTORS);
        let mut store = open(&chip);
        let mut state = None;
        let apps = lengths.iter().map(|&length| install(length, length as u64));
        let marks = notes.iter().flat_map(|&(length, failed)| {
            [autostart(length), Action::Mark(if failed { Mark::Failed } else { Mark::Attempt })]
        });
        for action in apps.chain(marks).chain(uninstall.then_some(Action::Uninstall)) {
            prop_assert_eq!(action.run(&mut store), Ok(()));
            state = action.expect(&state);
        }
        let chip = trash(&chip, sector, how);
        let mut store = open(&chip);
        match (store.app(), state) {
            (None, None) => {}
            (Some(app), Some(state)) => {
                prop_assert_eq!(app.crc32, crc32(&state.module));
                let mut module = vec![0; state.module.len()];
                match store.load(&mut module) {
                    Ok(()) => prop_assert_eq!(module, state.module),
                    Err(StoreError::Damaged { .. }) => prop_assert_ne!(app.health, Health::Whole),
                    Err(error) => prop_assert!(false, "{error}"),
                }
                let mut place = [0; AUTOSTART_BYTES];
                if let Ok(Some(found)) = store.autostart(&mut place) {
                    let former = notes.iter().map(|&(length, _)| some_bytes(length, 1));
                    prop_assert!(former.into_iter().any(|former| former == found));
                    // A bit that has changed in the last record looks like a power cut in it.
                    let torn = matches!(how, Trash::Bit(_)) && sector < 2;
                    prop_assert!(torn || state.autostart.as_deref() == Some(found));
                }
            }
            (found, state) => prop_assert!(false, "{found:?} instead of {state:?}"),
        }
    }

    /// A flash that holds anything, even pieces of a real one, neither panics nor brings up what nobody installed.
    #[test]
    fn any_content(seed in any::<u64>(), pieces in prop::collection::vec((0..SECTORS, 0..SECTORS, any_trash()), 0..8)) {
        let real = Chip::new(SECTORS);
        let mut store = open(&real);
        let known: Vec<_> = [(5000, 1), (700, 2), (8192, 3)].map(|(length, seed)| some_bytes(length, seed)).into();
        for (seed, module) in (1..).zip(&known) {
            install(module.len(), seed).run(&mut store).unwrap();
            autostart(30).run(&mut store).unwrap();
        }
        let mut cells = if seed % 2 == 0 { real.cells() } else { some_bytes(real.cells().len(), seed) };
        for (to, from, how) in pieces {
            let size = SECTOR_BYTES as usize;
            let piece = real.cells()[from as usize * size..][..size].to_vec();
            cells[to as usize * size..][..size].copy_from_slice(&piece);
            cells = trash(&Chip::with_bytes(cells), to, how).cells();
        }
        let chip = Chip::with_bytes(cells);
        let mut store = open(&chip);
        if let Some(app) = store.app() {
            let mut module = vec![0; app.length as usize];
            if store.load(&mut module).is_ok() {
                prop_assert!(known.contains(&module));
            }
        }
        let next = install(4097, 9);
        prop_assert_eq!(next.run(&mut store), Ok(()));
        prop_assert_eq!(look(&mut open(&chip)), next.expect(&None));
    }
}
