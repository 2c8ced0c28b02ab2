//! Toys of tin, wood and mohair.

use std::f32::consts::TAU;

use super::canvas::{
    Canvas, Ink, across, arc, blob, circle, curve, down, ellipse, linear, lines, outline, poly,
    radial, rect, rounded, rounded_poly, strokes,
};
use super::light::Skin;
use super::tone::{Tone, Wood, clouds, hash, hex, length, noise, smooth};

/// A teddy bear: 0 golden mohair, 1 cinnamon.
pub(crate) fn teddy(c: &mut Canvas, finish: u8) {
    let tone = if finish.is_multiple_of(2) { hex(0xC8964E) } else { hex(0x965A36) };
    c.ground(600.0, 744.0, 240.0, 30.0);
    for side in [-1.0, 1.0] {
        fur(c, 600.0 + side * 104.0, 196.0, 52.0, 54.0, 0.0, tone, 801);
        c.surface(&ellipse(600.0 + side * 104.0, 204.0, 30.0, 33.0), |x, y| {
            tone.lit(0.62 + 0.2 * noise(x * 0.3, y * 0.3, 802))
        });
    }
    fur(c, 600.0, 548.0, 156.0, 190.0, 0.0, tone.lit(0.97), 803);
    for side in [-1.0, 1.0] {
        fur(c, 600.0 + side * 162.0, 540.0, 56.0, 138.0, side * -0.34, tone, 804);
        fur(c, 600.0 + side * 144.0, 690.0, 128.0, 66.0, side * 0.16, tone, 805);
        pad(c, 600.0 + side * 232.0, 694.0, side);
    }
    fur(c, 600.0, 290.0, 142.0, 128.0, 0.0, tone.lit(1.03), 806);
    teddy_face(c, tone);
    let bow = hex(0x2E4A72);
    for side in [-1.0, 1.0] {
        let loop_ = blob(&[
            (600.0, 424.0),
            (600.0 + side * 46.0, 392.0),
            (600.0 + side * 92.0, 400.0),
            (600.0 + side * 90.0, 446.0),
            (600.0 + side * 44.0, 448.0),
        ]);
        c.shadow(&loop_, (3.0, 8.0), 8.0, hex(0).a(0.4));
        c.fill(
            &loop_,
            linear(
                (600.0, 400.0),
                (600.0 + side * 90.0, 450.0),
                &[(0.0, bow.lit(0.6)), (0.5, bow.plus(0.14)), (1.0, bow)],
            ),
        );
        c.bevel(&loop_, 9.0, 0.8);
    }
    let knot = rounded(580.0, 402.0, 40.0, 42.0, 12.0);
    c.fill(&knot, down(402.0, 444.0, &[(0.0, bow.plus(0.2)), (1.0, bow.lit(0.6))]));
    c.bevel(&knot, 8.0, 0.9);
}

/// A round part of plush: shaded like a ball, its outline broken by hair.
#[allow(clippy::too_many_arguments)]
fn fur(c: &mut Canvas, x: f32, y: f32, rx: f32, ry: f32, lean: f32, tone: Tone, seed: u32) {
    c.within(tiny_skia::Transform::from_rotate_at(lean.to_degrees(), x, y), |c| {
        let shape = ellipse(x, y, rx, ry);
        c.shadow(&shape, (5.0, 12.0), 15.0, hex(0x201004).a(0.42));
        let shade_at = |px: f32, py: f32| {
            let (u, v) = ((px - x) / rx, (py - y) / ry);
            let depth = (1.0 - u * u - v * v).max(0.0).sqrt();
            0.50 + 0.62 * (-0.5 * u - 0.6 * v + 0.62 * depth).max(0.0)
        };
        c.surface(&shape, |px, py| {
            let curl = noise(px * 0.17, py * 0.17, seed) * 0.6
                + noise(px * 0.45, py * 0.33, seed + 20) * 0.4;
            tone.lit(shade_at(px, py) * (0.80 + curl * 0.36))
        });
        for (layer, light) in [(0_i32, 0.80), (1, 1.0), (2, 1.22)] {
            let count = (rx + ry) as i32;
            let hairs = (0..count).filter_map(|hair| {
                let at = |salt: i32| hash(hair, layer * 4 + salt, seed + 40);
                let out = if hair % 3 == 0 { 0.97 } else { at(0).sqrt() };
                let angle = TAU * at(1);
                let (px, py) = (x + rx * out * angle.cos(), y + ry * out * angle.sin());
                let turn = angle + (at(2) - 0.5) * 1.6;
                let long = 7.0 + 7.0 * at(3);
                // Hair in the light is drawn on the lit side only, in the shade on the other.
                let lit = shade_at(px, py);
                let belongs = match layer {
                    0 => lit < 0.85,
                    1 => true,
                    _ => lit > 0.75,
                };
                belongs
                    .then_some([(px, py), (px + long * turn.cos(), py + long * turn.sin() + 3.0)])
            });
            c.stroke(&strokes(hairs), 1.9, tone.lit(light).a(0.62));
        }
    });
}

fn pad(c: &mut Canvas, x: f32, y: f32, side: f32) {
    let sole = ellipse(x, y, 46.0, 56.0);
    c.shadow(&sole, (side * 3.0, 4.0), 6.0, hex(0x201004).a(0.5));
    c.surface(&sole, |px, py| {
        hex(0xD8BE92).lit(0.78 + 0.16 * noise(px * 0.3, py * 0.3, 811) - (py - y) / 420.0)
    });
    c.bevel(&sole, 10.0, 0.6);
    for claw in [-1.0, 0.0, 1.0] {
        c.stroke(
            &lines(&[(x + claw * 17.0, y - 36.0), (x + claw * 20.0, y - 58.0)]),
            3.0,
            hex(0x2A1A10),
        );
    }
}

fn teddy_face(c: &mut Canvas, tone: Tone) {
    fur(c, 600.0, 336.0, 62.0, 52.0, 0.0, tone.plus(0.10), 821);
    for side in [-1.0, 1.0] {
        c.ball(600.0 + side * 50.0, 272.0, 15.0, |_| Skin::glazed(hex(0x1E120A)));
        c.fill(&circle(600.0 + side * 50.0 - 5.0, 266.0, 4.0), hex(0xFFFFFF).a(0.8));
    }
    let nose = blob(&[
        (576.0, 312.0),
        (600.0, 304.0),
        (624.0, 312.0),
        (612.0, 330.0),
        (600.0, 336.0),
        (588.0, 330.0),
    ]);
    c.fill(&nose, hex(0x221610));
    for thread in 0..9_u8 {
        let x = 580.0 + f32::from(thread) * 5.0;
        c.stroke(&lines(&[(x, 309.0), (600.0 + (x - 600.0) * 0.6, 331.0)]), 1.4, hex(0x5A463A));
    }
    c.stroke(&lines(&[(600.0, 334.0), (600.0, 352.0)]), 3.5, hex(0x221610));
    c.stroke(
        &curve(&[(570.0, 362.0), (584.0, 364.0), (600.0, 352.0), (616.0, 364.0), (630.0, 362.0)]),
        3.5,
        hex(0x221610),
    );
}

/// Lithographed tin: paint with a gloss, a worn edge, a scratch here and there.
fn tin(tone: Tone, x: f32, y: f32, top: f32, bottom: f32) -> Tone {
    let t = (y - top) / (bottom - top);
    let gloss = smooth(0.10, 0.2, t) * (1.0 - smooth(0.26, 0.4, t));
    let scratch = smooth(0.90, 0.94, noise(x * 0.04, y * 0.9, 831))
        * smooth(0.5, 0.8, noise(x * 0.012, y * 0.02, 832));
    tone.lit(1.06 - t * 0.42).plus(gloss * 0.24).mix(hex(0xB8B4AC), scratch * 0.5)
}

/// A tin motor car: 0 red saloon, 1 blue, 2 cream.
pub(crate) fn tin_car(c: &mut Canvas, finish: u8) {
    let (paint, trim) = match finish % 3 {
        0 => (hex(0xB42622), hex(0xF0E2C0)),
        1 => (hex(0x2C588E), hex(0xE8E4D8)),
        _ => (hex(0xE8D8AE), hex(0x7A2A22)),
    };
    c.ground(600.0, 716.0, 400.0, 26.0);
    let roof = blob(&[
        (372.0, 478.0),
        (410.0, 360.0),
        (470.0, 306.0),
        (600.0, 292.0),
        (704.0, 308.0),
        (764.0, 372.0),
        (804.0, 476.0),
        (600.0, 500.0),
    ]);
    c.surface(&roof, |x, y| tin(trim, x, y, 292.0, 500.0));
    c.bevel(&roof, 16.0, 0.8);
    for window in [
        [(430.0, 456.0), (446.0, 380.0), (488.0, 338.0), (580.0, 330.0), (580.0, 456.0)],
        [(606.0, 456.0), (606.0, 330.0), (688.0, 342.0), (728.0, 386.0), (752.0, 456.0)],
    ] {
        let pane = rounded_poly(&window, 12.0);
        c.fill(
            &pane,
            linear(
                (430.0, 330.0),
                (720.0, 460.0),
                &[
                    (0.0, hex(0x9AB4C2)),
                    (0.4, hex(0x3A4E5C)),
                    (0.6, hex(0x2A3A46)),
                    (1.0, hex(0x7A94A2)),
                ],
            ),
        );
        c.stroke(&pane, 5.0, trim.lit(0.6));
    }
    let body = blob(&[
        (186.0, 610.0),
        (186.0, 530.0),
        (230.0, 490.0),
        (360.0, 466.0),
        (600.0, 462.0),
        (800.0, 466.0),
        (930.0, 490.0),
        (1004.0, 540.0),
        (1012.0, 620.0),
        (980.0, 652.0),
        (600.0, 660.0),
        (210.0, 652.0),
    ]);
    c.surface(&body, |x, y| tin(paint, x, y, 460.0, 662.0));
    c.bevel(&body, 22.0, 0.85);
    c.stroke(
        &curve(&[(196.0, 566.0), (400.0, 546.0), (700.0, 546.0), (1000.0, 572.0)]),
        7.0,
        down(540.0, 576.0, &[(0.0, hex(0xFAFAF6)), (0.5, hex(0xB0B0AC)), (1.0, hex(0x6A6A68))]),
    );
    for x in [388.0, 594.0, 800.0] {
        c.stroke(&curve(&[(x, 470.0), (x + 5.0, 550.0), (x, 640.0)]), 2.2, paint.lit(0.45));
    }
    for x in [540.0, 640.0] {
        c.fill(&rounded(x, 512.0, 34.0, 9.0, 4.0), hex(0xE8E8E4));
    }
    for x in [346.0, 846.0] {
        wheel_arch(c, x, paint, trim);
    }
    car_ends(c);
}

fn wheel_arch(c: &mut Canvas, x: f32, paint: Tone, trim: Tone) {
    let fender = outline(&arc(x, 640.0, 92.0, 92.0, 0.52, 0.98), 34.0);
    c.fill(&circle(x, 640.0, 84.0), hex(0x120E0C));
    c.surface(&fender, |px, py| tin(paint.lit(0.92), px, py, 530.0, 660.0));
    c.bevel(&fender, 12.0, 0.9);
    c.fill(
        &circle(x, 644.0, 74.0),
        radial(
            x - 20.0,
            622.0,
            92.0,
            &[(0.0, hex(0x565452)), (0.7, hex(0x262524)), (1.0, hex(0x101010))],
        ),
    );
    c.fill(
        &circle(x, 644.0, 50.0),
        linear(
            (x - 50.0, 594.0),
            (x + 50.0, 694.0),
            &[(0.0, trim.plus(0.1)), (1.0, trim.lit(0.6))],
        ),
    );
    c.stroke(&circle(x, 644.0, 50.0), 4.0, hex(0x8A8A86));
    c.fill(
        &circle(x, 644.0, 26.0),
        radial(
            x - 8.0,
            634.0,
            34.0,
            &[(0.0, hex(0xFFFFFF)), (0.5, hex(0xB8B8B4)), (1.0, hex(0x5A5A58))],
        ),
    );
}

fn car_ends(c: &mut Canvas) {
    for (x, width) in [(170.0, 60.0), (970.0, 62.0)] {
        let bumper = rounded(x, 622.0, width, 24.0, 12.0);
        c.shadow(&bumper, (0.0, 5.0), 5.0, hex(0).a(0.4));
        c.fill(
            &bumper,
            down(
                622.0,
                646.0,
                &[
                    (0.0, hex(0x8A8C8C)),
                    (0.3, hex(0xFCFCFA)),
                    (0.6, hex(0xA2A4A4)),
                    (1.0, hex(0x525454)),
                ],
            ),
        );
    }
    c.fill(
        &ellipse(984.0, 548.0, 20.0, 28.0),
        radial(
            976.0,
            538.0,
            30.0,
            &[(0.0, hex(0xFFFCE8)), (0.6, hex(0xE8D89A)), (1.0, hex(0x8A867A))],
        ),
    );
    c.stroke(&ellipse(984.0, 548.0, 20.0, 28.0), 4.0, hex(0xC8C8C4));
    c.fill(&ellipse(198.0, 556.0, 9.0, 15.0), hex(0xC8201C));
    // The key: what makes it a toy.
    let key = outline(&lines(&[(486.0, 640.0), (486.0, 700.0)]), 8.0);
    c.fill(
        &key,
        across(480.0, 492.0, &[(0.0, hex(0x6A6A66)), (0.4, hex(0xF4F4F0)), (1.0, hex(0x5A5A56))]),
    );
    for dx in [-22.0, 22.0] {
        c.stroke(
            &ellipse(486.0 + dx, 700.0, 19.0, 14.0),
            8.0,
            linear(
                (460.0, 686.0),
                (510.0, 714.0),
                &[(0.0, hex(0xFAFAF6)), (0.6, hex(0x9A9A96)), (1.0, hex(0x5A5A56))],
            ),
        );
    }
}

/// A wooden train: an engine and two wagons. 0 red and green, 1 plain beech.
pub(crate) fn train(c: &mut Canvas, finish: u8) {
    let plain = finish % 2 == 1;
    let beech = Wood::new(0xE2BE8A, 0xB28450, 26.0, 841);
    let paints = [hex(0x2E6A4A), hex(0xB8342A), hex(0xD8A03A), hex(0x2C4E7E)];
    let painted = move |index: usize, x: f32, y: f32| {
        let wood = beech.at(x, y * 1.4);
        if plain {
            return wood;
        }
        // Old paint, rubbed through to the wood where hands were.
        let worn = smooth(0.66, 0.76, clouds(x * 0.02, y * 0.02, 843));
        paints[index].lit(0.94 + 0.12 * noise(x * 0.03, y * 0.4, 844)).mix(wood, worn)
    };
    c.ground(580.0, 722.0, 470.0, 22.0);
    for (x, index) in [(94.0, 3_usize), (374.0, 2)] {
        let bed = rounded(x, 590.0, 240.0, 46.0, 8.0);
        c.surface(&bed, |px, py| beech.at(px, py));
        c.bevel(&bed, 8.0, 0.8);
        let side = rounded(x + 12.0, 486.0, 216.0, 112.0, 8.0);
        if index == 2 {
            logs(c, x + 120.0, 478.0, beech);
        }
        c.surface(&side, |px, py| painted(index, px, py));
        c.bevel(&side, 10.0, 0.85);
        if index == 3 {
            blocks(c, x + 30.0, 488.0, painted);
        }
        c.stroke(
            &curve(&[(x + 240.0, 620.0), (x + 256.0, 630.0), (x + 282.0, 620.0)]),
            7.0,
            hex(0x8A704A),
        );
        for wx in [x + 56.0, x + 186.0] {
            wooden_wheel(c, wx, 668.0, 50.0, hex(0xB8342A), plain, beech);
        }
    }
    engine(c, beech, painted, plain);
}

fn engine(c: &mut Canvas, beech: Wood, painted: impl Fn(usize, f32, f32) -> Tone, plain: bool) {
    let part = |c: &mut Canvas, shape: &tiny_skia::Path, index: usize, depth: f32| {
        c.surface(shape, |x, y| painted(index, x, y));
        c.bevel(shape, depth, 0.9);
    };
    let chimney = rounded_poly(
        &[
            (946.0, 310.0),
            (1014.0, 310.0),
            (1000.0, 350.0),
            (1000.0, 440.0),
            (960.0, 440.0),
            (960.0, 350.0),
        ],
        6.0,
    );
    part(c, &chimney, 1, 10.0);
    part(c, &rounded(868.0, 386.0, 56.0, 60.0, 26.0), 2, 12.0);
    let boiler = rounded(800.0, 430.0, 262.0, 150.0, 40.0);
    part(c, &boiler, 0, 34.0);
    for x in [850.0, 990.0] {
        c.fill(
            &rect(x, 430.0, 14.0, 150.0),
            down(
                430.0,
                580.0,
                &[
                    (0.0, hex(0xA8823A)),
                    (0.25, hex(0xFCE8B0)),
                    (0.6, hex(0xB08438)),
                    (1.0, hex(0x5A3E14)),
                ],
            ),
        );
    }
    let cab = rounded(664.0, 330.0, 162.0, 260.0, 10.0);
    part(c, &cab, 0, 11.0);
    let window = rounded(700.0, 376.0, 90.0, 84.0, 14.0);
    c.fill(&window, down(376.0, 460.0, &[(0.0, hex(0x1A1410)), (1.0, hex(0x4A3C30))]));
    c.stroke(&window, 5.0, hex(0xE8C88A));
    part(c, &rounded(644.0, 306.0, 202.0, 34.0, 14.0), 1, 9.0);
    let bed = rounded(650.0, 584.0, 438.0, 46.0, 8.0);
    c.surface(&bed, |x, y| beech.at(x, y));
    c.bevel(&bed, 8.0, 0.8);
    for (x, radius) in [(734.0, 68.0), (900.0, 52.0), (1020.0, 52.0)] {
        wooden_wheel(c, x, 718.0 - radius, radius, hex(0xB8342A), plain, beech);
    }
    c.ball(1068.0, 506.0, 19.0, |_| Skin::glazed(hex(0xE8C88A)));
}

fn wooden_wheel(c: &mut Canvas, x: f32, y: f32, radius: f32, paint: Tone, plain: bool, wood: Wood) {
    let wheel = circle(x, y, radius);
    c.shadow(&wheel, (4.0, 5.0), 7.0, hex(0).a(0.5));
    c.surface(&wheel, |px, py| {
        let away = length(px - x, py - y) / radius;
        let bare = wood.at(px + x, py);
        if plain || away > 0.80 {
            bare
        } else {
            paint.lit(0.95 + 0.08 * noise(px * 0.1, py * 0.1, 851))
        }
    });
    c.bevel(&wheel, 9.0, 0.85);
    c.stroke(&circle(x, y, radius * 0.79), 2.5, hex(0x3A2010).a(0.55));
    c.ball(x, y, radius * 0.24, |_| Skin { tone: hex(0xE2BE8A), gloss: 0.4, metal: 0.0 });
}

fn logs(c: &mut Canvas, x: f32, y: f32, wood: Wood) {
    for (dx, dy) in [
        (-70.0, 0.0),
        (-23.0, 0.0),
        (24.0, 0.0),
        (71.0, 0.0),
        (-46.0, -38.0),
        (0.0, -38.0),
        (47.0, -38.0),
    ] {
        let log = circle(x + dx, y + dy, 24.0);
        c.surface(&log, |px, py| {
            let away = length(px - x - dx, py - y - dy);
            wood.light.mix(
                wood.dark,
                0.3 + 0.3 * (away * 1.2 + noise(px * 0.1, py * 0.1, 861) * 3.0).sin(),
            )
        });
        c.stroke(&log, 4.0, hex(0x6A4426));
        c.bevel(&log, 6.0, 0.7);
    }
}

fn blocks(c: &mut Canvas, x: f32, y: f32, painted: impl Fn(usize, f32, f32) -> Tone) {
    for (index, (dx, size)) in [(0.0, 56.0), (62.0, 62.0), (132.0, 50.0)].iter().enumerate() {
        let block = rounded(x + dx, y - size, *size, *size, 5.0);
        c.surface(&block, |px, py| painted(index, px, py).plus(0.05));
        c.bevel(&block, 7.0, 0.9);
    }
    let ink: Ink = hex(0xF2E4C4).a(0.85).into();
    c.stroke(&circle(x + 28.0, y - 28.0, 15.0), 5.0, ink.clone());
    c.stroke(
        &poly(&[(x + 93.0, y - 50.0), (x + 112.0, y - 14.0), (x + 74.0, y - 14.0)]),
        5.0,
        ink.clone(),
    );
    c.stroke(&rect(x + 144.0, y - 38.0, 26.0, 26.0), 5.0, ink);
}
