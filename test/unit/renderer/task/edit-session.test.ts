import { expect, it } from 'vitest';
import { createEditSession } from '../../../../renderer/task/settings/edit-session.ts';

it('keeps secrets until they are saved or discarded', async () => {
  const session = createEditSession();
  session.hold('source', { password: 'one' });
  session.hold('source', { key: 'pem' });
  session.hold('target', { password: null });
  await session.flush();
  expect(session.store.getState().inHand).toEqual({
    source: { password: 'one', key: 'pem' },
    target: { password: null },
  });
  session.drop('source', 'key');
  session.drop('target', 'password');
  expect(session.store.getState().inHand).toEqual({ source: { password: 'one' } });
  session.abandon();
  expect(session.store.getState().inHand).toEqual({});
});

it('counts changes, so that a test of a connection is known to be older', () => {
  const session = createEditSession();
  session.hold('source', { password: 'one' });
  session.drop('source', 'password');
  expect(session.store.getState().secretRevisions).toEqual({ source: 2 });
});
