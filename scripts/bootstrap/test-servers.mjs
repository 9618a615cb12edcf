import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { inRoot, onPath, say } from './project.mjs';

/** What the version tests run against beside the system's own server, in the series that people use today. */
const WANTED = [
  { product: 'redis', series: '8.0' },
  { product: 'valkey', series: '8.1' },
  { product: 'valkey', series: '9.1' },
];
/** The suites of Debian that have them; the system's own may be older, since nothing is installed. */
const SUITES = ['trixie', 'sid'];
/** The servers run with the C library that they were built for, and the others that they are linked to. */
const LIBRARIES = [
  ...[
    'libc6',
    'libstdc++6',
    'libgcc-s1',
    'libatomic1',
    'libjemalloc2',
    'liblzf1',
    'libsystemd0',
    'libssl3t64',
  ],
  ...['libcap2', 'libgcrypt20', 'liblzma5', 'libzstd1', 'liblz4-1', 'libgpg-error0', 'zlib1g'],
];
const LIBRARY_SUITE = 'sid';

export const TEST_SERVERS = inRoot('.cache/servers');
const WORK = path.join(TEST_SERVERS, '.packages');

/**
 * Brings the servers of WANTED into TEST_SERVERS as `redis-server-<version>` and `valkey-server-<version>`, out of the packages
 * of Debian and from the mirror that apt knows already; nothing is installed, and no root is needed. About 30 MB, once.
 *
 * @returns for each of WANTED its name, and the version that is there or the reason why none is
 */
export async function bringTestServers() {
  return withLock('servers', async () => {
    if (WANTED.some((wanted) => versionOf(wanted) === undefined)) await fetchMissing();
    return WANTED.map((wanted) => ({
      name: `${wanted.product} ${wanted.series}`,
      version: versionOf(wanted),
    }));
  });
}

/** The version of a program that is there and starts. */
function versionOf({ product, series }) {
  const prefix = `${product}-server-`;
  const names = existsSync(TEST_SERVERS) ? readdirSync(TEST_SERVERS) : [];
  const found = names.filter((name) => name.startsWith(`${prefix}${series}.`)).sort();
  const name = found.findLast((each) => starts(path.join(TEST_SERVERS, each)));
  return name?.slice(prefix.length);
}

const starts = (program) => spawnSync(program, ['--version']).status === 0;

async function fetchMissing() {
  const lacking = ['apt-get', 'apt-cache', 'dpkg-deb'].filter((program) => !onPath(program));
  if (lacking.length > 0) return say(`other servers cannot be brought: ${lacking.join(', ')} is not on PATH`);
  const mirror = debianMirror();
  if (mirror === undefined) return say('other servers cannot be brought: apt knows no mirror of Debian');
  say(`bringing servers for the version tests, once (30 MB from ${mirror})…`);
  for (const folder of ['lists/partial', 'archives/partial', 'lib'])
    mkdirSync(path.join(WORK, folder), { recursive: true });
  writeFileSync(
    path.join(WORK, 'sources.list'),
    SUITES.map((suite) => `deb ${mirror} ${suite} main\n`).join(''),
  );
  if (!apt('apt-get', ['update', '-qq'])) return;
  const libraries = path.join(WORK, 'lib');
  const names = LIBRARIES.map((name) => `${name}/${LIBRARY_SUITE}`);
  if (!unpack(names, libraries)) return say('the libraries of the servers could not be downloaded');
  for (const wanted of WANTED) if (versionOf(wanted) === undefined) bring(wanted, libraries);
  // Only the programs are wanted; the lists of two suites are ten times their size.
  for (const name of ['lists', 'archives', 'pkgcache.bin', 'srcpkgcache.bin'])
    rmSync(path.join(WORK, name), { recursive: true, force: true });
}

/** The first mirror of Debian among apt's sources, in either of their two forms. */
function debianMirror() {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : []),
  ];
  for (const file of files.filter((name) => /\.(list|sources)$/.test(name) && existsSync(name))) {
    const uris = readFileSync(file, 'utf8').match(/^\s*(?:URIs:|deb\s).*$/gm) ?? [];
    for (const uri of uris.join(' ').match(/https?:\/\/\S+/g) ?? []) if (/\/debian\/?$/.test(uri)) return uri;
  }
  return undefined;
}

/** Runs a program of apt on lists and folders of our own. @returns its output, or undefined when it failed */
function apt(program, args, cwd = WORK) {
  const own = [
    `Dir::Etc::sourcelist=${WORK}/sources.list`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${WORK}/lists`,
    `Dir::Cache=${WORK}`,
    // Containers are often told to keep no cache, and then each call reads all lists again.
    'Dir::Cache::pkgcache=pkgcache.bin',
    'Dir::Cache::srcpkgcache=srcpkgcache.bin',
    'APT::Get::List-Cleanup=0',
    // Its own user for downloads may not enter this checkout.
    'APT::Sandbox::User=',
  ];
  const result = spawnSync(program, [...own.map((option) => `-o${option}`), ...args], {
    cwd,
    encoding: 'utf8',
  });
  if (result.status === 0) return result.stdout || ' ';
  process.stderr.write(result.stderr ?? '');
  return undefined;
}

/** Downloads packages and unpacks them. @returns whether all of them were there */
function unpack(names, into) {
  const download = mkdtempSync(path.join(WORK, 'download-'));
  try {
    if (!apt('apt-get', ['download', '-qq', ...names], download)) return false;
    const files = readdirSync(download).map((name) => path.join(download, name));
    return files.every((file) => spawnSync('dpkg-deb', ['-x', file, into]).status === 0);
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
}

function bring({ product, series }, libraries) {
  const versions = [...(apt('apt-cache', ['madison', `${product}-tools`]) ?? '').matchAll(/\|\s*(\S+)\s*\|/g)]
    .map(([, version]) => version)
    .filter((version) => shortVersion(version).startsWith(`${series}.`));
  if (versions.length === 0) return say(`no suite of ${SUITES.join(' and ')} has ${product} ${series}`);
  const [newest] = versions;
  const short = shortVersion(newest);
  const root = path.join(WORK, `${product}-${short}`);
  if (!unpack([`${product}-tools=${newest}`], root))
    return say(`${product} ${short} could not be downloaded`);
  const program = path.join(TEST_SERVERS, `${product}-server-${short}`);
  const relative = (file) => path.relative(TEST_SERVERS, file);
  const loader = find(libraries, /^ld-linux.*\.so\.\d+$/);
  const folder = path.dirname(find(libraries, /^libc\.so\.6$/) ?? '');
  // The server and its tools are one program, which looks at the name that it is called by.
  const binary = find(root, new RegExp(`^${product}-check-rdb$`));
  if (!loader || !binary)
    return say(`the packages of ${product} ${short} hold other files than were expected`);
  writeFileSync(
    program,
    `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/${relative(loader)}" --argv0 ${product}-server --library-path "$here/${relative(folder)}" "$here/${relative(binary)}" "$@"
`,
  );
  chmodSync(program, 0o755);
  if (!starts(program)) {
    rmSync(program);
    say(`${product} ${short} does not start here`);
  }
}

/** `5:8.0.6-1+b2` → `8.0.6`. */
const shortVersion = (version) => version.replace(/^\d+:/, '').replace(/[-+~].*$/, '');

/** The first file of a tree whose name fits. */
function find(folder, name) {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) =>
    name.test(path.basename(file)),
  );
  return found === undefined ? undefined : path.join(folder, found);
}
