//! Pictures of the demo lots, drawn by code: a house with something to look at, without a file
//! of anybody else's.
//!
//! Every drawing works in units of a 1200×900 picture. Things that stand do so on a floor at
//! about y = 745; flat things lie seen from above. [`Scene`] says what is drawn, in which of its
//! finishes, before which backdrop and how close. The same scene always gives the same bytes.

// Drawing is arithmetic on small numbers that become pixels; a lost fraction is not a loss.
// Colours are written as everywhere else: 0xRRGGBB.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::many_single_char_names,
    clippy::similar_names,
    clippy::unreadable_literal
)]

mod canvas;
mod furniture;
mod jewels;
mod light;
mod machines;
mod music;
mod paper;
mod science;
mod textiles;
mod tone;
mod toys;
mod vehicles;
mod vessels;

use image::RgbImage;
use tiny_skia::{Pixmap, Transform};

use canvas::{Canvas, HEIGHT, WIDTH, ellipse};
use tone::{Tone, clouds, hash, hex, length, noise, smooth};

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Object {
    Barometer,
    Bicycle,
    Book,
    Bowl,
    Camera,
    Candlesticks,
    CelloBow,
    Chair,
    Chest,
    Decanter,
    Globe,
    Guitar,
    Lamp,
    MantelClock,
    Map,
    Microscope,
    Painting,
    Pearls,
    Pen,
    PocketWatch,
    PortCase,
    Print,
    Quilt,
    Radio,
    Ring,
    Rug,
    ShipModel,
    Teapot,
    TeddyBear,
    Telescope,
    TinCar,
    TrainSet,
    TwinLensCamera,
    Typewriter,
    Urns,
    Vase,
    Violin,
    Wristwatch,
}

/// The paper or cloth behind and under a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Backdrop {
    Linen,
    Fog,
    Slate,
    Sage,
    Sand,
    Blush,
    Ink,
    Umber,
}

/// One picture: a thing, its finish, its backdrop and how it is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scene {
    object: Object,
    finish: u8,
    backdrop: Backdrop,
    /// The middle of a detail in units of the drawing, and its enlargement in percent.
    detail: Option<(u16, u16, u16)>,
}

impl Scene {
    /// The whole thing. A thing comes in a few finishes (colours, shapes); higher numbers start
    /// over.
    #[must_use]
    pub(crate) const fn new(object: Object, finish: u8, backdrop: Backdrop) -> Self {
        Self { object, finish, backdrop, detail: None }
    }

    /// The same from nearer: the point (`x`, `y`) of the 1200×900 picture comes to the middle,
    /// enlarged to `percent`.
    #[must_use]
    pub(crate) const fn detail(self, x: u16, y: u16, percent: u16) -> Self {
        Self { detail: Some((x, y, percent)), ..self }
    }

    /// From the drawing's units to those of the picture.
    fn view(&self, stage: Stage) -> Transform {
        let at =
            |x: f32, y: f32, scale: f32| Transform::from_translate(-x, -y).post_scale(scale, scale);
        match self.detail {
            Some((x, y, percent)) => at(f32::from(x), f32::from(y), f32::from(percent) / 100.0)
                .post_translate(WIDTH as f32 / 2.0, HEIGHT as f32 / 2.0),
            // What stands leaves much empty wall: a step nearer.
            None if stage == Stage::Standing => at(600.0, 480.0, 1.08).post_translate(600.0, 470.0),
            None => Transform::identity(),
        }
    }
}

/// How a thing is presented.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// On the floor of a studio, seen from the side.
    Standing,
    /// On a table, seen from above.
    Lying,
    /// On a wall.
    Hanging,
}

type Drawing = fn(&mut Canvas, u8);

impl Object {
    fn drawing(self) -> (Stage, Drawing) {
        use Stage::{Hanging, Lying, Standing};
        match self {
            Self::Barometer => (Hanging, science::barometer),
            Self::Bicycle => (Standing, vehicles::bicycle),
            Self::Book => (Standing, paper::book),
            Self::Bowl => (Standing, vessels::bowl),
            Self::Camera => (Standing, machines::camera),
            Self::Candlesticks => (Standing, vessels::candlesticks),
            Self::CelloBow => (Lying, music::bow),
            Self::Chair => (Standing, furniture::chair),
            Self::Chest => (Standing, furniture::chest),
            Self::Decanter => (Standing, vessels::decanter),
            Self::Globe => (Standing, science::globe),
            Self::Guitar => (Hanging, music::guitar),
            Self::Lamp => (Standing, furniture::lamp),
            Self::MantelClock => (Standing, furniture::mantel_clock),
            Self::Map => (Lying, paper::map),
            Self::Microscope => (Standing, science::microscope),
            Self::Painting => (Hanging, paper::painting),
            Self::Pearls => (Lying, jewels::pearls),
            Self::Pen => (Lying, jewels::pen),
            Self::PocketWatch => (Lying, jewels::pocket_watch),
            Self::PortCase => (Standing, vessels::port_case),
            Self::Print => (Hanging, paper::print),
            Self::Quilt => (Hanging, textiles::quilt),
            Self::Radio => (Standing, machines::radio),
            Self::Ring => (Standing, jewels::ring),
            Self::Rug => (Lying, textiles::rug),
            Self::ShipModel => (Standing, vehicles::ship),
            Self::Teapot => (Standing, vessels::teapot),
            Self::TeddyBear => (Standing, toys::teddy),
            Self::Telescope => (Standing, science::telescope),
            Self::TinCar => (Standing, toys::tin_car),
            Self::TrainSet => (Standing, toys::train),
            Self::TwinLensCamera => (Standing, machines::twin_lens),
            Self::Typewriter => (Standing, machines::typewriter),
            Self::Urns => (Standing, vessels::urns),
            Self::Vase => (Standing, vessels::vase),
            Self::Violin => (Lying, music::violin),
            Self::Wristwatch => (Lying, jewels::wristwatch),
        }
    }
}

/// A backdrop's colour in the light, away from it, and underfoot.
struct Paper {
    light: Tone,
    shade: Tone,
    floor: Tone,
}

impl Backdrop {
    fn paper(self) -> Paper {
        let (light, shade, floor) = match self {
            Self::Linen => (0xF3EEE4, 0xCFC6B6, 0xE6DED0),
            Self::Fog => (0xE9EDEE, 0xB9C3C8, 0xD8DFE2),
            Self::Slate => (0x8C99A3, 0x4A5661, 0x76838D),
            Self::Sage => (0xC9D2C0, 0x8A9984, 0xB6C1AC),
            Self::Sand => (0xEAD9BC, 0xBFA47C, 0xDBC6A2),
            Self::Blush => (0xEED8CC, 0xC4A092, 0xE0C4B6),
            Self::Ink => (0x4A5668, 0x1A202B, 0x364150),
            Self::Umber => (0x8A705C, 0x3C2D24, 0x6C5545),
        };
        Paper { light: hex(light), shade: hex(shade), floor: hex(floor) }
    }

    fn lay(self, canvas: &mut Canvas, stage: Stage, horizon: f32) {
        let paper = self.paper();
        let standing = stage == Stage::Standing;
        let tone_at = |x: f32, y: f32| {
            let away = length((x - 440.0) / 900.0, (y - 300.0) / 760.0);
            let wall = paper.light.mix(paper.shade, smooth(0.05, 1.15, away));
            if !standing {
                return wall.plus((noise(x * 0.004, y * 0.005, 5) - 0.5) * 0.035);
            }
            let middle = 1.0 - smooth(0.0, 1.0, ((x - 560.0) / 760.0).abs());
            let front = smooth(horizon, horizon + 330.0, y);
            let floor = paper.floor.mix(paper.light, middle * 0.55).lit(1.03 - front * 0.16);
            wall.mix(floor, smooth(horizon - 50.0, horizon + 60.0, y))
        };
        if standing {
            canvas.backdrop(tone_at, |_, _| 0.0);
        } else {
            // A weave too fine to name: threads both ways.
            canvas.backdrop(tone_at, |x, y| {
                (hash(x / 2, y / 13, 3) + hash(x / 13, y / 2, 4) - 1.0) * 0.016
            });
        }
    }
}

/// Draws a scene at 1200×900.
#[must_use]
pub(crate) fn draw(scene: &Scene) -> RgbImage {
    draw_at(scene, 1.0)
}

fn draw_at(scene: &Scene, pixels_per_unit: f32) -> RgbImage {
    let (stage, drawing) = scene.object.drawing();
    let view = scene.view(stage);
    let mut canvas = Canvas::new(pixels_per_unit, view);
    scene.backdrop.lay(&mut canvas, stage, 640.0 * view.sy + view.ty);
    drawing(&mut canvas, scene.finish);
    develop(&canvas.into_pixels())
}

/// Darkens the corners a little and adds grain, which also hides the steps of the gradients.
fn develop(exposed: &Pixmap) -> RgbImage {
    let (width, height) = (exposed.width(), exposed.height());
    let mut picture = RgbImage::new(width, height);
    let mut random = 0x9E37_79B9_u32;
    for (to, from) in
        picture.enumerate_rows_mut().zip(exposed.data().chunks_exact(4 * width as usize))
    {
        let dy = to.0 as f32 / height as f32 * 2.0 - 1.0;
        for ((x, _, pixel), bytes) in to.1.zip(from.chunks_exact(4)) {
            let dx = x as f32 / width as f32 * 2.0 - 1.0;
            let off_centre = (dx * dx + dy * dy) * 0.5;
            let corner = 1.0 - 0.10 * off_centre * off_centre;
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            let grain = ((random >> 24) as f32 + ((random >> 16) & 0xFF) as f32 - 255.0) * 0.011;
            pixel.0 = [bytes[0], bytes[1], bytes[2]]
                .map(|byte| (f32::from(byte) * corner + grain + 0.5).clamp(0.0, 255.0) as u8);
        }
    }
    picture
}

impl Canvas {
    /// The shadow of a thing on the floor: dark where it touches, wide and faint around.
    fn ground(&mut self, x: f32, y: f32, rx: f32, ry: f32) {
        let dark = hex(0x1C1410);
        self.shadow(
            &ellipse(x + rx * 0.12, y + ry * 0.25, rx * 1.12, ry * 1.3),
            (0.0, 0.0),
            46.0,
            dark.a(0.30),
        );
        self.shadow(&ellipse(x, y, rx, ry * 0.8), (0.0, 0.0), 14.0, dark.a(0.42));
        self.shadow(&ellipse(x, y - ry * 0.1, rx * 0.9, ry * 0.45), (0.0, 0.0), 5.0, dark.a(0.45));
    }
}

/// Speckled stone, clay or paint: `tone` with clouds of `other` in it.
fn speckled(tone: Tone, other: Tone, x: f32, y: f32, seed: u32) -> Tone {
    let fleck = hash((x * 0.7) as i32, (y * 0.7) as i32, seed);
    tone.mix(other, clouds(x * 0.03, y * 0.03, seed) * 0.5 + smooth(0.93, 1.0, fleck) * 0.5)
}

#[cfg(test)]
mod tests;
