//! The vectors of Wycheproof, all of them: signatures over bytes, keys, and JWS. How many there are in each
//! file, and why some are judged in another way than there, stands in `tests/vectors/wycheproof.json`;
//! `tests/package/wycheproof.test.mjs` goes through the same with the built module.

use std::collections::BTreeMap;
use std::fs::read_dir;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use super::{document, hex, jws_refusal, list, text, vectors};
use crate::base64url;
use crate::error::Result;
use crate::key::{PrivateKey, PublicKey, ecdsa_signature_from_der, read_private_keys};

/// Whether the signature of a test is accepted; nothing where its key is not.
type Judge = dyn Fn(&Value) -> Option<bool>;

/// Instead of a verdict: the test is of something else than a signature or a token.
const NOT_JUDGED: &str = "not judged";

/// What Wycheproof says of a signature, and what is made of it here.
struct Outcome {
    id: u64,
    verdict: String,
    accepted: bool,
}

#[test]
fn each_signature_of_wycheproof_has_its_verdict_or_a_reason() {
    let expected = expectations();
    let rows = expected["files"].as_object().expect("rows");
    let rules = expected["rules"].as_object().expect("rules");
    let mut outcomes = BTreeMap::<&str, Vec<Outcome>>::new();
    for file in files() {
        let name = file_name(&file);
        // The longest of the beginnings that fit.
        let row = rows.keys().filter(|row| name.starts_with(*row)).max_by_key(|row| row.len());
        let row = row.unwrap_or_else(|| panic!("{name} is in no row"));
        outcomes.entry(row).or_default().extend(judged(&document(&file)));
    }
    for (row, expected) in rows {
        let outcomes = outcomes.remove(row.as_str()).unwrap_or_default();
        let found = tally(&outcomes, expected, rules);
        assert_eq!(found, *expected, "{row}");
    }
}

/// A row as it was found: how many there are, those that need not be refused and are or are not, and
/// by which rule some are judged otherwise.
fn tally(outcomes: &[Outcome], expected: &Value, rules: &Map<String, Value>) -> Value {
    let mut row = json!({ "tests": outcomes.len() });
    for outcome in outcomes {
        let judged = if outcome.accepted { "accepted" } else { "refused" };
        match outcome.verdict.as_str() {
            NOT_JUDGED => {
                let count = row["apart"]["no-signature"].as_u64().unwrap_or(0);
                row["apart"]["no-signature"] = (count + 1).into();
            }
            "acceptable" => {
                let count = row["acceptable"][judged].as_u64().unwrap_or(0);
                row["acceptable"][judged] = (count + 1).into();
            }
            verdict if (verdict == "valid") == outcome.accepted => {}
            _ => {
                let rule = rule_for(&expected[judged], outcome.id);
                let rule = rule.unwrap_or_else(|| panic!("{}: {judged} by no rule", outcome.id));
                assert!(rules.contains_key(rule), "{rule}");
                let because = &mut row[judged][rule];
                match (&expected[judged][rule], because) {
                    (Value::Array(_), Value::Array(found)) => found.push(outcome.id.into()),
                    (Value::Array(_), because) => *because = json!([outcome.id]),
                    (_, because) => *because = (because.as_u64().unwrap_or(0) + 1).into(),
                }
            }
        }
    }
    row
}

/// The rule that names a test, or else the one that only counts.
fn rule_for(rules: &Value, id: u64) -> Option<&str> {
    let rules = rules.as_object()?;
    let named = rules.iter().find(|(_, tests)| {
        tests.as_array().is_some_and(|tests| tests.iter().any(|test| *test == id))
    });
    named.or_else(|| rules.iter().find(|(_, tests)| tests.is_u64())).map(|(rule, _)| rule.as_str())
}

fn judged(document: &Value) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for group in list(&document["testGroups"]) {
        let kind = text(&group["type"]);
        let judge: Box<Judge> = match kind {
            _ if kind.starts_with("JsonWeb") => {
                let set = set(group);
                Box::new(move |test| Some(token_is_accepted(test, &set)))
            }
            _ if kind.ends_with("Verify") => {
                let key = PublicKey::from_jwk(&public_jwk(&group["publicKey"], kind));
                let is_der = matches!(kind, "EcdsaVerify" | "EcdsaBitcoinVerify");
                Box::new(move |test| Some(verifies(key.as_ref().ok()?, test, is_der)))
            }
            "RsassaPkcs1Generate" => {
                let keys = read_private_keys(&[text(&group["privateKeyPem"])]);
                Box::new(move |test| Some(signs(keys.as_ref().ok()?.first()?, test)))
            }
            "HkdfTest" | "PbkdfTest" | "PbeTest" | "PrimalityTest" => {
                outcomes.extend(list(&group["tests"]).iter().map(|_| Outcome {
                    id: 0,
                    verdict: NOT_JUDGED.to_owned(),
                    accepted: false,
                }));
                continue;
            }
            _ => panic!("{kind} is new"),
        };
        outcomes.extend(list(&group["tests"]).iter().map(|test| Outcome {
            id: test["tcId"].as_u64().expect("a number"),
            verdict: text(&test["result"]).to_owned(),
            accepted: judge(test).unwrap_or(false),
        }));
    }
    outcomes
}

fn verifies(key: &PublicKey, test: &Value, is_der: bool) -> bool {
    let (message, signature) = (hex(&test["msg"]), hex(&test["sig"]));
    if is_der {
        let signature = ecdsa_signature_from_der(&signature);
        return signature.is_some_and(|signature| key.verifies(&message, &signature));
    }
    key.verifies(&message, &signature)
}

/// Whether the signature of the vector is the one that is made, and verifies.
fn signs(key: &PrivateKey, test: &Value) -> bool {
    let (message, expected) = (hex(&test["msg"]), hex(&test["sig"]));
    let signature = key.sign(&message).expect("a signature");
    assert!(key.public().verifies(&message, &signature));
    assert_eq!(key.public().verifies(&message, &expected), signature == expected);
    signature == expected
}

/// Whether a JWS or JWE passes all checks but those of its claims.
fn token_is_accepted(test: &Value, set: &str) -> bool {
    let token = test.get("jws").unwrap_or(&test["jwe"]);
    let token = token.as_str().map_or_else(|| token.to_string(), str::to_owned);
    jws_refusal(&token, set).is_none()
}

/// The keys that a group of tests is verified with.
fn set(group: &Value) -> String {
    let key = if group["public"].is_null() { &group["private"] } else { &group["public"] };
    let set = if key["keys"].is_array() { key.clone() } else { json!({ "keys": [key] }) };
    set.to_string()
}

/// A key as a JWK, from its numbers, which every group has.
fn public_jwk(key: &Value, kind: &str) -> String {
    let number = |name: &str, length: usize| {
        let bytes = hex(&key[name]);
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let digits = &bytes[zeros..];
        base64url::encode([&vec![0; length.saturating_sub(digits.len())], digits].concat())
    };
    match kind {
        _ if kind.starts_with("Ecdsa") => {
            let curve = text(&key["curve"]).replace("secp256r1", "P-256");
            json!({ "kty": "EC", "crv": curve, "x": number("wx", 32), "y": number("wy", 32) })
        }
        "EddsaVerify" => {
            let curve = text(&key["curve"]).replace("edwards25519", "Ed25519");
            json!({ "kty": "OKP", "crv": curve, "x": base64url::encode(hex(&key["pk"])) })
        }
        _ => {
            json!({ "kty": "RSA", "n": number("modulus", 0), "e": number("publicExponent", 0) })
        }
    }
    .to_string()
}

#[test]
fn each_key_of_wycheproofs_json_web_files_reads_or_is_refused_by_name() {
    let mut found = Map::new();
    for file in files() {
        for group in list(&document(&file)["testGroups"]) {
            let first = &group["tests"][0]["tcId"];
            for (half, read) in
                [("public", read_public as fn(&str) -> Result<()>), ("private", read_private)]
            {
                if let Some(key) = group.get(half).filter(|key| key.is_object()) {
                    let code = read(&key.to_string()).err().map_or("reads", |error| error.code());
                    found.insert(format!("{} {first} {half}", file_name(&file)), code.into());
                }
            }
        }
    }
    assert_eq!(Value::Object(found), expectations()["keys"]);
}

/// Each key of a set, or the one key.
fn read_public(text: &str) -> Result<()> {
    let key: Value = serde_json::from_str(text).expect("JSON");
    let keys = key["keys"].as_array().cloned().unwrap_or_else(|| vec![key]);
    keys.iter().try_for_each(|key| PublicKey::from_jwk(&key.to_string()).map(drop))
}

fn read_private(text: &str) -> Result<()> {
    read_private_keys(&[text]).map(drop)
}

// ---- The files ------------------------------------------------------------------------------

fn expectations() -> Value {
    document(&vectors().join("wycheproof.json"))
}

/// All files of Wycheproof's that `tests/vectors/wycheproof` names the crates of.
fn files() -> Vec<PathBuf> {
    let manifest = vectors().join("wycheproof/Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1", "--manifest-path"])
        .arg(manifest)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = list(&metadata["packages"]).iter();
    let of_wycheproof =
        packages.filter(|package| text(&package["name"]).starts_with("wycheproof-ng-"));
    let folders = of_wycheproof
        .map(|package| Path::new(text(&package["manifest_path"])).with_file_name("src/data"));
    // One crate has code alone.
    let folders = folders.filter_map(|folder| read_dir(folder).ok());
    let mut files: Vec<_> = folders.flatten().map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("a name")
}
