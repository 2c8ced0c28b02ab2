//! Colours and noise: the little arithmetic all drawings share.

/// A colour in sRGB with alpha, every part from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tone {
    pub red: f32,
    pub green: f32,
    pub blue: f32,
    pub alpha: f32,
}

/// An opaque colour from `0xRRGGBB`.
pub const fn hex(code: u32) -> Tone {
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
    pub const fn a(self, alpha: f32) -> Self {
        Self { alpha, ..self }
    }

    /// On the way to `other`: 0 is here, 1 is there.
    pub fn mix(self, other: Self, t: f32) -> Self {
        let t = t.clamp(0.0, 1.0);
        Self {
            red: self.red + (other.red - self.red) * t,
            green: self.green + (other.green - self.green) * t,
            blue: self.blue + (other.blue - self.blue) * t,
            alpha: self.alpha + (other.alpha - self.alpha) * t,
        }
    }

    /// Brighter above 1, darker below; alpha stays.
    pub fn lit(self, factor: f32) -> Self {
        Self {
            red: self.red * factor,
            green: self.green * factor,
            blue: self.blue * factor,
            alpha: self.alpha,
        }
    }

    /// With `amount` of white light on top.
    pub fn plus(self, amount: f32) -> Self {
        Self {
            red: self.red + amount,
            green: self.green + amount,
            blue: self.blue + amount * 0.97,
            alpha: self.alpha,
        }
    }
}

/// 0 below `from`, 1 above `to`, and smooth between.
pub fn smooth(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A number from 0 to 1 that looks random and is the same on every run.
pub fn hash(x: i32, y: i32, seed: u32) -> f32 {
    let mut bits = x.cast_unsigned().wrapping_mul(0x8DA6_B343)
        ^ y.cast_unsigned().wrapping_mul(0xD816_3841)
        ^ seed.wrapping_mul(0xCB1A_B31F);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2C1B_3C6D);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297A_2D39);
    ((bits ^ (bits >> 15)) >> 8) as f32 / 16_777_216.0
}

/// Smooth noise from 0 to 1 with features about one unit wide.
pub fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (u, v) = (x - left, y - top);
    let (u, v) = (u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v));
    let (column, row) = (left as i32, top as i32);
    let upper = hash(column, row, seed) * (1.0 - u) + hash(column + 1, row, seed) * u;
    let lower = hash(column, row + 1, seed) * (1.0 - u) + hash(column + 1, row + 1, seed) * u;
    upper * (1.0 - v) + lower * v
}

/// Three octaves of [`noise`]: clouds, stains, worn leather.
pub fn clouds(x: f32, y: f32, seed: u32) -> f32 {
    noise(x, y, seed) * 0.57
        + noise(x * 2.1, y * 2.1, seed + 1) * 0.28
        + noise(x * 4.3, y * 4.3, seed + 2) * 0.15
}

/// How wood is cut and how strongly its figure shows.
#[derive(Clone, Copy)]
pub struct Wood {
    pub light: Tone,
    pub dark: Tone,
    /// Length of a year ring across the grain, in units of the drawing.
    pub ring: f32,
    pub seed: u32,
}

impl Wood {
    pub const fn new(light: u32, dark: u32, ring: f32, seed: u32) -> Self {
        Self { light: hex(light), dark: hex(dark), ring, seed }
    }

    /// The colour at a place `along` the grain and `across` it.
    pub fn at(self, along: f32, across: f32) -> Tone {
        let (along, across) = (along / self.ring, across / self.ring);
        let drift = noise(along * 0.045, across * 0.21, self.seed) * 6.0;
        let ring = (across + drift).fract().abs();
        let figure = smooth(0.0, 0.75, ring) * (1.0 - smooth(0.82, 1.0, ring));
        let fibre = noise(along * 0.22, across * 7.0, self.seed + 7);
        let cloud = noise(along * 0.03, across * 0.3, self.seed + 9);
        self.light.mix(self.dark, figure * 0.42 + fibre * 0.34 + cloud * 0.28 - 0.08)
    }
}
