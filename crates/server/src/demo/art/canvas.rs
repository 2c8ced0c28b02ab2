//! The drawing board: paths with gradients from tiny-skia, and what a photograph needs besides:
//! soft shadows, rounded edges and surfaces whose colour is computed point by point.

use std::f32::consts::TAU;

use tiny_skia::{
    FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Mask, Paint, Path, PathBuilder,
    Pixmap, Point, RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

use super::tone::Tone;

/// Width of the drawings in their own units.
pub(crate) const WIDTH: u32 = 1200;
/// Height of the drawings in their own units.
pub(crate) const HEIGHT: u32 = 900;

/// What a path is filled or drawn with.
#[derive(Clone)]
pub(crate) struct Ink(Shader<'static>);

impl From<Tone> for Ink {
    fn from(tone: Tone) -> Self {
        Self(Shader::SolidColor(color(tone)))
    }
}

fn color(tone: Tone) -> tiny_skia::Color {
    let part = |value: f32| value.clamp(0.0, 1.0);
    tiny_skia::Color::from_rgba(part(tone.red), part(tone.green), part(tone.blue), part(tone.alpha))
        .expect("every part is between 0 and 1")
}

fn stops(tones: &[(f32, Tone)]) -> Vec<GradientStop> {
    tones.iter().map(|(at, tone)| GradientStop::new(*at, color(*tone))).collect()
}

/// A gradient from one point to another.
pub(crate) fn linear(from: (f32, f32), to: (f32, f32), tones: &[(f32, Tone)]) -> Ink {
    LinearGradient::new(
        Point::from_xy(from.0, from.1),
        Point::from_xy(to.0, to.1),
        stops(tones),
        SpreadMode::Pad,
        Transform::identity(),
    )
    .map_or_else(|| Ink::from(tones[0].1), Ink)
}

/// A gradient from left to right.
pub(crate) fn across(left: f32, right: f32, tones: &[(f32, Tone)]) -> Ink {
    linear((left, 0.0), (right, 0.0), tones)
}

/// A gradient from top to bottom.
pub(crate) fn down(top: f32, bottom: f32, tones: &[(f32, Tone)]) -> Ink {
    linear((0.0, top), (0.0, bottom), tones)
}

/// A gradient from a centre outwards.
pub(crate) fn radial(x: f32, y: f32, radius: f32, tones: &[(f32, Tone)]) -> Ink {
    let centre = Point::from_xy(x, y);
    RadialGradient::new(
        centre,
        0.0,
        centre,
        radius,
        stops(tones),
        SpreadMode::Pad,
        Transform::identity(),
    )
    .map_or_else(|| Ink::from(tones[0].1), Ink)
}

fn finish(builder: PathBuilder) -> Path {
    builder.finish().expect("every path of the drawings has finite points and some length")
}

pub(crate) fn rect(x: f32, y: f32, width: f32, height: f32) -> Path {
    poly(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
}

/// A rectangle with round corners.
pub(crate) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Path {
    let r = radius.min(width / 2.0).min(height / 2.0);
    rounded_poly(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)], r)
}

pub(crate) fn ellipse(x: f32, y: f32, rx: f32, ry: f32) -> Path {
    let mut builder = PathBuilder::new();
    builder.push_oval(
        Rect::from_xywh(x - rx, y - ry, rx * 2.0, ry * 2.0).expect("radii are positive"),
    );
    finish(builder)
}

pub(crate) fn circle(x: f32, y: f32, radius: f32) -> Path {
    ellipse(x, y, radius, radius)
}

/// Straight lines through the points, closed.
pub(crate) fn poly(points: &[(f32, f32)]) -> Path {
    let mut builder = PathBuilder::new();
    push_lines(&mut builder, points);
    builder.close();
    finish(builder)
}

/// Straight lines through the points, open.
pub(crate) fn lines(points: &[(f32, f32)]) -> Path {
    let mut builder = PathBuilder::new();
    push_lines(&mut builder, points);
    finish(builder)
}

/// Many separate strokes as one path: a thousand hairs cost little more than one.
pub(crate) fn strokes(segments: impl Iterator<Item = [(f32, f32); 2]>) -> Path {
    let mut builder = PathBuilder::new();
    for segment in segments {
        push_lines(&mut builder, &segment);
    }
    finish(builder)
}

fn push_lines(builder: &mut PathBuilder, points: &[(f32, f32)]) {
    for (index, (x, y)) in points.iter().enumerate() {
        if index == 0 {
            builder.move_to(*x, *y);
        } else {
            builder.line_to(*x, *y);
        }
    }
}

/// A closed outline with its corners rounded off.
pub(crate) fn rounded_poly(points: &[(f32, f32)], radius: f32) -> Path {
    let towards = |from: (f32, f32), to: (f32, f32)| {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(0.001);
        let step = radius.min(length / 2.0) / length;
        (from.0 + dx * step, from.1 + dy * step)
    };
    let mut builder = PathBuilder::new();
    for (index, corner) in points.iter().enumerate() {
        let before = points[(index + points.len() - 1) % points.len()];
        let after = points[(index + 1) % points.len()];
        let (enter, leave) = (towards(*corner, before), towards(*corner, after));
        if index == 0 {
            builder.move_to(enter.0, enter.1);
        } else {
            builder.line_to(enter.0, enter.1);
        }
        builder.quad_to(corner.0, corner.1, leave.0, leave.1);
    }
    builder.close();
    finish(builder)
}

/// A smooth line through the points, open.
pub(crate) fn curve(points: &[(f32, f32)]) -> Path {
    let mut builder = PathBuilder::new();
    let last = points.len() - 1;
    builder.move_to(points[0].0, points[0].1);
    for index in 0..last {
        let before = points[index.saturating_sub(1)];
        let after = points[(index + 2).min(last)];
        push_bend(&mut builder, before, points[index], points[index + 1], after);
    }
    finish(builder)
}

/// A smooth outline through the points, closed.
pub(crate) fn blob(points: &[(f32, f32)]) -> Path {
    let count = points.len();
    let mut builder = PathBuilder::new();
    builder.move_to(points[0].0, points[0].1);
    for index in 0..count {
        let at = |offset: usize| points[(index + count + offset - 1) % count];
        push_bend(&mut builder, at(0), at(1), at(2), at(3));
    }
    builder.close();
    finish(builder)
}

fn push_bend(
    builder: &mut PathBuilder,
    before: (f32, f32),
    from: (f32, f32),
    to: (f32, f32),
    after: (f32, f32),
) {
    builder.cubic_to(
        from.0 + (to.0 - before.0) / 6.0,
        from.1 + (to.1 - before.1) / 6.0,
        to.0 - (after.0 - from.0) / 6.0,
        to.1 - (after.1 - from.1) / 6.0,
        to.0,
        to.1,
    );
}

/// Part of an ellipse; angles in turns, 0 to the right and growing clockwise.
pub(crate) fn arc(x: f32, y: f32, rx: f32, ry: f32, from: f32, to: f32) -> Path {
    let steps = 28_u8;
    let points: Vec<_> = (0..=steps)
        .map(|step| {
            let angle = TAU * (from + (to - from) * f32::from(step) / f32::from(steps));
            (x + rx * angle.cos(), y + ry * angle.sin())
        })
        .collect();
    curve(&points)
}

/// The outline of a line drawn with a round pen, to be filled like any other shape.
pub(crate) fn outline(path: &Path, width: f32) -> Path {
    path.stroke(&pen(width), 1.0).unwrap_or_else(|| path.clone())
}

fn pen(width: f32) -> Stroke {
    Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() }
}

/// How much of each pixel a path covers, for the part of the picture it touches.
struct Cover {
    left: i32,
    top: i32,
    width: usize,
    height: usize,
    /// 0 to 1, row by row.
    share: Vec<f32>,
}

impl Cover {
    /// Blurs by about `radius` pixels: three box blurs come close to a bell curve.
    fn blur(&mut self, radius: f32) {
        let reach = (radius * 0.6).round().max(1.0) as usize;
        for _ in 0..3 {
            self.blur_rows(reach);
            self.blur_columns(reach);
        }
    }

    fn blur_rows(&mut self, reach: usize) {
        let scale = 1.0 / (2 * reach + 1) as f32;
        let mut row_before = vec![0.0; self.width];
        for row in self.share.chunks_exact_mut(self.width) {
            row_before.copy_from_slice(row);
            let mut sum: f32 = row_before.iter().take(reach).sum();
            for (x, value) in row.iter_mut().enumerate() {
                sum += row_before.get(x + reach).copied().unwrap_or(0.0);
                *value = sum * scale;
                if x >= reach {
                    sum -= row_before[x - reach];
                }
            }
        }
    }

    /// Keeps one sum for every column and walks down, so that memory is read in order.
    fn blur_columns(&mut self, reach: usize) {
        let scale = 1.0 / (2 * reach + 1) as f32;
        let before = self.share.clone();
        let row = |y: usize| &before[y * self.width..(y + 1) * self.width];
        let mut sums = vec![0.0; self.width];
        for y in 0..reach.min(self.height) {
            sums.iter_mut().zip(row(y)).for_each(|(sum, value)| *sum += value);
        }
        for y in 0..self.height {
            if y + reach < self.height {
                sums.iter_mut().zip(row(y + reach)).for_each(|(sum, value)| *sum += value);
            }
            let out = &mut self.share[y * self.width..(y + 1) * self.width];
            out.iter_mut().zip(&sums).for_each(|(value, sum)| *value = sum * scale);
            if y >= reach {
                sums.iter_mut().zip(row(y - reach)).for_each(|(sum, value)| *sum -= value);
            }
        }
    }

    fn at(&self, x: usize, y: usize) -> f32 {
        self.share[y.min(self.height - 1) * self.width + x.min(self.width - 1)]
    }
}

/// A picture in the making.
pub(crate) struct Canvas {
    pixels: Pixmap,
    /// From the drawing's units to pixels.
    view: Transform,
}

impl Canvas {
    /// An empty picture, `pixels_per_unit` large, whose drawing is seen through `view`.
    pub(crate) fn new(pixels_per_unit: f32, view: Transform) -> Self {
        let side = |units: u32| (units as f32 * pixels_per_unit).round() as u32;
        let pixels =
            Pixmap::new(side(WIDTH), side(HEIGHT)).expect("the size is neither nothing nor huge");
        Self { pixels, view: view.post_scale(pixels_per_unit, pixels_per_unit) }
    }

    /// Width and height in pixels.
    fn size(&self) -> (i32, i32) {
        (self.pixels.width().cast_signed(), self.pixels.height().cast_signed())
    }

    /// Draws with everything moved, turned or scaled.
    pub(crate) fn within(&mut self, place: Transform, draw: impl FnOnce(&mut Self)) {
        let outside = self.view;
        self.view = outside.pre_concat(place);
        draw(self);
        self.view = outside;
    }

    /// Pixels to a unit of the drawing.
    pub(crate) fn scale(&self) -> f32 {
        self.view.sx.hypot(self.view.ky)
    }

    /// Turns a direction of the drawing into one of the picture: light comes from one side of
    /// the room however a thing lies.
    pub(crate) fn turn(&self, x: f32, y: f32) -> (f32, f32) {
        let scale = self.scale();
        (
            (self.view.sx * x + self.view.kx * y) / scale,
            (self.view.ky * x + self.view.sy * y) / scale,
        )
    }

    pub(crate) fn fill(&mut self, path: &Path, ink: impl Into<Ink>) {
        let paint = Paint { shader: ink.into().0, anti_alias: true, ..Paint::default() };
        self.pixels.fill_path(path, &paint, FillRule::Winding, self.view, None);
    }

    pub(crate) fn stroke(&mut self, path: &Path, width: f32, ink: impl Into<Ink>) {
        let paint = Paint { shader: ink.into().0, anti_alias: true, ..Paint::default() };
        self.pixels.stroke_path(path, &paint, &pen(width), self.view, None);
    }

    /// Colours every point of a shape by itself; the colour's alpha counts.
    pub(crate) fn surface(&mut self, path: &Path, tone_at: impl Fn(f32, f32) -> Tone) {
        if let (Some(cover), Some(back)) = (self.cover(path, 0), self.view.invert()) {
            let Transform { sx, kx, ky, sy, tx, ty } = back;
            self.blend(&cover, |x, y| tone_at(x * sx + y * kx + tx, x * ky + y * sy + ty));
        }
    }

    /// The blurred shadow of a shape, moved by `offset` and softened over `blur` units.
    pub(crate) fn shadow(&mut self, path: &Path, offset: (f32, f32), blur: f32, tone: Tone) {
        let blur = blur * self.scale();
        self.within(Transform::from_translate(offset.0, offset.1), |canvas| {
            if let Some(mut cover) = canvas.cover(path, (blur * 2.0) as i32) {
                cover.blur(blur);
                canvas.blend(&cover, |_, _| tone);
            }
        });
    }

    /// A soft patch of light or shade that stays inside `clip`.
    pub(crate) fn soft(&mut self, clip: &Path, patch: &Path, blur: f32, tone: Tone) {
        let blur = blur * self.scale();
        let (Some(mut cover), Some(inside)) =
            (self.cover(patch, (blur * 2.0) as i32), self.cover(clip, 0))
        else {
            return;
        };
        cover.blur(blur);
        let (dx, dy) = (cover.left - inside.left, cover.top - inside.top);
        for y in 0..cover.height {
            for x in 0..cover.width {
                let (inner_x, inner_y) = (x as i32 + dx, y as i32 + dy);
                let within = inner_x >= 0
                    && inner_y >= 0
                    && (inner_x as usize) < inside.width
                    && (inner_y as usize) < inside.height;
                let share =
                    if within { inside.at(inner_x as usize, inner_y as usize) } else { 0.0 };
                cover.share[y * cover.width + x] *= share;
            }
        }
        self.blend(&cover, |_, _| tone);
    }

    /// Rounds a shape's edges over `depth` units as if lit from the upper left: light on one
    /// side, shade on the other, `strength` from 0 to 1.
    pub(crate) fn bevel(&mut self, path: &Path, depth: f32, strength: f32) {
        let depth = depth * self.scale();
        let (Some(cover), Some(mut relief)) = (self.cover(path, 2), self.cover(path, 2)) else {
            return;
        };
        relief.blur(depth);
        let (left, top) = (cover.left, cover.top);
        self.blend(&cover, |x, y| {
            let (x, y) = ((x as i32 - left) as usize, (y as i32 - top) as usize);
            let slope_x = relief.at(x + 1, y) - relief.at(x.saturating_sub(1), y);
            let slope_y = relief.at(x, y + 1) - relief.at(x, y.saturating_sub(1));
            let light = (slope_x * 0.62 + slope_y * 0.78) * depth * 1.1;
            if light > 0.0 {
                super::tone::hex(0xFFFAF0).a((light * strength * 0.9).min(0.62))
            } else {
                super::tone::hex(0x140E0A).a((-light * strength * 1.25).min(0.8))
            }
        });
    }

    /// Colours the pixels of a box of the drawing: `tone_at` gets a place in the drawing and
    /// answers with its colour, the alpha being the share of the pixel that is covered.
    pub(crate) fn plot(
        &mut self,
        left: f32,
        top: f32,
        width: f32,
        height: f32,
        tone_at: impl Fn(f32, f32) -> Tone,
    ) {
        self.surface(&rect(left, top, width, height), tone_at);
    }

    /// Lays the backdrop: `tone_at` gets a place on the paper of the whole picture, whatever the
    /// view, and changes so slowly that every eighth pixel is enough; `texture_at` adds light to
    /// single pixels.
    pub(crate) fn backdrop(
        &mut self,
        tone_at: impl Fn(f32, f32) -> Tone,
        texture_at: impl Fn(i32, i32) -> f32,
    ) {
        const STEP: usize = 8;
        let width = self.pixels.width() as usize;
        let units = WIDTH as f32 / width as f32 * STEP as f32;
        let columns = width / STEP + 2;
        let grid_row = |row: usize| -> Vec<Tone> {
            (0..columns).map(|column| tone_at(column as f32 * units, row as f32 * units)).collect()
        };
        let (mut upper, mut lower) = (grid_row(0), grid_row(1));
        for (y, line) in self.pixels.data_mut().chunks_exact_mut(width * 4).enumerate() {
            if y % STEP == 0 && y > 0 {
                upper = std::mem::replace(&mut lower, grid_row(y / STEP + 1));
            }
            let v = (y % STEP) as f32 / STEP as f32;
            let row: Vec<Tone> = upper.iter().zip(&lower).map(|(a, b)| a.mix(*b, v)).collect();
            for (x, pixel) in line.chunks_exact_mut(4).enumerate() {
                let u = (x % STEP) as f32 / STEP as f32;
                let tone = row[x / STEP].mix(row[x / STEP + 1], u);
                let tone = tone.plus(texture_at(x as i32, y as i32));
                let bytes = [tone.red, tone.green, tone.blue]
                    .map(|part| (part * 255.0 + 0.5).clamp(0.0, 255.0) as u8);
                pixel[..3].copy_from_slice(&bytes);
                pixel[3] = u8::MAX;
            }
        }
    }

    /// The finished pixels.
    pub(crate) fn into_pixels(self) -> Pixmap {
        self.pixels
    }

    /// The part of the picture a path touches and `margin` pixels around it; none where it lies
    /// outside.
    fn cover(&self, path: &Path, margin: i32) -> Option<Cover> {
        let placed = path.clone().transform(self.view)?;
        let bounds = placed.bounds();
        let left = (bounds.left().floor() as i32 - margin).max(-margin);
        let top = (bounds.top().floor() as i32 - margin).max(-margin);
        let (width, height) = self.size();
        let right = (bounds.right().ceil() as i32 + margin).min(width + margin);
        let bottom = (bounds.bottom().ceil() as i32 + margin).min(height + margin);
        let width = u32::try_from(right - left).ok()?;
        let height = u32::try_from(bottom - top).ok()?;
        let mut mask = Mask::new(width, height)?;
        let shift = Transform::from_translate(-left as f32, -top as f32);
        mask.fill_path(&placed, FillRule::Winding, true, shift);
        let share = mask.data().iter().map(|byte| f32::from(*byte) / 255.0).collect();
        Some(Cover { left, top, width: width as usize, height: height as usize, share })
    }

    /// Lays a colour over every covered pixel of the picture.
    fn blend(&mut self, cover: &Cover, tone_at: impl Fn(f32, f32) -> Tone) {
        let (width, height) = self.size();
        let first = (-cover.left).max(0) as usize;
        let pixels = self.pixels.data_mut();
        for (line, shares) in cover.share.chunks_exact(cover.width).enumerate() {
            let y = cover.top + line as i32;
            if !(0..height).contains(&y) {
                continue;
            }
            for (x, share) in (cover.left..width).zip(shares).skip(first) {
                if *share < 0.002 {
                    continue;
                }
                let tone = tone_at(x as f32 + 0.5, y as f32 + 0.5);
                let alpha = (tone.alpha * share).clamp(0.0, 1.0);
                if alpha <= 0.0 {
                    continue;
                }
                let at = (y * width + x) as usize * 4;
                let parts = [tone.red, tone.green, tone.blue];
                for (byte, part) in pixels[at..at + 3].iter_mut().zip(parts) {
                    let before = f32::from(*byte);
                    let after = before + (part.clamp(0.0, 1.0) * 255.0 - before) * alpha;
                    *byte = (after + 0.5) as u8;
                }
            }
        }
    }
}
