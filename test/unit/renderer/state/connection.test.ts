import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openConnection, type Connection } from '../../../../renderer/state/connection.ts';
import type { ClientTransport } from '../../../../shared/contract/frames.ts';
import { scriptedHost, type ScriptedHost } from '../../../support/page/scripted-host.ts';
import { task } from '../../../support/page/fixtures.ts';

let host: ScriptedHost;
let connection: Connection | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  host = scriptedHost({ tasks: [task('a')] });
});

afterEach(() => {
  connection?.close();
  vi.useRealTimers();
});

const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

it('is open as soon as the application has answered', async () => {
  connection = openConnection(host.open);
  expect(connection.status()).toBe('connecting');
  await settle();
  expect(connection.status()).toBe('open');
});

it('comes back by itself after the application was gone', async () => {
  connection = openConnection(host.open);
  const seen: string[] = [];
  connection.onStatus(() => seen.push(connection?.status() ?? ''));
  await settle();
  host.goAway();
  expect(connection.status()).toBe('lost');
  await settle(20_000);
  host.comeBack();
  await settle(5000);
  expect(seen).toEqual(['open', 'lost', 'open']);
  await expect(connection.request('task.list', {})).resolves.toHaveLength(1);
});

it('a request is refused at once while the application is gone', async () => {
  connection = openConnection(host.open);
  await settle();
  host.goAway();
  await expect(connection.request('task.list', {})).rejects.toMatchObject({ code: 'HOST_GONE' });
});

it('listeners stay over a reconnection', async () => {
  connection = openConnection(host.open);
  const names: string[] = [];
  connection.onEvent((event) => event.type === 'task' && names.push(event.task.name));
  await settle();
  host.goAway();
  host.comeBack();
  await settle(1000);
  host.changeTask('a', { name: 'after' });
  await settle();
  expect(names).toEqual(['after']);
});

it('the attempts become rarer, up to one every five seconds', async () => {
  const attemptsAtMs: number[] = [];
  const open = (): ClientTransport => {
    attemptsAtMs.push(Date.now());
    return host.open();
  };
  host.goAway();
  connection = openConnection(open);
  await settle(30_000);
  const gaps = attemptsAtMs.slice(1).map((at, i) => Math.round((at - attemptsAtMs[i]!) / 500) * 500);
  expect(gaps.slice(0, 6)).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
});

it('to try now does not wait for the next attempt', async () => {
  host.goAway();
  connection = openConnection(host.open);
  await settle(9000);
  host.comeBack();
  connection.retry();
  await settle();
  expect(connection.status()).toBe('open');
});

it('an application that has stopped answering counts as gone', async () => {
  const deaf = { deaf: false };
  const open = (): ClientTransport => {
    const transport = host.open();
    return { ...transport, send: (frame) => (deaf.deaf ? undefined : transport.send(frame)) };
  };
  connection = openConnection(open);
  await settle();
  deaf.deaf = true;
  await settle(15_000);
  expect(connection.status()).toBe('open');
  await settle(15_000);
  expect(connection.status()).toBe('lost');
});

it('an application that refuses this page is told apart from one that is gone, until it lets it in again', async () => {
  const seen: string[] = [];
  let refuses = false;
  const isShutOut = (): Promise<boolean> =>
    refuses ? Promise.resolve(true) : Promise.reject(new TypeError('nobody listens'));
  connection = openConnection(host.open, isShutOut);
  connection.onStatus(() => seen.push(connection?.status() ?? ''));
  await settle();
  host.goAway();
  await settle(5000);
  expect(seen).toEqual(['open', 'lost']);
  refuses = true;
  await settle(10_000);
  refuses = false;
  await settle(5000);
  expect(seen).toEqual(['open', 'lost', 'shut-out', 'lost']);
  host.comeBack();
  await settle(5000);
  expect(seen.at(-1)).toBe('open');
});
