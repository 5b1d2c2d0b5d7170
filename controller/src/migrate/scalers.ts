import type { KubeObject } from '../kube/types.ts'

export interface ScaleTarget {
  apiVersion?: string
  kind?: string
  name?: string
}

export const targetOf = (scaler: KubeObject): ScaleTarget => (scaler.spec as { scaleTargetRef?: ScaleTarget }).scaleTargetRef ?? {}

/** The autoscaler sizes that Argo Rollout. */
export function isScalerOf(scaler: KubeObject, argo: KubeObject): boolean {
  const { apiVersion = '', kind, name } = targetOf(scaler)
  return kind === 'Rollout' && apiVersion.startsWith('argoproj.io/') && name === argo.metadata.name
}
