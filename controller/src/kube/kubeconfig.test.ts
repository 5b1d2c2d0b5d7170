import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KubeConfigError, loadKubeConfig, withoutCredentials } from './kubeconfig.ts'
import { accessTo } from './testing/access.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(user: object, more: { server?: string; cluster?: object } = {}): string {
  const path = join(folder, 'config')
  const cluster = { server: more.server ?? 'https://127.0.0.1:6443', ...more.cluster }
  writeFileSync(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'one',
      clusters: [{ name: 'c', cluster }],
      users: [
        { name: 'u', user },
        { name: 'other', user: { token: 'other token' } },
      ],
      contexts: [
        { name: 'one', context: { cluster: 'c', user: 'u', namespace: 'shop' } },
        { name: 'two', context: { cluster: 'c', user: 'other' } },
        { name: 'lost', context: { cluster: 'nowhere', user: 'u' } },
      ],
    }),
  )
  return path
}

test('reads server, namespace, token and CA of the context asked for', async () => {
  const ca = Buffer.from('a certificate')
  const path = write({ token: 'first' }, { cluster: { 'certificate-authority-data': ca.toString('base64'), 'tls-server-name': 'kube' } })
  const one = loadKubeConfig({ path })
  expect(one).toMatchObject({ server: 'https://127.0.0.1:6443', context: 'one', namespace: 'shop' })
  expect(await one.credentials()).toEqual({ headers: { authorization: 'Bearer first' }, tls: { ca, servername: 'kube' } })
  const two = loadKubeConfig({ path, context: 'two' })
  expect(two.namespace).toBe('default')
  expect((await two.credentials()).headers.authorization).toBe('Bearer other token')
})

test('refresh reads the file again', async () => {
  const access = loadKubeConfig({ path: write({ token: 'first' }) })
  write({ token: 'second' })
  expect((await access.credentials()).headers.authorization).toBe('Bearer first')
  expect((await access.refresh()).headers.authorization).toBe('Bearer second')
  expect((await access.credentials()).headers.authorization).toBe('Bearer second')
})

test('runs an exec plugin for a token', async () => {
  const plugin = join(folder, 'plugin')
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'from the plugin' } }
  writeFileSync(plugin, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`)
  chmodSync(plugin, 0o700)
  const access = loadKubeConfig({ path: write({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin } }) })
  expect((await access.credentials()).headers.authorization).toBe('Bearer from the plugin')
})

test('a token file with a newline at its end, as in a pod, gives a header that can be sent', async () => {
  const tokenFile = join(folder, 'token')
  writeFileSync(tokenFile, 'from a file\n')
  const access = accessTo('https://127.0.0.1:6443', { user: { authProvider: { name: 'tokenFile', config: { tokenFile } } } })
  expect((await access.credentials()).headers.authorization).toBe('Bearer from a file')
  writeFileSync(tokenFile, 'rotated\n')
  expect((await access.refresh()).headers.authorization).toBe('Bearer rotated')
})

test('a user name and password become a Basic header', async () => {
  const access = accessTo('https://127.0.0.1:6443', { user: { username: 'ada', password: 'secret' } })
  expect((await access.credentials()).headers.authorization).toBe(`Basic ${Buffer.from('ada:secret').toString('base64')}`)
})

test.each([
  ['a file that is not there', () => loadKubeConfig({ path: join(folder, 'absent') }), /cannot read the kubeconfig/],
  ['an unknown context', () => loadKubeConfig({ path: write({}), context: 'three' }), /no context 'three'.*one, two, lost/],
  ['a context without its cluster', () => loadKubeConfig({ path: write({}), context: 'lost' }), /cluster 'nowhere'/],
  ['a SOCKS proxy', () => loadKubeConfig({ path: write({}, { cluster: { 'proxy-url': 'socks5://127.0.0.1:1' } }) }), /only HTTP proxies/],
])('%s is a KubeConfigError', (_, load, message) => {
  expect(load).toThrow(KubeConfigError)
  expect(load).toThrow(message)
})

test('without credentials neither token nor client certificate is left, and the CA is', async () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const user = { token: 'ours', 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') }
  const access = loadKubeConfig({ path: write(user, { cluster: { 'certificate-authority-data': base64('ca') } }) })
  expect((await access.credentials()).tls).toHaveProperty('cert')
  const bare = withoutCredentials(access)
  for (const credentials of [await bare.credentials(), await bare.refresh()]) {
    expect(credentials.headers).toEqual({})
    expect(Object.keys(credentials.tls)).toEqual(expect.arrayContaining(['ca']))
    expect(credentials.tls).not.toHaveProperty('cert')
    expect(credentials.tls).not.toHaveProperty('key')
  }
})
