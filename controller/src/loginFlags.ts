import { milliseconds } from './api/fields.ts'
import type { DashboardFlags } from './dashboardFlags.ts'
import { LoginOptions } from './server/login/options.ts'

/** What the flags of the dashboard say about logging in. `read` gives a file's text. Throws a sentence for what cannot be used. */
export function loginOptionsOf(flags: DashboardFlags, read: (file: string) => string): LoginOptions {
  const secret = (flag: string, file: string) => {
    const text = contentOf(flag, file, read)
    if (text === '') throw new Error(`${flag} ${file} is empty`)
    return text
  }
  const checked = LoginOptions.safeParse({
    token: flags.tokenLogin,
    bearer: flags.bearer,
    idleSeconds: milliseconds(flags.sessionIdle) / 1000,
    absoluteSeconds: milliseconds(flags.sessionLifetime) / 1000,
    ...(flags.sessionKeysFile === undefined ? {} : { sessionKeys: secret('--session-keys-file', flags.sessionKeysFile).split(/\s+/) }),
    ...(flags.oidcIssuer === undefined ? {} : { oidc: oidcOf(flags, secret) }),
    ...(flags.proxySecretFile === undefined ? {} : { proxy: proxyOf(flags, secret('--proxy-secret-file', flags.proxySecretFile)) }),
    // Left out: RBAC says for whom.
    ...(flags.impersonateUsers.length === 0 ? {} : { impersonateUsers: flags.impersonateUsers }),
    ...(flags.impersonateGroups.length === 0 ? {} : { impersonateGroups: flags.impersonateGroups }),
  })
  if (checked.success) return checked.data
  throw new Error(checked.error.issues.map(({ path, message }) => `${flagOf(path)}: ${message}`).join('; '))
}

function oidcOf(flags: DashboardFlags, secret: (flag: string, file: string) => string): object {
  return {
    issuer: flags.oidcIssuer,
    clientId: flags.oidcClientId,
    ...(flags.oidcClientSecretFile === undefined ? {} : { clientSecret: secret('--oidc-client-secret-file', flags.oidcClientSecretFile) }),
    ...(flags.oidcTitle === undefined ? {} : { title: flags.oidcTitle }),
    ...(flags.oidcScopes === undefined ? {} : { scopes: ['openid', ...flags.oidcScopes.filter((scope) => scope !== 'openid')] }),
    usernameClaim: flags.oidcUsernameClaim,
    ...(flags.oidcUsernamePrefix === undefined ? {} : { usernamePrefix: flags.oidcUsernamePrefix }),
    groupsClaim: flags.oidcGroupsClaim,
    groupsPrefix: flags.oidcGroupsPrefix,
    useToken: flags.oidcUseToken,
  }
}

function proxyOf(flags: DashboardFlags, secret: string): object {
  return {
    cidrs: flags.proxyFrom,
    secret,
    secretHeader: flags.proxySecretHeader,
    userHeader: flags.proxyUserHeader,
    groupsHeader: flags.proxyGroupsHeader,
    ...(flags.proxyLogoutUrl === undefined ? {} : { logoutUrl: flags.proxyLogoutUrl }),
  }
}

function contentOf(flag: string, file: string, read: (file: string) => string): string {
  try {
    return read(file).trim()
  } catch (error) {
    throw new Error(`${flag} ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** `oidc.clientSecret` as `--oidc-client-secret`. */
function flagOf(path: readonly PropertyKey[]): string {
  const words = path.filter((part) => typeof part === 'string')
  return `--${words.join('-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
