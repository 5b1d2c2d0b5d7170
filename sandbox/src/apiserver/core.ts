import type { Attributes, Authorize } from '../admission/authorizer.ts'
import type { SandboxClock, User } from '../types.ts'
import type { ServedKind } from './kind.ts'
import type { Random } from './random.ts'
import type { Registry } from './registry.ts'
import type { Store } from './store.ts'

/** What every verb works with. */
export interface Core {
  store: Store
  kinds: Registry
  clock: SandboxClock
  random: Random
  authorize: Authorize
  /** Refuse owner references that the caller could not act on himself (plugin OwnerReferencesPermissionEnforcement). */
  enforceOwnerReferences: boolean
}

/** Who calls, and how his write is to be taken. */
export interface Call {
  user: User
  dryRun: boolean
  /** Field manager of a write. */
  manager: string
  /** What happens to fields the schema does not know. */
  unknownFields: 'Strict' | 'Warn' | 'Ignore'
  /** Grows while the call is served; sent as Warning headers. */
  warnings: string[]
}

/** The cluster itself: what in-process controllers act as. */
export const clusterUser: User = { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] }

export function attributesOf(
  kind: ServedKind,
  verb: string,
  where: { namespace?: string; name?: string; subresource?: string },
): Attributes {
  const { namespace, name, subresource } = where
  return {
    verb,
    group: kind.group,
    resource: kind.plural,
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
  }
}
