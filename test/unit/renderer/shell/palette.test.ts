import { expect, it } from 'vitest';
import { fitting } from '../../../../renderer/shell/palette/fits-query.ts';

const commands = [
  { label: 'Settings', keywords: ['alerts'] },
  { label: 'Orders', description: 'In step: 0.3 s behind', keywords: ['Shop', 'redis-7:6379'] },
  { label: 'Stop Orders', keywords: ['Shop'] },
  { label: 'Pause Orders', keywords: ['Shop'] },
];

it.each([
  ['', ['Settings', 'Orders', 'Stop Orders', 'Pause Orders']],
  ['ord', ['Orders', 'Stop Orders', 'Pause Orders']],
  ['orders stop', ['Stop Orders']],
  ['shop', ['Orders', 'Stop Orders', 'Pause Orders']],
  ['redis-7', ['Orders']],
  ['ALERTS', ['Settings']],
  ['in step', ['Orders']],
  ['nothing', []],
])('“%s” finds %j, what is called so first', (query, labels) => {
  expect(fitting(commands, query).map(({ label }) => label)).toEqual(labels);
});
