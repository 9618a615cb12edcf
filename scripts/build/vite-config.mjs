import react from '@vitejs/plugin-react';
import path from 'node:path';
import { inRoot, ROOT } from '../bootstrap/project.mjs';

/** The oldest Node and Chromium that have to run the result. */
const NODE_TARGET = 'node20.18';
const CHROMIUM_TARGET = 'chrome130';

/** A chunk of the page above this size shows up as a warning of the build. */
const PAGE_CHUNK_KB = 1500;

/** The Vite configuration for one entry of `ENTRIES`, with its result in `outDir`. */
export function viteConfig({ kind, source, file, shell }, outDir) {
  const base = { configFile: false, publicDir: false, logLevel: 'warn', clearScreen: false };
  const output = { outDir, emptyOutDir: true, sourcemap: true };
  if (kind === 'page') {
    return {
      ...base,
      root: inRoot(path.dirname(source)),
      base: './',
      plugins: [react()],
      // The page's content security policy allows files only: nothing inline, no data: addresses.
      build: {
        ...output,
        // They would double what a build takes, and nothing that ships has them.
        sourcemap: false,
        target: CHROMIUM_TARGET,
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        // It is read from this machine.
        chunkSizeWarningLimit: PAGE_CHUNK_KB,
        reportCompressedSize: false,
      },
    };
  }
  const preload = kind === 'preload';
  const whole = preload || kind === 'whole';
  return {
    ...base,
    root: ROOT,
    // A sandboxed preload can require nothing but electron.
    ssr: whole ? { noExternal: true, external: ['electron'] } : { external: true },
    build: {
      ...output,
      ssr: inRoot(source),
      minify: false,
      target: preload ? CHROMIUM_TARGET : NODE_TARGET,
      rolldownOptions: {
        external: ['electron'],
        output: {
          format: preload ? 'cjs' : 'es',
          entryFileNames: file,
          chunkFileNames: `[name]-[hash]${path.extname(file)}`,
          banner: (chunk) => (shell && chunk.isEntry ? `#!/usr/bin/env ${shell}` : ''),
        },
      },
    },
  };
}
