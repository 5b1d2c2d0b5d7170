import type { AnalysisRunStatus } from '../../controller/src/api/analysisRun.ts'
import type { ApiClient, Json } from '../../test/cluster/apiClient.ts'

/** One interval of one analysis, as a watch saw its judgement. */
export interface Sighting {
  /** End of the interval, milliseconds since the epoch. */
  readonly end: number
  /** When the status that has it was seen. */
  readonly at: number
  /** Of that status, as it was written, and of the record in it. */
  readonly statusBytes: number
  readonly recordBytes: number
}

export interface Sightings {
  /** Analyses that have begun and know what they ever will of the past. */
  ready(): number
  /** Analyses that are over, with the reason of one of them. */
  over(): { count: number; because: string }
  /** Analyses that could learn nothing from the past of one metric or more. */
  unlearned(): number
  /** What their sources or metrics lacked, and why nothing was learned; how often each was said. */
  problems(): ReadonlyMap<string, number>
  all(): readonly Sighting[]
  stop(): void
}

/** Follows the status of every AnalysisRun. `learns`: they look at the past. */
export function watchAnalyses(client: ApiClient, step: number, learns: boolean): Sightings {
  const ready = new Set<string>()
  const seen = new Map<string, number>()
  const ended = new Map<string, string>()
  const unlearned = new Set<string>()
  const said = new Map<string, number>()
  const hear = (sentence: string): void => void said.set(sentence, (said.get(sentence) ?? 0) + 1)
  const all: Sighting[] = []
  const done = new AbortController()

  const look = (object: Json): void => {
    const status: AnalysisRunStatus | undefined = object.status
    if (object.kind !== 'AnalysisRun' || !status) return
    const key = `${object.metadata.namespace}/${object.metadata.name}`
    if (status.phase !== 'Running' && status.phase !== 'Pending') ended.set(key, `${status.phase}: ${status.message}`)
    for (const { because } of status.problems) hear(because)
    if (status.startedAt === undefined) return
    if (!ready.has(key) && (!learns || status.learned.length > 0)) {
      ready.add(key)
      const without = status.learned.filter(
        (sentence) => sentence.includes('learns in the run') || sentence.includes('is learned during the run'),
      )
      if (without.length > 0) unlearned.add(key)
      for (const sentence of without) hear(sentence)
    }
    const start = Date.parse(status.startedAt)
    const before = seen.get(key) ?? 0
    seen.set(key, status.intervals)
    const sizes = { statusBytes: Buffer.byteLength(JSON.stringify(status)), recordBytes: status.record?.length ?? 0 }
    for (let interval = before + 1; interval <= status.intervals; interval++)
      all.push({ end: start + interval * step, at: Date.now(), ...sizes })
  }
  const follow = async (): Promise<void> => {
    const path =
      '/apis/serin.dev/v1alpha1/analysisruns?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    // A watch may end early; the next begins with everything.
    while (!done.signal.aborted) for await (const { object } of client.watch(path, done.signal)) look(object)
  }
  void follow()

  return {
    ready: () => ready.size,
    over: () => ({ count: ended.size, because: [...ended.values()][0] ?? '' }),
    unlearned: () => unlearned.size,
    problems: () => said,
    all: () => all,
    stop: () => done.abort(),
  }
}
