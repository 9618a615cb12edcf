import { formatBytes, formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import { evaluate, key, type Scrape } from './evaluate.ts';

export interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: { readonly unit: string; readonly thresholds?: Thresholds } };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Thresholds {
  readonly steps: readonly { readonly color: string; readonly value: number | null }[];
}

const COLUMN = 52;
const ROW = 30;
const GAP = 8;
const LINES = ['#7eb26d', '#e0b400', '#6ed0e0', '#ef843c'];
const STATS: Readonly<Record<string, string>> = { green: '#56a64b', orange: '#e0752d', red: '#d44a3a' };

const UNITS: Readonly<Record<string, (value: number) => string>> = {
  s: (value) => (value < 1 ? `${Math.round(value * 1000)} ms` : formatDuration(value * 1000)),
  bytes: formatBytes,
  Bps: (value) => `${formatBytes(value)}/s`,
  cps: (value) => `${formatCount(value)}/s`,
  percentunit: (value) => `${(value * 100).toFixed(1)} %`,
};
const shown = (unit: string, value: number): string => (UNITS[unit] ?? formatCount)(value);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The panels as they lie in the dashboard, with what was recorded, as one picture. */
export function drawDashboard(
  panels: readonly Panel[],
  scrapes: readonly Scrape[],
  dark: boolean,
): { svg: string; width: number; height: number } {
  const [ground, paper, ink, faint] = dark
    ? ['#111217', '#181b1f', '#ccccdc', '#2d3036']
    : ['#f4f5f5', '#ffffff', '#24292e', '#e1e3e6'];
  const height = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h)) * ROW + GAP;
  const width = 24 * COLUMN + GAP;
  const body = panels.map((panel) => {
    const { x, y, w, h } = panel.gridPos;
    const size = { w: w * COLUMN - GAP, h: h * ROW - GAP };
    const content =
      panel.type === 'stat' ? drawStat(panel, scrapes, size) : drawLines(panel, scrapes, size, faint);
    return `<g transform="translate(${x * COLUMN + GAP},${y * ROW + GAP})"><rect width="${size.w}" height="${size.h}" rx="3" fill="${paper}" stroke="${faint}"/><text x="10" y="20" font-weight="600">${escaped(panel.title)}</text>${content}</g>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="Inter, Helvetica, Arial, sans-serif" font-size="12" fill="${ink}"><rect width="100%" height="100%" fill="${ground}"/>${body.join('')}</svg>`;
  return { svg, width, height };
}

function drawStat(
  { targets, fieldConfig: { defaults } }: Panel,
  scrapes: readonly Scrape[],
  { w, h }: { w: number; h: number },
): string {
  const value = evaluate(targets[0]!.expr, scrapes, scrapes.length - 1)[0]?.value;
  const step = defaults.thresholds?.steps.findLast((one) => one.value === null || (value ?? 0) >= one.value);
  const text = value === undefined ? 'No data' : shown(defaults.unit, value);
  return `<text x="${w / 2}" y="${h / 2 + 22}" text-anchor="middle" font-size="28" fill="${STATS[step?.color ?? ''] ?? 'currentColor'}">${escaped(text)}</text>`;
}

function drawLines(
  { targets, fieldConfig: { defaults } }: Panel,
  scrapes: readonly Scrape[],
  { w, h }: { w: number; h: number },
  faint: string,
): string {
  const lines = targets.flatMap(({ expr, legendFormat }) => {
    const found = new Map<string, { name: string; points: (readonly [number, number])[] }>();
    scrapes.forEach(({ atMs }, index) => {
      for (const point of evaluate(expr, scrapes, index)) {
        const name = legendFormat.replaceAll(
          /\{\{(\w+)\}\}/g,
          (_, label: string) => point.labels[label] ?? '',
        );
        const line = found.get(key(point)) ?? { name, points: [] };
        line.points.push([atMs, point.value]);
        found.set(key(point), line);
      }
    });
    return [...found.values()];
  });
  if (lines.length === 0)
    return `<text x="${w / 2}" y="${h / 2 + 6}" text-anchor="middle" opacity="0.6">No data</text>`;
  const [left, top, right, bottom] = [78, 34, w - 12, h - 46];
  const most = Math.max(...lines.flatMap(({ points }) => points.map(([, value]) => value)), 1e-9) * 1.1;
  const [first, last] = [scrapes[0]!.atMs, scrapes.at(-1)!.atMs];
  const x = (atMs: number): number => left + ((atMs - first) / (last - first)) * (right - left);
  const y = (value: number): number => bottom - (value / most) * (bottom - top);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = bottom - part * (bottom - top);
    return `<path d="M${left} ${at}H${right}" stroke="${faint}"/><text x="${left - 8}" y="${at + 4}" text-anchor="end" font-size="11" opacity="0.8">${escaped(shown(defaults.unit, most * part))}</text>`;
  });
  const times = [0, 0.5, 1].map((part) => {
    const text = new Date(first + part * (last - first)).toISOString().slice(11, 19);
    return `<text x="${left + part * (right - left)}" y="${bottom + 16}" text-anchor="${part === 1 ? 'end' : part === 0 ? 'start' : 'middle'}" font-size="11" opacity="0.8">${text}</text>`;
  });
  const drawn = lines.map(({ points }, index) => {
    const path = points.map(([atMs, value]) => `${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`).join('L');
    return `<path d="M${path}" fill="none" stroke="${LINES[index % LINES.length]}" stroke-width="1.5"/>`;
  });
  const legend = lines.map(
    ({ name }, index) =>
      `<tspan fill="${LINES[index % LINES.length]}">■ </tspan><tspan>${escaped(name)}   </tspan>`,
  );
  return `${grid.join('')}${times.join('')}${drawn.join('')}<text x="10" y="${h - 10}" font-size="11" xml:space="preserve">${legend.join('')}</text>`;
}
