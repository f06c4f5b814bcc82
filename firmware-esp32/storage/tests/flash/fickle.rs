//! Flash that reads otherwise than it was written, and what is still known then.

use app_storage::{Health, SECTOR_BYTES};

use crate::{
    chip::{Chip, Fault},
    model::{Action, SECTORS, look, open},
};

const APP: Action = Action::Install { length: 10, seed: 1 };

/// Without a journal that knows the app, it may as well have been uninstalled.
#[test]
fn a_bit_that_looks_like_half_a_mark_takes_no_app_away() {
    let before = Chip::new(SECTORS);
    APP.run(&mut open(&before)).unwrap();
    let mark = 2 * SECTOR_BYTES as usize + 64;
    for bit in 0..32 {
        let mut cells = before.cells();
        cells[mark + bit / 8] ^= 1 << (bit % 8);
        for journal_is_lost in [true, false] {
            let chip = Chip::with_bytes(cells.clone());
            if journal_is_lost {
                [0, 1].into_iter().for_each(|half| chip.wear(half, Fault::Unreadable));
            }
            let expected = if journal_is_lost { None } else { APP.expect(&None) };
            assert_eq!(look(&mut open(&chip)), expected, "bit {bit}");
            assert_ne!(chip.cells()[mark..][..4], cells[mark..][..4], "bit {bit}");
            assert_eq!(look(&mut open(&chip)), expected, "bit {bit}");
        }
        // Also where the sector takes nothing any more, and when it is uninstalled after all.
        let chip = Chip::with_bytes(cells);
        chip.wear(2, Fault::Unerasable);
        assert_eq!(look(&mut open(&chip)), APP.expect(&None), "bit {bit}");
        open(&chip).uninstall().unwrap();
        assert_eq!(open(&chip).app(), None, "bit {bit}");
    }
}

#[test]
fn an_app_that_can_be_read_again_is_whole_again() {
    let chip = Chip::new(SECTORS);
    APP.run(&mut open(&chip)).unwrap();
    chip.wear(3, Fault::Unreadable);
    let mut store = open(&chip);
    assert!(matches!(store.app().unwrap().health, Health::Damaged { .. }));
    chip.renew();
    store.load(&mut [0; 10]).unwrap();
    assert_eq!(look(&mut store), APP.expect(&None));
}
