//! Handles: how a guest names what it has opened.
//!
//! A handle is `generation << 8 | slot + 1`: the lowest free slot is taken, and each reuse counts its
//! generation up, so that a closed handle stays invalid. Every target gives out the same numbers: 1, 2, 3 …

use alloc::vec::Vec;

/// Bits of a handle below the generation.
const SLOT_BITS: u32 = 8;
/// The last generation of a slot (23 bits, so that a handle is a positive `i32`); afterwards it is retired.
const LAST_GENERATION: u32 = (1 << 23) - 1;

/// The open things of one app, of all kinds.
#[derive(Debug)]
pub(crate) struct Handles<T> {
    slots: Vec<Slot<T>>,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u32,
    content: Option<T>,
}

impl<T> Handles<T> {
    /// A table of `capacity` slots, at most 255.
    pub(crate) fn new(capacity: u32) -> Self {
        let capacity = capacity.min((1 << SLOT_BITS) - 1);
        Self { slots: (0..capacity).map(|_| Slot { generation: 0, content: None }).collect() }
    }

    /// Whether [`insert`](Self::insert) would find no slot.
    pub(crate) fn is_full(&self) -> bool {
        self.free_slot().is_none()
    }

    /// Takes the lowest free slot; `None` if there is none.
    pub(crate) fn insert(&mut self, content: T) -> Option<u32> {
        let at = self.free_slot()?;
        let slot = &mut self.slots[at];
        slot.content = Some(content);
        Some(slot.generation << SLOT_BITS | (at as u32 + 1))
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, handle: u32) -> Option<&mut T> {
        let at = (handle & ((1 << SLOT_BITS) - 1)).checked_sub(1)?;
        let slot = self.slots.get_mut(at as usize)?;
        if slot.generation == handle >> SLOT_BITS { slot.content.as_mut() } else { None }
    }

    /// Frees the handle's slot.
    pub(crate) fn remove(&mut self, handle: u32) -> Option<T> {
        self.get_mut(handle)?;
        let slot = &mut self.slots[(handle & ((1 << SLOT_BITS) - 1)) as usize - 1];
        slot.generation += 1;
        slot.content.take()
    }

    /// All open things with their handles, by slot.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (u32, &mut T)> {
        self.slots.iter_mut().enumerate().filter_map(|(at, slot)| {
            let handle = slot.generation << SLOT_BITS | (at as u32 + 1);
            slot.content.as_mut().map(|content| (handle, content))
        })
    }

    fn free_slot(&self) -> Option<usize> {
        self.slots.iter().position(|slot| slot.content.is_none() && slot.generation <= LAST_GENERATION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_count_from_one_and_reuse_the_lowest_slot() {
        let mut handles = Handles::new(3);
        assert_eq!(
            [handles.insert('a'), handles.insert('b'), handles.insert('c')],
            [Some(1), Some(2), Some(3)]
        );
        assert_eq!(handles.insert('d'), None);
        assert_eq!(handles.remove(2), Some('b'));
        assert_eq!(handles.insert('e'), Some(1 << 8 | 2));
        assert_eq!(handles.get_mut(2), None);
    }

    #[test]
    fn nobody_is_at_zero_or_beyond_the_table() {
        let mut handles = Handles::new(2);
        handles.insert('a');
        for forged in [0, 2, 3, 255, 256, 257, u32::MAX] {
            assert_eq!(handles.get_mut(forged), None, "{forged}");
            assert_eq!(handles.remove(forged), None, "{forged}");
        }
    }

    #[test]
    fn a_slot_retires_after_its_last_generation() {
        let mut handles = Handles::new(1);
        handles.slots[0].generation = LAST_GENERATION;
        let last = handles.insert(()).unwrap();
        assert!(last < 1 << 31);
        handles.remove(last);
        assert!(handles.is_full());
        assert_eq!(handles.insert(()), None);
    }
}
