import { type Described, walk } from './describe.ts'

/** The candidate that was probably meant, or undefined when none is near: as many slips as a third of the word, case aside. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  let best: { candidate: string; slips: number } | undefined
  for (const candidate of candidates) {
    const slips = distance(word.toLowerCase(), candidate.toLowerCase())
    if (slips <= Math.max(1, Math.floor(candidate.length / 3)) && (!best || slips < best.slips)) best = { candidate, slips }
  }
  return best?.candidate
}

/** Says where a field that is unknown here belongs, or how Serin spells what other tools call so. */
export function belongsElsewhere(field: string, root: Described): string | undefined {
  const known = Object.hasOwn(foreign, field) ? foreign[field] : undefined
  if (known) return known
  const places = new Set<string>()
  walk(root, (schema, path) => {
    if (path.startsWith('spec') && Object.hasOwn(schema.properties ?? {}, field)) places.add(`${path}.${field}`)
  })
  const [place, another] = places
  return place === undefined || another !== undefined ? undefined : `it belongs at ${place}`
}

/** What other controllers of progressive delivery call things. */
const foreign: Record<string, string> = {
  setWeight: 'write weight',
  setCanaryScale: 'write scale',
  duration: 'write for',
  strategy: 'write canary or blueGreen directly under spec',
  workloadRef: 'write workload: {kind: Deployment, name: …}',
  targetRef: 'write workload: {kind: Deployment, name: …}',
  trafficRouting: 'write traffic: {routes: […]}',
  stableService: 'write service: the Service that clients use; the one of the canary is made for the run',
  canaryService: 'leave it out: the Service of the canary is made for the run',
  activeService: 'write service directly under spec',
  autoPromotionEnabled: 'write approve: auto or approve: manual',
  autoPromotionSeconds: 'write autoPromoteAfter: 10m',
  scaleDownDelaySeconds: 'write keepOld: 30s directly under spec',
  progressDeadlineSeconds: 'write progressDeadline: 10m',
  revisionHistoryLimit: 'write historyLimit',
  template: 'a Rollout has no pod template: it stays in the Deployment, which spec.workload names',
  selector: 'a Rollout has no selector: it stays in the Deployment, which spec.workload names',
  replicas: 'a Rollout has no replicas: they stay in the Deployment, which spec.workload names',
  stepWeight: 'write canary: {ramp: {weights: [1, 5, 25, 50]}}',
  successCondition: 'write threshold: {query: …, pass: value < 0.05}',
  failureCondition: 'write threshold: {query: …, fail: value > 0.05}',
  thresholdRange: 'write threshold: {query: …, pass: value < 0.05}',
  consecutiveErrorLimit: 'write errorLimit in threshold',
  initialDelay: 'write warmup in spec.analysis of the Rollout',
  provider: 'write source: {name: …}, which names a MetricSource, and the query in ratio, histogram, gauge or threshold',
  templateName: 'write templates: [{name: …}]',
  clusterScope: 'write scope: Cluster',
  maxWeight: 'write canary: {ramp: {weights: [1, 5, 25, 50]}}',
}

/** Edits (insert, delete, replace, swap of neighbours) between two words. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const cell = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + same, swapped))
    }
  }
  return cell(a.length, b.length)
}
