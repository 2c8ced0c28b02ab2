//! Instruments that make music.

use tiny_skia::{Path, Transform};

use super::canvas::{
    Canvas, across, blob, circle, curve, down, ellipse, linear, lines, outline, poly, radial, rect,
    rounded,
};
use super::tone::{Tone, Wood, hex, length, noise};

const EBONY: Wood = Wood::new(0x3A302C, 0x140E0C, 20.0, 201);

/// Both sides of an outline that is the same left and right of `x`.
fn mirrored(x: f32, right: &[(f32, f32)]) -> Path {
    let mut points: Vec<_> = right.iter().map(|(dx, y)| (x + dx, *y)).collect();
    points.extend(right.iter().rev().filter(|(dx, _)| *dx > 0.5).map(|(dx, y)| (x - dx, *y)));
    blob(&points)
}

fn body(
    c: &mut Canvas,
    shape: &Path,
    x: f32,
    tones: (Tone, Tone, Tone),
    wood: Wood,
    centre_y: f32,
) {
    c.shadow(shape, (18.0, 26.0), 30.0, hex(0x140A06).a(0.5));
    c.shadow(shape, (5.0, 7.0), 7.0, hex(0x140A06).a(0.45));
    let (heart, middle, rim) = tones;
    c.surface(shape, |px, py| {
        let grain = wood.at(py, (px - x).abs() * 1.1);
        let away = length((px - x) / 190.0, (py - centre_y) / 280.0);
        let burst = if away < 0.75 {
            heart.mix(middle, away / 0.75)
        } else {
            middle.mix(rim, (away - 0.75) / 0.5)
        };
        burst.mix(grain, 0.34)
    });
}

/// A violin, or its larger sister: 0 amber varnish, 1 red-brown.
pub(crate) fn violin(c: &mut Canvas, finish: u8) {
    let tones = if finish.is_multiple_of(2) {
        (hex(0xD88A3A), hex(0xB45E20), hex(0x6E2C0E))
    } else {
        (hex(0xB0502A), hex(0x863018), hex(0x46140A))
    };
    let wood = Wood::new(0xE0A056, 0x7A3A14, 9.0, 211);
    c.within(Transform::from_rotate_at(62.0, 600.0, 450.0).pre_translate(0.0, 10.0), |c| {
        let shape = mirrored(
            600.0,
            &[
                (0.0, 372.0),
                (50.0, 374.0),
                (108.0, 400.0),
                (128.0, 452.0),
                (112.0, 506.0),
                (88.0, 540.0),
                (82.0, 582.0),
                (92.0, 624.0),
                (130.0, 660.0),
                (158.0, 724.0),
                (146.0, 800.0),
                (96.0, 848.0),
                (0.0, 860.0),
            ],
        );
        body(c, &shape, 600.0, tones, wood, 620.0);
        c.bevel(&shape, 17.0, 0.9);
        c.within(
            Transform::from_translate(600.0, 620.0)
                .pre_scale(0.93, 0.945)
                .pre_translate(-600.0, -620.0),
            |c| {
                c.stroke(&shape, 3.0, hex(0x2A1208).a(0.75));
            },
        );
        c.soft(&shape, &ellipse(540.0, 500.0, 14.0, 80.0), 18.0, hex(0xFFE8C0).a(0.55));
        c.soft(&shape, &ellipse(530.0, 730.0, 22.0, 80.0), 22.0, hex(0xFFE8C0).a(0.5));
        for side in [-1.0, 1.0] {
            f_hole(c, side);
        }
        violin_fittings(c, finish);
    });
}

fn f_hole(c: &mut Canvas, side: f32) {
    let at = |dx: f32, y: f32| (600.0 + side * dx, y);
    let slit = curve(&[
        at(46.0, 556.0),
        at(58.0, 566.0),
        at(58.0, 590.0),
        at(66.0, 620.0),
        at(78.0, 650.0),
        at(76.0, 672.0),
        at(62.0, 680.0),
    ]);
    c.stroke(&slit, 8.0, hex(0x1A0A04));
    c.fill(&circle(at(44.0, 559.0).0, 559.0, 8.0), hex(0x1A0A04));
    c.fill(&circle(at(62.0, 676.0).0, 676.0, 10.0), hex(0x1A0A04));
    c.stroke(&lines(&[at(58.0, 622.0), at(76.0, 616.0)]), 3.0, hex(0x1A0A04));
}

fn violin_fittings(c: &mut Canvas, finish: u8) {
    let neck = poly(&[(582.0, 120.0), (618.0, 120.0), (622.0, 390.0), (578.0, 390.0)]);
    c.shadow(&neck, (12.0, 16.0), 14.0, hex(0x140A06).a(0.45));
    scroll(c);
    c.surface(&neck, |x, y| EBONY.at(y, x));
    let board = poly(&[(583.0, 118.0), (617.0, 118.0), (632.0, 566.0), (568.0, 566.0)]);
    c.shadow(&board, (6.0, 8.0), 7.0, hex(0x140A06).a(0.5));
    c.surface(&board, |x, y| EBONY.at(y, x * 2.0));
    c.bevel(&board, 10.0, 0.7);
    let tail = blob(&[
        (576.0, 712.0),
        (600.0, 706.0),
        (624.0, 712.0),
        (616.0, 800.0),
        (606.0, 842.0),
        (594.0, 842.0),
        (584.0, 800.0),
    ]);
    c.shadow(&tail, (5.0, 7.0), 6.0, hex(0x140A06).a(0.5));
    c.surface(&tail, |x, y| EBONY.at(y, x));
    c.bevel(&tail, 9.0, 0.9);
    let rest = blob(&[
        (500.0, 806.0),
        (560.0, 790.0),
        (596.0, 806.0),
        (590.0, 850.0),
        (530.0, 866.0),
        (496.0, 846.0),
    ]);
    if finish.is_multiple_of(2) {
        c.shadow(&rest, (5.0, 7.0), 6.0, hex(0x140A06).a(0.4));
        c.surface(&rest, |x, y| EBONY.at(y, x));
        c.bevel(&rest, 12.0, 1.0);
    }
    let bridge = poly(&[(556.0, 626.0), (644.0, 626.0), (636.0, 640.0), (564.0, 640.0)]);
    c.shadow(&bridge, (5.0, 10.0), 5.0, hex(0x140A06).a(0.6));
    c.fill(&bridge, down(626.0, 640.0, &[(0.0, hex(0xF2D8A4)), (1.0, hex(0xA87A42))]));
    for string in 0..4_u8 {
        let spread = f32::from(string) - 1.5;
        let path = lines(&[
            (600.0 + spread * 7.0, 116.0),
            (600.0 + spread * 17.0, 632.0),
            (600.0 + spread * 9.0, 724.0),
        ]);
        c.within(Transform::from_translate(3.0, 4.0), |c| {
            c.stroke(&path, 1.6, hex(0x1A0C06).a(0.4));
        });
        c.stroke(&path, 2.4 - f32::from(string) * 0.3, hex(0xE6DED0));
    }
}

fn scroll(c: &mut Canvas) {
    let wood = Wood::new(0xA85E2A, 0x5A240C, 16.0, 213);
    for (index, y) in [44.0, 66.0, 84.0, 102.0].iter().enumerate() {
        let side = if index % 2 == 0 { 1.0 } else { -1.0 };
        let peg = outline(&lines(&[(600.0, *y), (600.0 + side * 44.0, y - 4.0)]), 7.0);
        let knob = ellipse(600.0 + side * 52.0, y - 4.0, 15.0, 9.0);
        for part in [&peg, &knob] {
            c.shadow(part, (6.0, 8.0), 6.0, hex(0x140A06).a(0.4));
            c.surface(part, |x, y| EBONY.at(x, y));
            c.bevel(part, 5.0, 1.0);
        }
    }
    let head = blob(&[
        (582.0, 124.0),
        (580.0, 70.0),
        (574.0, 30.0),
        (580.0, 4.0),
        (600.0, -6.0),
        (620.0, 4.0),
        (626.0, 30.0),
        (620.0, 70.0),
        (618.0, 124.0),
    ]);
    c.shadow(&head, (10.0, 14.0), 12.0, hex(0x140A06).a(0.45));
    c.surface(&head, |x, y| wood.at(y, x));
    c.bevel(&head, 11.0, 1.0);
    c.fill(&rounded(590.0, 34.0, 20.0, 82.0, 8.0), hex(0x240E06));
    c.stroke(
        &curve(&[(590.0, 24.0), (588.0, 10.0), (600.0, 4.0), (612.0, 10.0), (610.0, 24.0)]),
        3.0,
        hex(0x3A1608).a(0.7),
    );
}

/// A bow: 0 red-brown stick with ebony frog, 1 paler with a silver-mounted frog.
pub(crate) fn bow(c: &mut Canvas, finish: u8) {
    let wood = if finish.is_multiple_of(2) {
        Wood::new(0x9E4A22, 0x4A1A0C, 12.0, 221)
    } else {
        Wood::new(0xBE783C, 0x6E3A18, 12.0, 222)
    };
    c.within(
        Transform::from_rotate_at(-30.0, 600.0, 450.0)
            .pre_scale(1.0, 1.12)
            .pre_translate(0.0, -46.0),
        |c| {
            let stick = poly(&[
                (60.0, 419.0),
                (300.0, 426.0),
                (640.0, 437.0),
                (1000.0, 431.0),
                (1130.0, 419.0),
                (1136.0, 425.0),
                (1132.0, 431.0),
                (1000.0, 442.0),
                (640.0, 449.0),
                (300.0, 440.0),
                (60.0, 437.0),
            ]);
            let hair = poly(&[(196.0, 471.0), (1118.0, 463.0), (1118.0, 473.0), (196.0, 486.0)]);
            c.shadow(&stick, (8.0, 16.0), 8.0, hex(0x080204).a(0.6));
            c.shadow(&hair, (6.0, 10.0), 7.0, hex(0x080204).a(0.4));
            c.surface(&hair, |x, y| {
                hex(0xEEE6D2).lit(0.82 + 0.24 * noise(x * 0.006, y * 1.6, 225))
            });
            c.surface(&stick, |x, y| wood.at(x, y * 0.8));
            c.bevel(&stick, 6.0, 1.0);
            let tip = blob(&[
                (1096.0, 424.0),
                (1124.0, 414.0),
                (1146.0, 410.0),
                (1136.0, 446.0),
                (1128.0, 474.0),
                (1108.0, 476.0),
                (1112.0, 448.0),
            ]);
            c.shadow(&tip, (6.0, 10.0), 6.0, hex(0x080204).a(0.5));
            c.surface(&tip, |x, y| wood.at(y, x));
            c.bevel(&tip, 9.0, 0.9);
            c.fill(
                &poly(&[(1106.0, 472.0), (1130.0, 469.0), (1128.0, 479.0), (1106.0, 481.0)]),
                hex(0xF2ECDC),
            );
            frog(c, finish % 2 == 1);
        },
    );
}

fn frog(c: &mut Canvas, silver: bool) {
    let wrap = poly(&[(206.0, 422.0), (330.0, 425.0), (330.0, 442.0), (206.0, 440.0)]);
    c.surface(&wrap, |x, y| {
        let wire = ((x * 1.1).sin() * 0.5 + 0.5) * 0.5 + 0.4;
        hex(0xE4E2DC).lit(wire * (1.15 - (y - 431.0).abs() * 0.06))
    });
    let grip = poly(&[(178.0, 421.0), (206.0, 421.0), (206.0, 441.0), (178.0, 441.0)]);
    c.fill(&grip, down(421.0, 441.0, &[(0.0, hex(0x4A3A30)), (1.0, hex(0x18100C))]));
    let block = blob(&[
        (92.0, 440.0),
        (140.0, 440.0),
        (196.0, 440.0),
        (200.0, 458.0),
        (190.0, 482.0),
        (150.0, 489.0),
        (98.0, 488.0),
        (90.0, 464.0),
    ]);
    c.shadow(&block, (6.0, 10.0), 7.0, hex(0x080204).a(0.6));
    c.surface(&block, |x, y| EBONY.at(x, y));
    c.bevel(&block, 8.0, 1.0);
    c.ball(142.0, 464.0, 13.0, |_| super::light::Skin::glazed(hex(0xD8E2E4)));
    c.stroke(&circle(142.0, 464.0, 16.0), 2.5, hex(0xD8D4CC));
    let ferrule = rounded(184.0, 464.0, 26.0, 25.0, 4.0);
    let metal = if silver { hex(0xE8E6E2) } else { hex(0xD8B062) };
    c.fill(
        &ferrule,
        down(
            464.0,
            489.0,
            &[
                (0.0, metal.lit(0.7)),
                (0.3, metal.plus(0.15)),
                (0.7, metal.lit(0.7)),
                (1.0, metal.lit(0.4)),
            ],
        ),
    );
    for x in [40.0, 52.0, 72.0] {
        let button = rounded(x, 420.0, if x < 60.0 { 12.0 } else { 8.0 }, 18.0, 3.0);
        c.fill(
            &button,
            down(
                420.0,
                438.0,
                &[(0.0, metal.lit(0.7)), (0.3, metal.plus(0.2)), (1.0, metal.lit(0.35))],
            ),
        );
    }
}

/// A guitar: 0 spruce top, 1 sunburst, 2 cedar with a classical rosette.
pub(crate) fn guitar(c: &mut Canvas, finish: u8) {
    let (tones, wood) = match finish % 3 {
        0 => {
            ((hex(0xEAC484), hex(0xE2B470), hex(0xCC9650)), Wood::new(0xF0D098, 0xCEA060, 7.0, 231))
        }
        1 => {
            ((hex(0xE8A84A), hex(0xB0581E), hex(0x24100A)), Wood::new(0xE0A056, 0x8A4A1E, 7.0, 232))
        }
        _ => {
            ((hex(0xC8844A), hex(0xBE7640), hex(0xA66030)), Wood::new(0xD2925A, 0x9E5E30, 7.0, 233))
        }
    };
    c.within(
        Transform::from_rotate_at(90.0, 600.0, 450.0)
            .pre_scale(0.94, 0.94)
            .pre_translate(38.0, 68.0),
        |c| {
            let shape = mirrored(
                600.0,
                &[
                    (0.0, 434.0),
                    (62.0, 432.0),
                    (132.0, 452.0),
                    (156.0, 510.0),
                    (142.0, 566.0),
                    (126.0, 606.0),
                    (142.0, 656.0),
                    (188.0, 716.0),
                    (204.0, 800.0),
                    (178.0, 886.0),
                    (100.0, 934.0),
                    (0.0, 942.0),
                ],
            );
            body(c, &shape, 600.0, tones, wood, 720.0);
            c.stroke(&shape, 8.0, hex(0x3A1E10));
            c.within(
                Transform::from_translate(600.0, 700.0)
                    .pre_scale(0.965, 0.97)
                    .pre_translate(-600.0, -700.0),
                |c| c.stroke(&shape, 2.5, hex(0xF2E6C8).a(0.9)),
            );
            c.bevel(&shape, 9.0, 0.5);
            c.soft(&shape, &ellipse(500.0, 760.0, 40.0, 120.0), 46.0, hex(0xFFF8E8).a(0.38));
            rosette(c, 630.0);
            guitar_bridge(c);
            guitar_neck(c, finish % 3 == 2);
        },
    );
}

fn rosette(c: &mut Canvas, y: f32) {
    for (radius, width, tone) in [
        (74.0, 3.0, hex(0x2A160C)),
        (66.0, 9.0, hex(0x8A5A34)),
        (66.0, 3.0, hex(0xE6D0A0)),
        (58.0, 3.0, hex(0x2A160C)),
    ] {
        c.stroke(&circle(600.0, y, radius), width, tone);
    }
    c.fill(
        &circle(600.0, y, 52.0),
        radial(
            586.0,
            y - 18.0,
            76.0,
            &[(0.0, hex(0x080402)), (0.7, hex(0x1C1008)), (1.0, hex(0x5A381E))],
        ),
    );
}

fn guitar_bridge(c: &mut Canvas) {
    let rosewood = Wood::new(0x6A402A, 0x2E180E, 14.0, 235);
    let bridge = rounded(520.0, 806.0, 160.0, 34.0, 8.0);
    c.shadow(&bridge, (6.0, 8.0), 7.0, hex(0x140A06).a(0.5));
    c.surface(&bridge, |x, y| rosewood.at(x, y));
    c.bevel(&bridge, 7.0, 0.9);
    c.fill(&rect(548.0, 815.0, 104.0, 5.0), hex(0xF2EAD8));
    for string in 0..6_u8 {
        let x = 556.0 + f32::from(string) * 17.6;
        c.fill(
            &circle(x, 830.0, 3.6),
            radial(x - 1.0, 829.0, 4.0, &[(0.0, hex(0xFFFBF0)), (1.0, hex(0xA89A84))]),
        );
    }
}

fn guitar_neck(c: &mut Canvas, plain: bool) {
    let head = poly(&[
        (572.0, -26.0),
        (566.0, -120.0),
        (574.0, -138.0),
        (626.0, -138.0),
        (634.0, -120.0),
        (628.0, -26.0),
    ]);
    let board = poly(&[(573.0, -26.0), (627.0, -26.0), (634.0, 574.0), (566.0, 574.0)]);
    let rosewood = Wood::new(0x5E3826, 0x2A140C, 14.0, 236);
    for side in [-1.0, 1.0] {
        for row in 0..3_u8 {
            let y = -112.0 + f32::from(row) * 32.0;
            let peg = ellipse(600.0 + side * 48.0, y, 12.0, 9.0);
            c.shadow(&peg, (8.0, 10.0), 7.0, hex(0x140A06).a(0.4));
            c.stroke(&lines(&[(600.0, y), (600.0 + side * 44.0, y)]), 5.0, hex(0xB8B6B0));
            c.fill(
                &peg,
                linear(
                    (600.0 + side * 48.0 - 10.0, y - 8.0),
                    (600.0 + side * 48.0 + 10.0, y + 8.0),
                    &[(0.0, hex(0xFFFCF2)), (1.0, hex(0xA89E8C))],
                ),
            );
        }
    }
    for (part, lift) in [(&head, 1.25), (&board, 1.0)] {
        c.shadow(part, (12.0, 16.0), 12.0, hex(0x140A06).a(0.45));
        c.surface(part, |x, y| rosewood.at(y, x * 1.4).lit(lift));
        c.bevel(part, 7.0, 0.8);
    }
    c.fill(&rect(573.0, -30.0, 54.0, 7.0), hex(0xF4ECDA));
    let mut y = -26.0;
    for fret in 1..19_u8 {
        let before = y;
        y = -26.0 + 838.0 * (1.0 - 0.5_f32.powf(f32::from(fret) / 12.0));
        let half = 27.0 + (y + 26.0) / 600.0 * 7.0;
        c.stroke(
            &lines(&[(600.0 - half, y), (600.0 + half, y)]),
            3.0,
            across(
                570.0,
                630.0,
                &[(0.0, hex(0x9A968E)), (0.4, hex(0xFAF6EC)), (1.0, hex(0x8A867E))],
            ),
        );
        if !plain && [3, 5, 7, 9, 12, 15].contains(&fret) {
            c.fill(&circle(600.0, f32::midpoint(y, before), 5.5), hex(0xE6ECE8));
        }
    }
    for string in 0..6_u8 {
        let spread = f32::from(string) - 2.5;
        let path = lines(&[(600.0 + spread * 8.6, -28.0), (600.0 + spread * 17.6, 818.0)]);
        c.within(Transform::from_translate(3.0, 4.0), |c| {
            c.stroke(&path, 1.4, hex(0x1A0C06).a(0.35));
        });
        let tone = if string < 3 { hex(0xD8B878) } else { hex(0xF0ECE4) };
        c.stroke(&path, 2.6 - f32::from(string) * 0.28, tone);
        c.fill(
            &circle(
                600.0 + if spread < 0.0 { -16.0 } else { 16.0 },
                -112.0 + f32::from(string % 3) * 32.0,
                5.0,
            ),
            hex(0xD8D4CC),
        );
    }
}
