//! Floats as decimal numbers: the fewest digits that mean no other float.
//!
//! By exact arithmetic (Steele and White, 1990), which is slow and small: what formats floats in
//! Rust's library takes more than all else here together.

/// A format of floats.
pub struct Format {
    /// The bits of the mantissa that are stored.
    mantissa: u32,
    /// Those of the exponent.
    exponent: u32,
}

pub const F32: Format = Format {
    mantissa: 23,
    exponent: 8,
};
pub const F64: Format = Format {
    mantissa: 52,
    exponent: 11,
};

/// The most digits that are needed.
const DIGITS: usize = 17;

pub enum Decimal {
    Nan,
    Infinite,
    /// The digits, how many there are, and how many of them are before the point.
    Digits([u8; DIGITS], usize, i32),
}

/// As many words as the largest and the smallest float need, and some to multiply by ten.
const WORDS: usize = 38;

/// A large number, the lowest word first.
#[derive(Clone, Copy)]
struct Large([u32; WORDS]);

impl Large {
    #[inline(never)]
    fn of(number: u64, shift: u32) -> Large {
        let mut words = [0; WORDS];
        let (first, by) = ((shift / 32) as usize, shift % 32);
        let wide = u128::from(number) << by;
        for at in 0..4 {
            if let Some(word) = words.get_mut(first + at) {
                *word = (wide >> (32 * at)) as u32;
            }
        }
        Large(words)
    }

    #[inline(never)]
    fn times(&mut self, by: u32) {
        let mut carry = 0;
        for word in &mut self.0 {
            let product = u64::from(*word) * u64::from(by) + carry;
            *word = product as u32;
            carry = product >> 32;
        }
    }

    #[inline(never)]
    fn plus(&self, other: &Large) -> Large {
        let mut sum = *self;
        let mut carry = 0;
        for (word, other) in sum.0.iter_mut().zip(&other.0) {
            let all = u64::from(*word) + u64::from(*other) + carry;
            *word = all as u32;
            carry = all >> 32;
        }
        sum
    }

    /// Takes off a smaller number.
    #[inline(never)]
    fn take(&mut self, other: &Large) {
        let mut borrow = 0;
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            let all = i64::from(*word) - i64::from(*other) - borrow;
            *word = all as u32;
            borrow = i64::from(all < 0);
        }
    }

    #[inline(never)]
    fn is_less(&self, other: &Large) -> bool {
        self.0.iter().rev().lt(other.0.iter().rev())
    }
}

impl Format {
    pub fn is_negative(&self, bits: u64) -> bool {
        let (stored, fraction) = self.parts(bits);
        // The sign of what is no number is not written.
        let is_nan = stored == self.last() && fraction != 0;
        !is_nan && bits >> (self.mantissa + self.exponent) & 1 == 1
    }

    fn last(&self) -> u64 {
        (1 << self.exponent) - 1
    }

    /// The exponent and mantissa as they are stored.
    fn parts(&self, bits: u64) -> (u64, u64) {
        let mantissa = bits & ((1 << self.mantissa) - 1);
        (bits >> self.mantissa & self.last(), mantissa)
    }

    pub fn decimal(&self, bits: u64) -> Decimal {
        let (stored, fraction) = self.parts(bits);
        if stored == self.last() {
            return match fraction {
                0 => Decimal::Infinite,
                _ => Decimal::Nan,
            };
        }
        if stored == 0 && fraction == 0 {
            return Decimal::Digits([0; DIGITS], 1, 1);
        }
        let hidden = 1u64 << self.mantissa;
        let mantissa = if stored == 0 {
            fraction
        } else {
            fraction | hidden
        };
        let exponent = stored.max(1) as i32 - (self.last() / 2) as i32 - self.mantissa as i32;
        // The next smaller float is half as far away as the next larger one.
        let uneven = u32::from(fraction == 0 && stored > 1);
        let (up, down) = (exponent.max(0) as u32, (-exponent).max(0) as u32);
        let mut rest = Large::of(mantissa, up + 1 + uneven);
        let mut unit = Large::of(1, down + 1 + uneven);
        let (mut below, mut above) = (Large::of(1, up), Large::of(1, up + uneven));
        let is_even = mantissa % 2 == 0;
        // Whether a number that is that far up is the next float, or beyond.
        let is_high = |rest: &Large, above: &Large, unit: &Large| {
            let sum = rest.plus(above);
            unit.is_less(&sum) || is_even && !sum.is_less(unit)
        };
        let mut point = 0;
        while is_high(&rest, &above, &unit) {
            unit.times(10);
            point += 1;
        }
        loop {
            let (mut larger, mut margin) = (rest, above);
            larger.times(10);
            margin.times(10);
            if is_high(&larger, &margin, &unit) {
                break;
            }
            (rest, above) = (larger, margin);
            below.times(10);
            point -= 1;
        }
        let mut digits = [0; DIGITS];
        let mut count = 0;
        loop {
            rest.times(10);
            below.times(10);
            above.times(10);
            let mut digit = 0;
            while !rest.is_less(&unit) {
                rest.take(&unit);
                digit += 1;
            }
            let low = rest.is_less(&below) || is_even && !below.is_less(&rest);
            let high = is_high(&rest, &above, &unit);
            let twice = rest.plus(&rest);
            let is_last = low || high || count + 1 == DIGITS;
            if is_last && high && (!low || !twice.is_less(&unit)) {
                digit += 1;
            }
            if let Some(place) = digits.get_mut(count) {
                *place = digit;
            }
            count += 1;
            if is_last {
                return Decimal::Digits(digits, count, point);
            }
        }
    }
}
