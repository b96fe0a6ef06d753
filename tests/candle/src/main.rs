//! `hearth-candle logits FOLDER TOKEN…` writes the logits after the tokens as JSON; `hearth-candle speed FOLDER [rounds]`
//! measures as the engine's example `speed` does: 32 tokens decoded after 16, and one prefill of 256. Weights in f32.

use std::path::{Path, PathBuf};
use std::time::Instant;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::llama::{Cache, Config, Llama, LlamaConfig};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let folder = PathBuf::from(args.get(1).expect("logits|speed FOLDER …"));
    let (llama, config) = load(&folder)?;
    if args.first().is_some_and(|what| what == "logits") {
        let tokens: Vec<u32> = args.iter().skip(2).map(|token| token.parse().expect("a token")).collect();
        let mut cache = Cache::new(true, DType::F32, &config, &Device::Cpu)?;
        println!("{}", serde_json::to_string(&read(&llama, &tokens, 0, &mut cache)?).expect("numbers"));
        return Ok(());
    }
    let rounds = args.get(2).map_or(5, |rounds| rounds.parse().expect("a number"));
    let vocabulary = config.vocab_size;
    let tokens = |count: usize| (0..count).map(|i| ((i * 7919 + 13) % vocabulary) as u32).collect::<Vec<_>>();
    let (mut decoding, mut scoring) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let mut cache = Cache::new(true, DType::F32, &config, &Device::Cpu)?;
        let mut logits = read(&llama, &tokens(16), 0, &mut cache)?;
        let start = now();
        for step in 0..32 {
            let best = (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).expect("logits");
            logits = read(&llama, &[best as u32], 16 + step, &mut cache)?;
        }
        decoding.push(rates(32.0, start));
        let mut cache = Cache::new(true, DType::F32, &config, &Device::Cpu)?;
        let start = now();
        read(&llama, &tokens(256), 0, &mut cache)?;
        scoring.push(rates(256.0, start));
    }
    let say = |what: &str, rates: Vec<(f64, f64)>| {
        let (clock, processor): (Vec<_>, Vec<_>) = rates.into_iter().unzip();
        println!("{what} {:.1} tok/s ({:.1} tok/CPU-s)", median(clock), median(processor));
    };
    say("decode", decoding);
    say("prefill", scoring);
    Ok(())
}

fn load(folder: &Path) -> Result<(Llama, Config)> {
    let config: LlamaConfig = serde_json::from_slice(&std::fs::read(folder.join("config.json"))?).expect("config.json");
    let config = config.into_config(false);
    let weights = std::fs::read(folder.join("model.safetensors"))?;
    let weights = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)?;
    Ok((Llama::load(weights, &config)?, config))
}

/// The logits after the tokens.
fn read(llama: &Llama, tokens: &[u32], position: usize, cache: &mut Cache) -> Result<Vec<f32>> {
    let input = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)?;
    llama.forward(&input, position, cache)?.flatten_all()?.to_vec1()
}

/// The clock, and the seconds of processor time that this process has used.
fn now() -> (Instant, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let after = stat.rsplit(')').next().expect("a line").split_whitespace().skip(11).take(2);
    (Instant::now(), after.map(|ticks| ticks.parse::<f64>().expect("ticks") / 100.0).sum())
}

fn rates(count: f64, since: (Instant, f64)) -> (f64, f64) {
    (count / since.0.elapsed().as_secs_f64(), count / (now().1 - since.1))
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
