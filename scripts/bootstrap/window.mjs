import { readFileSync } from 'node:fs';
import { missingLibraries, officialElectron } from './electron.mjs';

/** Kernel settings that keep a program without root's rights from sandboxing itself, as Chromium does. */
const SANDBOX_SETTINGS = [
  { file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns', forbids: '1' },
  { file: '/proc/sys/kernel/unprivileged_userns_clone', forbids: '0' },
];

/** The window's program and the options that this machine needs, `{ program, options }`, or `{ missing }`. */
export async function windowProgram(args) {
  if (process.platform !== 'linux') return withOptions([]);
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { missing: 'there is no display here' };
  // Who gives the page's sandbox up says so.
  if (args.includes('--no-sandbox')) return withOptions([]);
  if (process.getuid() === 0)
    return {
      missing: 'the page of a window of root cannot be sandboxed (docs/guide.md: No window)',
    };
  const setting = SANDBOX_SETTINGS.find(({ file, forbids }) => readSetting(file) === forbids);
  if (setting) {
    const name = setting.file.replace('/proc/sys/', '').replaceAll('/', '.');
    return { missing: `${name} keeps the window from sandboxing its page (docs/guide.md: No window)` };
  }
  return withOptions([]);
}

async function withOptions(options) {
  const electron = await officialElectron();
  if (electron.missing !== undefined) return electron;
  return { missing: missingLibraries(electron.program), program: electron.program, options };
}

function readSetting(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
