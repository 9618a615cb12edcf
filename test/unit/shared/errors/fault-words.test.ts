import { expect, it } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode } from '../../../../shared/errors/catalogue.ts';
import { placeOf } from '../../../../shared/format/server-place.ts';
import { emptyEndpoint, type EndpointForm } from '../../../../shared/model/profile.ts';
import { faultWords } from '../../../../shared/errors/fault-words.ts';

/** Errors that only the command line meets: it names its own options. */
const OF_THE_COMMAND_LINE: readonly string[] = ['ALREADY_RUNNING', 'PORT_TAKEN', 'OUTPUT_UNWRITABLE'];

const codes = Object.keys(ERROR_CATALOGUE).filter(
  (code) => !OF_THE_COMMAND_LINE.includes(code),
) as ErrorCode[];

it.each(codes)('%s tells a page nothing of options and variables of the command line', (code) => {
  const { title, cause, remedy } = faultWords(code);
  expect(`${title} ${cause} ${remedy}`).not.toMatch(/--\w|LOCKSTEP_|NODE_EXTRA|same command/);
});

it('a command about Sentinels leads to the first of them, asks for their password, and names none', () => {
  const source: EndpointForm = {
    ...emptyEndpoint('source'),
    ...{
      user: 'app',
      hasPassword: true,
      sentinelUser: 'asker',
      hasSentinelPassword: true,
      sentinelTls: true,
    },
    kind: 'sentinels',
    sentinels: 's1.example:26380\ns2.example:26379',
    primaryName: 'mymaster',
  };
  const { remedy } = faultWords('SOURCE_SENTINEL_UNREACHABLE', {
    source: placeOf({ ...source, port: 0 }),
  });
  expect(remedy).toContain('redis-cli -h s1.example -p 26380 --tls --user asker --askpass PING');
});

it('a command about a server that Sentinels tell of leads to where it was found', () => {
  const source = {
    ...emptyEndpoint('source'),
    kind: 'sentinels',
    sentinels: 's1',
    primaryName: 'm',
    port: 0,
  } as const;
  const remedy = (found: Parameters<typeof placeOf>[1]): string =>
    faultWords('SOURCE_UNREACHABLE', { source: placeOf(source, found) }).remedy;
  expect(remedy({ host: '10.0.0.2', port: 6379 })).toContain('redis-cli -h 10.0.0.2 -p 6379 PING');
  expect(remedy(null)).toContain('redis-cli PING');
});
