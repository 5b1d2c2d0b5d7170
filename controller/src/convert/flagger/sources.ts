import type { MetricSourceSpecInput } from '../../api/metricSource.ts'
import { closest } from '../../api/suggest.ts'
import { isObject } from '../../traffic/patch.ts'
import type { Context } from '../converter.ts'
import type { Reading } from '../reading.ts'

/** Reads a provider of Flagger as a MetricSource; undefined, and noted, where Serin has no such source or something is missing. */
export function sourceOf(provider: Reading, context: Context, namespace: string | undefined): MetricSourceSpecInput | undefined {
  const type = provider.at('type').text()
  const convert = type !== undefined && Object.hasOwn(kinds, type) ? kinds[type] : undefined
  if (provider.value === undefined) {
    provider.say({ severity: 'lost', what: 'it has no provider', doInstead: 'write spec.provider' })
    return undefined
  }
  if (!convert) {
    const near = closest(type ?? '', Object.keys(kinds))
    const doInstead = near
      ? `write ${near}, if that is meant`
      : 'measure the same with another source, or with a MetricSource of kind web, that asks any service for a number'
    provider.lost(`Serin has no source of kind ${type ?? '(no type)'}`, doInstead)
    return undefined
  }
  const spec = convert({ provider, secret: secretOf(provider.at('secretRef'), context, namespace) })
  if (!spec) return undefined
  const headers = provider
    .at('headers')
    .fields()
    .flatMap(([name, values]) => {
      const texts = Array.isArray(values.value) ? values.items().flatMap((one) => one.text() ?? []) : [values.text() ?? []].flat()
      return texts.map((value) => ({ name, value }))
    })
  const unsafe = provider.at('insecureSkipVerify').flag() === true
  return { ...spec, ...(headers.length > 0 ? { headers } : {}), ...(unsafe ? { tls: { insecureSkipVerify: true } } : {}) }
}

/** What kind of queries it has. */
export function languageOf(provider: Reading): 'promql' | 'other' {
  return provider.at('type').value === 'prometheus' ? 'promql' : 'other'
}

interface Secret {
  readonly reading: Reading
  readonly name: string
  /** Its keys, where the Secret is among the sources. */
  readonly keys: readonly string[] | undefined
  value(key: string): string | undefined
}

interface Call {
  readonly provider: Reading
  readonly secret: Secret | undefined
}

type Convert = (call: Call) => MetricSourceSpecInput | undefined

const kinds: Readonly<Record<string, Convert>> = {
  prometheus: (call) => {
    const url = addressOf(call)
    return url === undefined ? undefined : { prometheus: { url }, ...signingIn(call) }
  },
  graphite: (call) => {
    const url = addressOf(call)
    return url === undefined ? undefined : { graphite: { url }, ...signingIn(call) }
  },
  datadog: (call) => {
    const { provider, secret } = call
    const address = provider.at('address').text()
    const [, site] = /^https?:\/\/api\.([a-z0-9.-]+)\/?$/.exec(address ?? '') ?? []
    if (!secret) return missing(call, 'secretRef', 'name the Secret with the keys')
    const own = address === undefined ? {} : site === undefined ? { url: address } : { site }
    return { datadog: { ...own, apiKeyRef: keyOf(secret, 'datadog_api_key'), appKeyRef: keyOf(secret, 'datadog_application_key') } }
  },
  dynatrace: (call) => {
    const url = addressOf(call)
    if (!call.secret) return missing(call, 'secretRef', 'name the Secret with the token')
    return url === undefined ? undefined : { dynatrace: { url, tokenRef: keyOf(call.secret, 'dynatrace_token') } }
  },
  influxdb: (call) => {
    const url = addressOf(call)
    const org = call.secret?.value('org')
    if (url === undefined) return undefined
    if (!call.secret || org === undefined)
      return missing(call, 'the organisation', 'convert it together with its Secret, whose key org holds it')
    return { influxdb: { url, org, tokenRef: keyOf(call.secret, 'token') } }
  },
  newrelic: (call) => {
    const { provider, secret } = call
    const address = provider.at('address').text() ?? ''
    const account = secret?.value('newrelic_account_id') ?? /\/accounts\/(\d+)/.exec(address)?.[1]
    if (!secret || account === undefined || !/^\d{1,15}$/.test(account))
      return missing(call, 'the account', 'convert it together with its Secret, whose key newrelic_account_id holds it')
    secret.reading.say({
      severity: 'todo',
      what: 'Flagger asks New Relic with a query key of Insights, Serin with a user key',
      doInstead: `write a user key into the Secret ${secret.name}, key newrelic_query_key`,
    })
    const region = /\.eu0?1?\.|eu\.newrelic/.test(address) ? { region: 'eu' as const } : {}
    return { newRelic: { accountId: Number(account), ...region, apiKeyRef: keyOf(secret, 'newrelic_query_key') } }
  },
  cloudwatch: (call) => {
    const region = call.provider.at('region').text()
    if (region === undefined) return missing(call, 'the region', 'write provider.region')
    const what = 'Flagger takes the rights of its pod, Serin an access key'
    const doInstead = 'make a Secret aws with the keys id and secret, or write another name into the MetricSource'
    call.provider.say({ severity: 'todo', what, doInstead })
    return { cloudWatch: { region, accessKeyIdRef: { name: 'aws', key: 'id' }, secretAccessKeyRef: { name: 'aws', key: 'secret' } } }
  },
}

function addressOf(call: Call): string | undefined {
  const url = call.provider.at('address').text()
  if (url !== undefined && /^https?:\/\/[^\s]+$/.test(url)) return url
  return missing(call, 'its address', 'write provider.address, like http://prometheus.monitoring:9090')
}

function missing({ provider }: Call, what: string, doInstead: string): undefined {
  provider.lost(`no MetricSource is made: ${what} is missing`, doInstead)
  return undefined
}

/** Flagger finds out by the keys of the Secret how to sign in. */
function signingIn({ secret }: Call): Pick<MetricSourceSpecInput, 'auth'> {
  if (!secret) return {}
  const { keys } = secret
  if (keys?.includes('token')) return { auth: { bearer: { tokenRef: keyOf(secret, 'token') } } }
  if (keys?.includes('username'))
    return { auth: { basic: { usernameRef: keyOf(secret, 'username'), passwordRef: keyOf(secret, 'password') } } }
  secret.reading.say({
    severity: 'todo',
    what: `how to sign in depends on the keys of Secret ${secret.name}, which is not among the files`,
    doInstead: `write spec.auth of the MetricSource: bearer: {tokenRef: {name: ${secret.name}, key: token}}, or basic with usernameRef and passwordRef`,
  })
  return {}
}

function keyOf({ name }: Secret, key: string): { name: string; key: string } {
  return { name, key }
}

function secretOf(reading: Reading, context: Context, namespace: string | undefined): Secret | undefined {
  const name = reading.at('name').text()
  if (name === undefined) return undefined
  const found = context.find('Secret', name, namespace)?.value
  const [plain, encoded] = [found?.stringData, found?.data].map((one) => (isObject(one) ? one : {}))
  return {
    reading,
    name,
    keys: found && [...Object.keys(plain ?? {}), ...Object.keys(encoded ?? {})],
    value: (key) => {
      if (plain && typeof plain[key] === 'string') return plain[key]
      return encoded && typeof encoded[key] === 'string' ? decoded(encoded[key]) : undefined
    },
  }
}

function decoded(base64: string): string | undefined {
  try {
    return atob(base64).trim()
  } catch {
    return undefined
  }
}
