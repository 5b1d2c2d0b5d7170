import { gatewayRouter } from './gatewayApi.ts'
import { narrowGrpc } from './requestMatches.ts'

export const grpcRoute = gatewayRouter({ kind: 'GRPCRoute', plural: 'grpcroutes', matches: ['header'], narrow: narrowGrpc })
