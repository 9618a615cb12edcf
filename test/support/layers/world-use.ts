import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'vite';

/** Names by which Node gives time, or a way out of the process. */
const GLOBALS = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'performance',
  'fetch',
  'WebSocket',
]);
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  process: ['hrtime'],
  globalThis: [...GLOBALS],
};
const MODULES = /^(node:)?(net|tls|http|https|http2|dgram|dns|timers|perf_hooks|inspector)(\/|$)/;

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Where the files of a folder ask the machine itself for time or for a connection: `file: what`. Types may be imported. */
export function worldUses(root: string, folder: string, except: readonly string[]): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/')))
    .filter((file) => !except.includes(file))
    .toSorted()
    .flatMap((file) =>
      worldUsesIn(file, readFileSync(path.join(root, file), 'utf8')).map((what) => `${file}: ${what}`),
    );
}

/** The same of one file's text. */
export function worldUsesIn(file: string, source: string): string[] {
  const uses: string[] = [];
  const visit = (value: unknown, field: string, parent: Node | undefined): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, field, parent);
    if (!isNode(value)) return;
    const found = useOf(value, field, parent);
    if (found !== undefined) uses.push(found);
    for (const [name, child] of Object.entries(value)) visit(child, name, value);
  };
  visit(parseSync(file, source).program, '', undefined);
  return uses;
}

function useOf(node: Node, field: string, parent: Node | undefined): string | undefined {
  if (node.type === 'ImportDeclaration' || node.type === 'ImportExpression') {
    const from = literalOf(node['source']);
    return node['importKind'] !== 'type' && MODULES.test(from) ? from : undefined;
  }
  if (node.type === 'MemberExpression') {
    const [object, member] = [nameOf(node['object']), nameOf(node['property'])];
    return MEMBERS[object]?.includes(member) === true ? `${object}.${member}` : undefined;
  }
  if (node.type === 'NewExpression' && nameOf(node['callee']) === 'Date' && isEmpty(node['arguments']))
    return 'new Date()';
  // A name by itself; not one of a member, a parameter's type or a property that is made.
  const own = field === 'property' || field === 'key' || parent?.type.startsWith('TS') === true;
  return node.type === 'Identifier' && !own && GLOBALS.has(nameOf(node)) ? nameOf(node) : undefined;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const nameOf = (node: unknown): string =>
  isNode(node) && typeof node['name'] === 'string' ? node['name'] : '';

const literalOf = (node: unknown): string =>
  isNode(node) && typeof node['value'] === 'string' ? node['value'] : '';

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;
