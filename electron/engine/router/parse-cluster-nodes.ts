import type { ClusterNode, NodeHealth, NodesView, SlotMark } from './cluster-node.ts';
import { parseSlotRange, type SlotRange } from './slot-ranges.ts';

const ID = /^[0-9a-f]{40}$/;
/** Of a line without the times in it. */
const FIRST_SLOT = 6;
/** Beyond so many characters all lines are read anew: nodes that are gone, and layouts that were, are not kept for good. */
const MOST_KNOWN_CHARACTERS = 4 * 1024 * 1024;

interface ToldNode {
  readonly node: ClusterNode;
  /** It is the one that tells. */
  readonly tells: boolean;
}

/**
 * Lines that were read before, by their text without its times. Each node of a cluster tells of all others, once a second, and mostly the
 * same as before: of 64 nodes that would be 4,096 nodes a second.
 */
const known = new Map<string, ToldNode | undefined>();
let knownCharacters = 0;

/**
 * Reads the answer to CLUSTER NODES: `id ip:port@cport[,hostname[,aux=value…]] flags primary ping pong epoch link slot…` a line, with
 * `[slot->-id]` and `[slot-<-id]` for slots under way. Source: Redis cluster.c: clusterGenNodeDescription, clusterLoadConfig.
 * Lines that are none are left out. What is told in the same words is the same object.
 */
export function parseClusterNodes(text: string): NodesView {
  const nodes: ClusterNode[] = [];
  let teller: string | undefined;
  for (const line of text.split('\n')) {
    const told = toldBy(withoutTimes(line.trim()));
    if (!told) continue;
    nodes.push(told.node);
    if (told.tells) teller = told.node.id;
  }
  return { teller, nodes };
}

/** Without the fifth and the sixth word, when it was last pinged and when it last answered. */
function withoutTimes(line: string): string {
  let at = -1;
  let before = -1;
  for (let words = 0; words < 6; words++) {
    at = line.indexOf(' ', at + 1);
    if (at < 0) return '';
    if (words === 3) before = at;
  }
  return line.slice(0, before) + line.slice(at);
}

function toldBy(line: string): ToldNode | undefined {
  const before = known.get(line);
  if (before || known.has(line)) return before;
  knownCharacters += line.length;
  if (knownCharacters > MOST_KNOWN_CHARACTERS) {
    known.clear();
    knownCharacters = line.length;
  }
  const told = readLine(line.split(' '));
  known.set(line, told);
  return told;
}

function readLine(words: readonly string[]): ToldNode | undefined {
  if (words.length < FIRST_SLOT) return undefined;
  const [id, place, flagList, primary, epoch] = words as [string, string, string, string, string];
  const address = addressOf(place);
  if (!ID.test(id) || !address) return undefined;
  const flags = flagList.split(',');
  const slots: SlotRange[] = [];
  const marks: SlotMark[] = [];
  for (const word of words.slice(FIRST_SLOT)) {
    const mark = markOf(word);
    const range = parseSlotRange(word);
    if (mark) marks.push(mark);
    else if (range) slots.push(range);
  }
  const node: ClusterNode = {
    id,
    ...address,
    role: flags.includes('slave') ? 'replica' : 'primary',
    primaryId: flags.includes('slave') && ID.test(primary) ? primary : undefined,
    health: healthOf(flags),
    epoch: Number(epoch) || 0,
    slots,
    marks,
  };
  return { node, tells: flags.includes('myself') };
}

/** Before 4.0 there is no `@cport`; an IPv6 address has no brackets. */
function addressOf(place: string): Pick<ClusterNode, 'host' | 'port' | 'hostname'> | undefined {
  const [socket = '', hostname = ''] = place.split(',');
  const match = /^(.*):(\d+)(?:@\d+)?$/.exec(socket);
  if (!match) return undefined;
  const host = match[1]!.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: Number(match[2]),
    // What stands there may be an auxiliary field as well, where no name is announced.
    hostname: hostname === '' || hostname.includes('=') ? undefined : hostname,
  };
}

function healthOf(flags: readonly string[]): NodeHealth {
  if (flags.includes('noaddr')) return 'lost';
  if (flags.includes('handshake')) return 'joining';
  if (flags.includes('fail')) return 'failed';
  return flags.includes('fail?') ? 'suspected' : 'well';
}

function markOf(word: string): SlotMark | undefined {
  const match = /^\[(\d{1,5})-([<>])-([0-9a-f]{40})\]$/.exec(word);
  const slot = match ? parseSlotRange(match[1]!) : undefined;
  if (!match || !slot) return undefined;
  return { slot: slot.first, kind: match[2] === '>' ? 'migrating' : 'importing', peer: match[3]! };
}
