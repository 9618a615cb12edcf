import {
  sandboxCommandSchema,
  type SandboxEvent,
  type SandboxKind,
} from '../../shared/contract/sandbox-messages.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../shared/errors/plain-reason.ts';
import { openPort } from '../engine/port.ts';
import { Sandbox } from './demo/sandbox.ts';
import { systemWorld } from '../engine/world/system-world.ts';

const port = openPort(systemWorld.clock);
let starting: Promise<Sandbox> | undefined;
let ending = false;

const send = (event: SandboxEvent): void => port.send(event);

function failed(error: unknown): void {
  const known = asLockstepError(error);
  send({ type: 'failed', code: known.code, fact: known.message });
}

/** Ends the servers, then this process. */
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  const sandbox = await starting?.catch(() => undefined);
  await sandbox?.stop();
  await port.flushed();
  process.exit(0);
}

async function begin(kind: SandboxKind): Promise<void> {
  if (starting || ending) return;
  try {
    const sandbox = await (starting = Sandbox.start(kind));
    sandbox.onServerGone(() => {
      if (ending) return;
      failed(new LockstepError('SOURCE_LINK_LOST', 'one of the servers of the sandbox has ended'));
      void end();
    });
    if (!ending) send({ type: 'ready', source: sandbox.source, target: sandbox.target });
  } catch (error) {
    failed(error);
    await end();
  }
}

port.onMessage((message) => {
  const command = sandboxCommandSchema.safeParse(message);
  if (!command.success) return;
  if (command.data.type === 'start') void begin(command.data.kind);
  else void end();
});
port.onClose(() => void end());
process.on('SIGTERM', () => void end());
send({ type: 'up' });
