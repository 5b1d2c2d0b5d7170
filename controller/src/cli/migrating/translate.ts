import type { KubeObject } from '../../kube/types.ts'
import { argoApi } from '../../migrate/argo.ts'
import type { Translation } from '../../migrate/observed.ts'
import { strategyOf, templatesIn } from '../../migrate/strategy.ts'
import type { Cluster } from '../cluster.ts'

/** Translates an Argo Rollout with the templates of analyses that it uses, those of templates included. They are read once. */
export function translator({ client }: Cluster): (argo: KubeObject) => Promise<Translation> {
  const read = new Map<string, KubeObject | undefined>()
  return async (argo) => {
    const { namespace } = argo.metadata
    const used: KubeObject[] = []
    const open = templatesIn(argo.spec)
    for (let next = open.shift(); next; next = open.shift()) {
      const kind = next.cluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'
      const key = `${kind}/${next.name}`
      if (!read.has(key)) {
        const ref = { apiVersion: argoApi, kind, name: next.name, ...(next.cluster || namespace === undefined ? {} : { namespace }) }
        read.set(key, await client.get(ref))
      }
      const template = read.get(key)
      if (!template || used.includes(template)) continue
      used.push(template)
      open.push(...templatesIn(template.spec))
    }
    return strategyOf(argo, used)
  }
}
