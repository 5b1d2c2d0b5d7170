import type { z } from 'zod'

/** A column of `kubectl get`. */
export interface Column {
  name: string
  type: 'string' | 'integer' | 'date'
  jsonPath: string
  description?: string
  /** 1: only with -o wide. */
  priority?: 1
}

/** One of our kinds: everything that its CRD, its reference page and the client need to know. */
export interface Kind {
  kind: string
  plural: string
  singular: string
  shortNames: string[]
  categories: string[]
  /** Left out: its objects are in namespaces. */
  scope?: 'Cluster'
  /** The whole object: apiVersion, kind, metadata, spec and, if it has one, status. */
  schema: z.ZodObject
  columns: Column[]
}

/** The last column of every kind. */
export const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }
