import { stringify } from 'yaml'
import { AnalysisTemplateSpec } from '../../api/analysisTemplate.ts'
import type { AnalysisUse, TemplateRef } from '../../api/analysisUse.ts'
import { lintText } from '../../api/lintText.ts'
import type { RolloutSpec } from '../../api/rollout.ts'
import type { KubeObject } from '../../kube/types.ts'
import { expandPreset } from '../../metrics/presets/registry.ts'
import type { Named } from '../dto/fields.ts'
import type { TemplateCheck, TemplateItem, TemplateView } from '../dto/measuring.ts'
import { formOf } from './values.ts'

/** A Rollout and the templates that it names. */
export interface User extends Named {
  refs: readonly TemplateRef[]
}

const mostUsers = 100

/** The templates that a Rollout names, wherever in it. */
export function refsOf({ analysis, canary }: Pick<RolloutSpec, 'analysis' | 'canary'>): TemplateRef[] {
  const of = (use: Pick<AnalysisUse, 'templates'> | undefined) => use?.templates ?? []
  return [
    ...of(analysis),
    ...of(analysis?.before),
    ...of(analysis?.after),
    ...(canary?.steps ?? []).flatMap(({ analyze }) => analyze?.templates ?? []),
  ]
}

/** A template and who uses it. Takes any object: what cannot be understood is left out. */
export function templateItem({ kind, metadata, spec }: KubeObject, users: readonly User[]): TemplateItem {
  const { data } = AnalysisTemplateSpec.safeParse(spec)
  const scope = kind === 'ClusterAnalysisTemplate' ? 'Cluster' : 'Namespace'
  const { name, namespace } = metadata
  const uses = ({ namespace: where, refs }: User) =>
    refs.some((ref) => ref.scope === scope && ref.name === name) && (scope === 'Cluster' || where === namespace)
  return {
    scope,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    judge: data?.judge.kind ?? '',
    metrics: (data?.metrics ?? []).flatMap(expandPreset).map((metric) => ({
      name: metric.name,
      form: formOf(metric),
      gate: metric.gate && !metric.dryRun,
    })),
    args: (data?.args ?? []).map(({ name: arg, value, valueFrom }) => ({
      name: arg,
      ...(value === undefined ? {} : { value }),
      required: value === undefined && valueFrom === undefined,
    })),
    usedBy: users
      .filter(uses)
      .map(({ namespace: where, name: rollout }) => ({ namespace: where, name: rollout }))
      .sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1))
      .slice(0, mostUsers),
  }
}

export function templateView(object: KubeObject, users: readonly User[]): TemplateView {
  const { apiVersion, kind, metadata, spec } = object
  const { name, namespace, labels, annotations = {} } = metadata
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...own } = annotations
  const written = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels ? { labels } : {}),
    ...(Object.keys(own).length > 0 ? { annotations: own } : {}),
  }
  return { ...templateItem(object, users), yaml: stringify({ apiVersion, kind, metadata: written, spec }) }
}

/** What lint says of a text. A text that is no YAML, or that would grow without bound, is a finding, too. */
export function checkTemplate(text: string): TemplateCheck['findings'] {
  try {
    return lintText(text).map(({ severity, line, path, message }) => ({ severity, line, path, message }))
  } catch (error) {
    return [
      { severity: 'error', line: 1, path: '', message: `it cannot be read: ${error instanceof Error ? error.message : String(error)}` },
    ]
  }
}
