import { selects } from '../controllers/labels.ts'
import type { Store } from '../controllers/store.ts'
import type { Obj } from '../types.ts'

/** Something that pods depend on fails: their answers get worse whatever their version is. */
export interface Incident {
  /** Share of requests answered with 500 besides those of the version, 0 to 1. */
  errorRate?: number
  /** Answers take so many times as long. */
  latencyFactor?: number
  /** Only pods that this Service selects, whether or not they are ready; `namespace` is default when left out. All pods when left out. */
  service?: { name: string; namespace?: string }
}

export interface Incidents {
  /** Begins at once; the returned function ends it. */
  begin(incident: Incident): () => void
  /** All that hits this pod now, together. */
  at(pod: Obj): { errorRate: number; latencyFactor: number }
}

const none = { errorRate: 0, latencyFactor: 1 }

export function createIncidents(store: Store): Incidents {
  const present = new Set<Incident>()
  const hits = ({ service }: Incident, pod: Obj): boolean => {
    if (!service) return true
    const { name, namespace = 'default' } = service
    const matchLabels = store.get('Service', `${namespace}/${name}`)?.spec.selector
    return matchLabels !== undefined && pod.metadata.namespace === namespace && selects({ matchLabels }, pod.metadata.labels)
  }
  return {
    begin(incident) {
      const own = { ...incident }
      present.add(own)
      return () => void present.delete(own)
    },
    at(pod) {
      if (present.size === 0) return none
      let { errorRate, latencyFactor } = none
      for (const incident of present) {
        if (!hits(incident, pod)) continue
        errorRate = 1 - (1 - errorRate) * (1 - (incident.errorRate ?? 0))
        latencyFactor *= incident.latencyFactor ?? 1
      }
      return { errorRate, latencyFactor }
    },
  }
}
