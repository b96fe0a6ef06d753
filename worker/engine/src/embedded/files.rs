//! The files of weights, mapped into memory and left as they are.
//!
//! A mapped file must not be changed or cut while it is in use: the system then ends the process. That is why an engine
//! runs in a process of its own.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::path::Path;

use hearth_exact::{Format, Matrix};
use memmap2::Mmap;
use safetensors::{Dtype, SafeTensors};

use crate::Error;

/// Every tensor of a model, where it lies.
#[derive(Debug, Default)]
pub(super) struct Files {
    maps: Vec<Mmap>,
    tensors: BTreeMap<String, Entry>,
}

/// A tensor as a header says it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    map: usize,
    bytes: Range<usize>,
    kind: Dtype,
    shape: Vec<usize>,
}

/// A tensor that was found to be what it should.
#[derive(Clone, Debug)]
pub(super) struct Tensor {
    map: usize,
    bytes: Range<usize>,
    format: Format,
    rows: usize,
    columns: usize,
}

/// Reads out of a file's header which tensors it has. Whatever the bytes are, they are refused, never a panic.
pub(super) fn header(bytes: &[u8], map: usize) -> Result<Vec<(String, Entry)>, String> {
    let remedy = |error: safetensors::SafeTensorError| format!("{error}; get the file again");
    SafeTensors::deserialize(bytes).map_err(remedy)?;
    let (length, metadata) = SafeTensors::read_metadata(bytes).map_err(remedy)?;
    let start = length.saturating_add(8);
    let tensors = metadata.tensors().into_iter().map(|(name, info)| {
        let (from, to) = info.data_offsets;
        let bytes = start.saturating_add(from)..start.saturating_add(to);
        (name, Entry { map, bytes, kind: info.dtype, shape: info.shape.clone() })
    });
    Ok(tensors.collect())
}

#[cfg(test)]
impl Entry {
    pub(super) fn bytes(&self) -> Range<usize> {
        self.bytes.clone()
    }
}

impl Files {
    /// Maps the files and reads their headers.
    pub(super) fn open(folder: &Path, names: &[String]) -> Result<Self, Error> {
        let mut files = Self::default();
        for name in names {
            let path = folder.join(name);
            let problem = |problem: String| Error::Load { file: path.display().to_string(), problem };
            let map = map(&path).map_err(|error| problem(error.to_string()))?;
            for (tensor, entry) in header(&map, files.maps.len()).map_err(problem)? {
                if files.tensors.insert(tensor.clone(), entry).is_some() {
                    return Err(problem(format!("it has {tensor}, which another file has too")));
                }
            }
            files.maps.push(map);
        }
        Ok(files)
    }

    /// The tensor of this name, if it has this shape (a vector where there is one row), a known format, and no NaN.
    pub(super) fn find(&self, name: &str, rows: usize, columns: usize) -> Result<Tensor, Error> {
        let problem = |problem: String| Error::Shape { tensor: name.into(), problem };
        let entry = self.tensors.get(name);
        let entry =
            entry.ok_or_else(|| problem("it is missing: the files do not belong to this config.json".into()))?;
        let wanted = if rows == 1 { vec![columns] } else { vec![rows, columns] };
        if entry.shape != wanted {
            return Err(problem(format!("its shape is {:?}, config.json makes it {wanted:?}", entry.shape)));
        }
        let format = match entry.kind {
            Dtype::F32 => Format::F32,
            Dtype::F16 => Format::F16,
            Dtype::BF16 => Format::Bf16,
            other => return Err(problem(format!("its numbers are {other:?}: convert them to F32, F16 or BF16"))),
        };
        let tensor = Tensor { map: entry.map, bytes: entry.bytes.clone(), format, rows, columns };
        let matrix = self.matrix(&tensor).ok_or_else(|| problem("it has bytes of another number".into()))?;
        if !matrix.is_finite() {
            return Err(problem(
                "it has NaN or infinite numbers: the file is damaged, or its training diverged".into(),
            ));
        }
        Ok(tensor)
    }

    /// A tensor's numbers.
    pub(super) fn matrix(&self, tensor: &Tensor) -> Option<Matrix<'_>> {
        let bytes = self.maps.get(tensor.map)?.get(tensor.bytes.clone())?;
        Matrix::of_bytes(tensor.format, bytes, tensor.rows, tensor.columns)
    }
}

#[expect(unsafe_code, reason = "a map of a file is only as constant as the file")]
fn map(path: &Path) -> std::io::Result<Mmap> {
    let file = File::open(path)?;
    // SAFETY: the map is read as plain bytes, for which every value is valid; a file that is cut while it is mapped
    // ends the process by a signal, and reads nothing else. The module's documentation tells the operator so.
    unsafe { Mmap::map(&file) }
}
