//! Cameras, typewriters and wireless sets.

use tiny_skia::Transform;

use super::canvas::{
    Canvas, Ink, across, circle, down, ellipse, linear, lines, outline, poly, radial, rect,
    rounded, rounded_poly,
};
use super::light::{Profile, Skin};
use super::tone::{Tone, Wood, clouds, hash, hex, noise, smooth};

/// Satin chrome from top to bottom.
fn chrome(top: f32, bottom: f32) -> Ink {
    down(
        top,
        bottom,
        &[
            (0.0, hex(0xFAFAF8)),
            (0.18, hex(0xD2D4D6)),
            (0.5, hex(0xB4B7BA)),
            (0.78, hex(0x8E9296)),
            (1.0, hex(0x666A6E)),
        ],
    )
}

/// Pebbled leather.
fn leather(tone: Tone, x: f32, y: f32) -> Tone {
    let pebble = noise(x * 0.32, y * 0.32, 601);
    let edge = noise(x * 0.32 + 0.3, y * 0.32 + 0.3, 601) - pebble;
    tone.lit(0.85 + pebble * 0.35)
        .plus(edge * 0.16 + (clouds(x * 0.012, y * 0.012, 602) - 0.5) * 0.04)
}

/// A lens seen from the front: barrel rings, then glass with its coloured reflections.
fn lens(c: &mut Canvas, x: f32, y: f32, radius: f32) {
    let rings = [
        (1.0, 0xC8CACC),
        (0.93, 0x7E8286),
        (0.88, 0xE2E4E4),
        (0.78, 0x3A3C40),
        (0.74, 0x1A1B1E),
        (0.60, 0x0C0D10),
        (0.56, 0x2E3034),
    ];
    c.shadow(&circle(x, y, radius), (radius * 0.10, radius * 0.16), radius * 0.14, hex(0).a(0.6));
    for (share, code) in rings {
        let tone = hex(code);
        let r = radius * share;
        c.fill(
            &circle(x, y, r),
            linear(
                (x - r, y - r),
                (x + r, y + r),
                &[
                    (0.0, tone.plus(0.24)),
                    (0.45, tone),
                    (0.55, tone.lit(0.75)),
                    (1.0, tone.lit(1.1)),
                ],
            ),
        );
    }
    for notch in 0..72_u8 {
        let (sin, cos) = (std::f32::consts::TAU * f32::from(notch) / 72.0).sin_cos();
        c.stroke(
            &lines(&[
                (x + cos * radius * 0.94, y + sin * radius * 0.94),
                (x + cos * radius * 0.995, y + sin * radius * 0.995),
            ]),
            radius * 0.018,
            hex(0x3A3C40).a(0.7),
        );
    }
    let glass = circle(x, y, radius * 0.53);
    c.fill(
        &glass,
        radial(
            x + radius * 0.08,
            y + radius * 0.1,
            radius * 0.56,
            &[
                (0.0, hex(0x0A0814)),
                (0.45, hex(0x161834)),
                (0.8, hex(0x2A345E)),
                (1.0, hex(0x0A0C14)),
            ],
        ),
    );
    c.soft(
        &glass,
        &ellipse(x - radius * 0.16, y - radius * 0.2, radius * 0.2, radius * 0.14),
        radius * 0.06,
        hex(0xC8B0F0).a(0.75),
    );
    c.soft(
        &glass,
        &ellipse(x + radius * 0.2, y + radius * 0.24, radius * 0.14, radius * 0.10),
        radius * 0.07,
        hex(0xE8A852).a(0.5),
    );
    c.soft(
        &glass,
        &rounded(x - radius * 0.26, y - radius * 0.30, radius * 0.16, radius * 0.14, 4.0),
        radius * 0.015,
        hex(0xFFFFFF).a(0.85),
    );
    c.stroke(&circle(x, y, radius * 0.34), radius * 0.012, hex(0x8A9AD8).a(0.3));
}

/// A knurled dial on top of a camera.
fn knob(c: &mut Canvas, x: f32, y: f32, width: f32, height: f32) {
    let shape = rounded(x, y, width, height, 5.0);
    c.surface(&shape, |px, py| {
        let u = ((px - x) / width * 2.0 - 1.0).clamp(-0.99, 0.99);
        let knurl =
            ((u.asin() * width * 0.34).sin() * 0.5 + 0.5) * smooth(0.25, 0.3, (py - y) / height);
        hex(0xC6C8CA).lit(1.22 - (u + 0.35) * (u + 0.35) * 0.7 - knurl * 0.32)
    });
    c.bevel(&shape, 4.0, 0.8);
}

/// A rangefinder camera: 0 black leather, 1 brown leather.
pub(crate) fn camera(c: &mut Canvas, finish: u8) {
    let hide = if finish.is_multiple_of(2) { hex(0x262526) } else { hex(0x70442A) };
    c.ground(600.0, 706.0, 390.0, 30.0);
    for (x, w, h) in [(286.0, 92.0, 40.0), (770.0, 70.0, 30.0), (854.0, 74.0, 46.0)] {
        knob(c, x, 318.0 - h, w, h + 6.0);
    }
    knob(c, 716.0, 300.0, 30.0, 24.0);
    let bump =
        rounded_poly(&[(420.0, 320.0), (436.0, 276.0), (700.0, 276.0), (716.0, 320.0)], 14.0);
    c.fill(&bump, chrome(270.0, 340.0));
    c.bevel(&bump, 7.0, 0.7);
    let top = rounded(232.0, 312.0, 736.0, 96.0, 30.0);
    c.fill(&top, chrome(312.0, 408.0));
    c.bevel(&top, 10.0, 0.8);
    let base = rounded(232.0, 654.0, 736.0, 50.0, 22.0);
    c.fill(&base, chrome(650.0, 704.0));
    c.bevel(&base, 8.0, 0.8);
    let body = rounded(226.0, 396.0, 748.0, 266.0, 26.0);
    c.surface(&body, |x, y| leather(hide, x, y).lit(1.2 - ((x - 520.0) / 420.0).powi(2) * 0.5));
    c.bevel(&body, 16.0, 0.7);
    for y in [398.0, 658.0] {
        c.stroke(&lines(&[(238.0, y), (962.0, y)]), 3.0, hex(0x2A2C2E));
        c.stroke(&lines(&[(238.0, y + 3.0), (962.0, y + 3.0)]), 1.5, hex(0xFFFFFF).a(0.4));
    }
    camera_windows(c);
    lens(c, 600.0, 512.0, 172.0);
    for (x, turn) in [(222.0, -8.0), (978.0, 8.0)] {
        c.stroke(&ellipse(x + turn * 0.4, 380.0, 11.0, 15.0), 6.0, hex(0xB4B6B8));
    }
}

fn camera_windows(c: &mut Canvas) {
    for (x, y, w, h) in
        [(448.0, 330.0, 76.0, 50.0), (574.0, 338.0, 60.0, 34.0), (676.0, 334.0, 44.0, 40.0)]
    {
        let rim = rounded(x - 6.0, y - 6.0, w + 12.0, h + 12.0, 9.0);
        c.fill(&rim, chrome(y - 20.0, y + h + 30.0));
        c.bevel(&rim, 4.0, 0.8);
        let glass = rounded(x, y, w, h, 5.0);
        c.fill(
            &glass,
            linear(
                (x, y),
                (x + w, y + h),
                &[
                    (0.0, hex(0x6A7C92)),
                    (0.4, hex(0x1E2634)),
                    (0.7, hex(0x12161E)),
                    (1.0, hex(0x4A566A)),
                ],
            ),
        );
        c.fill(
            &poly(&[
                (x + 4.0, y + 3.0),
                (x + w * 0.42, y + 3.0),
                (x + w * 0.2, y + h - 3.0),
                (x + 4.0, y + h - 3.0),
            ]),
            hex(0xFFFFFF).a(0.22),
        );
    }
    let timer = outline(&lines(&[(826.0, 450.0), (826.0, 540.0)]), 18.0);
    c.shadow(&timer, (4.0, 6.0), 6.0, hex(0).a(0.5));
    c.fill(
        &timer,
        across(816.0, 836.0, &[(0.0, hex(0x8A8C8E)), (0.35, hex(0xFAFAF8)), (1.0, hex(0x5A5C60))]),
    );
    c.fill(
        &circle(826.0, 448.0, 20.0),
        radial(
            820.0,
            440.0,
            26.0,
            &[(0.0, hex(0xFFFFFF)), (0.5, hex(0xB8BABC)), (1.0, hex(0x5E6064))],
        ),
    );
}

/// A twin-lens reflex camera with its hood up: 0 black, 1 grey.
pub(crate) fn twin_lens(c: &mut Canvas, finish: u8) {
    let hide = if finish.is_multiple_of(2) { hex(0x222224) } else { hex(0x6E7274) };
    c.ground(600.0, 762.0, 220.0, 26.0);
    let hood = poly(&[(440.0, 96.0), (760.0, 96.0), (772.0, 226.0), (428.0, 226.0)]);
    c.surface(&hood, |x, y| leather(hide, x, y).lit(0.95 + (226.0 - y) / 500.0));
    c.bevel(&hood, 7.0, 0.8);
    c.fill(
        &poly(&[(452.0, 108.0), (748.0, 108.0), (744.0, 128.0), (456.0, 128.0)]),
        down(108.0, 128.0, &[(0.0, hex(0x08080A)), (1.0, hex(0x2A2A2C))]),
    );
    knob(c, 786.0, 470.0, 46.0, 110.0);
    knob(c, 376.0, 540.0, 34.0, 76.0);
    let body = rounded(408.0, 222.0, 384.0, 536.0, 18.0);
    c.surface(&body, |x, y| leather(hide, x, y).lit(1.15 - (x - 408.0) / 900.0));
    c.bevel(&body, 16.0, 0.8);
    let crown = rounded(404.0, 218.0, 392.0, 34.0, 12.0);
    c.fill(&crown, chrome(214.0, 254.0));
    c.bevel(&crown, 6.0, 0.8);
    let plate =
        rounded_poly(&[(452.0, 264.0), (748.0, 264.0), (748.0, 706.0), (452.0, 706.0)], 40.0);
    c.shadow(&plate, (5.0, 8.0), 9.0, hex(0).a(0.6));
    c.fill(
        &plate,
        linear(
            (452.0, 264.0),
            (748.0, 706.0),
            &[(0.0, hex(0x5A5C60)), (0.4, hex(0x34363A)), (1.0, hex(0x1A1B1E))],
        ),
    );
    c.bevel(&plate, 7.0, 0.9);
    lens(c, 600.0, 370.0, 92.0);
    lens(c, 600.0, 586.0, 108.0);
    for x in [478.0, 722.0] {
        c.fill(
            &circle(x, 478.0, 25.0),
            radial(
                x - 7.0,
                468.0,
                32.0,
                &[(0.0, hex(0xFEFEFC)), (0.5, hex(0xB2B4B6)), (1.0, hex(0x4E5054))],
            ),
        );
        c.fill(&circle(x, 478.0, 13.0), hex(0x2A2C30));
    }
    let feet = rounded(430.0, 748.0, 340.0, 14.0, 5.0);
    c.fill(&feet, chrome(744.0, 764.0));
    c.soft(&body, &rect(412.0, 260.0, 22.0, 470.0), 10.0, hex(0xFFFFFF).a(0.22));
}

/// A portable typewriter: 0 sage green, 1 black, 2 cream.
pub(crate) fn typewriter(c: &mut Canvas, finish: u8) {
    let (shell, keys) = match finish % 3 {
        0 => (hex(0x869C8C), hex(0x2E3632)),
        1 => (hex(0x2A2A2E), hex(0xE8E2D2)),
        _ => (hex(0xDCD0B4), hex(0x5E4A3C)),
    };
    c.ground(600.0, 748.0, 400.0, 28.0);
    typewriter_carriage(c);
    let body = rounded_poly(
        &[
            (300.0, 350.0),
            (900.0, 350.0),
            (944.0, 520.0),
            (990.0, 716.0),
            (970.0, 744.0),
            (230.0, 744.0),
            (210.0, 716.0),
            (256.0, 520.0),
        ],
        40.0,
    );
    enamel(c, &body, shell, 26.0);
    let well =
        rounded_poly(&[(420.0, 352.0), (780.0, 352.0), (728.0, 420.0), (472.0, 420.0)], 22.0);
    c.fill(&well, down(346.0, 420.0, &[(0.0, hex(0x08080A)), (1.0, hex(0x343436))]));
    for bar in 0..27_u8 {
        let t = f32::from(bar) / 26.0 - 0.5;
        c.stroke(
            &lines(&[
                (600.0 + t * 230.0, 412.0 - (1.0 - t * t * 4.0) * 10.0),
                (600.0 + t * 330.0, 362.0),
            ]),
            3.0,
            down(360.0, 414.0, &[(0.0, hex(0xE8E8E6)), (1.0, hex(0x6A6C70))]),
        );
    }
    for x in [352.0, 848.0] {
        let spool = ellipse(x, 388.0, 52.0, 22.0);
        c.fill(
            &spool,
            radial(x - 14.0, 380.0, 64.0, &[(0.0, shell.plus(0.2)), (1.0, shell.lit(0.5))]),
        );
        c.stroke(&spool, 2.0, hex(0).a(0.35));
        c.fill(&ellipse(x, 386.0, 13.0, 6.0), hex(0x3A3A3C));
    }
    c.stroke(&lines(&[(290.0, 440.0), (910.0, 440.0)]), 5.0, chrome(436.0, 446.0));
    typewriter_keys(c, keys, shell);
}

fn enamel(c: &mut Canvas, shape: &tiny_skia::Path, tone: Tone, depth: f32) {
    c.surface(shape, |x, y| {
        // Hammered enamel: small dimples that break up the light.
        let dimple = noise(x * 0.28, y * 0.28, 621) - 0.5;
        tone.lit(1.12 - (y - 350.0) / 1500.0 - (x - 600.0) / 3000.0).plus(dimple * 0.035)
    });
    c.bevel(shape, depth, 0.85);
    c.soft(shape, &ellipse(430.0, 470.0, 170.0, 14.0), 18.0, hex(0xFFFFFF).a(0.35));
}

fn typewriter_carriage(c: &mut Canvas) {
    let paper = rect(400.0, 92.0, 400.0, 220.0);
    c.surface(&paper, |x, y| {
        hex(0xF8F4EA).lit(0.90 + smooth(92.0, 300.0, y) * 0.08 - (x - 400.0) / 6000.0)
    });
    c.soft(&paper, &rect(390.0, 270.0, 420.0, 50.0), 20.0, hex(0x3A342E).a(0.35));
    c.shadow(&rounded(250.0, 262.0, 700.0, 70.0, 20.0), (0.0, 16.0), 14.0, hex(0).a(0.35));
    c.within(Transform::from_rotate_at(-90.0, 600.0, 300.0), |c| {
        let roller = Profile::new(&[(-40.0, 36.0), (-34.0, 38.0), (620.0, 38.0), (640.0, 36.0)]);
        c.turned(600.0, &roller, 0.0, |_, _| Skin { tone: hex(0x262628), gloss: 0.35, metal: 0.0 });
        for (from, to) in [(-94.0, -44.0), (644.0, 694.0)] {
            let end =
                Profile::new(&[(from, 34.0), (from + 6.0, 42.0), (to - 6.0, 42.0), (to, 36.0)]);
            c.turned(600.0, &end, 0.0, |_, u| Skin {
                tone: hex(0x3A3838).lit(0.8 + 0.3 * (u.asin() * 30.0).sin()),
                gloss: 0.5,
                metal: 0.0,
            });
        }
    });
    let rail = rounded(270.0, 322.0, 660.0, 26.0, 8.0);
    c.fill(&rail, chrome(320.0, 350.0));
    c.bevel(&rail, 6.0, 0.8);
    let bail = lines(&[(330.0, 282.0), (870.0, 282.0)]);
    c.stroke(&bail, 6.0, chrome(278.0, 287.0));
    for x in [450.0, 750.0] {
        c.fill(
            &rounded(x - 17.0, 268.0, 34.0, 28.0, 6.0),
            down(268.0, 296.0, &[(0.0, hex(0x5A5A5C)), (0.4, hex(0x2E2E30)), (1.0, hex(0x101012))]),
        );
    }
    let lever = outline(
        &super::canvas::curve(&[(262.0, 330.0), (212.0, 296.0), (176.0, 238.0), (150.0, 212.0)]),
        11.0,
    );
    c.fill(
        &lever,
        linear(
            (150.0, 210.0),
            (240.0, 330.0),
            &[(0.0, hex(0xFAFAF8)), (0.5, hex(0xA8AAAC)), (1.0, hex(0x6A6C70))],
        ),
    );
    c.bevel(&lever, 4.0, 0.9);
}

fn typewriter_keys(c: &mut Canvas, tone: Tone, shell: Tone) {
    let bed = rounded_poly(&[(282.0, 470.0), (918.0, 470.0), (962.0, 700.0), (238.0, 700.0)], 20.0);
    c.fill(&bed, down(470.0, 700.0, &[(0.0, hex(0x121214)), (1.0, hex(0x2E2E30))]));
    c.soft(&bed, &rect(230.0, 462.0, 740.0, 22.0), 16.0, hex(0).a(0.8));
    for row in 0..4_u8 {
        let depth = f32::from(row);
        let y = 500.0 + depth * 46.0;
        let count = if row % 2 == 0 { 11_u8 } else { 12 };
        let step = 52.0 + depth * 2.6;
        for key in 0..count {
            let x = 600.0 + (f32::from(key) - f32::from(count - 1) / 2.0) * step;
            round_key(c, x, y, 19.0 + depth * 0.9, tone);
        }
    }
    let bar = rounded(402.0, 676.0, 396.0, 26.0, 13.0);
    c.shadow(&bar, (0.0, 8.0), 6.0, hex(0).a(0.7));
    c.fill(&bar, down(676.0, 702.0, &[(0.0, tone.plus(0.2)), (0.4, tone), (1.0, tone.lit(0.55))]));
    c.bevel(&bar, 6.0, 0.8);
    let lip = rounded(226.0, 706.0, 748.0, 38.0, 18.0);
    c.fill(
        &lip,
        down(706.0, 744.0, &[(0.0, shell.plus(0.12)), (0.4, shell), (1.0, shell.lit(0.55))]),
    );
    c.bevel(&lip, 8.0, 0.7);
}

fn round_key(c: &mut Canvas, x: f32, y: f32, radius: f32, tone: Tone) {
    c.fill(&ellipse(x + 2.0, y + 9.0, radius * 1.02, radius * 0.80), hex(0).a(0.6));
    c.fill(&ellipse(x, y + 5.0, radius, radius * 0.78), tone.lit(0.45));
    c.fill(
        &ellipse(x, y, radius, radius * 0.78),
        linear(
            (x - radius, y - radius),
            (x + radius, y + radius),
            &[(0.0, hex(0xF4F4F2)), (0.5, hex(0x9A9C9E)), (1.0, hex(0x5A5C60))],
        ),
    );
    c.fill(
        &ellipse(x, y, radius * 0.86, radius * 0.65),
        radial(
            x - radius * 0.3,
            y - radius * 0.3,
            radius * 1.2,
            &[(0.0, tone.plus(0.17)), (0.6, tone), (1.0, tone.lit(0.75))],
        ),
    );
    let mark = tone.mix(if tone.red > 0.6 { hex(0x2A221C) } else { hex(0xF2ECDC) }, 0.9);
    let kind = hash(x as i32, y as i32, 631);
    // A hint of a letter, too small to be one.
    c.stroke(
        &lines(&[
            (x - 4.0, y + 4.0),
            (x - 4.0 + kind * 4.0, y - 5.0),
            (x + 4.0, y + 4.0 - kind * 5.0),
        ]),
        2.0,
        mark.a(0.85),
    );
}

/// A wireless set: 0 walnut and gold cloth, 1 brown Bakelite, 2 ivory.
pub(crate) fn radio(c: &mut Canvas, finish: u8) {
    let wood = Wood::new(0xA2683C, 0x522C18, 34.0, 641);
    let shell = if finish % 3 == 2 { hex(0xE6D8B8) } else { hex(0x5E301C) };
    c.ground(600.0, 742.0, 360.0, 28.0);
    let case = rounded(250.0, 250.0, 700.0, 486.0, 74.0);
    c.surface(&case, |x, y| {
        if finish.is_multiple_of(3) {
            return wood.at(x, y * 1.1).lit(1.18 - (y - 250.0) / 1700.0);
        }
        let swirl = smooth(0.42, 0.7, clouds(x * 0.008, y * 0.016, 642));
        shell
            .lit(1.1 - (y - 250.0) / 1600.0)
            .mix(shell.lit(0.6), if finish % 3 == 1 { swirl * 0.7 } else { swirl * 0.06 })
    });
    c.bevel(&case, 32.0, 0.95);
    c.soft(&case, &rounded(330.0, 272.0, 420.0, 16.0, 8.0), 9.0, hex(0xFFFFFF).a(0.5));
    let cloth = rounded(304.0, 306.0, 592.0, 220.0, 30.0);
    c.surface(&cloth, |x, y| {
        let warp = (x * 1.3).sin() * 0.5 + 0.5;
        let weft = (y * 1.3).sin() * 0.5 + 0.5;
        let diamond = ((x * 0.12).sin() * (y * 0.12).sin()).abs();
        hex(0xBE9A58).lit(0.66 + warp * weft * 0.42 + diamond * 0.16)
    });
    c.soft(&cloth, &outline(&cloth, 10.0), 12.0, hex(0x1A0C04).a(0.7));
    for x in [402.0, 501.0, 600.0, 699.0, 798.0] {
        let bar = rounded(x - 7.0, 302.0, 14.0, 228.0, 7.0);
        c.shadow(&bar, (4.0, 3.0), 4.0, hex(0).a(0.5));
        c.fill(
            &bar,
            across(
                x - 7.0,
                x + 7.0,
                &[(0.0, shell.plus(0.05)), (0.35, shell.plus(0.28)), (1.0, shell.lit(0.5))],
            ),
        );
    }
    radio_scale(c);
    for x in [350.0, 850.0] {
        radio_knob(c, x, 634.0, 46.0, finish % 3 == 2);
    }
}

fn radio_scale(c: &mut Canvas) {
    let glass = rounded(432.0, 566.0, 336.0, 128.0, 12.0);
    c.fill(
        &outline(&glass, 12.0),
        linear(
            (432.0, 560.0),
            (768.0, 700.0),
            &[(0.0, hex(0xF6DEA0)), (0.5, hex(0xA87834)), (1.0, hex(0x6A4618))],
        ),
    );
    c.fill(
        &glass,
        radial(
            600.0,
            640.0,
            210.0,
            &[(0.0, hex(0xFFEAB4)), (0.6, hex(0xE8B45E)), (1.0, hex(0x8A521E))],
        ),
    );
    for (row, y) in [596.0_f32, 624.0, 652.0].iter().enumerate() {
        c.stroke(&lines(&[(456.0, y + 8.0), (744.0, y + 8.0)]), 1.5, hex(0x3A1E0A).a(0.8));
        for tick in 0..25_i32 {
            let x = 456.0 + 12.0 * tick as f32;
            let tall = if hash(tick, row as i32, 645) > 0.7 { 11.0 } else { 5.0 };
            c.stroke(&lines(&[(x, y + 8.0), (x, y + 8.0 - tall)]), 1.6, hex(0x3A1E0A).a(0.8));
        }
    }
    c.stroke(&lines(&[(648.0, 574.0), (648.0, 686.0)]), 3.0, hex(0xC02018));
    c.fill(
        &poly(&[(440.0, 572.0), (600.0, 572.0), (520.0, 690.0), (440.0, 690.0)]),
        hex(0xFFFFFF).a(0.14),
    );
}

fn radio_knob(c: &mut Canvas, x: f32, y: f32, radius: f32, dark: bool) {
    let tone = if dark { hex(0x6A4A34) } else { hex(0xE8DCC0) };
    c.shadow(&circle(x, y, radius), (8.0, 13.0), 10.0, hex(0).a(0.6));
    let rim = circle(x, y, radius);
    c.surface(&rim, |px, py| {
        let turn = (py - y).atan2(px - x);
        tone.lit(0.78 + 0.16 * (turn * 36.0).sin() - 0.2 * ((px - x) + (py - y)) / radius / 1.4)
    });
    c.fill(
        &circle(x, y, radius * 0.80),
        linear(
            (x - radius, y - radius),
            (x + radius, y + radius),
            &[(0.1, tone.plus(0.2)), (0.6, tone.lit(0.85)), (1.0, tone.lit(0.6))],
        ),
    );
    c.fill(
        &circle(x, y, radius * 0.5),
        radial(
            x - 9.0,
            y - 12.0,
            radius * 0.7,
            &[(0.0, hex(0xFCEAB4)), (0.6, hex(0xC09044)), (1.0, hex(0x7A521E))],
        ),
    );
}
