import type { ClusterNode, NodeHealth, NodesView, SlotMark } from './cluster-node.ts';
import { parseSlotRange, type SlotRange } from './slot-ranges.ts';

const ID = /^[0-9a-f]{40}$/;
const FIRST_SLOT = 8;

/**
 * Reads the answer to CLUSTER NODES: `id ip:port@cport[,hostname[,aux=value…]] flags primary ping pong epoch link slot…` a line, with
 * `[slot->-id]` and `[slot-<-id]` for slots under way. Source: Redis cluster.c: clusterGenNodeDescription, clusterLoadConfig.
 * Lines that are none are left out.
 */
export function parseClusterNodes(text: string): NodesView {
  const nodes: ClusterNode[] = [];
  let teller: string | undefined;
  for (const line of text.split('\n')) {
    const words = line.trim().split(' ');
    const node = nodeOf(words);
    if (!node) continue;
    nodes.push(node);
    if (words[2]!.split(',').includes('myself')) teller = node.id;
  }
  return { teller, nodes };
}

function nodeOf(words: readonly string[]): ClusterNode | undefined {
  if (words.length < FIRST_SLOT) return undefined;
  const [id, place, flagList, primary, , , epoch] = words as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
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
  return {
    id,
    ...address,
    role: flags.includes('slave') ? 'replica' : 'primary',
    primaryId: flags.includes('slave') && ID.test(primary) ? primary : undefined,
    health: healthOf(flags),
    epoch: Number(epoch) || 0,
    slots,
    marks,
  };
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
