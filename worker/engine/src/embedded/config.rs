//! `config.json` and `generation_config.json`: what shape a model has.

use std::path::Path;

use hearth_exact::layer::Shape;
use hearth_exact::rotary::Stretch;
use hearth_speech::file::read;
use serde::Deserialize;

use crate::Error;

/// Larger than any configuration that describes a model.
const MOST_BYTES: u64 = 1 << 20;
/// f32 counts to here exactly, and no model of this shape is wider.
const MOST: usize = 1 << 24;

/// A model's shape, as far as the arithmetic knows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Config {
    pub(super) shape: Shape,
    pub(super) layers: usize,
    pub(super) vocabulary: usize,
    pub(super) context: usize,
    pub(super) theta: f32,
    pub(super) stretch: Option<Stretch>,
    pub(super) tied: bool,
    pub(super) ends: Vec<u32>,
}

#[derive(Deserialize)]
struct Written {
    model_type: String,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    vocab_size: usize,
    max_position_embeddings: usize,
    rms_norm_eps: f32,
    rope_theta: Option<f32>,
    rope_scaling: Option<Rope>,
    rope_parameters: Option<Rope>,
    #[serde(default)]
    tie_word_embeddings: bool,
    #[serde(default)]
    attention_bias: bool,
    #[serde(default)]
    mlp_bias: bool,
    hidden_act: Option<String>,
    sliding_window: Option<usize>,
    quantization_config: Option<serde_json::Value>,
    eos_token_id: Option<Ends>,
}

#[derive(Deserialize)]
struct Rope {
    #[serde(alias = "type")]
    rope_type: Option<String>,
    rope_theta: Option<f32>,
    factor: Option<f64>,
    low_freq_factor: Option<f64>,
    high_freq_factor: Option<f64>,
    original_max_position_embeddings: Option<f64>,
}

#[derive(Deserialize)]
struct Generation {
    eos_token_id: Option<Ends>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Ends {
    One(u32),
    Some(Vec<u32>),
}

impl Ends {
    fn list(self) -> Vec<u32> {
        match self {
            Self::One(id) => vec![id],
            Self::Some(ids) => ids,
        }
    }
}

impl Config {
    /// Reads the configuration of the model in a folder.
    pub(super) fn load(folder: &Path) -> Result<Self, Error> {
        let problem =
            |name: &str, problem: String| Error::Load { file: folder.join(name).display().to_string(), problem };
        let bytes = read(folder, "config.json", MOST_BYTES)?;
        let written = serde_json::from_slice(&bytes).map_err(|error| problem("config.json", error.to_string()))?;
        let mut config = Self::of(written).map_err(|what| problem("config.json", what))?;
        const GENERATION: &str = "generation_config.json";
        if folder.join(GENERATION).exists() {
            let bytes = read(folder, GENERATION, MOST_BYTES)?;
            let written: Generation =
                serde_json::from_slice(&bytes).map_err(|error| problem(GENERATION, error.to_string()))?;
            config.ends.extend(written.eos_token_id.map(Ends::list).unwrap_or_default());
        }
        Ok(config)
    }

    fn of(written: Written) -> Result<Self, String> {
        supported(&written)?;
        let heads = written.num_attention_heads;
        let groups = written.num_key_value_heads.unwrap_or(heads);
        let size = written.head_dim.or(written.hidden_size.checked_div(heads)).unwrap_or_default();
        let counts = [
            ("hidden_size", written.hidden_size),
            ("intermediate_size", written.intermediate_size),
            ("num_hidden_layers", written.num_hidden_layers),
            ("num_attention_heads", heads),
            ("num_key_value_heads", groups),
            ("head_dim", size),
            ("vocab_size", written.vocab_size),
            ("max_position_embeddings", written.max_position_embeddings),
        ];
        if let Some((name, count)) = counts.iter().find(|(_, count)| *count == 0 || *count >= MOST) {
            return Err(format!("{name} is {count}: it must be between 1 and {}", MOST.saturating_sub(1)));
        }
        if heads.checked_rem(groups) != Some(0) || heads.saturating_mul(size) >= MOST {
            return Err(format!("{heads} heads of {size} cannot share {groups} key-value heads"));
        }
        if size.checked_rem(2) != Some(0) {
            return Err(format!("a head of {size} numbers has no pairs to turn"));
        }
        let rope = written.rope_parameters.or(written.rope_scaling);
        let theta = rope.as_ref().and_then(|rope| rope.rope_theta).or(written.rope_theta).unwrap_or(10_000.0);
        let epsilon = written.rms_norm_eps;
        if !(theta.is_finite() && theta >= 1.0 && epsilon.is_finite() && epsilon > 0.0) {
            return Err(format!("rope_theta {theta} or rms_norm_eps {epsilon} makes no sense"));
        }
        Ok(Self {
            shape: Shape { width: written.hidden_size, heads, groups, size, inner: written.intermediate_size, epsilon },
            layers: written.num_hidden_layers,
            vocabulary: written.vocab_size,
            context: written.max_position_embeddings,
            theta,
            stretch: rope.map_or(Ok(None), stretch)?,
            tied: written.tie_word_embeddings,
            ends: written.eos_token_id.map(Ends::list).unwrap_or_default(),
        })
    }
}

/// Refuses what would be computed wrongly.
fn supported(written: &Written) -> Result<(), String> {
    let only = |what: &str| Err(format!("{what}: this engine runs Llama-shape models without it"));
    if !["llama", "mistral"].contains(&written.model_type.as_str()) {
        return Err(format!("model_type is {}: this engine runs llama and mistral", written.model_type));
    }
    if written.attention_bias || written.mlp_bias {
        return only("biases");
    }
    if written.sliding_window.is_some_and(|window| window < written.max_position_embeddings) {
        return only("a sliding window");
    }
    if written.quantization_config.is_some() {
        return only("quantisation");
    }
    match written.hidden_act.as_deref() {
        None | Some("silu") => Ok(()),
        Some(other) => Err(format!("hidden_act is {other}: this engine knows silu")),
    }
}

fn stretch(rope: Rope) -> Result<Option<Stretch>, String> {
    match rope.rope_type.as_deref() {
        None | Some("default") => Ok(None),
        Some("llama3") => {
            let by = |name: &str, value: Option<f64>| {
                value.filter(|value| value.is_finite() && *value > 0.0).ok_or(format!("rope scaling lacks {name}"))
            };
            let stretch = Stretch {
                factor: by("factor", rope.factor)?,
                low: by("low_freq_factor", rope.low_freq_factor)?,
                high: by("high_freq_factor", rope.high_freq_factor)?,
                original: by("original_max_position_embeddings", rope.original_max_position_embeddings)?,
            };
            if stretch.high > stretch.low { Ok(Some(stretch)) } else { Err("rope scaling has no range".into()) }
        }
        Some(other) => Err(format!("rope_type is {other}: this engine knows default and llama3")),
    }
}
