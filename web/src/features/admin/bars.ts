export interface Bar {
  /** All in the chart's own units: the drawing is `width` by `height`, the baseline at its foot. */
  x: number;
  width: number;
  height: number;
}

/** Bars for values, side by side, the highest as high as the drawing. Less than nothing is nothing. */
export function barsOf(values: number[], width: number, height: number): Bar[] {
  const most = Math.max(0, ...values);
  const step = width / Math.max(1, values.length);
  const gap = Math.min(4, step * 0.2);
  return values.map((value, index) => ({
    x: index * step + gap / 2,
    width: step - gap,
    // What is there is seen, however little it is beside the rest.
    height: value > 0 ? Math.max(2, (value / most) * height) : 0,
  }));
}
