import { fieldMap } from './stream-replies.ts';
import type { Finding } from '../../../shared/model/comparison.ts';
import type { Side } from './side.ts';

/** Compares the function libraries of two servers by name; nothing when either has no functions (before 7.0). */
export async function compareFunctions(source: Side, target: Side): Promise<Map<string, Finding>> {
  const findings = new Map<string, Finding>();
  if (!source.abilities.functions || !target.abilities.functions) return findings;
  const [a, b] = await Promise.all([readLibraries(source), readLibraries(target)]);
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const x = a.get(name);
    const y = b.get(name);
    if (x !== y) findings.set(name, { kind: 'function', source: describe(x), target: describe(y) });
  }
  return findings;
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
