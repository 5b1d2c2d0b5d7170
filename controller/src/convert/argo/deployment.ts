import { isObject } from '../../traffic/patch.ts'
import type { KubeObject } from '../converter.ts'
import { podTemplateProblem } from '../podTemplate.ts'
import type { Reading } from '../reading.ts'

/** The Deployment that a Rollout with a template of its own becomes; undefined, and said: its template is none that a Deployment could have. */
export function deploymentOf(spec: Reading, metadata: KubeObject['metadata']): KubeObject | undefined {
  const problem = problemOf(spec)
  if (problem !== undefined) {
    spec.say({ severity: 'lost', what: `the Deployment is not made: ${problem}`, doInstead: 'write it by hand' })
    return undefined
  }
  const replicas = spec.at('replicas').count()
  const minReadySeconds = spec.at('minReadySeconds').count()
  const progressDeadlineSeconds = spec.at('progressDeadlineSeconds').count()
  const revisionHistoryLimit = spec.at('revisionHistoryLimit').count()
  const strategy = rollingUpdate(spec)
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: spec.at('selector').take(),
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      ...(revisionHistoryLimit === undefined ? {} : { revisionHistoryLimit }),
      // It has to be longer than minReadySeconds.
      ...(progressDeadlineSeconds === undefined || progressDeadlineSeconds <= (minReadySeconds ?? 0) ? {} : { progressDeadlineSeconds }),
      ...(strategy ? { strategy } : {}),
      template: spec.at('template').take(),
    },
  }
}

function rollingUpdate(spec: Reading): Record<string, unknown> | undefined {
  const canary = spec.at('strategy', 'canary')
  const amount = (reading: Reading) => {
    const { value } = reading
    const fits = typeof value === 'number' ? Number.isInteger(value) && value >= 0 : typeof value === 'string' && /^\d{1,3}%$/.test(value)
    return fits ? reading.take() : undefined
  }
  const maxSurge = amount(canary.at('maxSurge'))
  const maxUnavailable = amount(canary.at('maxUnavailable')) ?? amount(spec.at('strategy', 'blueGreen', 'maxUnavailable'))
  if (maxSurge === undefined && maxUnavailable === undefined) return undefined
  const zero = (value: unknown) => value === 0 || value === '0%'
  if (zero(maxSurge) && zero(maxUnavailable)) return undefined
  const given = { ...(maxSurge === undefined ? {} : { maxSurge }), ...(maxUnavailable === undefined ? {} : { maxUnavailable }) }
  return { type: 'RollingUpdate', rollingUpdate: given }
}

/** What the API server would say of selector and template, as far as can be told without its schema. */
function problemOf(spec: Reading): string | undefined {
  const selector = spec.at('selector').value
  const labels = spec.at('template', 'metadata', 'labels').value
  if (!isObject(selector) || Object.keys(selector).length === 0) return 'spec.selector is missing'
  if (!isObject(labels) || !Object.values(labels).every((label) => typeof label === 'string'))
    return 'spec.template.metadata.labels are missing, or not all are texts'
  const wanted = selector.matchLabels ?? {}
  if (!isObject(wanted) || Object.entries(wanted).some(([key, value]) => labels[key] !== value))
    return 'spec.selector does not select the labels of spec.template'
  const problem = podTemplateProblem(spec.at('template').value)
  return problem === undefined ? undefined : `in spec.template ${problem}`
}
