import { objectMeta } from '../objects/objectMeta.ts'
import type { Schema } from '../objects/schema.ts'
import type { Obj } from '../types.ts'
import { isRecord } from './json.ts'
import type { PrinterColumn, ScalePaths, ServedKind } from './kind.ts'

interface CrdVersion {
  name: string
  served: boolean
  storage: boolean
  schema?: { openAPIV3Schema?: Schema }
  subresources?: {
    status?: object
    scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string }
  }
  additionalPrinterColumns?: PrinterColumn[]
  selectableFields?: { jsonPath: string }[]
}

/** The kinds a CRD serves, one for each served version. */
export function customKinds(crd: Obj): ServedKind[] {
  const { group, names, scope, versions } = crd.spec ?? {}
  const all: CrdVersion[] = versions ?? []
  const storage = all.find((version) => version.storage)
  if (!storage) return []
  return all
    .filter((version) => version.served)
    .map((version): ServedKind => {
      const { scale, status } = version.subresources ?? {}
      const writtenSchema = version.schema?.openAPIV3Schema
      const schema = writtenSchema && withMetadata(writtenSchema)
      return {
        group,
        version: version.name,
        kind: names.kind,
        plural: names.plural,
        singular: names.singular ?? names.kind.toLowerCase(),
        shortNames: names.shortNames ?? [],
        categories: names.categories ?? [],
        namespaced: scope === 'Namespaced',
        subresources: [...(status ? ['status'] : []), ...(scale ? ['scale'] : [])],
        listKind: names.listKind ?? `${names.kind}List`,
        bucket: `${names.plural}.${group}`,
        storageApiVersion: `${group}/${storage.name}`,
        custom: true,
        createOnly: false,
        generation: true,
        unconditionalUpdate: false,
        ...(scale ? { scale: scalePaths(scale) } : {}),
        ...(version.additionalPrinterColumns ? { columns: version.additionalPrinterColumns } : {}),
        ...(version.selectableFields
          ? { selectableFields: version.selectableFields.map(({ jsonPath }) => jsonPath.replace(/^\./, '')) }
          : {}),
        schema: () => schema,
        ...(writtenSchema ? { writtenSchema } : {}),
      }
    })
}

function scalePaths(scale: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string }): ScalePaths {
  const path = (text: string): string[] => text.split('.').filter((name) => name !== '')
  return {
    replicas: path(scale.specReplicasPath),
    statusReplicas: path(scale.statusReplicasPath),
    ...(scale.labelSelectorPath ? { selector: path(scale.labelSelectorPath) } : {}),
  }
}

/** The schema with the metadata every object has; the author may only say `type: object` there. */
function withMetadata(schema: Schema): Schema {
  const text: Schema = { type: 'string' }
  return { ...schema, properties: { ...schema.properties, apiVersion: text, kind: text, metadata: objectMeta } }
}

/** The CRD with the names it leaves to the server. */
export function withDefaultNames(crd: Obj): Obj {
  const names = crd.spec?.names
  if (!isRecord(names) || typeof names.kind !== 'string') return crd
  const filled = { ...names, singular: names.singular || names.kind.toLowerCase(), listKind: names.listKind || `${names.kind}List` }
  return { ...crd, spec: { ...crd.spec, names: filled, conversion: crd.spec.conversion ?? { strategy: 'None' } } }
}
