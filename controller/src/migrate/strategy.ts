import { kindNamed } from '../api/kinds.ts'
import { apiVersion } from '../api/rollout.ts'
import { convert } from '../convert/convert.ts'
import type { KubeObject } from '../kube/types.ts'
import { isObject } from '../traffic/patch.ts'
import { instanceLabel, specOf } from './argo.ts'
import type { Translation } from './observed.ts'
import { recordAnnotation, recordOf } from './record.ts'

/** What `serin convert` notes as to be done by hand, and a migration does by itself. */
const doneHere =
  /^(metadata|spec\.(selector|replicas|template|workloadRef|paused|strategy\.(canary\.canaryService|blueGreen\.previewService)))\b/

/** What `serin convert` makes of an Argo Rollout and its templates; the Deployment comes from the running ReplicaSet instead. */
export function strategyOf(argo: KubeObject, templates: readonly KubeObject[]): Translation {
  const sources = [asItWas(argo), ...templates].map((object) => ({
    file: `${object.kind} ${object.metadata.name}`,
    text: JSON.stringify(object),
  }))
  const { objects, findings } = convert(sources, { from: 'argo', onlyConverted: true })
  const made = objects.map(({ object }) => object as unknown as KubeObject).filter((object) => object.apiVersion === apiVersion)
  const { name, namespace = '' } = argo.metadata
  const rollout = made.find(({ kind }) => kind === 'Rollout') ?? { apiVersion, kind: 'Rollout', metadata: { name, namespace } }
  return {
    rollout,
    others: made.filter((object) => object !== rollout),
    findings: findings
      .filter(({ path, file }) => !(file === sources[0]?.file && doneHere.test(path)))
      .map(
        ({ file, path, what, doInstead }) => `${file}${path === '' ? '' : `, ${path}`}: ${what}${doInstead === '' ? '' : `; ${doInstead}`}`,
      ),
  }
}

/** Without what puts it to sleep, which is no part of what its people wrote. */
function asItWas(argo: KubeObject): KubeObject {
  const { instance, paused } = recordOf(argo) ?? {}
  const { [recordAnnotation]: _, ...annotations } = argo.metadata.annotations ?? {}
  const { [instanceLabel]: __, ...labels } = argo.metadata.labels ?? {}
  const { paused: now, ...spec } = specOf(argo)
  const was = recordOf(argo) ? paused : now
  return {
    ...argo,
    metadata: { ...argo.metadata, annotations, labels: { ...labels, ...(instance === undefined ? {} : { [instanceLabel]: instance }) } },
    spec: { ...spec, ...(was === undefined ? {} : { paused: was }) },
  }
}

/** Names of the templates that an object uses, wherever in it. */
export function templatesIn(value: unknown): { name: string; cluster: boolean }[] {
  if (Array.isArray(value)) return value.flatMap(templatesIn)
  if (!isObject(value)) return []
  const { templateName, clusterScope } = value
  const here = typeof templateName === 'string' ? [{ name: templateName, cluster: clusterScope === true }] : []
  return [...here, ...Object.values(value).flatMap(templatesIn)]
}

export const isClusterWide = ({ kind }: { kind: string }): boolean => kindNamed(kind).scope === 'Cluster'
