import { fork } from 'node:child_process';
import path from 'node:path';
import type { EngineProcess } from '../backend/engine-process.ts';

/** Beside dist/headless/cli.mjs lies dist/engine/entry.mjs. */
const ENTRY = path.join(import.meta.dirname, '../engine/entry.mjs');

/** Starts an engine as a forked child. Its secrets come over the channel, never as arguments. */
export function forkEngine(): EngineProcess {
  // Own process group: Ctrl-C in a terminal reaches the command line, which decides when the engine stops.
  const child = fork(ENTRY, [], {
    detached: true,
    env: withoutPasswords(process.env),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return {
    send: (command) => {
      if (child.connected) child.send(command);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', (status) => listener(status)),
    kill: () => void child.kill('SIGKILL'),
  };
}

function withoutPasswords(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { LOCKSTEP_SOURCE_PASSWORD: _source, LOCKSTEP_TARGET_PASSWORD: _target, ...others } = env;
  return others;
}
