// What is drawn below and above a chart's lines: thresholds, shades, marks, and the times of alerts.
import { css, gradientOf, painted } from "./colors.js";
import { limitsOf, paintOf } from "./field.js";

const inside = (u, x) => Math.min(u.bbox.left + u.bbox.width, Math.max(u.bbox.left, x));

function painting(u, draw) {
  u.ctx.save();
  u.ctx.beginPath();
  u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  u.ctx.clip();
  draw(u.ctx, u.bbox);
  u.ctx.restore();
}

function line(ctx, x1, y1, x2, y2) {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

// Thresholds as areas behind the lines.
export function drawAreas(u, scale) {
  if (!scale.limits?.thresholdsStyle?.includes("area")) return;
  const { min, max } = u.scales[scale.key];
  if (min === null || min === undefined) return;
  const [bottom] = scale.limits.thresholds ?? [];
  const steps = limitsOf(scale.limits, { min, max });
  if (bottom && (bottom.value === undefined || bottom.value === null)) steps.unshift({ value: -Infinity, color: bottom.color });
  painting(u, (ctx, box) => {
    ctx.globalAlpha = 0.12;
    steps.forEach(({ value, color }, i) => {
      const [low, high] = [Math.max(min, value), Math.min(max, steps[i + 1]?.value ?? Infinity)];
      if (!(high > low) || color === "transparent") return;
      const [top, foot] = [u.valToPos(high, scale.key, true), u.valToPos(low, scale.key, true)];
      ctx.fillStyle = paintOf(color);
      ctx.fillRect(box.left, top, box.width, foot - top);
    });
  });
}

// Thresholds as lines over them.
export function drawLines(u, scale) {
  const style = scale.limits?.thresholdsStyle ?? "";
  if (!/line|dashed/.test(style)) return;
  const { min, max } = u.scales[scale.key];
  painting(u, (ctx, box) => {
    ctx.lineWidth = 2 * devicePixelRatio;
    if (style.includes("dashed")) ctx.setLineDash([6, 4]);
    for (const { value, color } of limitsOf(scale.limits, { min, max })) {
      if (value < min || value > max || color === "transparent") continue;
      const y = u.valToPos(value, scale.key, true);
      ctx.strokeStyle = paintOf(color);
      line(ctx, box.left, y, box.left + box.width, y);
    }
  });
}

export function drawShade(u, { start, end, color }) {
  const place = (time) => inside(u, u.valToPos(time / 1000, "x", true));
  const [left, right] = [place(start), place(end ?? Date.now())];
  if (right <= left) return;
  painting(u, (ctx, box) => {
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = paintOf(color);
    ctx.fillRect(left, box.top, right - left, box.height);
  });
}

// Marks: a dashed line where each begins, and what it lasts shaded; alerts at the top.
export function drawMarks(u, marks) {
  if (!marks.length) return;
  painting(u, (ctx, box) => {
    ctx.lineWidth = devicePixelRatio;
    for (const { start, end, color, isStrip } of marks) {
      const [from, to] = [start, end].map((time) => u.valToPos(time, "x", true));
      if (to < box.left || from > box.left + box.width) continue;
      ctx.fillStyle = ctx.strokeStyle = paintOf(color);
      ctx.globalAlpha = 0.9;
      if (isStrip) { ctx.fillRect(inside(u, from), box.top, Math.max(1, inside(u, to) - inside(u, from)), 3); continue; }
      ctx.setLineDash([4, 3]);
      line(ctx, from, box.top, from, box.top + box.height);
      if (to <= from) continue;
      line(ctx, to, box.top, to, box.top + box.height);
      ctx.globalAlpha = 0.1;
      ctx.fillRect(from, box.top, to - from, box.height);
    }
  });
}

// Times in which an alert of the page's camera fired, as its band tells them: milliseconds, two a time.
export function drawAlerts(u) {
  const alerts = [...document.querySelectorAll("[data-alerts]")].flatMap((lane) => lane.dataset.alerts.split(" ")).filter(Boolean);
  if (!alerts.length) return;
  painting(u, (ctx, { top, height }) => {
    ctx.fillStyle = css("--bad");
    for (const alert of alerts.slice(0, 2000)) {
      const [from, to] = alert.split("-").map((time) => u.valToPos(Number(time) / 1000, "x", true));
      const [begin, end] = [inside(u, from), inside(u, Math.max(to, from + 1))];
      if (!(end > begin)) continue;
      ctx.globalAlpha = 0.08;
      ctx.fillRect(begin, top, end - begin, height);
      ctx.globalAlpha = 0.9;
      ctx.fillRect(begin, top, end - begin, 3);
    }
  });
}

const faded = (color, percent) => percent < 100 ? `color-mix(in srgb, ${color} ${percent}%, transparent)` : color;

// A paint from the top of the plot to its bottom, of colours at values.
function paintBetween(u, key, stops) {
  const { top, height } = u.bbox;
  if (!(height > 0)) return stops[0].color;
  const paint = u.ctx.createLinearGradient(0, top, 0, top + height);
  for (const { value, color } of stops) paint.addColorStop(Math.min(1, Math.max(0, (u.valToPos(value, key, true) - top) / height)), color);
  return paint;
}

// The paint of a series whose colour is that of each of its values; nothing for one that has one colour.
export function schemeOf({ style, scale, ends }, percent = 100) {
  const mode = style.color?.mode ?? "";
  if (style.gradient !== "scheme" || mode !== "thresholds" && !mode.startsWith("continuous-")) return undefined;
  const [low, high] = [style.min ?? ends?.min ?? 0, style.max ?? ends?.max ?? 100];
  if (mode !== "thresholds") {
    const steps = Array.from({ length: 9 }, (_, i) => ({ value: low + (high - low) * i / 8, color: faded(painted(gradientOf(mode, i / 8)), percent) }));
    return (u) => paintBetween(u, scale, steps.toReversed());
  }
  const limits = limitsOf(style, { min: low, max: high }).map(({ value, color }) => ({ value, color: faded(paintOf(color), percent) }));
  let below = faded(paintOf(style.thresholds?.[0]?.color ?? "green"), percent);
  const edges = limits.flatMap(({ value, color }) => { const pair = [{ value, color: below }, { value, color }]; below = color; return pair; });
  return edges.length ? (u) => paintBetween(u, scale, edges.toReversed()) : undefined;
}

// The paint below a line that fades towards the bottom.
export function fadingOf({ style, scale }, stroke, percent) {
  if (style.gradient !== "opacity") return undefined;
  return (u) => paintBetween(u, scale, [{ value: u.scales[scale].max, color: faded(stroke, percent) }, { value: u.scales[scale].min, color: faded(stroke, 0) }]);
}
