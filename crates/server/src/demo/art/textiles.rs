//! Quilts and rugs.

use tiny_skia::Transform;

use super::canvas::{Canvas, poly, rect, strokes};
use super::tone::{Tone, floor, hash, hex, length, noise, smooth};

/// A patchwork quilt: 0 flying geese in indigo, 1 eight-pointed stars in warm prints, 2 log cabin.
pub(crate) fn quilt(c: &mut Canvas, finish: u8) {
    let (left, top, width, height) = (190.0, 96.0, 820.0, 700.0);
    let hang = |x: f32| 8.0 * (x * 0.018).sin() + 5.0 * (x * 0.031 + 1.0).sin();
    let mut outline: Vec<_> =
        (0..=40).map(|step| (left + width * step as f32 / 40.0, top)).collect();
    outline.extend((0..=40).rev().map(|step| {
        let x = left + width * step as f32 / 40.0;
        (x, top + height + hang(x))
    }));
    let sheet = poly(&outline);
    c.shadow(&sheet, (14.0, 20.0), 26.0, hex(0x140C08).a(0.42));
    c.surface(&sheet, |x, y| {
        let (u, v) =
            ((x - left) / width * 8.0, (y - top - hang(x) * (y - top) / height) / height * 7.0);
        let edge = u.min(8.0 - u).min(v.min(7.0 - v));
        let cloth = if edge < 0.34 { border_cloth(u, v, finish) } else { block(u, v, finish) };
        let weave = hash(floor(x * 0.8), floor(y * 0.8), 401) * 0.06;
        // Hand quilting: the stitched lines lie low, the wadding swells between them.
        let (p, q) = ((u + v) * 3.0, (u - v) * 3.0);
        let swell = ((p - floor(p) as f32 - 0.5).abs()).max((q - floor(q) as f32 - 0.5).abs());
        let low = smooth(0.36, 0.5, swell);
        let lean = (p - floor(p) as f32 - 0.5) * 0.10;
        let drape = (x * 0.018).cos() * 0.06 + (x * 0.031 + 1.0).cos() * 0.04;
        cloth.lit(0.97 + weave - low * 0.16 - lean + drape * smooth(0.0, 400.0, y - top))
    });
    c.bevel(&sheet, 7.0, 0.8);
}

/// A small print on cotton: dots and sprigs of another shade.
fn cotton(tone: Tone, u: f32, v: f32, seed: u32) -> Tone {
    let size = 9.0 + 6.0 * hash(seed.cast_signed(), 1, 402);
    let (x, y) = (u * size, v * size);
    let (column, row) = (floor(x), floor(y));
    let (dx, dy) = (x - column as f32 - 0.5, y - row as f32 - 0.5);
    let shift = (hash(column, row, seed) - 0.5) * 0.4;
    let dot = 1.0 - smooth(0.13, 0.22, length(dx + shift, dy - shift));
    let kind = hash(seed.cast_signed(), 2, 402);
    let print = if kind < 0.4 {
        dot
    } else if kind < 0.7 {
        smooth(0.3, 0.42, dx.abs()) * 0.7
    } else {
        0.0
    };
    let faded = noise(u * 0.8, v * 0.8, seed) - 0.5;
    tone.mix(tone.mix(hex(0xFFF6E8), 0.6), print * 0.6).plus(faded * 0.07)
}

fn border_cloth(u: f32, v: f32, finish: u8) -> Tone {
    let tone = match finish % 3 {
        0 => hex(0x2A3A62),
        1 => hex(0x7A2C2C),
        _ => hex(0x3A4A3A),
    };
    cotton(tone, u, v, 403)
}

fn block(u: f32, v: f32, finish: u8) -> Tone {
    let (column, row) = (floor(u), floor(v));
    let (x, y) = (u - column as f32, v - row as f32);
    let pick = |palette: &[u32], salt: i32| {
        let index = (hash(column * 7 + salt, row * 5 + salt, 404) * palette.len() as f32) as usize;
        (hex(palette[index.min(palette.len() - 1)]), 405 + index as u32)
    };
    match finish % 3 {
        0 => {
            let half = floor(y * 2.0);
            let within = y * 2.0 - half as f32;
            let goose = within > (x - 0.5).abs() * 2.0;
            let (tone, seed) = if goose {
                pick(&[0x2E4A7E, 0x4A6EA0, 0x1E2E54, 0x7A96B8], half)
            } else {
                (hex(0xEEE6D6), 420)
            };
            cotton(tone, u, v, seed)
        }
        1 => {
            let (dx, dy) = ((x - 0.5).abs(), (y - 0.5).abs());
            let star = (dx < 0.25 && dy < 0.25)
                || (dx.min(dy) < 0.25 && dx.max(dy) - 0.25 < 0.25 - dx.min(dy));
            let heart = dx < 0.25 && dy < 0.25;
            let (tone, seed) = if heart {
                pick(&[0xC87A3A, 0xB84A3A, 0xD8A84A], 1)
            } else if star {
                pick(&[0x9A3434, 0x5A6A4A, 0x8A5A3A, 0x6A4A5E], 2)
            } else {
                (hex(0xF0E4CE), 421)
            };
            cotton(tone, u, v, seed)
        }
        _ => {
            let (dx, dy) = (x - 0.5, y - 0.5);
            let ring = floor(dx.abs().max(dy.abs()) * 10.0);
            let flip = if (column + row) % 2 == 0 { 1.0 } else { -1.0 };
            let light = (dx * flip + dy) < 0.0;
            let (tone, seed) = if ring == 0 {
                (hex(0xA8302A), 422)
            } else if light {
                pick(&[0xE8D8B4, 0xD8C09A, 0xEEE2CC, 0xC8B8A0], ring)
            } else {
                pick(&[0x4A5A4A, 0x6E4A3A, 0x34445A, 0x7A3430], ring + 9)
            };
            cotton(tone, u, v, seed)
        }
    }
}

/// A hand-knotted rug: 0 madder red, 1 indigo, 2 pale tribal.
pub(crate) fn rug(c: &mut Canvas, finish: u8) {
    let (left, top, width, height) = (150.0, 150.0, 900.0, 600.0);
    let palette = match finish % 3 {
        0 => [hex(0x8E2626), hex(0x223052), hex(0xD8BE8E), hex(0x5A6E5A), hex(0xC87A42)],
        1 => [hex(0x24365E), hex(0x8A2E2A), hex(0xDCC89E), hex(0x6A8A92), hex(0xB87A4A)],
        _ => [hex(0xC8B48E), hex(0x5A3024), hex(0xEEE4CC), hex(0x8A5234), hex(0x4A565E)],
    };
    c.within(Transform::from_rotate_at(-2.0, 600.0, 450.0), |c| {
        let pile = rect(left, top, width, height);
        let fringe = |x: f32, way: f32, salt: i32| {
            strokes((0..150_i32).map(move |thread| {
                let y = top + 2.0 + 4.0 * thread as f32;
                let end = y + (hash(thread, salt, 431) - 0.5) * 16.0;
                [(x, y), (x + way * (30.0 + 14.0 * hash(thread, salt + 1, 431)), end)]
            }))
        };
        for shape in [fringe(left, -1.0, 1), fringe(left + width, 1.0, 5)] {
            c.within(Transform::from_translate(4.0, 6.0), |c| {
                c.stroke(&shape, 2.2, hex(0x140C08).a(0.35));
            });
            c.stroke(&shape, 2.0, hex(0xE6DABE));
        }
        c.shadow(&pile, (7.0, 10.0), 11.0, hex(0x140C08).a(0.5));
        c.surface(&pile, |x, y| {
            // Knots: the pattern steps, and every row of dye differs a little from the last.
            let knot = 3.0;
            let (kx, ky) = (floor(x / knot), floor(y / knot));
            let (u, v) = (
                ((kx as f32 * knot - left) / width - 0.5) * 3.0,
                ((ky as f32 * knot - top) / height - 0.5) * 2.0,
            );
            let tone = palette[rug_colour(u.abs(), v.abs(), finish)];
            let abrash = (noise(x * 0.02, y * 0.004, 432) - 0.5) * 0.16;
            let wear = smooth(0.6, 0.9, noise(x * 0.011, y * 0.011, 433)) * 0.14;
            let tuft = hash(kx, ky, 434) * 0.20 + hash(floor(x), floor(y), 435) * 0.10;
            tone.lit(0.88 + tuft + abrash).mix(hex(0xB8A88A), wear)
        });
        c.bevel(&pile, 5.0, 0.7);
        c.soft(&pile, &rect(left, top, width * 0.5, height * 0.5), 150.0, hex(0xFFF4E0).a(0.10));
    });
}

/// Which of five dyes a knot has; the pattern is the same in all four quarters. `u` runs to 1.5,
/// `v` to 1.
fn rug_colour(u: f32, v: f32, finish: u8) -> usize {
    let edge = (1.5 - u).min(1.0 - v);
    let along = if 1.5 - u < 1.0 - v { v } else { u };
    let wave = |period: f32| {
        let t = along / period;
        (t - floor(t) as f32 - 0.5).abs() * 2.0
    };
    match edge {
        e if e < 0.03 => 1,
        e if e < 0.05 => 2,
        e if e < 0.11 => {
            if wave(0.075) * 0.06 > e - 0.05 {
                0
            } else {
                4
            }
        }
        e if e < 0.125 => 2,
        e if e < 0.30 => {
            let flower = length(wave(0.25) - 0.0, (e - 0.212) / 0.062);
            let vine = ((e - 0.212) / 0.07 - (along * 25.1).sin()).abs() < 0.22;
            if flower < 0.32 {
                2
            } else if flower < 0.62 {
                4
            } else if vine {
                3
            } else {
                1
            }
        }
        e if e < 0.315 => 2,
        e if e < 0.36 => {
            if wave(0.06) > 0.5 {
                3
            } else {
                4
            }
        }
        e if e < 0.375 => 1,
        _ => rug_field(u, v, finish),
    }
}

fn rug_field(u: f32, v: f32, finish: u8) -> usize {
    if finish % 3 == 2 {
        let (gx, gy) = (u / 0.36 + 0.5, v / 0.40 + 0.5);
        let (dx, dy) =
            ((gx - floor(gx) as f32 - 0.5).abs() * 2.0, (gy - floor(gy) as f32 - 0.5).abs() * 2.0);
        let lozenge = dx + dy;
        return match lozenge {
            l if l < 0.22 => 3,
            l if l < 0.40 => 2,
            l if l < 0.62 => 1,
            l if l < 0.74 => 2,
            l if l < 0.82 => 4,
            _ => {
                if (dx - dy).abs() < 0.08 {
                    3
                } else {
                    0
                }
            }
        };
    }
    let scallop = 0.05 * (v.atan2(u) * 12.0).cos().abs();
    let medallion = length(u / 0.66, v / 0.48) + scallop;
    let pendant = (u - 0.78).abs() / 0.13 + v / 0.10;
    let corner = length((1.125 - u) / 0.42, (0.625 - v) / 0.40) + scallop;
    let sprig = hash(floor(u * 26.0), floor(v * 26.0), 441);
    let (fx, fy) =
        (u * 26.0 - floor(u * 26.0) as f32 - 0.5, v * 26.0 - floor(v * 26.0) as f32 - 0.5);
    let flower = sprig > 0.55 && fx.abs() + fy.abs() < 0.36;
    if medallion < 0.16 {
        return 4;
    }
    if medallion < 0.34 {
        return if flower { 2 } else { 0 };
    }
    if medallion < 0.38 {
        return 2;
    }
    if medallion < 0.80 {
        let petal = ((v.atan2(u) * 16.0).cos() + (medallion * 24.0).sin()).abs();
        return if petal < 0.35 {
            2
        } else if petal > 1.5 {
            4
        } else {
            1
        };
    }
    if medallion < 0.86 || pendant < 0.4 {
        return 2;
    }
    if pendant < 0.9 {
        return 1;
    }
    if corner < 0.9 {
        return if flower { 4 } else { 3 };
    }
    if corner < 0.96 {
        return 2;
    }
    if flower { if sprig > 0.8 { 2 } else { 4 } } else { 0 }
}
