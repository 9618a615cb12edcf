import type { CheckId } from '../../../shared/model/precheck.ts';
import type { Side } from '../control/tls-mismatch.ts';
import { clockDifference } from './checks/clock-difference.ts';
import {
  clusterCoverage,
  clusterMoves,
  clusterNodes,
  clusterOwners,
  clusterSync,
} from './checks/clusters.ts';
import { clusterCommands } from './checks/cluster-commands.ts';
import { sourceConnection, targetConnection } from './checks/connections.ts';
import { databaseNumbers } from './checks/database-numbers.ts';
import { distinctServers } from './checks/distinct-servers.ts';
import { sourceEviction, targetEvictionPolicy } from './checks/eviction.ts';
import { expiringKeys } from './checks/expiring-keys.ts';
import { functions } from './checks/functions.ts';
import { largeValues } from './checks/large-values.ts';
import { modules } from './checks/modules.ts';
import { noticeFlush, noticeScaling } from './checks/notices.ts';
import { sourceBacklog } from './checks/source-backlog.ts';
import { sourceOutputBuffer } from './checks/source-output-buffer.ts';
import { sourceSnapshot } from './checks/source-snapshot.ts';
import { sourceTimeout } from './checks/source-timeout.ts';
import { spoolDisk } from './checks/spool-disk.ts';
import { targetEmpty } from './checks/target-empty.ts';
import { targetMemory } from './checks/target-memory.ts';
import { targetPrimary } from './checks/target-primary.ts';
import { throughput } from './checks/throughput.ts';
import { versions } from './checks/versions.ts';
import { sourcePermissions } from './permissions/source-permissions.ts';
import { targetPermissions } from './permissions/target-permissions.ts';
import type { Check } from './subjects.ts';

interface CheckEntry {
  readonly check: Check;
  /** Without a connection to these it is skipped. */
  readonly needs: readonly Side[];
}

const entry = (check: Check, ...needs: readonly Side[]): CheckEntry => ({ check, needs });

export const CHECK_TABLE: Readonly<Record<CheckId, CheckEntry>> = {
  'source-connection': entry(sourceConnection),
  'target-connection': entry(targetConnection),
  'distinct-servers': entry(distinctServers, 'source', 'target'),
  'target-primary': entry(targetPrimary, 'target'),
  'clock-difference': entry(clockDifference, 'source', 'target'),
  'cluster-nodes': entry(clusterNodes, 'source', 'target'),
  'cluster-coverage': entry(clusterCoverage, 'source', 'target'),
  'cluster-owners': entry(clusterOwners, 'source', 'target'),
  'cluster-moves': entry(clusterMoves, 'source', 'target'),
  'cluster-sync': entry(clusterSync, 'source', 'target'),
  'cluster-commands': entry(clusterCommands, 'source', 'target'),
  'source-permissions': entry(sourcePermissions, 'source'),
  'target-permissions': entry(targetPermissions, 'target'),
  versions: entry(versions, 'source', 'target'),
  modules: entry(modules, 'source', 'target'),
  functions: entry(functions, 'source', 'target'),
  'target-empty': entry(targetEmpty, 'target'),
  'database-numbers': entry(databaseNumbers, 'source', 'target'),
  'expiring-keys': entry(expiringKeys, 'source'),
  'source-eviction': entry(sourceEviction, 'source'),
  'target-memory': entry(targetMemory, 'source', 'target'),
  'spool-disk': entry(spoolDisk),
  throughput: entry(throughput, 'source', 'target'),
  'target-eviction-policy': entry(targetEvictionPolicy, 'target'),
  'large-values': entry(largeValues, 'source', 'target'),
  'source-timeout': entry(sourceTimeout, 'source'),
  'source-backlog': entry(sourceBacklog, 'source'),
  'source-output-buffer': entry(sourceOutputBuffer, 'source'),
  'source-snapshot': entry(sourceSnapshot, 'source'),
  'notice-flush': entry(noticeFlush),
  'notice-scaling': entry(noticeScaling),
};
