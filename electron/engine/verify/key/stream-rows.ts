import { MOST_GROUP_ROWS, type KeyRow } from '../../../../shared/model/key-reading.ts';
import type { Reply } from '../page-reader.ts';
import type { Side } from '../side.ts';
import { compareGroups } from '../stream-groups.ts';
import { fieldMap } from '../stream-replies.ts';
import { cellOf, textCell } from './cells.ts';

const DETAILS = ['last-generated-id', 'max-deleted-entry-id', 'entries-added'];

/** A stream as one side has it. */
interface StreamFacts {
  readonly details: ReadonlyMap<string, string>;
  /** By the group's name in latin1. */
  readonly groups: ReadonlyMap<string, string>;
}

const NONE: StreamFacts = { details: new Map(), groups: new Map() };

/**
 * What streams tell besides their entries, and their groups, matched by their names. What groups have given out and nobody has confirmed is
 * compared as well: its first difference has a row of its own.
 */
export async function streamRows(source: Side, target: Side, key: Buffer, has: Has): Promise<KeyRow[]> {
  const [a, b] = await Promise.all([
    has.source ? factsOf(source, key) : NONE,
    has.target ? factsOf(target, key) : NONE,
  ]);
  const details = DETAILS.filter((name) => a.details.has(name) || b.details.has(name)).map((name) => {
    const [x, y] = [a.details.get(name), b.details.get(name)];
    // Before 7.0 a server does not know all of them.
    const differs = x !== undefined && y !== undefined && x !== y;
    return row('detail', Buffer.from(name), x, y, differs);
  });
  const names = [...new Set([...a.groups.keys(), ...b.groups.keys()])].toSorted();
  const groups = names.map((name) => {
    const [x, y] = [a.groups.get(name), b.groups.get(name)];
    return row('group', Buffer.from(name, 'latin1'), x, y, x !== y);
  });
  const pending = has.source && has.target && groups.every(({ differs }) => !differs);
  const finding = pending ? await compareGroups({ source, target, key, bytes: 0 }) : undefined;
  const inside = finding ? [row('group', Buffer.alloc(0), finding.source, finding.target, true)] : [];
  return [...details, ...inside, ...groups].slice(0, MOST_GROUP_ROWS);
}

/** Which sides have a stream there. */
export interface Has {
  readonly source: boolean;
  readonly target: boolean;
}

const row = (
  kind: 'detail' | 'group',
  name: Buffer,
  source: string | undefined,
  target: string | undefined,
  differs: boolean,
): KeyRow => ({
  ...{ kind, differs },
  index: null,
  name: cellOf(name),
  source: source === undefined ? null : textCell(source),
  target: target === undefined ? null : textCell(target),
});

async function factsOf(side: Side, key: Buffer): Promise<StreamFacts> {
  const [info, groups] = await Promise.all([
    side.call('XINFO', 'STREAM', key),
    side.call('XINFO', 'GROUPS', key),
  ]);
  const facts = fieldMap(info);
  return {
    details: new Map(
      DETAILS.flatMap((name) => (facts.has(name) ? [[name, String(facts.get(name))] as const] : [])),
    ),
    groups: new Map(
      (groups as Reply[]).map((group) => {
        const told = fieldMap(group);
        // Consumers that have nothing pending are no part of what a source tells its replicas.
        const text = `last delivered ${String(told.get('last-delivered-id'))}, ${String(told.get('pending'))} pending`;
        return [(told.get('name') as Buffer).toString('latin1'), text] as const;
      }),
    ),
  };
}
