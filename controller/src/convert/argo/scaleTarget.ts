import { isObject } from '../../traffic/patch.ts'
import type { Converter, KubeObject } from '../converter.ts'
import type { Source } from '../documents.ts'
import type { Reading } from '../reading.ts'

const keys = ['scaleTargetRef', 'targetRef'] as const

/** What scales a Rollout of Argo (HorizontalPodAutoscaler, ScaledObject, VerticalPodAutoscaler) has to scale its Deployment. */
export const scaleTarget: Converter = {
  peer: 'argo',
  kind: 'scaleTargetRef, targetRef',
  accepts: ({ apiVersion, kind, value }) => apiVersion !== '' && kind !== '' && keys.some((key) => targets(value, key)),
  convert(reading, context, source) {
    const spec = Object.fromEntries(
      keys.filter((key) => targets(source.value, key)).map((key) => [key, deploymentTarget(reading, key, context.find)]),
    )
    const { value } = reading
    const version = source.kind === 'HorizontalPodAutoscaler' ? servedVersion(reading) : {}
    if (!version) return []
    reading.take()
    const before = isObject(value) && isObject(value.spec) ? value.spec : {}
    return [{ ...source.value, ...version, spec: { ...before, ...spec } } as unknown as KubeObject]
  },
}

/** Fields of metrics as v2beta1 has them. */
const older = /"(targetAverageUtilization|targetAverageValue|targetValue|metricName)":/

/** v2beta2 has the fields of v2, and v2beta1 others; both are gone since Kubernetes 1.26. Undefined, and said: it has to be written anew. */
function servedVersion(reading: Reading): { apiVersion?: string } | undefined {
  const old = reading.at('apiVersion')
  if (old.value !== 'autoscaling/v2beta1' && old.value !== 'autoscaling/v2beta2') return {}
  const gone = `${old.value} is gone since Kubernetes 1.26`
  if (old.value === 'autoscaling/v2beta2' && !older.test(JSON.stringify(reading.at('spec', 'metrics').value ?? []))) {
    old.say({ severity: 'changed', what: `${gone}: it is autoscaling/v2, with the same fields`, doInstead: '' })
    return { apiVersion: 'autoscaling/v2' }
  }
  reading.take()
  const what = `left out: ${gone}, and its metrics are written in another way in autoscaling/v2`
  old.say({ severity: 'lost', what, doInstead: 'write it as autoscaling/v2 for the Deployment' })
  return undefined
}

function targets({ spec }: Source['value'], key: string): boolean {
  const ref = isObject(spec) ? spec[key] : undefined
  return isObject(ref) && ref.kind === 'Rollout' && String(ref.apiVersion).startsWith('argoproj.io/')
}

function deploymentTarget(
  reading: Reading,
  key: string,
  find: (kind: string, name: string, namespace: string | undefined) => Source | undefined,
) {
  const ref = reading.at('spec', key)
  const name = String(ref.at('name').value ?? '')
  const rollout = find('Rollout', name, undefined)
  const spec = isObject(rollout?.value.spec) ? rollout.value.spec : {}
  const named = isObject(spec.workloadRef) && typeof spec.workloadRef.name === 'string' ? spec.workloadRef.name : name
  ref.say({ severity: 'changed', what: `it scales Deployment ${named}`, doInstead: '' })
  return { ...(isObject(ref.value) ? ref.value : {}), apiVersion: 'apps/v1', kind: 'Deployment', name: named }
}
