//! RS256 by the `rsa` crate, unblinded, its fastest way: for comparison, never for use.

use std::cell::{RefCell, UnsafeCell};

use rsa::pkcs8::DecodePrivateKey;
use rsa::rand_core::{CryptoRng, Error, RngCore, impls};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};

const LENGTH: usize = 8192;

struct Buffer(UnsafeCell<[u8; LENGTH]>);

// The module has one thread.
unsafe impl Sync for Buffer {}

static BUFFER: Buffer = Buffer(UnsafeCell::new([0; LENGTH]));

thread_local! {
    static KEYS: RefCell<Vec<RsaPrivateKey>> = const { RefCell::new(Vec::new()) };
}

/// Where bytes go in and out.
#[unsafe(no_mangle)]
pub extern "C" fn buffer() -> *mut u8 {
    BUFFER.0.get().cast()
}

/// A handle for the PKCS#8 key in the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn key(length: usize) -> usize {
    let bytes = unsafe { &(&*BUFFER.0.get())[..length] };
    let mut key = RsaPrivateKey::from_pkcs8_der(bytes).unwrap();
    key.precompute().unwrap();
    KEYS.with_borrow_mut(|keys| {
        keys.push(key);
        keys.len() - 1
    })
}

/// The length of the signature that replaces the SHA-256 in the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn sign(handle: usize) -> usize {
    let bytes = unsafe { &mut *BUFFER.0.get() };
    KEYS.with_borrow(|keys| {
        let signature = keys[handle].sign(Pkcs1v15Sign::new::<Sha256>(), &bytes[..32]).unwrap();
        bytes[..signature.len()].copy_from_slice(&signature);
        signature.len()
    })
}

/// Whether the SHA-256 in the buffer and the signature behind it belong together.
#[unsafe(no_mangle)]
pub extern "C" fn verify(handle: usize, length: usize) -> bool {
    let (digest, signature) = unsafe { (&(&*BUFFER.0.get())[..length]).split_at(32) };
    KEYS.with_borrow(|keys| {
        keys[handle]
            .to_public_key()
            .verify(Pkcs1v15Sign::new::<Sha256>(), digest, signature)
            .is_ok()
    })
}

/// A new key by the 32 random bytes in the buffer: the length of its modulus, which replaces them.
#[unsafe(no_mangle)]
pub extern "C" fn generate(bits: usize) -> usize {
    let bytes = unsafe { &mut *BUFFER.0.get() };
    let mut random = Expanded { seed: bytes[..32].try_into().unwrap(), blocks: 0 };
    let modulus = RsaPrivateKey::new(&mut random, bits).unwrap().n().to_bytes_be();
    bytes[..modulus.len()].copy_from_slice(&modulus);
    modulus.len()
}

/// Hashes of a seed and a counter, which take no time beside what is done with them.
struct Expanded {
    seed: [u8; 32],
    blocks: u64,
}

impl RngCore for Expanded {
    fn next_u32(&mut self) -> u32 {
        impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block =
                Sha256::new().chain_update(self.seed).chain_update(self.blocks.to_be_bytes());
            chunk.copy_from_slice(&block.finalize()[..chunk.len()]);
            self.blocks += 1;
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Expanded {}

getrandom::register_custom_getrandom!(no_random);
fn no_random(_: &mut [u8]) -> Result<(), getrandom::Error> {
    Err(getrandom::Error::UNSUPPORTED)
}
