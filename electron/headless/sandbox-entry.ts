import { sandboxCommandSchema, type SandboxEvent } from '../../shared/contract/sandbox-messages.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../shared/errors/plain-reason.ts';
import { openPort } from '../engine/port.ts';
import { Sandbox } from './demo/sandbox.ts';
import { systemWorld } from '../engine/world/system-world.ts';

const port = openPort(systemWorld.clock);
const starting = Sandbox.start();
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
  const sandbox = await starting.catch(() => undefined);
  await sandbox?.stop();
  await port.flushed();
  process.exit(0);
}

port.onMessage((message) => {
  if (sandboxCommandSchema.safeParse(message).success) void end();
});
port.onClose(() => void end());
process.on('SIGTERM', () => void end());

try {
  const sandbox = await starting;
  sandbox.onServerGone(() => {
    if (ending) return;
    failed(new LockstepError('SOURCE_LINK_LOST', 'one of the two servers of the sandbox has ended'));
    void end();
  });
  if (!ending) send({ type: 'ready', source: sandbox.source, target: sandbox.target });
} catch (error) {
  failed(error);
  await end();
}
