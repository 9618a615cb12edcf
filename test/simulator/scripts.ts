import { createHash } from 'node:crypto';
import { boundOf, exactTime, GRID_MS, MARKS, trueTimeMs, type Amounts } from '../../shared/model/lateness.ts';
import type { Client } from './client.ts';
import { LANE_SCRIPTS } from './lane-scripts.ts';
import { Failure, type Reply } from './resp.ts';
import { Calls, ScriptEnd, type Script, type ScriptHost } from './script-calls.ts';

export type { ScriptHost } from './script-calls.ts';

/** What keeps a walk from changing anything under another owner. A walk without it is known as well, and does what it says. */
const WALK_GUARD = "if present ~= epoch then return {'deposed', present or ''} end\n";

const errorCount = (server: ScriptHost): string => String(server.errorCount);

/** The same of what keeps it from a node that slots may have come back to. */
const NODE_GUARD = "if own ~= node then return {'moved', own} end\n";

/** batch-judge.ts: `countBefore`. */
const countBefore: Script = (server, client, [checkpoint = '']) => {
  new Calls(server, client).call('HSET', checkpoint, 'errors', errorCount(server));
  return null;
};

/** batch-judge.ts: `judge`. */
const judge: Script = (server, client, [checkpoint = ''], [offset = '', db = '', until = '']) => {
  const calls = new Calls(server, client);
  if (until === 'kept') return new Failure('ERR the model has no import-mode');
  if (until !== '0' && server.nowMs > Number(until)) {
    calls.call('HSET', checkpoint, 'earliestExpiry', '1');
    return new Failure(`LOCKSTEPLATE by ${server.nowMs - Number(until)} ms`);
  }
  if (offset !== '' && calls.call('HGET', checkpoint, 'errors') === errorCount(server))
    calls.call('HMSET', checkpoint, 'verified', offset, 'verifiedDb', db);
  return null;
};

/** batch-judge.ts: `judgementOf`. */
const tellCount: Script = (server) => errorCount(server);
const tellClock: Script = (server, client, [checkpoint = '']) =>
  Number(new Calls(server, client).call('HDEL', checkpoint, '')) + server.nowMs;

/** note-expiry.ts. */
const noteExpiry: Script = (server, client, [checkpoint = ''], [owner = '', ...pairs]) => {
  const calls = new Calls(server, client);
  calls.call('SELECT', '0');
  if (calls.call('HGET', checkpoint, 'owner') !== owner) return 0;
  calls.call('HDEL', checkpoint, '');
  for (let i = 0; i < pairs.length; i += 2) calls.call('HSET', checkpoint, pairs[i]!, pairs[i + 1]!);
  return 1;
};

/** kept-guard.ts. */
const removeKept: Script = (server, client, [set = '', key = '']) => {
  const calls = new Calls(server, client);
  if (calls.call('SREM', set, key) === 1) calls.call('DEL', key);
  return 0;
};

/** claim.ts: `setAnyway`. */
const setAnyway: Script = (server, client, [checkpoint = ''], args) => {
  const calls = new Calls(server, client);
  for (const [i, field] of ['owner', 'epoch', 'offset', 'verified'].entries())
    if (calls.call('HGET', checkpoint, field) !== args[i]) return 0;
  calls.call('HDEL', checkpoint, '');
  calls.call('HMSET', checkpoint, ...args.slice(4));
  return 1;
};

/** walk-script.ts, without fields of hashes that expire. */
const walk =
  (guarded: boolean, nodeGuarded: boolean): Script =>
  (server, client, _keys, args) => {
    const [
      checkpoint = '',
      epoch = '',
      db = '',
      lateness = '',
      cursor = '',
      count = '',
      kept = '',
      fields = '',
      ,
      node = '',
      carried = '',
      ...chosen
    ] = args;
    if (fields === '1') return server.unknownScript('a walk over fields');
    const calls = new Calls(server, client);
    calls.call('SELECT', '0');
    const present = calls.call('HGET', checkpoint, 'epoch');
    if (guarded && present !== epoch) return ['deposed', typeof present === 'string' ? present : ''];
    if (node !== '') {
      const own = /myself\S* \S+ \S+ \S+ (\d+)/.exec(String(calls.call('CLUSTER', 'NODES')))?.[1] ?? '';
      if (nodeGuarded && own !== node) return ['moved', own];
    }
    calls.call('SELECT', db);
    const written = writtenBy(lateness);
    let changed = 0;
    let earliest = 0;
    const [next, keys] =
      chosen.length > 0
        ? [cursor, chosen]
        : (calls.call('SCAN', cursor, 'COUNT', count) as unknown as [string, string[]]);
    for (const key of keys) {
      if (key.startsWith('lockstep:') || (kept !== '' && calls.call('SISMEMBER', kept, key) === 1)) continue;
      const at = Number(calls.call('PEXPIRETIME', key));
      if (at <= 0) continue;
      const truth = carried === '1' ? at : trueTimeMs(at, written.amounts);
      if (earliest === 0 || truth < earliest) earliest = Math.max(1, truth);
      if (written.time(truth) === at || (carried === '1' && written.isFar(at))) continue;
      calls.call('PEXPIREAT', key, String(written.time(truth)));
      changed += 1;
    }
    return [next, changed, String(earliest), []];
  };

/** marks-script.ts. */
function writtenBy(lateness: string): {
  readonly amounts: Amounts;
  time(truth: number): number;
  isFar(at: number): boolean;
} {
  const [, bound = '', small = '', long = '', horizon = ''] =
    /^(\w+):(\d+):(\d+):(\d+)$/.exec(lateness) ?? [];
  const amounts = { smallMs: Number(small), longMs: Number(long) };
  const amount = bound === 'small' ? amounts.smallMs + MARKS.small : amounts.longMs + MARKS.long;
  return {
    amounts,
    isFar: (at) => at > Number(horizon),
    time: (truth) => {
      if (bound === 'exact' || truth > Number(horizon))
        return boundOf(truth) === 'exact' ? truth : exactTime(truth);
      return Math.ceil(truth / GRID_MS) * GRID_MS + amount;
    },
  };
}

/** Known by their very text: one that was changed is another one, and the model has to be told what it does. */
const SCRIPTS: ReadonlyMap<string, Script> = new Map([
  ...LANE_SCRIPTS,
  ['77958990f220ab215223c4376c4c634c3592fb9d', countBefore],
  ['5e51eb74eccc11e1c6e759befe2ac276db778d08', judge],
  ['03129bc83e0d065a5a26787838473d4579442106', tellCount],
  ['f86c68026b548d0a10709770262f6c5f7566dd5c', tellClock],
  ['dba3aac22645c3077af4302bc4ef12236de189e0', noteExpiry],
  ['59d9499b7bd6836738f6ac48bcce89b53f0cc4e2', setAnyway],
  ['6f21e04b8c6c93c8e220660094e51f0c592e908e', removeKept],
]);
/** The same of the walk, without its guards. */
const WALK = 'd14cf50590385977224c85e9f32c93da3b329d8d';

const names = new Map<string, string>();

/** The SHA-1 of a text, as a server names it. */
export function scriptName(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = createHash('sha1').update(text, 'latin1').digest('hex')));
  return name;
}

function scriptOf(text: string): Script | undefined {
  const known = SCRIPTS.get(scriptName(text));
  if (known || scriptName(text.replace(WALK_GUARD, '').replace(NODE_GUARD, '')) !== WALK) return known;
  return walk(text.includes(WALK_GUARD), text.includes(NODE_GUARD));
}

/** The arguments of EVAL: the text, how many keys there are, they, and the others. */
export function runScript(
  server: ScriptHost,
  client: Client,
  [text = '', count = '', ...rest]: readonly string[],
): Reply {
  const script = scriptOf(text);
  if (!script) return server.unknownScript(text);
  try {
    return script(server, client, rest.slice(0, Number(count)), rest.slice(Number(count)));
  } catch (error) {
    if (error instanceof ScriptEnd) return error.failure;
    throw error;
  }
}
