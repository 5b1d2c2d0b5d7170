import { type ApiClient, type Json, succeed } from '../../test/cluster/apiClient.ts'
import { inParallel, placeOf, setImage, until } from './plane.ts'

/** 15 s of pauses, and half a second for each step that needs a new pod (with 2 replicas: the first two; with 5: four, the last being the rest of the pods). */
export const idealSeconds = { 2: 16, 5: 17 }

export const phaseIs =
  (image: string) =>
  ({ status }: Json) =>
    status?.phase === 'Healthy' && status.stable?.images?.[0] === image && status.run === undefined

/** That Kubernetes' own rolling update has come to the image, and nothing of the old one is left. */
const rolledTo =
  (image: string) =>
  ({ metadata, spec, status }: Json) =>
    spec.template.spec.containers[0].image === image &&
    status?.observedGeneration === metadata.generation &&
    [status.replicas, status.updatedReplicas, status.availableReplicas].every((count) => count === spec.replicas)

/**
 * Changes the templates of the first `count` at once and waits for all: of Rollouts, or of Deployments that nobody holds; seconds from the first
 * change to the last end, and of each from its own change.
 */
export async function releaseAll(
  client: ApiClient,
  count: number,
  image: string,
  kind: 'Rollout' | 'Deployment' = 'Rollout',
): Promise<{ wall: number; each: number[] }> {
  const began = Date.now()
  const started = new Map<string, number>()
  const finished = until(client, count, (kind === 'Rollout' ? phaseIs : rolledTo)(image), 600_000, kind)
  await inParallel(count, 50, async (n) => {
    const { namespace, name } = placeOf(n)
    started.set(`${namespace}/${name}`, Date.now())
    await setImage(client, n, image)
  })
  const at = await finished
  const wall = (Math.max(...at.values()) - began) / 1000
  const each = [...at].map(([key, then]) => (then - (started.get(key) ?? began)) / 1000).sort((a, b) => a - b)
  return { wall, each }
}

/** How long the pauses of 5 s of the n-th workload were in its last release, in milliseconds, by the events' own times. */
export async function pausesOf(client: ApiClient, n: number): Promise<number[]> {
  const { namespace, name } = placeOf(n)
  const { items } = await succeed(client, { method: 'GET', path: `/apis/events.k8s.io/v1/namespaces/${namespace}/events` })
  const steps = (items as Json[])
    .filter(({ reason, regarding }) => (reason === 'Step' || reason === 'Promoting') && regarding.name === name)
    .map(({ eventTime, note }) => ({ at: Date.parse(eventTime), note: String(note) }))
    .sort((a, b) => a.at - b.at)
  return steps.flatMap(({ at, note }, index) => {
    const next = steps[index + 1]
    return note.includes('pause of 5s') && next ? [next.at - at] : []
  })
}
