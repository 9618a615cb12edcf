import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { textAt } from '../../../shared/errors/place-words.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { CheckStatus } from '../../../shared/model/precheck.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { skipped, type Finding, type PricedMend } from './finding.ts';
import type { ServerView } from './server-view.ts';

const AT_ONCE = 16;
/** Nodes, and what is told of nodes, that a sentence names one by one. */
const MOST_NAMED = 5;
/** The worst last. */
const RANKS: readonly CheckStatus[] = ['pass', 'skipped', 'notice', 'warning', 'failure'];

/** What all nodes together are called that are looked at. */
const ALL_PRIMARIES = 'primaries';

/** What was found of one node. */
interface NodeFinding {
  /** `host:port` */
  readonly at: string;
  readonly finding: Finding;
}

/** One result of several nodes: as bad as the worst, and told of those alone that are not well, each by its address. */
export function joinFindings(all: readonly NodeFinding[], whoAll = ALL_PRIMARIES): Finding {
  const worst = Math.max(...all.map(({ finding }) => rankOf(finding)));
  const told = worst === 0 ? all : all.filter(({ finding }) => rankOf(finding) > 0);
  const texts = grouped(
    told.toSorted((a, b) => rankOf(b.finding) - rankOf(a.finding)),
    ({ finding }) => finding.found,
  );
  const shown = [...texts].slice(0, MOST_NAMED);
  const more = texts.size - shown.length;
  const sentences = shown.map(([text, of]) => `${whoOf(of, all, whoAll)}: ${text}`);
  return {
    status: RANKS[worst]!,
    found: `${sentences.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`,
    mends: joinMends(told, all, whoAll),
  };
}

/**
 * The same look at every server of a side that holds keys. One that cannot be looked at does not keep the others from being told of.
 * @throws LockstepError where the nodes of a cluster cannot be found out
 */
export async function lookAtEach(
  server: ServerView,
  look: (node: ServerView) => Promise<Finding>,
): Promise<Finding> {
  const nodes = await server.nodes();
  return nodes[0] === server ? look(server) : lookAtNodes(nodes, look);
}

/** The same of these nodes of a cluster. */
export async function lookAtNodes(
  nodes: readonly ServerView[],
  look: (node: ServerView) => Promise<Finding>,
  whoAll = ALL_PRIMARIES,
): Promise<Finding> {
  const found = new Map<ServerView, Finding>();
  await eachAtOnce(nodes, AT_ONCE, async (node) => {
    const { mends, ...finding } = await look(node).catch(notLookedAt);
    // Placeholders of the catalogue stand for this node, not for the one whose address was given.
    const here = mends.map((one) => ({ ...one, text: textAt(one.text, node.endpoint) }));
    found.set(node, { ...finding, mends: here });
  });
  return joinFindings(
    nodes.map((node) => ({ at: describeEndpoint(node.endpoint), finding: found.get(node)! })),
    whoAll,
  );
}

function notLookedAt(error: unknown): Finding {
  if (error instanceof LockstepError) return skipped(`it could not be looked at (${error.message}).`);
  throw error;
}

const rankOf = ({ status }: Finding): number => RANKS.indexOf(status);

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function whoOf(of: readonly NodeFinding[], all: readonly NodeFinding[], whoAll: string): string {
  if (of.length === all.length) return all.length === 1 ? of[0]!.at : `All ${all.length} ${whoAll}`;
  const named = of.slice(0, MOST_NAMED).map(({ at }) => at);
  const more = of.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The same mend on several nodes is one. */
function joinMends(
  told: readonly NodeFinding[],
  all: readonly NodeFinding[],
  whoAll: string,
): readonly PricedMend[] {
  const each = told.flatMap((node) => node.finding.mends.map((mend) => ({ node, mend })));
  return [...grouped(each, ({ mend }) => JSON.stringify(mend)).values()].map((same) => {
    const { mend } = same[0]!;
    const of = [...new Set(same.map(({ node }) => node))];
    return mend.where === 'here' ? mend : { ...mend, text: `${whoOf(of, all, whoAll)}: ${mend.text}` };
  });
}
