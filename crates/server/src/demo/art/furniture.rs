//! Chairs, chests, lamps and clocks.

use std::f32::consts::TAU;

use tiny_skia::Transform;

use super::canvas::{
    Canvas, Ink, across, arc, blob, circle, curve, down, ellipse, linear, lines, outline, poly,
    radial, rect, rounded, rounded_poly,
};
use super::light::{Profile, Skin};
use super::tone::{Tone, Wood, clouds, hash, hex, length, noise, smooth};

const TEAK: Wood = Wood::new(0xB97A48, 0x6A381C, 42.0, 101);
const OAK: Wood = Wood::new(0xCBA26C, 0x8A5E34, 36.0, 102);
const WALNUT: Wood = Wood::new(0x966440, 0x462818, 44.0, 103);
const MAHOGANY: Wood = Wood::new(0x94482A, 0x481A10, 52.0, 104);

/// A stick of wood along a smooth line, rounded like a dowel.
fn stick(c: &mut Canvas, points: &[(f32, f32)], width: f32, wood: Wood) {
    let shape = outline(&curve(points), width);
    let (from, to) = (points[0], points[points.len() - 1]);
    let long = length(to.0 - from.0, to.1 - from.1).max(1.0);
    let (dx, dy) = ((to.0 - from.0) / long, (to.1 - from.1) / long);
    c.surface(&shape, |x, y| wood.at(x * dx + y * dy, (x * dy - y * dx) * 1.6));
    c.bevel(&shape, width * 0.42, 0.95);
}

/// A mid-century easy chair: 0 teak and moss wool, 1 oak and rust wool, 2 walnut and black hide.
pub(crate) fn chair(c: &mut Canvas, finish: u8) {
    let (wood, cloth, hide) = match finish % 3 {
        0 => (TEAK, hex(0x6E774A), false),
        1 => (OAK, hex(0xB05A34), false),
        _ => (WALNUT, hex(0x2E2826), true),
    };
    c.ground(600.0, 748.0, 300.0, 34.0);
    // Far legs and arm first, in the shade of the near ones.
    stick(c, &[(800.0, 470.0), (830.0, 600.0), (862.0, 722.0)], 18.0, wood);
    stick(c, &[(452.0, 470.0), (438.0, 600.0), (424.0, 722.0)], 18.0, wood);
    cushion(
        c,
        &[
            (676.0, 176.0),
            (800.0, 190.0),
            (822.0, 230.0),
            (776.0, 540.0),
            (740.0, 566.0),
            (610.0, 556.0),
            (588.0, 520.0),
            (640.0, 210.0),
        ],
        cloth,
        hide,
    );
    cushion(
        c,
        &[
            (400.0, 492.0),
            (720.0, 512.0),
            (758.0, 534.0),
            (752.0, 590.0),
            (716.0, 606.0),
            (404.0, 582.0),
            (372.0, 560.0),
            (374.0, 508.0),
        ],
        cloth,
        hide,
    );
    stick(c, &[(352.0, 582.0), (560.0, 600.0), (782.0, 622.0)], 24.0, wood);
    stick(c, &[(360.0, 436.0), (348.0, 580.0), (330.0, 744.0)], 24.0, wood);
    stick(c, &[(852.0, 196.0), (806.0, 420.0), (792.0, 600.0), (838.0, 744.0)], 24.0, wood);
    let arm = blob(&[
        (318.0, 420.0),
        (350.0, 404.0),
        (520.0, 412.0),
        (700.0, 436.0),
        (836.0, 424.0),
        (842.0, 446.0),
        (700.0, 468.0),
        (520.0, 446.0),
        (352.0, 442.0),
        (320.0, 438.0),
    ]);
    c.shadow(&arm, (4.0, 22.0), 14.0, hex(0x100804).a(0.28));
    c.surface(&arm, |x, y| wood.at(x, y * 1.8).lit(1.05));
    c.bevel(&arm, 11.0, 0.95);
    c.soft(
        &arm,
        &outline(&curve(&[(350.0, 414.0), (520.0, 421.0), (690.0, 442.0)]), 5.0),
        4.0,
        hex(0xFFEED8).a(0.45),
    );
}

fn cushion(c: &mut Canvas, points: &[(f32, f32)], cloth: Tone, hide: bool) {
    let shape = rounded_poly(points, 34.0);
    c.shadow(&shape, (6.0, 14.0), 14.0, hex(0x100804).a(0.35));
    c.surface(&shape, |x, y| {
        if hide {
            let crease = clouds(x * 0.02, y * 0.05, 111) - 0.5;
            return cloth.plus(crease * 0.10 + (noise(x * 0.5, y * 0.5, 112) - 0.5) * 0.05);
        }
        let warp = hash((x * 0.45) as i32, (y * 0.16) as i32, 113);
        let weft = hash((x * 0.16) as i32, (y * 0.45) as i32, 114);
        cloth.lit(0.86 + 0.15 * warp + 0.15 * weft)
    });
    c.bevel(&shape, 34.0, 0.85);
    if hide {
        let (x, y) = points[1];
        c.soft(&shape, &ellipse(x - 90.0, y + 40.0, 60.0, 14.0), 16.0, hex(0xFFFFFF).a(0.35));
    }
}

/// A chest of drawers: 0 Georgian mahogany, 1 plain oak.
pub(crate) fn chest(c: &mut Canvas, finish: u8) {
    let wood = if finish.is_multiple_of(2) { MAHOGANY } else { OAK };
    c.ground(600.0, 738.0, 355.0, 26.0);
    let foot = |x: f32, flip: f32| {
        rounded_poly(
            &[
                (x, 690.0),
                (x + 96.0 * flip, 690.0),
                (x + 70.0 * flip, 712.0),
                (x + 44.0 * flip, 742.0),
                (x, 742.0),
            ],
            8.0,
        )
    };
    for shape in [foot(262.0, 1.0), foot(938.0, -1.0)] {
        c.surface(&shape, |x, y| wood.at(x, y * 1.3).lit(0.82));
        c.bevel(&shape, 8.0, 0.8);
    }
    let carcass = rounded(258.0, 220.0, 684.0, 476.0, 4.0);
    c.surface(&carcass, |x, y| wood.at(y, x * 1.2).lit(1.0 - (x - 258.0) / 2400.0));
    c.bevel(&carcass, 8.0, 0.7);
    for (x, y, width, height) in [
        (282.0, 242.0, 312.0, 92.0),
        (606.0, 242.0, 312.0, 92.0),
        (282.0, 348.0, 636.0, 104.0),
        (282.0, 466.0, 636.0, 106.0),
        (282.0, 586.0, 636.0, 94.0),
    ] {
        drawer(c, x, y, width, height, wood);
    }
    let top = rounded_poly(&[(236.0, 196.0), (964.0, 196.0), (972.0, 222.0), (228.0, 222.0)], 6.0);
    c.shadow(&top, (0.0, 8.0), 7.0, hex(0x080402).a(0.5));
    c.surface(&top, |x, y| wood.at(x, y * 2.0).lit(1.14 - (x - 236.0) / 3000.0));
    c.bevel(&top, 6.0, 0.8);
    c.soft(
        &carcass,
        &poly(&[(300.0, 220.0), (470.0, 220.0), (380.0, 700.0), (260.0, 700.0)]),
        40.0,
        hex(0xFFECD6).a(0.13),
    );
}

fn drawer(c: &mut Canvas, x: f32, y: f32, width: f32, height: f32, wood: Wood) {
    let front = rounded(x, y, width, height, 4.0);
    c.shadow(&front, (0.0, 0.0), 4.0, hex(0x0A0402).a(0.75));
    c.surface(&front, |px, py| {
        wood.at(px + y * 5.0, (py - y) * 0.8 + x).lit(1.12 - (px - 258.0) / 2600.0)
    });
    c.bevel(&front, 5.0, 0.75);
    let places: &[f32] = if width > 400.0 { &[0.2, 0.8] } else { &[0.5] };
    for share in places {
        brass_handle(c, x + width * share, y + height * 0.46);
    }
    let (kx, ky) = (x + width * 0.5, y + height * 0.22);
    if width > 400.0 {
        c.fill(
            &ellipse(kx, ky + 16.0, 7.0, 10.0),
            radial(kx - 2.0, ky + 12.0, 12.0, &[(0.0, hex(0xF4DC9A)), (1.0, hex(0x8A6224))]),
        );
        c.fill(&circle(kx, ky + 14.0, 2.4), hex(0x1C1008));
    }
}

fn brass_handle(c: &mut Canvas, x: f32, y: f32) {
    let plate = blob(&[
        (x - 50.0, y),
        (x - 40.0, y - 14.0),
        (x - 12.0, y - 12.0),
        (x, y - 20.0),
        (x + 12.0, y - 12.0),
        (x + 40.0, y - 14.0),
        (x + 50.0, y),
        (x + 38.0, y + 13.0),
        (x, y + 15.0),
        (x - 38.0, y + 13.0),
    ]);
    c.shadow(&plate, (2.0, 3.0), 3.0, hex(0).a(0.5));
    c.fill(
        &plate,
        linear(
            (x - 40.0, y - 20.0),
            (x + 40.0, y + 20.0),
            &[(0.0, hex(0xF6DEA2)), (0.5, hex(0xB8863A)), (1.0, hex(0x8A5E22))],
        ),
    );
    c.bevel(&plate, 3.0, 0.8);
    let bail = curve(&[
        (x - 32.0, y),
        (x - 28.0, y + 20.0),
        (x, y + 28.0),
        (x + 28.0, y + 20.0),
        (x + 32.0, y),
    ]);
    c.shadow(&outline(&bail, 6.0), (2.0, 5.0), 3.0, hex(0).a(0.5));
    c.stroke(&bail, 7.0, hex(0x7A521C));
    c.stroke(
        &bail,
        4.5,
        down(y, y + 30.0, &[(0.0, hex(0xD2A252)), (0.8, hex(0xFAE6B4)), (1.0, hex(0xA87830))]),
    );
}

/// A desk lamp: 0 brass with a green glass shade, 1 black enamel on a jointed arm.
pub(crate) fn lamp(c: &mut Canvas, finish: u8) {
    if finish % 2 == 1 {
        return jointed_lamp(c);
    }
    let brass = Skin::metal(hex(0xD6AA58));
    c.ground(600.0, 742.0, 160.0, 26.0);
    let glow = ellipse(600.0, 730.0, 320.0, 44.0);
    c.shadow(&glow, (0.0, 0.0), 60.0, hex(0xFFE29A).a(0.30));
    let base = Profile::new(&[
        (340.0, 10.0),
        (350.0, 13.0),
        (540.0, 14.0),
        (556.0, 26.0),
        (568.0, 16.0),
        (620.0, 22.0),
        (660.0, 40.0),
        (690.0, 112.0),
        (704.0, 148.0),
        (718.0, 154.0),
    ]);
    c.turned(600.0, &base, 0.12, |_, _| brass);
    let bulb = ellipse(600.0, 356.0, 200.0, 16.0);
    c.fill(&bulb, radial(600.0, 356.0, 200.0, &[(0.0, hex(0xFFFAE2)), (1.0, hex(0xF0C870))]));
    let shade = rounded_poly(
        &[
            (424.0, 226.0),
            (776.0, 226.0),
            (846.0, 330.0),
            (846.0, 356.0),
            (354.0, 356.0),
            (354.0, 330.0),
        ],
        46.0,
    );
    c.surface(&shade, |x, y| {
        let lower = smooth(240.0, 350.0, y);
        let middle = 1.0 - smooth(40.0, 250.0, (x - 600.0).abs());
        hex(0x0E5234).mix(hex(0x6CC87E), lower * 0.35 + middle * lower * 0.5)
    });
    c.bevel(&shade, 26.0, 0.55);
    c.soft(&shade, &rounded(410.0, 246.0, 300.0, 24.0, 12.0), 9.0, hex(0xFFFFFF).a(0.65));
    c.soft(&shade, &rounded(790.0, 290.0, 20.0, 40.0, 8.0), 8.0, hex(0xFFFFFF).a(0.4));
    let finial =
        Profile::new(&[(176.0, 3.0), (186.0, 12.0), (200.0, 8.0), (212.0, 20.0), (228.0, 34.0)]);
    c.turned(600.0, &finial, 0.1, |_, _| brass);
    {
        let x = 700.0;
        c.stroke(&lines(&[(x, 356.0), (x, 440.0)]), 2.0, hex(0x8A6224));
        c.ball(x, 448.0, 9.0, |_| brass);
    }
}

fn jointed_lamp(c: &mut Canvas) {
    let black = Skin { tone: hex(0x24262A), gloss: 0.7, metal: 0.15 };
    c.ground(470.0, 742.0, 150.0, 26.0);
    let base = Profile::new(&[
        (660.0, 12.0),
        (668.0, 16.0),
        (676.0, 60.0),
        (690.0, 128.0),
        (704.0, 146.0),
        (720.0, 150.0),
    ]);
    c.turned(470.0, &base, 0.14, |_, _| black);
    for points in [[(470.0, 664.0), (350.0, 420.0)], [(350.0, 420.0), (640.0, 226.0)]] {
        let shape = outline(&lines(&points), 13.0);
        c.fill(&shape, hex(0xB4B6B8));
        c.bevel(&shape, 6.0, 1.0);
    }
    let spring = |t: f32| (476.0 - 112.0 * t + 14.0 + 7.0 * (t * 150.0).sin(), 640.0 - 226.0 * t);
    let coil: Vec<_> = (0..120).map(|step| spring(step as f32 / 120.0 * 0.7 + 0.1)).collect();
    c.stroke(&lines(&coil), 2.2, hex(0x6A6C70));
    for (x, y) in [(350.0, 420.0), (640.0, 226.0), (470.0, 662.0)] {
        c.ball(x, y, 19.0, |_| black);
        c.ball(x, y, 8.0, |_| Skin::metal(hex(0xD0D0D0)));
    }
    c.within(Transform::from_rotate_at(-32.0, 650.0, 230.0), |c| {
        let head = Profile::new(&[
            (190.0, 30.0),
            (196.0, 38.0),
            (250.0, 42.0),
            (300.0, 64.0),
            (370.0, 136.0),
            (400.0, 150.0),
            (406.0, 150.0),
        ]);
        c.turned(652.0, &head, -0.12, |_, _| black);
        c.fill(
            &ellipse(652.0, 405.0, 147.0, 15.0),
            radial(652.0, 405.0, 147.0, &[(0.0, hex(0xFFFBEA)), (1.0, hex(0xE8CE8C))]),
        );
    });
}

/// A clock for the mantelpiece: 0 mahogany arch, 1 black slate with pillars, 2 brass carriage
/// clock.
pub(crate) fn mantel_clock(c: &mut Canvas, finish: u8) {
    match finish % 3 {
        0 => arched_case(c),
        1 => slate_case(c),
        _ => carriage_case(c),
    }
}

fn arched_case(c: &mut Canvas) {
    c.ground(600.0, 742.0, 270.0, 26.0);
    let mut arch: Vec<(f32, f32)> = (0..=24)
        .map(|step| {
            let angle = TAU * (0.5 + 0.5 * step as f32 / 24.0);
            (600.0 + 220.0 * angle.cos(), 400.0 + 228.0 * angle.sin())
        })
        .collect();
    arch.extend([(820.0, 690.0), (380.0, 690.0)]);
    let case = poly(&arch);
    c.surface(&case, |x, y| MAHOGANY.at(y * 0.9, x * 0.8).lit(1.12));
    c.bevel(&case, 22.0, 0.9);
    let inlay: Vec<_> = arch
        .iter()
        .map(|(x, y)| (600.0 + (x - 600.0) * 0.89, 440.0 + (y - 440.0) * 0.89))
        .collect();
    c.stroke(&poly(&inlay), 3.0, hex(0xE2C080).a(0.8));
    let plinth = rounded(344.0, 686.0, 512.0, 54.0, 8.0);
    c.shadow(&plinth, (0.0, -6.0), 6.0, hex(0).a(0.4));
    c.surface(&plinth, |x, y| MAHOGANY.at(x, y * 1.6).lit(1.05));
    c.bevel(&plinth, 12.0, 0.9);
    c.soft(&case, &ellipse(470.0, 270.0, 50.0, 110.0), 26.0, hex(0xFFE8D0).a(0.32));
    dial(c, 600.0, 410.0, 158.0, hex(0xF2EAD6));
    let shell = blob(&[
        (540.0, 640.0),
        (560.0, 612.0),
        (600.0, 600.0),
        (640.0, 612.0),
        (660.0, 640.0),
        (600.0, 654.0),
    ]);
    c.fill(
        &shell,
        linear((540.0, 600.0), (660.0, 650.0), &[(0.0, hex(0xF2D89C)), (1.0, hex(0x9A7030))]),
    );
    c.bevel(&shell, 6.0, 0.8);
    for step in 0..7_u8 {
        let x = 552.0 + f32::from(step) * 16.0;
        c.stroke(
            &lines(&[(600.0, 652.0), (x, 622.0 - 14.0 * (1.0 - ((x - 600.0) / 60.0).powi(2)))]),
            1.5,
            hex(0x7A501C).a(0.8),
        );
    }
}

fn slate_case(c: &mut Canvas) {
    let slate = |x: f32, y: f32| {
        let vein = smooth(0.47, 0.5, clouds(x * 0.01, y * 0.016, 121))
            * (1.0 - smooth(0.5, 0.53, clouds(x * 0.01, y * 0.016, 121)));
        hex(0x2C2E30).plus(vein * 0.12)
    };
    let marble = |x: f32, y: f32| hex(0x5E221C).mix(hex(0xA86A52), clouds(x * 0.03, y * 0.03, 122));
    c.ground(600.0, 742.0, 330.0, 26.0);
    for (x, y, w, h) in [
        (270.0, 690.0, 660.0, 52.0),
        (296.0, 640.0, 608.0, 54.0),
        (340.0, 290.0, 520.0, 352.0),
        (312.0, 250.0, 576.0, 44.0),
        (420.0, 206.0, 360.0, 46.0),
    ] {
        let block = rounded(x, y, w, h, 4.0);
        c.surface(&block, slate);
        c.bevel(&block, 10.0, 0.85);
    }
    for x in [380.0, 430.0, 770.0, 820.0] {
        let pillar = Profile::new(&[
            (300.0, 22.0),
            (312.0, 23.0),
            (316.0, 16.0),
            (620.0, 17.0),
            (624.0, 23.0),
            (636.0, 24.0),
        ]);
        c.turned(x, &pillar, 0.02, |height, u| {
            if (316.0..620.0).contains(&height) {
                Skin { tone: marble(x * 7.0 + u * 20.0, height), gloss: 0.8, metal: 0.0 }
            } else {
                Skin::metal(hex(0xD2A454))
            }
        });
    }
    let panel = rounded(340.0, 652.0, 520.0, 28.0, 3.0);
    c.surface(&panel, marble);
    c.bevel(&panel, 4.0, 0.7);
    dial(c, 600.0, 460.0, 146.0, hex(0xEEE6D4));
}

fn carriage_case(c: &mut Canvas) {
    let brass: Ink = across(
        390.0,
        810.0,
        &[
            (0.0, hex(0x9A6E2A)),
            (0.1, hex(0xFAE6AE)),
            (0.3, hex(0xCE9E4C)),
            (0.55, hex(0xF2D692)),
            (0.8, hex(0xA67830)),
            (1.0, hex(0x704A18)),
        ],
    );
    c.ground(600.0, 742.0, 240.0, 26.0);
    let handle = curve(&[
        (470.0, 206.0),
        (466.0, 130.0),
        (510.0, 104.0),
        (600.0, 100.0),
        (690.0, 104.0),
        (734.0, 130.0),
        (730.0, 206.0),
    ]);
    let grip = outline(&handle, 20.0);
    c.fill(&grip, brass.clone());
    c.bevel(&grip, 9.0, 0.9);
    let glass = rect(420.0, 256.0, 360.0, 420.0);
    c.fill(
        &glass,
        linear(
            (420.0, 256.0),
            (780.0, 676.0),
            &[(0.0, hex(0x4A3C2A)), (0.5, hex(0x2A2016)), (1.0, hex(0x5A4830))],
        ),
    );
    let mask = rect(446.0, 284.0, 308.0, 364.0);
    c.surface(&mask, |x, y| {
        hex(0xD9B262).lit(0.86 + 0.2 * noise(x * 0.05, y * 1.4, 125) - (x - 446.0) / 1800.0)
    });
    dial(c, 600.0, 440.0, 122.0, hex(0xF6F2E8));
    c.fill(
        &poly(&[(440.0, 262.0), (580.0, 262.0), (470.0, 672.0), (440.0, 672.0)]),
        hex(0xFFFFFF).a(0.13),
    );
    for (x, y, w, h) in [
        (392.0, 204.0, 416.0, 52.0),
        (392.0, 674.0, 416.0, 34.0),
        (372.0, 704.0, 456.0, 36.0),
        (400.0, 252.0, 32.0, 428.0),
        (768.0, 252.0, 32.0, 428.0),
    ] {
        let part = rounded(x, y, w, h, 7.0);
        c.shadow(&part, (0.0, 3.0), 4.0, hex(0x1A0C02).a(0.5));
        c.fill(&part, brass.clone());
        c.bevel(&part, 9.0, 0.8);
    }
}

/// A clock's face: ring, strokes for the hours, and hands that stand at ten past ten.
fn dial(c: &mut Canvas, x: f32, y: f32, radius: f32, face: Tone) {
    let bezel = circle(x, y, radius * 1.13);
    c.shadow(&bezel, (3.0, 6.0), 8.0, hex(0).a(0.5));
    c.fill(
        &bezel,
        linear(
            (x - radius, y - radius),
            (x + radius, y + radius),
            &[
                (0.0, hex(0xFBECBE)),
                (0.45, hex(0xB8883A)),
                (0.6, hex(0x8A6022)),
                (1.0, hex(0xE8C880)),
            ],
        ),
    );
    c.stroke(&circle(x, y, radius * 1.06), radius * 0.03, hex(0x6A4614).a(0.7));
    let plate = circle(x, y, radius);
    c.fill(
        &plate,
        radial(
            x - radius * 0.25,
            y - radius * 0.3,
            radius * 1.4,
            &[(0.0, face.plus(0.04)), (0.7, face), (1.0, face.lit(0.8))],
        ),
    );
    let ink = hex(0x1E1A18);
    for minute in 0..60_u8 {
        let angle = TAU * f32::from(minute) / 60.0;
        let (sin, cos) = angle.sin_cos();
        let (inner, width) = if minute % 5 == 0 { (0.68, 0.034) } else { (0.87, 0.012) };
        let at = |share: f32| (x + radius * share * sin, y - radius * share * cos);
        c.stroke(&lines(&[at(inner), at(0.91)]), radius * width, ink);
    }
    c.stroke(&circle(x, y, radius * 0.94), radius * 0.012, ink);
    c.stroke(&circle(x, y, radius * 0.63), radius * 0.008, ink.a(0.6));
    for (turn, reach, width) in [(0.846, 0.5, 0.05), (0.168, 0.8, 0.034)] {
        let (sin, cos) = (TAU * turn).sin_cos();
        let tip = (x + radius * reach * sin, y - radius * reach * cos);
        let side = (cos * radius * width, sin * radius * width);
        let belly = (x + radius * reach * 0.62 * sin, y - radius * reach * 0.62 * cos);
        let hand = poly(&[
            (x - radius * 0.1 * sin, y + radius * 0.1 * cos),
            (belly.0 + side.0, belly.1 + side.1),
            tip,
            (belly.0 - side.0, belly.1 - side.1),
        ]);
        c.shadow(&hand, (2.0, 4.0), 3.0, hex(0).a(0.35));
        c.fill(&hand, hex(0x1C2030));
    }
    c.fill(&circle(x, y, radius * 0.05), hex(0xC89848));
    c.soft(&plate, &arc_band(x, y, radius), radius * 0.05, hex(0xFFFFFF).a(0.55));
}

/// The mirror image of the window in a watch glass.
fn arc_band(x: f32, y: f32, radius: f32) -> tiny_skia::Path {
    outline(&arc(x, y, radius * 0.82, radius * 0.82, 0.53, 0.70), radius * 0.08)
}
