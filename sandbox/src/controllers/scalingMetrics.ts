import type { Obj } from '../types.ts'
import type { Context } from './context.ts'
import { draw } from './delays.ts'
import { cpuOf, type ImageBook, memoryOf } from './images.ts'
import type { Kubelet, PodProcess } from './kubelet.ts'

/** What a pod used over a window of time. */
export interface PodSample {
  /** End of the window, milliseconds. */
  at: number
  windowMs: number
  requestsPerSecond: number
  /** Of a core. */
  cpuMilli: number
  memoryBytes: number
}

/** What autoscalers go by: the metrics server of the cluster, and an adapter for metrics that are not of pods. */
export interface ScalingMetrics {
  /** The newest sample of a pod; undefined until its process was looked at twice. */
  sample(pod: Obj): PodSample | undefined
  /** The present value of an External metric, or of an Object metric of `Kind/name`; selectors of metrics are not looked at. */
  value(metric: string, of?: string): number | undefined
  /** Gives such a metric, until the returned function is called. */
  give(metric: string, read: () => number | undefined, of?: string): () => void
  stop(): void
}

/** Samples the pods of all nodes again and again, as long as there is an autoscaler. */
export function startScalingMetrics(ctx: Context, kubelet: Kubelet, images: ImageBook): ScalingMetrics {
  const seen = new Map<string, { at: number; restarts: number; served: number }>()
  let samples = new Map<string, PodSample>()
  const given = new Map<string, () => number | undefined>()
  let cancel: (() => void) | undefined

  const look = () => {
    cancel = undefined
    const now = ctx.clock.now()
    const fresh = new Map<string, PodSample>()
    for (const process of kubelet.processes()) {
      const before = seen.get(process.uid)
      if (process.state.is !== 'running') continue
      seen.set(process.uid, { at: now, restarts: process.restarts, served: process.served })
      if (before?.restarts === process.restarts) fresh.set(process.uid, sampleOf(process, before, now))
    }
    for (const uid of seen.keys()) if (!ctx.store.byUid(uid)) seen.delete(uid)
    samples = fresh
    if (ctx.store.list(autoscalers).length > 0) begin()
    else seen.clear()
  }
  const begin = () => {
    cancel ??= ctx.clock.after(draw(ctx.delays.podSamples, ctx.random), look)
  }
  const sampleOf = (process: PodProcess, before: { at: number; served: number }, now: number): PodSample => {
    const windowMs = now - before.at
    const requestsPerSecond = ((process.served - before.served) * 1000) / windowMs
    const behaviour = images.behaviour(process.image)
    return {
      at: now,
      windowMs,
      requestsPerSecond,
      cpuMilli: behaviour ? cpuOf(behaviour, requestsPerSecond) : 0,
      memoryBytes: behaviour ? memoryOf(behaviour, now - process.startedAt, requestsPerSecond) : 0,
    }
  }

  const stop = ctx.store.on(autoscalers, ({ type }) => {
    if (type === 'ADDED') begin()
  })
  return {
    sample: ({ metadata }) => samples.get(metadata.uid),
    value: (metric, of = '') => given.get(`${of} ${metric}`)?.(),
    give(metric, read, of = '') {
      const key = `${of} ${metric}`
      given.set(key, read)
      return () => {
        if (given.get(key) === read) given.delete(key)
      }
    },
    stop() {
      stop()
      cancel?.()
    },
  }
}

const autoscalers = 'HorizontalPodAutoscaler.autoscaling'
