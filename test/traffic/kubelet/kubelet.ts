import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Json, succeed } from '../../cluster/apiClient.ts'
import { follow } from '../../cluster/follow.ts'
import { registerNode } from '../../cluster/node.ts'
import { HOST_ADDRESS } from '../network.ts'
import type { ImageProgram } from './images.ts'
import { type PodHost, PodRun, untilWritten } from './podRun.ts'
import { scrapeTargets, writeTargets } from './scrapeTargets.ts'

export interface KubeletOptions extends PodHost {
  images: readonly ImageProgram[]
  /** Kept up to date for Prometheus' file_sd. */
  targetsFile: string
}

export interface Kubelet {
  /** These pods are not scraped any more. Gives the way to scrape them again. */
  hideFromMetrics(which: (pod: Json) => boolean): () => void
  /** The addresses of the pods that run now and have these labels. */
  addressesOf(namespace: string, labels: Record<string, string>): string[]
  /** What the containers of the namespace's pods wrote, newest last; also of pods that are gone. */
  logs(namespace: string): string
  /** Ends every process; the objects stay. */
  stop(): Promise<void>
}

const NODE = 'processes'
const FIRST_POD = 10

/**
 * Scheduler and kubelet of the only node: each pod is a network namespace with processes in it, run by what `images`
 * says. Serves no logs, no exec and no cluster IPs; no init containers, startup and liveness probes.
 */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { client, dir, targetsFile } = options
  const runs = new Map<string, PodRun>()
  const logFiles = new Map<string, { namespace: string; file: string }>()
  const hidden = new Set<(pod: Json) => boolean>()
  const free: number[] = []
  let next = FIRST_POD
  const address = () => (free.length > 50 ? (free.shift() ?? next++) : next++)

  let writing: NodeJS.Timeout | undefined
  const targetsChanged = () => {
    writing ??= setTimeout(() => {
      writing = undefined
      const shown = [...runs.values()].filter(({ pod }) => ![...hidden].some((which) => which(pod)))
      writeTargets(targetsFile, scrapeTargets(shown))
    }, 20)
  }

  async function bind(pod: Json): Promise<void> {
    const { name, namespace, uid } = pod.metadata
    const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name, uid }, target: { apiVersion: 'v1', kind: 'Node', name: NODE } }
    await untilWritten(() => succeed(client, { method: 'POST', path: `/api/v1/namespaces/${namespace}/pods/${name}/binding`, body }))
  }

  function begin(pod: Json): PodRun {
    const run = new PodRun(pod, address(), { ...options, dir: join(dir, pod.metadata.uid) })
    runs.set(pod.metadata.uid, run)
    for (const { name } of pod.spec.containers)
      logFiles.set(`${nameOf(pod)}/${name}`, { namespace: pod.metadata.namespace, file: run.logFile(name) })
    run.start()
    targetsChanged()
    return run
  }

  async function finish(run: PodRun): Promise<void> {
    if (run.ending) return
    await run.stop()
    runs.delete(run.pod.metadata.uid)
    free.push(run.n)
    targetsChanged()
  }

  await registerNode(client, { name: NODE, address: HOST_ADDRESS })
  writeTargets(targetsFile, [])
  const followed = follow(client, '/api/v1/pods', {
    is(pod) {
      const known = runs.get(pod.metadata.uid)
      if (known) {
        if (Number(pod.metadata.resourceVersion) > Number(known.pod.metadata.resourceVersion)) known.pod = pod
        if (pod.metadata.deletionTimestamp) void finish(known)
        return
      }
      if (pod.spec.nodeName === NODE) {
        const run = begin(pod)
        if (pod.metadata.deletionTimestamp) void finish(run)
      } else if (!pod.spec.nodeName && !pod.metadata.deletionTimestamp) void bind(pod)
    },
    gone(pod) {
      const run = runs.get(pod.metadata.uid)
      if (run) void finish(run)
    },
  })
  await followed.synced
  return {
    hideFromMetrics(which) {
      hidden.add(which)
      targetsChanged()
      return () => {
        hidden.delete(which)
        targetsChanged()
      }
    },
    addressesOf(namespace, labels) {
      const wanted = Object.entries(labels)
      return [...runs.values()]
        .filter((run) => run.pod.metadata.namespace === namespace && !run.ending)
        .filter(({ pod }) => wanted.every(([label, value]) => pod.metadata.labels?.[label] === value))
        .map((run) => run.address)
    },
    logs(namespace) {
      const files = [...logFiles].filter(([, log]) => log.namespace === namespace)
      return files.flatMap(([name, { file }]) => tailOf(name, file)).join('\n')
    },
    async stop() {
      await followed.stop()
      clearTimeout(writing)
      for (const run of runs.values()) run.kill()
    },
  }
}

const nameOf = (pod: Json): string => `${pod.metadata.namespace}/${pod.metadata.name}`

/** Nothing for a container that wrote nothing. */
function tailOf(name: string, file: string): string[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8').trim().slice(-2_000)
  return text === '' ? [] : [`${name}:\n${text}`]
}
