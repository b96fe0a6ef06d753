//! What a deal has counted: its totals, the edge of its tree, and its leaves.

use hearth_schema::digest::Digest;
use hearth_schema::leaf::{Engine, Leaf, Totals};
use hearth_schema::sign::{Scope, Signature};
use hearth_schema::tree::{self, Frontier, Node, Tree};
use hearth_schema::unit::{DealId, Seconds};

use super::{JournalError, Page, int, json, number, read};

/// What a deal has counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// The totals.
    pub totals: Totals,
    /// The root over all leaves; nothing before the first.
    pub root: Option<Digest>,
    /// The tree's right edge.
    pub frontier: Frontier,
}

/// A leaf as it was signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Signed {
    /// The leaf.
    pub leaf: Leaf,
    /// What its engine digest is over.
    pub engine: Engine,
    /// The totals with it.
    pub totals: Totals,
    /// The root with it.
    pub root: Digest,
    /// The worker key's signature over all of this.
    pub signature: Signature,
    /// When it was signed.
    pub at: Seconds,
}

impl Ledger {
    /// The ledger with one leaf more: its place, totals and root.
    pub fn with(mut self, scope: &Scope<'_>, leaf: &Leaf) -> Result<(Self, Digest), JournalError> {
        self.totals = self.totals.plus(leaf)?;
        self.frontier.push(leaf.node())?;
        let root = tree::root(scope, self.totals.count, &self.frontier.top()?);
        self.root = Some(root);
        Ok((self, root))
    }
}

impl Page<'_> {
    /// What a deal has counted.
    pub fn ledger(&self, deal: DealId) -> Result<Ledger, JournalError> {
        let sql = "SELECT totals, root, edge FROM ledgers WHERE deal = ?1";
        let row = self.one(sql, [int(deal.0)?], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, String>(2)?))
        })?;
        let Some((totals, root, edge)) = row else { return Ok(Ledger::default()) };
        let totals: Totals = read("a ledger's totals", &totals)?;
        let edge: Vec<Node> = read("a ledger's edge", &edge)?;
        let damaged = JournalError::Damaged { what: "a ledger's edge" };
        let frontier = Frontier::restore(totals.count, edge).ok_or(damaged)?;
        Ok(Ledger { totals, root: root.map(|root| read("a ledger's root", &root)).transpose()?, frontier })
    }

    /// Appends a leaf and its receipt. A place is taken once.
    pub(super) fn append(&self, deal: DealId, ledger: &Ledger, signed: &Signed) -> Result<(), JournalError> {
        let id = int(deal.0)?;
        let (totals, root) = (json(&signed.totals)?, json(&signed.root)?);
        let place = int(signed.leaf.index)?;
        let sql = "INSERT INTO leaves (deal, place, leaf, engine, totals, root, signature, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let (leaf, engine, signature) = (json(&signed.leaf)?, json(&signed.engine)?, json(&signed.signature)?);
        self.run(sql, (id, place, leaf, engine, &totals, &root, signature, int(signed.at.0)?))?;
        let sql = "INSERT INTO ledgers (deal, totals, root, edge) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET totals = excluded.totals, root = excluded.root, edge = excluded.edge";
        self.run(sql, (id, &totals, &root, json(&ledger.frontier.edge())?)).map(drop)
    }

    /// The totals and the root when a deal had this many leaves; nothing where it never had as many.
    pub fn stood(&self, deal: DealId, count: u64) -> Result<Option<(Totals, Digest)>, JournalError> {
        let Some(place) = count.checked_sub(1) else { return Ok(None) };
        let sql = "SELECT totals, root FROM leaves WHERE deal = ?1 AND place = ?2";
        let row =
            self.one(sql, [int(deal.0)?, int(place)?], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        row.map(|(totals, root)| Ok((read("a leaf's totals", &totals)?, read("a leaf's root", &root)?))).transpose()
    }

    /// The leaves of a deal, in their order, the first `count` of them.
    pub fn leaves(&self, deal: DealId, count: u64) -> Result<Vec<Signed>, JournalError> {
        let sql = "SELECT leaf, engine, totals, root, signature, at FROM leaves
            WHERE deal = ?1 AND place < ?2 ORDER BY place";
        let rows = self.all(sql, [int(deal.0)?, int(count)?], |row| {
            Ok(([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?], row.get(5)?))
        })?;
        rows.into_iter().map(signed).collect()
    }

    /// When the leaf at this place was signed.
    pub fn leaf_time(&self, deal: DealId, place: u64) -> Result<Option<Seconds>, JournalError> {
        let sql = "SELECT at FROM leaves WHERE deal = ?1 AND place = ?2";
        let at = self.one(sql, [int(deal.0)?, int(place)?], |row| row.get(0))?;
        at.map(|at| number(at).map(Seconds)).transpose()
    }

    /// How many leaves there are, over all deals.
    pub fn leaf_count(&self) -> Result<u64, JournalError> {
        self.one("SELECT count(*) FROM leaves", [], |row| row.get(0))?.map_or(Ok(0), number)
    }
}

fn signed(([leaf, engine, totals, root, signature], at): ([String; 5], i64)) -> Result<Signed, JournalError> {
    Ok(Signed {
        leaf: read("a leaf", &leaf)?,
        engine: read("a leaf's engine", &engine)?,
        totals: read("a leaf's totals", &totals)?,
        root: read("a leaf's root", &root)?,
        signature: read("a receipt's signature", &signature)?,
        at: Seconds(number(at)?),
    })
}

/// The tree over these leaves.
pub fn tree(leaves: &[Signed]) -> Result<Tree, JournalError> {
    let mut tree = Tree::default();
    for signed in leaves {
        tree.push(signed.leaf.node())?;
    }
    Ok(tree)
}
