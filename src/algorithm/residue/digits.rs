//! Numbers of 256 bits in nine digits of 29 bits, and their products.
//!
//! Digits are signed. *Balanced* ones are from -2^28 to 2^28 - 1, all but the highest, which has what
//! is left. A *weight* is how many times 2^28 a digit's magnitude may be: 1 for balanced ones, 2 for
//! the sum of two such numbers or for digits that are not negative. Nine products of digits whose
//! weights' product is at most 13 add up to less than 2^63, with what a reduction adds to them; every
//! formula over these numbers says how it keeps to that. Tests run with checks for overflow.

/// Digits of a number.
pub(in super::super) const DIGITS: usize = 9;

/// The bits of a digit.
pub(in super::super) const BITS: u32 = 29;

/// The length of a number's big-endian form, in bytes.
pub(in super::super) const BYTES: usize = 32;

/// The words of a number that is kept.
pub(in super::super) const WORDS: usize = 4;

/// A number, the least significant digit first.
pub(in super::super) type Digits = [i64; DIGITS];

/// The sums of products that count for the same power of 2^29.
pub(in super::super) type Columns = [i64; 2 * DIGITS];

/// Digits by what each is, with a name for its place. Loops are not unrolled where code is compiled for
/// its size, and take twice as long then.
macro_rules! each {
    ($place:ident => $digit:expr) => {{
        macro_rules! at {
            ($number:literal) => {{
                let $place: usize = $number;
                $digit
            }};
        }
        [at!(0), at!(1), at!(2), at!(3), at!(4), at!(5), at!(6), at!(7), at!(8)]
    }};
}
pub(in super::super) use each;

/// What remains of a sum in its own place, balanced.
pub(in super::super) const fn low(sum: i64) -> i64 {
    (sum << (i64::BITS - BITS)) >> (i64::BITS - BITS)
}

/// What of a sum counts for the next place.
pub(in super::super) const fn high(sum: i64) -> i64 {
    (sum + (1 << (BITS - 1))) >> BITS
}

/// The balanced digits of a big-endian number.
pub(in super::super) const fn from_bytes(bytes: &[u8; BYTES]) -> Digits {
    let (mut words, mut at) = ([0; WORDS], 0);
    while at < BYTES {
        let word = WORDS - 1 - at / 8;
        words[word] = words[word] << 8 | bytes[at] as u64;
        at += 1;
    }
    balanced(from_words(words))
}

/// The digits of a number written in hexadecimal, for constants.
pub(in super::super) const fn from_hex(hex: &str) -> Digits {
    let (hex, mut bytes, mut index) = (hex.as_bytes(), [0; BYTES], 0);
    assert!(hex.len() == 2 * BYTES, "a number has 64 hexadecimal digits");
    while index < hex.len() {
        let digit = match hex[index] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            _ => 0xff,
        };
        assert!(digit < 16, "and nothing else");
        bytes[index / 2] = bytes[index / 2] << 4 | digit;
        index += 1;
    }
    from_bytes(&bytes)
}

/// Carries from each digit to the next.
#[inline(always)]
pub(in super::super) const fn balanced([a, b, c, d, e, f, g, h, i]: Digits) -> Digits {
    let b = b + high(a);
    let c = c + high(b);
    let d = d + high(c);
    let e = e + high(d);
    let f = f + high(e);
    let g = g + high(f);
    let h = h + high(g);
    let i = i + high(h);
    [low(a), low(b), low(c), low(d), low(e), low(f), low(g), low(h), i]
}

/// The same number with no digit below zero but the highest, whose sign is the number's.
pub(in super::super) fn with_sign(digits: &Digits) -> Digits {
    let mut signed = *digits;
    for index in 0..DIGITS - 1 {
        signed[index + 1] += signed[index] >> BITS;
        signed[index] &= (1 << BITS) - 1;
    }
    signed
}

/// All ones for a number below zero, else zero.
pub(in super::super) fn sign(digits: &Digits) -> i64 {
    with_sign(digits)[DIGITS - 1] >> (i64::BITS - 1)
}

/// The big-endian form of a number from 0 to 2^256 - 1.
pub(in super::super) fn to_bytes(number: &Digits) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    for (chunk, word) in bytes.chunks_exact_mut(BYTES / WORDS).rev().zip(to_words(number)) {
        chunk.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

/// The product of two numbers.
#[inline(always)]
#[rustfmt::skip]
pub(in super::super) const fn product(a: &Digits, b: &Digits) -> Columns {
    [
        a[0] * b[0],
        a[0] * b[1] + a[1] * b[0],
        a[0] * b[2] + a[1] * b[1] + a[2] * b[0],
        a[0] * b[3] + a[1] * b[2] + a[2] * b[1] + a[3] * b[0],
        a[0] * b[4] + a[1] * b[3] + a[2] * b[2] + a[3] * b[1] + a[4] * b[0],
        a[0] * b[5] + a[1] * b[4] + a[2] * b[3] + a[3] * b[2] + a[4] * b[1] + a[5] * b[0],
        a[0] * b[6] + a[1] * b[5] + a[2] * b[4] + a[3] * b[3] + a[4] * b[2] + a[5] * b[1] + a[6] * b[0],
        a[0] * b[7] + a[1] * b[6] + a[2] * b[5] + a[3] * b[4] + a[4] * b[3] + a[5] * b[2] + a[6] * b[1] + a[7] * b[0],
        a[0] * b[8] + a[1] * b[7] + a[2] * b[6] + a[3] * b[5] + a[4] * b[4] + a[5] * b[3] + a[6] * b[2] + a[7] * b[1] + a[8] * b[0],
        a[1] * b[8] + a[2] * b[7] + a[3] * b[6] + a[4] * b[5] + a[5] * b[4] + a[6] * b[3] + a[7] * b[2] + a[8] * b[1],
        a[2] * b[8] + a[3] * b[7] + a[4] * b[6] + a[5] * b[5] + a[6] * b[4] + a[7] * b[3] + a[8] * b[2],
        a[3] * b[8] + a[4] * b[7] + a[5] * b[6] + a[6] * b[5] + a[7] * b[4] + a[8] * b[3],
        a[4] * b[8] + a[5] * b[7] + a[6] * b[6] + a[7] * b[5] + a[8] * b[4],
        a[5] * b[8] + a[6] * b[7] + a[7] * b[6] + a[8] * b[5],
        a[6] * b[8] + a[7] * b[7] + a[8] * b[6],
        a[7] * b[8] + a[8] * b[7],
        a[8] * b[8],
        0,
    ]
}

/// The sum of two products.
#[inline(always)]
#[rustfmt::skip]
pub(in super::super) const fn sum(a: &Columns, b: &Columns) -> Columns {
    [
        a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5],
        a[6] + b[6], a[7] + b[7], a[8] + b[8], a[9] + b[9], a[10] + b[10], a[11] + b[11],
        a[12] + b[12], a[13] + b[13], a[14] + b[14], a[15] + b[15], a[16] + b[16], 0,
    ]
}

/// A number from 0 to 2^256 - 1 in four words of 64 bits, for keeping.
pub(in super::super) fn to_words(number: &Digits) -> [u64; WORDS] {
    let [a, b, c, d, e, f, g, h, i] = with_sign(number).map(|digit| digit as u64);
    [
        a | b << 29 | c << 58,
        c >> 6 | d << 23 | e << 52,
        e >> 12 | f << 17 | g << 46,
        g >> 18 | h << 11 | i << 40,
    ]
}

/// The number of four words, in digits that are not negative: they weigh 2.
#[inline(always)]
pub(in super::super) const fn from_words([a, b, c, d]: [u64; WORDS]) -> Digits {
    const MASK: u64 = (1 << BITS) - 1;
    [
        (a & MASK) as i64,
        (a >> 29 & MASK) as i64,
        ((a >> 58 | b << 6) & MASK) as i64,
        (b >> 23 & MASK) as i64,
        ((b >> 52 | c << 12) & MASK) as i64,
        (c >> 17 & MASK) as i64,
        ((c >> 46 | d << 18) & MASK) as i64,
        (d >> 11 & MASK) as i64,
        (d >> 40) as i64,
    ]
}

/// Words, and others where a mask has ones.
#[inline(always)]
pub(in super::super) const fn or_masked(
    [a, b, c, d]: [u64; WORDS],
    [e, f, g, h]: [u64; WORDS],
    mask: u64,
) -> [u64; WORDS] {
    [a | e & mask, b | f & mask, c | g & mask, d | h & mask]
}
