//! Pots, silver and glass: most of it turned.

use tiny_skia::Transform;

use super::canvas::{
    Canvas, across, arc, blob, circle, curve, down, ellipse, linear, lines, outline, poly, radial,
    rect, rounded,
};
use super::light::{Profile, Skin};
use super::speckled;
use super::tone::{Tone, Wood, clouds, hash, hex, noise, smooth};

/// A glaze: what runs over what, and how far down it comes.
struct Glaze {
    body: Tone,
    over: Tone,
    fleck: Tone,
    /// Heights between which the upper glaze runs out.
    runs: (f32, f32),
    gloss: f32,
}

impl Glaze {
    fn at(&self, height: f32, u: f32) -> Skin {
        let around = u.asin() * 1.2;
        let drip = noise(around * 5.0, 0.0, 11) * 0.7 + noise(around * 13.0, 1.0, 12) * 0.3;
        let edge = self.runs.0 + (self.runs.1 - self.runs.0) * drip;
        let covered = 1.0 - smooth(edge - 7.0, edge + 4.0, height);
        let pooled = smooth(edge - 60.0, edge, height) * covered;
        let speckle = smooth(0.62, 0.9, noise(around * 60.0, height * 0.16, 13));
        let cloud = clouds(around * 3.0, height * 0.012, 14) - 0.5;
        let clay = speckled(self.body, self.fleck, around * 180.0, height, 15);
        let glaze = self.over.mix(self.fleck, speckle * 0.35 + pooled * 0.4).plus(cloud * 0.09);
        Skin {
            tone: clay.mix(glaze, covered),
            gloss: 0.10 + (self.gloss - 0.10) * covered,
            metal: 0.0,
        }
    }
}

/// The outlines of the pots, from lip to foot.
const POTS: [&[(f32, f32)]; 4] = [
    &[
        (205.0, 92.0),
        (214.0, 96.0),
        (226.0, 78.0),
        (252.0, 70.0),
        (330.0, 178.0),
        (440.0, 232.0),
        (560.0, 205.0),
        (680.0, 132.0),
        (726.0, 112.0),
        (735.0, 110.0),
    ],
    &[
        (120.0, 56.0),
        (128.0, 62.0),
        (140.0, 48.0),
        (200.0, 36.0),
        (320.0, 46.0),
        (420.0, 120.0),
        (540.0, 186.0),
        (640.0, 178.0),
        (715.0, 122.0),
        (722.0, 108.0),
        (736.0, 106.0),
    ],
    &[
        (232.0, 104.0),
        (240.0, 108.0),
        (258.0, 100.0),
        (300.0, 176.0),
        (380.0, 254.0),
        (480.0, 282.0),
        (580.0, 256.0),
        (670.0, 176.0),
        (715.0, 118.0),
        (722.0, 116.0),
        (737.0, 118.0),
    ],
    &[
        (130.0, 118.0),
        (138.0, 124.0),
        (156.0, 104.0),
        (230.0, 88.0),
        (330.0, 122.0),
        (460.0, 158.0),
        (600.0, 150.0),
        (700.0, 112.0),
        (736.0, 104.0),
    ],
];

/// Their glazes.
const GLAZES: [Glaze; 4] = [
    Glaze {
        body: hex(0xB58B64),
        over: hex(0x3A2620),
        fleck: hex(0x8A4A22),
        runs: (560.0, 690.0),
        gloss: 0.95,
    },
    Glaze {
        body: hex(0xD9CBB4),
        over: hex(0xA3B8A2),
        fleck: hex(0x7F9986),
        runs: (700.0, 722.0),
        gloss: 0.9,
    },
    Glaze {
        body: hex(0xE4D8C6),
        over: hex(0xEFE9DF),
        fleck: hex(0xCFC2AE),
        runs: (716.0, 730.0),
        gloss: 0.6,
    },
    Glaze {
        body: hex(0xA97C5A),
        over: hex(0x2C5272),
        fleck: hex(0x7FA6B4),
        runs: (600.0, 700.0),
        gloss: 0.9,
    },
];

/// A studio pot: 0 ovoid with a dark glaze, 1 pale green bottle, 2 white moon jar, 3 tall blue.
pub(crate) fn vase(c: &mut Canvas, finish: u8) {
    let index = usize::from(finish) % POTS.len();
    let (points, glaze) = (POTS[index], &GLAZES[index]);
    let profile = Profile::new(points);
    let (top, lip) = points[0];
    let foot = points[points.len() - 1].1;
    c.ground(600.0, 747.0, foot * 1.5, 26.0);
    c.fill(&ellipse(600.0, top + 2.0, lip, lip * 0.11), glaze.over.lit(0.8));
    c.turned(600.0, &profile, 0.11, |height, u| glaze.at(height, u));
    mouth(c, 600.0, top + 3.0, lip, 0.11, glaze.over);
}

/// The opening of a pot, dark inside, with light on the far lip.
fn mouth(c: &mut Canvas, x: f32, y: f32, radius: f32, tilt: f32, tone: Tone) {
    let ry = radius * tilt;
    c.fill(
        &ellipse(x, y, radius, ry),
        across(
            x - radius,
            x + radius,
            &[
                (0.0, tone.lit(0.9).plus(0.06)),
                (0.3, tone.plus(0.24)),
                (0.65, tone.lit(0.8)),
                (1.0, tone.lit(0.6)),
            ],
        ),
    );
    c.fill(
        &ellipse(x, y + ry * 0.14, radius * 0.9, ry * 0.8),
        down(y - ry, y + ry, &[(0.0, tone.lit(0.16)), (0.7, tone.lit(0.32)), (1.0, tone.lit(0.5))]),
    );
}

/// A wide bowl: 0 turned ash, 1 blue-and-white, 2 oxblood.
pub(crate) fn bowl(c: &mut Canvas, finish: u8) {
    let profile = Profile::new(&[
        (428.0, 338.0),
        (436.0, 344.0),
        (450.0, 336.0),
        (520.0, 304.0),
        (610.0, 226.0),
        (680.0, 132.0),
        (704.0, 108.0),
        (710.0, 108.0),
        (736.0, 116.0),
    ]);
    let wood = Wood::new(0xD9B482, 0x9A6A3C, 46.0, 21);
    let skin = |height: f32, u: f32| match finish % 3 {
        0 => Skin { tone: wood.at(u.asin() * 240.0, height * 1.4), gloss: 0.3, metal: 0.0 },
        1 => Skin::glazed(blue_band(height, u)),
        _ => Skin::glazed(
            hex(0x7C1C1A)
                .mix(hex(0xB44A34), smooth(500.0, 430.0, height))
                .mix(hex(0x3A0C10), clouds(u * 3.0, height * 0.02, 5) * 0.7),
        ),
    };
    c.ground(600.0, 748.0, 190.0, 30.0);
    let inside = skin(470.0, 0.2).tone;
    c.fill(&ellipse(600.0, 432.0, 342.0, 58.0), inside.plus(0.12));
    c.turned(600.0, &profile, 0.17, skin);
    let hollow = ellipse(600.0, 434.0, 330.0, 52.0);
    c.surface(&hollow, |x, y| {
        let deep = smooth(380.0, 480.0, y);
        let tone = if finish.is_multiple_of(3) {
            wood.at((x - 600.0) * 0.9, (y - 434.0) * 5.0)
        } else {
            inside
        };
        tone.lit(0.42 + deep * 0.5 + smooth(300.0, 900.0, x) * 0.2)
    });
    c.soft(&hollow, &ellipse(760.0, 462.0, 110.0, 9.0), 12.0, hex(0xFFFFFF).a(0.55));
    c.soft(&hollow, &ellipse(470.0, 396.0, 200.0, 16.0), 14.0, hex(0x100804).a(0.5));
    c.stroke(&arc(600.0, 432.0, 341.0, 57.0, 0.0, 0.5), 3.0, hex(0xFFFFFF).a(0.35));
}

fn blue_band(height: f32, u: f32) -> Tone {
    let (white, blue) = (hex(0xECEEEC), hex(0x2C4886));
    let around = u.asin() * 9.0;
    let wave = (around * 1.0).sin() * 16.0 + (around * 2.3).cos() * 5.0;
    let vine = 1.0 - smooth(3.0, 7.0, (height - 540.0 - wave).abs());
    let column = (around / 1.05).floor();
    let (leaf_x, leaf_y) = (
        around / 1.05 - column - 0.5,
        height - 540.0 + if column as i32 % 2 == 0 { 24.0 } else { -24.0 },
    );
    let leaf = 1.0 - smooth(0.75, 1.0, (leaf_x * 2.6).hypot(leaf_y / 21.0));
    let bands = [452.0, 460.0, 606.0, 690.0]
        .iter()
        .map(|at| 1.0 - smooth(1.5, 3.5, (height - at).abs()))
        .fold(0.0, f32::max);
    let wash = 0.75 + 0.25 * noise(around * 6.0, height * 0.1, 6);
    white.mix(blue, vine.max(leaf * 0.85).max(bands) * wash)
}

/// A teapot: 0 silver, 1 brown earthenware.
pub(crate) fn teapot(c: &mut Canvas, finish: u8) {
    let silver = finish.is_multiple_of(2);
    let skin = if silver { Skin::metal(hex(0xE2E0DC)) } else { Skin::glazed(hex(0x5A3220)) };
    c.ground(590.0, 742.0, 220.0, 30.0);
    teapot_handle(c, silver);
    teapot_spout(c, silver);
    let body = Profile::new(&[
        (372.0, 96.0),
        (380.0, 104.0),
        (396.0, 110.0),
        (450.0, 190.0),
        (530.0, 226.0),
        (610.0, 208.0),
        (676.0, 146.0),
        (700.0, 104.0),
        (706.0, 104.0),
        (716.0, 122.0),
        (733.0, 132.0),
    ]);
    let band =
        |height: f32| silver && ((height - 470.0).abs() < 2.5 || (height - 482.0).abs() < 1.5);
    c.turned(590.0, &body, 0.10, |height, u| {
        let chased = silver && (400.0..466.0).contains(&height);
        let flute = if chased { ((u.asin() * 17.0).sin() * 0.5 + 0.5).powi(3) * 0.30 } else { 0.0 };
        Skin { tone: skin.tone.lit(if band(height) { 0.55 } else { 1.0 - flute }), ..skin }
    });
    let lid = Profile::new(&[
        (262.0, 2.0),
        (270.0, 18.0),
        (286.0, 22.0),
        (300.0, 9.0),
        (312.0, 13.0),
        (324.0, 52.0),
        (352.0, 92.0),
        (368.0, 104.0),
        (378.0, 106.0),
    ]);
    c.turned(590.0, &lid, 0.10, |height, _| {
        if height < 303.0 && silver { Skin::glazed(hex(0x2A1C16)) } else { skin }
    });
}

fn teapot_spout(c: &mut Canvas, silver: bool) {
    let spout = blob(&[
        (760.0, 610.0),
        (830.0, 560.0),
        (872.0, 470.0),
        (912.0, 408.0),
        (948.0, 384.0),
        (956.0, 398.0),
        (930.0, 436.0),
        (912.0, 520.0),
        (872.0, 616.0),
        (800.0, 672.0),
        (750.0, 670.0),
    ]);
    let (dark, mid, bright) = if silver {
        (hex(0x4E4C4C), hex(0xA6A4A2), hex(0xFAF8F4))
    } else {
        (hex(0x22100A), hex(0x5A3220), hex(0xA07052))
    };
    c.fill(
        &spout,
        linear(
            (800.0, 450.0),
            (905.0, 560.0),
            &[(0.0, mid), (0.30, bright), (0.52, mid), (0.78, dark), (1.0, mid)],
        ),
    );
    c.bevel(&spout, 14.0, 0.7);
    let shine = curve(&[(800.0, 590.0), (846.0, 540.0), (884.0, 466.0), (922.0, 410.0)]);
    c.soft(&spout, &outline(&shine, 9.0), 5.0, bright.plus(0.2).a(0.8));
    c.fill(&ellipse(949.0, 391.0, 15.0, 5.0), dark);
}

fn teapot_handle(c: &mut Canvas, silver: bool) {
    let bow = curve(&[
        (400.0, 440.0),
        (330.0, 420.0),
        (270.0, 452.0),
        (262.0, 530.0),
        (300.0, 604.0),
        (372.0, 640.0),
        (430.0, 636.0),
    ]);
    let grip = outline(&bow, 30.0);
    let tone = if silver { hex(0x2E1E18) } else { hex(0x552E1C) };
    c.fill(&grip, tone);
    c.bevel(&grip, 13.0, 1.0);
    c.soft(
        &grip,
        &outline(&curve(&[(372.0, 424.0), (300.0, 432.0), (260.0, 500.0), (278.0, 580.0)]), 5.0),
        3.0,
        hex(0xFFF4E4).a(0.5),
    );
    if silver {
        for (x, y) in [(404.0, 442.0), (420.0, 636.0)] {
            let collar = rounded(x - 26.0, y - 19.0, 46.0, 38.0, 8.0);
            c.fill(
                &collar,
                down(
                    y - 19.0,
                    y + 19.0,
                    &[
                        (0.0, hex(0x8E8C8A)),
                        (0.3, hex(0xFCFAF6)),
                        (0.6, hex(0x9C9A98)),
                        (1.0, hex(0x555352)),
                    ],
                ),
            );
        }
    }
}

/// A pair of candlesticks: 0 brass, 1 silver.
pub(crate) fn candlesticks(c: &mut Canvas, finish: u8) {
    let tone = if finish.is_multiple_of(2) { hex(0xD9AE5A) } else { hex(0xDDDDDC) };
    let profile = Profile::new(&[
        (250.0, 44.0),
        (257.0, 48.0),
        (264.0, 30.0),
        (300.0, 26.0),
        (330.0, 34.0),
        (340.0, 20.0),
        (352.0, 30.0),
        (362.0, 17.0),
        (420.0, 26.0),
        (470.0, 46.0),
        (500.0, 20.0),
        (512.0, 34.0),
        (522.0, 18.0),
        (600.0, 22.0),
        (640.0, 38.0),
        (652.0, 30.0),
        (664.0, 62.0),
        (690.0, 112.0),
        (700.0, 132.0),
        (716.0, 138.0),
    ]);
    for (x, y, candle) in [(440.0, -30.0, 150.0), (770.0, 18.0, 96.0)] {
        c.within(Transform::from_translate(0.0, y), |c| {
            c.ground(x, 728.0, 150.0, 26.0);
            let top = 256.0 - candle;
            let wax =
                Profile::new(&[(top, 19.0), (top + 4.0, 22.0), (top + 30.0, 22.0), (258.0, 22.0)]);
            c.turned(x, &wax, 0.12, |_, _| Skin { tone: hex(0xF2E8D0), gloss: 0.25, metal: 0.0 });
            c.fill(&ellipse(x, top + 1.0, 19.0, 3.0), hex(0xE8DCC0));
            c.stroke(
                &curve(&[(x, top), (x + 2.0, top - 10.0), (x + 1.0, top - 17.0)]),
                3.0,
                hex(0x2A201C),
            );
            c.turned(x, &profile, 0.12, |height, u| Skin {
                tone: tone.lit(0.94 + 0.06 * noise(u * 3.0, height * 0.04, 31)),
                gloss: 0.6,
                metal: 1.0,
            });
        });
    }
}

/// A pair of garden urns: 0 weathered stone, 1 cast iron, 2 terracotta.
pub(crate) fn urns(c: &mut Canvas, finish: u8) {
    let (tone, other, moss) = match finish % 3 {
        0 => (hex(0xB8B0A0), hex(0x7F7A6C), hex(0x6E784E)),
        1 => (hex(0x3E4244), hex(0x242628), hex(0x865234)),
        _ => (hex(0xB86A46), hex(0x8A462E), hex(0xD8C0A8)),
    };
    let profile = Profile::new(&[
        (330.0, 196.0),
        (336.0, 204.0),
        (352.0, 198.0),
        (360.0, 172.0),
        (400.0, 160.0),
        (470.0, 166.0),
        (540.0, 158.0),
        (590.0, 104.0),
        (612.0, 48.0),
        (622.0, 54.0),
        (632.0, 42.0),
        (668.0, 56.0),
        (690.0, 92.0),
        (697.0, 100.0),
        (700.0, 118.0),
        (742.0, 122.0),
    ]);
    for (x, y, size) in [(822.0, 26.0, 0.88), (408.0, 6.0, 1.0)] {
        let place = Transform::from_translate(x, y + 742.0 * (1.0 - size)).pre_scale(size, size);
        c.within(place, |c| {
            c.ground(0.0, 750.0, 150.0, 26.0);
            c.fill(&ellipse(0.0, 334.0, 202.0, 30.0), tone.lit(0.85));
            c.turned(0.0, &profile, 0.15, |height, u| {
                let around = u.asin();
                let lobe = smooth(470.0, 500.0, height) * (1.0 - smooth(585.0, 600.0, height));
                let groove = ((around * 15.0).cos().abs()).powf(0.5);
                let swag = (height - 430.0 - (around * 6.0).sin().abs() * 34.0).abs();
                let relief = (1.0 - smooth(5.0, 12.0, swag)) * 0.22
                    + (1.0 - smooth(1.0, 4.0, swag - 12.0)) * -0.18;
                let stain = clouds(around * 2.2, height * 0.014, 41);
                let rough = speckled(tone, other, around * 150.0, height, 42);
                let grown =
                    smooth(0.56, 0.72, stain) * smooth(380.0, 720.0, height + stain * 200.0);
                Skin::matt(
                    rough
                        .mix(moss, grown * 0.5)
                        .lit(1.0 - lobe * (1.0 - groove) * 0.6)
                        .plus(relief * 0.5),
                )
            });
            mouth(c, 0.0, 336.0, 196.0, 0.13, tone.mix(other, 0.4));
        });
    }
}

/// A cut-glass decanter and two glasses: 0 amber, 1 ruby.
pub(crate) fn decanter(c: &mut Canvas, finish: u8) {
    let drink = if finish.is_multiple_of(2) { hex(0xB86214) } else { hex(0x6E0C1E) };
    c.ground(560.0, 744.0, 165.0, 26.0);
    let pool = ellipse(700.0, 762.0, 130.0, 16.0);
    c.shadow(&pool, (0.0, 0.0), 18.0, drink.plus(0.2).a(0.5));
    let body = Profile::new(&[
        (236.0, 50.0),
        (242.0, 54.0),
        (250.0, 40.0),
        (330.0, 36.0),
        (400.0, 70.0),
        (450.0, 140.0),
        (490.0, 160.0),
        (700.0, 164.0),
        (722.0, 156.0),
        (734.0, 152.0),
    ]);
    glass_body(c, 560.0, &body, 480.0, drink);
    cut_pattern(c);
    c.ball(560.0, 190.0, 46.0, |normal| {
        let facet = noise(normal[0] * 5.0 + 9.0, normal[1] * 5.0 + 9.0, 51).mul_add(0.5, 0.5);
        Skin { tone: hex(0xC8D2D6).lit(0.5 + facet * 0.6), gloss: 1.0, metal: 0.5 }
    });
    c.fill(
        &rounded(546.0, 230.0, 28.0, 22.0, 5.0),
        across(
            546.0,
            574.0,
            &[
                (0.0, hex(0xEEF4F6).a(0.9)),
                (0.5, hex(0x9AA8AE).a(0.7)),
                (1.0, hex(0xE4ECF0).a(0.9)),
            ],
        ),
    );
    for x in [800.0, 930.0] {
        let y = if x > 900.0 { 26.0 } else { 6.0 };
        c.within(Transform::from_translate(0.0, y), |c| {
            c.ground(x, 742.0, 52.0, 11.0);
            let tumbler =
                Profile::new(&[(604.0, 58.0), (640.0, 56.0), (720.0, 48.0), (737.0, 45.0)]);
            glass_body(c, x, &tumbler, 668.0, drink);
            c.stroke(&ellipse(x, 605.0, 57.0, 7.0), 2.5, hex(0xFFFFFF).a(0.75));
        });
    }
}

/// Glass with a drink up to `level`: bright edges, dark where it is thick, two lamps mirrored.
fn glass_body(c: &mut Canvas, x: f32, profile: &Profile, level: f32, drink: Tone) {
    let clear = hex(0xD8E2E6);
    c.turned(x, profile, 0.08, |height, u| {
        let edge = smooth(0.72, 0.98, u.abs());
        let full = smooth(level - 1.5, level + 1.5, height);
        let thick = smooth(708.0, 722.0, height);
        let glow = smooth(0.9, 0.0, (u - 0.35).abs()) * 0.5;
        let liquid = drink.plus(glow * 0.22).lit(0.75 + glow).mix(drink.lit(0.35), edge * 0.6);
        let empty = clear.mix(hex(0x6A7880), edge * 0.75).a(0.28 + edge * 0.55);
        let tone = empty
            .mix(liquid.a(0.96), full * (1.0 - thick))
            .mix(clear.plus(-0.1).a(0.75), thick * 0.7);
        Skin { tone, gloss: 1.0, metal: 0.0 }
    });
    let radius = profile.radius(level);
    c.fill(&ellipse(x, level + 2.0, radius - 3.0, radius * 0.08), drink.plus(0.22).a(0.85));
}

fn cut_pattern(c: &mut Canvas) {
    let band = poly(&[(398.0, 560.0), (722.0, 560.0), (724.0, 690.0), (396.0, 690.0)]);
    c.surface(&band, |x, y| {
        let u = ((x - 560.0) / 164.0).clamp(-1.0, 1.0);
        let around = u.asin() * 150.0;
        let curved = y - 13.0 * (1.0 - u * u).max(0.0).sqrt();
        let (p, q) = ((around + curved) / 26.0, (around - curved) / 26.0);
        let (fp, fq) = (p - p.floor(), q - q.floor());
        let groove = smooth(0.14, 0.0, fp.min(fq));
        let facet = fp - fq;
        let inside = 1.0 - smooth(0.96, 1.0, u.abs());
        let edges = smooth(562.0, 568.0, curved) * (1.0 - smooth(668.0, 674.0, curved));
        let light = if facet > 0.0 { hex(0xFFF6EA) } else { hex(0x200C04) };
        light.mix(hex(0xFFFFFF), groove).a((facet.abs() * 0.30 + groove * 0.4) * inside * edges)
    });
}

/// A wooden case of port and two bottles before it: 0 dark glass, 1 older with pale wax.
pub(crate) fn port_case(c: &mut Canvas, finish: u8) {
    let old = finish % 2 == 1;
    let wood = Wood::new(0xD8B888, 0x9E7448, 30.0, 61);
    c.ground(530.0, 716.0, 360.0, 30.0);
    let inside = rect(190.0, 396.0, 660.0, 70.0);
    c.fill(&inside, down(396.0, 466.0, &[(0.0, hex(0x6A4A2C)), (1.0, hex(0x2C1C10))]));
    for index in 0..6_u8 {
        let x = 246.0 + f32::from(index) * 110.0;
        let neck = Profile::new(&[
            (286.0, 22.0),
            (290.0, 25.0),
            (312.0, 26.0),
            (318.0, 22.0),
            (470.0, 24.0),
        ]);
        c.turned(x, &neck, 0.1, |height, u| bottle_skin(height + 180.0, u, old, index));
    }
    for row in 0..3_u8 {
        let y = 440.0 + f32::from(row) * 92.0;
        let board = rounded(176.0, y, 690.0, 89.0, 3.0);
        c.surface(&board, |x, py| {
            wood.at(x + f32::from(row) * 900.0, py * 1.6).lit(1.06 - (x - 176.0) / 1900.0)
        });
        c.bevel(&board, 3.0, 0.8);
    }
    for (x, y) in [
        (200.0, 460.0),
        (840.0, 460.0),
        (200.0, 560.0),
        (840.0, 560.0),
        (200.0, 650.0),
        (840.0, 650.0),
    ] {
        c.fill(
            &circle(x, y, 4.5),
            radial(x - 1.0, y - 1.5, 6.0, &[(0.0, hex(0x9A9084)), (1.0, hex(0x38302A))]),
        );
    }
    brand(c);
    for (x, y, index) in [(930.0, 34.0, 7), (1040.0, 2.0, 8)] {
        c.within(Transform::from_translate(0.0, y), |c| bottle(c, x, old, index));
    }
}

/// A burnt mark on the case: a bunch of grapes, no words.
fn brand(c: &mut Canvas) {
    let burnt = hex(0x5A2E14).a(0.72);
    c.stroke(&ellipse(520.0, 580.0, 120.0, 92.0), 5.0, burnt);
    c.stroke(&ellipse(520.0, 580.0, 108.0, 80.0), 2.0, burnt);
    for (row, count) in [(0_u8, 4_u8), (1, 3), (2, 2), (3, 1)] {
        for place in 0..count {
            let x = 520.0 + (f32::from(place) - f32::from(count - 1) / 2.0) * 25.0;
            c.fill(&circle(x, 560.0 + f32::from(row) * 21.0, 11.0), burnt);
        }
    }
    c.fill(&blob(&[(520.0, 548.0), (552.0, 520.0), (584.0, 524.0), (570.0, 546.0)]), burnt);
    c.stroke(&curve(&[(520.0, 550.0), (516.0, 530.0), (504.0, 516.0)]), 4.0, burnt);
}

fn bottle_skin(height: f32, u: f32, old: bool, index: u8) -> Skin {
    let dust = clouds(u * 3.0 + f32::from(index) * 7.0, height * 0.02, 63);
    let glass = hex(0x161E16).mix(hex(0x4A3A2A), smooth(0.55, 0.98, u.abs()) * 0.4);
    if height < 512.0 {
        let wax = if old { hex(0xB8A07A) } else { hex(0x7A1A1E) };
        return Skin { tone: wax.lit(0.85 + dust * 0.3), gloss: 0.5, metal: 0.0 };
    }
    let dusty = if old { smooth(0.42, 0.75, dust) * 0.5 } else { smooth(0.6, 0.9, dust) * 0.18 };
    Skin { tone: glass.mix(hex(0xA89A84), dusty), gloss: 0.95 - dusty, metal: 0.0 }
}

fn bottle(c: &mut Canvas, x: f32, old: bool, index: u8) {
    c.ground(x, 742.0, 52.0, 13.0);
    let profile = Profile::new(&[
        (330.0, 19.0),
        (334.0, 22.0),
        (354.0, 23.0),
        (360.0, 19.0),
        (412.0, 21.0),
        (450.0, 27.0),
        (486.0, 50.0),
        (520.0, 55.0),
        (720.0, 54.0),
        (737.0, 48.0),
    ]);
    let (paper, ink) = (hex(0xE9DDC2), hex(0x4A3A2C));
    c.turned(x, &profile, 0.1, |height, u| {
        let label = (560.0..676.0).contains(&height) && u.abs() < 0.93;
        if !label {
            return bottle_skin(if height < 396.0 { 500.0 } else { height + 120.0 }, u, old, index);
        }
        let frame = ((height - 568.0).abs() < 1.5) || ((height - 668.0).abs() < 1.5);
        let crest = (u * 2.8).hypot((height - 612.0) / 26.0);
        let printed = frame || (0.82..0.95).contains(&crest) || crest < 0.45;
        let stain = clouds(u * 2.0, height * 0.03, 65) * if old { 0.5 } else { 0.2 };
        let tone = paper.mix(hex(0x9A784A), stain);
        Skin::matt(if printed { ink.mix(tone, 0.2) } else { tone })
    });
    let drip = hash(i32::from(index), 3, 66) * 30.0;
    c.stroke(
        &lines(&[(x - 12.0, 392.0), (x - 13.0, 400.0 + drip)]),
        6.0,
        if old { hex(0x9A825E) } else { hex(0x5E1216) },
    );
}
