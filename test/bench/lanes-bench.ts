/**
 * What the writer of lanes takes beside a plain pipeline that knows the slots: SETs of 100 bytes on a cluster of three, in one call.
 * Run with `node test/bench/lanes-bench.ts [commands]`.
 */
import { connect } from 'node:net';
import { command } from '../../electron/engine/protocol/resp/encode.ts';
import { keySlot, SLOTS } from '../../electron/engine/router/key-slot.ts';
import { startCluster } from '../support/cluster.ts';
import { LanesBench, writeRun } from '../support/target/lanes-bench.ts';

const COUNT = Number(process.argv[2] ?? 1_000_000);
const RUN = 500;
const FIRST_OFFSET = 1000;
const ANSWER_BYTES = 5;
const IN_FLIGHT_BYTES = 4 * 1024 * 1024;

const value = 'v'.repeat(60);
const commands = Array.from({ length: COUNT }, (_, n) => command('SET', `key:${n % 300_000}`, value));
const runs = Array.from({ length: Math.ceil(COUNT / RUN) }, (_, n) =>
  commands.slice(n * RUN, (n + 1) * RUN),
).map((some) => ({ bytes: Buffer.concat(some), count: some.length }));

const cluster = await startCluster();
const cpuOf = async (): Promise<number> => {
  let seconds = 0;
  for (const { client } of cluster.members)
    for (const [, used] of (await client.info('cpu')).matchAll(/^used_cpu_(?:sys|user):(.*)$/gm))
      seconds += Number(used);
  return seconds;
};

async function measured(what: string, run: () => Promise<void>): Promise<void> {
  const [servers, own, began] = [await cpuOf(), process.cpuUsage(), performance.now()];
  await run();
  const seconds = (performance.now() - began) / 1000;
  const used = process.cpuUsage(own);
  const ours = (used.user + used.system) / 1e6;
  console.log(
    `${what}: ${Math.round(COUNT / seconds)} commands/s; CPU ${ours.toFixed(2)} s here, ${((await cpuOf()) - servers).toFixed(2)} s of the servers`,
  );
}

async function plain(): Promise<void> {
  const perNode = cluster.members.map((): Buffer[] => []);
  for (const bytes of commands) {
    const key = bytes.indexOf('key:');
    const slot = keySlot(bytes, key, bytes.indexOf('\r', key));
    perNode[Math.floor((slot * 3 + 2) / SLOTS)]!.push(bytes);
  }
  await Promise.all(
    perNode.map(
      (all, node) =>
        new Promise<void>((resolve) => {
          const socket = connect(cluster.members[node]!.server.port, '127.0.0.1');
          let [sent, answered, inFlight] = [0, 0, 0];
          const more = (): void => {
            while (sent < all.length && inFlight < IN_FLIGHT_BYTES) {
              const part = Buffer.concat(all.slice(sent, sent + RUN));
              sent += RUN;
              inFlight += part.length;
              socket.write(part, () => {
                inFlight -= part.length;
                more();
              });
            }
          };
          socket.on('data', (chunk) => {
            // Every answer is +OK.
            answered += chunk.length;
            if (answered === all.length * ANSWER_BYTES) {
              socket.destroy();
              resolve();
            }
          });
          more();
        }),
    ),
  );
}

async function lanes(): Promise<void> {
  const bench = await LanesBench.create(cluster, 1, FIRST_OFFSET);
  const run = await bench.begin();
  const { channel, writer, checkpoint } = run;
  let [next, offset] = [0, FIRST_OFFSET];
  await new Promise<void>((resolve, reject) => {
    const pump = (): void => {
      if (run.errors.length > 0) return reject(run.errors[0]!.error);
      for (let steps = 0; next < runs.length && steps < 64 && !channel.busy; steps++) {
        const { bytes, count } = runs[next++]!;
        writeRun(run, offset, bytes, count);
        offset += bytes.length;
      }
      if (next === runs.length && !writer.isOpen && writer.idle) return resolve();
      if (writer.isOpen && writer.ready) writer.commit({ ...checkpoint, offset });
      else channel.output.flush();
    };
    bench.onProgress = pump;
    pump();
  });
  channel.close();
}

for (let turn = 0; turn < 3; turn++) {
  await measured('plain pipelines', plain);
  await measured('lanes', lanes);
}
await cluster.stop();
