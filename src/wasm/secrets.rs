//! Comparing secrets.

use js_sys::{JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use super::Thrown;
use super::outgoing::thrown;
use crate::error::{Error, Result};
use crate::secret::safe_equal;

/// The longest secret that is compared, in UTF-16 units or bytes.
const MAX_SECRET_UNITS: u32 = 1024 * 1024;

/// `safeEqual`.
#[wasm_bindgen(js_name = safeEqual)]
pub fn safe_equal_secrets(left: &JsValue, right: &JsValue) -> Thrown {
    thrown(|| Ok(safe_equal(&secret("a", left)?, &secret("b", right)?).into()))
}

/// A secret's bytes. Of a text, its UTF-16 units: no two texts have the same.
fn secret(option: &'static str, value: &JsValue) -> Result<Zeroizing<Vec<u8>>> {
    let expected = "a string or a Uint8Array of at most 1 MB";
    let refused = || Error::option_type(option, expected);
    if let Some(array) = value.dyn_ref::<Uint8Array>() {
        let short = array.length() <= MAX_SECRET_UNITS;
        return short.then(|| Zeroizing::new(array.to_vec())).ok_or_else(refused);
    }
    let text = value.dyn_ref::<JsString>().filter(|text| text.length() <= MAX_SECRET_UNITS);
    let text = text.ok_or_else(refused)?;
    // A well-formed text crosses in one copy, of which the same text can be made again; others have
    // no UTF-8, and go unit by unit.
    let utf8 = String::from(text);
    let is_same = JsValue::from_str(&utf8) == *value;
    let utf8 = Zeroizing::new(utf8.into_bytes());
    if is_same {
        return Ok(utf8);
    }
    // 0xff begins no UTF-8 text, so the two ways never meet.
    let mut units = Zeroizing::new(Vec::with_capacity(1 + 2 * text.length() as usize));
    units.push(0xff);
    for at in 0..text.length() {
        units.extend_from_slice(&(text.char_code_at(at) as u16).to_be_bytes());
    }
    Ok(units)
}
