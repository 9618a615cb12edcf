import { REMOVE_KEPT } from '../../electron/engine/commands/remove-kept.ts';
import { NO_END } from '../../electron/engine/writer/script/apply-script.ts';
import { Failure, OK, type Reply } from './resp.ts';
import { Calls, type Script } from './script-calls.ts';

/** As Lua shows what HMGET tells of a field. */
const shown = (value: Reply | undefined): string => (typeof value === 'string' ? value : 'false');

/** Numbers as batch-plan.ts writes them. */
function planOf(bytes: string): number[] {
  const buf = Buffer.from(bytes, 'latin1');
  const numbers: number[] = [];
  let at = 5;
  for (let left = buf.readUInt32BE(1); left > 0; left--) {
    const first = buf[at++]!;
    if (first <= 0x7f) numbers.push(first);
    else if (first === 0xff) numbers.push(-1);
    else if (first === 0xce) numbers.push(buf.readUInt32BE((at += 4) - 4));
    else numbers.push(buf.readDoubleBE((at += 8) - 8));
  }
  return numbers;
}

/** apply-script.ts. */
const apply: Script = (server, client, [lane = ''], argv) => {
  const [owner, epoch, expected = '', end = '', deadline, packed = '', ...words] = argv;
  const calls = new Calls(server, client);
  const stand = calls.call('HMGET', lane, 'owner', 'epoch', 'offset') as readonly Reply[];
  if (stand[0] !== owner || stand[1] !== epoch || stand[2] !== expected)
    return new Failure(`LOCKSTEPSTALE ${stand.map(shown).join(' ')}`);
  const plan = planOf(packed);
  let [at, whole, group] = [0, 0, -1];
  const selects = plan.length % 2 === 1;
  for (let step = 0; step < plan.length - 1; step += 2) {
    const count = plan[step]!;
    if (plan[step + 1] !== group) {
      whole = Math.max(whole, group);
      group = plan[step + 1]!;
    }
    const command = words.slice(at, at + count);
    const reply = run(calls, command, plan[step + 1]!);
    if (reply instanceof Failure) {
      if (selects) calls.call('SELECT', '0');
      return failed(calls, lane, Number(expected), whole, command, reply);
    }
    at += count;
  }
  if (selects) calls.call('SELECT', '0');
  if (plan.length === 0) calls.call('HDEL', lane, '');
  calls.call('HSET', lane, 'offset', end);
  if (deadline !== '0' && server.nowMs > Number(deadline)) {
    calls.call('HSET', lane, 'earliestExpiry', '1');
    return new Failure(`LOCKSTEPLATE by ${server.nowMs - Number(deadline)} ms`);
  }
  return OK;
};

/** One of a batch: all but REMOVE_KEPT, which has no end, are the server's. */
function run(calls: Calls, command: readonly string[], end: number): Reply {
  if (end !== NO_END || command[0] !== REMOVE_KEPT) return calls.pcall(...command);
  const [, set = '', key = ''] = command;
  const reply = calls.pcall('SREM', set, key);
  return reply === 1 ? calls.pcall('DEL', key) : reply;
}

function failed(
  calls: Calls,
  lane: string,
  expected: number,
  whole: number,
  [name = '', first]: readonly string[],
  { text }: Failure,
): Failure {
  const offset = String(expected + whole);
  if (whole > 0) calls.call('HSET', lane, 'offset', offset);
  const what = (first === undefined ? name : `${name} ${first.slice(0, 100)}`).replace(
    /[^ -~]/g,
    (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return new Failure(`LOCKSTEPFAILED ${offset}\t${what.slice(0, 120)}\t${text.replace(/[\r\n]/g, ' ')}`);
}

/** main-checkpoint.ts. */
const followLanes: Script = (server, client, [checkpoint = ''], [owner, epoch, ...fields]) => {
  const calls = new Calls(server, client);
  const stand = calls.call('HMGET', checkpoint, 'owner', 'epoch') as readonly Reply[];
  if (stand[0] !== owner || stand[1] !== epoch)
    return new Failure(`LOCKSTEPSTALE ${stand.map(shown).join(' ')}`);
  calls.call('HDEL', checkpoint, '');
  calls.call('HMSET', checkpoint, ...fields);
  return OK;
};

/** lane-records.ts: `write`. */
const writeLane: Script = (server, client, [lane = ''], [owner = '', epoch = '', ...said]) => {
  const calls = new Calls(server, client);
  const found = calls.call('HMGET', lane, 'owner', 'epoch') as readonly Reply[];
  if (found[1] !== null && found[0] !== owner && Number(found[1]) >= Number(epoch)) return 0;
  calls.call('DEL', lane);
  calls.call('HMSET', lane, 'owner', owner, 'epoch', epoch, ...said);
  return 1;
};

/** lane-records.ts: `fence`. */
const fenceLane: Script = (server, client, [lane = ''], [owner = '', epoch = '', ...note]) => {
  const calls = new Calls(server, client);
  const words = [
    'owner',
    'epoch',
    'offset',
    'replid',
    'process',
    'earliestExpiry',
    'expiry',
    'carried',
    'mending',
  ] as const;
  const found = calls.call('HMGET', lane, ...words) as readonly (string | null)[];
  if (found[2] === null) return ['missing'];
  const present = Number(found[1] ?? 0);
  if (present > Number(epoch) || (present === Number(epoch) && found[0] !== owner))
    return ['refused', found[1]!];
  calls.call('HDEL', lane, '');
  calls.call('HMSET', lane, 'owner', owner, 'epoch', epoch);
  for (let i = 0; i < note.length; i += 2) calls.call('HSET', lane, note[i]!, note[i + 1]!);
  return ['fenced', ...found.slice(2).map((text) => text ?? '')];
};

/** lane-records.ts: `place`. */
const placeLane: Script = (server, client, [lane = ''], [owner, epoch, ...fields]) => {
  const calls = new Calls(server, client);
  const found = calls.call('HMGET', lane, 'owner', 'epoch') as readonly Reply[];
  if (found[0] !== owner || found[1] !== epoch) return 0;
  calls.call('HDEL', lane, '');
  for (let i = 0; i < fields.length; i += 2) calls.call('HSET', lane, fields[i]!, fields[i + 1]!);
  return 1;
};

/** remove-guarded.ts. */
const removeGuarded: Script = (server, client, [guard = ''], [epoch, name = '', db = '', ...keys]) => {
  const calls = new Calls(server, client);
  const present = calls.call('HGET', guard, 'epoch');
  if (present !== epoch) return ['deposed', typeof present === 'string' ? present : ''];
  if (db !== '0') calls.call('SELECT', db);
  let removed = 0;
  for (const key of keys) removed += calls.call(name, key) as number;
  return ['removed', removed];
};

/** carried-times.ts. */
const carriedTimes: Script = (server, client, [guard = ''], [ours, db = '', ...pairs]) => {
  const calls = new Calls(server, client);
  const epoch = calls.call('HGET', guard, 'epoch') ?? '';
  if (epoch !== ours) return epoch;
  if (db !== '0') calls.call('SELECT', db);
  for (let i = 0; i < pairs.length; i += 2) calls.call('PEXPIREAT', pairs[i]!, pairs[i + 1]!);
  return 'OK';
};

/** Those that only clusters are sent, by the names of their texts. */
export const LANE_SCRIPTS: readonly (readonly [string, Script])[] = [
  ['d13939b244ed300a372ebe3ca0025da5670915e7', apply],
  ['2ae18653457698232cdbe11dd6ac2e3e54a28cf3', followLanes],
  ['e17e8a4ce40614372294d4f5d80973a59054140d', writeLane],
  ['c2842229e9effe10091cb23270aa8ae16bbb0e01', fenceLane],
  ['1b8a942bfef2c6910d6558cb874025b6ff98b460', placeLane],
  ['6a5863eab42c5601bfb24a0bc7695a25cdde9bb5', removeGuarded],
  ['d2ff643ebee3732b1e37d3b88fdc3d7cbc2f0759', carriedTimes],
];
