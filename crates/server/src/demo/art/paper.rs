//! Pictures, maps and books.

use std::f32::consts::TAU;

use tiny_skia::{Path, Transform};

use super::canvas::{
    Canvas, across, blob, circle, curve, down, ellipse, linear, lines, outline, poly, rect, rounded,
};
use super::tone::{Tone, Wood, clouds, floor, hash, hex, length, noise, smooth};

type Place = (f32, f32);

/// Old paper: fibres, foxing and darker edges. (`u`, `v`) run from 0 to 1 over the sheet.
fn aged(tone: Tone, u: f32, v: f32, seed: u32) -> Tone {
    let edge = (u.min(1.0 - u)).min(v.min(1.0 - v));
    let stain = clouds(u * 5.0, v * 4.0, seed);
    let fox = smooth(0.78, 0.9, noise(u * 34.0, v * 26.0, seed + 5));
    let fibre = noise(u * 260.0, v * 190.0, seed + 8) - 0.5;
    tone.mix(
        hex(0xA87C46),
        smooth(0.09, 0.0, edge) * 0.30 + smooth(0.45, 0.85, stain) * 0.22 + fox * 0.10,
    )
    .plus(fibre * 0.035)
}

/// A frame with mitred corners, `width` wide, around a box.
fn frame(
    c: &mut Canvas,
    x: f32,
    y: f32,
    w: f32,
    h: f32,
    width: f32,
    tone_at: impl Fn(f32, f32) -> Tone,
) {
    let outer = rect(x - width, y - width, w + width * 2.0, h + width * 2.0);
    c.shadow(&outer, (16.0, 24.0), 30.0, hex(0x100A06).a(0.48));
    c.shadow(&outer, (4.0, 6.0), 6.0, hex(0x100A06).a(0.4));
    let (l, t, r, b) = (x - width, y - width, x + w + width, y + h + width);
    let sides: [([Place; 4], bool, f32); 4] = [
        ([(l, t), (r, t), (x + w, y), (x, y)], true, 1.12),
        ([(l, t), (x, y), (x, y + h), (l, b)], false, 1.04),
        ([(r, t), (r, b), (x + w, y + h), (x + w, y)], false, 0.86),
        ([(l, b), (x, y + h), (x + w, y + h), (r, b)], true, 0.78),
    ];
    for (points, level, light) in sides {
        let side = poly(&points);
        c.surface(&side, |px, py| {
            let (along, depth) = if level {
                (px, if py < y { y - py } else { py - y - h })
            } else {
                (py, if px < x { x - px } else { px - x - w })
            };
            tone_at(along, depth / width).lit(light)
        });
    }
    c.stroke(&outer, 1.5, hex(0).a(0.35));
}

/// Mouldings of a frame: light and shade over its width.
fn moulding(depth: f32) -> f32 {
    0.82 + 0.30 * (depth * 9.0).sin() * smooth(0.0, 0.1, depth) + 0.24 * smooth(0.75, 0.95, depth)
        - 0.35 * smooth(0.08, 0.0, depth)
}

/// A linocut in a frame: 0 heron and reeds in two blues, 1 hares under a moon, 2 hills and
/// ploughed fields.
pub(crate) fn print(c: &mut Canvas, finish: u8) {
    let wood = if finish % 3 == 1 {
        Wood::new(0xCCA46C, 0x966A3C, 18.0, 301)
    } else {
        Wood::new(0x3A302A, 0x1C1612, 18.0, 302)
    };
    let (x, y, w, h) = (310.0, 110.0, 580.0, 680.0);
    frame(c, x, y, w, h, 30.0, |along, depth| wood.at(along, depth * 30.0).lit(0.9 + 0.2 * depth));
    let mount = rect(x, y, w, h);
    c.surface(&mount, |px, py| hex(0xF4EFE4).plus((noise(px * 0.5, py * 0.5, 303) - 0.5) * 0.02));
    c.soft(
        &mount,
        &poly(&[
            (x, y),
            (x + w, y),
            (x + w, y + 12.0),
            (x + 12.0, y + 12.0),
            (x + 12.0, y + h),
            (x, y + h),
        ]),
        9.0,
        hex(0x20140A).a(0.5),
    );
    let sheet = rect(x + 76.0, y + 76.0, w - 152.0, h - 172.0);
    c.fill(&sheet, hex(0xECE3CF));
    c.within(Transform::from_translate(x + 92.0, y + 92.0), |c| match finish % 3 {
        0 => heron(c),
        1 => hares(c),
        _ => fields(c),
    });
    c.soft(
        &sheet,
        &outline(
            &lines(&[(x + 76.0, y + h - 96.0), (x + 76.0, y + 76.0), (x + w - 76.0, y + 76.0)]),
            4.0,
        ),
        4.0,
        hex(0x403020).a(0.35),
    );
    signature(c, x + w - 200.0, y + h - 76.0);
    c.fill(
        &poly(&[(x, y), (x + 260.0, y), (x + 20.0, y + h), (x, y + h)]),
        linear(
            (x, y),
            (x + 260.0, y + 240.0),
            &[(0.0, hex(0xFFFFFF).a(0.16)), (1.0, hex(0xFFFFFF).a(0.02))],
        ),
    );
}

/// A pencil flourish where the artist signs; nobody's name.
fn signature(c: &mut Canvas, x: f32, y: f32) {
    let points: Vec<_> = (0..26)
        .map(|step| {
            let t = step as f32;
            (x + t * 4.2, y - (t * 1.9).sin() * (9.0 - t * 0.24) - (t * 0.7).cos() * 3.0)
        })
        .collect();
    c.stroke(&curve(&points), 1.5, hex(0x4A4848).a(0.75));
    c.stroke(&lines(&[(x - 280.0, y + 2.0), (x - 262.0, y - 8.0)]), 1.5, hex(0x4A4848).a(0.7));
    c.stroke(
        &curve(&[(x - 284.0, y - 6.0), (x - 276.0, y - 10.0), (x - 272.0, y - 2.0)]),
        1.5,
        hex(0x4A4848).a(0.7),
    );
}

/// The picture area of a print is 396 by 476. Marks of the gouge, along the lines of a shape.
fn gouges(c: &mut Canvas, clip: &Path, tone: Tone, angle: f32, spacing: f32, seed: u32) {
    let (sin, cos) = angle.sin_cos();
    c.surface(clip, |x, y| {
        let (along, over) = (x * cos + y * sin, y * cos - x * sin);
        let row = floor(over / spacing);
        let phase = hash(row, 0, seed) * 40.0;
        let dash = floor((along + phase) / 34.0);
        let long = 10.0 + 20.0 * hash(row, dash, seed + 1);
        let at = (along + phase) - dash as f32 * 34.0;
        let taper = smooth(0.0, 6.0, at) * (1.0 - smooth(long - 6.0, long, at));
        let middle = (over / spacing - row as f32 - 0.5).abs() * 2.0;
        tone.a(smooth(taper * 0.6 + 0.12, taper * 0.6 - 0.12, middle) * smooth(0.0, 0.2, taper))
    });
}

fn heron(c: &mut Canvas) {
    let (paper, pale, deep) = (hex(0xECE3CF), hex(0x86A8AE), hex(0x1E3648));
    let plate = rect(0.0, 0.0, 396.0, 476.0);
    c.fill(&plate, deep);
    c.fill(&rect(0.0, 0.0, 396.0, 300.0), pale);
    c.fill(&circle(286.0, 104.0, 52.0), paper);
    gouges(c, &rect(0.0, 0.0, 396.0, 300.0), paper, 0.04, 13.0, 311);
    c.fill(&circle(286.0, 104.0, 50.0), hex(0xE8C88A));
    gouges(c, &rect(0.0, 306.0, 396.0, 170.0), pale, 0.0, 12.0, 312);
    c.fill(
        &poly(&outline_points(&[
            (0.0, 296.0),
            (90.0, 262.0),
            (190.0, 282.0),
            (290.0, 254.0),
            (396.0, 288.0),
            (396.0, 312.0),
            (0.0, 312.0),
        ])),
        deep,
    );
    let bird = blob(&[
        (120.0, 130.0),
        (150.0, 116.0),
        (172.0, 126.0),
        (178.0, 150.0),
        (166.0, 186.0),
        (184.0, 214.0),
        (236.0, 244.0),
        (276.0, 300.0),
        (258.0, 318.0),
        (206.0, 312.0),
        (164.0, 278.0),
        (148.0, 230.0),
        (150.0, 184.0),
        (156.0, 154.0),
        (140.0, 144.0),
    ]);
    c.fill(&bird, paper);
    c.fill(&poly(&[(60.0, 142.0), (142.0, 122.0), (146.0, 142.0)]), hex(0xE0A84A));
    let wing = blob(&[
        (172.0, 222.0),
        (216.0, 240.0),
        (258.0, 282.0),
        (290.0, 322.0),
        (240.0, 310.0),
        (190.0, 280.0),
    ]);
    c.fill(&wing, deep);
    gouges(c, &wing, pale, 0.75, 8.0, 313);
    c.stroke(&curve(&[(150.0, 120.0), (180.0, 116.0), (212.0, 132.0)]), 5.0, deep);
    c.fill(&circle(150.0, 131.0, 3.4), deep);
    for x in [200.0, 224.0] {
        c.stroke(&lines(&[(x, 306.0), (x - 8.0, 360.0), (x - 2.0, 420.0)]), 5.0, paper);
    }
    for reed in 0..13_u8 {
        let base = 14.0 + f32::from(reed) * 30.0 + hash(i32::from(reed), 1, 314) * 16.0;
        if (150.0..250.0).contains(&base) {
            continue;
        }
        let lean = (hash(i32::from(reed), 2, 314) - 0.5) * 60.0;
        let top = 130.0 + hash(i32::from(reed), 3, 314) * 180.0;
        c.stroke(
            &curve(&[(base, 476.0), (base + lean * 0.4, 330.0), (base + lean, top)]),
            4.0,
            deep,
        );
        c.stroke(
            &curve(&[
                (base + lean * 0.92, top + 30.0),
                (base + lean, top),
                (base + lean * 1.04, top - 26.0),
            ]),
            11.0,
            deep,
        );
        c.stroke(&curve(&[(base + 4.0, 476.0), (base + 8.0 + lean * 0.4, 350.0)]), 1.6, paper);
    }
}

fn hares(c: &mut Canvas) {
    let (paper, ochre, dark) = (hex(0xECE3CF), hex(0xC88A3A), hex(0x26222A));
    let plate = rect(0.0, 0.0, 396.0, 476.0);
    c.fill(&plate, dark);
    gouges(c, &rect(8.0, 8.0, 380.0, 300.0), hex(0x8A8C9A), 0.5, 15.0, 321);
    c.fill(&circle(198.0, 150.0, 108.0), dark);
    c.fill(&circle(198.0, 150.0, 100.0), paper);
    gouges(c, &circle(198.0, 150.0, 98.0), hex(0xD8C8A4), 0.5, 11.0, 322);
    let hill = poly(&outline_points(&[
        (0.0, 350.0),
        (120.0, 316.0),
        (250.0, 330.0),
        (396.0, 300.0),
        (396.0, 476.0),
        (0.0, 476.0),
    ]));
    c.fill(&hill, ochre);
    gouges(c, &hill, dark, -0.12, 14.0, 323);
    for (x, flip) in [(128.0, 1.0), (272.0, -1.0)] {
        c.within(Transform::from_translate(x, 0.0).pre_scale(flip, 1.0), |c| {
            let hare = blob(&[
                (-66.0, 360.0),
                (-74.0, 320.0),
                (-50.0, 280.0),
                (-10.0, 256.0),
                (14.0, 220.0),
                (40.0, 206.0),
                (58.0, 220.0),
                (56.0, 240.0),
                (34.0, 254.0),
                (30.0, 300.0),
                (36.0, 356.0),
                (20.0, 360.0),
                (6.0, 320.0),
                (-14.0, 350.0),
                (0.0, 366.0),
                (-40.0, 370.0),
            ]);
            c.fill(&hare, dark);
            for ear in [
                [(22.0, 218.0), (-6.0, 170.0), (-24.0, 128.0), (2.0, 140.0), (30.0, 190.0)],
                [(36.0, 212.0), (26.0, 160.0), (20.0, 112.0), (42.0, 136.0), (48.0, 186.0)],
            ] {
                c.fill(&blob(&ear), dark);
            }
            gouges(
                c,
                &blob(&[
                    (-58.0, 340.0),
                    (-44.0, 296.0),
                    (-10.0, 276.0),
                    (10.0, 300.0),
                    (-10.0, 340.0),
                ]),
                ochre,
                -0.8,
                9.0,
                324,
            );
            c.fill(&circle(42.0, 222.0, 3.6), paper);
        });
    }
    for blade in 0..40_u8 {
        let x = f32::from(blade) * 10.0 + 3.0;
        let tall = 20.0 + 50.0 * hash(i32::from(blade), 1, 325);
        c.stroke(
            &curve(&[
                (x, 476.0),
                (x + 3.0, 476.0 - tall * 0.6),
                (x + 12.0 * (hash(i32::from(blade), 2, 325) - 0.5), 476.0 - tall),
            ]),
            3.0,
            dark,
        );
    }
}

fn fields(c: &mut Canvas) {
    let (paper, green, rust, dark) = (hex(0xECE3CF), hex(0x7A8E5A), hex(0xB8623A), hex(0x222E2E));
    c.fill(&rect(0.0, 0.0, 396.0, 476.0), hex(0xE8CE9A));
    gouges(c, &rect(0.0, 0.0, 396.0, 200.0), paper, 0.1, 14.0, 331);
    let hills: [(&[Place], Tone, f32); 4] = [
        (
            &[
                (0.0, 190.0),
                (110.0, 130.0),
                (220.0, 176.0),
                (330.0, 120.0),
                (396.0, 150.0),
                (396.0, 476.0),
                (0.0, 476.0),
            ],
            hex(0x6E949A),
            0.2,
        ),
        (
            &[
                (0.0, 250.0),
                (130.0, 214.0),
                (260.0, 240.0),
                (396.0, 196.0),
                (396.0, 476.0),
                (0.0, 476.0),
            ],
            green,
            -0.4,
        ),
        (
            &[
                (0.0, 290.0),
                (150.0, 300.0),
                (290.0, 262.0),
                (396.0, 280.0),
                (396.0, 476.0),
                (0.0, 476.0),
            ],
            rust,
            0.9,
        ),
        (
            &[
                (0.0, 380.0),
                (120.0, 350.0),
                (280.0, 384.0),
                (396.0, 350.0),
                (396.0, 476.0),
                (0.0, 476.0),
            ],
            dark,
            0.1,
        ),
    ];
    for (points, tone, angle) in hills {
        let shape = poly(&outline_points(points));
        c.fill(&shape, tone);
        gouges(c, &shape, paper.a(0.9), angle, 13.0, 332);
    }
    for (x, y, size) in
        [(70.0, 230.0, 26.0), (104.0, 226.0, 20.0), (300.0, 262.0, 32.0), (338.0, 268.0, 24.0)]
    {
        c.fill(
            &blob(&[
                (x - size, y),
                (x - size * 0.7, y - size * 1.3),
                (x, y - size * 1.7),
                (x + size * 0.8, y - size * 1.2),
                (x + size, y),
                (x, y + size * 0.3),
            ]),
            dark,
        );
        c.stroke(&lines(&[(x, y), (x, y + size)]), 4.0, dark);
    }
    c.stroke(&rect(0.0, 0.0, 396.0, 476.0), 6.0, dark);
}

/// Lets the upper edge of a hill swing softly; its lower corners stay.
fn outline_points(points: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let crest = &points[..points.len() - 2];
    let mut smoothed: Vec<_> = (0..=60)
        .map(|step| {
            let x = 396.0 * step as f32 / 60.0;
            let next =
                crest.iter().position(|point| point.0 >= x).unwrap_or(crest.len() - 1).max(1);
            let (from, to) = (crest[next - 1], crest[next]);
            (x, from.1 + (to.1 - from.1) * smooth(from.0, to.0, x))
        })
        .collect();
    smoothed.extend(&points[points.len() - 2..]);
    smoothed
}

/// An oil painting in a gilt frame: 0 evening at sea, 1 hills with a lake, 2 flowers in a jug.
pub(crate) fn painting(c: &mut Canvas, finish: u8) {
    let (x, y, w, h) =
        if finish % 3 == 2 { (390.0, 150.0, 420.0, 540.0) } else { (270.0, 180.0, 660.0, 470.0) };
    frame(c, x, y, w, h, 74.0, |along, depth| {
        let leaf = ((along * 0.16).sin() * (1.0 - (depth - 0.55).abs() * 4.0).max(0.0)) * 0.12;
        let worn = smooth(0.7, 0.9, clouds(along * 0.03, depth * 3.0, 341));
        hex(0xC69E5A).lit(moulding(depth) + leaf).mix(hex(0x7A3A22), worn * 0.3)
    });
    let canvas = rect(x, y, w, h);
    c.surface(&canvas, |px, py| {
        // The brush drags colour along: every place takes its colour from a little beside it.
        let (bx, by) = (
            (noise(px * 0.035, py * 0.1, 342) - 0.5) * 34.0,
            (noise(px * 0.06, py * 0.12, 343) - 0.5) * 16.0,
        );
        let (u, v) = ((px + bx - x) / w, (py + by - y) / h);
        let paint = match finish % 3 {
            0 => seascape(u, v),
            1 => lake(u, v),
            _ => still_life(u, v),
        };
        let ridge = noise(px * 0.12, py * 0.6, 344) - 0.5;
        paint.plus(ridge * 0.07 - 0.02).lit(1.05 - v * 0.12)
    });
    match finish % 3 {
        0 => smack(c, x, y),
        1 => {}
        _ => bouquet(c, x, y),
    }
    c.soft(
        &canvas,
        &outline(&lines(&[(x, y + h), (x, y), (x + w, y)]), 12.0),
        9.0,
        hex(0x0A0604).a(0.7),
    );
    c.soft(
        &canvas,
        &ellipse(x + w * 0.3, y + h * 0.12, w * 0.3, h * 0.06),
        40.0,
        hex(0xFFFFFF).a(0.18),
    );
}

fn seascape(u: f32, v: f32) -> Tone {
    let cloud = clouds(u * 5.0 + v, v * 9.0, 351);
    if v < 0.56 {
        let glow = 1.0 - smooth(0.0, 0.55, length(u - 0.66, (v - 0.50) * 1.3));
        let sky =
            hex(0x5E7C9A).mix(hex(0xE8B484), smooth(0.0, 0.56, v)).mix(hex(0xFBE2A8), glow * 0.9);
        return sky.mix(hex(0x6A6078), smooth(0.48, 0.72, cloud) * 0.7);
    }
    let wave = noise(u * 9.0, v * 60.0, 352);
    let path = (1.0 - smooth(0.02, 0.16, (u - 0.66).abs())) * smooth(0.4, 0.7, wave);
    let sea = hex(0x6E8A94).mix(hex(0x1E364A), smooth(0.56, 1.0, v)).plus((wave - 0.5) * 0.16);
    sea.mix(hex(0xF8D8A0), path * 0.8)
}

/// A fishing boat under tan sails.
fn smack(c: &mut Canvas, x: f32, y: f32) {
    c.within(Transform::from_translate(x + 150.0, y + 190.0), |c| {
        c.fill(&ellipse(46.0, 138.0, 62.0, 6.0), hex(0x142230).a(0.6));
        c.stroke(&lines(&[(44.0, 0.0), (44.0, 120.0)]), 3.0, hex(0x2A1C16));
        for (sail, tone) in [
            ([(41.0, 10.0), (40.0, 104.0), (4.0, 112.0)], hex(0xA85A36)),
            ([(48.0, 22.0), (96.0, 104.0), (50.0, 108.0)], hex(0x8A422A)),
        ] {
            c.fill(
                &poly(&sail),
                linear((0.0, 0.0), (90.0, 110.0), &[(0.0, tone.plus(0.12)), (1.0, tone.lit(0.7))]),
            );
        }
        c.fill(
            &blob(&[
                (-8.0, 114.0),
                (46.0, 122.0),
                (98.0, 112.0),
                (86.0, 136.0),
                (46.0, 141.0),
                (8.0, 136.0),
            ]),
            hex(0x2A201E),
        );
    });
}

fn lake(u: f32, v: f32) -> Tone {
    let ridge = 0.30 + 0.13 * noise(u * 3.2, 0.0, 353) - 0.09 * noise(u * 9.0, 1.0, 354);
    let near = 0.46 + 0.06 * noise(u * 5.0, 3.0, 355);
    let cloud = clouds(u * 4.0, v * 7.0, 356);
    let land = |v: f32| {
        if v < ridge {
            hex(0x9AB8C8).mix(hex(0xEEE2CC), smooth(0.4, 0.7, cloud))
        } else if v < near {
            hex(0x6A7A92).mix(hex(0x8E9A86), smooth(ridge, near, v)).plus((cloud - 0.5) * 0.16)
        } else {
            hex(0x5A6E3E).plus((cloud - 0.5) * 0.2)
        }
    };
    if v < 0.54 {
        land(v)
    } else if v < 0.8 {
        let ripple = (noise(u * 6.0, v * 70.0, 357) - 0.5) * 0.06;
        land(1.08 - v + ripple).lit(0.82).mix(hex(0x8AA4B0), 0.25)
    } else {
        hex(0x8A7E3E)
            .mix(hex(0x3E4622), smooth(0.8, 1.0, v))
            .plus((noise(u * 30.0, v * 20.0, 358) - 0.5) * 0.22)
    }
}

fn still_life(u: f32, v: f32) -> Tone {
    let wall = hex(0x5A4A38).mix(hex(0x2A201A), length(u - 0.3, v - 0.2));
    let table = hex(0x8E5E34).lit(1.2 - u * 0.5);
    let jug = length((u - 0.5) / 0.17, (v - 0.72) / 0.17);
    if jug < 1.0 {
        return hex(0x4A6A8A)
            .lit(1.35 - (u - 0.38) * 3.0)
            .plus(smooth(0.3, 0.0, length((u - 0.43) / 0.2, (v - 0.66) / 0.2)) * 0.4);
    }
    wall.mix(table, smooth(0.77, 0.79, v))
        .lit(1.0 - smooth(1.6, 1.0, length((u - 0.56) / 0.22, (v - 0.88) / 0.05)) * 0.5)
}

fn bouquet(c: &mut Canvas, x: f32, y: f32) {
    let tones = [hex(0xE8DCC8), hex(0xC84A3A), hex(0xE0A04A), hex(0xD88A92), hex(0x8A6AA8)];
    for leaf in 0..60_i32 {
        let angle = TAU * hash(leaf, 1, 361);
        let reach = 40.0 + 140.0 * hash(leaf, 2, 361);
        let (px, py) = (x + 210.0 + reach * angle.cos(), y + 220.0 + reach * angle.sin() * 0.9);
        let green = hex(0x3E522A).mix(hex(0x8A9A52), hash(leaf, 3, 361));
        c.stroke(
            &curve(&[(x + 210.0, y + 330.0), (px, py + 20.0), (px + 18.0 * angle.cos(), py)]),
            6.0,
            green.a(0.85),
        );
    }
    for flower in 0..16_i32 {
        let angle = TAU * (hash(flower, 4, 361) + flower as f32 * 0.38);
        let reach = 150.0 * (flower as f32 / 16.0).sqrt();
        let (px, py) = (x + 210.0 + reach * angle.cos(), y + 190.0 + reach * angle.sin() * 0.85);
        let tone = tones[flower as usize % tones.len()];
        for petal in 0..22_i32 {
            let turn = petal as f32 * 2.4;
            let out = 4.0 + 24.0 * (petal as f32 / 22.0).sqrt();
            let light = 0.72 + 0.36 * hash(flower, petal + 9, 362) - 0.12 * turn.sin();
            c.fill(
                &ellipse(px + out * turn.cos(), py + out * turn.sin(), 11.0, 8.0),
                tone.lit(light).a(0.92),
            );
        }
        c.fill(&circle(px, py, 6.0), tone.lit(0.55));
    }
}

/// An engraved map, coloured by hand: 0 a coast with islands, 1 a county with rivers.
pub(crate) fn map(c: &mut Canvas, finish: u8) {
    let seed = 371 + u32::from(finish % 2) * 20;
    let coast_of = move |x: f32, y: f32| {
        let land = clouds(x * 0.0042 + 3.0, y * 0.0042, seed) * 0.62
            + noise(x * 0.002, y * 0.002, seed + 4) * 0.5;
        let tilt = if seed == 371 {
            (x - 640.0) * 0.00062
        } else {
            0.22 - length((x - 600.0) / 520.0, (y - 450.0) / 330.0) * 0.26
        };
        land + tilt + noise(x * 0.05, y * 0.05, seed + 6) * 0.03 - 0.55
    };
    c.within(Transform::from_rotate_at(if seed == 371 { -1.2 } else { 0.9 }, 600.0, 450.0), |c| {
        let sheet = rect(150.0, 90.0, 900.0, 720.0);
        c.shadow(&sheet, (10.0, 16.0), 18.0, hex(0x140C06).a(0.45));
        c.shadow(&sheet, (2.0, 3.0), 3.0, hex(0x140C06).a(0.4));
        c.surface(&sheet, |x, y| {
            aged(hex(0xECDEBE), (x - 150.0) / 900.0, (y - 90.0) / 720.0, seed + 9)
        });
        let area = rect(196.0, 136.0, 808.0, 628.0);
        c.surface(&area, |x, y| map_ink(coast_of(x, y), x, y, seed));
        for (inset, width) in [(0.0, 3.0), (-8.0, 1.2), (-20.0, 2.0)] {
            c.stroke(
                &rect(196.0 + inset, 136.0 + inset, 808.0 - inset * 2.0, 628.0 - inset * 2.0),
                width,
                hex(0x3A2818).a(0.85),
            );
        }
        graticule(c);
        let (x, y) = if seed == 371 { (330.0, 610.0) } else { (270.0, 230.0) };
        compass_rose(c, x, y, 74.0);
        for x in [450.0, 750.0] {
            c.fill(
                &rect(x - 7.0, 90.0, 14.0, 720.0),
                across(
                    x - 7.0,
                    x + 7.0,
                    &[
                        (0.0, hex(0xFFFFFF).a(0.0)),
                        (0.48, hex(0xFFFAE8).a(0.35)),
                        (0.52, hex(0x4A3218).a(0.28)),
                        (1.0, hex(0x4A3218).a(0.0)),
                    ],
                ),
            );
        }
    });
}

/// Ink and wash of a map by height above the sea: coast, sea lines, hills and borders.
fn map_ink(land: f32, x: f32, y: f32, seed: u32) -> Tone {
    let ink = hex(0x3A2818);
    let coast = 1.0 - smooth(0.002, 0.0055, land.abs());
    if land < 0.0 {
        let wash = hex(0x6E9AA0).a(0.18 + 0.34 * smooth(-0.09, 0.0, land));
        let lines_at = [0.014, 0.028, 0.044, 0.062];
        let hatch = lines_at
            .iter()
            .map(|at| (1.0 - smooth(0.001, 0.0028, (land + at).abs())) * (1.0 - at * 9.0))
            .fold(0.0, f32::max);
        return wash.mix(ink.a(0.75), coast.max(hatch * 0.6));
    }
    let county = noise(x * 0.0062, y * 0.0062, seed + 12);
    let border = 1.0 - smooth(0.002, 0.007, (county - 0.5).abs());
    let dashed = border * smooth(0.45, 0.55, noise(x * 0.2, y * 0.2, seed + 3));
    let washes = [hex(0xD8A08A), hex(0xC8C07A), hex(0xA8B886)];
    let wash = washes[usize::from(county > 0.5) + usize::from(land > 0.16)];
    let edge = 0.16 + 0.22 * (1.0 - smooth(0.0, 0.04, (county - 0.5).abs().min(land)));
    let river = 1.0 - smooth(0.004, 0.011, (noise(x * 0.008, y * 0.005, seed + 14) - 0.46).abs());
    let (cell_x, cell_y) = (floor(x / 26.0), floor(y / 22.0));
    let (hx, hy) = (x / 26.0 - cell_x as f32 - 0.5, y / 22.0 - cell_y as f32 - 0.6);
    let hilly = hash(cell_x, cell_y, seed + 15) > 0.62 && land > 0.12;
    let arch = (hy + 0.32 - hx * hx * 5.0).abs();
    let hill = if hilly && hx.abs() < 0.36 { 1.0 - smooth(0.05, 0.11, arch) } else { 0.0 };
    let shading = if hilly
        && hx > 0.0
        && hx < 0.34
        && hy + 0.32 > hx * hx * 5.0
        && hy < 0.24
        && ((x + y) * 0.9).sin() > 0.3
    {
        0.4
    } else {
        0.0
    };
    let town = if hash(cell_x, cell_y, seed + 16) > 0.94 && land > 0.03 {
        1.0 - smooth(0.09, 0.14, (length(hx, hy + 0.1) - 0.12).abs() + 0.04)
    } else {
        0.0
    };
    wash.a(edge)
        .mix(hex(0x4A7A8A).a(0.7), river * 0.8)
        .mix(ink.a(0.8), coast.max(hill).max(shading).max(town).max(dashed * 0.7))
}

fn graticule(c: &mut Canvas) {
    let ink = hex(0x3A2818);
    for step in 1..5_u8 {
        let (x, y) = (196.0 + 161.6 * f32::from(step), 136.0 + 125.6 * f32::from(step));
        c.stroke(&lines(&[(x, 136.0), (x, 764.0)]), 0.8, ink.a(0.3));
        c.stroke(&lines(&[(196.0, y), (1004.0, y)]), 0.8, ink.a(0.3));
    }
    for step in 0..40_u8 {
        let x = 196.0 + 20.2 * f32::from(step);
        if step % 2 == 0 {
            c.fill(&rect(x, 126.0, 20.2, 5.0), ink.a(0.85));
            c.fill(&rect(x, 769.0, 20.2, 5.0), ink.a(0.85));
        }
    }
    for step in 0..31_u8 {
        let y = 136.0 + 20.26 * f32::from(step);
        if step % 2 == 0 {
            c.fill(&rect(186.0, y, 5.0, 20.26), ink.a(0.85));
            c.fill(&rect(1009.0, y, 5.0, 20.26), ink.a(0.85));
        }
    }
}

fn compass_rose(c: &mut Canvas, x: f32, y: f32, size: f32) {
    let ink = hex(0x3A2818);
    for ray in 0..32_u8 {
        let (sin, cos) = (TAU * f32::from(ray) / 32.0).sin_cos();
        c.stroke(
            &lines(&[
                (x + size * 0.9 * cos, y + size * 0.9 * sin),
                (x + size * 1.5 * cos, y + size * 1.5 * sin),
            ]),
            0.8,
            ink.a(0.4),
        );
    }
    c.stroke(&circle(x, y, size * 0.62), 1.5, ink.a(0.8));
    for point in 0..8_u8 {
        let turn = (f32::from(point) * 2.0 + 1.0).rem_euclid(16.0) / 16.0;
        let turn = if point < 4 { turn } else { f32::from(point) / 4.0 };
        let reach = if point < 4 { 0.7 } else { 1.0 };
        let (sin, cos) = (TAU * turn).sin_cos();
        for side in [-1.0, 1.0] {
            let shape = poly(&[
                (x, y),
                (x + size * reach * cos, y + size * reach * sin),
                (x + size * 0.16 * (cos - side * sin), y + size * 0.16 * (sin + side * cos)),
            ]);
            c.fill(&shape, if side > 0.0 { ink.a(0.9) } else { hex(0xD88A5A).a(0.9) });
        }
    }
}

/// Books: 0 one in a red cloth cover, standing before its fellow, 1 a row of old leather, 2 green
/// cloth with a gilt tree.
pub(crate) fn book(c: &mut Canvas, finish: u8) {
    if finish % 3 == 1 {
        return leather_row(c);
    }
    let (cloth, gilt) = if finish.is_multiple_of(3) {
        (hex(0x962A28), hex(0xE4C072))
    } else {
        (hex(0x2E5040), hex(0xDEBE7A))
    };
    c.ground(600.0, 744.0, 270.0, 26.0);
    let pages = poly(&[(792.0, 152.0), (846.0, 178.0), (846.0, 716.0), (792.0, 744.0)]);
    c.surface(&pages, |x, y| {
        hex(0xEEE2C6)
            .lit(0.70 + 0.22 * noise((x - 792.0) * 1.2, y * 0.02, 381) + (846.0 - x) / 400.0)
    });
    let back = poly(&[(842.0, 170.0), (856.0, 176.0), (856.0, 722.0), (842.0, 728.0)]);
    c.fill(&back, cloth.lit(0.55));
    let spine = poly(&[(330.0, 158.0), (376.0, 136.0), (376.0, 748.0), (330.0, 726.0)]);
    c.surface(&spine, |x, y| cloth.lit(0.5 + (x - 330.0) / 130.0 + 0.06 * noise(x, y, 382)));
    let cover = rounded(374.0, 136.0, 424.0, 612.0, 5.0);
    c.surface(&cover, |x, y| {
        let weave =
            hash(floor(x * 0.6), floor(y * 0.6), 383) * 0.09 + noise(x * 0.4, y * 0.4, 384) * 0.06;
        let rubbed = smooth(0.62, 0.85, clouds(x * 0.012, y * 0.012, 385)) * 0.07;
        cloth.lit(1.0 + weave - (x - 374.0) / 2600.0).plus(rubbed)
    });
    c.bevel(&cover, 5.0, 0.8);
    c.fill(
        &rect(388.0, 138.0, 10.0, 608.0),
        across(
            388.0,
            398.0,
            &[(0.0, hex(0).a(0.0)), (0.5, hex(0).a(0.35)), (1.0, hex(0xFFFFFF).a(0.1))],
        ),
    );
    let ink = linear(
        (420.0, 180.0),
        (780.0, 700.0),
        &[
            (0.0, gilt.plus(0.12)),
            (0.35, gilt.lit(0.8)),
            (0.6, gilt.plus(0.1)),
            (1.0, gilt.lit(0.7)),
        ],
    );
    for (inset, width) in [(0.0, 4.0), (12.0, 1.6)] {
        c.stroke(
            &rect(424.0 + inset, 168.0 + inset, 348.0 - inset * 2.0, 548.0 - inset * 2.0),
            width,
            ink.clone(),
        );
    }
    if finish.is_multiple_of(3) {
        gilt_ship(c, &ink);
    } else {
        gilt_tree(c, &ink);
    }
    c.soft(
        &cover,
        &poly(&[(400.0, 136.0), (560.0, 136.0), (430.0, 748.0), (390.0, 748.0)]),
        30.0,
        hex(0xFFFFFF).a(0.12),
    );
}

fn gilt_ship(c: &mut Canvas, ink: &super::canvas::Ink) {
    c.fill(
        &blob(&[
            (490.0, 500.0),
            (600.0, 516.0),
            (706.0, 496.0),
            (680.0, 552.0),
            (600.0, 566.0),
            (520.0, 554.0),
        ]),
        ink.clone(),
    );
    for (x, top, wide) in [(550.0, 330.0, 62.0), (640.0, 290.0, 74.0)] {
        c.stroke(&lines(&[(x, top - 30.0), (x, 505.0)]), 4.0, ink.clone());
        for row in 0..2_u8 {
            let y = top + f32::from(row) * 96.0;
            let half = wide * (0.6 + 0.2 * f32::from(row));
            c.fill(
                &blob(&[
                    (x - half, y),
                    (x, y + 6.0),
                    (x + half, y),
                    (x + half * 1.1, y + 44.0),
                    (x + half * 0.9, y + 84.0),
                    (x, y + 74.0),
                    (x - half * 0.9, y + 84.0),
                ]),
                ink.clone(),
            );
        }
    }
    for row in 0..3_u8 {
        let y = 586.0 + f32::from(row) * 22.0;
        let wave: Vec<_> = (0..17)
            .map(|step| {
                (464.0 + step as f32 * 17.0, y + 7.0 * (step as f32 * 1.6 + f32::from(row)).sin())
            })
            .collect();
        c.stroke(&curve(&wave), 3.0, ink.clone());
    }
    for ray in 0..9_u8 {
        let (sin, cos) = (TAU * (0.5 + f32::from(ray) / 16.0)).sin_cos();
        c.stroke(
            &lines(&[
                (600.0 + 150.0 * cos, 330.0 + 130.0 * sin),
                (600.0 + 166.0 * cos, 330.0 + 146.0 * sin),
            ]),
            3.0,
            ink.clone(),
        );
    }
}

fn gilt_tree(c: &mut Canvas, ink: &super::canvas::Ink) {
    c.stroke(
        &curve(&[(598.0, 650.0), (604.0, 540.0), (594.0, 440.0), (600.0, 340.0)]),
        14.0,
        ink.clone(),
    );
    for branch in 0..12_i32 {
        let side = if branch % 2 == 0 { 1.0 } else { -1.0 };
        let y = 560.0 - branch as f32 * 22.0;
        let reach = 120.0 - (branch as f32 - 4.0).abs() * 8.0;
        let tip = (600.0 + side * reach, y - 70.0);
        c.stroke(
            &curve(&[(600.0, y), (600.0 + side * reach * 0.5, y - 22.0), tip]),
            4.5,
            ink.clone(),
        );
        for leaf in 0..6_u8 {
            let t = 0.35 + f32::from(leaf) * 0.13;
            let up = if leaf % 2 == 0 { -14.0 } else { 12.0 };
            let (x, ly) = (600.0 + side * reach * t, y - 70.0 * t * t - 12.0 * t + up);
            c.fill(&ellipse(x, ly, 9.0, 6.0), ink.clone());
        }
    }
    c.stroke(
        &curve(&[(500.0, 656.0), (560.0, 648.0), (600.0, 652.0), (650.0, 646.0), (700.0, 656.0)]),
        4.0,
        ink.clone(),
    );
}

fn leather_row(c: &mut Canvas) {
    c.ground(600.0, 744.0, 390.0, 24.0);
    let mut x = 230.0;
    for volume in 0..8_i32 {
        let wide = 78.0 + 30.0 * hash(volume, 1, 391);
        let tall = 430.0 + 120.0 * hash(volume, 2, 391);
        let tones = [hex(0x7A4222), hex(0x8A5A30), hex(0x5A2A1C), hex(0x6E4A2A)];
        leather_spine(c, x, 744.0 - tall, wide, tall, tones[volume as usize % 4], volume);
        x += wide + 2.0;
    }
}

fn leather_spine(c: &mut Canvas, x: f32, y: f32, w: f32, h: f32, tone: Tone, volume: i32) {
    let spine = rounded(x, y, w, h, 9.0);
    let seed = 392 + volume.cast_unsigned();
    c.surface(&spine, |px, py| {
        let u = (px - x) / w;
        let round = 1.18 - (u - 0.32).powi(2) * 2.1;
        let worn = smooth(0.55, 0.8, clouds(px * 0.02, py * 0.014, seed));
        tone.lit(round)
            .mix(hex(0xB88A58).lit(round), worn * 0.32)
            .plus((noise(px * 0.5, py * 0.5, seed) - 0.5) * 0.05)
    });
    let gold = across(
        x,
        x + w,
        &[(0.0, hex(0x7A521E)), (0.3, hex(0xF4D894)), (0.6, hex(0xC89848)), (1.0, hex(0x5A3A14))],
    );
    for band in 1..6_u8 {
        let by = y + h * f32::from(band) / 6.0;
        let ridge = rounded(x, by - 6.0, w, 12.0, 5.0);
        c.surface(&ridge, |px, _| tone.lit(1.25 - ((px - x) / w - 0.32).powi(2) * 2.2));
        c.bevel(&ridge, 4.0, 0.9);
        for dy in [-10.0, 10.0] {
            c.stroke(&lines(&[(x + 3.0, by + dy), (x + w - 3.0, by + dy)]), 1.6, gold.clone());
        }
        if band != 2 {
            let (cx, cy) = (x + w / 2.0, by + h / 12.0);
            if band < 5 {
                c.fill(
                    &poly(&[(cx, cy - 15.0), (cx + 10.0, cy), (cx, cy + 15.0), (cx - 10.0, cy)]),
                    gold.clone(),
                );
            }
        }
    }
    let label = rect(x + 2.0, y + h / 3.0 + 12.0, w - 4.0, h / 6.0 - 24.0);
    c.surface(&label, |px, _| hex(0x6E1618).lit(1.15 - ((px - x) / w - 0.32).powi(2) * 2.0));
    for (row, share) in [(0.3, 0.56), (0.52, 0.7), (0.74, 0.4)] {
        let ly = y + h / 3.0 + 12.0 + (h / 6.0 - 24.0) * row;
        c.stroke(
            &lines(&[(x + w * (0.5 - share / 2.0), ly), (x + w * (0.5 + share / 2.0), ly)]),
            3.0,
            gold.clone(),
        );
    }
    c.fill(
        &rounded(x + 3.0, y - 1.0, w - 6.0, 10.0, 5.0),
        down(y, y + 10.0, &[(0.0, tone.lit(1.3)), (1.0, tone.lit(0.5))]),
    );
}
