// Where panels stand: 24 columns, as Grafana's grid has them.
const columns = 24;

const inOrder = (a, b) => a.y - b.y || a.x - b.x;

// A panel by itself, or the copies of one that repeats, which stay together.
function blocksOf(items) {
  const blocks = new Map();
  for (const item of items) (blocks.get(item.block ?? item) ?? blocks.set(item.block ?? item, []).get(item.block ?? item)).push(item);
  return [...blocks.values()].map((members) => {
    const [x, y] = [Math.min(...members.map((one) => one.x)), Math.min(...members.map((one) => one.y))];
    return { members, x, y, w: Math.max(...members.map((one) => one.x + one.w)) - x, h: Math.max(...members.map((one) => one.y + one.h)) - y };
  });
}

// Panels go up as far as they can, and what is in another's place goes below it.
export function compact(items) {
  const ordered = [...items].sort(inOrder);
  const placed = [];
  let bottom = 0;
  for (const item of blocksOf(ordered).sort(inOrder)) {
    const isTaken = (y) => placed.some((other) => other.x < item.x + item.w && item.x < other.x + other.w && other.y < y + item.h && y < other.y + other.h);
    let y = Math.min(item.y, bottom);
    while (y > 0 && !isTaken(y)) y -= 1;
    while (isTaken(y)) y += 1;
    for (const member of item.members) member.y += y - item.y;
    item.y = y;
    bottom = Math.max(bottom, y + item.h);
    placed.push(item);
  }
  return ordered;
}

// A panel once for each value: beside each other, so many in a row, or below each other; what is below goes down.
export function repeated(items, item, count) {
  const perRow = item.panel.repeatsDown ? 1 : Math.min(count, item.panel.repeatsMax ?? 4);
  const width = item.panel.repeatsDown ? item.w : Math.floor(columns / perRow);
  const rows = Math.ceil(count / perRow);
  const below = item.y + item.h;
  for (const other of items) if (other !== item && other.y >= below) other.y += (rows - 1) * item.h;
  return Array.from({ length: count }, (_, i) => ({
    ...item, block: item, w: width, x: item.panel.repeatsDown ? item.x : (i % perRow) * width, y: item.y + Math.floor(i / perRow) * item.h,
  }));
}
