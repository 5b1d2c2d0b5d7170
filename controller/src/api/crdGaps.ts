import type { KubeObject } from '../kube/types.ts'
import { type CustomResourceDefinition, crdOf, type StructuralSchema } from './crd.ts'
import type { Kind } from './kind.ts'

/** What a cluster's definition of one of our kinds lacks of the one that this version was built with. */
export interface CrdGap {
  kind: string
  /** Name of the CustomResourceDefinition. */
  definition: string
  /** Fields, topmost only, e.g. status.run.shifts; `everything`: the kind is not served at all. */
  missing: string[] | 'everything'
}

/**
 * What an older definition would prune or refuse: fields, values of enums and the status subresource that the served one lacks; undefined:
 * nothing. A newer one with more of them lacks nothing, so that Serin can be rolled back before its definitions.
 */
export function crdGap(kind: Kind, served: KubeObject | undefined): CrdGap | undefined {
  const wanted = definitionOf(kind)
  const found = { kind: kind.kind, definition: wanted.metadata.name }
  const [ours] = wanted.spec.versions
  const spec = served?.spec as CustomResourceDefinition['spec'] | undefined
  const theirs = spec?.versions.find(({ name }) => name === ours?.name)
  if (!ours || !theirs?.served) return { ...found, missing: 'everything' }
  const missing = [
    ...(ours.subresources && !theirs.subresources?.status ? ['the status subresource'] : []),
    ...lacking(ours.schema.openAPIV3Schema, theirs.schema.openAPIV3Schema, ''),
  ]
  return missing.length === 0 ? undefined : { ...found, missing }
}

const definitions = new Map<Kind, CustomResourceDefinition>()

/** Made once a kind. */
function definitionOf(kind: Kind): CustomResourceDefinition {
  const known = definitions.get(kind) ?? crdOf(kind)
  definitions.set(kind, known)
  return known
}

function lacking(wanted: StructuralSchema, served: StructuralSchema, path: string): string[] {
  const opaque = 'x-kubernetes-preserve-unknown-fields'
  // Below this the API server keeps whatever it is given.
  if (served[opaque]) return []
  if (wanted[opaque]) return [`${path}.*`]
  const below = (name: string, ours: StructuralSchema | undefined, theirs: StructuralSchema | undefined): string[] => {
    if (!ours) return []
    return theirs ? lacking(ours, theirs, name) : [name]
  }
  const unknown = (wanted.enum ?? []).filter((value) => served.enum && !served.enum.includes(value))
  return [
    ...unknown.map((value) => `${path}: ${JSON.stringify(value)}`),
    ...Object.entries(wanted.properties ?? {}).flatMap(([name, ours]) =>
      below(path === '' ? name : `${path}.${name}`, ours, served.properties?.[name]),
    ),
    ...below(`${path}.*`, wanted.additionalProperties, served.additionalProperties),
    ...below(`${path}[]`, wanted.items, served.items),
  ]
}

const shown = 5

/** What is wrong and what to do, in one sentence for people. */
export function crdGapMessage(gaps: readonly CrdGap[]): string {
  const each = gaps.map(({ kind, missing }) => {
    if (missing === 'everything') return `${kind} is not there`
    const more = missing.length > shown ? ` and ${missing.length - shown} more` : ''
    return `${kind} lacks ${missing.slice(0, shown).join(', ')}${more}`
  })
  return (
    `the CustomResourceDefinitions of this cluster are older than this controller, which does not work until they are not: ${each.join('; ')}. ` +
    `Run helm upgrade with the chart of this version, or kubectl apply --server-side -f on its files: ${gaps.map(({ definition }) => definition).join(', ')}`
  )
}
