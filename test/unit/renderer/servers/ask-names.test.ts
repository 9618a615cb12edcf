import { expect, test } from 'vitest';
import { oneByOne, withNames } from '../../../../renderer/servers/ask-names.ts';
import type { Connection } from '../../../../renderer/state/connection.ts';
import { RequestError } from '../../../../shared/contract/request-error.ts';

const needed = (...names: string[]): RequestError =>
  new RequestError(
    'PRODUCTION_NAME_NEEDED',
    'a start writes to it',
    names.map((message) => ({ path: 'confirmed', message })),
  );

/** An application that wants these names, and what it was asked. */
function application(...wanted: string[]): { connection: Connection; asked: unknown[] } {
  const asked: unknown[] = [];
  const request = async (_: string, params: { confirmed?: string[] }): Promise<unknown> => {
    asked.push(params);
    const missing = wanted.filter((name) => !params.confirmed?.includes(name));
    if (missing.length > 0) throw needed(missing[0]!);
    return 'done';
  };
  return { connection: { request } as unknown as Connection, asked };
}

test('what is refused for want of a name is asked for once more with it', async () => {
  const { connection, asked } = application('A', 'B');
  const guarded = withNames(connection, async () => true);
  expect(await guarded.request('task.start', { id: 't' })).toBe('done');
  expect(asked).toEqual([{ id: 't' }, { id: 't', confirmed: ['A'] }, { id: 't', confirmed: ['A', 'B'] }]);
});

test('whoever leaves the question gets the refusal, and nothing more is asked of the application', async () => {
  const { connection, asked } = application('A');
  const guarded = withNames(connection, async () => false);
  await expect(guarded.request('task.start', { id: 't' })).rejects.toMatchObject({
    code: 'PRODUCTION_NAME_NEEDED',
  });
  expect(asked).toHaveLength(1);
});

test('a name that did not help is not asked for again, and other failures are passed on', async () => {
  let questions = 0;
  const ask = async (): Promise<boolean> => (questions += 1) > 0;
  const never = { request: () => Promise.reject(needed('A')) } as unknown as Connection;
  await expect(withNames(never, ask).request('task.start', { id: 't' })).rejects.toThrow(
    'a start writes to it',
  );
  expect(questions).toBe(1);
  const gone = { request: () => Promise.reject(new RequestError('HOST_GONE', '')) } as unknown as Connection;
  await expect(withNames(gone, ask).request('task.start', { id: 't' })).rejects.toMatchObject({
    code: 'HOST_GONE',
  });
  expect(questions).toBe(1);
});

test('two questions at once are asked one after the other', async () => {
  const open: ((agreed: boolean) => void)[] = [];
  const ask = oneByOne(() => new Promise<boolean>((answer) => open.push(answer)));
  const answers = Promise.all([ask(needed('A')), ask(needed('B'))]);
  await Promise.resolve();
  await Promise.resolve();
  expect(open).toHaveLength(1);
  open[0]!(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(open).toHaveLength(2);
  open[1]!(false);
  expect(await answers).toEqual([true, false]);
});
