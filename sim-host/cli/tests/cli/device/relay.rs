//! A line whose board can be exchanged for another while somebody holds it: a restart that the line outlives.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use crate::listening::Listening;

/// A line to a board that can be exchanged.
pub(super) struct Relay {
    /// Where, as `--port` takes it.
    pub(super) place: String,
    client: Arc<Mutex<Option<TcpStream>>>,
    board: Arc<Mutex<TcpStream>>,
}

impl Relay {
    /// A line to `board`, for one client. The threads are left behind.
    pub(super) fn to(board: &Listening) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = format!("tcp:{}", listener.local_addr().unwrap());
        let relay = Self { place, client: Arc::default(), board: Arc::new(Mutex::new(connected(board))) };
        relay.pass_on();
        let (holder, board) = (Arc::clone(&relay.client), Arc::clone(&relay.board));
        thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            *holder.lock().unwrap() = Some(client.try_clone().unwrap());
            let mut bytes = [0; 4096];
            while let Ok(len @ 1..) = client.read(&mut bytes) {
                let _ = board.lock().unwrap().write_all(&bytes[..len]);
            }
        });
        relay
    }

    /// From now on, `board` is at the other end, which nobody has greeted yet.
    pub(super) fn exchange(&self, board: &Listening) {
        let old = std::mem::replace(&mut *self.board.lock().unwrap(), connected(board));
        old.shutdown(Shutdown::Both).unwrap();
        self.pass_on();
    }

    /// Passes what the present board says on to the client.
    fn pass_on(&self) {
        let (mut board, client) = (self.board.lock().unwrap().try_clone().unwrap(), Arc::clone(&self.client));
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(len @ 1..) = board.read(&mut bytes) {
                if let Some(client) = &mut *client.lock().unwrap() {
                    let _ = client.write_all(&bytes[..len]);
                }
            }
        });
    }
}

fn connected(board: &Listening) -> TcpStream {
    let stream = TcpStream::connect(board.place.strip_prefix("tcp:").unwrap()).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}
