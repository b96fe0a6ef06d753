//! What wasmd sees of its messages without the state, before anything is paid.

use crate::bank;
use crate::chain::Chain;
use crate::fault::Fault;
use crate::tx::message::Message;
use crate::wasm::contract::Making;

impl Chain {
    /// Refuses a message whose form alone is wrong.
    pub fn basic(&self, message: &Message) -> Result<(), Fault> {
        match message {
            Message::Execute(msg) => {
                self.check_call(&msg.sender, &msg.contract, &msg.msg, &bank::parse(&msg.funds)?).map(drop)
            }
            Message::Instantiate(msg) => self
                .check_making(&Making {
                    sender: &msg.sender,
                    admin: &msg.admin,
                    code: msg.code_id,
                    label: &msg.label,
                    msg: &msg.msg,
                    funds: &bank::parse(&msg.funds)?,
                    salt: None,
                })
                .map(drop),
            Message::Instantiate2(msg) => self
                .check_making(&Making {
                    sender: &msg.sender,
                    admin: &msg.admin,
                    code: msg.code_id,
                    label: &msg.label,
                    msg: &msg.msg,
                    funds: &bank::parse(&msg.funds)?,
                    salt: Some((&msg.salt, msg.fix_msg)),
                })
                .map(drop),
            Message::StoreCode(msg) => {
                self.check_upload(&msg.sender, &msg.wasm_byte_code, msg.instantiate_permission.as_ref())
            }
            Message::Migrate(msg) => self.check_migration(&msg.sender, &msg.contract, msg.code_id, &msg.msg).map(drop),
            Message::UpdateAdmin(msg) => self.check_admin(&msg.sender, &msg.contract, Some(&msg.new_admin)).map(drop),
            Message::ClearAdmin(msg) => self.check_admin(&msg.sender, &msg.contract, None).map(drop),
            Message::UpdateConfig(msg) => {
                self.check_access(&msg.sender, msg.code_id, msg.new_instantiate_permission.as_ref())
            }
            Message::UpdateParams(msg) => self.check_wasm_params(&msg.authority, msg.params.as_ref()),
            Message::PinCodes(msg) => self.check_pins(&msg.authority, &msg.code_ids),
            Message::UnpinCodes(msg) => self.check_pins(&msg.authority, &msg.code_ids),
            // What is wrong with these is seen when they are done.
            Message::Send(_)
            | Message::MultiSend(_)
            | Message::Propose(..)
            | Message::Deposit(_)
            | Message::Vote(_)
            | Message::VoteWeighted(_) => Ok(()),
        }
    }

    /// The same of a message that a contract sends.
    pub fn basic_of_contract(&self, message: &Message) -> Result<(), Fault> {
        let what = || format!("failed basic validation for message type *types.{}", message.name());
        self.basic(message).map_err(|fault| fault.within(what()))
    }
}
