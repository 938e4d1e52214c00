// What a chart keeps of its last look, so that the next one asks only for what is new.

// What came last may still change: samples come late, and a rate's last steps see no more than there is. In seconds.
const overlap = 600;

const keyOf = ({ place, metric }) => JSON.stringify([place, metric]);

export class Kept {
  // From where to ask, for queries in the words of `key`: from the grid's start where nothing can be kept.
  startFor(key, grid, step) {
    const isSame = this.key === key && this.step === step && grid.start >= this.grid.start && grid.end >= this.grid.end;
    const from = isSame ? Math.max(grid.start, Math.floor((this.grid.end - overlap) / step) * step) : grid.start;
    this.asked = { key, step, from };
    return from;
  }

  // Series with the values of the whole grid: those that were kept before what was asked for now.
  // - found: series with their `values` from `startFor` on, by the place of their query and their labels.
  merge(found, grid) {
    const { key, step, from } = this.asked;
    const skipped = Math.round((from - grid.start) / step);
    if (skipped) {
      const moved = Math.round((grid.start - this.grid.start) / step);
      const length = Math.round((grid.end - grid.start) / step) + 1;
      const before = (row) => Array.from({ length: skipped }, (_, i) => row?.[i + moved] ?? null);
      const fresh = new Map(found.map((one) => [keyOf(one), one]));
      // Those that were there stay in their places, and in their colours, until nothing of them is left.
      const stayed = this.series.map((one) => {
        const now = fresh.get(keyOf(one));
        fresh.delete(keyOf(one));
        return { ...one, ...now, values: [...before(one.values), ...now?.values ?? new Array(length - skipped).fill(null)] };
      }).filter(({ values }) => values.some((value) => value !== null));
      found = [...stayed, ...[...fresh.values()].map((one) => ({ ...one, values: [...before(null), ...one.values] }))];
    }
    Object.assign(this, { key, step, grid, series: found });
    return found;
  }

  forget() { this.key = null; }
}
