import { apiVersion } from '../api/rollout.ts'
import type { KubeObject } from '../kube/types.ts'
import { isObject } from '../traffic/patch.ts'
import { deploymentName, routingOf, servicesOf, specOf } from './argo.ts'
import type { Translation } from './observed.ts'

/** Weights, pauses and the switch of blue/green. What else a strategy says is a finding. */
export function strategyOf(argo: KubeObject): Translation {
  const findings: string[] = []
  const { strategy = {} } = specOf(argo)
  const { root } = servicesOf(argo)
  const { routes } = routingOf(argo)
  const routed = routes.length > 0 ? { traffic: { routes: routes.map(({ kind, name }) => ({ kind, name })) } } : {}
  const spec = {
    workload: { kind: 'Deployment', name: deploymentName(argo) },
    ...(root === undefined ? {} : { service: root }),
    ...routed,
    ...(strategy.blueGreen ? { blueGreen: blueGreen(strategy.blueGreen, findings) } : canary(strategy.canary ?? {}, findings)),
  }
  const { name, namespace } = argo.metadata
  return {
    rollout: { apiVersion, kind: 'Rollout', metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, spec },
    others: [],
    findings,
  }
}

const known = ['canaryService', 'stableService', 'trafficRouting', 'steps', 'maxSurge', 'maxUnavailable']

function canary(of: object, findings: string[]): object {
  const { steps = [] } = of as { steps?: unknown[] }
  for (const key of Object.keys(of)) if (!known.includes(key)) findings.push(`spec.strategy.canary.${key} has no counterpart`)
  const converted = steps.flatMap((step, index): object[] => {
    const one = isObject(step) ? step : {}
    if (typeof one.setWeight === 'number') return [{ weight: one.setWeight }]
    if (isObject(one.pause)) return [{ pause: one.pause.duration === undefined ? {} : { for: durationOf(one.pause.duration) } }]
    findings.push(`spec.strategy.canary.steps[${index}] (${Object.keys(one).join(', ')}) has no counterpart`)
    return []
  })
  return converted.length > 0 ? { canary: { steps: converted } } : {}
}

function blueGreen(of: object, findings: string[]): object {
  const {
    previewService,
    previewReplicaCount,
    autoPromotionEnabled,
    autoPromotionSeconds,
    activeService: _,
    ...rest
  } = of as Record<string, unknown>
  for (const key of Object.keys(rest)) findings.push(`spec.strategy.blueGreen.${key} has no counterpart`)
  return {
    ...(previewService === undefined ? {} : { previewService }),
    ...(previewReplicaCount === undefined ? {} : { previewReplicas: previewReplicaCount }),
    approve: autoPromotionEnabled === false ? 'manual' : 'auto',
    ...(typeof autoPromotionSeconds === 'number' && autoPromotionSeconds > 0 ? { autoPromoteAfter: `${autoPromotionSeconds}s` } : {}),
  }
}

/** A bare number means seconds there. */
const durationOf = (value: unknown): string => (/^\d+$/.test(String(value)) ? `${String(value)}s` : String(value))
