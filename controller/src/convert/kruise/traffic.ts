import type { RolloutSpecInput } from '../../api/rollout.ts'
import type { Context } from '../converter.ts'
import type { Source } from '../documents.ts'
import { durationText } from '../durations.ts'
import { ledgerOf, type Reading } from '../reading.ts'

export type Traffic = Pick<RolloutSpecInput, 'service' | 'traffic'>

/** The Service and the routes of trafficRoutings; what carries the traffic otherwise is noted. */
export function trafficOf(routings: readonly Reading[]): Traffic {
  const routes = routings.flatMap((one) => one.at('gateway', 'httpRouteName').text() ?? [])
  const [service, ...others] = routings.flatMap((one) => {
    const name = one.at('service')
    const text = name.text()
    return text === undefined ? [] : [{ name, text }]
  })
  for (const { name, text } of others)
    if (text !== service?.text) name.lost(`a Rollout has one Service, ${service?.text}`, 'give that Service to all routes')
  for (const one of routings) notRouted(one)
  const graces = routings.flatMap((one) => one.at('gracePeriodSeconds').count() ?? [])
  const drain = graces.length === 0 ? {} : { drain: durationText(Math.max(...graces)) }
  const routed = service !== undefined && routes.length > 0
  if (!routed && routes.length > 0)
    routings[0]?.say({
      severity: 'lost',
      what: 'a route without a Service is not split',
      doInstead: 'write spec.service and spec.traffic.routes',
    })
  const traffic = { ...(routed ? { routes: [...new Set(routes)].map((name) => ({ kind: 'HTTPRoute', name })) } : {}), ...drain }
  return { ...(service ? { service: service.text } : {}), ...(Object.keys(traffic).length > 0 ? { traffic } : {}) }
}

function notRouted(routing: Reading): void {
  const half = 'without a route the number of pods is the weight, and stops at half'
  const doInstead = 'write an HTTPRoute for the same host with the Service in its backendRefs, and name it in spec.traffic.routes'
  const type = routing.at('type').text()
  const ingress = routing.at('ingress').value === undefined ? routing.at('nginx') : routing.at('ingress')
  ingress.lost(`Serin does not split an Ingress${type === undefined ? '' : ` of ${type}`}: ${half}`, doInstead)
  for (const one of routing.at('customNetworkRefs').items())
    one.lost(`Serin does not split a ${one.at('kind').text() ?? 'custom object'}: ${half}`, doInstead)
}

/** The TrafficRouting of that name. */
export function routingOf(name: string | undefined, context: Context): Source | undefined {
  const found = name === undefined ? undefined : context.find('TrafficRouting', name, undefined)
  return found?.apiVersion.startsWith('rollouts.kruise.io/') ? found : undefined
}

/** What a TrafficRouting routes; read apart, since what there is to say of it is said where it is converted itself. */
export function routingsIn(source: Source): Reading[] {
  return routings(ledgerOf(source).reading)
}

export function routings(routing: Reading): Reading[] {
  const ref = routing.at('spec', 'objectRef')
  return Array.isArray(ref.value) ? ref.items() : ref.value === undefined ? [] : [ref]
}
