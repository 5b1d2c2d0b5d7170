import { apiVersion } from '../../api/rollout.ts'
import { isObject } from '../../traffic/patch.ts'
import type { Context } from '../converter.ts'
import { durationText, secondsOf } from '../durations.ts'
import { objectName } from '../names.ts'
import type { Reading } from '../reading.ts'
import { argName, scopeOf } from './scene.ts'

export interface TemplateRef {
  name: string
  scope?: 'Cluster'
}

/** Values that a Rollout gives to the arguments of its templates; one map for all its analyses. */
export type GivenArgs = Map<string, string>

/** The Rollout that analyses belong to. */
export interface AnalysisHome {
  readonly name: string
  readonly namespace: string | undefined
  readonly given: GivenArgs
  /** The Rollout as it stands. */
  readonly value: unknown
  readonly context: Context
}

/**
 * Templates of a step. A Rollout gives its arguments to all analyses alike, so those of a step alone go into a template around its templates.
 */
export function stepTemplates(reading: Reading, home: AnalysisHome): TemplateRef[] {
  const { name, namespace, given, context } = home
  const own: GivenArgs = new Map(given)
  const templates = analysisUse(reading, { ...home, given: own })
  const args = [...own].filter(([key]) => !given.has(key)).map(([key, value]) => ({ name: key, value }))
  const [first] = templates
  if (first === undefined || args.length === 0) return templates
  const metadata = { name: objectName(`${name}-${first.name}`), ...(namespace === undefined ? {} : { namespace }) }
  const wrapped = context.share({ apiVersion, kind: 'AnalysisTemplate', metadata, spec: { args: args, templates } })
  reading.at('args').say({ severity: 'changed', what: `arguments of a step stand in the AnalysisTemplate ${wrapped}`, doInstead: '' })
  return [{ name: wrapped }]
}

/** `templates` of Argo Rollouts. */
export function templateRefs(reading: Reading): TemplateRef[] {
  return reading.items().flatMap((one, index): TemplateRef[] => {
    if (index >= 20) {
      one.lost('an analysis has at most 20 templates', 'write one template that names the others')
      return []
    }
    const name = one.at('templateName').text()
    const cluster = one.at('clusterScope').flag() === true
    return name === undefined ? [] : [{ name, ...scopeOf(cluster) }]
  })
}

/** Templates of one analysis of a Rollout; its arguments are added to those given. */
export function analysisUse(reading: Reading, home: AnalysisHome): TemplateRef[] {
  for (const arg of reading.at('args').items()) giveArg(arg, home)
  reading.at('dryRun').lost('dryRun is a property of the metric', 'write dryRun: true into the metric of the template')
  reading.at('measurementRetention').changed('Serin keeps all that was judged with its run')
  reading.at('analysisRunMetadata').lost('analysisRunMetadata', '')
  // The form before version 0.7 named one template.
  const single = reading.at('templateName').text()
  const refs = templateRefs(reading.at('templates'))
  return single === undefined ? refs : [{ name: single }, ...refs]
}

function giveArg(arg: Reading, { given, value: rollout }: AnalysisHome): void {
  const written = arg.at('name').text()
  if (written === undefined) return
  const name = argName(written)
  const hash = arg.at('valueFrom', 'podTemplateHashValue')
  if (hash.value !== undefined) {
    const instead = hash.value === 'Latest' ? '{{arm.hash}}' : 'a comparing metric, which asks for both versions by itself'
    hash.changed(`argument ${written} is the hash of a version, which queries know by themselves`, `write ${instead} in the template`)
    return
  }
  const field = arg.at('valueFrom', 'fieldRef', 'fieldPath')
  const found = fieldAt(rollout, field.text() ?? '')
  if (field.value !== undefined && found === undefined) {
    field.lost(`argument ${written}: there is no field ${String(field.value)}`, 'write its value into spec.analysis.args')
    return
  }
  if (found !== undefined) field.changed(`argument ${written} is ${found}, as ${String(field.value)} is now`)
  const value = found ?? arg.at('value').scalar()
  if (value === undefined) return
  const before = given.get(name)
  if (before !== undefined && before !== value)
    arg
      .at('value')
      .lost(
        `argument ${written} has the value ${before} in another analysis, and a Rollout gives one to all`,
        'give the templates arguments of different names',
      )
  else if (value.length > 1024 || /\{\{|\p{Cc}/u.test(value))
    arg.at('value').lost('the value is too long, has a line break or a placeholder', 'write it into the query')
  else if (given.size >= 50 && before === undefined)
    arg.at('value').lost('a Rollout has at most 50 arguments', 'write values into the templates')
  else given.set(name, value)
}

/** The text at a path as Argo Rollouts writes it: metadata.labels['app'], spec.replicas. */
function fieldAt(value: unknown, path: string): string | undefined {
  const keys = [...path.matchAll(/\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, a, b, c, d]) => a ?? b ?? c ?? d ?? '')
  let here = value
  for (const key of keys)
    here = typeof here === 'object' && here !== null && Object.hasOwn(here, key) ? (here as Record<string, unknown>)[key] : undefined
  return ['string', 'number', 'boolean'].includes(typeof here) ? String(here) : undefined
}

/** A step analysis of Serin is over after 30 minutes; one whose measurements take longer gets half as long again. */
export function atMostFor(templates: readonly TemplateRef[], { namespace, context }: AnalysisHome): { atMost?: string } {
  const longest = Math.max(
    0,
    ...templates.map(({ name, scope }) =>
      lastingOf(context.find(scope === 'Cluster' ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate', name, namespace)?.value),
    ),
  )
  return longest * 1.5 > 1800 && longest < 1e7 ? { atMost: durationText(longest * 1.5) } : {}
}

function lastingOf(template: unknown): number {
  const spec = isObject(template) ? template.spec : undefined
  const metrics = isObject(spec) && Array.isArray(spec.metrics) ? spec.metrics.filter(isObject) : []
  const seconds = (text: unknown) => (typeof text === 'string' ? (secondsOf(text) ?? 0) : 0)
  const times = metrics.map(({ interval, count, initialDelay }) => seconds(initialDelay) + seconds(interval) * (Number(count) || 0))
  return Math.max(0, ...times.filter(Number.isFinite))
}
