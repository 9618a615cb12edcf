import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { parseSync } from 'vite';

/** One import, export-from or `import()` with a literal; type imports are among them. */
export interface Import {
  /** The importing file, from the root, with `/`. */
  readonly from: string;
  /** A file from the root, a package's name, or `node:…`. */
  readonly to: string;
  readonly kind: 'file' | 'package' | 'node';
}

/** All imports in the TypeScript files of `folders`, which are relative to `root`. */
export function readImports(root: string, folders: readonly string[]): Import[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .flatMap((name) => importsOf(root, path.posix.join(folder, name.replaceAll(path.sep, '/')))),
  );
}

function importsOf(root: string, from: string): Import[] {
  const source = readFileSync(path.join(root, from), 'utf8');
  const { module, errors } = parseSync(from, source);
  if (errors[0]) throw new Error(`${from}: ${errors[0].message}`);
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) =>
      literal(source.slice(start, end)),
    ),
  ];
  return [...new Set(specifiers)].map((specifier) => resolve(from, specifier));
}

/** What an `import()` computes at run time cannot be judged here. */
const literal = (code: string): string[] => (/^(['"`])[^$]*\1$/.test(code) ? [code.slice(1, -1)] : []);

/** Relative imports name the whole file, ending included, so that there is nothing to search for. */
function resolve(from: string, specifier: string): Import {
  if (specifier.startsWith('.')) {
    return { from, to: path.posix.join(path.posix.dirname(from), specifier), kind: 'file' };
  }
  if (isBuiltin(specifier)) return { from, to: specifier, kind: 'node' };
  const parts = specifier.split('/');
  return { from, to: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'), kind: 'package' };
}
