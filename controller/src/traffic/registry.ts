import { grpcRoute } from './grpcRoute.ts'
import { httpRoute } from './httpRoute.ts'
import type { Router } from './router.ts'
import { tcpRoute } from './tcpRoute.ts'
import { tlsRoute } from './tlsRoute.ts'

/** Every kind of route that can carry a split. A new one is a file and a line here. */
export const routers: readonly Router[] = [
  httpRoute, //
  grpcRoute,
  tcpRoute,
  tlsRoute,
]

/** The router of a kind, in whatever version the cluster serves it; undefined when there is none. */
export function routerFor(apiVersion: string, kind: string): Router | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return routers.find((router) => router.group === group && router.kind === kind)
}
