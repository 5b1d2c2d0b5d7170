import { type RightsName, rights } from '../../controller/src/api/rights.ts'
import { describeRequest } from '../../controller/src/kube/paths.ts'
import type { HttpRequest, Transport } from '../../controller/src/kube/types.ts'
import { systemNamespace } from './install.ts'

/** What a request asks of RBAC. `place`: in a namespace that is looked after, in the controller's own, or in none. */
interface Ask {
  place: Place
  group: string
  /** With its subresource. */
  resource: string
  verb: string
  name?: string
}

type Place = 'a namespace' | 'its own namespace' | 'the cluster'

/** Where each list of rules is bound. */
const placeOf: Partial<Record<RightsName, Place>> = {
  controller: 'a namespace',
  analysis: 'a namespace',
  lease: 'its own namespace',
  cluster: 'the cluster',
}
const granted = Object.entries(placeOf).flatMap(([name, place]) => rights[name as RightsName].map(({ rule }) => ({ place, ...rule })))

/** Everything that controllers asked in this process, with or without success. */
const asks = new Map<string, Ask>()

/** The same transport; what goes through it is remembered. */
export function recorded(transport: Transport): Transport {
  return {
    send(request) {
      const ask = askOf(request)
      if (ask) asks.set(JSON.stringify(ask), ask)
      return transport.send(request)
    },
    close: () => transport.close(),
  }
}

/** Kubernetes lets every user ask this: the role system:basic-user. */
const everybodys = 'create authentication.k8s.io/selfsubjectreviews in the cluster'
/** Asked by admission, inside the API server and in the middle of one of our writes. A scenario in rights.ts shows that it is needed. */
const askedInside = 'update apps/deployments/finalizers in a namespace'

/** What was asked in this process and is not allowed, and what is allowed and was not asked. */
export function compared(): { missing: string[]; spare: string[] } {
  const asked = new Set([...[...asks.values()].map(lineOf).filter((one) => one !== everybodys), askedInside])
  const given = new Set(allowed())
  return { missing: [...asked].filter((one) => !given.has(one)).sort(), spare: [...given].filter((one) => !asked.has(one)).sort() }
}

/** What the rules of the controller allow, one line each. */
function allowed(): string[] {
  return granted.flatMap(({ place, apiGroups, resources, verbs, resourceNames = [undefined] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.flatMap((verb) => resourceNames.map((name) => line(place, verb, group, resource, name)))),
    ),
  )
}

/** As an authorizer takes it apart; undefined for what is no resource, as discovery. */
function askOf(request: HttpRequest): Ask | undefined {
  const { verb, resource } = describeRequest(request)
  if (resource === 'nonresource') return undefined
  const [path = ''] = request.path.split('?')
  const [, group = ''] = /^\/apis\/([^/]+)\//.exec(path) ?? []
  const [, namespace] = /\/namespaces\/([^/]+)\/./.exec(path) ?? []
  const place = namespace === undefined ? everywhere(group, resource) : namespace === systemNamespace ? 'its own namespace' : 'a namespace'
  const [plural = ''] = resource.split('/')
  const [, name] = new RegExp(`/${plural}/([^/]+)`).exec(path) ?? []
  return { place, group, resource, verb, ...(place === 'the cluster' && name !== undefined ? { name } : {}) }
}

/** A look at all namespaces takes the same right in each of them. */
function everywhere(group: string, resource: string): Place {
  return rights.controller.some(({ rule }) => rule.apiGroups.includes(group) && rule.resources.includes(resource))
    ? 'a namespace'
    : 'the cluster'
}

/** With the name, where a rule is about names. */
function lineOf({ place, group, resource, verb, name }: Ask): string {
  const named = granted.some((rule) => rule.resourceNames && rule.apiGroups.includes(group) && rule.resources.includes(resource))
  return line(place, verb, group, resource, named ? name : undefined)
}

function line(place: Place, verb: string, group: string, resource: string, name: string | undefined): string {
  return `${verb} ${group === '' ? 'core' : group}/${resource}${name === undefined ? '' : ` ${name}`} in ${place}`
}
