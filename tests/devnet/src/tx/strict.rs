//! What the SDK refuses though protobuf can read it: a transaction whose outermost bytes are not as short as possible and in
//! order (ADR-027), and fields that nobody knows. Without that, the same signatures would stand under other bytes.

use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, encoded_len_varint, skip_field};

/// What bytes are, and which fields they may have.
pub struct Shape {
    name: &'static str,
    known: &'static [u32],
    /// Whether others may be there if their numbers say that they are not critical.
    lenient: bool,
}

/// A transaction.
pub const RAW: Shape = Shape { name: "cosmos.tx.v1beta1.TxRaw", known: &[1, 2, 3], lenient: false };
/// What it says.
pub const BODY: Shape =
    Shape { name: "cosmos.tx.v1beta1.TxBody", known: &[1, 2, 3, 4, 5, 1_023, 2_047], lenient: true };
/// Who signs and pays.
pub const AUTH: Shape = Shape { name: "cosmos.tx.v1beta1.AuthInfo", known: &[1, 2, 3], lenient: false };

/// Fields with this bit in their number may be passed over by whoever does not know them.
const NOT_CRITICAL: u32 = 1 << 10;

/// Checks the outermost bytes of a transaction.
pub fn check_order(mut bytes: &[u8]) -> Result<(), String> {
    let mut last = 0;
    while !bytes.is_empty() {
        let (field, kind) = decode_key(&mut bytes).map_err(|error| error.to_string())?;
        if kind != WireType::LengthDelimited {
            return Err(format!("expected {} wire type, got {}", name(WireType::LengthDelimited), name(kind)));
        }
        if field < last {
            return Err(format!("txRaw must follow ADR-027, got tagNum {field} after tagNum {last}"));
        }
        last = field;
        let before = bytes.len();
        let length = decode_varint(&mut bytes).map_err(|error| error.to_string())?;
        let (read, need) = (before.saturating_sub(bytes.len()), encoded_len_varint(length));
        if read != need {
            return Err(format!(
                "length prefix varint for tagNum {field} is not as short as possible, read {read}, only need {need}"
            ));
        }
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        bytes = bytes.get(length..).ok_or_else(|| "invalid length; unexpected EOF".to_owned())?;
    }
    Ok(())
}

/// Checks that all fields are known.
pub fn check_fields(mut bytes: &[u8], shape: &Shape) -> Result<(), String> {
    while !bytes.is_empty() {
        let (field, kind) = decode_key(&mut bytes).map_err(|error| error.to_string())?;
        let passed_over = shape.lenient && field & NOT_CRITICAL != 0;
        if !shape.known.contains(&field) && !passed_over {
            let Shape { name: of, .. } = shape;
            return Err(format!("{of}: {{TagNum: {field}, WireType:{:?}}}: unknown protobuf field", name(kind)));
        }
        skip_field(kind, field, &mut bytes, DecodeContext::default()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

const fn name(kind: WireType) -> &'static str {
    match kind {
        WireType::Varint => "varint",
        WireType::SixtyFourBit => "fixed64",
        WireType::LengthDelimited => "bytes",
        WireType::StartGroup => "start_group",
        WireType::EndGroup => "end_group",
        WireType::ThirtyTwoBit => "fixed32",
    }
}
