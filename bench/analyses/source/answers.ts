/** Pods of the two versions, as every analysis sees them. */
const pods: readonly string[] = [...named('shop-new', 2), ...named('shop-old', 8)]
const bounds: readonly string[] = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '+Inf']
/** Share of the requests that took at most so long. */
const below: readonly number[] = [0.02, 0.1, 0.35, 0.7, 0.9, 0.97, 0.99, 0.997, 0.999, 0.9999, 1]

/** A series of one pod: its labels besides the pod's, and its value at a time in seconds. `phase` tells the pods apart. */
interface Shape {
  readonly labels: Readonly<Record<string, string>>
  readonly value: (at: number, phase: number) => number
}

const swing = (at: number, phase: number, period: number): number => Math.sin(at / period + phase)
const all = (at: number, phase: number): number => Math.floor(20 * at + 120 * swing(at, phase, 37))
const bad = (at: number, phase: number): number => Math.floor(0.1 * at + 2 * swing(at, 2 * phase, 41))

function shapesOf(query: string): readonly Shape[] {
  const failing: Shape = { labels: { code: '500' }, value: bad }
  const fine: Shape = { labels: { code: '200' }, value: (at, phase) => all(at, phase) - bad(at, phase) }
  if (query.includes('_total{')) return query.includes('code=~') ? [failing] : [fine, failing]
  if (query.includes('_bucket{'))
    return bounds.map((le, at) => ({ labels: { le }, value: (time, phase) => Math.floor((below[at] ?? 1) * all(time, phase)) }))
  return [{ labels: {}, value: (at, phase) => Math.round(2e8 + 1e7 * swing(at, phase, 53)) }]
}

export interface Asked {
  readonly query: string
  /** Seconds. */
  readonly start: number
  readonly end: number
  readonly step: number
}

/** What Prometheus would answer, of counters that only grow: the pods that the query names, in JSON. Depends on what is asked alone. */
export function answerTo({ query, start, end, step }: Asked): string {
  const edges = Array.from({ length: Math.floor((end - start) / step + 1e-6) + 1 }, (_, at) => start + at * step)
  const result = pods.flatMap((pod, phase) => {
    if (!query.includes(pod.slice(0, pod.lastIndexOf('-')))) return []
    return shapesOf(query).map(({ labels, value }) => ({
      metric: { ...labels, instance: `10.0.0.${phase}:8080`, job: 'shop', namespace: 'shop', pod },
      values: edges.map((at) => [at, `${value(at, phase)}`]),
    }))
  })
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } })
}

function named(set: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${set}-${at}`)
}
