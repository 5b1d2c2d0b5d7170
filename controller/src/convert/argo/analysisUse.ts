import type { TemplateRef } from '../../api/analysisUse.ts'
import { apiVersion } from '../../api/rollout.ts'
import type { Context } from '../converter.ts'
import { objectName } from '../names.ts'
import type { Reading } from '../reading.ts'
import { argName } from './scene.ts'

/** Values that a Rollout gives to the arguments of its templates; one map for all its analyses. */
export type GivenArgs = Map<string, string>

/** The Rollout that analyses belong to. */
export interface AnalysisHome {
  readonly name: string
  readonly namespace: string | undefined
  readonly given: GivenArgs
  readonly share: Context['share']
}

/**
 * Templates of a step. A Rollout gives its arguments to all analyses alike, so those of a step alone go into a template around its templates.
 */
export function stepTemplates(reading: Reading, { name, namespace, given, share }: AnalysisHome): TemplateRef[] {
  const own: GivenArgs = new Map(given)
  const templates = analysisUse(reading, own).slice(0, 20)
  const args = [...own].filter(([key]) => !given.has(key)).map(([key, value]) => ({ name: key, value }))
  const [first] = templates
  if (first === undefined || args.length === 0) return templates
  const metadata = { name: objectName(`${name}-${first.name}`), ...(namespace === undefined ? {} : { namespace }) }
  const wrapped = share({ apiVersion, kind: 'AnalysisTemplate', metadata, spec: { args: args.slice(0, 50), templates } })
  reading.at('args').say({ severity: 'changed', what: `arguments of a step stand in the AnalysisTemplate ${wrapped}`, doInstead: '' })
  return [{ name: wrapped, scope: 'Namespace' }]
}

/** `templates` of Argo Rollouts. */
export function templateRefs(reading: Reading): TemplateRef[] {
  return reading.items().flatMap((one): TemplateRef[] => {
    const name = one.at('templateName').text()
    const cluster = one.at('clusterScope').flag() === true
    return name === undefined ? [] : [{ name, scope: cluster ? 'Cluster' : 'Namespace' }]
  })
}

/** Templates of one analysis of a Rollout; its arguments are added to `given`. */
export function analysisUse(reading: Reading, given: GivenArgs): TemplateRef[] {
  for (const arg of reading.at('args').items()) giveArg(arg, given)
  reading.at('dryRun').lost('dryRun is a property of the metric', 'write dryRun: true into the metric of the template')
  reading.at('measurementRetention').changed('Serin keeps all that was judged with its run')
  reading.at('analysisRunMetadata').lost('analysisRunMetadata', '')
  // The form before version 0.7 named one template.
  const single = reading.at('templateName').text()
  const refs = templateRefs(reading.at('templates'))
  return single === undefined ? refs : [{ name: single, scope: 'Namespace' }, ...refs]
}

function giveArg(arg: Reading, given: GivenArgs): void {
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
  if (field.value !== undefined) {
    field.todo(
      `argument ${written} is a field of the Rollout (${String(field.value)})`,
      'write valueFrom: {fieldRef: {path: …}} into the template, or its value into spec.analysis.args',
    )
    return
  }
  const value = arg.at('value').scalar()
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
  else given.set(name, value)
}
