/** One series of a text of metrics. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly help: string;
  readonly type: string;
  readonly series: readonly Series[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = new RegExp(`(${NAME})="((?:[^"\\\\]|\\\\.)*)"(?:,|$)`, 'gy');
const UNESCAPED: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Reads the text format of Prometheus as strictly as it is written down: HELP and TYPE of each name once and before its series, no
 * series twice, nothing else. @throws Error that names the line
 */
export function parseMetrics(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, { help: string; type: string; series: Series[] }>();
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, keyword, name = '', rest = ''] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? [];
    if (keyword === 'HELP') {
      if (families.has(name)) throw new Error(`told twice: ${line}`);
      families.set(name, { help: rest, type: '', series: [] });
    } else if (keyword === 'TYPE') {
      const family = families.get(name);
      if (!family || family.type !== '' || !/^(counter|gauge)$/.test(rest)) throw new Error(line);
      family.type = rest;
    } else {
      const series = parseSample(line);
      const family = families.get(series.name);
      if (!family || family.type === '') throw new Error(`without HELP and TYPE before it: ${line}`);
      const key = JSON.stringify([series.name, series.labels]);
      if (seen.has(key)) throw new Error(`a series twice: ${line}`);
      seen.add(key);
      family.series.push(series);
    }
  }
  return families;
}

function parseSample(line: string): Series {
  const [, name, labelText = '', valueText = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined || !/^(NaN|[+-]?Inf|[+-]?[\d.]+(e[+-]?\d+)?)$/i.test(valueText))
    throw new Error(line);
  const labels: Record<string, string> = {};
  let end = 0;
  LABEL.lastIndex = 0;
  for (let found = LABEL.exec(labelText); found; found = LABEL.exec(labelText)) {
    labels[found[1]!] = found[2]!.replaceAll(/\\(.)/g, (_, char: string) => UNESCAPED[char] ?? '?');
    end = LABEL.lastIndex;
  }
  if (end !== labelText.length) throw new Error(`labels: ${line}`);
  return { name, labels, value: Number(valueText) };
}
