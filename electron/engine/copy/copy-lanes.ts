import { carriedSince, createLanes } from '../checkpoint/lanes.ts';
import type { LanePosition } from '../checkpoint/lane-plan.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { readOwnCheckpoint } from '../target/owner.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import type { TargetGround } from '../target/target-ground.ts';
import type { CopiedProcess } from './copied-process.ts';

/** The lanes of a cluster that is copied to. */
export class CopyLanes {
  private readonly ground: TargetGround;
  private readonly process: CopiedProcess;

  constructor(ground: TargetGround, process: CopiedProcess) {
    this.ground = ground;
    this.process = process;
  }

  /** The lanes of a cluster begin where the snapshot was taken. Until it is here whole they only tell whose the task is. */
  async divide({ nodes }: TargetCluster, position: LanePosition, carried?: SlotSet): Promise<void> {
    const { spec, own } = this.ground;
    const { checkpoint } = await createLanes(
      { nodes, task: spec.task, checkpoint: own.checkpoint! },
      position,
      carried,
    );
    own.checkpoint = checkpoint;
  }

  /**
   * Lanes that stand for the copy, in the place of those that only said whose the task is: a node that goes back to within the copy has none
   * of these.
   */
  async divideCopied(): Promise<void> {
    const { spec, servers, own, part } = this.ground;
    const redis = await servers.openTarget();
    const { replid, offset } = own.checkpoint!;
    const present = await readOwnCheckpoint(redis, spec.task, own.checkpoint, part);
    // It is copied to anew, as whoever notes the end of the copy finds as well.
    if (!present || !this.process.same) return;
    // An earlier attempt may have come so far, and what it noted is what stands there.
    own.checkpoint = { ...own.checkpoint!, lanes: present.lanes };
    const { nodes } = servers.cluster!;
    const carried = await carriedSince({ nodes, task: spec.task, checkpoint: own.checkpoint });
    await this.divide(servers.cluster!, { replid, offset }, carried);
  }
}
