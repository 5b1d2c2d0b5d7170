import { z } from 'zod'
import { age, type Column, type Kind } from './kind.ts'
import { apiVersion } from './rollout.ts'

/** What both have in common. `kind`: the name of the one in namespaces. */
interface Shared {
  kind: string
  spec: z.ZodType
  status?: z.ZodType
  columns: Column[]
}

/** What each has for itself. */
interface Own {
  shortName: string
  description: string
}

/** A kind in namespaces, and its twin for the whole cluster. */
export function twinKinds(shared: Shared, namespaced: Own, cluster: Own): [Kind, Kind] {
  const inNamespace = z.looseObject({ name: z.string(), namespace: z.string() })
  const inCluster = z.looseObject({ name: z.string() })
  return [
    kindOf(shared, shared.kind, namespaced, inNamespace),
    { ...kindOf(shared, `Cluster${shared.kind}`, cluster, inCluster), scope: 'Cluster' },
  ]
}

function kindOf({ spec, status, columns }: Shared, kind: string, { shortName, description }: Own, metadata: z.ZodType): Kind {
  return {
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: [shortName],
    categories: ['serin'],
    schema: z
      .object({
        apiVersion: z.literal(apiVersion),
        kind: z.literal(kind),
        metadata,
        spec,
        ...(status ? { status: status.optional() } : {}),
      })
      .meta({ description }),
    columns: [...columns, age],
  }
}
