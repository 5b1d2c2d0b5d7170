import type { Obj } from '../../types.ts'
import type { PrinterColumn, ServedKind } from '../kind.ts'
import { ageOf } from './age.ts'
import { builtinColumns, type Column, customDefaultColumns, nameColumn } from './columns.ts'
import { valuesAt } from './jsonPath.ts'

export type IncludeObject = 'None' | 'Metadata' | 'Object'

/** A meta.k8s.io/v1 Table of the objects; the columns are there even when no object is. */
export function tableOf(
  kind: ServedKind,
  objects: readonly Obj[],
  metadata: Record<string, unknown>,
  nowMs: number,
  include: IncludeObject,
): Record<string, unknown> {
  const columns = columnsOf(kind)
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type, format, wide }) => ({
      name,
      type: type ?? 'string',
      format: format ?? '',
      description: '',
      priority: wide ? 1 : 0,
    })),
    rows: objects.map((object) => ({ cells: columns.map((column) => column.cell(object, nowMs)), object: included(object, include) })),
  }
}

/** The object's metadata alone, as the kind that stands for any. */
export function partialMetadata(object: Obj): Record<string, unknown> {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
}

function included(object: Obj, include: IncludeObject): unknown {
  if (include === 'None') return undefined
  return include === 'Object' ? object : partialMetadata(object)
}

function columnsOf(kind: ServedKind): readonly Column[] {
  if (!kind.custom) return builtinColumns(kind.kind)
  if (!kind.columns || kind.columns.length === 0) return customDefaultColumns
  return [nameColumn, ...kind.columns.map(customColumn)]
}

function customColumn(column: PrinterColumn): Column {
  return {
    name: column.name,
    type: column.type,
    ...(column.format ? { format: column.format } : {}),
    wide: (column.priority ?? 0) > 0,
    cell(object, nowMs) {
      const [value] = valuesAt(object, column.jsonPath)
      if (value === undefined) return null
      if (column.type === 'date') return ageOf(value, nowMs)
      if (column.type === 'string') return typeof value === 'object' ? JSON.stringify(value) : String(value)
      return value
    },
  }
}
