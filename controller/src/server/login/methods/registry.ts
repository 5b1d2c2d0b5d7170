import type { Desk, Method } from '../desk.ts'
import { demoMethod } from './demo.ts'
import { kubeconfigMethod } from './kubeconfig.ts'
import { oidcMethod } from './oidc.ts'
import { proxyMethod } from './proxy.ts'
import { tokenMethod } from './token.ts'

/** Every way to log in, in the order of the login page. A new one is a file beside this and a line here. */
export const methods: readonly ((desk: Desk) => Method)[] = [oidcMethod, tokenMethod, kubeconfigMethod, demoMethod, proxyMethod]
