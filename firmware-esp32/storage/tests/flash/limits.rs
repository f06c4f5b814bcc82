//! What does not fit, comes in the wrong order, or belongs to another app.

use app_storage::{
    AUTOSTART_BYTES, Mark, Marks, PROFILE_BYTES, SECTOR_BYTES, SMALLEST_BYTES, Store, StoreError, flash_bytes,
};

use crate::{
    chip::Chip,
    model::{Action, crc32, look, open, some_bytes},
};

#[test]
fn a_flash_must_hold_two_apps() {
    for sectors in 0..6 {
        assert!(Store::open(Chip::new(sectors)).is_none(), "{sectors}");
    }
    assert_eq!(SMALLEST_BYTES, 6 * SECTOR_BYTES);
    for (sectors, room) in [(6, 1), (7, 1), (8, 2), (36, 16), (37, 16)] {
        assert_eq!(Store::open(Chip::new(sectors)).unwrap().room(), room * SECTOR_BYTES, "{sectors}");
        assert_eq!(flash_bytes(room * SECTOR_BYTES), sectors / 2 * 2 * SECTOR_BYTES);
        assert_eq!(flash_bytes(room * SECTOR_BYTES - 1), sectors / 2 * 2 * SECTOR_BYTES);
    }
}

#[test]
fn an_app_must_fit_into_a_slot() {
    let chip = Chip::new(8);
    let mut store = open(&chip);
    assert_eq!(store.begin(8193, 0, "desktop"), Err(StoreError::TooLarge { bytes: 8193, room: 8192 }));
    assert_eq!(
        store.begin(u32::MAX, 0, "").unwrap_err().to_string(),
        "the app has 4294967295 bytes, a slot has room for 8192"
    );
    assert_eq!(chip.done(), 0, "nothing is erased for what is refused");
    let full = Action::Install { length: 8192, seed: 3 };
    full.run(&mut store).unwrap();
    assert_eq!(look(&mut store), full.expect(&None));
    let bytes = PROFILE_BYTES + 1;
    let error = store.begin(1, 0, &"p".repeat(bytes)).unwrap_err();
    assert_eq!(error, StoreError::ProfileName { bytes: bytes as u32 });
}

#[test]
fn an_install_goes_on_when_another_does_not_fit() {
    let mut store = open(&Chip::new(8));
    let module = some_bytes(5000, 1);
    store.begin(5000, crc32(&module), "esp32c3").unwrap();
    store.append(&module[..3000]).unwrap();
    assert!(matches!(store.begin(8193, 0, "esp32c3"), Err(StoreError::TooLarge { .. })));
    let long = "p".repeat(PROFILE_BYTES + 1);
    assert!(matches!(store.begin(1, 0, &long), Err(StoreError::ProfileName { .. })));
    store.append(&module[3000..]).unwrap();
    store.commit().unwrap();
}

#[test]
fn an_install_has_an_order() {
    let chip = Chip::new(8);
    let mut store = open(&chip);
    assert_eq!(store.append(b"1234"), Err(StoreError::NoInstall));
    assert_eq!(store.commit(), Err(StoreError::NoInstall));
    assert_eq!(store.cancel(), Err(StoreError::NoInstall));
    assert_eq!(store.ready(), 0);

    let module = some_bytes(5000, 1);
    store.begin(5000, crc32(&module), "esp32c3").unwrap();
    assert_eq!(store.ready(), 4096);
    store.append(&module[..4095]).unwrap();
    assert_eq!(store.ready(), 4096);
    store.append(&module[4095..4096]).unwrap();
    assert_eq!(store.ready(), 5000);
    assert_eq!(store.commit(), Err(StoreError::Length { received: 4096, length: 5000 }));
    assert_eq!(store.commit(), Err(StoreError::NoInstall));

    store.begin(5000, crc32(&module), "esp32c3").unwrap();
    let error = store.append(&[0; 5001]).unwrap_err();
    assert_eq!(error.to_string(), "5001 of 5000 bytes of the app arrived");
    assert_eq!(store.append(&module), Err(StoreError::NoInstall));

    store.begin(5000, !crc32(&module), "esp32c3").unwrap();
    store.append(&module).unwrap();
    assert!(matches!(store.commit(), Err(StoreError::Kept { .. })));
    assert_eq!(store.app(), None);

    // Another begin, a cancel, and a restart each give up what had begun.
    store.begin(5000, crc32(&module), "esp32c3").unwrap();
    store.append(&module).unwrap();
    store.begin(10, crc32(&module[..10]), "esp32c3").unwrap();
    store.append(&module[..10]).unwrap();
    store.cancel().unwrap();
    assert_eq!(store.commit(), Err(StoreError::NoInstall));
    store.begin(10, crc32(&module[..10]), "esp32c3").unwrap();
    store.append(&module[..10]).unwrap();
    assert_eq!(open(&chip).app(), None);
    store.commit().unwrap();
    assert_eq!(open(&chip).app(), store.app());
    assert_eq!(store.load(&mut [0; 11]), Err(StoreError::Length { received: 11, length: 10 }));
}

#[test]
fn notes_belong_to_one_app() {
    let chip = Chip::new(8);
    let mut store = open(&chip);
    let mut place = [0; AUTOSTART_BYTES];
    assert_eq!(store.uninstall(), Err(StoreError::NoApp));
    assert_eq!(store.load(&mut []), Err(StoreError::NoApp));
    assert_eq!(store.mark(Mark::Attempt), Err(StoreError::NoApp));
    assert_eq!(store.set_autostart(b"start"), Err(StoreError::NoApp));
    assert_eq!(store.autostart(&mut place), Ok(None));

    let app = Action::Install { length: 10, seed: 1 };
    app.run(&mut store).unwrap();
    let long = [1; AUTOSTART_BYTES + 1];
    assert_eq!(store.set_autostart(&long), Err(StoreError::AutostartTooLong { bytes: 1025 }));
    store.set_autostart(&long[..AUTOSTART_BYTES]).unwrap();
    assert_eq!(store.autostart(&mut place), Ok(Some(&long[..AUTOSTART_BYTES])));
    store.set_autostart(b"start").unwrap();
    store.mark(Mark::Attempt).unwrap();
    store.mark(Mark::Failed).unwrap();
    store.mark(Mark::Attempt).unwrap();
    assert_eq!(store.marks(), Marks { failed: 1, open: true });
    // A cancelled install changes nothing of it.
    store.begin(10, 0, "").unwrap();
    store.cancel().unwrap();
    let mut store = open(&chip);
    assert_eq!(store.autostart(&mut place), Ok(Some(&b"start"[..])));
    assert_eq!(store.marks(), Marks { failed: 1, open: true });

    // The same module again is another app.
    app.run(&mut store).unwrap();
    assert_eq!((store.autostart(&mut place), store.marks()), (Ok(None), Marks::default()));
    store.set_autostart(b"start").unwrap();
    store.uninstall().unwrap();
    assert_eq!((store.autostart(&mut place), store.marks()), (Ok(None), Marks::default()));
    app.run(&mut store).unwrap();
    let mut store = open(&chip);
    assert_eq!((store.autostart(&mut place), store.marks()), (Ok(None), Marks::default()));
}

#[test]
fn many_starts_wear_evenly() {
    let chip = Chip::new(8);
    let mut store = open(&chip);
    Action::Install { length: 10, seed: 1 }.run(&mut store).unwrap();
    store.set_autostart(&[5; 100]).unwrap();
    let before = chip.done();
    for _ in 0..1000 {
        store.mark(Mark::Attempt).unwrap();
        store.mark(Mark::Proved).unwrap();
        // Nothing is written for what is noted already.
        store.mark(Mark::Proved).unwrap();
    }
    // A mark takes 8 bytes: about 240 starts fit into a sector, and a renewal takes 7 to 10 operations.
    let renewals = 1000_u32.div_ceil(240);
    assert!((2000..2000 + renewals * 12).contains(&(chip.done() - before)), "{}", chip.done() - before);
    assert_eq!(open(&chip).marks(), Marks::default());
    assert_eq!(open(&chip).autostart(&mut [0; AUTOSTART_BYTES]), Ok(Some(&[5; 100][..])));
}
