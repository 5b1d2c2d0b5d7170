import type { Api } from '../api.ts'
import { ApiError, type Obj, type SandboxClock } from '../types.ts'
import { timestamp } from './time.ts'

/** Tells people what a controller did, as Event objects that live for an hour. Never fails its caller. */
export interface Events {
  tell(about: Obj, type: 'Normal' | 'Warning', reason: string, message: string, component: string): void
}

export const noEvents: Events = { tell() {} }

const lifetimeMs = 3_600_000

export function createEvents(api: Api, clock: SandboxClock): Events {
  const told: { namespace: string; name: string; until: number }[] = []
  let serial = 0
  const expire = () => {
    for (let oldest = told[0]; oldest && oldest.until <= clock.now(); oldest = told[0]) {
      told.shift()
      attempt(() => api.delete({ apiVersion: 'v1', kind: 'Event', namespace: oldest.namespace, name: oldest.name }))
    }
  }
  return {
    tell(about, type, reason, message, component) {
      expire()
      const namespace = about.metadata.namespace ?? 'default'
      const name = `${about.metadata.name}.${(clock.now() * 1000 + (serial++ % 1000)).toString(16)}`
      const at = timestamp(clock.now())
      attempt(() => {
        api.create({
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name, namespace } as Obj['metadata'],
          involvedObject: {
            apiVersion: about.apiVersion,
            kind: about.kind,
            name: about.metadata.name,
            ...(about.metadata.namespace === undefined ? {} : { namespace }),
            uid: about.metadata.uid,
            resourceVersion: about.metadata.resourceVersion,
          },
          type,
          reason,
          message,
          source: { component },
          reportingComponent: component,
          firstTimestamp: at,
          lastTimestamp: at,
          count: 1,
        })
        told.push({ namespace, name, until: clock.now() + lifetimeMs })
      })
    },
  }
}

/** An event that cannot be written (its namespace ends, somebody deleted it) is not worth a failure. */
function attempt(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
}
