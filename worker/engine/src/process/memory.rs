//! Bounds of memory: checked before a model is loaded, and kept afterwards where the platform can.

use std::fs;
use std::path::Path;

use super::config::{Config, Make};
use crate::Error;

/// What a process takes beside its model: code, stacks, and address space that allocators reserve.
#[cfg(target_os = "linux")]
const BESIDE: u64 = 1 << 30;

/// Refuses a model that does not fit, before it is loaded.
pub(super) fn check(config: &Config) -> Result<(), Error> {
    let Make::Embedded(embedded) = &config.make else { return Ok(()) };
    let needed = needed(weights(&embedded.model)?, embedded.cache_bytes);
    fits(needed, config.memory, "raise the bound, or take a smaller cache or model")?;
    fits(needed, available(), "free memory, or take a smaller cache or model")
}

/// Weights, a tenth for what is worked on, and the cache.
fn needed(weights: u64, cache: u64) -> u64 {
    weights.saturating_add(weights / 10).saturating_add(cache)
}

fn fits(needed: u64, allowed: Option<u64>, remedy: &str) -> Result<(), Error> {
    match allowed {
        Some(allowed) if needed > allowed => {
            let what = "the model with its cache".to_owned();
            Err(Error::Memory { what, needed, allowed, remedy: remedy.to_owned() })
        }
        _ => Ok(()),
    }
}

/// How many bytes of weights a model's folder has.
fn weights(folder: &Path) -> Result<u64, Error> {
    let load = |error: std::io::Error| Error::Load { file: folder.display().to_string(), problem: error.to_string() };
    let mut all = 0_u64;
    for entry in fs::read_dir(folder).map_err(load)? {
        let path = entry.map_err(load)?.path();
        if path.extension().is_some_and(|extension| extension == "safetensors") {
            all = all.saturating_add(fs::metadata(&path).map_err(load)?.len());
        }
    }
    Ok(all)
}

/// How much memory the machine has left, where it says so.
fn available() -> Option<u64> {
    of_meminfo(&fs::read_to_string("/proc/meminfo").ok()?)
}

fn of_meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// Bounds this process's address space.
#[cfg(target_os = "linux")]
pub(super) fn bound(bytes: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let most = Some(bytes.saturating_add(BESIDE));
    if let Err(error) = setrlimit(Resource::As, Rlimit { current: most, maximum: most }) {
        eprintln!("cannot bound its memory: {error}");
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) const fn bound(_bytes: u64) {}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
