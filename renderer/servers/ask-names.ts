import type { RequestName, RequestParams, RequestResult } from '../../shared/contract/api.ts';
import { RequestError } from '../../shared/contract/request-error.ts';
import type { Connection } from '../state/connection.ts';

/** Asks for the names of production servers; resolves false where somebody leaves it. */
export type AskNames = (error: RequestError) => Promise<boolean>;

export const namesNeeded = ({ fields }: RequestError): string[] => [
  ...new Set(fields.filter(({ path }) => path === 'confirmed').map(({ message }) => message)),
];

/** The same, one question at a time, in the order in which they come. */
export function oneByOne(ask: AskNames): AskNames {
  let last: Promise<unknown> = Promise.resolve();
  return (error) => {
    const before = last;
    const answered = (async () => {
      await before;
      return ask(error);
    })();
    last = answered;
    return answered;
  };
}

/** The same connection, whose requests are made again with the names that the application wants of them, once they were typed. */
export function withNames(connection: Connection, ask: AskNames): Connection {
  const request = async <N extends RequestName>(
    name: N,
    params: RequestParams<N>,
    confirmed: readonly string[] = [],
  ): Promise<RequestResult<N>> => {
    try {
      return await connection.request(name, params);
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'PRODUCTION_NAME_NEEDED') throw error;
      const names = namesNeeded(error);
      // What was typed already did not help: nobody is asked for ever.
      if (names.length === 0 || names.some((one) => confirmed.includes(one)) || !(await ask(error)))
        throw error;
      const all = [...confirmed, ...names];
      return request(name, { ...params, confirmed: all }, all);
    }
  };
  return { ...connection, request: (name, params) => request(name, params) };
}
