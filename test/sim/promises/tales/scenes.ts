import { deployment, entry, held, pods, rollout, route, run, service, set, shopName, type Theatre } from '../theatre.ts'

export const canary = `${shopName}-canary`
export const refused = { template: 't-new', because: 'it was bad', result: 'RolledBack' }
export const aborted = entry('Aborted')

/** Two versions, the new one in a run, each with its Service. */
export const inRun = (of: Theatre, status = {}): Theatre =>
  of
    .put(deployment({ version: 'good1', paused: true }), set('old'), set('new', { version: 'good1', of: 'Rollout' }))
    .put(service('old', held), service('new', { name: canary }), route(0, held))
    .put(...pods('old', 2), ...pods('new', 2))
    .put(rollout({ phase: 'Progressing', run: run(status) }))
    .pass(20_000)

/** Nothing is under way. */
export const atRest = (of: Theatre): Theatre =>
  of
    .put(deployment(), set('old'), service(), route(), ...pods('old', 2))
    .put(rollout())
    .pass(20_000)

/** In mid-run a tool takes the finalizer from the Rollout. */
export const replaced = (of: Theatre): Theatre =>
  of.put(service('old', held), rollout({ run: run(), metadata: { finalizers: ['serin.dev/run'] } })).put(rollout({ run: run() }))

/** What stands in the repository, as its tool applied it, with something changed. */
export function applied(of: Theatre, spec = {}): Theatre {
  const { deployment: manifest, service: own, rollout: written } = of.sim.repository.of(shopName)
  return of.put({ ...manifest, spec: { ...manifest.spec, ...spec } }, own, written)
}

export const request = { method: 'PATCH', status: 200 }
export const event = (name: string, reason: string, note: string, more = {}) => ({
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: `${shopName}.${name}` },
  regarding: { kind: 'Rollout', uid: 'uid-of-it' },
  reason,
  note,
  ...more,
})
export const pausedRun = (more = {}) =>
  run({ step: { index: 1, kind: 'pause', since: '2026-01-01T00:00:00.000Z' }, weight: { wanted: 50, actual: 50 }, ...more })
export const stepOf = (index: number, kind: string) => ({ step: { index, kind, since: '2026-01-01T00:00:00.000Z' } })

export interface Tale {
  /** In which the promise is kept. */
  kept(of: () => Theatre): Theatre
  /** In each of which it is broken, by what. */
  broken: Record<string, [tell: (of: () => Theatre) => Theatre, says: RegExp]>
}
