import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { inRoot, ROOT } from './project.mjs';
import { runtimeEnv, runtimeNode } from './runtime.mjs';

/**
 * One Ctrl-C arrives here up to three times: from the terminal, from npm, which passes on what it gets, and
 * from a `timeout` around them. Within this time they are the same one.
 */
const SAME_SIGNAL_MS = 500;

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
const LIFELINE = new URL('lifeline.mjs', import.meta.url).href;
const posix = process.platform !== 'win32';

/**
 * Runs a script of this checkout on the product's Node with this process's stdio; resolves with the status
 * to exit with. A signal reaches the child once: the child has a process group of its own, so that it gets
 * nothing but what is passed on here, and a lifeline ends it should this process be killed.
 */
export function runNode(script, args = [], options = {}) {
  const flags = ['--enable-source-maps', ...(posix ? ['--import', LIFELINE] : [])];
  return runProgram(runtimeNode(), [...flags, inRoot(script), ...args], options);
}

/** The same for any program; only Node programs hold the lifeline. */
export function runProgram(program, args, { env = {}, cwd = ROOT } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: runtimeEnv({ LOCKSTEP_LIFELINE: String(process.pid), ...env }),
      // On Windows every process of the console gets Ctrl-C by itself, so there is nothing to pass on.
      detached: posix,
      stdio: ['inherit', 'inherit', 'inherit', ...(posix ? ['pipe'] : [])],
    });
    const stopForwarding = forwardSignals(child);
    // Nothing travels on the lifeline; it breaks when the child ends, which is no fault.
    child.stdio[3]?.on('error', () => {});
    child.once('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

function forwardSignals(child) {
  const lastAt = new Map();
  const listeners = FORWARDED.map((signal) => {
    const listener = () => {
      const now = performance.now();
      if (now - (lastAt.get(signal) ?? -Infinity) < SAME_SIGNAL_MS) return;
      lastAt.set(signal, now);
      if (posix) child.kill(signal);
    };
    process.on(signal, listener);
    return [signal, listener];
  });
  // A child outside the terminal's process group is not told of a new window size.
  const resize = () => child.kill('SIGWINCH');
  if (posix) process.on('SIGWINCH', resize);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
    if (posix) process.off('SIGWINCH', resize);
  };
}
