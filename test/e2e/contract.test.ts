import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WindowBridge } from '../../shared/window-bridge.ts';
import { contractSuite, remembering } from '../support/contract/suite.ts';
import { openContractWindow, type ContractWindow } from './support/contract-window.ts';
import { describeWindow } from './support/window-tools.ts';

describeWindow("over Electron's IPC", () => {
  let opened: ContractWindow;

  beforeAll(async () => {
    opened = await openContractWindow();
  });

  afterAll(() => opened?.close());

  contractSuite(async () => remembering(await opened.open()));

  /** Asks by the bridge of the page itself. @returns the frames that came within half a second */
  const ask = (page: ContractWindow['page']): Promise<unknown[]> =>
    page.evaluate(async () => {
      const bridge = (window as { lockstep?: WindowBridge }).lockstep;
      if (!bridge) throw new Error('the page has no bridge');
      const frames: unknown[] = [];
      bridge.onFrame((frame) => frames.push(frame));
      bridge.send({ type: 'request', id: 7, name: 'app.info', params: {} });
      await new Promise((resolve) => setTimeout(resolve, 500));
      return frames;
    });

  test('a page of another origin gets no answer and no event', async () => {
    expect(await ask(opened.foreignPage)).toEqual([]);
  });

  test('a page that was loaded anew gets a connection of its own', async () => {
    await opened.page.reload();

    expect(await ask(opened.page)).toMatchObject([{ type: 'result', id: 7 }]);
  });
});
