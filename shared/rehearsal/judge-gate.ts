import { formatAgo } from '../format/times.ts';
import { formatBytes, formatCount, formatDuration } from '../format/numbers.ts';
import type { CutoverClient, CutoverFacts, CutoverSide } from '../model/cutover-facts.ts';
import type { GateId, GateItem } from './gate.ts';

/** What is known when a cutover is about to be judged; null is what is not known. */
export interface GateInput {
  readonly nowMs: number;
  /** How long nothing may have been behind, and nobody may have written. */
  readonly steadyForMs: number;
  readonly comparedWithinMs: number;
  /** Since when the target has had all that the source had; null while it has not. */
  readonly caughtUpSinceMs: number | null;
  readonly lagSeconds: number | null;
  readonly bufferBytes: number;
  /** Which slots are on their way, in words; null where none are. */
  readonly unsettled: string | null;
  /** Since when the source has counted no write; null where it does not count them. */
  readonly quietSinceMs: number | null;
  readonly compared: {
    readonly equal: boolean;
    readonly differences: number;
    readonly endedAtMs: number;
  } | null;
  readonly facts: Pick<CutoverFacts, 'source' | 'target'>;
}

const PAUSE = 'CLIENT PAUSE 600000 WRITE';
/** Servers tell in whole seconds for how long nothing came. Who wrote last longer ago than that is quiet. */
const IDLE_KNOWN_TO_MS = 1000;
/** More are counted. */
const MOST_WHO = 10;

type Judged = Omit<GateItem, 'id' | 'who'> & Partial<Pick<GateItem, 'who'>>;
const ready = (found: string): Judged => ({ state: 'ready', found });
const mind = (found: string, who: readonly string[] = []): Judged => ({ state: 'mind', found, who });
const blocks = (found: string, who: readonly string[] = []): Judged => ({ state: 'blocks', found, who });

/** The checklist of a planned cutover. What blocks it can be put right by whoever reads it; what differs by choice is only to be minded. */
export function judgeGate(input: GateInput): GateItem[] {
  const { source, target } = input.facts;
  const beside = (judge: (from: CutoverSide, to: CutoverSide) => Judged): Judged =>
    source && target ? judge(source, target) : mind('A side could not be looked at.');
  const items: readonly (readonly [GateId, Judged])[] = [
    ['lag', lag(input)],
    ['compared', compared(input)],
    ['writes', writes(input)],
    [
      'buffer',
      input.bufferBytes === 0 ? ready('Nothing waits.') : blocks(`${formatBytes(input.bufferBytes)} wait.`),
    ],
    ['slots', input.unsettled === null ? ready('None are on their way.') : blocks(input.unsettled)],
    ['persistence', beside((from, to) => sameText('persistence', from.persistence, to.persistence))],
    ['replicas', beside(replicas)],
    ['eviction', beside((from, to) => sameText('maxmemory-policy', from.policy, to.policy))],
    ['users', beside((from, to) => names('ACL users', from.users, to.users))],
    ['libraries', beside((from, to) => names('function libraries', from.libraries, to.libraries))],
    ['settings', beside(settings)],
    ['expiry', ready('Kept late while the task runs, and made exact by cutting over.')],
    ['clients', clients(source)],
  ];
  return items.map(([id, judged]) => ({ id, who: [], ...judged }));
}

function lag({ nowMs, steadyForMs, caughtUpSinceMs, lagSeconds }: GateInput): Judged {
  if (caughtUpSinceMs === null)
    return blocks(
      lagSeconds === null
        ? 'The pair is not in step.'
        : `${formatDuration(lagSeconds * 1000)} behind the source.`,
    );
  const forMs = nowMs - caughtUpSinceMs;
  return forMs >= steadyForMs
    ? ready(`Nothing behind for ${formatDuration(forMs)}.`)
    : blocks(`Nothing behind for ${formatDuration(forMs)} of ${formatDuration(steadyForMs)}.`);
}

function compared({ compared: last, nowMs, comparedWithinMs }: GateInput): Judged {
  if (!last) return blocks('The two sides were not compared yet.');
  if (!last.equal)
    return blocks(
      last.differences > 0
        ? `The comparison found ${formatCount(last.differences)} differences.`
        : 'The comparison found no difference, but some slots did not stand still.',
    );
  if (nowMs - last.endedAtMs > comparedWithinMs)
    return blocks(`Equal, but compared longer than ${formatDuration(comparedWithinMs)} ago.`);
  return ready(`Equal, compared ${formatAgo(last.endedAtMs, nowMs)}.`);
}

function writes({ nowMs, steadyForMs, quietSinceMs, facts: { source } }: GateInput): Judged {
  const writers = (source?.clients?.told ?? [])
    .filter((client) => client.writes && client.idleSeconds * 1000 <= steadyForMs + IDLE_KNOWN_TO_MS)
    .map(describeClient);
  if (!source) return blocks('The source could not be looked at.');
  if (quietSinceMs === null)
    return mind(
      'The source does not count its commands: see for yourself that nobody writes.',
      some(writers),
    );
  const forMs = nowMs - quietSinceMs;
  if (forMs >= steadyForMs) return ready(`No write for ${formatDuration(forMs)}.`);
  return {
    ...blocks(
      `The last write was seen ${formatDuration(forMs)} ago; nobody may have written for ${formatDuration(steadyForMs)}.`,
      some(writers),
    ),
    command: PAUSE,
    ...(source.servers > 1 && { where: 'each-primary' }),
  };
}

function clients(source: CutoverSide | null): Judged {
  if (!source?.clients) return mind('The source does not tell who is connected.');
  const { total, told } = source.clients;
  if (total === 0) return ready('Nobody is connected but Lockstep, replicas and Sentinels.');
  return mind(
    `${formatCount(total)} ${total === 1 ? 'client is' : 'clients are'} still connected to the source.`,
    some(told.map(describeClient), total),
  );
}

const describeClient = ({ address, name, user, command, idleSeconds }: CutoverClient): string => {
  const who = [name, user === 'default' ? '' : user && `user ${user}`].filter(Boolean).join(', ');
  return `${address}${who === '' ? '' : ` (${who})`}, last command ${command || 'not told'} ${formatCount(idleSeconds)} s ago`;
};

function some(who: readonly string[], total = who.length): string[] {
  const shown = who.slice(0, MOST_WHO);
  return total > shown.length ? [...shown, `… and ${formatCount(total - shown.length)} more`] : shown;
}

function sameText(what: string, from: string | null, to: string | null): Judged {
  if (from === null || to === null) return mind(`A side does not tell its ${what}.`);
  return from === to ? ready(`${from} on both sides.`) : mind(`${from} on the source, ${to} on the target.`);
}

function replicas(from: CutoverSide, to: CutoverSide): Judged {
  const text = `${describeReplicas(to)} on the target, ${describeReplicas(from)} on the source.`;
  return to.replicas * from.servers >= from.replicas * to.servers ? ready(text) : mind(text);
}

/** Fewer nodes need fewer of them. */
const describeReplicas = ({ replicas: count, servers }: CutoverSide): string =>
  servers === 1 ? formatCount(count) : `${formatCount(count)} for ${formatCount(servers)} primaries`;

function names(what: string, from: readonly string[] | null, to: readonly string[] | null): Judged {
  if (from === null || to === null) return mind(`A side does not tell its ${what}, or knows none.`);
  const missing = from.filter((name) => !to.includes(name));
  return missing.length === 0
    ? ready(`All ${what} of the source are on the target.`)
    : mind(`The target lacks ${what} of the source.`, some(missing));
}

function settings(from: CutoverSide, to: CutoverSide): Judged {
  const told = Object.entries(from.settings);
  if (told.length === 0) return mind('A side does not tell its settings.');
  const differing = told.filter(([name, value]) => to.settings[name] !== value);
  if (differing.length === 0) return ready(`${told.map(([name]) => name).join(', ')} are the same.`);
  return mind(
    'Some differ.',
    differing.map(
      ([name, value]) => `${name}: ${shown(value)} on the source, ${shown(to.settings[name])} on the target`,
    ),
  );
}

const shown = (value: string | undefined): string =>
  value === undefined ? 'not told' : value === '' ? 'empty' : value;
