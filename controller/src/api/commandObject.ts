import type { KubeObject } from '../kube/types.ts'
import { apiVersion } from './rollout.ts'
import type { CommandAction, RolloutCommandSpec } from './rolloutCommand.ts'

/** The request of a server that a command was made by: the same id is in that server's log, in the API server's audit log and in our events. */
export const requestIdAnnotation = 'serin.dev/request-id'

const wellFormed = /^[A-Za-z0-9._-]{1,64}$/

/** The request that made a command; undefined where it was made without one, or by somebody who wrote something else there. */
export function requestIdOf({ metadata }: Pick<KubeObject, 'metadata'>): string | undefined {
  const id = metadata.annotations?.[requestIdAnnotation]
  return id !== undefined && wellFormed.test(id) ? id : undefined
}

/** What a command is aimed at; undefined fields are left out. */
export type Aim = Pick<RolloutCommandSpec, 'run' | 'step' | 'revision'>

/** A command as it is sent. Without a name of its own it gets one from the API server. */
export function commandObject(
  { namespace, name }: { namespace: string; name: string },
  action: CommandAction,
  { aim = {}, reason, requestId, as }: { aim?: Aim; reason?: string | undefined; requestId?: string; as?: string } = {},
): KubeObject {
  const aimed = Object.fromEntries(Object.entries(aim).filter(([, value]) => value !== undefined))
  const spec = { rollout: name, action, ...aimed, ...(reason === undefined ? {} : { reason }) }
  const annotations = requestId === undefined ? {} : { annotations: { [requestIdAnnotation]: requestId } }
  const naming = as === undefined ? { generateName: `${name.slice(0, 200)}-${action.toLowerCase()}-` } : { name: as }
  // The type wants a name; with generateName an absent one is what the API server expects.
  const metadata = { ...naming, namespace, ...annotations } as unknown as KubeObject['metadata']
  return { apiVersion, kind: 'RolloutCommand', metadata, spec }
}
