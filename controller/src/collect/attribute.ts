import type { Arm } from '@serin/analysis'
import type { ArmSpec } from '../api/analysisRun.ts'
import type { Series } from '../metrics/provider.ts'
import type { SourceClient } from '../metrics/sources.ts'
import { fill, placeholdersOf } from '../metrics/template.ts'
import { podPattern } from './podPattern.ts'
import { MetricProblem } from './problems.ts'

export type Arms = Readonly<Partial<Record<Arm, ArmSpec>>>

/** What queries insert. `step` in milliseconds. */
export interface QueryValues {
  readonly namespace: string
  readonly arms: Arms
  readonly args?: Readonly<Record<string, string>>
  readonly step: number
}

/** `byPod`: asks for the pods of all arms at once; they are told apart by the label that names the pod. */
export type ArmQuery = { readonly query: string } & ({ readonly byPod: true } | { readonly byPod: false; readonly arm: Arm })

/** A series of one arm. `pod`: where its label names a pod of that arm. */
export interface Attributed {
  readonly arm: Arm
  readonly pod?: string
  readonly series: Series
}

type Dialect = Pick<SourceClient, 'arms' | 'language' | 'podLabel'>

const armNames = ['canary', 'baseline'] as const

/**
 * The queries to send for one query of a metric: one for both arms where pods are told apart by a pattern, else one an arm. Throws a MetricProblem
 * when it measures all versions alike or an arm lacks what it inserts, a TemplateError when it cannot be filled in.
 */
export function armQueries(query: string, values: QueryValues, source: Dialect): readonly ArmQuery[] {
  const inserted = placeholdersOf(query)
  const own = (['hash', 'service'] as const).filter((key) => inserted.includes(`arm.${key}`))
  const byPods = inserted.includes('arm.pods')
  const arms = armNames.flatMap((name) => {
    const spec = values.arms[name]
    return spec ? [{ name, spec }] : []
  })
  if (!byPods && own.length === 0) {
    const write = source.arms === 'regex' ? `${source.podLabel}=~"{{arm.pods}}"` : '{{arm.hash}} or {{arm.service}}'
    throw new MetricProblem('Query', `The query "${short(query)}" would measure both versions alike: select one with ${write}`)
  }
  if (byPods && own.length === 0 && source.arms === 'regex') {
    const pods = arms.length > 1 ? `(${arms.map(({ spec }) => spec.pods).join('|')})` : (arms[0]?.spec.pods ?? '')
    return [{ byPod: true, query: filled(query, { pods }, values, source) }]
  }
  return arms.map(({ name, spec }) => {
    for (const key of own) if (!spec[key]) throw new MetricProblem('Query', lacking(query, name, key))
    return { byPod: false, arm: name, query: filled(query, spec, values, source) }
  })
}

function filled(query: string, arm: Partial<ArmSpec>, { namespace, args = {}, step }: QueryValues, source: Dialect): string {
  return fill(query, { namespace, arm, args, interval: step }, source.language)
}

function lacking(query: string, arm: Arm, key: 'hash' | 'service'): string {
  const instead =
    key === 'service' ? 'give the Rollout a spec.service, or select by {{arm.pods}}' : 'select by {{arm.pods}} or {{arm.service}}'
  return `The query "${short(query)}" inserts {{arm.${key}}}, but the ${arm} has no ${key}: ${instead}`
}

/**
 * Which arm and pod a series belongs to. Series of pods of neither arm are left out. Throws a MetricProblem for an answer by pod without the label
 * that names it, or with a pod that both patterns match; a PatternError where pods cannot be told apart without a pattern that is none.
 */
export function attribute(series: readonly Series[], query: ArmQuery, arms: Arms, podLabel: string): Attributed[] {
  const armOf = armFinder(query, arms)
  return series.flatMap((one): Attributed[] => {
    const pod = one.labels[podLabel]
    if (!query.byPod) return [{ arm: query.arm, series: one, ...(pod !== undefined && armOf(pod) === query.arm ? { pod } : {}) }]
    if (pod === undefined || pod === '')
      throw new MetricProblem(
        'Query',
        `The query gives series without label ${podLabel}: write it without sum(), Serin adds up the pods itself, so that a restart is not a negative rate; or use {{arm.hash}} or {{arm.service}}`,
      )
    const arm = armOf(pod)
    return arm ? [{ arm, pod, series: one }] : []
  })
}

function armFinder(query: ArmQuery, arms: Arms): (pod: string) => Arm | undefined {
  const known = new Map<string, Arm | undefined>()
  const patterns = armNames.flatMap((name) => {
    const spec = arms[name]
    if (!spec || (!query.byPod && name !== query.arm)) return []
    return [{ name, matches: query.byPod ? podPattern(spec.pods) : lenient(spec.pods) }]
  })
  return (pod) => {
    if (known.has(pod)) return known.get(pod)
    const [first, second] = patterns.filter(({ matches }) => matches(pod))
    if (first && second)
      throw new MetricProblem('Query', `The pod ${pod} belongs to both versions: write patterns of pods that no pod matches both of`)
    known.set(pod, first?.name)
    return first?.name
  }
}

/** Where the query tells the arms apart, a pattern only says whether labels name pods. */
function lenient(pattern: string): (pod: string) => boolean {
  try {
    return podPattern(pattern)
  } catch {
    return () => false
  }
}

export function short(query: string): string {
  const line = query.replaceAll(/\s+/g, ' ')
  return line.length > 120 ? `${line.slice(0, 120)}…` : line
}
