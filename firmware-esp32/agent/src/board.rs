//! What the agent needs of the board that it is on.

use device_abi::Profile;
use device_link::Heap;

/// What the agent needs of the board that it is on.
pub trait Board: core::fmt::Debug + Send {
    /// Takes bytes that have arrived, as many as there are and fit; never waits.
    fn read(&mut self, bytes: &mut [u8]) -> usize;

    /// Sends bytes; waits until the line has taken them.
    fn write(&mut self, bytes: &[u8]);

    /// Waits until bytes arrive, or until `until_ns` of [`now_ns`](Board::now_ns). May return early.
    fn wait(&mut self, until_ns: u64);

    /// Real time since some moment, nanoseconds; never goes back.
    fn now_ns(&self) -> u64;

    /// Processor instructions or cycles since some moment, or 0 where nobody counts them.
    fn cycles(&self) -> u64;

    /// The memory.
    fn heap(&self) -> Heap;

    /// Whether the board is to stop serving: its line is gone for good, or it was told to restart.
    fn is_over(&self) -> bool;

    /// Restarts the board. Returns where that takes effect only once [`is_over`](Board::is_over) is looked at.
    fn restart(&mut self);
}

/// Who the board is: what its hello says.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// What board it is: `esp32c3`, `qemu-virt`, `host`.
    pub board: &'static str,
    /// 1 to 16 bytes that tell this device from others.
    pub device_id: &'static [u8],
    /// The largest profile that it can hold.
    pub profile: &'static Profile,
}
