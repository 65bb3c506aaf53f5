//! Claims: which are taken, which are refused and by what name, and that those taken go into the
//! token as they came.

mod common;

use common::*;
use convex_token::Claims;
use convex_token::token::{MAX_CLAIMS_BYTES, MAX_CLAIMS_DEPTH, MAX_PATH_BYTES, decode};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

#[track_caller]
fn refusal(json: &str, code: &str) -> String {
    refused(Claims::from_json(json), code).to_string()
}

/// Claims of a user with one more.
fn with(name: &str, value: &Value) -> String {
    json!({ "sub": "user_1", name: value }).to_string()
}

// ---- sub and the reserved names -------------------------------------------------------------

#[test]
fn each_claim_that_the_issuer_sets_is_refused_with_its_own_cure() {
    let mut said = Vec::new();
    for (name, cure) in [
        ("iss", "`issuer`"),
        ("aud", "`audience`"),
        ("exp", "`expiresIn`"),
        ("nbf", "`notBefore`"),
        ("iat", "time of signing"),
        ("jti", "random"),
    ] {
        for value in [json!(1), json!("x"), Value::Null] {
            let error = refused(Claims::from_json(&with(name, &value)), "ERR_CLAIM_RESERVED");
            assert!(error.message().contains(&format!("\"{name}\"")), "{error}");
            assert!(error.hint().contains(cure), "{error}");
            said.push(error.hint().into_owned());
        }
    }
    said.dedup();
    assert_eq!(said.len(), 6);
}

#[test]
fn a_reserved_name_does_not_hide_behind_an_escape() {
    refusal(r#"{"sub":"user_1","\u0065xp":1}"#, "ERR_CLAIM_RESERVED");
    refusal(r#"{"\u0069ss":"https://evil.example","sub":"user_1"}"#, "ERR_CLAIM_RESERVED");
    refusal(r#"{"sub":"user_1","s\u0075b":"user_2"}"#, "ERR_CLAIM_DUPLICATE");
}

#[test]
fn only_the_outermost_names_are_reserved() {
    let inner = json!({ "sub": "user_1", "act": { "iss": "x", "exp": 1, "sub": 2, "issuer": 3 } });
    assert!(Claims::from_json(&inner.to_string()).is_ok());
    assert!(Claims::from_json(r#"{"sub":"user_1","EXP":1,"exp ":2,"ex\u0000p":3}"#).is_ok());
}

#[test]
fn names_of_the_identitys_own_members_are_refused() {
    for name in ["tokenIdentifier", "subject", "issuer"] {
        let said = refusal(&with(name, &json!("x")), "ERR_CLAIM_SHADOWS_IDENTITY");
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn sub_must_be_a_text_that_is_not_empty() {
    for (claims, found) in [
        (r#"{}"#, "missing"),
        (r#"{"name":"Ada"}"#, "missing"),
        (r#"{"sub":""}"#, "empty"),
        (r#"{"sub":null}"#, "null"),
        (r#"{"sub":17}"#, "a number"),
        (r#"{"sub":true}"#, "a boolean"),
        (r#"{"sub":["a"]}"#, "an array"),
        (r#"{"sub":{}}"#, "an object"),
    ] {
        let said = refusal(claims, "ERR_CLAIM_SUB");
        assert!(said.contains(&format!("is {found}, and")), "{said}");
    }
    for sub in ["x", " ", "0", "user|1", "日本", "\u{1f600}"] {
        assert!(Claims::from_json(&json!({ "sub": sub }).to_string()).is_ok(), "{sub:?}");
    }
}

// ---- Standard claims ------------------------------------------------------------------------

const LOCALIZED: [&str; 8] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "profile",
    "picture",
    "website",
];

const OTHER_TEXTS: [&str; 13] = [
    "preferred_username",
    "email",
    "gender",
    "birthdate",
    "birthday",
    "zoneinfo",
    "locale",
    "phone_number",
    "nonce",
    "acr",
    "azp",
    "at_hash",
    "c_hash",
];

/// Each standard claim, the values that it takes, and those that it does not.
fn standard_claims() -> Vec<(&'static str, Vec<Value>, Vec<Value>)> {
    let text = (vec![json!("x"), json!("")], vec![json!(1), json!(true), json!(["x"]), json!({})]);
    let mut rules: Vec<_> = LOCALIZED
        .into_iter()
        .chain(OTHER_TEXTS)
        .map(|name| (name, text.0.clone(), text.1.clone()))
        .collect();
    for name in ["email_verified", "phone_number_verified"] {
        let others = vec![json!("true"), json!(1), json!([]), json!({})];
        rules.push((name, vec![json!(true), json!(false)], others));
    }
    for name in ["updated_at", "auth_time"] {
        let times = [json!(0), json!(1_700_000_000), json!(1.5), json!("2026-08-01T10:20:30Z")];
        let others = [json!("yesterday"), json!("1700000000"), json!(""), json!(true), json!([1])];
        rules.push((name, times.to_vec(), others.to_vec()));
    }
    rules.push((
        "amr",
        vec![json!([]), json!(["pwd", "otp"])],
        vec![json!("pwd"), json!([1]), json!(["pwd", null]), json!({})],
    ));
    let parts = ["formatted", "street_address", "locality", "region", "postal_code", "country"];
    let mut wrong = vec![json!("1 High Street"), json!(1), json!([]), json!(true)];
    wrong.extend(parts.map(|part| json!({ part: 1 })));
    let mut right = vec![json!({}), json!({ "formatted": "1 High Street", "other": 1 })];
    right.extend(parts.map(|part| json!({ part: "x" })));
    right.extend(parts.map(|part| json!({ part: null })));
    rules.push(("address", right, wrong));
    rules
}

#[test]
fn standard_claims_take_the_types_that_convex_takes() {
    for (name, right, wrong) in standard_claims() {
        for value in right.iter().chain([&Value::Null]) {
            let claims = Claims::from_json(&with(name, value));
            assert!(claims.is_ok(), "{name}: {value}: {}", claims.unwrap_err());
        }
        for value in &wrong {
            let said = refusal(&with(name, value), "ERR_CLAIM_TYPE");
            assert!(said.contains(&format!("\"{name}\"")), "{name}: {value}: {said}");
        }
    }
}

#[test]
fn claims_for_people_may_carry_a_language() {
    for name in LOCALIZED {
        for tag in ["en", "de-CH", "ja-Kana-JP"] {
            let tagged = format!("{name}#{tag}");
            assert!(Claims::from_json(&with(&tagged, &json!("x"))).is_ok(), "{tagged}");
            refusal(&with(&tagged, &json!(1)), "ERR_CLAIM_TYPE");
        }
    }
}

#[test]
fn other_claims_about_a_person_carry_no_language() {
    for name in ["email#en", "birthdate#de-CH", "updated_at#en", "address#en"] {
        let said = refusal(&with(name, &json!("x")), "ERR_CLAIM_TYPE");
        assert!(said.contains("without a language tag"), "{said}");
    }
}

/// The calendar of the crate `chrono`, from -262143-01-01 to 262142-12-31.
#[test]
fn a_time_lies_in_the_calendar_that_convex_computes_with() {
    for seconds in [-8_334_601_228_800_i64, 8_210_266_876_799] {
        assert!(Claims::from_json(&with("updated_at", &seconds.into())).is_ok(), "{seconds}");
    }
    for seconds in [-8_334_601_228_801_i64, 8_210_266_876_800] {
        refusal(&with("updated_at", &seconds.into()), "ERR_CLAIM_TYPE");
    }
}

#[test]
fn names_of_nobody_take_any_value() {
    for name in [
        "nonce#",
        "amr#en",
        "role",
        "fva",
        "Name",
        "names",
        "x#en",
        "",
        "__proto__",
        "constructor",
        "#",
    ] {
        for value in [json!(1), json!(null), json!([{}]), json!({ "a": [1, "b"] })] {
            assert!(Claims::from_json(&with(name, &value)).is_ok(), "{name}: {value}");
        }
    }
}

// ---- The form of the JSON -------------------------------------------------------------------

/// `name#` is `name` to Convex, which refuses both together.
#[test]
fn a_claim_beside_itself_with_an_empty_language_is_there_twice() {
    for name in ["name", "email", "email_verified", "updated_at", "address", "sub"] {
        let text = format!(r#"{{"sub":"a","{name}":null,"{name}#":null}}"#);
        let text = if name == "sub" { r#"{"sub":"a","sub#":"b"}"#.to_owned() } else { text };
        let error = refusal(&text, "ERR_CLAIM_DUPLICATE");
        assert!(error.contains(&format!("\"{name}\"")), "{error}");
    }
    assert!(Claims::from_json(r#"{"sub":"a","nonce":"b","nonce#":"c","own":1,"own#":2}"#).is_ok());
}

#[test]
fn claims_must_be_one_object() {
    for text in ["", "null", "1", "\"sub\"", "[]", "[{\"sub\":\"a\"}]", "sub"] {
        refusal(text, "ERR_CLAIMS");
    }
    for text in [
        r#"{"sub":"a""#,
        r#"{"sub":"a"}}"#,
        r#"{"sub":"a"} {"sub":"b"}"#,
        r#"{"sub":"a",}"#,
        r#"{'sub':'a'}"#,
        r#"{sub:"a"}"#,
        r#"{"sub":"a","x":NaN}"#,
        r#"{"sub":"a","x":01}"#,
        r#"{"sub":"a","x":.5}"#,
        r#"{"sub":"a","x":undefined}"#,
        "{\"sub\":\"a\nb\"}",
        "{\"sub\":\"a\"/**/}",
        "\u{feff}{\"sub\":\"a\"}",
    ] {
        refusal(text, "ERR_CLAIMS");
    }
}

#[test]
fn white_space_around_claims_is_taken_off() {
    assert_eq!(Claims::from_json(" \n{\"sub\":\"a\"}\t").unwrap().as_json(), r#"{"sub":"a"}"#);
}

#[test]
fn a_claim_that_is_there_twice_is_refused_by_its_name() {
    let said = refusal(r#"{"sub":"a","role":1,"role":1}"#, "ERR_CLAIM_DUPLICATE");
    assert!(said.contains("\"role\""), "{said}");
    refusal(r#"{"sub":"a","sub":"b"}"#, "ERR_CLAIM_DUPLICATE");
}

#[test]
fn a_lone_surrogate_is_refused() {
    for text in [
        r#"{"sub":"\ud800"}"#,
        r#"{"sub":"a","x":"\udc00"}"#,
        r#"{"sub":"a","\ud83d":1}"#,
        r#"{"sub":"a","x":["\ud83dx"]}"#,
        r#"{"sub":"a","x":"\ude00\ud83d"}"#,
    ] {
        refusal(text, "ERR_CLAIMS");
    }
    assert!(Claims::from_json(r#"{"sub":"\ud83d\ude00"}"#).is_ok());
}

#[test]
fn claims_may_be_as_deep_as_convex_reads_them_and_no_deeper() {
    // The object of all claims is the first level.
    let nested = |levels: usize| {
        let inner = levels - 1;
        format!(r#"{{"sub":"a","x":{}{}}}"#, "[".repeat(inner), "]".repeat(inner))
    };
    assert!(Claims::from_json(&nested(MAX_CLAIMS_DEPTH)).is_ok());
    refusal(&nested(MAX_CLAIMS_DEPTH + 1), "ERR_CLAIMS_TOO_DEEP");
    refusal(&nested(20_000), "ERR_CLAIMS_TOO_DEEP");
    let text = format!(r#"{{"sub":"a","x":"{}\"["}}"#, "[{".repeat(200));
    assert!(Claims::from_json(&text).is_ok(), "brackets in a text do not nest");
    let text = format!(r#"{{"sub":"a","x":"\"{}"}}"#, "[".repeat(200));
    assert!(Claims::from_json(&text).is_ok(), "nor do those behind a quote in it");
    let text = format!(r#"{{"sub":"a","x":[{}[]]}}"#, "[],".repeat(200));
    assert!(Claims::from_json(&text).is_ok(), "those that are closed do not count");
    let deep = MAX_CLAIMS_DEPTH;
    let text =
        format!(r#"{{"sub":"a","x":{}1{}}}"#, r#"["]}",{"a":"#.repeat(deep), "}]".repeat(deep));
    refusal(&text, "ERR_CLAIMS_TOO_DEEP");
}

/// Each of the 64 inner claims has the name around it before its own, and a point between them.
#[test]
fn names_may_be_as_long_as_the_limit_when_each_has_those_around_it_and_no_longer() {
    let claims = |around: usize, first: usize| {
        let mut inner = Map::new();
        inner.insert("x".repeat(first), 1.into());
        inner.extend((10..73).map(|number| (number.to_string(), 1.into())));
        json!({ "sub": "a", "y".repeat(around): inner }).to_string()
    };
    let rest = MAX_PATH_BYTES - "sub.".len() - 64 * "..10".len();
    let (around, first) = (rest / 64, rest % 64 + 2);
    assert!(first > 2);
    assert!(Claims::from_json(&claims(around, first)).is_ok());
    let said = refusal(&claims(around, first + 1), "ERR_CLAIMS_TOO_LARGE");
    assert!(said.contains("1048576 bytes"), "{said}");
}

#[test]
fn claims_may_be_as_long_as_the_limit_and_no_longer() {
    let long = |length: usize| {
        let frame = r#"{"sub":""}"#.len();
        json!({ "sub": "x".repeat(length - frame) }).to_string()
    };
    let longest = Claims::from_json(&long(MAX_CLAIMS_BYTES)).unwrap();
    let said = refusal(&long(MAX_CLAIMS_BYTES + 1), "ERR_CLAIMS_TOO_LARGE");
    assert!(said.contains("65536 bytes"), "{said}");
    let token = issuer("ed25519").sign(&longest, NOW).unwrap();
    assert_eq!(
        decode(&token).unwrap().claims.plain()["sub"].as_str().unwrap().len(),
        MAX_CLAIMS_BYTES - 10
    );
}

// ---- What goes into the token ---------------------------------------------------------------

/// The text of the payload must end with the claims as they were given.
#[track_caller]
fn unchanged(members: &str) {
    let token = issuer("ed25519").sign(&claims(&format!("{{{members}}}")), NOW).unwrap();
    let payload = part(&token, 1);
    assert!(payload.ends_with(&format!(",{members}}}")), "{payload}");
}

#[test]
fn numbers_keep_their_digits() {
    for number in [
        "0",
        "-0",
        "-0.0",
        "0.1",
        "0.10",
        "1E5",
        "1e+05",
        "1.0",
        "9007199254740993",
        "18446744073709551616",
        "123456789012345678901234567890",
        "0.1000000000000000055511151231257827",
        "1e-400",
        "1e-99999999999999999999",
        "0e99999999999",
        "1e308",
        "-17.50",
    ] {
        unchanged(&format!(r#""sub":"a","x":{number},"y":[{number}]"#));
    }
}

/// Convex reads numbers as doubles, and refuses a text with one that no double comes near.
#[test]
fn a_number_beyond_all_doubles_is_refused() {
    for number in
        ["1e400", "-1e400", "1e99999999999", "1e+99999999999", "1.8e308", "17976931348623159e292"]
    {
        refusal(&format!(r#"{{"sub":"a","x":{number}}}"#), "ERR_CLAIM_VALUE");
        refusal(&format!(r#"{{"sub":"a","x":[{{"y":{number}}}]}}"#), "ERR_CLAIM_VALUE");
    }
}

#[test]
fn texts_keep_their_letters() {
    unchanged(
        r#""sub":"日本語","name":"Zoë \"Z\" \\ \/ \u00e9 \ud83d\ude00 😀","x":"\u0000\u001f\t""#,
    );
    unchanged(r#""sub":"a","\u0000":"","":"","ключ":"значение""#);
    unchanged("\"sub\":\"a\",\"x\":\"\u{2028}\u{2029}\u{7f}\u{feff}\"");
}

#[test]
fn a_member_named_proto_is_a_member_like_others() {
    unchanged(r#""sub":"a","__proto__":{"admin":true},"constructor":{"prototype":1}"#);
    let token = issuer("ed25519").sign(&claims(r#"{"sub":"a","__proto__":{"x":1}}"#), NOW).unwrap();
    assert_eq!(decode(&token).unwrap().claims.plain()["__proto__"], json!({ "x": 1 }));
}

#[test]
fn claims_cannot_close_the_payload_early() {
    let name = r#"}],\"exp\":1,{"#;
    unchanged(&format!(r#""sub":"a\"}},\"exp\":9","{name}":{{"x":"}}"}}"#));
    let token = issuer("ed25519").sign(&claims(r#"{"sub":"\",\"exp\":9,\"x\":\""}"#), NOW).unwrap();
    assert_eq!(decode(&token).unwrap().claims.plain()["exp"], NOW + 3600);
}

/// Any JSON value, nested a little.
fn any_json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |x| x.is_finite()).prop_map(Value::from),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number,
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Names begin with a letter that no standard claim's name begins with.
    #[test]
    fn any_object_with_a_sub_goes_through_a_token_unchanged(
        sub in ".{1,20}",
        custom in prop::collection::btree_map("x\\PC{0,12}", any_json(), 0..8),
    ) {
        let mut given: Map<String, Value> = custom.into_iter().collect();
        given.insert("sub".to_owned(), sub.into());
        let claims = Claims::from_json(&Value::from(given.clone()).to_string()).unwrap();
        let token = issuer("ed25519").sign(&claims, NOW).unwrap();
        let mut found = decode(&token).unwrap().claims.plain();
        for issued in ["iss", "aud", "iat", "exp", "jti"] {
            prop_assert!(found.remove(issued).is_some());
        }
        prop_assert_eq!(found, given);
    }

    #[test]
    fn any_text_is_claims_or_refused_in_words(text in "[\\PC\\\\\"{}:,\\[\\]]{0,60}") {
        if let Err(error) = Claims::from_json(&text) {
            well_worded(&error);
        }
    }
}
