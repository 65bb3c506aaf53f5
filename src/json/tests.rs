//! This JSON beside `serde_json`, which keeps numbers' digits here as well.

use proptest::prelude::*;

use super::serde_peer::{sorted, spelled};
use super::*;

/// How `serde_json` writes a text, if it reads it.
fn expected(text: &str) -> Option<String> {
    serde_json::from_str::<serde_json::Value>(text).ok().map(|value| sorted(value).to_string())
}

#[track_caller]
fn agrees(text: &str) {
    let found = Value::parse(text).map(|value| spelled(&value).to_string());
    assert_eq!(found, expected(text), "{text}");
    let skipped = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    assert_eq!(skips(text), skipped, "{text}");
    if let Ok(string) = serde_json::from_str::<String>(text) {
        let mut reader = Reader::new(text);
        assert_eq!(reader.string().as_deref(), Ok(&*string), "{text}");
    }
}

fn skips(text: &str) -> bool {
    let mut reader = Reader::new(text);
    reader.skip().and_then(|()| reader.end()).is_ok()
}

/// Texts at the edges of the grammar (RFC 8259), well-formed and not.
#[rustfmt::skip]
const EDGES: [&str; 129] = [
    "", " ", "null", "nul", "nulll", "true", "tru", "false", "False", "nil", "undefined", "NaN",
    "Infinity", "-Infinity", "\u{feff}1", "\u{a0}1", "\u{b}1", "\u{c}1", "\t\r\n 1 \t\r\n", "1 2", "1,",
    ",1", "0", "-0", "00", "01", "-01", "-", "+1", "1.", ".1", "-.1", "1.0", "1.00", "0.10e1", "1e",
    "1e+", "1e-", "1e1", "1E1", "1e+1", "1e-1", "1e01", "1E+007", "1.e1", "1e1.5", "1e400", "-1e-400",
    "0e0", "0.0", "-0.0", "123456789012345678901234567890", "0.1234567890123456789012345678901", "1_0",
    "0x1", "1f", "--1", "1-", "1e1e1", "[]", "[ ]", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]",
    "[1,,2]", "[[]]", "[[]", "[]]", "[}", "{]", "{}", "{ }", "{", "}", "{1:2}", "{a:1}", "{\"a\"}",
    "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{,\"a\":1}", "{\"a\" : 1 , \"b\" : 2 }", "{\"a\":1 \"b\":2}",
    "{\"a\"::1}", "{\"a\":1,\"a\":2}", "{\"b\":1,\"a\":2,\"b\":[3],\"a\":4}", "{\"\":0}", "{null:1}",
    "{\"a\":{\"b\":{\"c\":[]}}}", "{'a':1}", "\"\"", "\"", "\"a", "'a'", "\"a\"b", "\"\\\"\"", "\"\\\\\"",
    "\"\\\"", "\"\\/\"", "\"\\b\\f\\n\\r\\t\"", "\"\\a\"", "\"\\'\"", "\"\\u0041\"", "\"\\u004\"",
    "\"\\u00e9\\u20AC\"", "\"\\U0041\"", "\"\\u 041\"", "\"\\u+041\"", "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\ud83d\"", "\"\\ud83d\\u0041\"", "\"\\ud83dx\"",
    "\"\\ud83d\\n\"", "\"\\ud83d\\\"", "\"\\u0000\"", "\"\u{0}\"", "\"\u{1f}\"", "\"\t\"", "\"\n\"",
    "\"\u{7f}\u{80}\u{2028}\u{2029}é€😀\"", "\"\\u001f\\u0010\\u000f\"", "[1]/**/", "// a\n1",
];

#[test]
fn the_edges_of_the_grammar_are_those_of_serde_json() {
    for text in EDGES {
        agrees(text);
        for around in ["[{}]", "{{\"a\":{}}}", "[1, {} ,2]"] {
            agrees(&around.replacen("{}", text, 1).replace("{{", "{").replace("}}", "}"));
        }
    }
}

#[test]
fn every_character_is_read_and_written_as_by_serde_json() {
    for character in (0..=0x110u32).chain([0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff]) {
        let Some(character) = char::from_u32(character) else { continue };
        agrees(&format!("\"{character}\""));
        agrees(&format!("\"\\{character}\""));
        agrees(&serde_json::Value::from(character.to_string()).to_string());
        agrees(&format!("{character}1"));
        agrees(&format!("1{character}"));
    }
    for unit in (0..=0xffffu32).step_by(7) {
        agrees(&format!("\"\\u{unit:04x}\""));
        agrees(&format!("\"\\u{unit:04X}\\udfff\""));
    }
}

#[test]
fn nesting_ends_where_it_does_for_serde_json_but_what_is_skipped_may_be_deeper() {
    for depth in [1, 126, 127, 128, 129, 10_000] {
        for (begin, end) in [("[", "]"), ("{\"a\":", "}")] {
            let text = format!("{}1{}", begin.repeat(depth), end.repeat(depth));
            assert_eq!(Value::parse(&text).is_some(), depth <= 127, "{depth}");
            if depth < 1000 {
                agrees(&text);
            }
            assert!(skips(&text));
        }
    }
}

#[test]
fn a_string_without_escapes_is_borrowed() {
    use std::borrow::Cow;
    assert!(matches!(Reader::new(" \"abc\"").string(), Ok(Cow::Borrowed("abc"))));
    assert!(matches!(Reader::new("\"\"").string(), Ok(Cow::Borrowed(""))));
    assert!(matches!(Reader::new("\"a\\n\"").string(), Ok(Cow::Owned(_))));
}

#[test]
fn a_value_of_another_type_is_told_from_no_value() {
    let string = |text| Reader::new(text).string().err();
    for text in ["1", "null", "true", "[", "{", "[1,"] {
        assert_eq!(string(text), Some(Fault::Type), "{text}");
    }
    for text in ["", "01", "nul", "\"", ",", "]"] {
        assert!(string(text) == Some(Fault::Syntax) || text == "01", "{text}");
    }
}

#[test]
fn many_members_take_no_quadratic_time() {
    let names = (0..200_000).rev().map(|name| format!("\"{name:06}\":0"));
    let text = format!("{{{}}}", names.collect::<Vec<_>>().join(","));
    let object = Object::parse(&text).expect("an object");
    assert_eq!(object.iter().count(), 200_000);
    assert!(object.get("000000").is_some() && object.get("199999").is_some());
}

fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        "[\\x00-\\x7f]{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            prop::collection::vec(("[a-c\"\\\\\\n]{0,2}", inner), 0..8)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_value_is_read_and_written_alike(value in any_value()) {
        agrees(&value.to_string());
        let pretty = serde_json::to_string_pretty(&value).expect("JSON");
        agrees(&pretty);
    }

    /// A well-formed text with one place changed is mostly none any more.
    #[test]
    fn any_damage_is_judged_alike(value in any_value(), place in any::<prop::sample::Index>(), with in "[\\x00-\\x7f]{0,2}") {
        let text = value.to_string();
        let places: Vec<_> = text.char_indices().map(|(place, _)| place).collect();
        let place = *place.get(&places);
        let (before, after) = text.split_at(place);
        agrees(&format!("{before}{with}{after}"));
        agrees(before);
        let mut after = after.chars();
        after.next();
        agrees(&format!("{before}{with}{}", after.as_str()));
    }

    #[test]
    fn any_text_like_json_is_judged_alike(text in "[\\[\\]{}\":,\\\\ 0-2.eE+\\-tnu\\x00ad]{0,16}") {
        agrees(&text);
    }

    #[test]
    fn any_member_that_is_set_is_found(names in prop::collection::vec("[a-d]{0,2}", 0..20)) {
        let mut object = Object::default();
        for (index, name) in names.iter().enumerate() {
            object.insert(name.clone(), Value::Number(index.to_string()));
        }
        let listed = names.iter().cloned().zip((0..).map(|index: usize| Value::Number(index.to_string())));
        let (listed, overridden) = Object::of(listed.collect());
        prop_assert_eq!(&object, &listed);
        prop_assert_eq!(overridden.len(), names.len() - object.iter().count());
        prop_assert!(object.iter().is_sorted_by(|one, other| one.0 < other.0));
    }
}

#[test]
fn an_object_is_shown_as_its_text() {
    let object = Object::from([("b", Value::Null), ("a", Value::from("text"))]);
    assert_eq!(object.to_string(), r#"{"a":"text","b":null}"#);
    assert!(!object.is_empty() && Object::default().is_empty());
}
