import { fieldMap } from './stream-replies.ts';
import type { Finding } from '../../../shared/model/comparison.ts';
import type { ComparedSide } from './compared-side.ts';
import type { Side } from './side.ts';

/** The libraries of one server by name. */
interface Loaded {
  readonly server: Side;
  readonly libraries: ReadonlyMap<string, string>;
}

/**
 * Compares the function libraries of two sides by name; nothing when a server has no functions (before 7.0). A library belongs on
 * every primary of a cluster, so one that differs among them is a difference as well.
 */
export async function compareFunctions(
  source: ComparedSide,
  target: ComparedSide,
): Promise<Map<string, Finding>> {
  const findings = new Map<string, Finding>();
  if (!knowFunctions(source, target)) return findings;
  const [a, b] = await Promise.all([source, target].map(readAll));
  for (const name of new Set([...a!, ...b!].flatMap(({ libraries }) => [...libraries.keys()]))) {
    const codes = new Set([...a!, ...b!].map(({ libraries }) => libraries.get(name)));
    if (codes.size > 1)
      findings.set(name, { kind: 'function', source: describeAll(a!, name), target: describeAll(b!, name) });
  }
  return findings;
}

/** Whether all servers of both sides have function libraries. */
export const knowFunctions = (source: ComparedSide, target: ComparedSide): boolean =>
  [...source.servers(), ...target.servers()].every(({ abilities }) => abilities.functions);

const readAll = (side: ComparedSide): Promise<Loaded[]> =>
  Promise.all(side.servers().map(async (server) => ({ server, libraries: await readLibraries(server) })));

/** Of servers that do not agree each is named. */
function describeAll(servers: readonly Loaded[], name: string): string {
  const codes = new Set(servers.map(({ libraries }) => libraries.get(name)));
  if (codes.size === 1) return describe([...codes][0]);
  return servers
    .map(({ server, libraries }) => `${server.address}: ${describe(libraries.get(name))}`)
    .join('; ');
}

async function readLibraries(side: Side): Promise<Map<string, string>> {
  const libraries = new Map<string, string>();
  for (const item of (await side.call('FUNCTION', 'LIST', 'WITHCODE')) as Buffer[][]) {
    const fields = fieldMap(item);
    libraries.set(
      String(fields.get('library_name')),
      (fields.get('library_code') as Buffer).toString('latin1'),
    );
  }
  return libraries;
}

function describe(code: string | undefined): string {
  return code === undefined ? 'absent' : `library of ${code.length} bytes`;
}
