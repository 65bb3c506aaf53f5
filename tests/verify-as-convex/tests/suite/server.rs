//! A tiny HTTP server on the loopback interface. It serves fixed responses until the test ends.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};
use verify_as_convex::Web;

/// The host that the server stands in for.
pub const HOST: &str = "happy-animal-123.convex.site";
/// The issuer of the tests' tokens.
pub const ISSUER: &str = "https://happy-animal-123.convex.site";
pub const DISCOVERY: &str = "/.well-known/openid-configuration";
pub const JWKS: &str = "/.well-known/jwks.json";

#[derive(Clone, Debug)]
pub struct Response {
    pub status: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Response {
    pub fn json(body: &Value) -> Self {
        Self::typed("application/json", body)
    }

    pub fn typed(content_type: &str, body: &Value) -> Self {
        Self {
            status: "200 OK",
            headers: vec![("Content-Type", content_type.to_owned())],
            body: body.to_string(),
        }
    }

    pub fn redirect(status: &'static str, location: &str) -> Self {
        Self { status, headers: vec![("Location", location.to_owned())], body: String::new() }
    }
}

/// The paths that a server answers. It answers any other with 404.
#[derive(Clone, Debug, Default)]
pub struct Site {
    routes: BTreeMap<String, Response>,
}

impl Site {
    pub fn new() -> Self {
        Self::default()
    }

    /// The issuer's site: a full discovery document and these keys.
    pub fn of_issuer(keys: &[Value]) -> Self {
        Self::new()
            .with(DISCOVERY, Response::json(&discovery_document()))
            .with(JWKS, Response::json(&json!({ "keys": keys })))
    }

    pub fn with(mut self, path: &str, response: Response) -> Self {
        self.routes.insert(path.to_owned(), response);
        self
    }

    /// Serves from a thread, which ends with the process.
    pub fn serve(self) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
        let address = listener.local_addr().expect("its address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                self.answer(connection, &seen);
            }
        });
        Server { base: format!("http://{address}"), requests }
    }

    fn answer(&self, connection: TcpStream, seen: &Mutex<Vec<String>>) {
        let mut lines = BufReader::new(&connection).lines().map_while(Result::ok);
        let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        let Some(path) = head.first().and_then(|line| line.split(' ').nth(1)) else {
            return;
        };
        let response = self.routes.get(path).cloned().unwrap_or(Response {
            status: "404 Not Found",
            headers: Vec::new(),
            body: "nothing here".to_owned(),
        });
        seen.lock().expect("no panic").push(head.join("\n"));
        let mut text = format!("HTTP/1.1 {}\r\nConnection: close\r\n", response.status);
        for (name, value) in &response.headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += &format!("Content-Length: {}\r\n\r\n{}", response.body.len(), response.body);
        // A client that has gone away is no failure.
        let _ = (&connection).write_all(text.as_bytes());
    }
}

/// A discovery document with all that OpenID Connect requires.
pub fn discovery_document() -> Value {
    json!({
        "issuer": ISSUER,
        "jwks_uri": format!("{ISSUER}{JWKS}"),
        "authorization_endpoint": format!("{ISSUER}/oauth/authorize"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "EdDSA"],
    })
}

pub struct Server {
    /// `http://127.0.0.1:PORT`
    pub base: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A client for which this server is the issuer's.
    pub fn web(&self) -> Web {
        Web::new().resolve(HOST, &self.base).expect("a base")
    }

    /// The heads of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic").clone()
    }
}
