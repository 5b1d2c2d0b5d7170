import type { Schema } from '../objects/schema.ts'
import type { Obj, User } from '../types.ts'
import type { Authorize } from './authorizer.ts'

/** The stored policies and bindings, in the order in which they shall run. */
export interface Policies {
  mutating: readonly Obj[]
  mutatingBindings: readonly Obj[]
  validating: readonly Obj[]
  validatingBindings: readonly Obj[]
}

/** One write, as policies see it. */
export interface AdmissionRequest {
  operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  resource: { group: string; version: string; resource: string }
  /** Left out: taken from the object. */
  kind?: { group: string; version: string; kind: string } | undefined
  subresource?: string | undefined
  namespace?: string | undefined
  name: string
  user: User
  object?: Obj | undefined
  oldObject?: Obj | undefined
  dryRun?: boolean | undefined
  policies: Policies
  authorize: Authorize
  namespaceObject?: Obj | undefined
  /** The kind's schema, for ApplyConfiguration; left out, a built-in kind's own, or nothing is known of the object. */
  schema?: Schema | undefined
}
