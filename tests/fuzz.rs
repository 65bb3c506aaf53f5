//! The targets of `fuzz/`, for a moment each: every input of the corpus, then changed ones, the same at
//! each run. `FUZZ_RUNS=1000000 FUZZ_SEED=7 cargo nextest run -p convex-token --test fuzz json` looks for
//! new ones, and `FUZZ_INPUT=FILE` runs one; `fuzz/README.md` tells how libFuzzer does, which learns from
//! what it covers.

#[path = "../fuzz/targets/mod.rs"]
mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;

/// A test for each target, with how many changed inputs it is given: so many that each takes about as
/// long as the others.
macro_rules! fuzzed {
    ($($name:ident $runs:literal)*) => {
        $(#[test] fn $name() { fuzz(stringify!($name), $runs) })*

        #[test]
        fn every_target_is_run_here_and_by_libfuzzer() {
            let names = targets::ALL.map(|(name, _)| name);
            assert_eq!(names.as_slice(), [$(stringify!($name)),*]);
            let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
            for name in names {
                assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
                let program = fs::read_to_string(folder(&format!("fuzz_targets/{name}.rs"))).unwrap();
                assert!(program.contains(&format!("{name}::run(data)")), "{name}");
                assert!(corpus(name).len() > 3, "{name}");
            }
        }
    };
}

fuzzed! {
    base64 20_000
    claims 5_000
    der 4_000
    documents 1_500
    issuer 300
    issuer_url 10_000
    json 20_000
    jwk 4_000
    pasted_key 2_000
    provider 5_000
    times 20_000
    token 3_000
}

fn fuzz(name: &str, runs: usize) {
    let (_, target) = targets::ALL.into_iter().find(|(known, _)| *known == name).unwrap();
    if let Ok(input) = std::env::var("FUZZ_INPUT") {
        return target(&fs::read(input).unwrap());
    }
    let number = |variable| std::env::var(variable).ok().map(|text| text.parse().unwrap());
    let corpus = corpus(name);
    corpus.iter().for_each(|input| check(name, target, input));
    let mut random = Random(number("FUZZ_SEED").unwrap_or(1));
    let words = words();
    for _ in 0..number("FUZZ_RUNS").map_or(runs, |runs| runs as usize) {
        check(name, target, &changed(&corpus, &words, &mut random));
    }
}

/// Runs a target; an input that it stops at is kept in a file.
fn check(name: &str, target: targets::Target, input: &[u8]) {
    let outcome = catch_unwind(AssertUnwindSafe(|| target(input)));
    if let Err(panic) = outcome {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.input"));
        fs::write(&file, input).unwrap();
        eprintln!("the input is in {}: {}", file.display(), input.escape_ascii());
        resume_unwind(panic);
    }
}

fn folder(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(path)
}

/// The inputs that lie ready for a target, in the order of their names.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder("corpus").join(name)).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// The words of the dictionary, which is in libFuzzer's form.
fn words() -> Vec<Vec<u8>> {
    let text = fs::read_to_string(folder("dictionary.txt")).unwrap();
    let quoted = text.lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
    quoted.map(unescaped).collect()
}

/// A word with `\xAB` for any byte.
fn unescaped(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = word.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => match rest.next().unwrap() {
                'x' => {
                    let hex: String = rest.by_ref().take(2).collect();
                    bytes.push(u8::from_str_radix(&hex, 16).unwrap());
                }
                other => bytes.push(other as u8),
            },
            other => bytes.extend(other.to_string().bytes()),
        }
    }
    bytes
}

/// One input of the corpus with up to four changes.
fn changed(corpus: &[Vec<u8>], words: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(4) {
        let from = random.below(input.len() + 1);
        let to = (from + random.below(16)).min(input.len());
        let byte = random.next() as u8;
        match random.below(8) {
            0 => drop(input.splice(from..to, [])),
            1 => drop(input.splice(from..from, words[random.below(words.len())].clone())),
            2 => drop(input.splice(from..to, words[random.below(words.len())].clone())),
            3 => drop(input.splice(from..from, [byte])),
            4 => input.truncate(from),
            5 => {
                let twice = input[from..to].to_vec();
                drop(input.splice(from..from, twice));
            }
            6 => {
                let other = &corpus[random.below(corpus.len())];
                let start = random.below(other.len() + 1);
                input.truncate(from);
                input.extend(&other[start..]);
            }
            _ => {
                if let Some(found) = input.get_mut(from) {
                    *found ^= 1 << (byte % 8);
                }
            }
        }
    }
    input
}

/// Numbers that are the same for the same seed (xorshift64*, Vigna 2016).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32
    }

    fn below(&mut self, limit: usize) -> usize {
        self.next() as usize % limit
    }
}
