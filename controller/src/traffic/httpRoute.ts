import { gatewayRouter } from './gatewayApi.ts'
import { narrowHttp } from './requestMatches.ts'

/** Parents may be Gateways or, in a mesh, Services. A cookie is matched by a regular expression on its header, which not every data plane can. */
export const httpRoute = gatewayRouter({
  kind: 'HTTPRoute',
  plural: 'httproutes',
  matches: ['header', 'path', 'cookie'],
  narrow: narrowHttp,
})
