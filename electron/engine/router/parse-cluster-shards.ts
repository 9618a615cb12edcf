/** What CLUSTER SHARDS (7.0 and later) tells of a node beyond CLUSTER NODES. */
export interface PreferredPlace {
  readonly id: string;
  /** By the `cluster-preferred-endpoint-type` of the one asked: empty stands for the one asked, `?` for a host name that is not announced. */
  readonly endpoint: string;
}

/** Reads the answer to CLUSTER SHARDS: a list of shards, each a flat list of names and values. What is none is left out. */
export function parseClusterShards(reply: unknown): PreferredPlace[] {
  return listOf(reply)
    .flatMap((shard) => listOf(fieldsOf(shard).get('nodes')))
    .flatMap((node) => {
      const fields = fieldsOf(node);
      const id = fields.get('id');
      const endpoint = fields.get('endpoint');
      return typeof id === 'string' && typeof endpoint === 'string' ? [{ id, endpoint }] : [];
    });
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function fieldsOf(flat: unknown): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  const list = listOf(flat);
  for (let i = 0; i + 1 < list.length; i += 2) fields.set(String(list[i]), list[i + 1]);
  return fields;
}
