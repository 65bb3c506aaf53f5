//! Convex as the tests ask it: our own `verify`, and beside it `verify-as-convex`, which stands on
//! the crates that Convex stands on and fetches the keys over HTTP from a loopback server.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use convex_token::Error;
use convex_token::convex::well_known::{self, Request};
use convex_token::convex::{
    Circumstances, Document, Explanation, IssuerUrl, Provider, Verification, explain, verify,
};
use convex_token::key::FoundSet;
use serde_json::{Map, Value, json};
use verify_as_convex::{Refusal, Web};

use super::{HOST, ISSUER};

/// An issuer's site with a published set, and both verifiers in front of it.
pub struct Convex {
    jwks: Value,
    web: Web,
}

/// What the two verifiers say of a token, and how ours explains it.
pub struct Judgement {
    pub ours: Result<Map<String, Value>, Error>,
    pub convexs: Result<Value, Refusal>,
}

impl Convex {
    /// Serves the discovery document and a set as `well_known::respond` answers, from a thread that
    /// ends with the process.
    pub fn with_set(jwks: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let set = jwks.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                answer(&connection, &set);
            }
        });
        Self { jwks, web: Web::new().resolve(HOST, &base).unwrap() }
    }

    /// Judges a token by one provider, as it stands in `auth.config.ts`. The explanation must come to
    /// the verdict of verifying, for its reason, and say what Convex says.
    pub fn judge(&self, provider: &Value, token: &str, now: i64) -> Judgement {
        let own = Provider::from_json(&provider.to_string()).unwrap();
        let ours = FoundSet::read(&self.jwks.to_string()).and_then(|set| {
            let verification = Verification {
                set: &set,
                provider: Some(&own),
                issuer: None,
                audience: None,
                clock_tolerance: None,
                now,
            };
            verify(token, &verification)
                .map(|verified| serde_json::from_str(&verified.identity.to_json()).unwrap())
        });
        let providers = verify_as_convex::parse_providers(&json!([provider])).unwrap();
        let now = u64::try_from(now).unwrap();
        let convexs = verify_as_convex::verify(token, &providers, now, &self.web);
        let explanation = self.explain(Some(&[Ok(own)]), token, now as i64);
        let judgement = Judgement { ours, convexs };
        judgement.check_explanation(&explanation);
        judgement
    }

    /// Explains a token by some providers and this site's set.
    pub fn explain(
        &self,
        providers: Option<&[Result<Provider, Error>]>,
        token: &str,
        now: i64,
    ) -> Explanation {
        let jwks = Document { body: Some(self.jwks.to_string()), ..Document::default() };
        let given = Circumstances { providers, jwks: Some(&jwks), now, ..Circumstances::default() };
        explain(token, &given)
    }
}

impl Judgement {
    #[track_caller]
    fn check_explanation(&self, explanation: &Explanation) {
        let failing = explanation.checks.iter().find(|check| check.ok == Some(false));
        let failure = failing.and_then(|check| check.failure.as_ref());
        assert_eq!(explanation.accepted, self.ours.is_ok(), "{explanation:#?}");
        match &self.ours {
            Ok(_) => assert_eq!(failure, None),
            // A set that we cannot read is told of in its place among the checks.
            Err(error) if error.code().starts_with("ERR_KEY") => {}
            Err(error) => assert_eq!(failure.map(|it| &it.error), Some(error), "{explanation:#?}"),
        }
        if let (Err(refusal), Some(failure)) = (&self.convexs, failure) {
            let said = failure.convex_message.as_deref();
            assert_eq!(said, Some(refusal.message.as_str()), "{refusal}\n{failing:#?}");
        }
    }

    /// The identity that both give the function.
    #[track_caller]
    pub fn accepted(self, what: &str) -> Map<String, Value> {
        let Self { ours, convexs } = self;
        let ours = ours.unwrap_or_else(|error| panic!("{what}: we refuse: {error}"));
        let convexs = convexs.unwrap_or_else(|refusal| panic!("{what}: Convex refuses: {refusal}"));
        assert_eq!(Value::Object(ours.clone()), convexs, "{what}");
        ours
    }

    /// Our reason, where both refuse.
    #[track_caller]
    pub fn refused(self, what: &str, code: &str) {
        let Self { ours, convexs } = self;
        let error = ours.err().unwrap_or_else(|| panic!("{what}: we accept, Convex: {convexs:?}"));
        assert_eq!(error.code(), code, "{what}: {error}");
        assert!(convexs.is_err(), "{what}: Convex accepts, we say: {error}");
    }
}

/// The OIDC entry for the tests' issuer.
pub fn oidc() -> Value {
    json!({ "domain": ISSUER, "applicationID": "convex" })
}

/// The customJwt entry for the tests' issuer.
pub fn custom_jwt(algorithm: &str) -> Value {
    json!({
        "type": "customJwt",
        "issuer": ISSUER,
        "jwks": format!("{ISSUER}/.well-known/jwks.json"),
        "algorithm": algorithm,
        "applicationID": "convex",
    })
}

fn answer(mut connection: &TcpStream, jwks: &Value) {
    let mut lines = BufReader::new(connection).lines().map_while(Result::ok);
    let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    let mut words = head.first().map(String::as_str).unwrap_or_default().split(' ');
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return };
    let issuer = IssuerUrl::parse(ISSUER).unwrap();
    let request = Request { method, path, if_none_match: None };
    let (status, headers, body) =
        match well_known::respond(&issuer, || Ok::<_, ()>(super::own(jwks)), &request) {
            Ok(Some(response)) => {
                (response.status, response.headers, response.body.unwrap_or_default())
            }
            _ => (404, vec![], String::new()),
        };
    let mut text = format!("HTTP/1.1 {status} \r\nconnection: close\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!("content-length: {}\r\n\r\n{body}", body.len());
    // A client that has gone away is no failure.
    let _ = connection.write_all(text.as_bytes());
}
