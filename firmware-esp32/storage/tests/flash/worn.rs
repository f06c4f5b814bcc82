//! Worn and unreadable sectors, one kind after the other.

use app_storage::{AUTOSTART_BYTES, Health, Mark, SECTOR_BYTES, Slot, StoreError};

use crate::{
    chip::{Chip, Fault},
    model::{Action, SECTORS, autostart, crc32, install, look, open, some_bytes},
};

/// Whichever sector does whatever: what the store says is so, and nothing panics.
#[test]
fn one_worn_sector() {
    let first = install(6000, 1);
    let steps = [install(6000, 2), install(5000, 3), Action::Uninstall, install(6000, 4), install(6000, 5)];
    for fault in Fault::ALL {
        for sector in 0..SECTORS {
            let chip = Chip::new(SECTORS);
            first.run(&mut open(&chip)).unwrap();
            let mut state = first.expect(&None);
            chip.wear(sector, fault);
            let mut refused = 0;
            for action in &steps {
                let mut store = open(&chip);
                if store.app().is_some_and(|app| app.health != Health::Whole) {
                    // The worn sector is under the app itself.
                    let read = store.load(&mut vec![0; store.app().unwrap().length as usize]);
                    assert!(
                        matches!(read, Err(StoreError::Damaged { .. })),
                        "{fault:?} in {sector}: {read:?}"
                    );
                } else {
                    assert_eq!(look(&mut store), state, "{fault:?} in {sector}, before {action:?}");
                }
                match action.run(&mut store) {
                    Ok(()) => state = action.expect(&state),
                    Err(error) => {
                        refused += 1;
                        let worn = matches!(error, StoreError::Slot { .. } | StoreError::Kept { .. });
                        assert!(worn || *action == Action::Uninstall, "{fault:?} in {sector}: {error:?}");
                        assert!(error.to_string().contains("is worn"), "{error}");
                    }
                }
                let app = store.app();
                assert_eq!(app.is_some(), state.is_some(), "{fault:?} in {sector}: {action:?}");
                if let (Some(app), Some(state)) = (app, &state) {
                    assert_eq!(app.crc32, crc32(&state.module), "{fault:?} in {sector}: {action:?}");
                }
            }
            // With both slots in use in turn, a worn slot refuses, but never the other one.
            assert!(refused < steps.len(), "{fault:?} in {sector}");
            // The journal's sectors are not needed to install.
            assert!(sector >= 2 || refused == 0, "{fault:?} in {sector}: {refused}");
        }
    }
}

#[test]
fn a_worn_slot_is_named_and_the_former_app_stays() {
    let chip = Chip::new(SECTORS);
    let mut store = open(&chip);
    let first = install(100, 1);
    for action in [&first, &install(6000, 2), &first] {
        action.run(&mut store).unwrap();
    }
    assert_eq!(store.app().unwrap().slot, Slot::A);
    chip.wear(6, Fault::Forgets);
    let error = install(200, 2).run(&mut store).unwrap_err();
    assert!(error.to_string().starts_with("slot b is worn: it keeps crc32 "), "{error}");
    chip.wear(5, Fault::Unerasable);
    let error = install(200, 2).run(&mut store).unwrap_err();
    assert_eq!(error.to_string(), "slot b is worn: the flash at 0x5000 cannot be erased");
    chip.renew();
    chip.wear(7, Fault::Sticks);
    let error = install(5000, 2).run(&mut store).unwrap_err();
    assert_eq!(error.to_string(), "slot b is worn: the flash at 0x7000 does not keep what is written");
    assert_eq!(store.append(b"more"), Err(StoreError::NoInstall));
    assert_eq!(look(&mut store), first.expect(&None));
    assert_eq!(look(&mut open(&chip)), first.expect(&None));
}

#[test]
fn without_an_app_the_good_slot_is_found() {
    for fault in [Fault::Unwritable, Fault::Unerasable, Fault::Forgets, Fault::Sticks, Fault::Unreadable] {
        for sector in 2..SECTORS {
            let chip = Chip::new(SECTORS);
            chip.wear(sector, fault);
            let mut store = open(&chip);
            let app = install(6000, 7);
            // What shows only when the data come costs one try: not a header or a first sector that cannot be erased.
            let is_seen = fault == Fault::Unerasable && [2, 3, 5, 6].contains(&sector);
            if app.run(&mut store).is_err() {
                assert!(!is_seen, "{fault:?} in {sector}");
                app.run(&mut store).unwrap();
            }
            assert_eq!(look(&mut open(&chip)), app.expect(&None), "{fault:?} in {sector}");
        }
    }
}

#[test]
fn a_damaged_app_is_reported_and_an_older_one_is_not_started() {
    let chip = Chip::new(SECTORS);
    let (older, newer) = (install(6000, 1), install(6000, 2));
    older.run(&mut open(&chip)).unwrap();
    newer.run(&mut open(&chip)).unwrap();
    let mut cells = chip.cells();
    // The second sector of slot b's module.
    cells[7 * SECTOR_BYTES as usize + 9] ^= 4;
    let chip = Chip::with_bytes(cells);
    let mut store = open(&chip);
    let app = store.app().unwrap();
    let Health::Damaged { found } = app.health else { panic!("{app:?}") };
    assert_eq!((app.slot, app.crc32, app.length), (Slot::B, crc32(&some_bytes(6000, 2)), 6000));
    assert_ne!(found, app.crc32);
    assert_eq!(store.load(&mut [0; 6000]), Err(StoreError::Damaged { found, expected: app.crc32 }));
    // Damage that shows only later is noticed as well.
    let chip = Chip::new(SECTORS);
    older.run(&mut open(&chip)).unwrap();
    let mut store = open(&chip);
    chip.wear(3, Fault::Unreadable);
    assert!(matches!(store.load(&mut [0; 6000]), Err(StoreError::Damaged { .. })));
    assert!(matches!(store.app().unwrap().health, Health::Damaged { .. }));
    newer.run(&mut store).unwrap();
    assert_eq!(look(&mut store), newer.expect(&None));
    // And one can be uninstalled.
    newer.run(&mut store).unwrap_err();
    store.uninstall().unwrap();
    assert_eq!(store.app(), None);
}

#[test]
fn an_app_outlives_its_header() {
    let chip = Chip::new(SECTORS);
    install(10, 1).run(&mut open(&chip)).unwrap();
    let app = install(5000, 2);
    app.run(&mut open(&chip)).unwrap();
    chip.wear(5, Fault::Unreadable);
    assert_eq!(look(&mut open(&chip)), app.expect(&None));
    // Only the journal knows of it: without that, it could not be uninstalled for good.
    chip.wear(0, Fault::Unwritable);
    chip.wear(1, Fault::Unwritable);
    let error = open(&chip).uninstall().unwrap_err();
    assert!(matches!(error, StoreError::Slot { slot: Slot::B, .. } | StoreError::Journal(_)), "{error:?}");
    assert_eq!(look(&mut open(&chip)), app.expect(&None));
    chip.renew();
    chip.wear(5, Fault::Unreadable);
    open(&chip).uninstall().unwrap();
    assert_eq!(open(&chip).app(), None);
    chip.renew();
    assert_eq!(open(&chip).app(), None);
}

#[test]
fn a_worn_journal_is_said() {
    for fault in [Fault::Unwritable, Fault::Unerasable, Fault::Sticks] {
        let chip = Chip::new(SECTORS);
        let app = install(10, 1);
        app.run(&mut open(&chip)).unwrap();
        chip.wear(0, fault);
        chip.wear(1, fault);
        let mut store = open(&chip);
        let mut result = Ok(());
        // Where only erasing fails, what is erased already can still be written.
        for _ in 0..10 {
            result = result.and(store.set_autostart(&[7; AUTOSTART_BYTES]));
        }
        let error = result.unwrap_err();
        assert!(matches!(error, StoreError::Journal(_)), "{error:?}");
        assert!(error.to_string().starts_with("the journal is worn: the flash at 0x"), "{error}");
        assert_eq!(open(&chip).app(), store.app());
        // Installing goes on, and the new app has none of the former one's notes.
        let next = install(10, 2);
        next.run(&mut store).unwrap();
        assert_eq!(look(&mut store), next.expect(&None));
        assert_eq!(look(&mut open(&chip)), next.expect(&None));
    }
}

#[test]
fn a_replaced_app_stays_away_when_all_that_knows_of_the_newer_one_is_lost() {
    let (older, newer) = (install(10, 1), install(20, 2));
    for way in 0..10 {
        for cut in 0.. {
            let chip = Chip::new(SECTORS);
            older.run(&mut open(&chip)).unwrap();
            let mut store = open(&chip);
            chip.cut_after(cut, way);
            let _ = newer.run(&mut store);
            // What is left to do is done at the next start, if there is anything.
            let whole = chip.has_power();
            if whole || look(&mut open(&chip)) == newer.expect(&None) {
                [0, 1, 5].into_iter().for_each(|sector| chip.wear(sector, Fault::Unreadable));
                assert_eq!(open(&chip).app(), None, "cut at {cut}, way {way}");
            }
            if whole {
                break;
            }
        }
    }
}

#[test]
fn an_uninstall_that_was_cut_is_finished_in_both_places() {
    let app = install(10, 1);
    let before = Chip::new(SECTORS);
    app.run(&mut open(&before)).unwrap();
    for way in 0..10 {
        for cut in 0.. {
            let chip = Chip::with_bytes(before.cells());
            let mut store = open(&chip);
            chip.cut_after(cut, way);
            let _ = store.uninstall();
            let whole = chip.has_power();
            if open(&chip).app().is_none() {
                chip.wear(2, Fault::Unreadable);
                assert_eq!(open(&chip).app(), None, "cut at {cut}, way {way}");
            }
            if whole {
                break;
            }
        }
    }
}

#[test]
fn what_a_worn_journal_says_of_a_former_app_does_not_count() {
    for uninstall in [true, false] {
        let chip = Chip::new(SECTORS);
        let mut store = open(&chip);
        install(10, 1).run(&mut store).unwrap();
        store.set_autostart(b"start").unwrap();
        store.mark(Mark::Failed).unwrap();
        if uninstall {
            store.uninstall().unwrap();
        }
        chip.wear(0, Fault::Unwritable);
        chip.wear(1, Fault::Unwritable);
        let next = install(10, 2);
        next.run(&mut store).unwrap();
        assert_eq!(look(&mut store), next.expect(&None));
        assert_eq!(look(&mut open(&chip)), next.expect(&None));
    }
}

#[test]
fn what_was_said_to_have_failed_does_not_come_up_later() {
    let chip = Chip::new(SECTORS);
    let app = install(10, 1);
    app.run(&mut open(&chip)).unwrap();
    let mut store = open(&chip);
    let module = some_bytes(10, 2);
    store.begin(10, crc32(&module), "").unwrap();
    store.append(&module).unwrap();
    // The header arrives, but that cannot be seen.
    chip.wear(5, Fault::Unreadable);
    assert!(matches!(store.commit(), Err(StoreError::Slot { slot: Slot::B, .. })));
    assert_eq!(look(&mut store), app.expect(&None));
    chip.renew();
    assert_eq!(look(&mut open(&chip)), app.expect(&None));
}

/// The journal cannot be written since the app was installed, or never could be: nothing but the mark in the header says
/// that the app is gone. And only its slot is left for the next one.
#[test]
fn an_uninstalled_app_stays_away_while_its_slot_is_erased() {
    for knows_of_it in [true, false] {
        let before = Chip::new(SECTORS);
        let wear = |chip: &Chip| [0, 1].map(|sector| chip.wear(sector, Fault::Unwritable));
        if !knows_of_it {
            wear(&before);
        }
        let mut store = open(&before);
        install(10, 1).run(&mut store).unwrap();
        wear(&before);
        store.uninstall().unwrap();
        for way in 0..100 {
            for cut in 0..6 {
                let chip = Chip::with_bytes(before.cells());
                wear(&chip);
                chip.wear(5, Fault::Unerasable);
                let mut store = open(&chip);
                assert_eq!(store.app(), None);
                chip.power_on();
                chip.cut_after(cut, way);
                let begun = store.begin(10, 0, "");
                assert!(!chip.has_power() || begun.is_ok() || knows_of_it, "{begun:?}");
                assert_eq!(open(&chip).app(), None, "cut at {cut}, way {way}");
            }
        }
    }
}

#[test]
fn an_old_half_of_the_journal_does_not_speak_for_the_new_one() {
    // Three records of 1 KB fit into a half; the fourth goes into the other one.
    let fill = |chip: &Chip| {
        let mut store = open(chip);
        install(10, 1).run(&mut store).unwrap();
        for _ in 0..3 {
            autostart(1024).run(&mut store).unwrap();
        }
        store
    };
    let chip = Chip::new(SECTORS);
    let mut store = fill(&chip);
    let before = chip.done();
    autostart(1000).run(&mut store).unwrap();
    let last = chip.done() - before - 1;
    let place = &mut [0; AUTOSTART_BYTES];
    // Also when the power goes just before the old half is overwritten, and comes back once.
    for cut in [None].into_iter().chain((0..100).map(Some)) {
        let chip = Chip::new(SECTORS);
        let mut store = fill(&chip);
        if let Some(way) = cut {
            chip.cut_after(last, way);
        }
        let _ = autostart(1000).run(&mut store);
        assert_eq!(open(&chip).autostart(place), Ok(Some(&some_bytes(1000, 1)[..])), "cut at {cut:?}");
        for half in [0, 1] {
            let chip = Chip::with_bytes(chip.cells());
            chip.wear(half, Fault::Unreadable);
            if let Some(found) = open(&chip).autostart(place).unwrap() {
                assert_eq!(found, some_bytes(1000, 1), "cut at {cut:?}, half {half}");
            }
        }
    }
}

#[test]
fn a_journal_that_is_worn_inside_says_nothing() {
    let chip = Chip::new(SECTORS);
    let mut store = open(&chip);
    for action in [install(10, 1), autostart(100), autostart(60), Action::Mark(Mark::Failed)] {
        action.run(&mut store).unwrap();
    }
    let cells = chip.cells();
    // The first record of an erased flash goes to the second half. The owner's takes 60 bytes.
    let second_autostart = SECTOR_BYTES as usize + 16 + 60 + 108;
    let mut worn = vec![cells.clone()];
    // As if nothing had been written there, with something behind it.
    worn[0][second_autostart..][..68].fill(0xff);
    for bit in 0..68 * 8 {
        let mut cells = cells.clone();
        cells[second_autostart + bit / 8] ^= 1 << (bit % 8);
        worn.push(cells);
    }
    for (case, cells) in worn.into_iter().enumerate() {
        let mut store = open(&Chip::with_bytes(cells));
        assert!(!store.has_autostart(), "case {case}");
        assert_eq!(store.app().unwrap().health, Health::Whole);
        // It can be used again.
        store.set_autostart(b"again").unwrap();
        assert_eq!(store.autostart(&mut [0; AUTOSTART_BYTES]), Ok(Some(&b"again"[..])));
    }
}
