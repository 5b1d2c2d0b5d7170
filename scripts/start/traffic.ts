import type { Sandbox } from '../../sandbox/src/sandbox.ts'
import type { Count } from '../../sandbox/src/traffic/load.ts'
import { badTags, namespace } from './services.ts'

/** What one version of a service did between two samples. */
export interface VersionTraffic {
  /** Tag of its image; empty where no version was there to answer. */
  version: string
  requests: number
  perSecond: number
  /** 0 to 1. */
  errorShare: number
  /** Mean answer time; undefined when nothing was answered. */
  meanMs: number | undefined
}

/** Totals at one moment. */
export interface Sample {
  at: number
  counts: readonly Count[]
  /** Answer times by pod. */
  pods: ReadonlyMap<string, { service: string; version: string; answers: number; seconds: number }>
}

/** The totals now. Cheap enough for a few times a second. */
export function sample({ clock, load, metrics, api }: Sandbox): Sample {
  const pods = new Map<string, { service: string; version: string; answers: number; seconds: number }>()
  for (const { metadata, spec } of api.list('v1', 'Pod', { namespace })) {
    const scraped = metrics.scrape(`${namespace}/${metadata.name}`)
    if (scraped === undefined) continue
    const read = (name: string) => Number(new RegExp(`^http_request_duration_seconds_${name} (\\S+)$`, 'm').exec(scraped)?.[1] ?? 0)
    const image: string = spec.containers[0]?.image ?? ''
    const version = image.slice(image.lastIndexOf(':') + 1)
    pods.set(metadata.name, { service: metadata.labels?.app ?? '', version, answers: read('count'), seconds: read('sum') })
  }
  return { at: clock.now(), counts: load.counts(), pods }
}

/** What the versions of a service did from one sample to the other, by version. Those that got no request are left out. */
export function trafficBetween(before: Sample, after: Sample, service: string): VersionTraffic[] {
  const seconds = Math.max((after.at - before.at) / 1000, 0.001)
  const tallies = new Map<string, { requests: number; errors: number }>()
  const add = (counts: readonly Count[], sign: 1 | -1) => {
    for (const { client, version, code, count } of counts) {
      if (client !== service) continue
      const tally = tallies.get(version) ?? { requests: 0, errors: 0 }
      tally.requests += sign * count
      if (code >= 400) tally.errors += sign * count
      tallies.set(version, tally)
    }
  }
  add(after.counts, 1)
  add(before.counts, -1)
  return [...tallies]
    .filter(([, { requests }]) => requests > 0)
    .map(([version, { requests, errors }]) => ({
      version,
      requests,
      perSecond: requests / seconds,
      errorShare: errors / requests,
      meanMs: meanBetween(before, after, service, version),
    }))
    .sort((a, b) => (a.version < b.version ? -1 : 1))
}

function meanBetween(before: Sample, after: Sample, service: string, version: string): number | undefined {
  let answers = 0
  let seconds = 0
  for (const [name, pod] of after.pods) {
    if (pod.service !== service || pod.version !== version) continue
    const earlier = before.pods.get(name)
    answers += pod.answers - (earlier?.answers ?? 0)
    seconds += pod.seconds - (earlier?.seconds ?? 0)
  }
  return answers > 0 ? (1000 * seconds) / answers : undefined
}

/** Answers that users got from a bad version. */
export function badAnswers(counts: readonly Count[]): number {
  return counts
    .filter(({ code, cause, version }) => code >= 400 && cause === 'versionError' && badTags.has(version))
    .reduce((sum, { count }) => sum + count, 0)
}

/** Requests that no version answered: lost on the way, or at a pod that was gone. */
export function failedRequests(counts: readonly Count[]): number {
  return counts.filter(({ code, cause }) => code >= 400 && cause !== 'versionError').reduce((sum, { count }) => sum + count, 0)
}
