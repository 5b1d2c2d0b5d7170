import { BlockList, isIP } from 'node:net'
import { z } from 'zod'
import type { Impersonable } from '../authority/impersonation.ts'

const Url = z
  .url({ protocol: /^https?$/ })
  .refine(
    (url) => !URL.canParse(url) || (new URL(url).username === '' && new URL(url).password === ''),
    'no user and password belong in it',
  )

const Seconds = (least: number, most: number) => z.int().min(least).max(most)

/** A name that is no user or group of Kubernetes itself. */
const Ordinary = z
  .string()
  .min(1)
  .max(1_024)
  .refine((name) => !name.toLowerCase().startsWith('system:'), 'users and groups of Kubernetes itself (system:) cannot be acted for')

const HeaderName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'letters, digits and hyphens')
  .transform((name) => name.toLowerCase())

const Cidr = z.string().refine((text) => {
  try {
    addressesIn([text])
    return true
  } catch {
    return false
  }
}, 'an address or a CIDR, like 10.0.0.0/8')

const OidcOptions = z.strictObject({
  issuer: Url.meta({ description: 'The issuer, as in its discovery document. Plain http is taken for loopback only.' }),
  clientId: z.string().min(1).max(500).meta({ description: 'Name under which the issuer knows this server.' }),
  clientSecret: z.string().min(1).max(2_000).optional().meta({ description: 'From a file; absent: a public client, which PKCE protects.' }),
  title: z.string().min(1).max(100).default('Log in with single sign-on').meta({ description: 'Words for the button.' }),
  scopes: z
    .array(z.string().regex(/^[!#-[\]-~]{1,100}$/))
    .min(1)
    .optional()
    .meta({
      description:
        'What is asked for. Absent: openid, profile, email, groups and offline_access, of which those that the issuer says it has. offline_access gives the refresh token that keeps a session alive.',
    }),
  usernameClaim: z.string().min(1).max(200).default('sub').meta({ description: "As kube-apiserver's --oidc-username-claim." }),
  usernamePrefix: z
    .string()
    .max(200)
    .optional()
    .meta({ description: "As --oidc-username-prefix: absent, '<issuer>#' before every claim but email; '-' for none." }),
  groupsClaim: z.string().min(1).max(200).default('groups').meta({ description: 'As --oidc-groups-claim.' }),
  groupsPrefix: z.string().max(200).default('').meta({ description: 'As --oidc-groups-prefix.' }),
  useToken: z.boolean().default(false).meta({
    description: 'The API server trusts the same issuer and client: the ID token is sent to it. Otherwise people are impersonated.',
  }),
  redirectUri: Url.optional().meta({ description: 'Absent: /api/v1/login/oidc/callback at the origin.' }),
  logoutAtIssuer: z.boolean().default(true).meta({ description: 'Logging out here logs out there too, where the issuer offers it.' }),
})

const ProxyOptions = z.strictObject({
  cidrs: z.array(Cidr).min(1).meta({ description: 'Addresses of the proxy. Headers that come from anywhere else count for nothing.' }),
  secretHeader: HeaderName.default('x-serin-proxy-secret').meta({ description: 'Header with the shared secret.' }),
  secret: z.string().min(24).max(1_000).meta({ description: 'From a file; only the proxy knows it. At least 24 characters.' }),
  userHeader: HeaderName.default('x-forwarded-user').meta({ description: 'Header with the user name.' }),
  groupsHeader: HeaderName.default('x-forwarded-groups').meta({ description: 'Header with the groups, separated by commas.' }),
  emailHeader: HeaderName.default('x-forwarded-email').meta({ description: 'Header that names the user where there is no user name.' }),
  usernamePrefix: z.string().max(200).default('').meta({ description: 'Put before the user name.' }),
  groupsPrefix: z.string().max(200).default('').meta({ description: 'Put before every group.' }),
  logoutUrl: z.string().max(2_000).optional().meta({ description: 'Where the proxy logs people out, e.g. /oauth2/sign_out.' }),
})

const DemoOptions = z.strictObject({
  people: z
    .array(z.strictObject({ name: z.string().min(1).max(100), token: z.string().min(1).max(1_000) }))
    .min(1)
    .meta({ description: 'Fixed people, and the tokens by which the API server knows them. Anybody may be any of them.' }),
})

/** How people log in, and how long that lasts. What is absent is off. */
export const LoginOptions = z
  .strictObject({
    token: z.boolean().default(false).meta({ description: 'By a Kubernetes token that is pasted.' }),
    bearer: z.boolean().default(true).meta({ description: 'Programs send a Kubernetes token with each request, without a session.' }),
    oidc: OidcOptions.optional().meta({ description: 'By OpenID Connect.' }),
    proxy: ProxyOptions.optional().meta({ description: 'By a proxy in front that knows who it is.' }),
    kubeconfig: z
      .boolean()
      .default(false)
      .meta({ description: 'On a laptop: as whom the kubeconfig says, by a link with a one-time code.' }),
    demo: DemoOptions.optional().meta({ description: 'As one of fixed people, in a demo.' }),
    sessionKeys: z
      .array(z.string().refine((key) => keyBytes(key) !== undefined, '32 bytes in base64: openssl rand -base64 32'))
      .default([])
      .meta({
        description: 'Keys of the cookies: the first encrypts, all decrypt. None: one is made at the start, and sessions end with it.',
      }),
    idleSeconds: Seconds(60, 604_800).default(7_200).meta({ description: 'A session that is not used for so long ends.' }),
    absoluteSeconds: Seconds(60, 2_592_000).default(43_200).meta({ description: 'A session ends after so long, however it is used.' }),
    impersonateUsers: z.array(Ordinary).optional().meta({ description: 'For whom it may act. Absent: whoever RBAC lets it act for.' }),
    impersonateGroups: z.array(Ordinary).optional().meta({
      description:
        'Groups that it may act in; others of a person are left out, and their rights do not count. Absent: none where users are named, else all.',
    }),
    loopbackOnly: z.boolean().default(false).meta({ description: 'Only requests that name this machine as host: for laptops and demos.' }),
  })
  .refine(
    ({ kubeconfig, token, oidc, proxy, demo }) => !kubeconfig || !(token || oidc || proxy || demo),
    'whoever runs it on a laptop is all who can log in: by the kubeconfig, or by something else',
  )
  // It asks about rights as that person, and so could not tell what anybody else may do.
  .transform((options) => (options.kubeconfig ? { ...options, bearer: false } : options))

export type LoginOptions = z.output<typeof LoginOptions>
export type OidcOptions = z.output<typeof OidcOptions>
export type ProxyOptions = z.output<typeof ProxyOptions>

/** For whom the server may act. Whoever names users means these alone: without names of groups they are in none. */
export function whomOf({
  impersonateUsers: users,
  impersonateGroups: groups,
}: Pick<LoginOptions, 'impersonateUsers' | 'impersonateGroups'>): Impersonable {
  if (users) return { users, groups: groups ?? [] }
  return groups ? { groups } : {}
}

/** Nobody can log in. */
export const noLogin: LoginOptions = LoginOptions.parse({ bearer: false })

/** The 32 bytes of a key in base64; undefined for anything else. */
export function keyBytes(text: string): Buffer | undefined {
  const bytes = /^[A-Za-z0-9+/_-]{43}=?$/.test(text.trim()) ? Buffer.from(text.trim(), 'base64') : undefined
  return bytes?.length === 32 ? bytes : undefined
}

/** Tells whether an address is in one of the CIDRs. Throws for what is no address and no CIDR. */
export function addressesIn(cidrs: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const text of cidrs) {
    const [address = '', bits] = text.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  return (address) => {
    // IPv4 through a socket of both families.
    const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
    return isIP(plain) !== 0 && list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
  }
}
