//! Keys and sets that are given as the same text at each call, read once.
//!
//! `signConvexToken` is called with the same text at every request, and reading an RSA key takes as
//! long as signing with it. What is kept is the parsed key, found again by the SHA-256 of its text:
//! of the text itself, nothing stays. The digest tells nothing of a private key, which nobody can
//! guess, and finding it in varying time tells at most which of the caller's own keys it was.
//!
//! What that costs: a private key stays in memory until as many others have been used after it, or
//! the process ends; then its numbers are wiped. It is no more than what an issuer holds, and less
//! than the text, which a process that signs has in its environment for all of its life. Whoever
//! wants a key gone at a certain moment makes an issuer of it and disposes of that: such keys never
//! come here.

use std::rc::Rc;

use sha2::{Digest, Sha256};

use crate::error::Result;

/// The most values that are kept: several keys while one replaces another, for some deployments.
const MAX_KEPT: usize = 8;

/// What was read from the texts used most recently.
pub struct RecentlyRead<T> {
    /// The last one is the one used last.
    kept: Vec<([u8; 32], Rc<T>)>,
}

impl<T> RecentlyRead<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { kept: Vec::new() }
    }

    /// What the texts hold, read only if it has not been lately. An error is not kept.
    ///
    /// # Errors
    /// Those of reading.
    pub fn get<S: AsRef<str>>(
        &mut self,
        texts: &[S],
        read: impl FnOnce(&[S]) -> Result<T>,
    ) -> Result<Rc<T>> {
        let digest = digest(texts);
        let found = match self.kept.iter().position(|(other, _)| *other == digest) {
            Some(position) => self.kept.remove(position).1,
            None => Rc::new(read(texts)?),
        };
        if self.kept.len() == MAX_KEPT {
            self.kept.remove(0);
        }
        self.kept.push((digest, Rc::clone(&found)));
        Ok(found)
    }
}

impl<T> Default for RecentlyRead<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Of texts and of where one ends and the next begins.
fn digest<S: AsRef<str>>(texts: &[S]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in texts {
        let text = text.as_ref();
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use std::cell::Cell;

    /// Counts how often it reads, and how often what it read is dropped.
    #[derive(Default)]
    struct Reader {
        reads: Cell<usize>,
        dropped: Rc<Cell<usize>>,
    }

    struct Read(String, Rc<Cell<usize>>);

    impl Drop for Read {
        fn drop(&mut self) {
            self.1.set(self.1.get() + 1);
        }
    }

    impl Reader {
        fn get(&self, recent: &mut RecentlyRead<Read>, texts: &[&str]) -> String {
            let read = recent.get(texts, |texts| {
                self.reads.set(self.reads.get() + 1);
                Ok(Read(texts.join("|"), Rc::clone(&self.dropped)))
            });
            read.expect("read").0.clone()
        }
    }

    #[test]
    fn the_same_texts_are_read_once() {
        let (reader, mut recent) = (Reader::default(), RecentlyRead::new());
        for _ in 0..3 {
            assert_eq!(reader.get(&mut recent, &["a", "b"]), "a|b");
        }
        assert_eq!(reader.reads.get(), 1);
    }

    #[test]
    fn other_texts_are_read_for_themselves_even_if_they_join_to_the_same() {
        let (reader, mut recent) = (Reader::default(), RecentlyRead::new());
        for texts in [&["ab", "c"][..], &["a", "bc"], &["abc"], &["abc", ""], &["", "abc"], &[]] {
            assert_eq!(reader.get(&mut recent, texts), texts.join("|"));
        }
        assert_eq!(reader.reads.get(), 6);
    }

    #[test]
    fn the_one_used_longest_ago_is_dropped_for_another() {
        let (reader, mut recent) = (Reader::default(), RecentlyRead::new());
        for text in ["0", "1", "2", "3", "4", "5", "6", "7"] {
            reader.get(&mut recent, &[text]);
        }
        reader.get(&mut recent, &["0"]);
        assert_eq!(reader.dropped.get(), 0);
        reader.get(&mut recent, &["8"]);
        assert_eq!((reader.reads.get(), reader.dropped.get()), (MAX_KEPT + 1, 1));
        reader.get(&mut recent, &["0"]);
        assert_eq!(reader.reads.get(), MAX_KEPT + 1);
        reader.get(&mut recent, &["1"]);
        assert_eq!(reader.reads.get(), MAX_KEPT + 2);
    }

    #[test]
    fn an_error_is_not_kept() {
        let (reader, mut recent) = (Reader::default(), RecentlyRead::new());
        assert!(recent.get(&["a"], |_| Err(Error::key_missing())).is_err());
        assert_eq!(reader.get(&mut recent, &["a"]), "a");
    }
}
