//! Keys and values of what was read, in pages that sequences lease.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "offsets within pages that were counted when the cache was made"
)]

use hearth_exact::layer::Shape;

use crate::Error;

/// Positions of a page.
pub(super) const PAGE: usize = 16;

/// The pages, and which slot has leased which.
#[derive(Debug)]
pub(super) struct Cache {
    numbers: Vec<f32>,
    free: Vec<usize>,
    tables: Vec<Vec<usize>>,
    pages: usize,
    groups: usize,
    size: usize,
    layers: usize,
}

/// The bytes of a page, saturating.
pub(super) fn page_bytes(shape: &Shape, layers: usize) -> usize {
    [2, layers, shape.groups, shape.size, PAGE, size_of::<f32>()].into_iter().fold(1, usize::saturating_mul)
}

impl Cache {
    /// A cache within so many bytes, for so many sequences at once.
    pub(super) fn new(shape: &Shape, layers: usize, bytes: u64, slots: usize) -> Result<Self, Error> {
        let page = page_bytes(shape, layers);
        let pages = usize::try_from(bytes).unwrap_or(usize::MAX) / page;
        let small = || Error::Memory {
            what: format!("a cache for {PAGE} tokens"),
            needed: u64::try_from(page).unwrap_or(u64::MAX),
            allowed: bytes,
            remedy: "allow the cache more memory".into(),
        };
        if pages == 0 {
            return Err(small());
        }
        let numbers = pages * (page / size_of::<f32>());
        // Zeroed memory is lent by the system page by page, as it is written.
        Ok(Self {
            numbers: vec![0.0; numbers],
            free: (0..pages).rev().collect(),
            tables: vec![Vec::new(); slots],
            pages,
            groups: shape.groups,
            size: shape.size,
            layers,
        })
    }

    /// How many positions fit at all.
    pub(super) const fn capacity(&self) -> usize {
        self.pages * PAGE
    }

    /// Leases room for so many positions to a slot; false if it is not there now.
    pub(super) fn lease(&mut self, slot: usize, positions: usize) -> bool {
        let pages = positions.div_ceil(PAGE);
        let Some(kept) = self.free.len().checked_sub(pages) else {
            return false;
        };
        self.tables[slot].extend(self.free.drain(kept..));
        true
    }

    /// Takes a slot's pages back.
    pub(super) fn release(&mut self, slot: usize) {
        self.free.append(&mut self.tables[slot]);
    }

    /// Remembers a position's key and value in a layer, all groups one after the other.
    pub(super) fn write(&mut self, slot: usize, position: usize, layer: usize, keys: &[f32], values: &[f32]) {
        for (which, numbers) in [keys, values].into_iter().enumerate() {
            for (group, head) in numbers.chunks_exact(self.size).enumerate() {
                let start = self.start(self.tables[slot][position / PAGE], layer, which, group);
                let at = start + position % PAGE * self.size;
                self.numbers[at..at + self.size].copy_from_slice(head);
            }
        }
    }

    /// The keys and values of a slot's first positions in one group of a layer, page by page.
    pub(super) fn read(
        &self,
        slot: usize,
        positions: usize,
        layer: usize,
        group: usize,
    ) -> impl Iterator<Item = (&[f32], &[f32])> + Clone {
        self.tables[slot].iter().enumerate().take(positions.div_ceil(PAGE)).map(move |(index, page)| {
            let numbers = (positions - index * PAGE).min(PAGE) * self.size;
            let (keys, values) = (self.start(*page, layer, 0, group), self.start(*page, layer, 1, group));
            (&self.numbers[keys..keys + numbers], &self.numbers[values..values + numbers])
        })
    }

    fn start(&self, page: usize, layer: usize, which: usize, group: usize) -> usize {
        (((page * self.layers + layer) * 2 + which) * self.groups + group) * PAGE * self.size
    }
}
