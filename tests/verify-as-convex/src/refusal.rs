//! A refusal: Convex's short code, the message it would show, the HTTP status it would answer, and
//! the chain of causes beneath.

use std::error::Error;
use std::fmt;

use serde::Serialize;

/// Why a token, or the configuration it is judged by, is refused.
///
/// Stands for Convex's `ErrorMetadata` with the errors that it wraps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The short, stable name (`short_msg` in Convex), such as `NoAuthProvider`.
    pub code: String,
    /// What the developer is shown.
    pub message: String,
    /// The HTTP status of the answer. On a socket, 400, 401 and 403 become an `AuthError`; any other
    /// closes the socket, and the client connects and tries again.
    pub status: u16,
    /// The errors beneath, outermost first. Convex logs them and shows only `message`.
    pub causes: Vec<String>,
}

impl Refusal {
    /// An error of kind `Unauthenticated` in Convex.
    pub(crate) fn unauthenticated(code: &str, message: impl Into<String>) -> Self {
        Self::new(401, code, message)
    }

    /// An error of kind `BadRequest` in Convex.
    pub(crate) fn bad_request(code: &str, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// An error that Convex gave no code to: what its clients are told of those.
    pub(crate) fn internal(cause: impl ToString) -> Self {
        let mut refusal = Self::new(
            500,
            "InternalServerError",
            "Your request couldn't be completed. Try again later.",
        );
        refusal.causes.push(cause.to_string());
        refusal
    }

    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), status, causes: Vec::new() }
    }

    /// Notes the error beneath, and those beneath it. An error that only repeats the one above it
    /// is left out.
    pub(crate) fn because(mut self, cause: &dyn Error) -> Self {
        let mut next = Some(cause);
        while let Some(error) = next {
            let text = error.to_string();
            if self.causes.last() != Some(&text) {
                self.causes.push(text);
            }
            next = error.source();
        }
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        for cause in &self.causes {
            write!(f, "; {cause}")?;
        }
        Ok(())
    }
}

impl Error for Refusal {}
