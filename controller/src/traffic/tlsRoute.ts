import { gatewayRouter } from './gatewayApi.ts'

/** Weights are shares of new connections; those that are open stay where they are. */
export const tlsRoute = gatewayRouter({ kind: 'TLSRoute', plural: 'tlsroutes', matches: [] })
