//! Watches, rings, pearls and pens.

use std::f32::consts::TAU;

use tiny_skia::Transform;

use super::canvas::{
    Canvas, across, arc, blob, circle, curve, down, ellipse, linear, lines, outline, poly, radial,
    rounded, rounded_poly,
};
use super::light::{Profile, Skin};
use super::tone::{Tone, clouds, hash, hex, noise, smooth};

const GOLD: [u32; 3] = [0xFCEAB8, 0xD0A04C, 0x80561C];
const STEEL: [u32; 3] = [0xFCFCFA, 0xA8ACB0, 0x50545A];

/// A ring of polished metal lying flat.
fn hoop(c: &mut Canvas, x: f32, y: f32, outer: f32, metal: [u32; 3]) {
    let [bright, middle, dark] = metal.map(hex);
    let shape = circle(x, y, outer);
    c.surface(&shape, |px, py| {
        // A polished hoop shows the lamps all around, twice bright and twice dark.
        let turn = (py - y).atan2(px - x) + 0.7;
        let sheen = (turn * 2.0).cos() * 0.5 + 0.5;
        let second = ((turn * 5.0).sin() * 0.5 + 0.5) * 0.22;
        dark.mix(middle, smooth(0.0, 0.45, sheen + second)).mix(bright, smooth(0.55, 1.0, sheen))
    });
    c.bevel(&shape, outer * 0.03, 0.8);
}

/// A face with strokes for the hours, small strokes for the minutes, and three hands.
fn face(c: &mut Canvas, x: f32, y: f32, radius: f32, tone: Tone, ink: Tone) {
    let plate = circle(x, y, radius);
    c.surface(&plate, |px, py| {
        let turn = (py - y).atan2(px - x);
        let sheen = ((turn * 2.0 + 1.4).cos() * 0.5 + 0.5).powi(3);
        tone.plus(sheen * 0.11).plus((noise(px * 0.8, py * 0.8, 501) - 0.5) * 0.012)
    });
    for minute in 0..60_u8 {
        let (sin, cos) = (TAU * f32::from(minute) / 60.0).sin_cos();
        let (inner, width) = match minute {
            0 => (0.70, 0.06),
            m if m % 5 == 0 => (0.76, 0.042),
            _ => (0.91, 0.012),
        };
        let at = |share: f32| (x + radius * share * sin, y - radius * share * cos);
        if minute % 5 == 0 {
            c.within(Transform::from_translate(radius * 0.008, radius * 0.014), |c| {
                c.stroke(&lines(&[at(inner), at(0.92)]), radius * width, hex(0).a(0.3));
            });
        }
        c.stroke(&lines(&[at(inner), at(0.94)]), radius * width, ink);
    }
    let small = circle(x, y + radius * 0.48, radius * 0.23);
    c.fill(&small, tone.lit(0.93));
    c.stroke(&small, radius * 0.012, ink.a(0.6));
    c.stroke(
        &lines(&[(x, y + radius * 0.48), (x - radius * 0.1, y + radius * 0.62)]),
        radius * 0.016,
        ink,
    );
    for (turn, reach, width) in [(0.846, 0.52, 0.05), (0.168, 0.80, 0.036)] {
        let (sin, cos) = (TAU * turn).sin_cos();
        let (wx, wy) = (cos * radius * width, sin * radius * width);
        let hand = poly(&[
            (x - radius * 0.1 * sin + wx * 0.6, y + radius * 0.1 * cos + wy * 0.6),
            (x + wx, y + wy),
            (x + radius * reach * sin, y - radius * reach * cos),
            (x - wx, y - wy),
            (x - radius * 0.1 * sin - wx * 0.6, y + radius * 0.1 * cos - wy * 0.6),
        ]);
        c.shadow(&hand, (radius * 0.02, radius * 0.03), radius * 0.02, hex(0).a(0.45));
        c.fill(
            &hand,
            linear(
                (x - wx, y - wy),
                (x + wx, y + wy),
                &[(0.0, ink.plus(0.35)), (0.5, ink), (1.0, ink.lit(0.6))],
            ),
        );
    }
    c.fill(&circle(x, y, radius * 0.055), ink);
}

/// The shine of a watch glass.
fn crystal(c: &mut Canvas, x: f32, y: f32, radius: f32) {
    let glass = circle(x, y, radius);
    c.soft(
        &glass,
        &outline(&arc(x, y, radius * 0.86, radius * 0.86, 0.52, 0.72), radius * 0.10),
        radius * 0.05,
        hex(0xFFFFFF).a(0.6),
    );
    c.soft(
        &glass,
        &ellipse(x - radius * 0.25, y - radius * 0.4, radius * 0.6, radius * 0.34),
        radius * 0.3,
        hex(0xFFFFFF).a(0.13),
    );
    c.soft(
        &glass,
        &outline(&arc(x, y, radius, radius, 0.48, 0.78), radius * 0.07),
        radius * 0.05,
        hex(0).a(0.45),
    );
}

/// A wristwatch: 0 gold on tan leather, 1 steel with a dark face on black, 2 steel, pale face.
pub(crate) fn wristwatch(c: &mut Canvas, finish: u8) {
    let (metal, strap, plate, ink) = match finish % 3 {
        0 => (GOLD, hex(0x9A5E30), hex(0xF4ECD8), hex(0x4A341A)),
        1 => (STEEL, hex(0x262220), hex(0x1E2634), hex(0xE8E8E4)),
        _ => (STEEL, hex(0x5A3824), hex(0xECEEEC), hex(0x2A344A)),
    };
    c.within(Transform::from_rotate_at(-24.0, 600.0, 450.0), |c| {
        for (top, far, narrow) in [(40.0, 300.0, 62.0), (860.0, 600.0, 62.0)] {
            strap_half(c, top, far, narrow, strap);
        }
        buckle(c, metal);
        for (x, y) in [(508.0, 296.0), (660.0, 296.0), (508.0, 556.0), (660.0, 556.0)] {
            let lug = rounded(x, y, 34.0, 50.0, 12.0);
            c.fill(
                &lug,
                across(
                    x,
                    x + 34.0,
                    &[(0.0, hex(metal[1])), (0.3, hex(metal[0])), (1.0, hex(metal[2]))],
                ),
            );
            c.bevel(&lug, 8.0, 0.8);
        }
        let crown = rounded(756.0, 426.0, 36.0, 50.0, 7.0);
        c.shadow(&crown, (8.0, 12.0), 8.0, hex(0).a(0.4));
        c.surface(&crown, |_, y| hex(metal[1]).lit(0.55 + 0.7 * ((y - 426.0) * 0.78).sin().abs()));
        c.bevel(&crown, 9.0, 0.9);
        c.shadow(&circle(600.0, 450.0, 168.0), (14.0, 20.0), 18.0, hex(0).a(0.5));
        hoop(c, 600.0, 450.0, 170.0, metal);
        c.fill(&circle(600.0, 450.0, 150.0), hex(metal[2]));
    });
    // The face is read upright wherever the strap lies; its case is round.
    c.within(Transform::from_rotate_at(-24.0, 600.0, 450.0), |c| {
        face(c, 600.0, 450.0, 146.0, plate, ink);
    });
    crystal(c, 600.0, 450.0, 147.0);
}

fn strap_half(c: &mut Canvas, end: f32, near: f32, narrow: f32, tone: Tone) {
    let shape = rounded_poly(
        &[(600.0 - narrow, end), (600.0 + narrow, end), (600.0 + 78.0, near), (600.0 - 78.0, near)],
        26.0,
    );
    c.shadow(&shape, (10.0, 16.0), 14.0, hex(0x140A04).a(0.5));
    c.surface(&shape, |x, y| {
        let pore = noise(x * 0.35, y * 0.35, 511) * 0.5 + noise(x * 0.9, y * 0.9, 512) * 0.5;
        let bend = 1.0 - smooth(140.0, 420.0, (y - 450.0).abs()) * 0.22;
        tone.lit(bend * (0.84 + pore * 0.3)).plus((clouds(x * 0.02, y * 0.008, 513) - 0.5) * 0.05)
    });
    c.bevel(&shape, 13.0, 0.8);
    let (from, to) = (end.min(near) + 18.0, end.max(near) - 10.0);
    let mut y = from;
    while y < to {
        for side in [-1.0, 1.0] {
            let x = 600.0 + side * (52.0 + 15.0 * (1.0 - (y - near).abs() / 270.0));
            c.stroke(&lines(&[(x, y), (x, y + 8.0)]), 3.0, tone.mix(hex(0xF2E2C4), 0.7));
        }
        y += 14.0;
    }
}

fn buckle(c: &mut Canvas, metal: [u32; 3]) {
    let bar = rounded(524.0, 22.0, 152.0, 54.0, 16.0);
    let path = outline(&bar, 13.0);
    c.shadow(&path, (6.0, 9.0), 7.0, hex(0).a(0.45));
    c.fill(
        &path,
        linear(
            (524.0, 16.0),
            (676.0, 82.0),
            &[
                (0.0, hex(metal[0])),
                (0.4, hex(metal[1])),
                (0.6, hex(metal[0])),
                (1.0, hex(metal[2])),
            ],
        ),
    );
    c.fill(
        &rounded(594.0, 18.0, 12.0, 74.0, 6.0),
        across(594.0, 606.0, &[(0.0, hex(metal[2])), (0.4, hex(metal[0])), (1.0, hex(metal[2]))]),
    );
    for y in [720.0, 756.0, 792.0] {
        c.fill(&ellipse(600.0, y, 5.0, 7.0), hex(0x0E0806));
    }
}

/// A pocket watch and its chain: 0 gold, 1 silver.
pub(crate) fn pocket_watch(c: &mut Canvas, finish: u8) {
    let metal = if finish.is_multiple_of(2) { GOLD } else { STEEL };
    let (x, y) = (540.0, 500.0);
    let route = curve(&[
        (540.0, 176.0),
        (600.0, 110.0),
        (740.0, 120.0),
        (860.0, 210.0),
        (930.0, 330.0),
        (1000.0, 420.0),
        (980.0, 560.0),
        (880.0, 620.0),
        (850.0, 720.0),
        (930.0, 790.0),
    ]);
    chain(c, &route, metal);
    let bow = circle(x, 206.0, 44.0);
    let bail = outline(&bow, 15.0);
    c.shadow(&bail, (8.0, 12.0), 9.0, hex(0).a(0.45));
    c.fill(
        &bail,
        linear(
            (x - 50.0, 160.0),
            (x + 50.0, 250.0),
            &[(0.0, hex(metal[0])), (0.5, hex(metal[1])), (1.0, hex(metal[2]))],
        ),
    );
    c.bevel(&bail, 6.0, 0.9);
    let stem = rounded(x - 28.0, 222.0, 56.0, 60.0, 10.0);
    c.surface(&stem, |px, _| hex(metal[1]).lit(0.45 + 0.8 * ((px - x) * 0.5).sin().abs()));
    c.bevel(&stem, 12.0, 0.9);
    c.shadow(&circle(x, y, 246.0), (18.0, 26.0), 24.0, hex(0x100804).a(0.55));
    hoop(c, x, y, 248.0, metal);
    c.fill(
        &circle(x, y, 226.0),
        radial(x, y, 226.0, &[(0.9, hex(metal[1])), (1.0, hex(metal[2]))]),
    );
    hoop(c, x, y, 218.0, metal);
    c.fill(&circle(x, y, 206.0), hex(0x3A2A14));
    face(c, x, y, 202.0, hex(0xF8F4EA), hex(0x1C2034));
    crystal(c, x, y, 204.0);
}

fn chain(c: &mut Canvas, route: &tiny_skia::Path, metal: [u32; 3]) {
    c.shadow(&outline(route, 16.0), (6.0, 10.0), 8.0, hex(0x100804).a(0.42));
    let points = places(route);
    for (index, pair) in points.windows(2).enumerate() {
        let (x, y) = pair[0];
        let angle = (pair[1].1 - y).atan2(pair[1].0 - x).to_degrees();
        c.within(Transform::from_translate(x, y).pre_rotate(angle), |c| {
            let (rx, ry, width) = if index % 2 == 0 { (13.0, 8.5, 5.0) } else { (12.0, 3.0, 5.0) };
            let link = ellipse(0.0, 0.0, rx, ry);
            c.stroke(&link, width + 1.5, hex(metal[2]).lit(0.7));
            c.stroke(
                &link,
                width,
                linear(
                    (-10.0, -10.0),
                    (10.0, 10.0),
                    &[(0.0, hex(metal[0])), (0.55, hex(metal[1])), (1.0, hex(metal[2]))],
                ),
            );
        });
    }
}

/// Places along a smooth line, about 15 units apart.
fn places(route: &tiny_skia::Path) -> Vec<(f32, f32)> {
    let mut found: Vec<(f32, f32)> = Vec::new();
    let mut at = (0.0, 0.0);
    for segment in route.segments() {
        match segment {
            tiny_skia::PathSegment::MoveTo(to) => {
                at = (to.x, to.y);
                found.push(at);
            }
            tiny_skia::PathSegment::CubicTo(a, b, to) => {
                for step in 1..=80_u8 {
                    let t = f32::from(step) / 80.0;
                    let s = 1.0 - t;
                    let mix = |p: f32, q: f32, r: f32, e: f32| {
                        s * s * s * p + 3.0 * s * s * t * q + 3.0 * s * t * t * r + t * t * t * e
                    };
                    let here = (mix(at.0, a.x, b.x, to.x), mix(at.1, a.y, b.y, to.y));
                    let last = found[found.len() - 1];
                    if super::tone::length(here.0 - last.0, here.1 - last.1) >= 15.0 {
                        found.push(here);
                    }
                }
                at = (to.x, to.y);
            }
            _ => {}
        }
    }
    found
}

/// A ring in its box: 0 sapphire, 1 emerald, 2 ruby.
pub(crate) fn ring(c: &mut Canvas, finish: u8) {
    let stone = match finish % 3 {
        0 => hex(0x1E48B4),
        1 => hex(0x0E7A4E),
        _ => hex(0xB01434),
    };
    c.ground(600.0, 744.0, 330.0, 28.0);
    ring_box(c);
    let band = ellipse(600.0, 470.0, 150.0, 156.0);
    let hoop = outline(&band, 22.0);
    c.fill(
        &hoop,
        linear(
            (450.0, 320.0),
            (750.0, 620.0),
            &[
                (0.0, hex(0xFFF2C8)),
                (0.22, hex(0xB88636)),
                (0.4, hex(0xF8DE9A)),
                (0.6, hex(0x9A6A24)),
                (0.78, hex(0xF2D288)),
                (1.0, hex(0x704814)),
            ],
        ),
    );
    c.bevel(&hoop, 9.0, 0.9);
    let seam =
        rounded_poly(&[(340.0, 566.0), (860.0, 566.0), (876.0, 640.0), (324.0, 640.0)], 20.0);
    c.surface(&seam, velvet);
    c.soft(&seam, &ellipse(600.0, 570.0, 190.0, 10.0), 9.0, hex(0).a(0.65));
    let tray =
        rounded_poly(&[(296.0, 610.0), (904.0, 610.0), (888.0, 742.0), (312.0, 742.0)], 16.0);
    c.surface(&tray, leather_red);
    c.bevel(&tray, 13.0, 0.8);
    c.stroke(&lines(&[(312.0, 634.0), (888.0, 634.0)]), 2.0, hex(0xE0B862).a(0.85));
    gem(c, 600.0, 296.0, stone);
}

fn velvet(x: f32, y: f32) -> Tone {
    let pile = hash((x * 0.7) as i32, (y * 0.7) as i32, 521) * 0.10;
    hex(0xE8E0D2).lit(0.82 + pile + 0.12 * noise(x * 0.01, y * 0.02, 522))
}

fn leather_red(x: f32, y: f32) -> Tone {
    hex(0x5E1620)
        .lit(0.85 + 0.3 * noise(x * 0.4, y * 0.4, 523) + 0.1 * clouds(x * 0.02, y * 0.02, 524))
}

fn ring_box(c: &mut Canvas) {
    let lid = rounded_poly(&[(316.0, 130.0), (884.0, 130.0), (904.0, 600.0), (296.0, 600.0)], 30.0);
    c.surface(&lid, leather_red);
    c.bevel(&lid, 14.0, 0.8);
    let lining =
        rounded_poly(&[(352.0, 164.0), (848.0, 164.0), (862.0, 600.0), (338.0, 600.0)], 22.0);
    c.surface(&lining, |x, y| velvet(x, y).lit(1.0 - smooth(300.0, 640.0, y) * 0.26));
    c.soft(
        &lining,
        &outline(&lines(&[(340.0, 600.0), (352.0, 164.0), (848.0, 164.0)]), 16.0),
        16.0,
        hex(0x2A1810).a(0.65),
    );
    c.soft(&lining, &ellipse(680.0, 500.0, 170.0, 120.0), 60.0, hex(0x2A1810).a(0.4));
}

/// A cushion-cut stone between claws, with small white stones beside it.
fn gem(c: &mut Canvas, x: f32, y: f32, tone: Tone) {
    for side in [-1.0, 1.0] {
        small_gem(c, x + side * 96.0, y + 34.0, 30.0);
    }
    let facets = 16_u8;
    let at = |index: u8, rx: f32, ry: f32, shift: f32| {
        let (sin, cos) = (TAU * (f32::from(index) + shift) / f32::from(facets)).sin_cos();
        let square = 1.0 / (cos.abs().powf(2.6) + sin.abs().powf(2.6)).powf(1.0 / 2.6);
        (x + rx * cos * square, y + ry * sin * square)
    };
    let girdle: Vec<_> = (0..facets).map(|index| at(index, 78.0, 66.0, 0.0)).collect();
    c.shadow(&poly(&girdle), (4.0, 10.0), 8.0, hex(0).a(0.5));
    c.fill(&poly(&girdle), tone.lit(0.5));
    for index in 0..facets {
        let random = hash(i32::from(index), 1, 531);
        let light = 0.35
            + 1.3 * random * random
            + 0.3 * smooth(0.0, -66.0, at(index, 78.0, 66.0, 0.5).1 - y);
        let kite = poly(&[
            at(index, 78.0, 66.0, 0.0),
            at(index, 78.0, 66.0, 1.0),
            at(index, 52.0, 42.0, 0.5),
        ]);
        c.fill(&kite, tone.lit(light).plus(random * 0.16));
        let inner = poly(&[
            at(index, 52.0, 42.0, 0.5),
            at(index, 78.0, 66.0, 1.0),
            at(index, 52.0, 42.0, 1.5),
        ]);
        c.fill(&inner, tone.lit(1.5 - light * 0.6).plus(0.05));
        let pavilion =
            poly(&[at(index, 52.0, 42.0, 0.5), at(index, 52.0, 42.0, 1.5), (x + 6.0, y + 4.0)]);
        let deep = hash(i32::from(index), 2, 531);
        c.fill(&pavilion, tone.lit(0.4 + 1.5 * deep * deep).plus(deep * 0.12));
    }
    let table: Vec<_> = (0..facets).map(|index| at(index, 50.0, 40.0, 0.5)).collect();
    c.fill(
        &poly(&table),
        linear(
            (x - 50.0, y - 40.0),
            (x + 50.0, y + 40.0),
            &[
                (0.0, hex(0xFFFFFF).a(0.62)),
                (0.42, tone.plus(0.3).a(0.22)),
                (0.46, tone.a(0.05)),
                (1.0, tone.plus(0.2).a(0.3)),
            ],
        ),
    );
    for (dx, dy) in [(-62.0, -50.0), (62.0, -50.0), (-62.0, 50.0), (62.0, 50.0)] {
        c.ball(x + dx, y + dy, 11.0, |_| Skin::metal(hex(0xE4BE6A)));
    }
}

fn small_gem(c: &mut Canvas, x: f32, y: f32, radius: f32) {
    c.ball(x, y, radius + 6.0, |_| Skin::metal(hex(0xE4BE6A)));
    c.fill(&circle(x, y, radius), hex(0xD8E2EA));
    for index in 0..12_u8 {
        let (from, to) = (TAU * f32::from(index) / 12.0, TAU * f32::from(index + 1) / 12.0);
        let light = hash(i32::from(index), x as i32, 532);
        let tone = hex(0x7A8A9A).mix(hex(0xFFFFFF), light);
        c.fill(
            &poly(&[
                (x, y),
                (x + radius * from.cos(), y + radius * from.sin()),
                (x + radius * to.cos(), y + radius * to.sin()),
            ]),
            tone,
        );
    }
    c.fill(&circle(x - 1.0, y - 2.0, radius * 0.5), hex(0xFFFFFF).a(0.55));
}

/// A string of pearls: 0 cream, 1 grey.
pub(crate) fn pearls(c: &mut Canvas, finish: u8) {
    let tone = if finish.is_multiple_of(2) { hex(0xFAF0E4) } else { hex(0x9A9CA6) };
    let mut beads: Vec<(f32, f32, f32)> = Vec::new();
    for step in 0..50_u8 {
        let t = f32::from(step) / 50.0;
        let (sin, cos) = (TAU * (t + 0.03)).sin_cos();
        let wobble = 1.0 + 0.10 * (TAU * t * 2.0 + 0.6).sin() + 0.05 * (TAU * t * 3.0).cos();
        let graded = 17.0 + 12.0 * smooth(0.5, 0.0, ((t + 0.78).rem_euclid(1.0) - 0.5).abs());
        beads.push((600.0 - 330.0 * wobble * sin, 450.0 + 270.0 * wobble * cos, graded));
    }
    let thread: Vec<_> = beads.iter().map(|(x, y, _)| (*x, *y)).collect();
    c.stroke(&blob(&thread), 4.0, hex(0xE8E0D0));
    for (x, y, radius) in &beads {
        c.shadow(
            &circle(*x, *y, *radius),
            (radius * 0.45, radius * 0.7),
            radius * 0.5,
            hex(0x140C0A).a(0.5),
        );
    }
    for (index, (x, y, radius)) in beads.iter().enumerate() {
        let shift = hash(index as i32, 0, 541);
        c.ball(*x, *y, *radius, |normal| {
            let rose = smooth(0.0, 1.0, normal[0] * 0.5 + 0.5) * 0.35;
            let overtone = tone
                .mix(hex(0xF0C8C4), rose)
                .mix(hex(0xC4D8CC), smooth(0.3, 1.0, normal[1]) * 0.35);
            Skin { tone: overtone.lit(1.0 + shift * 0.07), gloss: 0.9, metal: 0.0 }
        });
    }
    let (x, y, _) = beads[25];
    let clasp = rounded(x - 34.0, y - 17.0, 68.0, 34.0, 17.0);
    c.shadow(&clasp, (6.0, 9.0), 7.0, hex(0).a(0.4));
    c.fill(
        &clasp,
        down(y - 17.0, y + 17.0, &[(0.0, hex(GOLD[1])), (0.3, hex(GOLD[0])), (1.0, hex(GOLD[2]))]),
    );
    c.bevel(&clasp, 8.0, 0.8);
    for dx in [-16.0, 0.0, 16.0] {
        c.ball(x + dx, y, 6.5, |_| Skin::glazed(hex(0x2A52B0)));
    }
}

/// Fountain pens: 0 a pair, marbled amber and black, 1 green with its cap off.
pub(crate) fn pen(c: &mut Canvas, finish: u8) {
    let pens: [(f32, f32, u32, u32); 2] = if finish.is_multiple_of(2) {
        [(0.0, -96.0, 0x9A4A16, 0xF0B052), (30.0, 100.0, 0x161618, 0x3A3A40)]
    } else {
        [(0.0, -70.0, 0x104A34, 0x62B88A), (-30.0, 110.0, 0x1E2A5A, 0x6A82C0)]
    };
    for (along, aside, dark, light) in pens {
        // Drawn upright as a turned thing, then laid down.
        let place = Transform::from_translate(600.0 + along, 450.0 + aside)
            .pre_rotate(64.0)
            .pre_translate(0.0, -430.0);
        c.within(place, |c| fountain_pen(c, hex(dark), hex(light), dark));
    }
}

fn fountain_pen(c: &mut Canvas, dark: Tone, light: Tone, seed: u32) {
    let whole = rounded(-30.0, 30.0, 60.0, 800.0, 28.0);
    c.shadow(&whole, (26.0, 10.0), 18.0, hex(0x100804).a(0.5));
    c.shadow(&whole, (10.0, 4.0), 7.0, hex(0x100804).a(0.4));
    let marbled = |height: f32, u: f32| {
        let vein = clouds(u.asin() * 1.4 + 5.0, height * 0.020, seed);
        let ribbon = clouds(u.asin() * 2.0, height * 0.045, seed + 3);
        Skin::glazed(
            dark.mix(light, smooth(0.42, 0.62, vein) * 0.9)
                .mix(dark.lit(0.5), smooth(0.55, 0.7, ribbon) * 0.7),
        )
    };
    let barrel = Profile::new(&[
        (36.0, 4.0),
        (42.0, 16.0),
        (58.0, 22.0),
        (300.0, 29.0),
        (470.0, 30.0),
        (474.0, 26.0),
        (600.0, 21.0),
        (660.0, 17.0),
        (668.0, 20.0),
        (674.0, 18.0),
    ]);
    c.turned(0.0, &barrel, 0.0, |height, u| {
        if (466.0..478.0).contains(&height)
            || (400.0..408.0).contains(&height)
            || (386.0..390.0).contains(&height)
        {
            Skin::metal(hex(0xE2BA62))
        } else if height > 474.0 {
            Skin::glazed(hex(0x1A181A))
        } else {
            marbled(height, u)
        }
    });
    let nib = blob(&[
        (-17.0, 672.0),
        (17.0, 672.0),
        (21.0, 710.0),
        (10.0, 770.0),
        (1.5, 826.0),
        (-1.5, 826.0),
        (-10.0, 770.0),
        (-21.0, 710.0),
    ]);
    c.fill(
        &nib,
        across(
            -20.0,
            20.0,
            &[
                (0.0, hex(0x9A6A24)),
                (0.3, hex(0xFFF0C4)),
                (0.55, hex(0xD8AA54)),
                (1.0, hex(0x7A5018)),
            ],
        ),
    );
    c.bevel(&nib, 5.0, 0.7);
    c.stroke(&lines(&[(0.0, 730.0), (0.0, 824.0)]), 1.5, hex(0x2A1806));
    c.fill(&circle(0.0, 728.0, 4.0), hex(0x2A1806));
    let clip = rounded(-5.0, 70.0, 10.0, 190.0, 5.0);
    c.shadow(&clip, (4.0, 3.0), 3.0, hex(0).a(0.5));
    c.fill(
        &clip,
        across(-5.0, 5.0, &[(0.0, hex(0x9A6A24)), (0.4, hex(0xFFF0C4)), (1.0, hex(0x8A5E20))]),
    );
    c.ball(0.0, 258.0, 8.0, |_| Skin::metal(hex(0xE2BA62)));
}
