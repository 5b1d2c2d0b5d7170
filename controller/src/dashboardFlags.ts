import { type Command, InvalidArgumentError, Option } from 'commander'
import { Duration, milliseconds } from './api/fields.ts'
import { type Address, cidrs, flagCommand, labelValue, listenIn, type ParsedFlags, readFlags } from './flagValues.ts'

export interface DashboardFlags {
  kubeconfig?: string
  context?: string
  namespace?: string
  listen: Address
  metricsListen: Address
  tlsCertFile?: string
  tlsKeyFile?: string
  origin?: string
  trustProxy: string[]
  installation: string
  teamLabel: string
  readOnly: boolean
  page?: string
  logLevel: string
  sessionKeysFile?: string
  sessionIdle: string
  sessionLifetime: string
  tokenLogin: boolean
  bearer: boolean
  oidcIssuer?: string
  oidcClientId?: string
  oidcClientSecretFile?: string
  oidcTitle?: string
  oidcScopes?: string[]
  oidcUsernameClaim: string
  oidcUsernamePrefix?: string
  oidcGroupsClaim: string
  oidcGroupsPrefix: string
  oidcUseToken: boolean
  proxyFrom: string[]
  proxySecretFile?: string
  proxySecretHeader: string
  proxyUserHeader: string
  proxyGroupsHeader: string
  proxyLogoutUrl?: string
  impersonateUsers: string[]
  impersonateGroups: string[]
}

/** Reads the command line of the dashboard, without the program's name. Whatever is wrong with it is one line: what, where, and what to write instead. */
export function parseDashboardFlags(args: readonly string[]): ParsedFlags<DashboardFlags> {
  const command = flagCommand('serin-dashboard', 'The web page and the API by which people follow and steer releases.')
  serving(command)
  login(command)
  const parsed = readFlags<DashboardFlags>(command, args)
  const because = parsed.do === 'run' ? contradiction(parsed.flags) : undefined
  return because === undefined ? parsed : { do: 'refuse', because }
}

function serving(command: Command): void {
  command
    .option('--kubeconfig <file>', 'how to reach the cluster; left out: in the cluster, else $KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--namespace <name>', 'show this namespace only', labelValue)
    .option('--listen <address>', 'where the page and the API are (default ":8081")', listenIn, listenIn(':8081'))
    .option('--metrics-listen <address>', 'where /healthz, /readyz and /metrics are (default ":8080")', listenIn, listenIn(':8080'))
    .option('--tls-cert-file <file>', 'certificate (PEM) by which --listen speaks TLS; left out: plain HTTP, for what stands before it')
    .option('--tls-key-file <file>', 'its key (PEM)')
    .option('--origin <url>', 'where people open it, as https://serin.example.org', originIn)
    .option('--trust-proxy <cidrs...>', 'proxies whose X-Forwarded-For is believed', cidrs, [])
    .option('--installation <name>', 'stands in the title of the page', 'Serin')
    .option('--team-label <key>', 'label of a Rollout that names its team', labelKey, 'app.kubernetes.io/part-of')
    .option('--read-only', 'nothing can be changed here', false)
    .option('--page <folder>', 'the built page; left out: the folder "page" beside this program')
    .addOption(new Option('--log-level <level>').choices(['debug', 'info', 'warn', 'error']).default('info'))
}

function login(command: Command): void {
  command
    .option(
      '--session-keys-file <file>',
      'keys of the session cookies, one a line, each 32 random bytes in base64: the first encrypts, all decrypt; left out: made at the start, so that a login ends with this process',
    )
    .option('--session-idle <duration>', 'a login that is not used for so long ends', durationIn, '2h')
    .option('--session-lifetime <duration>', 'a login ends after so long, however it is used', durationIn, '12h')
    .option('--no-token-login', 'nobody logs in by pasting a token')
    .option('--no-bearer', 'programs cannot send a token of Kubernetes with each request')
    .option('--oidc-issuer <url>', 'log in by this OpenID Connect server')
    .option('--oidc-client-id <id>', 'of this dashboard at that server')
    .option('--oidc-client-secret-file <file>', 'its secret; left out: a public client')
    .option('--oidc-title <words>', 'on the button')
    .option('--oidc-scopes <scopes...>', 'asked for besides openid (default profile email groups offline_access)')
    .option('--oidc-username-claim <claim>', 'as the flag of kube-apiserver', 'sub')
    .option('--oidc-username-prefix <text>', 'as the flag of kube-apiserver: left out "<issuer>#" for every claim but email, "-" for none')
    .option('--oidc-groups-claim <claim>', 'as the flag of kube-apiserver', 'groups')
    .option('--oidc-groups-prefix <text>', 'as the flag of kube-apiserver', '')
    .option('--oidc-use-token', 'the API server trusts the same issuer and client: requests carry the id token of the person', false)
    .option('--proxy-from <cidrs...>', 'proxies that log people in and say who they are in headers', cidrs, [])
    .option('--proxy-secret-file <file>', 'what they send in --proxy-secret-header, so that nobody else can')
    .option('--proxy-secret-header <name>', 'where that secret is', headerName, 'x-serin-proxy-secret')
    .option('--proxy-user-header <name>', 'who it is', headerName, 'x-forwarded-user')
    .option('--proxy-groups-header <name>', 'groups, separated by commas', headerName, 'x-forwarded-groups')
    .option('--proxy-logout-url <url>', 'where they log people out, as /oauth2/sign_out')
    .option('--impersonate-users <names...>', 'users in whose name this server may write, where it has no token of theirs', [])
    .option('--impersonate-groups <names...>', 'groups that it may give them', [])
}

/** Flags that each make sense and do not together. */
function contradiction(flags: DashboardFlags): string | undefined {
  if ((flags.tlsCertFile === undefined) !== (flags.tlsKeyFile === undefined))
    return 'TLS needs both: --tls-cert-file FILE --tls-key-file FILE'
  const byOidc = flags.oidcIssuer !== undefined
  if (byOidc && flags.oidcClientId === undefined)
    return '--oidc-issuer needs --oidc-client-id, the name under which this dashboard is registered there'
  if (byOidc && flags.origin === undefined)
    return '--oidc-issuer needs --origin, so that people come back: the redirect address is ORIGIN/api/v1/login/oidc/callback'
  const idle = (['oidcClientId', 'oidcClientSecretFile', 'oidcTitle'] as const).find((name) => flags[name] !== undefined)
  if (!byOidc && idle !== undefined)
    return `--${idle.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} without --oidc-issuer says nothing`
  const byProxy = flags.proxyFrom.length > 0
  if (byProxy !== (flags.proxySecretFile !== undefined))
    return 'logging in by a proxy needs both: --proxy-from CIDR --proxy-secret-file FILE'
  if (!byOidc && !byProxy && !flags.tokenLogin)
    return 'nobody could log in: leave out --no-token-login, or say --oidc-issuer URL or --proxy-from CIDR'
  return undefined
}

function durationIn(text: string): string {
  if (!Duration.safeParse(text).success || milliseconds(text) < 60_000)
    throw new InvalidArgumentError('Write a duration of a minute or more, as 30m or 12h.')
  return text
}

function originIn(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new InvalidArgumentError('Write the address that people open, as https://serin.example.org.')
  if (url.pathname !== '/') throw new InvalidArgumentError('It has no path: the page is at the root of its host.')
  return url.origin
}

function labelKey(text: string): string {
  if (!/^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(text))
    throw new InvalidArgumentError('Write the key of a label, as team or app.kubernetes.io/part-of.')
  return text
}

function headerName(text: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(text)) throw new InvalidArgumentError('Write the name of a header: letters, digits and hyphens.')
  return text.toLowerCase()
}
