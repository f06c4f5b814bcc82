//! Installs: pieces out of order, twice, missing, too many; and whole ones over a bad line.

use arbitrary::Unstructured;
use device_link::*;
use proptest::{collection::vec, prelude::*};

use crate::{line::Line, support::frame};

const MODULE: &[u8] = b"0123456789abcdef";

fn begun() -> Installation {
    Installation::begin(7, 16, crc32(MODULE), 16, 8).expect("there is room")
}

/// Takes a piece of the module and returns what is to be stored.
fn take(installation: &mut Installation, from: usize, to: usize) -> (u32, &'static [u8], bool) {
    let data = Data { offset: from as u32, bytes: &MODULE[from..to] };
    let piece = installation.data(7, data).expect("it is this install's");
    (piece.offset, piece.bytes, piece.progress.again)
}

#[test]
fn an_app_above_the_room_is_refused_with_numbers() {
    let refused = Installation::begin(1, 101, 0, 100, 10).map(drop);
    assert_eq!(refused, Err(LinkError::AppTooLarge { bytes: 101, room: 100 }));
    let error = LinkError::AppTooLarge { bytes: 101, room: 100 };
    assert_eq!(error.to_string(), "the app has 101 bytes, the device has room for 100");
    assert!(Installation::begin(1, 100, 0, 100, 10).is_ok());
}

#[test]
fn a_gap_is_not_taken_and_asked_for() {
    let mut installation = begun();
    assert_eq!(take(&mut installation, 1, 4), (0, &b""[..], true));
    assert_eq!(take(&mut installation, 0, 4), (0, &b"0123"[..], false));
    assert_eq!(take(&mut installation, 8, 12), (4, &b""[..], true));
}

#[test]
fn what_repeats_is_stored_once() {
    let mut installation = begun();
    assert_eq!(take(&mut installation, 0, 4), (0, &b"0123"[..], false));
    assert_eq!(take(&mut installation, 0, 4), (4, &b""[..], false));
    assert_eq!(take(&mut installation, 2, 8), (4, &b"4567"[..], false));
    assert_eq!(take(&mut installation, 1, 3), (8, &b""[..], false));
    assert_eq!(take(&mut installation, 8, 16), (8, &b"89abcdef"[..], false));
    assert_eq!(installation.check(), Ok(()));
}

#[test]
fn what_goes_beyond_the_length_is_cut_off() {
    let mut installation = Installation::begin(7, 4, crc32(b"0123"), 16, 8).expect("there is room");
    assert_eq!(take(&mut installation, 0, 16), (0, &b"0123"[..], false));
    assert_eq!(take(&mut installation, 4, 16), (4, &b""[..], false));
    assert_eq!(installation.check(), Ok(()));
    let far = Data { offset: u32::MAX, bytes: MODULE };
    assert!(installation.data(7, far).is_some_and(|piece| piece.bytes.is_empty()));
}

#[test]
fn data_of_another_install_is_ignored() {
    assert_eq!(begun().data(6, Data { offset: 0, bytes: MODULE }), None);
}

#[test]
fn an_install_that_is_cut_anywhere_cannot_be_committed() {
    for cut in 0..16 {
        let mut installation = begun();
        take(&mut installation, 0, cut);
        let incomplete = LinkError::InstallIncomplete { received: cut as u32, length: 16 };
        assert_eq!(installation.check(), Err(incomplete));
    }
}

#[test]
fn other_bytes_than_announced_cannot_be_committed() {
    let mut installation = Installation::begin(7, 16, 1, 16, 16).expect("there is room");
    take(&mut installation, 0, 16);
    assert_eq!(installation.check(), Err(LinkError::InstallDamaged { found: crc32(MODULE), expected: 1 }));
}

#[test]
fn the_window_is_not_left() {
    let mut upload = Upload::new(MODULE, Data::OVERHEAD + 3, 7);
    let mut offsets = Vec::new();
    while let Some(piece) = upload.next_piece() {
        offsets.push((piece.offset, piece.bytes.len()));
    }
    assert_eq!(offsets, [(0, 3), (3, 3), (6, 1)]);
    upload.progress(Progress { received: 7, limit: 100, again: false });
    assert_eq!(upload.next_piece(), Some(Data { offset: 7, bytes: b"789" }));
}

#[test]
fn progress_that_cannot_be_is_ignored() {
    let mut upload = Upload::new(MODULE, 4096, 8);
    assert_eq!(upload.next_piece().map(|piece| piece.bytes.len()), Some(8));
    upload.progress(Progress { received: 9, limit: 16, again: false });
    assert_eq!((upload.received(), upload.next_piece()), (0, None));
    upload.progress(Progress { received: 8, limit: 16, again: false });
    upload.progress(Progress { received: 4, limit: 4, again: true });
    assert_eq!(upload.received(), 8);
    assert_eq!(upload.next_piece(), Some(Data { offset: 8, bytes: b"89abcdef" }));
    assert!(!upload.is_complete());
}

#[test]
fn it_goes_back_once_for_each_gap() {
    let mut upload = Upload::new(MODULE, Data::OVERHEAD + 4, 16);
    assert_eq!(std::iter::from_fn(|| upload.next_piece()).count(), 4);
    let gap = Progress { received: 4, limit: 16, again: true };
    upload.progress(gap);
    assert_eq!(upload.next_piece().map(|piece| piece.offset), Some(4));
    // Two more pieces were behind the gap.
    upload.progress(gap);
    assert_eq!(upload.next_piece().map(|piece| piece.offset), Some(8));
    upload.go_back();
    assert_eq!(upload.next_piece().map(|piece| piece.offset), Some(4));
}

#[test]
fn an_empty_app_is_complete_at_once() {
    let mut upload = Upload::new(&[], 1024, 0);
    assert!(upload.is_complete() && upload.next_piece().is_none());
    assert_eq!(
        Installation::begin(1, 0, crc32(&[]), 0, 0).map(|empty| empty.check()).map_err(drop),
        Ok(Ok(()))
    );
}

/// Of what goes over the line, nearly all is the module, also with the shortest payloads that there are.
#[test]
fn little_of_the_line_is_lost_to_frames() {
    let module: Vec<u8> = (0..60_000u32).map(|byte| (byte % 256) as u8).collect();
    let mut upload = Upload::new(&module, SMALLEST_LIMIT, u32::MAX);
    let pieces = std::iter::from_fn(|| upload.next_piece());
    let frames = pieces.map(|data| frame(&Message { app: 0, number: 3, body: ToDevice::Data(data) }));
    let line: usize = frames.map(|frame| frame.len()).sum();
    assert!(line * 97 < module.len() * 100, "{line} bytes for {}", module.len());
}

proptest! {
    /// Over a line that loses, bends, cuts and repeats, all bytes arrive, each stored once; the fewest frames that a
    /// good line needs are not exceeded.
    #[test]
    fn installs_get_over_a_bad_line(
        module in vec(any::<u8>(), 0..3000),
        fate in vec(any::<u8>(), 0..600),
        piece in 1usize..300,
        window in 1u32..2000,
    ) {
        let mut fate = Unstructured::new(&fate);
        let (mut there, mut back) = (Line::new(), Line::new());
        let length = module.len() as u32;
        let mut installation = Installation::begin(3, length, crc32(&module), length, window).expect("there is room");
        let mut stored = Vec::new();
        let mut upload = Upload::new(&module, Data::OVERHEAD + piece, installation.limit());
        let good = fate.is_empty();
        let mut frames = 0;
        for round in 0.. {
            prop_assert!(round < 20_000, "no end");
            let mut silent = true;
            while let Some(data) = upload.next_piece() {
                silent = false;
                frames += 1;
                there.send(&frame(&Message { app: 0, number: 3, body: ToDevice::Data(data) }), &mut fate);
            }
            for payload in there.receive() {
                let Ok(Message { number, body: ToDevice::Data(data), .. }) = decode(&payload) else { continue };
                let taken = installation.data(number, data).expect("there is one install");
                prop_assert_eq!(taken.offset as usize, stored.len());
                stored.extend_from_slice(taken.bytes);
                back.send(&frame(&Message { app: 0, number, body: ToHost::Progress(taken.progress) }), &mut fate);
            }
            for payload in back.receive() {
                silent = false;
                let Ok(Message { body: ToHost::Progress(progress), .. }) = decode(&payload) else { continue };
                upload.progress(progress);
            }
            if upload.is_complete() {
                break;
            }
            if silent {
                upload.go_back();
            }
        }
        prop_assert_eq!(&stored, &module);
        prop_assert_eq!(installation.check(), Ok(()));
        if good && window as usize >= module.len() {
            prop_assert_eq!(frames, module.len().div_ceil(piece));
        }
    }
}
