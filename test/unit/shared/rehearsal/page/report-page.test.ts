// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { reportPage } from '../../../../../shared/rehearsal/page/report-page.ts';
import { summaryOf } from '../../../../../shared/rehearsal/run-summary.ts';
import { contents } from '../../../../support/page/task-figures/contents.ts';
import { copyReport } from '../../../../support/rehearsal-report.ts';

const parse = (page: string): Document => new DOMParser().parseFromString(page, 'text/html');

test('whatever stands in a report is text on its page', () => {
  const evil = `"><script>alert(1)</script><img src=x onerror='a'>`;
  const page = reportPage(
    copyReport({
      task: evil,
      version: evil,
      id: evil,
      afterwards: evil,
      source: { ...copyReport().source!, address: evil, version: evil },
      steps: [{ id: 'copy', beganMs: 0, tookMs: 1, state: 'failed', note: evil }],
      checks: [{ title: evil, status: 'warning', found: evil }],
      faults: { total: 3, listed: [{ atMs: 1, text: evil }] },
      gate: [{ id: 'clients', state: 'blocks', found: evil, who: [evil], command: evil }],
      failure: { code: 'INTERNAL', fact: evil },
    }),
    undefined,
  );
  const document = parse(page);
  expect(document.querySelectorAll('script, img, link, iframe, [onerror]')).toHaveLength(0);
  expect(document.body.textContent).toContain(evil);
  expect(document.title).toContain(evil);
  // Nothing is fetched, and no script could run.
  expect(document.querySelectorAll('[src], [href]')).toHaveLength(0);
  expect(page).not.toMatch(/url\(|@import/i);
  expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toBe(
    "default-src 'none'; style-src 'unsafe-inline'",
  );
});

test('the picture has a bar for each step, to scale, and the table says the same', () => {
  const document = parse(reportPage(copyReport(), undefined));
  const bars = [...document.querySelectorAll('.timeline .bar')];
  const widths = bars.map((bar) => Number(bar.getAttribute('width')));
  expect(widths).toHaveLength(2);
  expect(widths[0]! / widths[1]!).toBeCloseTo(2, 1);
  expect(Number(bars[1]!.getAttribute('x'))).toBeCloseTo(Number(bars[0]!.getAttribute('x')) + widths[0]!, 0);
  expect(document.body.textContent).toContain('40.0 s');
  expect(document.querySelector('.verdict')?.className).toContain('met');
});

test('a run before is set beside this one', () => {
  const slow = copyReport({
    id: 'run-0',
    steps: [{ id: 'copy', beganMs: 0, tookMs: 90_000, state: 'done' }],
    comparison: { equal: false, compared: 5, differences: 2, tookMs: 1 },
  });
  const text = parse(reportPage(copyReport(), summaryOf(slow, 'a', 'b'))).body.textContent;
  expect(text).toMatch(/Full copy\s*1 min 30 s\s*40\.0 s/);
  expect(text).toMatch(/Goals\s*not met\s*met/);
});

test('what either side held stands beside the other side, and its largest keys by their names', () => {
  const key = '<b>large</b>';
  const source = contents();
  const held = {
    source: { ...source, largest: [{ db: 3, key, type: 'zset', bytes: 2048 }] },
    target: contents(0.5),
  };
  const document = parse(reportPage(copyReport({ contents: held }), undefined));
  const figures = new Map(
    [...document.querySelectorAll('table.contents')].map((table) => [
      table.querySelector('caption')!.textContent.trim(),
      [...table.querySelectorAll('tbody tr')].map((row) =>
        [...row.querySelectorAll('th, td.number, td.short')].map((cell) => cell.textContent).join(' '),
      ),
    ]),
  );
  expect(figures.get('Memory by type')![0]).toBe('zset 6.9 GB 3.4 GB');
  expect(figures.get('Keys by when they expire')).toContain('no expiry 1,337,068 668,534');
  // Nothing expires later, on neither side.
  expect(figures.get('Keys by when they expire')).toHaveLength(6);
  expect(figures.get('How values are kept')![0]).toBe('string, embstr 4,800,000 2,400,000');
  expect(figures.get('Keys by slot')).toHaveLength(32);
  expect(figures.get('Largest keys of the source')).toEqual([`${key} 3 zset 2.0 KB`]);
  const widths = [...document.querySelectorAll('td.pair')[0]!.querySelectorAll('rect')].map((bar) =>
    Number(bar.getAttribute('width')),
  );
  expect(widths[0]! / widths[1]!).toBeCloseTo(2, 1);
  expect(document.body.textContent).toContain('Source: 6,137,068 keys of about 9.1 GB');
});

test('nothing is said of what either side held where they were not compared', () => {
  expect(reportPage(copyReport(), undefined)).not.toContain('What is in there');
});

test('on paper a line of the checklist is kept together, unless it names many', () => {
  const who = ['10.0.0.7:41234 (billing), last command set 2 s ago'];
  const page = reportPage(
    copyReport({
      gate: [
        { id: 'lag', state: 'ready', found: 'Nothing behind.', who: [] },
        { id: 'writes', state: 'blocks', found: 'Written to.', who, command: 'X', where: 'each-primary' },
      ],
    }),
    undefined,
  );
  const document = parse(page);
  const rows = [...document.querySelectorAll('tr.ready, tr.blocks')].map(({ className }) => className);
  expect(rows).toEqual(['ready', 'blocks long']);
  expect(document.body.textContent).toContain('To be run by you, on each primary of the source: X');
});
