import { isObject } from '../../traffic/patch.ts'
import type { Context, KubeObject } from '../converter.ts'
import { textsOf } from '../metadata.ts'
import type { Reading } from '../reading.ts'
import { httpRoute, routeFields } from './route.ts'
import type { Target } from './target.ts'

/** How to get a route, where Flagger's provider is another than the Gateway API. */
const advice: Readonly<Record<string, string>> = {
  istio:
    'write an HTTPRoute with a Gateway of gatewayClassName istio, or for traffic inside the mesh with the Service itself, in its parentRefs',
  linkerd: 'write an HTTPRoute with the Service itself in its parentRefs',
  kuma: 'write an HTTPRoute with a Gateway of Kuma in its parentRefs',
  contour: "write an HTTPRoute with a Gateway of Contour's GatewayClass in its parentRefs",
  traefik: "write an HTTPRoute with a Gateway of Traefik's GatewayClass in its parentRefs",
  gloo: 'write an HTTPRoute with a Gateway of kgateway in its parentRefs',
  apisix: 'write an HTTPRoute with a Gateway of APISIX in its parentRefs',
  nginx: 'ingress-nginx has no Gateway API: take a gateway that has, and write an HTTPRoute',
}
const otherAdvice = 'take a gateway or mesh that speaks the Gateway API, and write an HTTPRoute'

/** The Service and the route that Flagger makes of spec.service, and names of routes that carry weights. */
export function frontOf(spec: Reading, target: Target, context: Context): { objects: KubeObject[]; routes: readonly string[] } {
  const service = spec.at('service')
  const objects = theService(service, target, context)
  left(service)
  if (target.provider === 'gatewayapi') {
    const route = httpRoute(service, target)
    if (context.find('HTTPRoute', target.service, target.namespace)) return { objects, routes: [target.service] }
    return { objects: [...objects, route], routes: [target.service] }
  }
  for (const key of routeFields) service.at(key).lost(`${key} is not converted without a route`, 'write it into the route')
  if (target.provider === 'kubernetes') return { objects, routes: [] }
  spec.say({
    severity: 'todo',
    what: `traffic by ${target.provider || 'a provider that is not named'}: Serin moves it by routes of the Gateway API; without one the number of pods is the weight, and stops at half`,
    doInstead: `${Object.hasOwn(advice, target.provider) ? advice[target.provider] : otherAdvice}, with backendRefs to Service ${target.service}; name it in spec.traffic.routes`,
  })
  return { objects, routes: [] }
}

/** Flagger makes the Service, and it goes with the Canary. One that is among the files is taken as it is. */
function theService(service: Reading, target: Target, context: Context): KubeObject[] {
  const [port, targetPort, portName] = [service.at('port').count(), service.at('targetPort').scalar(), service.at('portName').text()]
  const appProtocol = service.at('appProtocol').text()
  const headless = service.at('headless').flag()
  const distribution = service.at('trafficDistribution').text()
  const [labels, annotations] = ['labels', 'annotations'].map((key) => textsOf(service.at('apex', key)))
  if (context.find('Service', target.service, target.namespace)) return []
  const selector = selectorOf(target, context)
  if (port === undefined) {
    service.todo('it has no port, so no Service is written', `make a Service ${target.service} that selects the pods of ${target.workload}`)
    return []
  }
  const guessed = selector ? '' : `: its selector app: ${target.workload} is a guess, because the Deployment is not among the files`
  service.say({
    severity: 'todo',
    what: `Service ${target.service} is Flagger's, and goes when the Canary is deleted; here it is written anew${guessed}`,
    doInstead: 'apply it before the Rollout, when the Canary is gone',
  })
  const written = {
    name: portName ?? 'http',
    port,
    targetPort: targetPort === undefined ? port : /^\d+$/.test(targetPort) ? Number(targetPort) : targetPort,
    ...(appProtocol === undefined ? {} : { appProtocol }),
  }
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: target.service,
        ...(target.namespace ? { namespace: target.namespace } : {}),
        ...(labels ? { labels } : {}),
        ...(annotations ? { annotations } : {}),
      },
      spec: {
        ...(headless ? { clusterIP: 'None' } : {}),
        ...(distribution === undefined ? {} : { trafficDistribution: distribution }),
        selector: selector ?? { app: target.workload },
        ports: [written],
      },
    },
  ]
}

function selectorOf(target: Target, context: Context): unknown {
  const spec = context.find('Deployment', target.workload, target.namespace)?.value.spec
  const selector = isObject(spec) && isObject(spec.selector) ? spec.selector.matchLabels : undefined
  return isObject(selector) && Object.keys(selector).length > 0 ? selector : undefined
}

/** What of spec.service has no counterpart, whatever carries the traffic. */
function left(service: Reading): void {
  service.at('name').text()
  const discovers = service.at('portDiscovery')
  if (discovers.value === true) discovers.todo('only one port is in the Service', 'add the other ports of the container to it')
  else discovers.flag()
  service.at('primary').lost('the old version has no Service of its own', '')
  service.at('canary').lost("the canary's Service is made for a run, with no labels of yours", '')
  service.at('unmanagedMetadata').changed('Serin leaves labels and annotations of your Service alone')
  service.at('trafficPolicy').lost('Serin writes no DestinationRule', 'make one for the Service')
  service.at('backends').lost('Serin does not know App Mesh', '')
  service.at('meshName').lost('Serin does not know App Mesh', '')
}
