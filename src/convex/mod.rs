//! What Convex accepts and makes of a token: provider rules, discovery, the identity that a function
//! sees, and the names of environment variables that deployments use.
//!
//! What lives here: Convex's side of the contract, as its backend's source has it. What may not:
//! keys as numbers, and the making of tokens. This folder imports `token` and what is below it.

mod case;
pub mod check;
pub(crate) mod custom_jwt_set;
mod data_uri;
pub mod discovery;
mod document;
pub mod environment;
pub mod explain;
mod identity;
mod issuer_url;
pub mod message;
pub mod provider;
mod verify;
pub mod well_known;

pub use document::Document;
pub use explain::{Circumstances, Explained, Explanation, explain};
pub use identity::identity;
pub use issuer_url::IssuerUrl;
pub use provider::Provider;
pub use verify::{Verification, Verified, verify};

/// The audience of tokens, and the providers' `applicationID`, unless another is given.
pub const DEFAULT_AUDIENCE: &str = "convex";
