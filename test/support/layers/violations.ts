import type { Import } from './imports.ts';
import { COMPOSITION_ROOTS, LAYERS, type Layer } from './rules.ts';

/** A line for each import that the rules do not allow; `dependencies` are those of package.json. */
export function forbiddenImports(imports: readonly Import[], dependencies: readonly string[]): string[] {
  return imports.filter((found) => !isAllowed(found, dependencies)).map(({ from, to }) => `${from} → ${to}`);
}

function isAllowed({ from, to, kind }: Import, dependencies: readonly string[]): boolean {
  if (kind === 'file' && COMPOSITION_ROOTS.includes(to)) return false;
  const rule = LAYERS.find((layer) => from.startsWith(layer.from));
  // Tests may look at everything else.
  if (!rule) return from.startsWith('test/');
  if (kind === 'node') return rule.node;
  if (kind === 'file') return rule.folders.some((folder) => to.startsWith(folder));
  return isAllowedPackage(rule, to, dependencies);
}

const isAllowedPackage = ({ packages }: Layer, name: string, dependencies: readonly string[]): boolean =>
  packages.includes(name) || (packages.includes('dependencies') && dependencies.includes(name));

/** Each circle of files once, such as `a.ts → b.ts → a.ts`. */
export function circularImports(imports: readonly Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to, kind } of imports) {
    if (kind === 'file') targets.set(from, [...(targets.get(from) ?? []), to]);
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (file: string): void => {
    const start = trail.indexOf(file);
    if (start >= 0) circles.push([...trail.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    trail.push(file);
    for (const target of targets.get(file) ?? []) visit(target);
    trail.pop();
    done.add(file);
  };
  for (const file of targets.keys()) visit(file);
  return circles;
}
