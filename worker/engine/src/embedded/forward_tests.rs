#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "these are tests")]

use std::cell::Cell;
use std::path::Path as File;

use hearth_exact::Path;

use super::*;
use crate::embedded::config::Config;

/// Gives up after it was asked so often.
struct Impatient {
    asked: Cell<usize>,
    patience: usize,
    logits: Vec<Vec<f32>>,
}

impl Impatient {
    fn new(patience: usize) -> Self {
        Self { asked: Cell::new(0), patience, logits: Vec::new() }
    }
}

impl Wanting for Impatient {
    fn given_up(&self) -> bool {
        self.asked.set(self.asked.get() + 1);
        self.asked.get() > self.patience
    }

    fn give(&mut self, _: Row, logits: &[f32]) {
        self.logits.push(logits.to_vec());
    }
}

#[test]
fn who_gives_up_is_heard_before_each_layer_and_leaves_no_trace() {
    let folder = File::new(env!("CARGO_MANIFEST_DIR")).join("models/hearth-tiny");
    let names = hearth_speech::file::weights(&folder).unwrap();
    let model = Model::load(&folder, &names, Config::load(&folder).unwrap()).unwrap();
    let layers = model.config.layers;
    let cut = Threads { count: 1, path: Path::best() };
    let mut pass = Pass::new(&model, cut, 8, 64);
    let mut cache = Cache::new(model.shape(), layers, 16 << 20, 1).unwrap();
    assert!(cache.lease(0, 8));
    let row = |position: usize| Row { slot: 0, position, token: 5 + u32::try_from(position).unwrap(), wanted: true };
    let rows: Vec<Row> = (0..8).map(row).collect();
    let mut whole = Impatient::new(usize::MAX);
    pass.run(&model, &mut cache, &rows, &mut whole);
    assert_eq!((whole.asked.get(), whole.logits.len()), (layers, 8));
    for patience in 0..layers {
        let mut gone = Impatient::new(patience);
        pass.run(&model, &mut cache, &rows, &mut gone);
        assert_eq!((gone.asked.get(), gone.logits.len()), (patience + 1, 0), "no layer more is computed");
        let mut again = Impatient::new(usize::MAX);
        pass.run(&model, &mut cache, &rows, &mut again);
        assert!(again.logits == whole.logits, "what was left in the middle shows");
    }
}
