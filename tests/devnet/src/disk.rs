//! What outlives the process: the state, the blocks and an index of transactions, in one file, a block at a time.

use std::path::Path;

use redb::backends::InMemoryBackend;
use redb::{Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};

use crate::block::Block;
use crate::error::StartError;
use crate::store::{Change, Store};

const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
const STATE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("state");
const BLOCKS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("blocks");
const TRANSACTIONS: TableDefinition<'_, &[u8], (u64, u32)> = TableDefinition::new("transactions");

/// The layout of the file; another one is refused.
pub const VERSION: &str = "hearth-devnet/2";

/// So much of the file is kept in memory, in bytes. The state is there anyway; what else is read is read once.
const CACHE: usize = 16 << 20;

/// The file.
pub struct Disk {
    db: Database,
}

/// What only has to be read when a chain starts.
pub struct Loaded {
    /// The state after the last block.
    pub store: Store,
    /// The last block, if there is one.
    pub last: Option<Block>,
    /// The chain's name and prefix as they were.
    pub identity: Option<String>,
}

impl Disk {
    /// Opens the file in a folder, which no other process may hold; without a folder, all stays in memory.
    pub fn open(folder: Option<&Path>) -> Result<(Self, Loaded), StartError> {
        let mut builder = Database::builder();
        builder.set_cache_size(CACHE);
        let db = match folder {
            None => builder.create_with_backend(InMemoryBackend::new()),
            Some(folder) => builder.create(folder.join("chain.redb")),
        };
        let held = |error| match error {
            DatabaseError::DatabaseAlreadyOpen => {
                StartError::Held { folder: folder.map(Path::to_path_buf).unwrap_or_default() }
            }
            DatabaseError::UpgradeRequired(_) => StartError::Version { found: "an older file".to_owned() },
            other => StartError::Disk(other.to_string()),
        };
        let disk = Self { db: db.map_err(held)? };
        let loaded = disk.load().map_err(|error| StartError::Disk(error.to_string()))?;
        let version = disk.meta("version").map_err(|error| StartError::Disk(error.to_string()))?;
        match version {
            Some(found) if found != VERSION => Err(StartError::Version { found }),
            _ => Ok((disk, loaded)),
        }
    }

    fn load(&self) -> Result<Loaded, redb::Error> {
        let write = self.db.begin_write()?;
        write.open_table(META)?;
        write.open_table(STATE)?;
        write.open_table(BLOCKS)?;
        write.open_table(TRANSACTIONS)?;
        write.commit()?;
        let read = self.db.begin_read()?;
        let state = read.open_table(STATE)?;
        let mut entries = Vec::new();
        for entry in state.iter()? {
            let (key, value) = entry?;
            entries.push((key.value().to_vec(), value.value().to_vec()));
        }
        let blocks = read.open_table(BLOCKS)?;
        let last = blocks.last()?.and_then(|(_, bytes)| Block::decode(bytes.value()));
        Ok(Loaded { store: Store::of(entries), last, identity: self.meta("identity")? })
    }

    fn meta(&self, name: &str) -> Result<Option<String>, redb::Error> {
        let read = self.db.begin_read()?;
        let found = read.open_table(META)?.get(name)?;
        Ok(found.map(|value| String::from_utf8_lossy(value.value()).into_owned()))
    }

    /// Writes whose chain this is.
    pub fn identify(&self, identity: &str) -> Result<(), redb::Error> {
        let write = self.db.begin_write()?;
        {
            let mut meta = write.open_table(META)?;
            meta.insert("version", VERSION.as_bytes())?;
            meta.insert("identity", identity.as_bytes())?;
        }
        Ok(write.commit()?)
    }

    /// Writes a block and what it changed: all of it, or nothing.
    pub fn commit(&self, block: &Block, changes: &[Change]) -> Result<(), redb::Error> {
        let write = self.db.begin_write()?;
        {
            apply(&mut write.open_table(STATE)?, changes)?;
            write.open_table(BLOCKS)?.insert(block.height, block.encode().as_slice())?;
            let mut transactions = write.open_table(TRANSACTIONS)?;
            for (index, hash) in (0..).zip(block.hashes()) {
                transactions.insert(hash.as_slice(), (block.height, index))?;
            }
        }
        Ok(write.commit()?)
    }

    /// Goes back behind blocks, to a state that differs by these changes.
    pub fn rewind(&self, height: u64, changes: &[Change]) -> Result<(), redb::Error> {
        let write = self.db.begin_write()?;
        {
            apply(&mut write.open_table(STATE)?, changes)?;
            let mut blocks = write.open_table(BLOCKS)?;
            let mut transactions = write.open_table(TRANSACTIONS)?;
            let mut gone = Vec::new();
            for entry in blocks.range(height.saturating_add(1)..)? {
                let (at, bytes) = entry?;
                gone.push((at.value(), Block::decode(bytes.value())));
            }
            for (at, block) in gone {
                for hash in block.iter().flat_map(Block::hashes) {
                    transactions.remove(hash.as_slice())?;
                }
                blocks.remove(at)?;
            }
        }
        Ok(write.commit()?)
    }

    /// A block.
    pub fn block(&self, height: u64) -> Option<Block> {
        let read = self.db.begin_read().ok()?;
        let found = read.open_table(BLOCKS).ok()?.get(height).ok()??;
        Block::decode(found.value())
    }

    /// Blocks between two heights, both included, in order; each is handed on as it is read, until it is enough.
    pub fn blocks(&self, from: u64, to: u64, descending: bool, mut each: impl FnMut(Block) -> bool) {
        let mut visit = || -> Option<()> {
            let read = self.db.begin_read().ok()?;
            let table = read.open_table(BLOCKS).ok()?;
            let mut range = table.range(from..=to).ok()?;
            while let Some(Ok((_, bytes))) = if descending { range.next_back() } else { range.next() } {
                if !each(Block::decode(bytes.value())?) {
                    break;
                }
            }
            Some(())
        };
        visit();
    }

    /// Where a transaction is: height and index.
    pub fn find(&self, hash: &[u8]) -> Option<(u64, u32)> {
        let read = self.db.begin_read().ok()?;
        let found = read.open_table(TRANSACTIONS).ok()?.get(hash).ok()??;
        Some(found.value())
    }
}

fn apply(state: &mut redb::Table<'_, &[u8], &[u8]>, changes: &[Change]) -> Result<(), redb::Error> {
    for (key, value) in changes {
        match value {
            Some(value) => state.insert(key.as_slice(), value.as_slice())?,
            None => state.remove(key.as_slice())?,
        };
    }
    Ok(())
}
