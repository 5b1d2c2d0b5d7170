import { apiVersion } from '../api/rollout.ts'
import type { KubeClient, KubeObject, ObjectMeta } from '../kube/types.ts'
import type { Caches } from './caches.ts'

/** Writes the status of one of our objects; fails with a conflict when anybody wrote the object since it was seen so. */
export async function patchStatus(
  { kind, metadata }: { kind: 'Rollout' | 'AnalysisRun'; metadata: ObjectMeta },
  status: object,
  { client, caches }: { client: KubeClient; caches: Caches },
): Promise<KubeObject> {
  const { namespace = '', name, resourceVersion } = metadata
  const written = await client.patch(
    { apiVersion, kind, namespace, name },
    [
      { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'add', path: '/status', value: status },
    ],
    { subresource: 'status' },
  )
  caches[kind === 'Rollout' ? 'rollouts' : 'analyses'].wrote(written)
  return written
}
