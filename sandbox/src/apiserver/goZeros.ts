import { definitions, fieldsOf } from './protobuf/message.ts'

const zeros = new Map<string, ReadonlySet<string>>()
const none: ReadonlySet<string> = new Set()

/** The members of a struct (by the name of its schema) that Go leaves out of JSON when they are zero, false or empty. */
export function droppedZeros(schema: string): ReadonlySet<string> {
  let known = zeros.get(schema)
  if (!known) {
    const message = schema.replace(/^io\.k8s\./, 'k8s.io.')
    known = definitions().messages[message] ? new Set(omitted(message)) : none
    zeros.set(schema, known)
  }
  return known
}

function omitted(message: string): string[] {
  return [...(fieldsOf(message)?.values() ?? [])].flatMap(({ name, type, shape }) =>
    name === '' ? omitted(type) : shape === '' ? [name] : [],
  )
}
