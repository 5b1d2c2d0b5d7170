import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtinKinds } from '../builtinKinds.ts'
import { apiVersionOf } from '../kind.ts'
import type { Definitions } from './message.ts'

/**
 * Writes ../generated/protobuf.json from the sources of two Go modules. Run by hand, when the Kubernetes version changes:
 * node generate.ts FOLDER_OF_k8s.io/api FOLDER_OF_k8s.io/apimachinery
 */

// Told what they are by their meaning, not by their fields.
const scalars = new Set(['string', 'bool', 'int32', 'int64', 'uint32', 'uint64', 'double', 'float', 'bytes'])
const special = new Set(['Time', 'MicroTime', 'Quantity', 'IntOrString', 'RawExtension', 'FieldsV1'])
const bodies = { 'policy/v1': ['Eviction'], 'authentication.k8s.io/v1': ['TokenRequest'], v1: ['Binding'], 'autoscaling/v1': ['Scale'] }

interface Source {
  /** Message name -> its lines in the .proto file. */
  messages: Map<string, string>
  /** `Struct number` -> what the Go field's tags say. */
  tags: Map<string, { json: string; keepsZero: boolean }>
}

const [apiFolder = '', machineryFolder = ''] = process.argv.slice(2)
const sources = new Map<string, Source>()

function sourceOf(packageName: string): Source {
  let source = sources.get(packageName)
  if (source) return source
  const machinery = 'k8s.io.apimachinery.'
  const folder = packageName.startsWith(machinery)
    ? join(machineryFolder, ...packageName.slice(machinery.length).split('.'))
    : join(apiFolder, ...packageName.slice('k8s.io.api.'.length).split('.'))
  source = { messages: messagesIn(readFileSync(join(folder, 'generated.proto'), 'utf8')), tags: new Map() }
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.go') && !file.includes('generated') && !file.endsWith('_test.go'))
      addTags(readFileSync(join(folder, file), 'utf8'), source.tags)
  }
  sources.set(packageName, source)
  return source
}

function messagesIn(text: string): Map<string, string> {
  const plain = text.replace(/^\s*\/\/.*$/gm, '')
  return new Map([...plain.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => [name, body]))
}

function addTags(text: string, tags: Source['tags']): void {
  for (const [, struct = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    for (const [, type = '', json = '', number = ''] of body.matchAll(
      /^\s+(?:\w+\s+)?(\S+)\s+`json:"([^"]*)"[^`]*protobuf:"\w+,(\d+),/gm,
    )) {
      const [name = '', ...options] = json.split(',')
      tags.set(`${struct} ${number}`, {
        json: options.includes('inline') ? '' : name,
        keepsZero: type.startsWith('*') || !options.includes('omitempty'),
      })
    }
  }
}

function packageOf(apiVersion: string): string {
  const [group = '', version] = apiVersion.split('/')
  return version === undefined ? `k8s.io.api.core.${group}` : `k8s.io.api.${group.split('.')[0]}.${version}`
}

const definitions: Definitions = { kinds: {}, messages: {} }

function add(full: string): void {
  const name = full.slice(full.lastIndexOf('.') + 1)
  if (special.has(name) || definitions.messages[full]) return
  const packageName = full.slice(0, full.lastIndexOf('.'))
  const { messages, tags } = sourceOf(packageName)
  const body = messages.get(name)
  if (body === undefined) throw new Error(`no message ${full}`)
  const fields: Record<string, string> = {}
  definitions.messages[full] = fields
  const field = /^\s*(?:(optional|repeated) (\S+)|map<string, (\S+)>) (\w+) = (\d+);/gm
  for (const [, label, plainType, mapType, protoName = '', number = ''] of body.matchAll(field)) {
    const type = resolved((mapType ?? plainType ?? '').trim(), packageName)
    const tag = tags.get(`${name} ${number}`) ?? { json: protoName, keepsZero: false }
    const shape = mapType ? '{}' : label === 'repeated' ? '[]' : tag.keepsZero ? '?' : ''
    fields[number] = `${tag.json}:${type}${shape}`
    if (!scalars.has(type)) add(type)
  }
}

function resolved(type: string, packageName: string): string {
  if (scalars.has(type)) return type
  return type.startsWith('.') ? type.slice(1) : `${packageName}.${type}`
}

const wanted = [
  ...builtinKinds().map((kind) => [apiVersionOf(kind), kind.kind] as const),
  ...Object.entries(bodies).flatMap(([apiVersion, kinds]) => kinds.map((kind) => [apiVersion, kind] as const)),
]
for (const [apiVersion, kind] of wanted) {
  // Definitions of custom kinds live in another module, and no client sends them this way.
  if (apiVersion.startsWith('apiextensions.')) continue
  const name = `${packageOf(apiVersion)}.${kind}`
  definitions.kinds[`${apiVersion}/${kind}`] = name
  add(name)
}
const options = 'k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions'
definitions.kinds.DeleteOptions = options
add(options)
writeFileSync(new URL('../generated/protobuf.json', import.meta.url), `${JSON.stringify(definitions)}\n`)
