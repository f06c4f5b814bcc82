//! Installs that do not come to their end, and apps that do not fit.

use device_link::{LinkError, Request};
use remote_board::RemoteError;
use sim_host::Guest;

use crate::{
    raw::{Raw, start},
    support::{NOTHING, board, board_behind, line, said, sim},
};

/// A module of about `bytes` bytes: most of them in a section of its own that nobody reads.
pub(crate) fn padded(bytes: usize) -> Vec<u8> {
    let mut wasm = Guest::from_bytes(NOTHING).unwrap().wasm().to_vec();
    let mut length = bytes + 4;
    wasm.push(0);
    while length > 0x7f {
        wasm.push(length as u8 | 0x80);
        length >>= 7;
    }
    wasm.push(length as u8);
    wasm.extend([3, b'p', b'a', b'd']);
    wasm.extend((0..bytes).map(|at| (at * 7 % 251) as u8));
    wasm
}

/// Runs the installed app, which must be the one that exits with 7.
#[track_caller]
fn assert_former_runs(raw: &mut Raw) {
    raw.ask(Request::Start(start())).unwrap();
    assert_eq!(raw.outcome(), "exit 7");
}

#[test]
fn an_install_cut_at_any_piece_leaves_the_former_app() {
    let former = Guest::from_bytes(NOTHING).unwrap();
    let next = padded(6_000);
    let mut line = Some(line());
    let pieces: Vec<&[u8]> = next.chunks(1000).collect();
    for cut in 0..=pieces.len() {
        let mut raw = Raw::greeted(line.take().unwrap());
        if cut == 0 {
            raw.install(former.wasm());
        }
        let free = raw.info().heap.free;
        let number = raw.begin(&next).unwrap();
        for (index, piece) in pieces[..cut].iter().enumerate() {
            raw.piece(number, index * 1000, piece);
        }
        // The host is gone, with everything but the commit done at the last cut; the next one begins anew.
        let mut raw = Raw::greeted(raw.line);
        let info = raw.info();
        assert_eq!(info.app.unwrap().length as usize, former.wasm().len(), "cut at piece {cut}");
        assert_eq!(info.heap.free, free, "cut at piece {cut}");
        assert_eq!(raw.ask(Request::InstallCommit), Err(LinkError::NoInstall));
        assert_former_runs(&mut raw);
        line = Some(raw.line);
    }
}

#[test]
fn a_commit_too_early_and_a_damaged_module_leave_the_former_app() {
    let mut raw = Raw::greeted(line());
    raw.install(Guest::from_bytes(NOTHING).unwrap().wasm());
    let mut wasm = padded(3_000);
    let number = raw.begin(&wasm).unwrap();
    let length = wasm.len() as u32;
    raw.piece(number, 0, &wasm[..1000]);
    let early = LinkError::InstallIncomplete { received: 1000, length };
    assert_eq!(raw.ask(Request::InstallCommit), Err(early));
    // It goes on where it was, with other bytes than were announced.
    wasm[2000] ^= 1;
    for at in (1000..wasm.len()).step_by(1000) {
        raw.piece(number, at, &wasm[at..wasm.len().min(at + 1000)]);
    }
    let damaged = raw.ask(Request::InstallCommit).unwrap_err();
    assert!(matches!(damaged, LinkError::InstallDamaged { .. }), "{damaged:?}");
    assert_former_runs(&mut raw);
}

#[test]
fn a_stop_during_an_install_does_not_disturb_it() {
    let mut raw = Raw::greeted(line());
    let wasm = padded(3_000);
    let number = raw.begin(&wasm).unwrap();
    for at in (0..wasm.len()).step_by(1000) {
        raw.piece(number, at, &wasm[at..wasm.len().min(at + 1000)]);
        assert_eq!(raw.ask(Request::Stop), Err(LinkError::NotRunning));
    }
    raw.ask(Request::InstallCommit).unwrap();
    assert_former_runs(&mut raw);
}

#[test]
fn an_app_larger_than_the_heap_is_refused_and_the_former_one_runs() {
    let mut board = board();
    assert_eq!(sim(NOTHING).run_on(&mut board).unwrap().outcome.to_string(), "exit 7");
    let heap = board.session().info().unwrap().heap;
    let error = board.session().install(&padded(heap.total as usize), "esp32c3", |_| ()).unwrap_err();
    let RemoteError::Refused { error: LinkError::AppTooLarge { bytes, room }, .. } = error else {
        panic!("{}", said(&error))
    };
    assert!(bytes > heap.total && room < heap.free, "{}", said(&error));
    // What a run needs beside the app is not given away.
    assert!(heap.free - room >= 8 * 1024, "{} free, room for {room}", heap.free);
    assert_eq!(sim(NOTHING).run_on(&mut board).unwrap().outcome.to_string(), "exit 7");
}

#[test]
fn a_former_app_in_the_way_of_a_run_goes() {
    let mut board = board();
    let room = board.session().info().unwrap().heap.free as usize;
    // Two of these do not fit.
    for bytes in [room * 5 / 8, room * 5 / 8 + 1] {
        let run = sim(padded(bytes)).run_on(&mut board).unwrap();
        assert!(run.outcome.to_string().starts_with("refused module-size"), "{}", run.outcome);
    }
    assert_eq!(sim(NOTHING).run_on(&mut board).unwrap().outcome.to_string(), "exit 7");
}

#[test]
fn a_former_app_that_is_not_in_the_way_stays() {
    let mut board = board();
    assert_eq!(sim(NOTHING).run_on(&mut board).unwrap().outcome.to_string(), "exit 7");
    let heap = board.session().info().unwrap().heap;
    let error = said(&sim(padded(heap.total as usize)).run_on(&mut board).unwrap_err());
    assert!(error.contains("the device has room for "), "{error}");
    let app = board.session().info().unwrap().app.unwrap();
    assert_eq!(app.length as usize, Guest::from_bytes(NOTHING).unwrap().wasm().len());
}

#[test]
fn a_module_beyond_the_profile_is_refused_for_its_size_even_if_it_fills_memory() {
    let mut board = board();
    let free = board.session().info().unwrap().heap.free;
    let run = sim(padded(free as usize - 40 * 1024)).run_on(&mut board).unwrap();
    assert!(run.outcome.to_string().starts_with("refused module-size"), "{}", run.outcome);
    board.session().uninstall().unwrap();
    assert_eq!(board.session().info().unwrap().heap.free, free);
}

#[test]
fn a_guest_whose_code_does_not_fit_is_out_of_memory_and_leaves_nothing_behind() {
    // Two pages of memory and 40 KB of code, which take three times as much and more once they are compiled.
    let line = "(local.set 0 (i32.add (i32.mul (local.get 0) (i32.const 77777)) (i32.const 1234567)))";
    let function = format!("(func (param i32) {})", line.repeat(200));
    let guest = format!(
        r#"(module (memory (export "memory") 2) {} (func (export "run") (result i32) (i32.const 0)))"#,
        function.repeat(16)
    );
    let mut board = board();
    let free = board.session().info().unwrap().heap.free;
    for _ in 0..3 {
        let run = sim(&guest).run_on(&mut board).unwrap();
        assert_eq!(run.outcome.to_string(), "refused out-of-memory");
    }
    board.session().uninstall().unwrap();
    assert_eq!(board.session().info().unwrap().heap.free, free);
    assert_eq!(sim(NOTHING).run_on(&mut board).unwrap().outcome.to_string(), "exit 7");
}

#[test]
fn progress_is_told_up_to_the_end() {
    let mut board = board_behind(|line| line).unwrap();
    let wasm = padded(20_000);
    let mut told = Vec::new();
    board.session().install(&wasm, "esp32c3", |bytes| told.push(bytes)).unwrap();
    assert!(told.is_sorted() && told.last() == Some(&wasm.len()) && told.len() > 5, "{told:?}");
    // What is there already is not sent again.
    let mut again = Vec::new();
    board.session().install(&wasm, "esp32c3", |bytes| again.push(bytes)).unwrap();
    assert_eq!(again, [wasm.len()]);
}
