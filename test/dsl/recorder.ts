import type { Json } from '../cluster/apiClient.ts'
import type { Cluster } from './cluster.ts'

export interface PodSeen {
  name: string
  version: string
  hash: string
  gone: boolean
  restarts: number
}

/** Every pod that ever was in a namespace since the recording began. */
export interface Recorder {
  all(): readonly PodSeen[]
  stop(): Promise<void>
}

export async function recordPods(cluster: Cluster, namespace: string): Promise<Recorder> {
  const pods = new Map<string, PodSeen>()
  const stop = await cluster.follow(namespace, ({ object, gone }) => {
    if (object.kind !== 'Pod') return
    pods.set(object.metadata.uid, {
      name: object.metadata.name,
      version: versionOf(object),
      hash: object.metadata.labels?.['pod-template-hash'] ?? '',
      gone: gone || object.metadata.deletionTimestamp !== undefined,
      restarts: Math.max(0, ...(object.status?.containerStatuses ?? []).map(({ restartCount }: Json) => restartCount)),
    })
  })
  return { all: () => [...pods.values()], stop }
}

function versionOf(pod: Json): string {
  const image: string = pod.spec.containers[0].image
  return image.slice(image.indexOf(':') + 1)
}
