//! The equilibrium, without storage: what is burned and what is minted for it, and the books in which every unit stands.

use hearth_schema::terms::Split;
use hearth_schema::unit::{Bps, OutOfRange, TokenAmount};
use serde::{Deserialize, Serialize};

/// Who gets what of a settled charge. Shares are rounded down; what is left over is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// The node's owner.
    pub provider: TokenAmount,
    /// The audit pool.
    pub audit: TokenAmount,
    /// The deployer's treasury.
    pub treasury: TokenAmount,
    /// Nobody.
    pub destroyed: TokenAmount,
}

impl Shares {
    /// Splits a charge.
    pub fn of(charge: TokenAmount, split: &Split) -> Result<Self, OutOfRange> {
        let share = |bps: Bps| charge.mul_div_floor(bps.0.into(), Bps::ONE.0.into());
        let (provider, audit, treasury) = (share(split.provider)?, share(split.audit)?, share(split.treasury)?);
        let destroyed = charge.minus(provider)?.minus(audit)?.minus(treasury)?;
        Ok(Self { provider, audit, treasury, destroyed })
    }

    /// What is minted for it: burned less destroyed.
    pub fn issued(&self) -> Result<TokenAmount, OutOfRange> {
        self.provider.plus(self.audit)?.plus(self.treasury)
    }
}

/// The books: where every token that came in stands, and what was burned and minted since the beginning.
///
/// Each change moves a sum from one place to another, so that
/// `balance = accounts + escrows + pending + burn_due + surplus` and `minted + unclaimed = burned − destroyed + emitted`.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Books {
    /// Free in accounts.
    pub accounts: TokenAmount,
    /// Locked in escrows.
    pub escrows: TokenAmount,
    /// Charged and not final.
    pub pending: TokenAmount,
    /// Burned here, not yet at the cw20.
    pub burn_due: TokenAmount,
    /// Burned since the beginning.
    pub burned: TokenAmount,
    /// What of it is never minted again.
    pub destroyed: TokenAmount,
    /// Emitted since the beginning.
    pub emitted: TokenAmount,
    /// Owed and not minted, the audit pool with it.
    pub unclaimed: TokenAmount,
    /// What the audit pool is owed.
    pub audit_pool: TokenAmount,
    /// Minted since the beginning.
    pub minted: TokenAmount,
}

impl Books {
    /// Tokens come into an account.
    pub fn deposit(&mut self, amount: TokenAmount) -> Result<(), OutOfRange> {
        self.accounts = self.accounts.plus(amount)?;
        Ok(())
    }

    /// Tokens leave an account.
    pub fn withdraw(&mut self, amount: TokenAmount) -> Result<(), OutOfRange> {
        self.accounts = self.accounts.minus(amount)?;
        Ok(())
    }

    /// Account → escrow.
    pub fn lock(&mut self, amount: TokenAmount) -> Result<(), OutOfRange> {
        self.accounts = self.accounts.minus(amount)?;
        self.escrows = self.escrows.plus(amount)?;
        Ok(())
    }

    /// Escrow → pending.
    pub fn charge(&mut self, amount: TokenAmount) -> Result<(), OutOfRange> {
        self.escrows = self.escrows.minus(amount)?;
        self.pending = self.pending.plus(amount)?;
        Ok(())
    }

    /// Pending → burned, and in the same instant owed, less what is destroyed.
    pub fn settle(&mut self, amount: TokenAmount, split: &Split) -> Result<Shares, OutOfRange> {
        let shares = Shares::of(amount, split)?;
        self.pending = self.pending.minus(amount)?;
        self.burn_due = self.burn_due.plus(amount)?;
        self.burned = self.burned.plus(amount)?;
        self.destroyed = self.destroyed.plus(shares.destroyed)?;
        self.unclaimed = self.unclaimed.plus(shares.issued()?)?;
        self.audit_pool = self.audit_pool.plus(shares.audit)?;
        Ok(shares)
    }

    /// Pending → account.
    pub fn refund(&mut self, amount: TokenAmount) -> Result<(), OutOfRange> {
        self.pending = self.pending.minus(amount)?;
        self.accounts = self.accounts.plus(amount)?;
        Ok(())
    }

    /// Escrow → account.
    pub fn release(&mut self, amount: TokenAmount) -> Result<(), OutOfRange> {
        self.escrows = self.escrows.minus(amount)?;
        self.accounts = self.accounts.plus(amount)?;
        Ok(())
    }

    /// What is due is burned at the cw20: how much.
    pub fn burn(&mut self) -> TokenAmount {
        std::mem::take(&mut self.burn_due)
    }

    /// What is owed is minted; the audit pool's part of it never is.
    pub fn mint(&mut self, amount: TokenAmount) -> Result<(), OutOfRange> {
        let claimable = self.unclaimed.minus(self.audit_pool)?;
        self.unclaimed = claimable.minus(amount)?.plus(self.audit_pool)?;
        self.minted = self.minted.plus(amount)?;
        Ok(())
    }

    /// What stands in the ledgers: this contract's balance, less what was sent here without a message.
    pub fn held(&self) -> Result<TokenAmount, OutOfRange> {
        self.accounts.plus(self.escrows)?.plus(self.pending)?.plus(self.burn_due)
    }
}

#[cfg(test)]
#[path = "equilibrium_tests.rs"]
mod tests;
