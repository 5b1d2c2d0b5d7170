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
    reading.take()
    const before = isObject(value) && isObject(value.spec) ? value.spec : {}
    return [{ ...source.value, spec: { ...before, ...spec } } as unknown as KubeObject]
  },
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
