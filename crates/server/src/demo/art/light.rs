//! Round things under studio light: surfaces of revolution and spheres, shaded point by point.
//!
//! The room is the same for all: a large soft box at the upper left, a narrow strip of light at
//! the right, a pale backdrop above and a darker floor below. Matt things take its light, glazed
//! ones also mirror the soft box, and metal shows nothing but the room.

use super::canvas::Canvas;
use super::tone::{Tone, hex, length, smooth};

/// What a surface is made of at one point.
#[derive(Clone, Copy)]
pub(crate) struct Skin {
    pub tone: Tone,
    /// How much it mirrors the lamps: 0 is chalk, 1 a wet glaze.
    pub gloss: f32,
    /// How much it is metal: 0 none, 1 polished.
    pub metal: f32,
}

impl Skin {
    pub(crate) const fn matt(tone: Tone) -> Self {
        Self { tone, gloss: 0.08, metal: 0.0 }
    }

    pub(crate) const fn glazed(tone: Tone) -> Self {
        Self { tone, gloss: 0.8, metal: 0.0 }
    }

    pub(crate) const fn metal(tone: Tone) -> Self {
        Self { tone, gloss: 0.5, metal: 1.0 }
    }
}

/// How bright the room is in a direction; `softness` widens the edges of its lamps.
fn room(x: f32, up: f32, softness: f32) -> f32 {
    let s = softness;
    let walls = 0.16 + 0.52 * smooth(-0.15 - s, 0.75 + s, up) + 0.26 * smooth(-0.25, -0.85, up);
    let edge = smooth(-0.86 - s, -0.7 + s, x) * (1.0 - smooth(-0.34 - s, -0.16 + s, x));
    let softbox = edge * smooth(-0.42 - s, -0.1 + s, up) * (1.0 - smooth(0.72, 0.95 + s, up));
    let strip = smooth(0.66 - s, 0.76 + s, x) * (1.0 - smooth(0.84 - s, 0.93 + s, x));
    walls + softbox * 0.95 + strip * 0.45 * smooth(-0.7, -0.2, up)
}

/// The colour of a point whose surface faces `normal` (right, down, towards the viewer).
pub(crate) fn shade(skin: Skin, normal: [f32; 3]) -> Tone {
    let [x, y, z] = normal;
    let lambert = (-0.56 * x - 0.58 * y + 0.59 * z).max(0.0);
    let bounce = smooth(0.2, 1.0, x) * 0.12 + smooth(0.3, 1.0, y) * 0.10;
    let matt = skin.tone.lit(0.27 + 0.80 * lambert + bounce);
    let (mirror_x, mirror_up) = (2.0 * z * x, -2.0 * z * y);
    let grazing = (1.0 - z.clamp(0.0, 1.0)).powi(4);
    let lamps = room(mirror_x, mirror_up, 0.04);
    let glazed =
        matt.plus(skin.gloss * (lamps - 0.62).max(0.0) * 0.72 + skin.gloss * grazing * 0.2);
    if skin.metal <= 0.0 {
        return glazed;
    }
    let glow = room(mirror_x, mirror_up, 0.10);
    let polished = skin.tone.lit(0.18 + glow * 0.92).plus((glow - 0.95).max(0.0) * 0.75);
    glazed.mix(polished, skin.metal)
}

/// The outline of something turned on a lathe: radius over height, smooth through its points
/// and never overshooting them. Two points close together make an edge.
pub(crate) struct Profile {
    top: f32,
    bottom: f32,
    /// Radius at every half unit from the top.
    radii: Vec<f32>,
    /// How fast the radius grows there, downwards.
    slopes: Vec<f32>,
}

const STEPS_PER_UNIT: f32 = 2.0;

impl Profile {
    /// From points (height, radius), heights growing downwards.
    pub(crate) fn new(points: &[(f32, f32)]) -> Self {
        let (top, bottom) = (points[0].0, points[points.len() - 1].0);
        let tangents = tangents(points);
        let count = ((bottom - top) * STEPS_PER_UNIT) as usize + 1;
        let mut segment = 0;
        let radii: Vec<f32> = (0..=count)
            .map(|step| {
                let at = (top + step as f32 / STEPS_PER_UNIT).min(bottom);
                while segment + 2 < points.len() && at > points[segment + 1].0 {
                    segment += 1;
                }
                hermite(points, &tangents, segment, at)
            })
            .collect();
        // Over a few units: a lamp's mirror image shows every kink of the outline.
        let rise = |step: usize, reach: usize| {
            radii[(step + reach).min(count)] - radii[step.saturating_sub(reach)]
        };
        let slopes = (0..=count).map(|step| rise(step, 10) * 0.06 + rise(step, 4) * 0.1).collect();
        Self { top, bottom, radii, slopes }
    }

    /// The radius at a height; that of the nearer end beyond them.
    pub(crate) fn radius(&self, height: f32) -> f32 {
        self.between(&self.radii, height)
    }

    fn slope(&self, height: f32) -> f32 {
        self.between(&self.slopes, height)
    }

    fn between(&self, steps: &[f32], height: f32) -> f32 {
        let at = ((height - self.top) * STEPS_PER_UNIT).max(0.0);
        let index = (at as usize).min(steps.len() - 2);
        let t = (at - index as f32).min(1.0);
        steps[index] + (steps[index + 1] - steps[index]) * t
    }

    fn widest(&self) -> f32 {
        self.radii.iter().copied().fold(0.0, f32::max)
    }
}

/// Slopes at the points, such that the curve between them is round and stays between them.
fn tangents(points: &[(f32, f32)]) -> Vec<f32> {
    let length = |index: usize| (points[index + 1].0 - points[index].0).max(0.01);
    let rise = |index: usize| (points[index + 1].1 - points[index].1) / length(index);
    let last = points.len() - 2;
    (0..points.len())
        .map(|index| {
            let (before, after) = (index.saturating_sub(1), index.min(last));
            if rise(before) * rise(after) <= 0.0 {
                return 0.0;
            }
            let weighted = (rise(before) * length(after) + rise(after) * length(before))
                / (length(before) + length(after));
            let steepest = 3.0 * rise(before).abs().min(rise(after).abs());
            weighted.clamp(-steepest, steepest)
        })
        .collect()
}

fn hermite(points: &[(f32, f32)], tangents: &[f32], segment: usize, at: f32) -> f32 {
    let (from, to) = (points[segment], points[segment + 1]);
    let length = (to.0 - from.0).max(0.01);
    let t = ((at - from.0) / length).clamp(0.0, 1.0);
    let (t2, t3) = (t * t, t * t * t);
    (2.0 * t3 - 3.0 * t2 + 1.0) * from.1
        + (t3 - 2.0 * t2 + t) * length * tangents[segment]
        + (3.0 * t2 - 2.0 * t3) * to.1
        + (t3 - t2) * length * tangents[segment + 1]
}

impl Canvas {
    /// Draws a turned thing around the axis at `x`, seen from above by `tilt` (the height of a
    /// circle's ellipse as a share of its width). `skin_at` gets the height and the place around
    /// the body from -1 (left edge) to 1 (right edge).
    pub(crate) fn turned(
        &mut self,
        x: f32,
        profile: &Profile,
        tilt: f32,
        skin_at: impl Fn(f32, f32) -> Skin,
    ) {
        let widest = profile.widest();
        let scale = self.scale();
        let (right, down) = (self.turn(1.0, 0.0), self.turn(0.0, 1.0));
        let tone_at = |px: f32, py: f32| {
            let aside = px - x;
            let mut height = py;
            for _ in 0..3 {
                let radius = profile.radius(height);
                let depth = (radius * radius - aside * aside).max(0.0).sqrt();
                height = py - tilt * depth;
            }
            let radius = profile.radius(height).max(0.01);
            let slope = profile.slope(height);
            let side = (radius - aside.abs()) / (1.0 + slope * slope).sqrt();
            let end = (height - profile.top).min(profile.bottom - height);
            let share = (side.min(end) * scale + 0.5).clamp(0.0, 1.0);
            if share <= 0.0 {
                return hex(0).a(0.0);
            }
            let u = (aside / radius).clamp(-1.0, 1.0);
            let depth = (1.0 - u * u).sqrt();
            let norm = (1.0 + slope * slope).sqrt();
            let (nx, ny) = (u / norm, -slope / norm);
            let normal = [right.0 * nx + down.0 * ny, right.1 * nx + down.1 * ny, depth / norm];
            shade(skin_at(height, u), normal).a(share)
        };
        let height = profile.bottom - profile.top + tilt * widest;
        self.plot(x - widest - 1.0, profile.top, widest * 2.0 + 2.0, height + 1.0, tone_at);
    }

    /// Draws a ball; `skin_at` gets the point on it (right, down, towards the viewer).
    pub(crate) fn ball(&mut self, x: f32, y: f32, radius: f32, skin_at: impl Fn([f32; 3]) -> Skin) {
        let scale = self.scale();
        self.plot(
            x - radius - 1.0,
            y - radius - 1.0,
            radius * 2.0 + 2.0,
            radius * 2.0 + 2.0,
            |px, py| {
                let (nx, ny) = ((px - x) / radius, (py - y) / radius);
                let from_centre = length(nx, ny);
                let share = ((1.0 - from_centre) * radius * scale + 0.5).clamp(0.0, 1.0);
                if share <= 0.0 {
                    return hex(0).a(0.0);
                }
                let normal = [nx, ny, (1.0 - from_centre * from_centre).max(0.0).sqrt()];
                shade(skin_at(normal), normal).a(share)
            },
        );
    }
}
