//! Instruments for looking and measuring.

use std::f32::consts::TAU;

use tiny_skia::Transform;

use super::canvas::{
    Canvas, across, arc, circle, curve, down, ellipse, linear, lines, outline, poly, radial,
    rounded, rounded_poly,
};
use super::light::{Profile, Skin};
use super::tone::{Tone, Wood, clouds, hex, noise, smooth};

const BRASS: Tone = hex(0xD4A654);
const ROSEWOOD: Wood = Wood::new(0x8A462A, 0x421A10, 30.0, 701);

fn brass(height: f32, u: f32) -> Skin {
    Skin {
        tone: BRASS.lit(0.96 + 0.07 * noise(u * 2.0, height * 0.06, 702)),
        gloss: 0.6,
        metal: 1.0,
    }
}

/// The telescope's outline from the objective to the eyepiece.
const DRAWS: [(f32, f32); 21] = [
    (-110.0, 60.0),
    (-104.0, 64.0),
    (-60.0, 64.0),
    (-54.0, 56.0),
    (-48.0, 54.0),
    (300.0, 52.0),
    (306.0, 57.0),
    (330.0, 57.0),
    (338.0, 46.0),
    (344.0, 41.0),
    (500.0, 40.0),
    (506.0, 45.0),
    (524.0, 45.0),
    (532.0, 33.0),
    (640.0, 31.0),
    (646.0, 38.0),
    (668.0, 38.0),
    (684.0, 26.0),
    (712.0, 25.0),
    (716.0, 30.0),
    (730.0, 30.0),
];

/// A telescope on a tripod: 0 mahogany barrel, 1 leather-covered.
pub(crate) fn telescope(c: &mut Canvas, finish: u8) {
    c.ground(600.0, 770.0, 230.0, 22.0);
    for (foot_x, foot_y, near) in
        [(470.0, 752.0, false), (776.0, 744.0, false), (604.0, 790.0, true)]
    {
        let leg = poly(&[
            (590.0, 436.0),
            (622.0, 436.0),
            (foot_x + 12.0, foot_y),
            (foot_x - 12.0, foot_y),
        ]);
        c.surface(&leg, |x, y| ROSEWOOD.at(y, x).lit(if near { 1.1 } else { 0.8 }));
        c.bevel(&leg, 6.0, 0.8);
        let tip = rounded(foot_x - 13.0, foot_y - 26.0, 26.0, 30.0, 5.0);
        c.fill(
            &tip,
            across(
                foot_x - 13.0,
                foot_x + 13.0,
                &[(0.0, BRASS.lit(0.6)), (0.35, hex(0xFCE8B0)), (1.0, BRASS.lit(0.4))],
            ),
        );
    }
    let head = Profile::new(&[
        (356.0, 22.0),
        (362.0, 28.0),
        (380.0, 24.0),
        (396.0, 40.0),
        (440.0, 44.0),
        (452.0, 38.0),
    ]);
    c.turned(606.0, &head, 0.06, brass);
    c.within(Transform::from_rotate_at(68.0, 606.0, 350.0), |c| {
        let tube = Profile::new(&DRAWS);
        c.turned(606.0, &tube, 0.0, |height, u| {
            if !(-44.0..298.0).contains(&height) {
                return brass(height, u);
            }
            let around = u.asin() * 52.0;
            if finish.is_multiple_of(2) {
                Skin { tone: ROSEWOOD.at(height, around), gloss: 0.55, metal: 0.0 }
            } else {
                let grain = noise(around * 0.3, height * 0.3, 703);
                Skin { tone: hex(0x3A2A22).lit(0.8 + grain * 0.4), gloss: 0.2, metal: 0.0 }
            }
        });
        let collar = rounded(538.0, 352.0 - 20.0, 136.0, 36.0, 8.0);
        c.fill(
            &collar,
            across(
                538.0,
                674.0,
                &[
                    (0.0, BRASS.lit(0.45)),
                    (0.25, hex(0xFDECBC)),
                    (0.5, BRASS),
                    (0.85, BRASS.lit(0.5)),
                    (1.0, BRASS.lit(0.8)),
                ],
            ),
        );
        c.bevel(&collar, 6.0, 0.7);
    });
}

/// A globe on a turned stand: 0 antique parchment, 1 blue seas.
pub(crate) fn globe(c: &mut Canvas, finish: u8) {
    let old = finish.is_multiple_of(2);
    c.ground(600.0, 768.0, 190.0, 26.0);
    let stand = Profile::new(&[
        (640.0, 16.0),
        (652.0, 22.0),
        (660.0, 40.0),
        (672.0, 26.0),
        (690.0, 20.0),
        (712.0, 46.0),
        (728.0, 120.0),
        (742.0, 162.0),
        (752.0, 168.0),
        (766.0, 166.0),
    ]);
    c.turned(600.0, &stand, 0.10, |height, u| Skin {
        tone: ROSEWOOD.at(u.asin() * 150.0, height),
        gloss: 0.55,
        metal: 0.0,
    });
    let (x, y, radius) = (600.0, 366.0, 244.0);
    let meridian = arc(x, y, radius + 24.0, radius + 24.0, 0.18, 0.82);
    c.within(Transform::from_rotate_at(-157.0, x, y), |c| {
        let ring = outline(&meridian, 17.0);
        c.surface(&ring, |px, py| {
            let turn = (py - y).atan2(px - x);
            let sheen = (turn * 2.0 + 0.4).cos() * 0.5 + 0.5;
            BRASS.lit(0.45 + sheen * 0.75).plus(sheen * sheen * 0.12)
        });
        c.bevel(&ring, 5.0, 0.7);
    });
    c.ball(x, y, radius, |normal| globe_skin(normal, old));
    c.soft(
        &circle(x, y, radius),
        &ellipse(x - 90.0, y - 110.0, 60.0, 46.0),
        34.0,
        hex(0xFFFFFF).a(0.34),
    );
    let (sin, cos) = (23.0_f32.to_radians()).sin_cos();
    for side in [-1.0, 1.0] {
        let (px, py) = (x + side * sin * (radius + 16.0), y - side * cos * (radius + 16.0));
        c.ball(px, py, 13.0, |_| Skin::metal(BRASS));
    }
}

/// Land, sea and the lines of a globe whose axis leans by 23 degrees. The land is nobody's: a
/// world of noise.
fn globe_skin(normal: [f32; 3], old: bool) -> Skin {
    let (sin, cos) = 23.0_f32.to_radians().sin_cos();
    let (x, y, z) =
        (normal[0] * cos + normal[1] * sin, normal[1] * cos - normal[0] * sin, normal[2]);
    let latitude = y.clamp(-1.0, 1.0).asin();
    let longitude = x.atan2(z);
    let bulk = clouds(x * 1.5 + 7.3, y * 1.5 + z * 1.3 + 2.1, 711) * 0.7
        + noise(x * 7.0 + z * 3.0, y * 7.0, 714) * 0.20
        + noise(x * 26.0, y * 26.0 + z * 9.0, 715) * 0.06;
    let land = bulk - 0.46;
    let (sea, shore, fields, ink) = if old {
        (hex(0xD6C08E), hex(0x9A7A4A), hex(0xC08E56), hex(0x54361C))
    } else {
        (hex(0x4A7C9A), hex(0xA8C8CC), hex(0xD2BE84), hex(0x2A3A4A))
    };
    let nation = noise(x * 4.0 + 11.0, y * 4.0 + z * 2.0, 717);
    let fields =
        fields.mix(if old { hex(0x8E9A62) } else { hex(0x9AB072) }, smooth(0.45, 0.55, nation));
    let tone = sea.mix(shore, smooth(-0.06, 0.0, land) * 0.55);
    let tone = tone.mix(fields, smooth(-0.002, 0.002, land));
    let coast = 1.0 - smooth(0.003, 0.010, land.abs());
    let grid = |angle: f32, spread: f32| {
        let t = angle / (TAU / 24.0);
        1.0 - smooth(0.0, 0.035 * spread, (t - t.round()).abs())
    };
    let lines = grid(latitude, 1.0).max(grid(longitude, 1.0 / latitude.cos().max(0.2)));
    let equator = 1.0 - smooth(0.006, 0.014, latitude.abs());
    let stain = clouds(x * 3.0, y * 3.0, 718) - 0.5;
    let tone = tone
        .mix(ink, (coast * 0.75).max(lines * 0.28).max(equator * 0.7))
        .plus(stain * if old { 0.14 } else { 0.05 });
    Skin { tone, gloss: 0.45, metal: 0.0 }
}

/// A brass microscope: 0 lacquered brass, 1 black and nickel.
pub(crate) fn microscope(c: &mut Canvas, finish: u8) {
    let metal = if finish.is_multiple_of(2) { BRASS } else { hex(0xC8CACC) };
    let limb = if finish.is_multiple_of(2) { BRASS.lit(0.9) } else { hex(0x26282C) };
    c.ground(600.0, 748.0, 230.0, 26.0);
    let foot = rounded_poly(
        &[
            (420.0, 716.0),
            (560.0, 690.0),
            (680.0, 690.0),
            (800.0, 716.0),
            (800.0, 744.0),
            (420.0, 744.0),
        ],
        16.0,
    );
    c.fill(
        &foot,
        linear(
            (420.0, 690.0),
            (800.0, 744.0),
            &[(0.0, limb.plus(0.2)), (0.4, limb), (0.6, limb.plus(0.14)), (1.0, limb.lit(0.5))],
        ),
    );
    c.bevel(&foot, 12.0, 0.8);
    let arm = outline(
        &curve(&[(650.0, 700.0), (700.0, 620.0), (736.0, 500.0), (716.0, 380.0), (640.0, 316.0)]),
        46.0,
    );
    c.fill(
        &arm,
        linear(
            (620.0, 420.0),
            (760.0, 480.0),
            &[(0.0, limb.lit(0.6)), (0.35, limb.plus(0.28)), (0.6, limb), (1.0, limb.lit(0.45))],
        ),
    );
    c.bevel(&arm, 15.0, 0.8);
    microscope_tube(c, metal, limb);
    microscope_stage(c, metal);
    for (x, y, radius) in [(722.0, 410.0, 40.0), (742.0, 520.0, 27.0)] {
        focus_wheel(c, x, y, radius, metal);
    }
}

fn microscope_tube(c: &mut Canvas, metal: Tone, limb: Tone) {
    c.within(Transform::from_rotate_at(14.0, 590.0, 420.0), |c| {
        let tube = Profile::new(&[
            (92.0, 32.0),
            (98.0, 40.0),
            (116.0, 40.0),
            (122.0, 30.0),
            (170.0, 29.0),
            (176.0, 37.0),
            (188.0, 37.0),
            (194.0, 33.0),
            (400.0, 33.0),
            (406.0, 43.0),
            (430.0, 43.0),
            (440.0, 30.0),
            (480.0, 24.0),
            (486.0, 27.0),
            (520.0, 22.0),
            (540.0, 12.0),
        ]);
        c.turned(590.0, &tube, 0.04, |height, u| {
            let knurl = if (406.0..430.0).contains(&height) || (98.0..114.0).contains(&height) {
                0.75 + 0.25 * (u.asin() * 46.0).sin()
            } else {
                1.0
            };
            Skin { tone: metal.lit(knurl), gloss: 0.6, metal: 1.0 }
        });
        c.fill(&ellipse(590.0, 94.0, 24.0, 3.0), hex(0x101014));
        let sleeve = rounded(540.0, 300.0, 110.0, 46.0, 8.0);
        c.fill(
            &sleeve,
            across(
                540.0,
                650.0,
                &[(0.0, limb.lit(0.5)), (0.3, limb.plus(0.3)), (0.6, limb), (1.0, limb.lit(0.4))],
            ),
        );
        c.bevel(&sleeve, 7.0, 0.8);
    });
}

/// The stage with a slide on it, and the mirror below.
fn microscope_stage(c: &mut Canvas, metal: Tone) {
    let stage =
        rounded_poly(&[(440.0, 566.0), (716.0, 566.0), (730.0, 592.0), (426.0, 592.0)], 6.0);
    c.shadow(&stage, (0.0, 10.0), 9.0, hex(0).a(0.5));
    c.fill(
        &stage,
        down(566.0, 592.0, &[(0.0, hex(0x4A4C50)), (0.3, hex(0x26282C)), (1.0, hex(0x101012))]),
    );
    c.bevel(&stage, 5.0, 0.8);
    c.fill(
        &poly(&[(470.0, 558.0), (620.0, 558.0), (628.0, 566.0), (462.0, 566.0)]),
        hex(0xD8EAF0).a(0.85),
    );
    c.within(Transform::from_rotate_at(-18.0, 570.0, 650.0), |c| {
        c.fill(&ellipse(570.0, 650.0, 52.0, 34.0), metal.lit(0.7));
        c.fill(
            &ellipse(570.0, 648.0, 44.0, 27.0),
            linear(
                (530.0, 620.0),
                (610.0, 680.0),
                &[(0.0, hex(0xF6FAFC)), (0.5, hex(0x9AB0BC)), (1.0, hex(0xD8E4EA))],
            ),
        );
    });
}

fn focus_wheel(c: &mut Canvas, x: f32, y: f32, radius: f32, metal: Tone) {
    let wheel = circle(x, y, radius);
    c.shadow(&wheel, (6.0, 10.0), 9.0, hex(0).a(0.5));
    c.surface(&wheel, |px, py| {
        let turn = (py - y).atan2(px - x);
        metal.lit(0.6 + 0.14 * (turn * 40.0).sin() + 0.4 * ((turn * 2.0 + 1.6).cos() * 0.5 + 0.5))
    });
    c.fill(
        &circle(x, y, radius * 0.74),
        radial(
            x - radius * 0.3,
            y - radius * 0.3,
            radius,
            &[(0.0, metal.plus(0.25)), (0.6, metal), (1.0, metal.lit(0.55))],
        ),
    );
}

/// A banjo barometer on the wall: 0 rosewood, 1 oak.
pub(crate) fn barometer(c: &mut Canvas, finish: u8) {
    let wood =
        if finish.is_multiple_of(2) { ROSEWOOD } else { Wood::new(0xC09258, 0x7A502A, 26.0, 731) };
    let (x, y) = (600.0, 590.0);
    let right = [
        (0.0, 70.0),
        (26.0, 84.0),
        (44.0, 120.0),
        (36.0, 152.0),
        (62.0, 176.0),
        (62.0, 250.0),
        (50.0, 330.0),
        (60.0, 402.0),
        (112.0, 452.0),
        (164.0, 520.0),
        (174.0, 596.0),
        (150.0, 680.0),
        (88.0, 740.0),
        (46.0, 770.0),
        (30.0, 812.0),
        (0.0, 830.0),
    ];
    let mut points: Vec<_> = right.iter().map(|(dx, py)| (x + dx, *py)).collect();
    points.extend(right.iter().rev().filter(|(dx, _)| *dx > 0.0).map(|(dx, py)| (x - dx, *py)));
    let case = super::canvas::blob(&points);
    c.shadow(&case, (18.0, 24.0), 24.0, hex(0x100804).a(0.5));
    c.surface(&case, |px, py| wood.at(py, (px - x).abs()).lit(1.14 - (px - x) / 1400.0));
    c.bevel(&case, 15.0, 0.95);
    c.soft(&case, &ellipse(556.0, 300.0, 10.0, 120.0), 12.0, hex(0xFFEED8).a(0.5));
    thermometer(c, x);
    gauge(c, x, 184.0, 38.0, 24);
    gauge(c, x, y, 134.0, 60);
    c.ball(x, 786.0, 17.0, |_| Skin { tone: hex(0xF0E6D0), gloss: 0.4, metal: 0.0 });
    c.ball(x, 72.0, 13.0, |_| Skin::metal(BRASS));
}

fn thermometer(c: &mut Canvas, x: f32) {
    let plate = rounded(x - 30.0, 238.0, 60.0, 196.0, 28.0);
    c.fill(&outline(&plate, 7.0), BRASS.lit(0.8));
    c.fill(
        &plate,
        linear((x - 30.0, 238.0), (x + 30.0, 434.0), &[(0.0, hex(0xF2EEE4)), (1.0, hex(0xCEC8BC))]),
    );
    for tick in 0..24_u8 {
        let ty = 262.0 + 5.6 * f32::from(tick);
        let reach = if tick % 4 == 0 { 18.0 } else { 11.0 };
        c.stroke(&lines(&[(x - reach, ty), (x - 5.0, ty)]), 1.3, hex(0x2A221C).a(0.85));
        c.stroke(&lines(&[(x + 5.0, ty), (x + reach, ty)]), 1.3, hex(0x2A221C).a(0.85));
    }
    c.stroke(&lines(&[(x, 254.0), (x, 410.0)]), 7.0, hex(0xFFFFFF).a(0.8));
    c.stroke(&lines(&[(x, 322.0), (x, 410.0)]), 3.5, hex(0xB0221E));
    c.ball(x, 412.0, 9.0, |_| Skin::glazed(hex(0xB0221E)));
}

fn gauge(c: &mut Canvas, x: f32, y: f32, radius: f32, ticks: u8) {
    c.fill(
        &circle(x, y, radius * 1.14),
        linear(
            (x - radius, y - radius),
            (x + radius, y + radius),
            &[(0.0, hex(0xFDECBC)), (0.4, BRASS), (0.6, BRASS.lit(0.6)), (1.0, hex(0xE8C884))],
        ),
    );
    let plate = circle(x, y, radius);
    c.fill(
        &plate,
        radial(
            x - radius * 0.2,
            y - radius * 0.2,
            radius * 1.3,
            &[(0.0, hex(0xF8F6F0)), (0.7, hex(0xE2DED4)), (1.0, hex(0xB0AAA0))],
        ),
    );
    for tick in 0..ticks {
        let (sin, cos) = (TAU * (f32::from(tick) / f32::from(ticks) * 0.8 + 0.35)).sin_cos();
        let inner = if tick % 5 == 0 { 0.72 } else { 0.82 };
        c.stroke(
            &lines(&[
                (x + radius * inner * cos, y + radius * inner * sin),
                (x + radius * 0.9 * cos, y + radius * 0.9 * sin),
            ]),
            radius * 0.016,
            hex(0x24201E),
        );
    }
    c.stroke(
        &arc(x, y, radius * 0.6, radius * 0.6, 0.38, 1.12),
        radius * 0.012,
        hex(0x24201E).a(0.7),
    );
    for (turn, reach, tone) in [(0.86, 0.82, hex(0x1E2A4A)), (0.62, 0.76, BRASS.lit(0.75))] {
        let (sin, cos) = (TAU * turn as f32).sin_cos();
        let hand = poly(&[
            (x - sin * radius * 0.035, y + cos * radius * 0.035),
            (x + cos * radius * reach, y + sin * radius * reach),
            (x + sin * radius * 0.035, y - cos * radius * 0.035),
            (x - cos * radius * 0.24, y - sin * radius * 0.24),
        ]);
        c.shadow(&hand, (2.0, 4.0), 3.0, hex(0).a(0.4));
        c.fill(&hand, tone);
    }
    c.fill(&circle(x, y, radius * 0.06), BRASS);
    c.soft(
        &plate,
        &outline(&arc(x, y, radius * 0.84, radius * 0.84, 0.53, 0.70), radius * 0.09),
        radius * 0.05,
        hex(0xFFFFFF).a(0.6),
    );
}
