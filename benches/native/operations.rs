//! The core's operations, natively: `cargo bench --manifest-path benches/native/Cargo.toml`, and
//! behind it a word of those to run (`sign`), or `-- --help`.
//!
//! For seeing what a change of the Rust does. What users wait for is the module in WebAssembly, which
//! `benches/run.mjs` measures.

use std::fmt;

use convex_token::algorithm::Algorithm;
use convex_token::convex::{Circumstances, Verification, explain, verify};
use convex_token::key::{self, FoundSet};
use convex_token::{Claims, Issuer, IssuerOptions};
use divan::{Bencher, black_box};

const ISSUER: &str = "https://happy-animal-123.convex.site";
const CLAIMS: &str = r#"{"sub":"user_1815","name":"Ada Lovelace","email":"ada@example.com"}"#;
const NOW: i64 = 1_800_000_000;

fn main() {
    divan::main();
}

/// An algorithm with a length of key.
#[derive(Clone, Copy)]
struct Kind(Algorithm, Option<usize>);

const RSA_2048: Kind = Kind(Algorithm::Rs256, Some(2048));
const RSA_3072: Kind = Kind(Algorithm::Rs256, Some(3072));
const RSA_4096: Kind = Kind(Algorithm::Rs256, Some(4096));
const P256: Kind = Kind(Algorithm::Es256, None);
const ED25519: Kind = Kind(Algorithm::EdDsa, None);
const KINDS: [Kind; 5] = [RSA_2048, RSA_3072, RSA_4096, P256, ED25519];

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.name())?;
        self.1.map_or(Ok(()), |bits| write!(formatter, " {bits}"))
    }
}

impl Kind {
    fn pair(self) -> key::KeyPair {
        key::generate(self.0, self.1).expect("a key pair")
    }

    fn issuer(self) -> Issuer {
        let keys = key::read_private_keys(&[self.pair().private_key]).expect("a key");
        Issuer::new(keys, IssuerOptions::new(ISSUER).expect("options")).expect("an issuer")
    }
}

fn claims() -> Claims {
    Claims::from_json(CLAIMS).expect("claims")
}

mod keys {
    use super::*;

    #[divan::bench(args = [RSA_2048, P256, ED25519], sample_count = 30, sample_size = 1)]
    fn generate(kind: Kind) -> key::KeyPair {
        kind.pair()
    }

    #[divan::bench(args = KINDS)]
    fn read_pem(bencher: Bencher<'_, '_>, kind: Kind) {
        let pem = kind.pair().private_key;
        bencher.bench_local(|| key::read_private_keys(&[black_box(&pem)]).expect("a key"));
    }

    #[divan::bench(args = KINDS)]
    fn read_set(bencher: Bencher<'_, '_>, kind: Kind) {
        let jwks = kind.pair().jwks.to_string();
        bencher.bench_local(|| FoundSet::read(black_box(&jwks)).expect("a set"));
    }

    #[divan::bench(args = KINDS)]
    fn write_set(bencher: Bencher<'_, '_>, kind: Kind) {
        let issuer = kind.issuer();
        bencher.bench_local(|| issuer.jwks());
    }
}

mod tokens {
    use super::*;

    #[divan::bench]
    fn read_claims() -> Claims {
        Claims::from_json(black_box(CLAIMS)).expect("claims")
    }

    /// Header and payload: all of a token but its signature.
    #[divan::bench]
    fn prepare(bencher: Bencher<'_, '_>) {
        let (issuer, claims) = (ED25519.issuer(), claims());
        bencher.bench_local(|| issuer.prepare(black_box(&claims), NOW).expect("a token"));
    }

    #[divan::bench(args = KINDS)]
    fn sign(bencher: Bencher<'_, '_>, kind: Kind) {
        let (issuer, claims) = (kind.issuer(), claims());
        bencher.bench_local(|| issuer.sign(black_box(&claims), NOW).expect("a token"));
    }

    #[divan::bench]
    fn hand_out_again(bencher: Bencher<'_, '_>) {
        let (mut issuer, claims) = (ED25519.issuer(), claims());
        bencher.bench_local(|| issuer.token(black_box(&claims), false, NOW).expect("a token"));
    }
}

mod verdicts {
    use super::*;

    #[divan::bench(args = KINDS)]
    fn verify_token(bencher: Bencher<'_, '_>, kind: Kind) {
        let issuer = kind.issuer();
        let token = issuer.sign(&claims(), NOW).expect("a token");
        let set = FoundSet::read(&issuer.jwks().to_string()).expect("a set");
        let verification = Verification {
            set: &set,
            provider: None,
            issuer: Some(ISSUER),
            audience: Some("convex"),
            clock_tolerance: None,
            now: NOW,
        };
        bencher.bench_local(|| verify(black_box(&token), &verification).expect("a valid token"));
    }

    #[divan::bench(args = KINDS)]
    fn explain_token(bencher: Bencher<'_, '_>, kind: Kind) {
        let issuer = kind.issuer();
        let token = issuer.sign(&claims(), NOW).expect("a token");
        let set = FoundSet::read(&issuer.jwks().to_string()).expect("a set");
        let circumstances = Circumstances {
            keys: Some(&set),
            issuer: Some(ISSUER),
            audience: Some("convex"),
            now: NOW,
            ..Circumstances::default()
        };
        bencher.bench_local(|| explain(black_box(&token), &circumstances));
    }
}
