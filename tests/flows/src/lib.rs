//! Flows: each verb, each clock run out, each refusal, through the rig, whose ledger recounts after every call.
