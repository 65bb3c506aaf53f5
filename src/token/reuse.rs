//! Tokens that may be handed out again: the same claims, and more than half of their life left.
//!
//! A session callback runs at each request and asks for the same claims each time; signing once in
//! half a token's life is enough for it. A forced refresh never comes here: Convex's client takes
//! the same token back for the end of refreshing.

use super::Claims;
use super::time::Seconds;

/// The most tokens that are kept.
const MAX_TOKENS: usize = 500;

/// The most bytes of claims and tokens that are kept.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// How far the clock may go back without a kept token counting as one from the future, in seconds:
/// as much as Convex tolerates.
const CLOCK_TOLERANCE: Seconds = 5;

/// Kept tokens by their claims; those used longest ago make room for others.
#[derive(Default)]
pub(crate) struct KeptTokens {
    /// In the order of the claims' texts.
    kept: Vec<Kept>,
    bytes: usize,
    uses: u64,
}

struct Kept {
    claims: String,
    token: String,
    issued_at: Seconds,
    /// Half of the token's life is over.
    renew_at: Seconds,
    last_use: u64,
}

impl Kept {
    fn bytes(&self) -> usize {
        self.claims.len() + self.token.len()
    }
}

/// A token that may be handed out again, and at what times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReusableToken<'a> {
    /// The token.
    pub token: &'a str,
    /// From this time on.
    pub from: Seconds,
    /// Before this time.
    pub until: Seconds,
}

impl ReusableToken<'_> {
    pub(crate) fn issued_at(&self) -> Seconds {
        self.from + CLOCK_TOLERANCE
    }
}

impl KeptTokens {
    /// The token kept for the claims of a text, while it may be handed out again. The text need not
    /// have been checked: the same text has been, when its token was kept.
    pub(crate) fn get(&mut self, claims: &str, now: Seconds) -> Option<ReusableToken<'_>> {
        self.uses += 1;
        let place = self.place(claims).ok()?;
        let kept = self.kept.get_mut(place)?;
        kept.last_use = self.uses;
        let (from, until) = (kept.issued_at - CLOCK_TOLERANCE, kept.renew_at);
        (from <= now && now < until).then_some(ReusableToken { token: &kept.token, from, until })
    }

    /// Keeps a token for the claims, in place of any other.
    pub(crate) fn keep(
        &mut self,
        claims: &Claims,
        token: &str,
        issued_at: Seconds,
        expires_at: Seconds,
    ) {
        self.uses += 1;
        let renew_at = issued_at + (expires_at - issued_at) / 2;
        let kept = Kept {
            claims: claims.as_json().to_owned(),
            token: token.to_owned(),
            issued_at,
            renew_at,
            last_use: self.uses,
        };
        self.bytes += kept.bytes();
        let place = match self.place(&kept.claims) {
            Ok(place) => {
                self.remove(place);
                place
            }
            Err(place) => place,
        };
        self.kept.insert(place, kept);
        while self.kept.len() > MAX_TOKENS || self.bytes > MAX_BYTES {
            let oldest = self.kept.iter().enumerate().min_by_key(|(_, kept)| kept.last_use);
            let Some((place, _)) = oldest else { return };
            self.remove(place);
        }
    }

    fn place(&self, claims: &str) -> Result<usize, usize> {
        self.kept.binary_search_by(|kept| kept.claims.as_str().cmp(claims))
    }

    fn remove(&mut self, place: usize) {
        self.bytes -= self.kept.remove(place).bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(user: usize) -> Claims {
        Claims::from_json(&format!(r#"{{"sub":"user_{user}"}}"#)).expect("claims")
    }

    fn get(kept: &mut KeptTokens, user: usize, now: Seconds) -> Option<&str> {
        kept.get(claims(user).as_json(), now).map(|kept| kept.token)
    }

    #[test]
    fn a_token_is_kept_until_half_of_its_life() {
        let mut kept = KeptTokens::default();
        kept.keep(&claims(1), "token", 1000, 1100);
        assert_eq!(get(&mut kept, 1, 1000), Some("token"));
        assert_eq!(get(&mut kept, 1, 1049), Some("token"));
        assert_eq!(get(&mut kept, 1, 1050), None);
        assert_eq!(get(&mut kept, 2, 1000), None);
    }

    #[test]
    fn a_clock_set_back_does_not_hand_out_a_token_from_the_future() {
        let mut kept = KeptTokens::default();
        kept.keep(&claims(1), "token", 1000, 1100);
        assert_eq!(get(&mut kept, 1, 995), Some("token"));
        assert_eq!(get(&mut kept, 1, 994), None);
    }

    #[test]
    fn the_number_of_kept_tokens_is_bounded_and_the_least_used_go_first() {
        let mut kept = KeptTokens::default();
        for user in 0..MAX_TOKENS {
            kept.keep(&claims(user), "token", 1000, 1100);
        }
        assert!(get(&mut kept, 0, 1000).is_some());
        kept.keep(&claims(MAX_TOKENS), "token", 1000, 1100);
        assert_eq!(kept.kept.len(), MAX_TOKENS);
        assert!(get(&mut kept, 0, 1000).is_some());
        assert!(get(&mut kept, 1, 1000).is_none());
    }

    #[test]
    fn keeping_a_token_and_handing_it_out_both_count_as_uses() {
        for (kept_first, used_again, goes) in [(1, None, 1), (0, None, 0), (0, Some(0), 1)] {
            let mut kept = KeptTokens::default();
            kept.keep(&claims(kept_first), "token", 1000, 1100);
            kept.keep(&claims(1 - kept_first), "token", 1000, 1100);
            if let Some(user) = used_again {
                assert!(get(&mut kept, user, 1000).is_some());
            }
            for user in 2..=MAX_TOKENS {
                kept.keep(&claims(user), "token", 1000, 1100);
            }
            assert!(get(&mut kept, goes, 1000).is_none());
            assert!(get(&mut kept, 1 - goes, 1000).is_some());
        }
    }

    #[test]
    fn the_bytes_of_kept_tokens_are_bounded_and_counted_right() {
        let mut kept = KeptTokens::default();
        let long = "x".repeat(MAX_BYTES / 10);
        for user in 0..20 {
            kept.keep(&claims(user), &long, 1000, 1100);
            kept.keep(&claims(user), &long, 1000, 1100);
        }
        assert_eq!(kept.kept.len(), 9);
        let counted: usize = kept.kept.iter().map(Kept::bytes).sum();
        assert_eq!(kept.bytes, counted);
        let claims = claims(20);
        for (beyond, kept_tokens) in [(0, 1), (1, 0)] {
            let mut kept = KeptTokens::default();
            let token = "x".repeat(MAX_BYTES - claims.as_json().len() + beyond);
            kept.keep(&claims, &token, 1000, 1100);
            assert_eq!(kept.kept.len(), kept_tokens);
        }
    }
}
