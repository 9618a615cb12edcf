/** What the files of one folder may import. What is not named here is not allowed. */
export interface Layer {
  /** The folder, or the one file, that the rule is for; the first rule that fits a file holds. */
  readonly from: string;
  /** Folders whose files may be imported. */
  readonly folders: readonly string[];
  /** Node's built-in modules. */
  readonly node: boolean;
  /** Packages by name; `dependencies` stands for all that package.json lists under it. */
  readonly packages: readonly string[];
}

const layer = (from: string, folders: readonly string[], node: boolean, ...packages: string[]): Layer => ({
  from,
  folders,
  node,
  packages,
});

/** What the page is made of. It is bundled, so these are development dependencies. */
const PAGE_PACKAGES = [
  'react',
  'react-dom',
  '@mantine/core',
  '@mantine/hooks',
  '@mantine/notifications',
  '@mantine/spotlight',
  '@tanstack/react-query',
  '@tanstack/react-virtual',
  'lucide-react',
  'react-hook-form',
  'recharts',
  'zod',
  'zustand',
];

/** The rooms of the engine, lowest first: a room may use those in front of it, and none behind. */
const ENGINE_ROOMS = [
  'world',
  'arena',
  'protocol',
  'commands',
  'router',
  'control',
  'checkpoint',
  'expiry',
  'log',
  'intake',
  'writer',
  'pipeline',
  'repair',
  'metrics',
  'precheck',
  'verify',
  'pacing',
  'watch',
  'events',
  'source',
  'target',
  'claim',
  'copy',
  'stream',
  'task',
  'parts',
  'rehearsal',
  'jobs',
];

function engineRooms(): Layer[] {
  const places = ENGINE_ROOMS.map((room) => `electron/engine/${room}/`);
  return places.map((place, i) => layer(place, [...places.slice(0, i + 1), 'shared/'], true, 'dependencies'));
}

/** renderer → shared; main and headless → backend → shared; engine → shared. */
export const LAYERS: readonly Layer[] = [
  layer('shared/', ['shared/'], false, 'zod'),
  layer('renderer/', ['renderer/', 'shared/'], false, ...PAGE_PACKAGES),
  layer('electron/preload/', ['electron/preload/', 'shared/'], false, 'electron'),
  layer(
    'electron/main/',
    ['electron/main/', 'electron/backend/', 'shared/'],
    true,
    'dependencies',
    'electron',
  ),
  layer(
    'electron/headless/',
    ['electron/headless/', 'electron/backend/', 'electron/engine/', 'shared/'],
    true,
    'dependencies',
  ),
  layer('electron/backend/', ['electron/backend/', 'shared/'], true, 'dependencies'),
  // The entry adapts the port that Electron gives to a utility process; the engine itself knows no Electron.
  layer('electron/engine/entry.ts', ['electron/engine/', 'shared/'], true, 'dependencies', 'electron'),
  ...engineRooms(),
  layer('electron/engine/', ['electron/engine/', 'shared/'], true, 'dependencies'),
];

/** Each puts a whole process together; what another file could want of it belongs into a module of its own. */
export const COMPOSITION_ROOTS: readonly string[] = [
  'electron/main/main.ts',
  'electron/headless/start.ts',
  'electron/headless/sandbox-entry.ts',
  'electron/engine/entry.ts',
  'electron/preload/preload.ts',
  'renderer/main.tsx',
];
