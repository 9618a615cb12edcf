import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { arrived, FakeSource, type FakeLink } from '../../../../support/source/fake-source.ts';
import { LinkBench } from '../../../../support/source/link-bench.ts';

const REPLID = '0123456789abcdef0123456789abcdef01234567';
const MARKER = '0123456789abcdefghijABCDEFGHIJ9876543210';
const FULL = `+FULLRESYNC ${REPLID} 1000\r\n`;
const STREAM = '*1\r\n$4\r\nPING\r\n';

let source: FakeSource;
let bench: LinkBench;

beforeEach(async () => {
  source = await new FakeSource().listen();
});

afterEach(async () => {
  vi.useRealTimers();
  await bench?.end();
  await source.close();
});

/** Opens a link and answers its handshake. */
async function shaken(reply: string, from?: { replid: string; offset: number }): Promise<FakeLink> {
  bench = new LinkBench(source.port, from);
  const link = await source.link();
  await link.shake(reply);
  return link;
}

const errorCodes = (): string[] => bench.errors.map((error) => error.code);

describe('the handshake', () => {
  it('sends each command after the reply to the one before', async () => {
    bench = new LinkBench(source.port, undefined, { user: 'u', password: 'p' });
    const link = await source.link();
    const seen: string[] = [];
    for (let i = 0; i < 6; i++) {
      seen.push((await link.command()).join(' '));
      await arrived();
      expect(link.takeCommand()).toBeUndefined();
      link.send('+OK\r\n');
    }
    expect(seen).toEqual([
      'PING',
      'AUTH u p',
      'REPLCONF listening-port 0',
      'REPLCONF capa eof capa psync2',
      'REPLCONF version 9.0.0',
      'PSYNC ? -1',
    ]);
  });

  it('ends in the coded error of a refusal, once', async () => {
    await shaken("-NOPERM this user has no permissions to run the 'psync' command\r\n");
    await bench.until(() => bench.errors.length > 0);
    await arrived();
    expect(errorCodes()).toEqual(['SOURCE_NO_PERMISSION']);
  });

  it('ends when a line never ends', async () => {
    bench = new LinkBench(source.port);
    (await source.link()).send('+'.repeat(5000));
    await bench.until(() => bench.errors.length > 0);
    expect(errorCodes()).toEqual(['SOURCE_PROTOCOL']);
  });

  it('says that nothing listens', async () => {
    const closed = net.createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    bench = new LinkBench(port);
    await bench.until(() => bench.errors.length > 0);
    expect(errorCodes()).toEqual(['SOURCE_UNREACHABLE']);
  });

  it('says that the other side speaks no TLS', async () => {
    bench = new LinkBench(source.port, undefined, { tls: true });
    (await source.link()).send('-ERR Protocol error\r\n');
    await bench.until(() => bench.errors.length > 0);
    expect(errorCodes()).toEqual(['SOURCE_TLS']);
  });
});

describe('a snapshot', () => {
  const rdb = 'REDIS0011 some bytes \r\n\n$EOF: and such';
  const framed = [
    { name: 'of known length', frame: `$${rdb.length}\r\n${rdb}`, bytes: rdb.length, trailer: 0 },
    { name: 'with an end mark', frame: `$EOF:${MARKER}\r\n${rdb}${MARKER}`, bytes: undefined, trailer: 40 },
  ];

  it.each(framed)('$name comes whole wherever it is cut', async ({ frame, bytes, trailer }) => {
    const preamble = `\n\n${FULL}\n\n\n`;
    const message = preamble + frame;
    for (let cut = 0; cut < message.length; cut++) {
      bench = new LinkBench(source.port);
      const link = await source.link();
      await link.shake(message.slice(0, cut));
      await arrived();
      link.send(message.slice(cut));
      expect(await link.command()).toEqual(['REPLCONF', 'ACK', '0']);
      link.send(STREAM);
      const payloadBytes = rdb.length + trailer;
      await bench.until(() => bench.store.spool.writePosition === payloadBytes + STREAM.length);
      expect(bench.answers).toEqual([{ kind: 'full', replid: REPLID, offset: 1000 }]);
      expect(bench.begins).toEqual([bytes]);
      expect(bench.ends).toEqual([{ rdbEnd: rdb.length, streamStart: payloadBytes }]);
      expect(bench.received).toBe(rdb + (trailer ? MARKER : '') + STREAM);
      expect(bench.errors).toEqual([]);
      await bench.end();
    }
  });

  it.each(framed)('$name comes whole byte by byte', async ({ frame, trailer }) => {
    const link = await shaken('');
    for (const byte of `${FULL}\n${frame}`) {
      link.send(byte);
      await arrived();
    }
    await bench.until(() => bench.ends.length === 1);
    expect(bench.received).toBe(rdb + (trailer ? MARKER : ''));
  });

  it('of known length may have the stream right behind it', async () => {
    await shaken(`${FULL}$${rdb.length}\r\n${rdb}${STREAM}`);
    await bench.until(() => bench.ends.length === 1);
    expect(bench.ends).toEqual([{ rdbEnd: rdb.length, streamStart: rdb.length }]);
    expect(bench.received).toBe(rdb + STREAM);
  });

  it('is not acknowledged before it has come, and with the applied offset then', async () => {
    const link = await shaken(`${FULL}$EOF:${MARKER}\r\n${rdb}`);
    bench.applied = 1000;
    bench.link.ack();
    await arrived();
    expect(link.takeCommand()).toBeUndefined();
    link.send(MARKER);
    expect(await link.command()).toEqual(['REPLCONF', 'ACK', '1000']);
  });

  it('that breaks off ends the link, once', async () => {
    const link = await shaken(`${FULL}$100\r\n${rdb}`);
    await bench.until(() => bench.store.spool.writePosition > 0);
    link.hangUp();
    await bench.until(() => bench.errors.length > 0);
    await arrived();
    expect(errorCodes()).toEqual(['SOURCE_LINK_LOST']);
    expect(bench.ends).toEqual([]);
  });

  it('that the source gives up ends the link', async () => {
    await shaken(`${FULL}-ERR BGSAVE failed, replication can't continue\r\n`);
    await bench.until(() => bench.errors.length > 0);
    expect(errorCodes()).toEqual(['SOURCE_LINK_LOST']);
  });
});

describe('the stream', () => {
  const from = { replid: REPLID, offset: 41 };

  it('goes on after the offset asked for, and is acknowledged at once', async () => {
    bench = new LinkBench(source.port, from);
    bench.applied = 41;
    const link = await source.link();
    expect(await link.shake(`\n+CONTINUE\r\n${STREAM}`)).toEqual(['PSYNC', REPLID, '42']);
    expect(await link.command()).toEqual(['REPLCONF', 'ACK', '41']);
    link.send(STREAM);
    await bench.until(() => bench.store.spool.writePosition === 2 * STREAM.length);
    expect(bench.answers).toEqual([{ kind: 'continue', replid: undefined }]);
    expect(bench.received).toBe(STREAM + STREAM);
  });

  it('answers GETACK with what is applied by then', async () => {
    const link = await shaken('+CONTINUE\r\n', from);
    expect(await link.command()).toEqual(['REPLCONF', 'ACK', '0']);
    bench.applied = 77;
    bench.link.ack();
    expect(await link.command()).toEqual(['REPLCONF', 'ACK', '77']);
  });

  it('keeps a lone newline, which the applier skips and the offset counts', async () => {
    const link = await shaken('+CONTINUE\r\n', from);
    link.send('\n');
    await bench.until(() => bench.store.spool.writePosition === 1);
    expect(bench.received).toBe('\n');
  });

  it('ends when the source hangs up', async () => {
    const link = await shaken('+CONTINUE\r\n', from);
    await link.command();
    link.hangUp();
    await bench.until(() => bench.errors.length > 0);
    expect(errorCodes()).toEqual(['SOURCE_LINK_LOST']);
  });

  it('ends without a word when the link is closed', async () => {
    const link = await shaken('+CONTINUE\r\n', from);
    bench.link.close();
    await bench.until(() => link.ended);
    bench.link.ack();
    bench.link.resume();
    expect(bench.errors).toEqual([]);
  });
});

describe('time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  });

  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      vi.advanceTimersByTime(1000);
      await arrived();
    }
  };

  it('brings an ACK each second in the stream', async () => {
    const link = await shaken('+CONTINUE\r\n', { replid: REPLID, offset: 41 });
    expect((await link.command())[1]).toBe('ACK');
    for (const applied of [50, 50, 60]) {
      bench.applied = applied;
      await pass(1);
      expect(link.takeCommand()).toEqual(['REPLCONF', 'ACK', String(applied)]);
      expect(link.takeCommand()).toBeUndefined();
    }
  });

  it('brings a newline each second while the snapshot is awaited and while it comes', async () => {
    const link = await shaken(FULL);
    await bench.until(() => bench.answers.length === 1);
    await pass(2);
    expect(link.newlines).toBe(2);
    link.send('$100\r\nabc');
    await bench.until(() => bench.begins.length === 1);
    await pass(2);
    expect(link.newlines).toBe(4);
    expect(link.takeCommand()).toBeUndefined();
  });

  it('ends a handshake without an answer after 10 s', async () => {
    bench = new LinkBench(source.port);
    await source.link();
    await pass(10);
    expect(errorCodes()).toEqual([]);
    await pass(1);
    expect(errorCodes()).toEqual(['SOURCE_UNREACHABLE']);
  });

  it.each(['\n', 'A'])(
    'ends one that is answered with %j alone, which comes again and again',
    async (sent) => {
      bench = new LinkBench(source.port);
      const link = await source.link();
      for (let second = 0; second < 12 && errorCodes().length === 0; second++) {
        link.send(sent);
        await arrived();
        await pass(1);
      }
      expect(errorCodes()).toEqual(['SOURCE_UNREACHABLE']);
    },
  );

  it('waits for a snapshot that the source puts off, as long as it gives signs of life', async () => {
    const link = await shaken('');
    for (let second = 0; second < 40; second += 5) {
      link.send('\n');
      await arrived();
      await pass(5);
    }
    expect(errorCodes()).toEqual([]);
    link.send(FULL);
    await bench.until(() => bench.answers.length === 1);
  });

  it('ends a silent stream after 60 s, and not one that pings', async () => {
    const link = await shaken('+CONTINUE\r\n', { replid: REPLID, offset: 41 });
    await link.command();
    for (let second = 0; second < 90; second += 30) {
      link.send(STREAM);
      await arrived();
      await pass(30);
    }
    expect(errorCodes()).toEqual([]);
    await pass(31);
    expect(errorCodes()).toEqual(['SOURCE_LINK_LOST']);
  });
});
