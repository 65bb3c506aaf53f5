//! Tokens: their three parts, what the issuer puts into them, and signatures that somebody else
//! made.

mod common;

use common::*;
use convex_token::convex::DEFAULT_AUDIENCE;
use convex_token::issuer::{DEFAULT_EXPIRES_IN, KeyId, NotBefore, PreparedToken, finish};
use convex_token::key::PublicKey;
use convex_token::token::{MAX_TOKEN_BYTES, decode};
use convex_token::{Error, Issuer};
use serde_json::{Value, json};

/// An issuer whose signatures the test itself makes.
fn external(name: &str) -> Issuer {
    Issuer::with_external_signer(public_key(name), options())
}

fn jti(token: &str) -> String {
    payload(token)["jti"].as_str().unwrap().to_owned()
}

// ---- What the issuer says -------------------------------------------------------------------

#[test]
fn a_token_has_three_parts_in_base64url() {
    for name in SIGNERS {
        let token = issuer(name).sign(&user(), NOW).unwrap();
        let parts: Vec<_> = token.split('.').map(from_base64url).collect();
        let signature = if name == "rsa-2048" { 256 } else { 64 };
        assert_eq!((parts.len(), parts[2].len()), (3, signature), "{name}");
    }
}

#[test]
fn the_header_has_exactly_the_algorithm_the_key_and_the_type() {
    for name in SIGNERS {
        let token = issuer(name).sign(&user(), NOW).unwrap();
        let header: Value = serde_json::from_str(&part(&token, 0)).unwrap();
        assert_eq!(header, json!({ "alg": alg(name), "kid": kid(name), "typ": "JWT" }));
    }
}

#[test]
fn the_payload_has_the_registered_claims_and_those_given() {
    let before = claims(r#"{"sub":"user_1","role":"admin"}"#);
    let payload = payload(&issuer("ed25519").sign(&before, NOW).unwrap());
    let jti = payload["jti"].clone();
    let expected = json!({
        "iss": ISSUER, "aud": DEFAULT_AUDIENCE, "iat": NOW, "exp": NOW + DEFAULT_EXPIRES_IN,
        "jti": jti, "sub": "user_1", "role": "admin",
    });
    assert_eq!(Value::Object(payload), expected);
    assert_eq!((DEFAULT_AUDIENCE, DEFAULT_EXPIRES_IN), ("convex", 3600));
}

#[test]
fn every_token_has_another_random_jti() {
    let issuer = issuer("ed25519");
    let tokens: Vec<_> = (0..100).map(|_| issuer.sign(&user(), NOW).unwrap()).collect();
    let mut ids: Vec<_> = tokens.iter().map(|token| jti(token)).collect();
    assert!(ids.iter().all(|id| from_base64url(id).len() == 16));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 100);
}

#[test]
fn a_refreshed_token_differs_even_within_one_second() {
    for name in SIGNERS {
        let issuer = issuer(name);
        assert_ne!(issuer.sign(&user(), NOW).unwrap(), issuer.sign(&user(), NOW).unwrap());
    }
}

#[test]
fn the_audience_the_life_and_the_beginning_are_options() {
    let options = options()
        .audience("my app")
        .and_then(|options| options.expires_in(90))
        .unwrap()
        .not_before(NotBefore::After(30));
    let payload = payload(&issuer_with("ed25519", options).sign(&user(), NOW).unwrap());
    assert_eq!(payload["aud"], "my app");
    assert_eq!(payload["exp"], NOW + 90);
    assert_eq!(payload["nbf"], NOW + 30);
    assert_eq!(payload["iat"], NOW);
}

#[test]
fn the_beginning_may_be_a_moment() {
    let options = options().not_before(NotBefore::At(NOW - 100));
    let payload = payload(&issuer_with("ed25519", options).sign(&user(), NOW).unwrap());
    assert_eq!(payload["nbf"], NOW - 100);
}

#[test]
fn a_token_that_would_expire_before_it_begins_is_refused() {
    for (not_before, expires_in) in [
        (NotBefore::After(90), 90),
        (NotBefore::After(3600), 90),
        (NotBefore::At(NOW + 90), 90),
        (NotBefore::At(NOW + 91), 90),
    ] {
        let options = options().expires_in(expires_in).unwrap().not_before(not_before);
        refused(issuer_with("ed25519", options).sign(&user(), NOW), "ERR_TIME");
    }
    let options = options().expires_in(90).unwrap().not_before(NotBefore::After(89));
    assert!(issuer_with("ed25519", options).sign(&user(), NOW).is_ok());
}

#[test]
fn a_life_that_convexs_client_does_not_take_is_refused() {
    for seconds in [i64::MIN, -1, 0, 1, 2] {
        refused(options().expires_in(seconds), "ERR_DURATION");
    }
    assert!(options().expires_in(3).is_ok());
}

#[test]
fn an_empty_audience_is_refused() {
    for audience in ["", " ", "\n"] {
        refused(options().audience(audience), "ERR_AUDIENCE");
    }
}

#[test]
fn the_key_is_named_by_its_thumbprint_or_as_asked_or_not_at_all() {
    let header = |key_id: KeyId| {
        let options = options().key_id(key_id).unwrap();
        let token = issuer_with("p256", options).sign(&user(), NOW).unwrap();
        serde_json::from_str::<Value>(&part(&token, 0)).unwrap()
    };
    assert_eq!(header(KeyId::Thumbprint)["kid"], kid("p256"));
    assert_eq!(header(KeyId::Named("my \"key\"".into()))["kid"], "my \"key\"");
    assert_eq!(header(KeyId::Absent), json!({ "alg": "ES256", "typ": "JWT" }));
}

#[test]
fn the_published_set_names_the_key_as_tokens_do() {
    let options = options().key_id(KeyId::Named("mine".into())).unwrap();
    let issuer = issuer_with("p256", options);
    assert_eq!(issuer.jwks().plain()["keys"][0]["kid"], "mine");
    let token = issuer.sign(&user(), NOW).unwrap();
    assert!(issuer.verify(&token, NOW).is_ok());
}

#[test]
fn a_name_of_a_key_that_is_empty_or_too_long_is_refused() {
    for name in [String::new(), "x".repeat(257)] {
        refused(options().key_id(KeyId::Named(name)), "ERR_KEY_ID");
    }
    assert!(options().key_id(KeyId::Named("ä".repeat(256))).is_ok());
}

#[test]
fn the_first_key_signs_and_all_are_published() {
    let keys = SIGNERS.map(private_key).into();
    let issuer = Issuer::new(keys, options()).unwrap();
    let token = issuer.sign(&user(), NOW).unwrap();
    assert_eq!(decode(&token).unwrap().header.plain()["kid"], kid("rsa-2048"));
    let jwks = issuer.jwks().plain();
    let published: Vec<_> =
        jwks["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert_eq!(published, SIGNERS.map(kid).iter().collect::<Vec<_>>());
    for name in SIGNERS {
        let older = issuer_with(name, options()).sign(&user(), NOW).unwrap();
        assert!(issuer.verify(&older, NOW).is_ok(), "a rotated key's tokens stay good");
    }
}

#[test]
fn an_issuer_needs_a_key() {
    refused(Issuer::new(vec![], options()), "ERR_KEY_MISSING");
}

#[test]
fn signatures_of_rs256_and_eddsa_are_those_of_other_libraries() {
    for name in ["rsa-2048", "rsa-3072", "ed25519"] {
        let token = issuer(name).sign(&user(), NOW).unwrap();
        let (input, found) = token.rsplit_once('.').unwrap();
        assert_eq!(from_base64url(found), signature(name, input.as_bytes()), "{name}");
    }
}

// ---- Decoding -------------------------------------------------------------------------------

#[test]
fn decoding_gives_header_and_claims_and_checks_nothing() {
    let token = sign_texts("ed25519", r#"{"alg":"none","x":[1]}"#, r#"{"exp":1,"sub":5}"#);
    let forged = format!("{}AAAA", token.rsplit_once('.').unwrap().0.to_owned() + ".");
    let decoded = decode(&forged).unwrap();
    assert_eq!(Value::Object(decoded.header.plain()), json!({ "alg": "none", "x": [1] }));
    assert_eq!(Value::Object(decoded.claims.plain()), json!({ "exp": 1, "sub": 5 }));
}

#[test]
fn a_text_that_is_no_token_is_refused() {
    let good = issuer("ed25519").sign(&user(), NOW).unwrap();
    let [header, payload, signature] =
        good.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    let list = base64url("[1]");
    let broken = base64url("{\"a\":");
    let latin1 = base64url(b"{\"a\":\"\xe9\"}");
    for text in [
        String::new(),
        ".".into(),
        "..".into(),
        "a.b.c".into(),
        format!("{header}.{payload}"),
        format!("{good}."),
        format!("{good}.x"),
        format!("Bearer {good}"),
        format!("{good}\n"),
        format!("{header}.{payload}.{signature}="),
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload} .{signature}"),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{list}.{payload}.{signature}"),
        format!("{header}.{list}.{signature}"),
        format!("{header}.{broken}.{signature}"),
        format!("{header}.{latin1}.{signature}"),
        format!("{header}.{payload}.ä"),
        format!("{header}.{payload}.{}+", &signature[1..]),
    ] {
        refused(decode(&text), "ERR_TOKEN_MALFORMED");
    }
}

#[test]
fn too_long_a_token_is_refused() {
    let error = refused(decode(&"a".repeat(MAX_TOKEN_BYTES + 1)), "ERR_TOKEN_TOO_LARGE");
    assert!(error.message().contains("131072 bytes"), "{error}");
    refused(decode(&"a".repeat(MAX_TOKEN_BYTES)), "ERR_TOKEN_MALFORMED");
}

// ---- Signatures of others -------------------------------------------------------------------

/// The public key, the signing input and the signature of an RFC's example.
fn example(file: &str) -> (PublicKey, String, Vec<u8>) {
    let vector = vector_json(&format!("rfc/{file}.json"));
    let key = PublicKey::from_jwk(&vector["jwk"].to_string()).unwrap();
    let (input, signature) = vector["token"].as_str().unwrap().rsplit_once('.').unwrap();
    (key, input.to_owned(), from_base64url(signature))
}

#[track_caller]
fn example_is_finished(file: &str) {
    let (key, input, signature) = example(file);
    let token = vector_json(&format!("rfc/{file}.json"))["token"].clone();
    assert_eq!(finish(&key, &input, &signature).unwrap(), token);
}

#[test]
fn the_rs256_signature_of_rfc_7515_appendix_a_2_verifies() {
    example_is_finished("rfc7515-a2");
}

#[test]
fn the_es256_signature_of_rfc_7515_appendix_a_3_verifies() {
    example_is_finished("rfc7515-a3");
}

#[test]
fn the_eddsa_signature_of_rfc_8037_appendix_a_4_verifies() {
    example_is_finished("rfc8037-a1");
}

#[test]
fn any_flipped_bit_of_an_examples_signature_is_refused() {
    for file in ["rfc7515-a2", "rfc7515-a3", "rfc8037-a1"] {
        let (key, input, signature) = example(file);
        for bit in 0..signature.len() * 8 {
            let mut flipped = signature.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let result = finish(&key, &input, &flipped);
            assert_eq!(result, Err(Error::signature_rejected()), "{file}: bit {bit}");
        }
    }
}

#[test]
fn any_change_of_what_was_signed_is_refused() {
    for file in ["rfc7515-a2", "rfc7515-a3", "rfc8037-a1"] {
        let (key, input, signature) = example(file);
        for (index, _) in input.char_indices() {
            let mut changed = input.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(finish(&key, &changed, &signature).is_err(), "{file}: {index}");
        }
        assert!(finish(&key, &format!("{input} "), &signature).is_err());
        assert!(finish(&key, "", &signature).is_err());
    }
}

#[test]
fn signatures_of_another_length_are_refused() {
    for file in ["rfc7515-a2", "rfc7515-a3", "rfc8037-a1"] {
        let (key, input, signature) = example(file);
        let longer = [signature.as_slice(), &[0]].concat();
        let padded = [&[0], signature.as_slice()].concat();
        let shorter = &signature[..signature.len() - 1];
        let zeros = vec![0; signature.len()];
        for wrong in [longer.as_slice(), &padded, shorter, &signature[1..], &zeros, &[]] {
            refused(finish(&key, &input, wrong), "ERR_SIGNATURE_REJECTED");
        }
    }
}

#[test]
fn another_keys_signature_is_refused() {
    for name in KEYS {
        let prepared = external(name).prepare(&user(), NOW).unwrap();
        for other in KEYS.into_iter().filter(|other| *other != name) {
            let signature = signature(other, prepared.signing_input.as_bytes());
            let result = external(name).finish(&prepared, &signature, None, NOW);
            let error = refused(result, "ERR_SIGNATURE_REJECTED");
            assert!(error.hint().contains("publicJwk"), "{error}");
        }
    }
}

#[test]
fn an_es256_signature_in_der_is_taken_in_the_form_of_jws() {
    let (key, input, signature) = example("rfc7515-a3");
    let der = der::ecdsa_signature(&signature[..32], &signature[32..]);
    let token = finish(&key, &input, &der).unwrap();
    assert_eq!(token, vector_json("rfc/rfc7515-a3.json")["token"]);
}

/// In DER a number is longer by a byte when its highest bit is set, and shorter when it begins with
/// a zero byte, as one in 256 does: signatures are made until both were seen several times.
#[test]
fn es256_signatures_in_der_are_taken_whatever_the_length_of_their_numbers() {
    let key = public_key("p256");
    let (mut longer, mut shorter) = (0, 0);
    for index in 0..20_000 {
        let input = format!("e30.{index}");
        let signature = signature("p256", input.as_bytes());
        let (r, s) = signature.split_at(32);
        longer += usize::from(r[0] >= 0x80 || s[0] >= 0x80);
        shorter += usize::from(r[0] == 0 || s[0] == 0);
        let expected = format!("{input}.{}", base64url(&signature));
        assert_eq!(finish(&key, &input, &der::ecdsa_signature(r, s)).unwrap(), expected);
        if longer > 3 && shorter > 3 {
            return;
        }
    }
    panic!("{longer} longer ones, {shorter} shorter ones");
}

#[test]
fn a_damaged_signature_in_der_is_refused() {
    let (key, input, signature) = example("rfc7515-a3");
    let (r, s) = signature.split_at(32);
    let good = der::ecdsa_signature(r, s);
    for cut in 0..good.len() {
        assert!(finish(&key, &input, &good[..cut]).is_err(), "cut at {cut}");
    }
    for bit in 0..good.len() * 8 {
        let mut flipped = good.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(finish(&key, &input, &flipped).is_err(), "bit {bit}");
    }
    for wrong in [
        der::ecdsa_signature(s, r),
        der::ecdsa_signature(&[], s),
        der::ecdsa_signature(r, &[]),
        der::ecdsa_signature(&[&[1], r].concat(), s),
        [good.as_slice(), &[0]].concat(),
        der::sequence(&[der::integer(r), der::integer(s), der::integer(s)]),
        der::sequence(&[der::integer(r)]),
    ] {
        refused(finish(&key, &input, &wrong), "ERR_SIGNATURE_REJECTED");
    }
}

#[test]
fn der_is_for_es256_alone() {
    let (key, input, signature) = example("rfc8037-a1");
    let der = der::ecdsa_signature(&signature[..32], &signature[32..]);
    refused(finish(&key, &input, &der), "ERR_SIGNATURE_REJECTED");
}

#[test]
fn a_prepared_token_and_its_signature_are_the_token() {
    for name in KEYS {
        let mut issuer = external(name);
        let prepared = issuer.prepare(&user(), NOW).unwrap();
        assert_eq!((prepared.issued_at, prepared.expires_at), (NOW, NOW + 3600));
        assert!(prepared.signing_input.is_ascii());
        let signature = signature(name, prepared.signing_input.as_bytes());
        let token = issuer.finish(&prepared, &signature, None, NOW).unwrap();
        assert_eq!(token, format!("{}.{}", prepared.signing_input, base64url(&signature)));
        assert!(issuer.verify(&token, NOW).is_ok(), "{name}");
        assert_eq!(issuer.kept_token(user().as_json(), NOW), None);
    }
}

#[test]
fn a_finished_token_may_be_kept_for_its_claims() {
    let mut issuer = external("ed25519");
    let prepared = issuer.prepare(&user(), NOW).unwrap();
    let signature = signature("ed25519", prepared.signing_input.as_bytes());
    let token = issuer.finish(&prepared, &signature, Some(&user()), NOW).unwrap();
    assert_eq!(issuer.kept_token(user().as_json(), NOW).unwrap().token, token);
    let broken = PreparedToken { signing_input: "e30.e30".into(), ..prepared };
    refused(issuer.finish(&broken, &signature, Some(&user()), NOW), "ERR_SIGNATURE_REJECTED");
    assert_eq!(issuer.kept_token(user().as_json(), NOW).unwrap().token, token);
}

#[test]
fn a_signature_that_comes_after_the_tokens_end_releases_none() {
    let mut issuer = external("ed25519");
    let prepared = issuer.prepare(&user(), NOW).unwrap();
    let signature = signature("ed25519", prepared.signing_input.as_bytes());
    let mut at = |now| {
        let late = issuer.finish_verified(&prepared, &signature, None, now);
        assert_eq!(issuer.finish(&prepared, &signature, None, now), late);
        late
    };
    // A clock that was set back is no end.
    assert!(at(NOW - 86_400).is_ok() && at(NOW + 3599).is_ok());
    let error = refused(at(NOW + 3600), "ERR_SIGNER_LATE");
    assert!(error.message().contains(" 0 s after the end"), "{error}");
    refused(at(NOW + 1_000_000), "ERR_SIGNER_LATE");
    refused(issuer.finish(&prepared, &signature, Some(&user()), NOW + 3600), "ERR_SIGNER_LATE");
    assert_eq!(issuer.kept_token(user().as_json(), NOW), None);
}

#[test]
fn of_signatures_in_another_order_the_youngest_token_is_kept() {
    let mut issuer = external("ed25519");
    let mut finished = |issued_at, now| {
        let prepared = issuer.prepare(&user(), issued_at).unwrap();
        let signature = signature("ed25519", prepared.signing_input.as_bytes());
        let token = issuer.finish(&prepared, &signature, Some(&user()), now).unwrap();
        let kept = issuer.kept_token(user().as_json(), now).map(|kept| kept.token.to_owned());
        (token, kept)
    };
    let (young, kept) = finished(NOW + 60, NOW + 61);
    assert_eq!(kept.as_ref(), Some(&young));
    let (old, kept) = finished(NOW + 59, NOW + 62);
    assert_ne!(old, young);
    assert_eq!(kept, Some(young));
    let (again, kept) = finished(NOW + 60, NOW + 63);
    assert_eq!(kept, Some(again));
    // One of the future is not what is handed out once the clock is right again.
    let (right, kept) = finished(NOW - 3600, NOW - 3600);
    assert_eq!(kept, Some(right));
}

#[test]
fn an_external_signer_must_be_asked_for_the_signature() {
    let mut issuer = external("ed25519");
    refused(issuer.sign(&user(), NOW), "ERR_SIGNER");
    refused(issuer.token(&user(), true, NOW), "ERR_SIGNER");
}

// ---- The issuer's own verification ----------------------------------------------------------

#[test]
fn an_issuer_verifies_its_own_tokens_and_no_others() {
    for name in SIGNERS {
        let issuer = issuer(name);
        let token = issuer.sign(&claims(r#"{"sub":"user_1","name":"Ada"}"#), NOW).unwrap();
        let verified = issuer.verify(&token, NOW).unwrap();
        assert_eq!(verified.identity.plain()["tokenIdentifier"], format!("{ISSUER}|user_1"));
        assert_eq!(verified.identity.plain()["name"], "Ada");
        assert_eq!(verified.claims.plain(), payload(&token));
        assert_eq!(verified.header.plain()["kid"], kid(name));

        let audience = issuer_with(name, options().audience("other").unwrap());
        refused(issuer.verify(&audience.sign(&user(), NOW).unwrap(), NOW), "ERR_TOKEN_AUDIENCE");
        let elsewhere = convex_token::IssuerOptions::new("https://other.convex.site").unwrap();
        let elsewhere = issuer_with(name, elsewhere).sign(&user(), NOW).unwrap();
        refused(issuer.verify(&elsewhere, NOW), "ERR_TOKEN_ISSUER");
        refused(issuer.verify(&token, NOW + 3606), "ERR_TOKEN_EXPIRED");
        assert!(issuer.verify(&token, NOW + 3604).is_ok());
    }
}

#[test]
fn any_changed_character_of_a_token_is_refused() {
    for name in SIGNERS {
        let issuer = issuer(name);
        let token = issuer.sign(&user(), NOW).unwrap();
        for index in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            let Err(error) = issuer.verify(&changed, NOW) else { panic!("{name}: {index}") };
            well_worded(&error);
        }
    }
}

#[test]
fn a_token_without_signature_or_with_an_algorithm_of_ones_own_is_refused() {
    let issuer = issuer("rsa-2048");
    let token = issuer.sign(&user(), NOW).unwrap();
    let body = token.split('.').nth(1).unwrap();
    for alg in ["none", "None", "HS256", "RS512", "PS256", "ES384", "", "rs256"] {
        let header =
            base64url(json!({ "alg": alg, "kid": kid("rsa-2048"), "typ": "JWT" }).to_string());
        refused(issuer.verify(&format!("{header}.{body}."), NOW), "ERR_TOKEN_ALGORITHM");
    }
    let header = base64url(json!({ "kid": kid("rsa-2048"), "typ": "JWT" }).to_string());
    refused(issuer.verify(&format!("{header}.{body}."), NOW), "ERR_TOKEN_ALGORITHM");
    let emptied = format!("{}.", token.rsplit_once('.').unwrap().0);
    refused(issuer.verify(&emptied, NOW), "ERR_TOKEN_SIGNATURE");
}
