import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { RecordedGroup, RecordedValue } from './value-recorder.ts';

const CLOCK_SLACK_MS = 60_000;

type Reply = Buffer | number | null | readonly Reply[];

const text = (reply: Reply | undefined): string =>
  Buffer.isBuffer(reply) ? reply.toString('latin1') : String(reply);
const list = (reply: Reply | undefined): readonly Reply[] => (Array.isArray(reply) ? reply : []);

/** A reply of XINFO as a map from name to text. */
const mapOf = (reply: Reply | undefined): Map<string, string> => {
  const flat = list(reply);
  return new Map(flat.flatMap((item, i) => (i % 2 === 0 ? [[text(item), text(flat[i + 1])] as const] : [])));
};

/** Checks a stream's entries, numbers, groups, consumers and pending entries against the server. */
export async function compareStream(client: Redis, name: Buffer, value: RecordedValue): Promise<void> {
  const call = async (...args: [string, ...(string | Buffer)[]]): Promise<Reply> =>
    (await client.callBuffer(...args)) as Reply;
  const entries = list(await call('XRANGE', name, '-', '+')).map((entry) => {
    const [id, fields] = list(entry);
    return { id: text(id), fieldsAndValues: list(fields).map(text) };
  });
  expect(value.entries).toEqual(entries);

  const info = mapOf(await call('XINFO', 'STREAM', name));
  expect(String(value.state?.length)).toBe(info.get('length'));
  expect(value.state?.lastId).toBe(info.get('last-generated-id'));
  if (info.has('entries-added') && value.state?.entriesAdded !== undefined) {
    expect(String(value.state.entriesAdded)).toBe(info.get('entries-added'));
    expect(value.state.maxDeletedId).toBe(info.get('max-deleted-entry-id'));
    expect(value.state.firstId).toBe(info.get('recorded-first-entry-id'));
  }

  const groups = list(await call('XINFO', 'GROUPS', name)).map(mapOf);
  expect(value.groups.map((group) => group.name)).toEqual(groups.map((group) => group.get('name')));
  for (const [i, group] of value.groups.entries()) await compareGroup(call, name, group, groups[i]!);
}

async function compareGroup(
  call: (...args: [string, ...(string | Buffer)[]]) => Promise<Reply>,
  name: Buffer,
  group: RecordedGroup,
  info: ReadonlyMap<string, string>,
): Promise<void> {
  expect(group.lastDeliveredId).toBe(info.get('last-delivered-id'));
  if (info.has('entries-read'))
    expect(group.entriesRead).toBe(
      info.get('entries-read') === 'null' ? -1 : Number(info.get('entries-read')),
    );
  const consumers = list(await call('XINFO', 'CONSUMERS', name, group.name)).map(mapOf);
  expect(group.consumers.map((consumer) => [consumer.name, String(consumer.pending.length)])).toEqual(
    consumers.map((consumer) => [consumer.get('name'), consumer.get('pending')]),
  );
  for (const [i, consumer] of group.consumers.entries()) {
    expect(Math.abs(Date.now() - Number(consumers[i]!.get('idle')) - consumer.seenTimeMs)).toBeLessThan(
      CLOCK_SLACK_MS,
    );
    const inactive = consumers[i]!.get('inactive');
    if (inactive === '-1') expect(consumer.activeTimeMs).toBe(-1);
  }
  const pending = list(await call('XPENDING', name, group.name, '-', '+', '1000000')).map((entry) =>
    list(entry),
  );
  const told = group.consumers.flatMap((consumer) =>
    consumer.pending.map((entry) => ({ ...entry, consumer: consumer.name })),
  );
  told.sort((a, b) => compareIds(a.id, b.id));
  expect(told.map((entry) => [entry.id, entry.consumer, entry.deliveries])).toEqual(
    pending.map(([id, consumer, , deliveries]) => [text(id), text(consumer), Number(deliveries)]),
  );
  for (const [i, entry] of told.entries()) {
    expect(Math.abs(Date.now() - Number(pending[i]![2]) - entry.deliveryTimeMs)).toBeLessThan(CLOCK_SLACK_MS);
  }
}

function compareIds(a: string, b: string): number {
  const [aMs = 0n, aSequence = 0n] = a.split('-').map(BigInt);
  const [bMs = 0n, bSequence = 0n] = b.split('-').map(BigInt);
  return Number(aMs - bMs) || Number(aSequence - bSequence);
}
