import { expect, it } from 'vitest';
import { clusterMoves, clusterOwners } from '../../../../electron/engine/precheck/checks/clusters.ts';
import type { Subjects } from '../../../../electron/engine/precheck/subjects.ts';
import { parseClusterNodes } from '../../../../electron/engine/router/parse-cluster-nodes.ts';
import { mergeViews } from '../../../../electron/engine/router/topology.ts';

const [A, B] = ['a', 'b'].map((letter) => letter.repeat(40)) as [string, string];

/** A source that is a cluster of which these nodes tell this, and a standalone target. */
function subjects(...views: string[]): Subjects {
  const topology = mergeViews(views.map(parseClusterNodes));
  const announced = ({ host, port }: { host: string; port: number }) => ({ host, port });
  const cluster = { topology, announced, unreached: new Map(), unwell: new Set() };
  return {
    source: { side: 'source', cluster: () => Promise.resolve(cluster) },
    target: { side: 'target', cluster: () => Promise.resolve(undefined) },
  } as unknown as Subjects;
}

const line = (id: string, host: string, rest: string): string =>
  `${id} ${host}:7000@17000 myself,master - 0 1 1 connected ${rest}`;

// The nodes of a real cluster settle that among themselves within a moment.
it('names slots that two primaries take for their own', async () => {
  const found = await clusterOwners(subjects(line(A, '10.0.0.1', '0-100'), line(B, '10.0.0.2', '90-16383')));
  expect(found).toMatchObject({
    status: 'failure',
    found: 'Source: slots 90-100 are held by 10.0.0.1:7000 and 10.0.0.2:7000.',
  });
});

it('names a few of many slots under way', async () => {
  const marks = Array.from({ length: 7 }, (_, slot) => `[${slot}->-${B}]`).join(' ');
  const { status, found } = await clusterMoves(subjects(line(A, '10.0.0.1', `0-16383 ${marks}`)));
  expect(status).toBe('warning');
  expect(found).toContain('slot 4 is under way from 10.0.0.1:7000 to a node that is gone; and 2 more.');
});
