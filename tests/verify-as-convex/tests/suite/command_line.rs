//! The command line program.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::server::{HOST, Server, Site};
use crate::signer::Signer::Rsa;
use crate::with::{NOW, claims, oidc_provider};

/// The exit status and what was printed on standard output and standard error.
fn run(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_verify-as-convex"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    // The program may end without having read its input.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    (
        output.status.code().expect("no signal"),
        String::from_utf8(output.stdout).expect("text"),
        String::from_utf8(output.stderr).expect("text"),
    )
}

fn served() -> (Server, String) {
    let server = Site::of_issuer(&[Rsa.jwk(None)]).serve();
    let resolve = format!("{HOST}={}", server.base);
    (server, resolve)
}

fn config() -> String {
    json!({ "providers": [oidc_provider()] }).to_string()
}

#[test]
fn an_accepted_token_prints_its_identity_and_exits_with_0() {
    let (_server, resolve) = served();
    let token = Rsa.sign(None, &claims(json!({ "name": "Ada" })));
    let now = NOW.to_string();
    let arguments = ["--providers", &config(), "--resolve", &resolve, "--now", &now];
    let (status, out, _) = run(&arguments, &format!("{token}\n"));
    assert_eq!(status, 0, "{out}");
    let out: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(out["accepted"], true);
    assert_eq!(out["identity"]["name"], "Ada");
}

#[test]
fn a_refused_token_prints_why_and_exits_with_1() {
    let (_server, resolve) = served();
    let token = Rsa.sign(None, &claims(json!({})));
    // At the present, the token has expired long since.
    let arguments = ["--providers", &config(), "--resolve", &resolve];
    let (status, out, _) = run(&arguments, &token);
    assert_eq!(status, 1, "{out}");
    let out: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(out["accepted"], false);
    assert_eq!(out["code"], "Unauthenticated");
    assert_eq!(out["status"], 401);
    assert!(out["message"].as_str().unwrap().starts_with("Could not verify OIDC"));
    assert!(out["causes"][0].as_str().unwrap().starts_with("Expired"));
}

#[test]
fn providers_that_can_not_be_deployed_are_a_refusal() {
    let (status, out, _) = run(&["--providers", r#"[{"domain":"x"}]"#], "");
    assert_eq!(status, 1);
    assert!(out.contains("AuthConfigNotMatchingSchemaError"), "{out}");
}

#[test]
fn token_and_providers_may_lie_in_files() {
    let (_server, resolve) = served();
    let directory = std::env::temp_dir().join(format!("verify-as-convex-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let token_file = directory.join("token");
    let providers_file = directory.join("auth.config.json");
    std::fs::write(&token_file, Rsa.sign(None, &claims(json!({})))).unwrap();
    std::fs::write(&providers_file, config()).unwrap();
    let arguments = [
        "--token-file",
        token_file.to_str().unwrap(),
        &format!("--providers={}", providers_file.display()),
        &format!("--resolve={resolve}"),
        &format!("--now={NOW}"),
    ];
    let (status, out, err) = run(&arguments, "");
    std::fs::remove_dir_all(&directory).unwrap();
    assert_eq!(status, 0, "{out}{err}");
}

#[test]
fn wrong_usage_exits_with_2() {
    for arguments in [
        &[][..],
        &["--providers"],
        &["--providers", "/does/not/exist"],
        &["--providers", "[", "--now", "1"],
        &["--providers", "[]", "--now", "soon"],
        &["--providers", "[]", "--resolve", "example.com"],
        &["--providers", "[]", "--resolve", "example.com=https://127.0.0.1"],
        &["--providers", "[]", "--frobnicate"],
    ] {
        let (status, out, err) = run(arguments, "token");
        assert_eq!(status, 2, "{arguments:?} {out}");
        assert!(out.is_empty() && err.contains("--help"), "{err}");
    }
}

#[test]
fn help_is_printed() {
    let (status, out, _) = run(&["--help"], "");
    assert_eq!(status, 0);
    for option in ["--providers", "--token-file", "--now", "--resolve", "--batch"] {
        assert!(out.contains(option), "{option}");
    }
}

#[test]
fn a_batch_answers_each_line() {
    let (server, resolve) = served();
    let good = Rsa.sign(None, &claims(json!({})));
    let lines = [
        json!({ "id": 1, "token": good, "providers": [oidc_provider()] }),
        json!({ "id": "two", "token": "x", "providers": { "providers": [] }, "now": NOW }),
        json!({ "id": 3, "token": good, "now": NOW + 1_000_000 }),
        json!({ "id": 4, "token": good, "resolve": { HOST: "http://127.0.0.1:1" } }),
        json!({ "id": 5, "token": good, "resolve": { HOST: server.base } }),
    ];
    let input: String = lines.iter().map(|line| format!("{line}\n\n")).collect();
    let now = NOW.to_string();
    let arguments = ["--batch", "--now", &now, "--resolve", &resolve, "--providers", &config()];
    let (status, out, err) = run(&arguments, &input);
    assert_eq!(status, 0, "{out}{err}");
    let answers: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary: Vec<Value> =
        answers.iter().map(|it| json!([it["id"], it["accepted"], it["code"]])).collect();
    assert_eq!(
        summary,
        [
            json!([1, true, null]),
            json!(["two", false, "InvalidAuthHeader"]),
            json!([3, false, "Unauthenticated"]),
            json!([4, false, "AuthProviderDiscoveryFailed"]),
            json!([5, true, null]),
        ]
    );
}

#[test]
fn a_line_that_is_not_understood_is_answered_and_exits_with_2() {
    let input =
        "{\n{\"id\":7}\n{\"id\":8,\"token\":\"x\"}\n{\"id\":9,\"token\":\"x\",\"providers\":[]}\n";
    let (status, out, _) = run(&["--batch"], input);
    assert_eq!(status, 2);
    let answers: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 4);
    assert_eq!(answers[0]["id"], Value::Null);
    assert_eq!(answers[1]["id"], 7);
    assert_eq!(answers[2]["error"], "the line has no providers");
    assert_eq!(answers[3]["accepted"], false);
}
