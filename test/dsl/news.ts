import type { Json } from '../cluster/apiClient.ts'
import { told, Unexpected, type World } from './world.ts'

const apiVersion = 'serin.dev/v1alpha1'

/** A Notifier that posts to hooks.test/NAME in the scenario's network. */
export function notifierObject(name: string, spec: Json = {}, kind: 'Notifier' | 'ClusterNotifier' = 'Notifier'): Json {
  return { apiVersion, kind, metadata: { name }, spec: { webhook: { url: `http://hooks.test/${name}` }, ...spec } }
}

/** What arrived at a Notifier's hook so far, oldest first. */
export function arrived(
  { cluster }: World,
  name: string,
): { event: string; delivery: string; body: Json; headers: Readonly<Record<string, string>> }[] {
  return (cluster.network?.hook.asked ?? [])
    .filter(({ url }) => new URL(url).pathname === `/${name}`)
    .map(({ body, headers }) => {
      const json = JSON.parse(body)
      return { event: json.event, delivery: json.delivery, body: json, headers }
    })
}

/** Waits until exactly these events arrived, in this order, and each with a delivery id of its own. */
export async function arrives(world: World, name: string, events: readonly string[]): Promise<void> {
  await world.expect(`${name} to be told ${events.join(', ') || 'nothing'}`, async () => {
    const seen = arrived(world, name)
    return told(seen.map(({ event }) => event)) === told(events) ? undefined : told(seen.map(({ event }) => event))
  })
  const seen = arrived(world, name)
  if (new Set(seen.map(({ delivery }) => delivery)).size !== events.length)
    throw new Unexpected(`a delivery twice: ${told(seen.map(({ body }) => body))}`)
}
