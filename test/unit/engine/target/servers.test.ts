import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Servers } from '../../../../electron/engine/target/servers.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';
import { bulk, startAnswering, type AnsweringServer } from '../../../support/answering-server.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

interface Played {
  role: string;
  replid: string;
  runId: string;
  masterPort: number;
  /** The port of a server that replicates from it. */
  replica?: number;
}

const servers: AnsweringServer[] = [];
let source: AnsweringServer;
let target: AnsweringServer;
let atSource: Played;
let atTarget: Played;
let opened: Servers;

/** A server that says who it is, and permits nothing else. */
async function play(who: Played): Promise<AnsweringServer> {
  const server = await startAnswering(([word, what]) => {
    const name = word?.toLowerCase();
    if (name === 'ping') return '+PONG\r\n';
    if (name === 'client' || name === 'select') return '+OK\r\n';
    if (name === 'config' && what?.toLowerCase() === 'get') return `*2\r\n${bulk('databases')}${bulk('16')}`;
    if (name !== 'info') return '-NOPERM\r\n';
    return bulk(
      [
        ...['redis_version:7.0.15', `run_id:${who.runId}`, `role:${who.role}`, 'master_host:127.0.0.1'],
        ...[`master_port:${who.masterPort}`, `master_replid:${who.replid}`, 'master_link_status:up'],
        ...(who.replica === undefined ? [] : [`slave0:ip=127.0.0.1,port=${who.replica},state=online`]),
      ].join('\r\n'),
    );
  });
  servers.push(server);
  return server;
}

beforeEach(async () => {
  atSource = { role: 'master', replid: 'a'.repeat(40), runId: '1', masterPort: 0 };
  atTarget = { role: 'master', replid: 'b'.repeat(40), runId: '2', masterPort: 0 };
  [source, target] = [await play(atSource), await play(atTarget)];
  opened = new Servers(systemWorld, {
    task: 'orders',
    source: source.endpoint,
    target: target.endpoint,
  } as TaskSpec);
});

afterEach(async () => {
  opened.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe('the connection to the source', () => {
  it('is the same for all who want it at once, and one that stands is not made anew', async () => {
    const [first, second] = await Promise.all([opened.openSource(), opened.openSource()]);
    expect(second).toBe(first);
    expect(await opened.openSource()).toBe(first);
    expect(source.connections).toBe(1);
    expect(opened.facts.source.replid).toBe(atSource.replid);
  });

  it('is made anew where it broke, and the server behind it looked at again', async () => {
    await opened.openSource();
    atSource.replid = 'c'.repeat(40);
    source.breakAll();
    await expect.poll(() => opened.source).toBeUndefined();
    await opened.openSource();
    expect(source.connections).toBe(2);
    expect(opened.facts.source.replid).toBe(atSource.replid);
  });
});

describe('the connection to the target', () => {
  beforeEach(() => opened.openSource());

  it('has the name of the task, by which another run ends it', async () => {
    await opened.openTarget();
    expect(target.asked.map((words) => words.toLowerCase())).toContain('client setname lockstep:orders');
  });

  it('is made anew after a fault, since nothing is taken for granted then', async () => {
    await opened.openTarget();
    await opened.openTarget();
    expect(target.connections).toBe(1);
    atTarget.runId = '3';
    opened.forgetTarget();
    await opened.openTarget();
    expect(target.connections).toBe(2);
    expect(opened.facts.target.runId).toBe('3');
  });

  it('is refused where the target is the source itself, or has come to replicate', async () => {
    await opened.openTarget();
    opened.forgetTarget();
    Object.assign(atTarget, { role: 'slave', masterPort: 1 });
    await expect(opened.openTarget()).rejects.toMatchObject({ code: 'TARGET_READ_ONLY' });
    atTarget.masterPort = source.endpoint.port;
    atTarget.replid = atSource.replid;
    opened.forgetTarget();
    await expect(opened.openTarget()).rejects.toMatchObject({ code: 'SOURCE_IS_TARGET' });
  });
});

describe('a look at both anew', () => {
  beforeEach(async () => {
    await opened.openSource();
    await opened.openTarget();
  });

  it('finds that the source has come to follow the target', async () => {
    Object.assign(atSource, { role: 'slave', masterPort: target.endpoint.port });
    // It keeps its own history until it has the other's data; on one machine the primary has to know of it.
    atTarget.replica = source.endpoint.port;
    await expect(opened.refuseRelated()).rejects.toMatchObject({ code: 'SOURCE_IS_TARGET' });
  });

  it('knows it by the history alone that the source sends', async () => {
    await expect(opened.refuseRelated(atTarget.replid)).rejects.toMatchObject({ code: 'SOURCE_IS_TARGET' });
  });

  it('goes by what was seen last where one of them cannot be reached', async () => {
    await source.stop();
    await expect(opened.refuseRelated()).resolves.toBeUndefined();
    expect(opened.facts.source.replid).toBe(atSource.replid);
  });
});
