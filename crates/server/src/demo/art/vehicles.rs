//! Things that travel: a bicycle, and ships on a stand.

use std::f32::consts::TAU;

use super::canvas::{
    Canvas, across, blob, circle, curve, down, ellipse, linear, lines, outline, poly, radial, rect,
    rounded, rounded_poly, strokes,
};
use super::light::Skin;
use super::tone::{Tone, Wood, hash, hex, noise, smooth};

/// A bicycle: 0 racing green tourer, 1 black roadster, 2 pale blue.
pub(crate) fn bicycle(c: &mut Canvas, finish: u8) {
    let paint = match finish % 3 {
        0 => hex(0x1E4E3A),
        1 => hex(0x222226),
        _ => hex(0x8AB0BC),
    };
    c.ground(340.0, 752.0, 120.0, 12.0);
    c.ground(870.0, 752.0, 120.0, 12.0);
    c.shadow(&ellipse(600.0, 762.0, 380.0, 14.0), (0.0, 0.0), 24.0, hex(0x1C1410).a(0.25));
    for x in [340.0, 870.0] {
        wheel(c, x, 556.0, 192.0, paint);
    }
    let (rear, crank, seat, head, fork) =
        ((340.0, 556.0), (566.0, 572.0), (496.0, 316.0), (782.0, 306.0), (870.0, 556.0));
    for (points, width) in [
        (vec![rear, crank], 11.0),
        (vec![rear, (506.0, 350.0)], 10.0),
        (vec![(798.0, 350.0), (820.0, 430.0), (846.0, 520.0), fork], 14.0),
        (vec![crank, (486.0, 282.0)], 19.0),
        (vec![seat, head], 18.0),
        (vec![crank, (790.0, 346.0)], 20.0),
        (vec![(774.0, 272.0), (798.0, 356.0)], 24.0),
    ] {
        tube(c, &points, width, paint);
    }
    for (x, y) in [(500.0, 316.0), (782.0, 306.0), (793.0, 346.0), (566.0, 572.0)] {
        c.ball(x, y, 15.0, |_| Skin { tone: paint, gloss: 0.7, metal: 0.1 });
    }
    drivetrain(c, rear, crank);
    saddle(c);
    handlebars(c);
    for (x, from, to) in [(340.0, 0.53, 0.86), (870.0, 0.60, 0.93)] {
        let guard = super::canvas::arc(x, 556.0, 207.0, 207.0, from, to);
        let band = outline(&guard, 10.0);
        c.fill(
            &band,
            linear(
                (x - 150.0, 380.0),
                (x + 150.0, 500.0),
                &[(0.0, paint.plus(0.1)), (0.4, paint.plus(0.42)), (1.0, paint.lit(0.7))],
            ),
        );
        c.bevel(&band, 4.0, 0.7);
    }
}

fn tube(c: &mut Canvas, points: &[(f32, f32)], width: f32, paint: Tone) {
    let shape = outline(&curve(points), width);
    c.fill(&shape, paint);
    c.bevel(&shape, width * 0.4, 1.0);
    let lit: Vec<_> = points.iter().map(|(x, y)| (x - width * 0.14, y - width * 0.18)).collect();
    c.soft(&shape, &outline(&curve(&lit), width * 0.14), width * 0.1, hex(0xFFFFFF).a(0.6));
}

fn wheel(c: &mut Canvas, x: f32, y: f32, radius: f32, paint: Tone) {
    let spokes = strokes((0..36_u8).map(|spoke| {
        let turn = TAU * f32::from(spoke) / 36.0;
        let lean = if spoke % 2 == 0 { 0.9 } else { -0.9 };
        [
            (x + 13.0 * (turn + lean).cos(), y + 13.0 * (turn + lean).sin()),
            (x + (radius - 16.0) * turn.cos(), y + (radius - 16.0) * turn.sin()),
        ]
    }));
    c.stroke(&spokes, 1.7, hex(0xC8CACC));
    c.stroke(&spokes, 0.7, hex(0x5A5C60));
    let tyre = outline(&circle(x, y, radius - 7.0), 15.0);
    c.stroke(&circle(x, y, radius - 7.0), 15.0, hex(0x262526));
    c.stroke(&circle(x, y, radius - 10.0), 3.0, hex(0x6A6660));
    c.stroke(
        &circle(x, y, radius - 18.0),
        8.0,
        linear(
            (x - radius, y - radius),
            (x + radius, y + radius),
            &[
                (0.0, hex(0xF8F8F6)),
                (0.3, hex(0x9EA2A6)),
                (0.55, hex(0xE8EAEA)),
                (0.8, hex(0x7A7E82)),
                (1.0, hex(0xC8CACC)),
            ],
        ),
    );
    c.soft(
        &tyre,
        &super::canvas::arc(x - 6.0, y - 8.0, radius - 5.0, radius - 5.0, 0.55, 0.75),
        5.0,
        hex(0xFFFFFF).a(0.3),
    );
    c.ball(x, y, 17.0, |_| Skin::metal(hex(0xC8CACC)));
    c.ball(x, y, 7.0, |_| Skin::metal(paint.mix(hex(0x8A8A8A), 0.7)));
}

fn drivetrain(c: &mut Canvas, rear: (f32, f32), crank: (f32, f32)) {
    for dy in [-1.0, 1.0] {
        c.stroke(
            &lines(&[(rear.0, rear.1 + dy * 17.0), (crank.0, crank.1 + dy * 46.0)]),
            4.5,
            hex(0x2E2A28),
        );
    }
    c.stroke(
        &circle(crank.0, crank.1, 47.0),
        6.0,
        linear(
            (520.0, 530.0),
            (610.0, 620.0),
            &[(0.0, hex(0xFAFAF8)), (0.5, hex(0x9A9CA0)), (1.0, hex(0xDADCDC))],
        ),
    );
    for arm in 0..5_u8 {
        let (sin, cos) = (TAU * (f32::from(arm) / 5.0 + 0.07)).sin_cos();
        c.stroke(
            &lines(&[crank, (crank.0 + 44.0 * cos, crank.1 + 44.0 * sin)]),
            6.0,
            hex(0xB8BABE),
        );
    }
    for (dx, dy) in [(62.0, 66.0), (-62.0, -66.0)] {
        let end = (crank.0 + dx, crank.1 + dy);
        c.stroke(&lines(&[crank, end]), 9.0, hex(0x7A7C80));
        c.stroke(&lines(&[crank, end]), 5.0, hex(0xE2E4E4));
        let pedal = rounded(end.0 - 34.0, end.1 - 8.0, 68.0, 17.0, 5.0);
        c.fill(
            &pedal,
            down(end.1 - 8.0, end.1 + 9.0, &[(0.0, hex(0x5A5856)), (1.0, hex(0x161616))]),
        );
    }
    c.ball(crank.0, crank.1, 13.0, |_| Skin::metal(hex(0xC8CACC)));
    c.ball(rear.0, rear.1, 15.0, |_| Skin::metal(hex(0x8A8680)));
}

fn saddle(c: &mut Canvas) {
    c.stroke(
        &lines(&[(490.0, 300.0), (476.0, 246.0)]),
        11.0,
        across(472.0, 498.0, &[(0.0, hex(0x8A8C90)), (0.4, hex(0xFCFCFA)), (1.0, hex(0x6A6C70))]),
    );
    for x in [424.0, 452.0] {
        let coil: Vec<_> = (0..16_u8)
            .map(|turn| (x + if turn % 2 == 0 { -8.0 } else { 8.0 }, 238.0 + f32::from(turn) * 1.6))
            .collect();
        c.stroke(&lines(&coil), 3.0, hex(0xA8AAAE));
    }
    let seat = blob(&[
        (392.0, 222.0),
        (406.0, 204.0),
        (450.0, 206.0),
        (510.0, 216.0),
        (574.0, 218.0),
        (584.0, 228.0),
        (566.0, 236.0),
        (500.0, 240.0),
        (440.0, 256.0),
        (404.0, 250.0),
    ]);
    c.surface(&seat, |x, y| hex(0x7E4624).lit(0.9 + 0.25 * noise(x * 0.2, y * 0.2, 901)));
    c.bevel(&seat, 12.0, 1.0);
    c.soft(
        &seat,
        &curve(&[(410.0, 212.0), (470.0, 214.0), (560.0, 222.0)]),
        4.0,
        hex(0xFFEAD0).a(0.5),
    );
    for x in [412.0, 434.0, 572.0] {
        c.ball(x, 226.0, 4.0, |_| Skin::metal(hex(0xD8A85A)));
    }
}

fn handlebars(c: &mut Canvas) {
    c.stroke(&lines(&[(776.0, 276.0), (764.0, 226.0), (806.0, 214.0)]), 12.0, hex(0x9A9CA0));
    c.stroke(&lines(&[(773.0, 274.0), (761.0, 226.0), (804.0, 212.0)]), 4.0, hex(0xFFFFFF).a(0.8));
    let bar = outline(
        &curve(&[
            (806.0, 214.0),
            (850.0, 206.0),
            (888.0, 226.0),
            (886.0, 278.0),
            (846.0, 302.0),
            (806.0, 296.0),
        ]),
        14.0,
    );
    c.surface(&bar, |x, y| {
        hex(0x8A5A34).lit(0.82 + 0.22 * ((x * 0.5 + y * 0.4).sin() * 0.5 + 0.5))
    });
    c.bevel(&bar, 6.0, 1.0);
    let lever = curve(&[(868.0, 222.0), (906.0, 254.0), (900.0, 312.0), (884.0, 336.0)]);
    c.stroke(&lever, 8.0, hex(0x7A7C80));
    c.stroke(&lever, 4.0, hex(0xF0F2F2));
    let lamp = rounded(800.0, 322.0, 60.0, 48.0, 18.0);
    c.fill(
        &lamp,
        linear(
            (800.0, 322.0),
            (850.0, 372.0),
            &[(0.0, hex(0xFAFAF8)), (0.5, hex(0xA4A6AA)), (1.0, hex(0x5A5C60))],
        ),
    );
    c.bevel(&lamp, 8.0, 0.8);
    c.fill(
        &ellipse(858.0, 346.0, 10.0, 24.0),
        radial(856.0, 340.0, 24.0, &[(0.0, hex(0xFFFFF0)), (1.0, hex(0xC8C2A0))]),
    );
    c.stroke(
        &curve(&[(886.0, 276.0), (920.0, 330.0), (860.0, 400.0), (828.0, 410.0)]),
        2.5,
        hex(0x2A2A2C),
    );
}

/// A ship model on its stand: 0 three-masted ship, 1 gaff cutter.
pub(crate) fn ship(c: &mut Canvas, finish: u8) {
    let wood = Wood::new(0xA86E3E, 0x5A3218, 22.0, 911);
    c.ground(600.0, 770.0, 330.0, 22.0);
    let plank = rounded(270.0, 738.0, 660.0, 32.0, 6.0);
    c.surface(&plank, |x, y| wood.at(x, y).lit(0.8));
    c.bevel(&plank, 7.0, 0.9);
    for x in [440.0, 760.0] {
        let cradle = rounded_poly(
            &[(x - 34.0, 690.0), (x + 34.0, 690.0), (x + 22.0, 740.0), (x - 22.0, 740.0)],
            6.0,
        );
        c.fill(
            &cradle,
            across(
                x - 34.0,
                x + 34.0,
                &[(0.0, hex(0x8A6228)), (0.35, hex(0xF8E0A4)), (1.0, hex(0x7A521C))],
            ),
        );
    }
    if finish.is_multiple_of(2) { full_rigged(c, wood) } else { cutter(c, wood) }
}

fn hull(c: &mut Canvas, wood: Wood, side: Tone, below: Tone) {
    let shape = blob(&[
        (214.0, 520.0),
        (300.0, 548.0),
        (480.0, 572.0),
        (700.0, 572.0),
        (880.0, 548.0),
        (990.0, 508.0),
        (968.0, 570.0),
        (920.0, 650.0),
        (840.0, 700.0),
        (600.0, 716.0),
        (360.0, 706.0),
        (262.0, 670.0),
        (226.0, 600.0),
    ]);
    c.surface(&shape, |x, y| {
        let sheer = ((x - 600.0) / 390.0).powi(2) * 44.0;
        let at = y + sheer;
        let planks = ((at / 11.0).sin().abs()).powf(0.25);
        let grain = wood.at(x, y * 2.0);
        let tone = if at < 590.0 {
            grain
        } else if at < 606.0 {
            hex(0xE8D8B0)
        } else if at < 648.0 {
            side.mix(grain, 0.15)
        } else {
            below.mix(grain, 0.12)
        };
        let round = 1.08 - smooth(600.0, 716.0, y) * 0.5;
        tone.lit(round * (0.84 + 0.16 * planks))
    });
    c.bevel(&shape, 26.0, 0.8);
    c.stroke(
        &curve(&[
            (214.0, 518.0),
            (300.0, 546.0),
            (480.0, 570.0),
            (700.0, 570.0),
            (880.0, 546.0),
            (990.0, 506.0),
        ]),
        7.0,
        hex(0x3A2212),
    );
}

/// A sail that fills towards the viewer's right, with its seams.
fn sail(c: &mut Canvas, corners: [(f32, f32); 4], belly: f32) {
    let [a, b, d, e] = corners;
    let mid = |p: (f32, f32), q: (f32, f32), dx: f32, dy: f32| {
        (f32::midpoint(p.0, q.0) + dx, f32::midpoint(p.1, q.1) + dy)
    };
    let mut points = Vec::new();
    for (from, to, bow) in [
        (a, b, (0.0, 2.0)),
        (b, d, (belly, 0.0)),
        (d, e, (0.0, -belly * 0.5)),
        (e, a, (belly * 0.5, 0.0)),
    ] {
        let via = mid(from, to, bow.0, bow.1);
        for step in 0..10_u8 {
            let t = f32::from(step) / 10.0;
            let s = 1.0 - t;
            points.push((
                s * s * from.0
                    + 2.0 * s * t * (2.0 * via.0 - f32::midpoint(from.0, to.0))
                    + t * t * to.0,
                s * s * from.1
                    + 2.0 * s * t * (2.0 * via.1 - f32::midpoint(from.1, to.1))
                    + t * t * to.1,
            ));
        }
    }
    let shape = poly(&points);
    let (left, right) = (a.0.min(e.0), b.0.max(d.0) + belly);
    let (top, bottom) = (a.1.min(b.1), d.1.max(e.1));
    c.shadow(&shape, (6.0, 8.0), 10.0, hex(0x20140A).a(0.22));
    c.surface(&shape, |x, y| {
        let (u, v) = ((x - left) / (right - left), (y - top) / (bottom - top).max(1.0));
        let seam = (((x - left) / 17.0).fract() - 0.5).abs();
        let cloth = noise(x * 0.02, y * 0.6, 921) * 0.05;
        hex(0xEEE2C6).lit(
            0.80 + 0.28 * (u * 2.6 + 0.3).sin().max(0.0) - v * 0.12 + cloth
                - smooth(0.44, 0.5, seam) * 0.09,
        )
    });
    c.stroke(&shape, 1.5, hex(0x8A7656).a(0.7));
}

fn full_rigged(c: &mut Canvas, wood: Wood) {
    let rope = hex(0x4A3828);
    let masts = [(400.0, 150.0, 0.86), (596.0, 96.0, 1.0), (790.0, 140.0, 0.88)];
    c.stroke(&lines(&[(960.0, 520.0), (1094.0, 436.0)]), 10.0, wood.dark);
    c.stroke(&lines(&[(958.0, 518.0), (1094.0, 434.0)]), 4.0, wood.light);
    let stays = [
        [(1090.0, 440.0), (790.0, 150.0)],
        [(1030.0, 478.0), (790.0, 260.0)],
        [(790.0, 150.0), (596.0, 110.0)],
        [(596.0, 110.0), (400.0, 160.0)],
        [(400.0, 160.0), (226.0, 500.0)],
    ];
    c.stroke(&strokes(stays.into_iter()), 1.8, rope);
    for (x, top, size) in masts {
        let shrouds = (0..7_i32).flat_map(|line| {
            let foot = x - 60.0 + 20.0 * line as f32;
            [Some([(foot, 560.0), (x, top + 170.0)])].into_iter().flatten()
        });
        c.stroke(&strokes(shrouds), 1.6, rope);
        c.stroke(
            &lines(&[(x, top), (x, 566.0)]),
            9.0,
            across(x - 5.0, x + 5.0, &[(0.0, wood.light), (1.0, wood.dark)]),
        );
        for (row, (from, to, half)) in
            [(26.0, 110.0, 62.0), (122.0, 230.0, 88.0), (244.0, 376.0, 112.0)].iter().enumerate()
        {
            let (y0, y1) = (top + from * size, top + to * size);
            let (w0, w1) = (half * size * 0.88, half * size);
            sail(
                c,
                [(x - w0, y0), (x + w0, y0), (x + w1, y1), (x - w1, y1)],
                12.0 + 3.0 * row as f32,
            );
            c.stroke(
                &lines(&[(x - w0 - 9.0, y0), (x + w0 + 9.0, y0)]),
                5.0,
                down(y0 - 3.0, y0 + 3.0, &[(0.0, wood.light), (1.0, wood.dark)]),
            );
        }
        c.stroke(
            &curve(&[(x, top), (x - 16.0, top + 4.0), (x - 34.0, top - 2.0)]),
            7.0,
            hex(0xB0302A),
        );
    }
    for (a, b, d) in [
        ((1080.0, 446.0), (850.0, 250.0), (872.0, 430.0)),
        ((1022.0, 486.0), (836.0, 330.0), (868.0, 488.0)),
    ] {
        sail(c, [b, a, d, b], 6.0);
    }
    hull(c, wood, hex(0x2A2A30), hex(0x8A3A26));
    for port in 0..11_u8 {
        let x = 352.0 + f32::from(port) * 50.0;
        let y = 626.0 - ((x - 600.0) / 390.0).powi(2) * 44.0;
        c.fill(&rect(x, y - 8.0, 17.0, 16.0), hex(0x0E0A08));
        c.stroke(&rect(x, y - 8.0, 17.0, 16.0), 2.0, hex(0xD8B46A));
    }
}

fn cutter(c: &mut Canvas, wood: Wood) {
    let rope = hex(0x4A3828);
    c.stroke(&lines(&[(960.0, 516.0), (1100.0, 478.0)]), 9.0, wood.dark);
    let stays = [
        [(1096.0, 478.0), (640.0, 96.0)],
        [(990.0, 506.0), (640.0, 190.0)],
        [(560.0, 566.0), (640.0, 200.0)],
        [(600.0, 570.0), (640.0, 200.0)],
        [(690.0, 570.0), (640.0, 200.0)],
    ];
    c.stroke(&strokes(stays.into_iter()), 1.8, rope);
    c.stroke(
        &lines(&[(640.0, 70.0), (640.0, 566.0)]),
        11.0,
        across(634.0, 646.0, &[(0.0, wood.light), (1.0, wood.dark)]),
    );
    sail(c, [(420.0, 176.0), (632.0, 262.0), (632.0, 520.0), (300.0, 520.0)], 8.0);
    sail(c, [(430.0, 160.0), (634.0, 96.0), (634.0, 250.0), (430.0, 168.0)], 6.0);
    sail(c, [(664.0, 178.0), (668.0, 180.0), (960.0, 494.0), (700.0, 508.0)], 5.0);
    sail(c, [(720.0, 172.0), (724.0, 174.0), (1084.0, 470.0), (930.0, 470.0)], 4.0);
    for points in [[(290.0, 526.0), (640.0, 524.0)], [(410.0, 166.0), (640.0, 262.0)]] {
        c.stroke(&lines(&points), 8.0, wood.dark);
        c.stroke(&lines(&points), 3.0, wood.light);
    }
    hull(c, wood, hex(0xE8E4DA), hex(0x2E5A4A));
    c.stroke(&lines(&[(640.0, 72.0), (640.0, 84.0)]), 14.0, hex(0xB0302A));
    for step in 0..14_i32 {
        let x = 320.0 + step as f32 * 42.0;
        let y = 540.0 + (1.0 - ((x - 600.0) / 390.0).powi(2)) * 22.0;
        c.stroke(&lines(&[(x, y), (x, y - 22.0 - 3.0 * hash(step, 0, 931))]), 2.5, hex(0xD8C89A));
    }
}
