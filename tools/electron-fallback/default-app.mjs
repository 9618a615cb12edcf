/**
 * Opens the application that the command line names: `electron [-r module]… <folder or file>`, or prints the
 * version for `--version`. Electron brings a program like this one; the fallback's archive does not.
 * Electron waits with `ready` until this module has been evaluated, hence the `await` at its top level.
 */
import { app } from 'electron';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** The modules to load first, as Playwright asks for, and the application. Other switches are Chromium's. */
function readArguments([, ...args]) {
  const preloads = [];
  for (let at = 0; at < args.length; at += 1) {
    if (args[at] === '-r' || args[at] === '--require') preloads.push(args[(at += 1)]);
    else if (!args[at].startsWith('-')) return { preloads, application: args[at] };
  }
  return { preloads, application: '.' };
}

/** The file to run; a folder has to hold a package.json, which names the application as well. */
function openApplication(place) {
  if (!statSync(place).isDirectory()) return place;
  const file = path.join(place, 'package.json');
  if (!existsSync(file)) throw new Error(`${place} holds no package.json`);
  const { name, productName, version, main } = JSON.parse(readFileSync(file, 'utf8'));
  app.setName(productName ?? name);
  app.setVersion(version);
  app.setAppPath(place);
  return path.join(place, main ?? 'index.js');
}

if (process.argv.includes('--version') || process.argv.includes('-v')) {
  process.stdout.write(`v${process.versions.electron}\n`);
  process.exit(0);
}
const { preloads, application } = readArguments(process.argv);
process.defaultApp = true;
try {
  for (const preload of preloads) require(path.resolve(preload));
  await import(pathToFileURL(openApplication(path.resolve(application))).href);
} catch (error) {
  process.stderr.write(`The application cannot be opened: ${error?.stack ?? error}\n`);
  process.exit(1);
}
