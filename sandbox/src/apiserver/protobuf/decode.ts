import { Buffer } from 'node:buffer'
import { put } from '../../objects/json.ts'
import { parsedJson } from '../decode.ts'
import { badRequest } from '../errors.ts'
import { definitions, fieldsOf } from './message.ts'
import { type WireField, wireFields } from './wire.ts'

/**
 * kubectl's own verbs (create, auth can-i, drain) send built-in kinds as protobuf, whatever the server prefers. This turns
 * such a body into the JSON it stands for; answers go back as JSON, which every client reads.
 */

type Json = Record<string, unknown>

const magic = [0x6b, 0x38, 0x73, 0x00]

/** The object in a protobuf body. Throws ApiError 400 for a body that is none, or of a kind that is not known. */
export function fromProtobuf(body: Uint8Array): Json {
  if (!magic.every((byte, index) => body[index] === byte)) throw badRequest('the body is not in the Kubernetes protobuf encoding')
  try {
    const envelope = new Map([...wireFields(body.subarray(magic.length))].map((field) => [field.number, field.bytes]))
    const type = new Map([...wireFields(envelope.get(1) ?? new Uint8Array(0))].map((field) => [field.number, text(field.bytes)]))
    const apiVersion = type.get(1) ?? ''
    const kind = type.get(2) ?? ''
    const known = definitions().kinds
    const message = known[`${apiVersion}/${kind}`] ?? known[kind]
    if (message === undefined) throw badRequest(`no kind "${kind}" is registered for version "${apiVersion}" in the protobuf encoding`)
    return { kind, apiVersion, ...decoded(message, envelope.get(2) ?? new Uint8Array(0)) }
  } catch (error) {
    if (error instanceof RangeError) throw badRequest(error.message)
    throw error
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}

function decoded(message: string, bytes: Uint8Array): Json {
  const fields = fieldsOf(message)
  if (!fields) throw badRequest(`the message ${message} is not known`)
  const result: Json = {}
  for (const wire of wireFields(bytes)) {
    const field = fields.get(wire.number)
    if (!field) continue
    const { name, type, shape } = field
    if (shape === '{}') {
      const [key, value] = entry(type, wire.bytes)
      result[name] ??= {}
      put(result[name] as Json, key, value)
      continue
    }
    const value = scalarOrMessage(type, wire)
    if (name === '') Object.assign(result, value)
    else if (shape === '[]') result[name] = [...((result[name] as unknown[] | undefined) ?? []), value]
    else if (shape === '?' || !isZero(value)) result[name] = value
  }
  return result
}

function entry(type: string, bytes: Uint8Array): [string, unknown] {
  let key = ''
  let value: unknown = type === 'string' || type === 'bytes' ? '' : undefined
  for (const wire of wireFields(bytes)) {
    if (wire.number === 1) key = text(wire.bytes)
    else value = scalarOrMessage(type, wire)
  }
  return [key, value]
}

/** Go writes every plain field, also one that was never set; JSON leaves it out. */
function isZero(value: unknown): boolean {
  return (
    value === '' ||
    value === 0 ||
    value === false ||
    value === null ||
    (typeof value === 'object' && Object.keys(value as object).length === 0)
  )
}

function scalarOrMessage(type: string, wire: WireField): unknown {
  switch (type) {
    case 'string':
      return text(wire.bytes)
    case 'bytes':
      return Buffer.from(wire.bytes).toString('base64')
    case 'bool':
      return wire.value !== 0n
    case 'int32':
    case 'int64':
      return Number(BigInt.asIntN(64, wire.value))
    case 'uint32':
    case 'uint64':
      return Number(wire.value)
    case 'double':
      return Buffer.from(wire.bytes).readDoubleLE()
    case 'float':
      return Buffer.from(wire.bytes).readFloatLE()
    default:
      return messageValue(type, wire.bytes)
  }
}

function messageValue(type: string, bytes: Uint8Array): unknown {
  switch (type.slice(type.lastIndexOf('.') + 1)) {
    case 'Time':
      return time(bytes, 0)
    case 'MicroTime':
      return time(bytes, 6)
    case 'Quantity':
      return [...wireFields(bytes)].map((wire) => text(wire.bytes)).join('')
    case 'IntOrString':
      return intOrString(bytes)
    case 'RawExtension':
    case 'FieldsV1': {
      const [raw] = [...wireFields(bytes)]
      return raw ? parsedJson(text(raw.bytes)) : null
    }
    default: {
      const fields = fieldsOf(type)
      // Lists that Go names as types of their own.
      const only = fields?.size === 1 ? fields.get(1) : undefined
      const value = decoded(type, bytes)
      return only?.name === 'items' && only.shape === '[]' ? (value.items ?? []) : value
    }
  }
}

function time(bytes: Uint8Array, digits: number): string | null {
  const parts = new Map([...wireFields(bytes)].map((wire) => [wire.number, BigInt.asIntN(64, wire.value)]))
  const seconds = Number(parts.get(1) ?? 0n)
  // An unset time is the year 1.
  if (parts.size === 0 || seconds < -62_000_000_000) return null
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19)
  const fraction =
    digits === 0
      ? ''
      : `.${String(parts.get(2) ?? 0n)
          .padStart(9, '0')
          .slice(0, digits)}`
  return `${whole}${fraction}Z`
}

function intOrString(bytes: Uint8Array): number | string {
  const parts = new Map([...wireFields(bytes)].map((wire) => [wire.number, wire]))
  const isText = parts.get(1)?.value === 1n
  return isText ? text(parts.get(3)?.bytes ?? new Uint8Array(0)) : Number(BigInt.asIntN(32, parts.get(2)?.value ?? 0n))
}
