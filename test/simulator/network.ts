import type net from 'node:net';
import type tls from 'node:tls';
import type { Net } from '../../electron/engine/world/net.ts';
import type { Random } from './random.ts';
import type { Appointment, Scheduler } from './scheduler.ts';
import { SimSocket } from './sim-socket.ts';

/** The server's end of one connection. */
export interface ServerEnd {
  /** Bytes have come from the client. */
  received(bytes: string): void;
  /** The client is gone. */
  closed(): void;
}

export interface Channel {
  /** Whose it is. */
  readonly process: string;
  send(bytes: string): void;
  close(): void;
  /** Breaks it: what is sent from here on arrives nowhere. */
  cut(): void;
}

export interface Listener {
  /** Whether a connection is taken at all. */
  readonly listening: boolean;
  accept(channel: Channel): ServerEnd;
}

type Way = 'in' | 'out';

interface Segment {
  readonly way: Way;
  readonly bytes: string;
  readonly appointment: Appointment;
}

/** One connection, from a process to a server: bytes travel in both directions, in pieces, each after a while. */
class Link {
  readonly process: string;
  readonly port: number;
  private readonly own: SimSocket;
  private readonly network: Network;
  private server: ServerEnd | undefined;
  private readonly underWay: Segment[] = [];
  private readonly lastMs: Record<Way, number> = { in: 0, out: 0 };
  private stalledUntilMs = 0;
  closed = false;

  constructor(network: Network, process: string, port: number, onread: net.OnReadOpts | undefined) {
    this.network = network;
    this.process = process;
    this.port = port;
    this.own = new SimSocket(
      {
        onWrite: (bytes) => this.send('in', bytes),
        onEnd: () => this.later('in', () => this.end()),
        onDestroy: () => this.clientGone(),
      },
      onread,
    );
    this.later('in', () => this.connect());
  }

  /** The engine's end; what is done to it, the engine hears of. */
  get socket(): SimSocket {
    this.network.scheduler.touched = true;
    return this.own;
  }

  /** Nothing arrives before this moment, in either direction. */
  stall(untilMs: number): void {
    this.stalledUntilMs = Math.max(this.stalledUntilMs, untilMs);
    const { scheduler } = this.network;
    // What is on its way is held as well.
    for (const { way, bytes, appointment } of this.underWay.splice(0)) {
      appointment.dropped = true;
      this.lastMs[way] = scheduler.nowMs;
      this.carry(way, bytes);
    }
  }

  /**
   * Breaks it at any byte: of what is on its way to the server some still arrives, perhaps later than whatever comes next; of what
   * is on its way back, nothing that the client hears of.
   */
  cut(): void {
    if (this.closed) return;
    this.leave();
    this.socket.broke('ECONNRESET');
  }

  /** The process behind it is gone. */
  kill(): void {
    if (this.closed) return;
    this.leave();
    this.socket.kill();
  }

  /** The server closes it; what it has sent before still arrives. */
  serverCloses(): void {
    this.server = undefined;
    this.later('out', () => {
      if (this.closed) return;
      this.closed = true;
      this.network.forget(this);
      this.socket.peerEnd();
    });
  }

  /** The server's process is gone. */
  serverDies(): void {
    if (this.closed) return;
    this.closed = true;
    this.drop();
    this.network.forget(this);
    const { server } = this;
    this.server = undefined;
    server?.closed();
    this.socket.broke('ECONNRESET');
  }

  private connect(): void {
    const listener = this.network.listener(this.port);
    if (this.closed) return;
    if (!listener?.listening) {
      this.closed = true;
      this.network.forget(this);
      this.later('out', () => this.socket.broke('ECONNREFUSED'));
      return;
    }
    this.server = listener.accept({
      send: (bytes) => this.send('out', bytes),
      close: () => this.serverCloses(),
      cut: () => this.cut(),
      process: this.process,
    });
    this.later('out', () => this.socket.connected());
  }

  private send(way: Way, bytes: string): void {
    if (this.closed) return;
    const { random } = this.network;
    let from = 0;
    while (from < bytes.length) {
      const whole = bytes.length - from;
      const size = random.chance(0.9) ? whole : random.between(1, whole);
      this.carry(way, bytes.slice(from, from + size));
      from += size;
    }
  }

  private carry(way: Way, bytes: string): void {
    const appointment = this.later(way, () => {
      const { underWay } = this;
      // Of one way they arrive in order, so it is among the first.
      underWay.splice(
        underWay.findIndex((segment) => segment.appointment === appointment),
        1,
      );
      if (way === 'out') this.socket.deliver(bytes);
      else this.server?.received(bytes);
    });
    this.underWay.push({ way, bytes, appointment });
  }

  /** In order with everything else that goes this way. */
  private later(way: Way, run: () => void): Appointment {
    const { scheduler, network } = this;
    const atMs = Math.max(this.lastMs[way], this.stalledUntilMs, scheduler.nowMs + network.latencyMs());
    this.lastMs[way] = atMs;
    return scheduler.at(atMs, run);
  }

  private get scheduler(): Scheduler {
    return this.network.scheduler;
  }

  /** The client's end goes: some of what it has sent still arrives, now or later. */
  private leave(): void {
    this.closed = true;
    const { random } = this.network;
    const sent = this.underWay
      .filter(({ way }) => way === 'in')
      .map(({ bytes }) => bytes)
      .join('');
    this.drop();
    this.network.forget(this);
    const { server } = this;
    const arrives = sent.slice(0, random.between(0, sent.length));
    const waitMs = random.chance(0.5) ? 0 : random.between(0, 4000);
    const untilMs = Math.max(this.stalledUntilMs, this.scheduler.nowMs + waitMs);
    this.scheduler.at(untilMs, () => {
      // Ended by the server meanwhile: nobody takes it any more.
      if (!server || this.server !== server) return;
      if (arrives !== '') server.received(arrives);
      if (this.server !== server) return;
      this.server = undefined;
      server.closed();
    });
  }

  private end(): void {
    const { server } = this;
    if (this.closed) return;
    this.server = undefined;
    server?.closed();
    this.serverCloses();
  }

  /** In order: what was sent before arrives. */
  private clientGone(): void {
    if (this.closed) return;
    this.closed = true;
    this.network.forget(this);
    const { server } = this;
    this.later('in', () => {
      if (this.server !== server) return;
      this.server = undefined;
      server?.closed();
    });
  }

  private drop(): void {
    for (const { appointment } of this.underWay.splice(0)) appointment.dropped = true;
  }
}

/** What lies between processes and servers, which are known by their ports. */
export class Network {
  readonly scheduler: Scheduler;
  readonly random: Random;
  private readonly listeners = new Map<number, Listener>();
  private readonly links = new Set<Link>();
  private readonly slow: number;

  /** `slow`: how many ms a piece takes at the most. */
  constructor(scheduler: Scheduler, random: Random, slow: number) {
    this.scheduler = scheduler;
    this.random = random;
    this.slow = slow;
  }

  listen(port: number, listener: Listener): void {
    this.listeners.set(port, listener);
  }

  /** The network as one process sees it. */
  of(process: string): Net {
    return {
      connect: (options) => {
        const link = new Link(this, process, options.port, options.onread);
        this.links.add(link);
        return link.socket as unknown as net.Socket;
      },
      // No server here speaks it: one that is asked for it breaks the connection off.
      connectTls: () => {
        const events = { onWrite: () => undefined, onEnd: () => undefined, onDestroy: () => undefined };
        const socket = new SimSocket(events, undefined);
        this.scheduler.after(this.latencyMs(), () => {
          this.scheduler.touched = true;
          socket.broke('ECONNRESET');
        });
        return socket as unknown as tls.TLSSocket;
      },
    };
  }

  cut(process: string | undefined, port: number | undefined, share = 1): void {
    for (const link of this.meant(process, port)) if (this.random.chance(share)) link.cut();
  }

  stall(process: string | undefined, port: number | undefined, forMs: number): void {
    for (const link of this.meant(process, port)) link.stall(this.scheduler.nowMs + forMs);
  }

  /** A process is gone. */
  kill(process: string): void {
    for (const link of this.meant(process, undefined)) link.kill();
  }

  serverDies(port: number): void {
    for (const link of this.meant(undefined, port)) link.serverDies();
  }

  listener(port: number): Listener | undefined {
    return this.listeners.get(port);
  }

  forget(link: Link): void {
    this.links.delete(link);
  }

  latencyMs(): number {
    return this.random.between(0, this.slow);
  }

  private meant(process: string | undefined, port: number | undefined): Link[] {
    return [...this.links].filter(
      (link) =>
        (process === undefined || link.process === process) && (port === undefined || link.port === port),
    );
  }
}
