//! Colours and noise: the little arithmetic all drawings share.

/// A colour in sRGB with alpha, every part from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tone {
    pub red: f32,
    pub green: f32,
    pub blue: f32,
    pub alpha: f32,
}

/// An opaque colour from `0xRRGGBB`.
pub(crate) const fn hex(code: u32) -> Tone {
    let [_, red, green, blue] = code.to_be_bytes();
    Tone {
        red: red as f32 / 255.0,
        green: green as f32 / 255.0,
        blue: blue as f32 / 255.0,
        alpha: 1.0,
    }
}

impl Tone {
    /// The same colour at another opacity.
    pub(crate) const fn a(self, alpha: f32) -> Self {
        Self { alpha, ..self }
    }

    /// On the way to `other`: 0 is here, 1 is there.
    pub(crate) fn mix(self, other: Self, t: f32) -> Self {
        let t = t.clamp(0.0, 1.0);
        Self {
            red: self.red + (other.red - self.red) * t,
            green: self.green + (other.green - self.green) * t,
            blue: self.blue + (other.blue - self.blue) * t,
            alpha: self.alpha + (other.alpha - self.alpha) * t,
        }
    }

    /// Brighter above 1, darker below; alpha stays.
    pub(crate) fn lit(self, factor: f32) -> Self {
        Self {
            red: self.red * factor,
            green: self.green * factor,
            blue: self.blue * factor,
            alpha: self.alpha,
        }
    }

    /// With `amount` of white light on top.
    pub(crate) fn plus(self, amount: f32) -> Self {
        Self {
            red: self.red + amount,
            green: self.green + amount,
            blue: self.blue + amount * 0.97,
            alpha: self.alpha,
        }
    }
}

/// 0 below `from`, 1 above `to`, and smooth between.
pub(crate) fn smooth(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

const COLUMN: u32 = 0x8DA6_B343;
const ROW: u32 = 0xD816_3841;

/// A number from 0 to 1 that looks random and is the same on every run.
pub(crate) fn hash(x: i32, y: i32, seed: u32) -> f32 {
    scramble(
        x.cast_unsigned().wrapping_mul(COLUMN)
            ^ y.cast_unsigned().wrapping_mul(ROW)
            ^ seed.wrapping_mul(0xCB1A_B31F),
    )
}

fn scramble(bits: u32) -> f32 {
    let bits = (bits ^ (bits >> 15)).wrapping_mul(0x2C1B_3C6D);
    ((bits ^ (bits >> 13)) >> 8).cast_signed() as f32 * (1.0 / 16_777_216.0)
}

/// The next whole number below; `f32::floor` is a function call on older processors.
pub(crate) fn floor(x: f32) -> i32 {
    let towards_zero = x as i32;
    towards_zero - i32::from((towards_zero as f32) > x)
}

/// Length of (x, y), for pictures: faster than `hypot`, which also minds overflow.
pub(crate) fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

/// Smooth noise from 0 to 1 with features about one unit wide.
pub(crate) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (column, row) = (floor(x), floor(y));
    let (u, v) = (x - column as f32, y - row as f32);
    let (u, v) = (u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v));
    // As `hash`, the products shared by the four corners: this is where most of the time goes.
    let left = column.cast_unsigned().wrapping_mul(COLUMN);
    let right = left.wrapping_add(COLUMN);
    let seed = seed.wrapping_mul(0xCB1A_B31F);
    let above = row.cast_unsigned().wrapping_mul(ROW) ^ seed;
    let below = row.wrapping_add(1).cast_unsigned().wrapping_mul(ROW) ^ seed;
    let upper = scramble(left ^ above) * (1.0 - u) + scramble(right ^ above) * u;
    let lower = scramble(left ^ below) * (1.0 - u) + scramble(right ^ below) * u;
    upper * (1.0 - v) + lower * v
}

/// Three octaves of [`noise`]: clouds, stains, worn leather.
pub(crate) fn clouds(x: f32, y: f32, seed: u32) -> f32 {
    noise(x, y, seed) * 0.57
        + noise(x * 2.1, y * 2.1, seed + 1) * 0.28
        + noise(x * 4.3, y * 4.3, seed + 2) * 0.15
}

/// How wood is cut and how strongly its figure shows.
#[derive(Clone, Copy)]
pub(crate) struct Wood {
    pub light: Tone,
    pub dark: Tone,
    /// Length of a year ring across the grain, in units of the drawing.
    pub ring: f32,
    pub seed: u32,
}

impl Wood {
    pub(crate) const fn new(light: u32, dark: u32, ring: f32, seed: u32) -> Self {
        Self { light: hex(light), dark: hex(dark), ring, seed }
    }

    /// The colour at a place `along` the grain and `across` it.
    pub(crate) fn at(self, along: f32, across: f32) -> Tone {
        let (along, across) = (along / self.ring, across / self.ring);
        let drift = noise(along * 0.045, across * 0.21, self.seed) * 6.0;
        let ring = across + drift - floor(across + drift) as f32;
        let figure = smooth(0.0, 0.75, ring) * (1.0 - smooth(0.82, 1.0, ring));
        let fibre = noise(along * 0.22, across * 7.0, self.seed + 7);
        let cloud = noise(along * 0.03, across * 0.3, self.seed + 9);
        self.light.mix(self.dark, figure * 0.42 + fibre * 0.34 + cloud * 0.28 - 0.08)
    }
}
