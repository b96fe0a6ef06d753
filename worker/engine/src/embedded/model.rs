//! A model's weights under the names that Llama-shape files give them.

use std::path::Path;

use hearth_exact::layer::{Layer, Shape};
use hearth_exact::{Matrix, rotary};

use super::config::Config;
use super::files::{Files, Tensor};
use crate::Error;

/// A model whose tensors have all been found.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) config: Config,
    files: Files,
    layers: Vec<Tensors>,
    embedding: Tensor,
    head: Tensor,
    last: Vec<f32>,
    frequencies: Vec<f32>,
}

#[derive(Debug)]
struct Tensors {
    before_attention: Vec<f32>,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    before_gate: Vec<f32>,
    gate: Tensor,
    up: Tensor,
    down: Tensor,
}

impl Model {
    /// Maps a model's files and finds its tensors in them.
    pub(super) fn load(folder: &Path, names: &[String], config: Config) -> Result<Self, Error> {
        let files = Files::open(folder, names)?;
        let layers = (0..config.layers).map(|index| Tensors::find(&files, &config.shape, index));
        let layers = layers.collect::<Result<_, _>>()?;
        let Shape { width, size, .. } = config.shape;
        let embedding = files.find("model.embed_tokens.weight", config.vocabulary, width)?;
        let head =
            if config.tied { embedding.clone() } else { files.find("lm_head.weight", config.vocabulary, width)? };
        let last = norm(&files, "model.norm.weight", width)?;
        let pairs = size.checked_div(2).unwrap_or_default();
        let frequency = |pair| rotary::frequency(config.theta, pair, size, config.stretch);
        let frequencies = (0..pairs).map(frequency).collect();
        Ok(Self { config, files, layers, embedding, head, last, frequencies })
    }

    pub(super) const fn shape(&self) -> &Shape {
        &self.config.shape
    }

    /// How much each pair of a head turns a position.
    pub(super) fn frequencies(&self) -> &[f32] {
        &self.frequencies
    }

    pub(super) fn layers(&self) -> impl Iterator<Item = Layer<'_>> {
        self.layers.iter().map(|tensors| Layer {
            before_attention: &tensors.before_attention,
            query: self.matrix(&tensors.query),
            key: self.matrix(&tensors.key),
            value: self.matrix(&tensors.value),
            output: self.matrix(&tensors.output),
            before_gate: &tensors.before_gate,
            gate: self.matrix(&tensors.gate),
            up: self.matrix(&tensors.up),
            down: self.matrix(&tensors.down),
        })
    }

    /// A row a token.
    pub(super) fn embedding(&self) -> Matrix<'_> {
        self.matrix(&self.embedding)
    }

    /// A row a token.
    pub(super) fn head(&self) -> Matrix<'_> {
        self.matrix(&self.head)
    }

    /// The weight of the norm before the head.
    pub(super) fn last(&self) -> &[f32] {
        &self.last
    }

    #[expect(clippy::expect_used, reason = "`Files::find` made this matrix once, of files that are still mapped")]
    fn matrix(&self, tensor: &Tensor) -> Matrix<'_> {
        self.files.matrix(tensor).expect("the tensor was found in these files")
    }
}

impl Tensors {
    fn find(files: &Files, shape: &Shape, index: usize) -> Result<Self, Error> {
        let Shape { width, heads, groups, size, inner, .. } = *shape;
        let name = |what: &str| format!("model.layers.{index}.{what}.weight");
        let find = |what: &str, rows: usize, columns: usize| files.find(&name(what), rows, columns);
        let (asking, asked) = (heads.saturating_mul(size), groups.saturating_mul(size));
        Ok(Self {
            before_attention: norm(files, &name("input_layernorm"), width)?,
            query: find("self_attn.q_proj", asking, width)?,
            key: find("self_attn.k_proj", asked, width)?,
            value: find("self_attn.v_proj", asked, width)?,
            output: find("self_attn.o_proj", width, asking)?,
            before_gate: norm(files, &name("post_attention_layernorm"), width)?,
            gate: find("mlp.gate_proj", inner, width)?,
            up: find("mlp.up_proj", inner, width)?,
            down: find("mlp.down_proj", width, inner)?,
        })
    }
}

/// A norm's weight, widened: it is read for every row.
fn norm(files: &Files, name: &str, width: usize) -> Result<Vec<f32>, Error> {
    let tensor = files.find(name, 1, width)?;
    let mut numbers = vec![0.0; width];
    if let Some(matrix) = files.matrix(&tensor) {
        matrix.row(0, &mut numbers);
    }
    Ok(numbers)
}
