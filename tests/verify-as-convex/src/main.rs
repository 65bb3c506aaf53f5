//! The command line: reads a token, judges it, prints the judgement as JSON.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::io::{BufRead, Read, Write};
use std::process::ExitCode;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use verify_as_convex::http::{HttpClient, Stored};
use verify_as_convex::{Refusal, Web, parse_providers, unix_now, verify};

const HELP: &str = "\
Judges a token the way Convex's backend does.

Usage:
  verify-as-convex --providers FILE|JSON [OPTIONS] < TOKEN
  verify-as-convex --batch [OPTIONS] < JSON_LINES

Options:
  --providers FILE|JSON   what auth.config.ts exports: { \"providers\": [...] }, or the list alone
  --token-file FILE       read the token from FILE rather than from standard input
  --now UNIXSECONDS       judge at this time rather than at the present
  --resolve HOST=BASE     fetch what is on HOST, whatever its scheme, from BASE, such as
                          http://127.0.0.1:3000; HOST may end in :PORT; repeatable
  --batch                 judge each line of standard input, { \"id\", \"token\", \"providers\"?,
                          \"now\"?, \"resolve\"?: { HOST: BASE }, \"stored\"?: { URL: { \"status\",
                          \"headers\"?, \"body\"? } } }, and answer it with a line { \"id\", ... };
                          what a line lacks is taken from the options; with \"stored\" nothing is
                          fetched over the network
  -h, --help              print this

Prints one JSON object:
  { \"accepted\": true, \"identity\": { ... } }
  { \"accepted\": false, \"code\", \"message\", \"status\", \"causes\": [ ... ] }
identity is what ctx.auth.getUserIdentity() returns.

Exit status: 0 accepted (with --batch: every line judged), 1 refused, 2 wrong usage (with --batch:
some line could not be understood, and was answered with { \"id\", \"error\" }).
";

/// Something is wrong with the call itself, not with the token.
type Usage = String;

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(code) => code,
        Err(usage) => {
            eprintln!("verify-as-convex: {usage}\nTry --help.");
            ExitCode::from(2)
        }
    }
}

#[derive(Default)]
struct Options {
    providers: Option<Value>,
    token_file: Option<String>,
    now: Option<u64>,
    web: Web,
    batch: bool,
}

fn run(arguments: impl Iterator<Item = String>) -> Result<ExitCode, Usage> {
    let Some(options) = parse(arguments)? else {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    };
    if options.batch {
        return batch(&options);
    }
    let providers = options.providers.as_ref().ok_or("--providers is missing")?;
    let token = match &options.token_file {
        Some(path) => read(path)?,
        None => {
            let mut token = String::new();
            std::io::stdin()
                .read_to_string(&mut token)
                .map_err(|error| format!("standard input: {error}"))?;
            token
        }
    };
    let (accepted, judgement) = judge(token.trim(), providers, options.now, &options.web);
    println!("{}", Value::Object(judgement));
    Ok(ExitCode::from(if accepted { 0 } else { 1 }))
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, Usage> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
            _ => (argument.as_str(), None),
        };
        let mut value =
            || inline.clone().or_else(|| arguments.next()).ok_or(format!("{name} lacks its value"));
        match name {
            "-h" | "--help" => return Ok(None),
            "--batch" => options.batch = true,
            "--providers" => options.providers = Some(read_providers(&value()?)?),
            "--token-file" => options.token_file = Some(value()?),
            "--now" => {
                let value = value()?;
                let now =
                    value.parse().map_err(|_| format!("--now: {value} is no number of seconds"))?;
                options.now = Some(now);
            }
            "--resolve" => {
                let value = value()?;
                let (host, base) = value
                    .split_once('=')
                    .ok_or(format!("--resolve: {value} is not of the form HOST=BASE"))?;
                options.web = resolve(options.web, host, base)?;
            }
            _ => return Err(format!("unknown argument {argument}")),
        }
    }
    Ok(Some(options))
}

fn read_providers(given: &str) -> Result<Value, Usage> {
    let text =
        if given.trim_start().starts_with(['[', '{']) { given.to_owned() } else { read(given)? };
    serde_json::from_str(&text).map_err(|error| format!("--providers: {error}"))
}

fn read(path: &str) -> Result<String, Usage> {
    std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

fn resolve(web: Web, host: &str, base: &str) -> Result<Web, Usage> {
    web.resolve(host, base).map_err(|error| format!("--resolve: {error}"))
}

/// Whether the token is accepted, and the members of the answer.
fn judge(
    token: &str,
    providers: &Value,
    now: Option<u64>,
    web: &dyn HttpClient,
) -> (bool, Map<String, Value>) {
    let now = now.unwrap_or_else(unix_now);
    let judgement = parse_providers(providers)
        .and_then(|providers| verify(token, &providers, now, web))
        .map_or_else(refused, |identity| json!({ "accepted": true, "identity": identity }));
    let Value::Object(members) = judgement else {
        unreachable!("both arms are objects");
    };
    (members["accepted"] == true, members)
}

fn refused(refusal: Refusal) -> Value {
    json!({
        "accepted": false,
        "code": refusal.code,
        "message": refusal.message,
        "status": refusal.status,
        "causes": refusal.causes,
    })
}

#[derive(Deserialize)]
struct Line {
    token: String,
    providers: Option<Value>,
    now: Option<u64>,
    #[serde(default)]
    resolve: BTreeMap<String, String>,
    stored: Option<Stored>,
}

fn batch(options: &Options) -> Result<ExitCode, Usage> {
    let mut understood = true;
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| format!("standard input: {error}"))?;
        if line.trim().is_empty() {
            continue;
        }
        let (id, members) = answer(&line, options);
        understood &= !members.contains_key("error");
        let mut answer = Map::from_iter([("id".to_owned(), id)]);
        answer.extend(members);
        // Each answer leaves at once, so that a caller may wait for it before the next line.
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{}", Value::Object(answer))
            .and_then(|()| stdout.flush())
            .map_err(|error| format!("standard output: {error}"))?;
    }
    Ok(ExitCode::from(if understood { 0 } else { 2 }))
}

fn answer(line: &str, options: &Options) -> (Value, Map<String, Value>) {
    let parsed: Value = match serde_json::from_str(line) {
        Ok(parsed) => parsed,
        Err(error) => return (Value::Null, error_members(&error.to_string())),
    };
    let id = parsed.get("id").cloned().unwrap_or(Value::Null);
    let members = judge_line(parsed, options).unwrap_or_else(|error| error_members(&error));
    (id, members)
}

fn judge_line(line: Value, options: &Options) -> Result<Map<String, Value>, Usage> {
    let line: Line = serde_json::from_value(line).map_err(|error| error.to_string())?;
    let providers = line
        .providers
        .as_ref()
        .or(options.providers.as_ref())
        .ok_or("the line has no providers")?;
    let mut web = options.web.clone();
    for (host, base) in &line.resolve {
        web = resolve(web, host, base)?;
    }
    let http: &dyn HttpClient = match &line.stored {
        Some(stored) => stored,
        None => &web,
    };
    Ok(judge(&line.token, providers, line.now.or(options.now), http).1)
}

fn error_members(error: &str) -> Map<String, Value> {
    Map::from_iter([("error".to_owned(), Value::String(error.to_owned()))])
}
