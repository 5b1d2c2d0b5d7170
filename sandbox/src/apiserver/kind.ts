import type { KindInfo } from '../api.ts'
import type { Schema } from '../objects/schema.ts'

/** Where a kind keeps what the scale subresource shows; paths of member names. */
export interface ScalePaths {
  replicas: readonly string[]
  statusReplicas: readonly string[]
  /** A serialised selector, or a LabelSelector object. */
  selector?: readonly string[]
}

export interface PrinterColumn {
  name: string
  type: string
  format?: string
  description?: string
  /** 0 is always shown, above that only with `-o wide`. */
  priority?: number
  jsonPath: string
}

/** One version of a kind as it is served, and how it differs from the ordinary. */
export interface ServedKind extends KindInfo {
  listKind: string
  /** Where its objects are kept: kinds that share a bucket are views of the same objects. */
  bucket: string
  /** The apiVersion objects are stored under. */
  storageApiVersion: string
  custom: boolean
  /** Reviews: answered, never stored. */
  createOnly: boolean
  /** Whether metadata.generation counts changes of what is wished for. */
  generation: boolean
  /** Whether PUT may leave metadata.resourceVersion out. */
  unconditionalUpdate: boolean
  scale?: ScalePaths
  /** Printed columns of a custom kind. */
  columns?: readonly PrinterColumn[]
  /** Fields of a custom kind that a field selector may name. */
  selectableFields?: readonly string[]
  /** With metadata spelled out: for pruning, defaulting, merging and documentation. Undefined: anything goes. */
  schema(): Schema | undefined
  /** A custom kind's schema as its author wrote it, for validation. */
  writtenSchema?: Schema
}

export function apiVersionOf(kind: { group: string; version: string }): string {
  return kind.group ? `${kind.group}/${kind.version}` : kind.version
}

/** The verbs of the kind itself, as discovery lists them. */
export function verbsOf(kind: ServedKind): string[] {
  if (kind.createOnly) return ['create']
  // In the order of the real server's two halves.
  if (kind.custom) return ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']
  return ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
}

/** The verbs of one of its subresources, as discovery lists them. */
export function subresourceVerbs(subresource: string): string[] {
  switch (subresource) {
    case 'eviction':
    case 'token':
    case 'binding':
      return ['create']
    case 'finalize':
      return ['update']
    default:
      return ['get', 'patch', 'update']
  }
}
