import { gatewayRouter } from './gatewayApi.ts'

/** Weights are shares of new connections; those that are open stay where they are. */
export const tcpRoute = gatewayRouter({ kind: 'TCPRoute', plural: 'tcproutes', matches: [] })
