import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createDraftSession,
  SAVE_AFTER_MS,
  type SecretsByEndpoint,
} from '../../../../renderer/setup/draft/draft-session.ts';
import type { Draft } from '../../../../shared/model/profile.ts';
import { draft } from '../../../support/page/fixtures.ts';

const loaded = draft('d1');
const named = (name: string): Draft => ({ ...loaded, name });

/** A session whose saves end when the test says so. */
function session() {
  const calls: { draft: Draft; secrets: SecretsByEndpoint; end(): void; fail(error: Error): void }[] = [];
  const stored: Draft[] = [];
  const made = createDraftSession(loaded, {
    save: (saved, secrets) =>
      new Promise((resolve, reject) => {
        calls.push({ draft: saved, secrets, end: () => resolve(saved), fail: reject });
      }),
    onStored: (answer) => stored.push(answer),
  });
  return { ...made, calls, stored, saving: () => made.store.getState().saving };
}
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a draft that is edited', () => {
  it('is stored once for edits that follow each other closely', async () => {
    const { change, calls, saving } = session();
    change(named('a'));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS - 1);
    change(named('ab'));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(calls.map((call) => call.draft.name)).toEqual(['ab']);
    expect(saving()).toBe('saving');
    calls[0]!.end();
    await settle();
    expect(saving()).toBe('saved');
  });

  it('is saved one save at a time, the next with what came meanwhile', async () => {
    const { change, calls, flush } = session();
    change(named('a'));
    const first = flush();
    await settle();
    change(named('b'));
    const second = flush();
    await settle();
    expect(calls).toHaveLength(1);
    calls[0]!.end();
    await first;
    await settle();
    expect(calls.map((call) => call.draft.name)).toEqual(['a', 'b']);
    calls[1]!.end();
    await expect(second).resolves.toBeUndefined();
  });

  it('is not stored again when nothing has changed', async () => {
    const { change, calls, flush } = session();
    change(structuredClone(loaded));
    await flush();
    expect(calls).toEqual([]);
  });

  it('tells a failure, and succeeds when tried again', async () => {
    const { change, calls, flush, saving } = session();
    change(named('a'));
    const failing = flush();
    await settle();
    calls[0]!.fail(new Error('disk full'));
    await expect(failing).rejects.toThrow('disk full');
    expect(saving()).toBe('failed');
    const again = flush();
    await settle();
    calls[1]!.end();
    await again;
    expect(saving()).toBe('saved');
  });

  it('keeps an address that is being typed whole out of the stored host, as it may hold a password', async () => {
    const { change, calls } = session();
    change({ ...loaded, source: { ...loaded.source, host: 'redis://app:s3cret@host' } });
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(calls[0]!.draft.source.host).toBe('');
    expect(JSON.stringify(calls[0])).not.toContain('s3cret');
  });

  it('keeps an address of Sentinels that is being typed whole out of what is stored as well', async () => {
    const { change, calls } = session();
    const sentinels = 's1:26379\nredis-sentinel://app:s3cret@s2/m';
    change({ ...loaded, name: 'x', source: { ...loaded.source, kind: 'sentinels', sentinels } });
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(calls[0]!.draft.source.sentinels).toBe('');
    expect(JSON.stringify(calls[0])).not.toContain('s3cret');
  });

  it('is left alone once it is gone', async () => {
    const { change, calls, flush, hold, abandon, store } = session();
    hold('source', { password: 's3cret' });
    change(named('a'));
    abandon();
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    await flush();
    expect(calls).toEqual([]);
    expect(store.getState().inHand).toEqual({});
  });
});

describe('a secret', () => {
  it('is not stored by the saves of other edits, but by the flush, and forgotten then', async () => {
    const { change, calls, flush, hold, store } = session();
    hold('source', { password: 's3' });
    change(named('a'));
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(calls[0]!.secrets).toEqual({});
    calls[0]!.end();
    hold('source', { password: 's3cret' });
    const flushed = flush();
    await settle();
    expect(calls[1]!.secrets).toEqual({ source: { password: 's3cret' } });
    calls[1]!.end();
    await flushed;
    expect(store.getState()).toMatchObject({ saving: 'saved', inHand: {} });
  });

  it('stays in hand while it could not be stored, and when it was entered anew meanwhile', async () => {
    const { calls, flush, hold, store } = session();
    hold('source', { password: 'old' });
    const failing = flush();
    await settle();
    calls[0]!.fail(new Error('gone'));
    await expect(failing).rejects.toThrow('gone');
    expect(store.getState().inHand).toEqual({ source: { password: 'old' } });
    const again = flush();
    await settle();
    hold('source', { password: 'new' });
    calls[1]!.end();
    await again;
    expect(store.getState()).toMatchObject({ saving: 'saving', inHand: { source: { password: 'new' } } });
  });

  it('can be taken back, and counts as changed each time', async () => {
    const { calls, flush, hold, drop, store } = session();
    hold('source', { password: 'a', key: 'k' });
    drop('source', 'password');
    expect(store.getState()).toMatchObject({
      inHand: { source: { key: 'k' } },
      secretRevisions: { source: 2 },
    });
    drop('source', 'key');
    await flush();
    expect(calls).toEqual([]);
    expect(store.getState().inHand).toEqual({});
  });

  it('of a target that was removed is not sent', async () => {
    const { calls, flush, hold } = session();
    hold('target-7', { password: 's3cret' });
    hold('source', { password: 'p' });
    const flushed = flush();
    await settle();
    expect(calls[0]!.secrets).toEqual({ source: { password: 'p' } });
    calls[0]!.end();
    await expect(flushed).resolves.toBeUndefined();
  });
});
