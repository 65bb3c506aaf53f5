//! HTTP as Convex's backend fetches discovery documents and key sets: GET, redirects followed.
//!
//! Stands for `CachedHttpClient` of Convex's crate `http_client`, a `reqwest` client that the
//! backend builds with the default redirect policy (at most ten are followed) and the user agent
//! `Convex/1.0`. Its cache, which respects `Cache-Control`, and its gzip are left out.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use openidconnect::http::header::{HOST, HeaderName, HeaderValue, LOCATION};
use openidconnect::http::{Request, StatusCode, Uri};
use openidconnect::url::Url;
use serde::Deserialize;
use ureq::Agent;

/// A request, as the `openidconnect` crate makes them.
pub use openidconnect::{HttpRequest, HttpResponse};

/// How long one request may take. Convex sets no such bound.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How many bytes of a body are read. Convex sets no such bound.
const LARGEST_BODY: u64 = 1 << 20;
/// How many redirects `reqwest` follows by default.
const MOST_REDIRECTS: usize = 10;

/// Whoever answers the requests.
pub trait HttpClient {
    /// Answers a GET request. A status other than 200 is no error here.
    fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, HttpError>;
}

/// No response was had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpError(String);

impl HttpError {
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for HttpError {}

/// Answers that lie ready, by their URLs: nothing goes over the network.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Stored(BTreeMap<String, StoredAnswer>);

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredAnswer {
    pub status: u16,
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    #[serde(default)]
    pub body: String,
}

impl Stored {
    pub fn with(mut self, url: impl Into<String>, answer: StoredAnswer) -> Self {
        self.0.insert(url.into(), answer);
        self
    }

    pub fn get(&self, url: &str) -> Option<&StoredAnswer> {
        self.0.get(url)
    }
}

impl HttpClient for Stored {
    fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let url = request.uri().to_string();
        let failed = |reason: &dyn fmt::Display| {
            HttpError::new(format!("error sending request for url ({url}): {reason}"))
        };
        let answer = self.get(&url).ok_or_else(|| failed(&"nothing lies ready for it"))?;
        let mut response = HttpResponse::new(answer.body.clone().into_bytes());
        *response.status_mut() =
            StatusCode::from_u16(answer.status).map_err(|error| failed(&error))?;
        for (name, value) in &answer.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| failed(&error))?;
            let value =
                HeaderValue::from_bytes(value.as_bytes()).map_err(|error| failed(&error))?;
            response.headers_mut().append(name, value);
        }
        Ok(response)
    }
}

/// Plain HTTP over the network of this machine. Hosts can be mapped to a local server, which then
/// stands in for them whatever their scheme.
#[derive(Clone, Debug)]
pub struct Web {
    agent: Agent,
    stand_ins: BTreeMap<String, Url>,
}

impl Default for Web {
    fn default() -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .proxy(None)
            .user_agent("Convex/1.0")
            .build();
        Self { agent: config.new_agent(), stand_ins: BTreeMap::new() }
    }
}

impl Web {
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends the requests for `host` (`example.com`, or `example.com:8443` for that port alone) to
    /// the server at `base` (`http://127.0.0.1:3000`), with the `Host` header unchanged.
    pub fn resolve(mut self, host: &str, base: &str) -> Result<Self, HttpError> {
        let url = Url::parse(base)
            .map_err(|error| HttpError::new(format!("{base} is no URL: {error}")))?;
        if url.scheme() != "http" || !matches!(url.path(), "" | "/") {
            return Err(HttpError::new(format!("{base} is not of the form http://HOST:PORT")));
        }
        self.stand_ins.insert(host.to_ascii_lowercase(), url);
        Ok(self)
    }

    /// Sends one request, without following a redirect.
    fn send(&self, url: &Url, request: &HttpRequest) -> Result<HttpResponse, HttpError> {
        let failed = |reason: &dyn fmt::Display| {
            HttpError::new(format!("error sending request for url ({url}): {reason}"))
        };
        let host = url.host_str().unwrap_or_default();
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let stand_in = self.stand_ins.get(&authority).or_else(|| self.stand_ins.get(host));
        let target = match stand_in {
            Some(base) => {
                let mut target = base.clone();
                target.set_path(url.path());
                target.set_query(url.query());
                target
            }
            None if url.scheme() == "http" => url.clone(),
            None => {
                return Err(failed(&"only http is spoken here: map the host to a local server"));
            }
        };
        let mut sent = Request::get(target.as_str()).header(HOST, &authority);
        for (name, value) in request.headers() {
            sent = sent.header(name, value);
        }
        let sent = sent.body(()).map_err(|error| failed(&error))?;
        let response = self.agent.run(sent).map_err(|error| failed(&error))?;
        let (parts, mut body) = response.into_parts();
        let body =
            body.with_config().limit(LARGEST_BODY).read_to_vec().map_err(|error| failed(&error))?;
        Ok(HttpResponse::from_parts(parts, body))
    }
}

impl HttpClient for Web {
    fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let first: &Uri = request.uri();
        let mut url = Url::parse(&first.to_string())
            .map_err(|error| HttpError::new(format!("builder error for url ({first}): {error}")))?;
        for _ in 0..=MOST_REDIRECTS {
            let response = self.send(&url, &request)?;
            // Convex reaches the world through a proxy, which answers so for a private address.
            if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
                return Err(HttpError::new(format!("Request to {first} forbidden")));
            }
            match next_hop(&url, &response) {
                Some(next) => url = next,
                None => return Ok(response),
            }
        }
        Err(HttpError::new(format!("error following redirect for url ({url}): too many redirects")))
    }
}

/// Where a redirect leads, if the response is one.
fn next_hop(from: &Url, response: &HttpResponse) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    from.join(location).ok()
}
