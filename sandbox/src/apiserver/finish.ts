import { policyProblems } from '../admission/policyProblems.ts'
import { defaultBuiltin, validateBuiltin } from '../objects/builtin.ts'
import { validateMetadata } from '../objects/metadata.ts'
import { podWarnings } from '../objects/podWarnings.ts'
import type { Schema } from '../objects/schema.ts'
import { crdProblems, defaulted, validate } from '../objects/structural.ts'
import type { Obj } from '../types.ts'
import type { Call } from './core.ts'
import { type Cause, invalid } from './errors.ts'
import { at } from './json.ts'
import type { ServedKind } from './kind.ts'

/** The object with every default of its kind; parts that are those of `live` have theirs. Of an applied custom object nulls that its schema does not allow stay. */
export function withDefaults(kind: ServedKind, object: Obj, operation: 'Update' | 'Apply', live?: Obj): Obj {
  if (!kind.custom) return defaultBuiltin(object, live)
  const schema = kind.schema()
  return schema ? defaulted(schema, object, { keepNulls: operation === 'Apply' }, live) : object
}

/** Throws ApiError 422 with every cause when the object, or the way to it from the live one, is not valid. */
export function checkValid(kind: ServedKind, object: Obj, live?: Obj, subresource?: string): void {
  const causes: Cause[] = []
  if (kind.custom) {
    causes.push(...validateMetadata(object, live))
    if (kind.writtenSchema) causes.push(...withScale(kind, object, schemaCauses(kind.writtenSchema, object, live, subresource)))
  } else if (subresource === undefined || subresource === 'scale') {
    // A replacing object's metadata is looked at twice on the real server.
    if (live) causes.push(...validateMetadata(object, live))
    const found = validateBuiltin(object, live)
    const seen = new Set(found.map(({ field }) => field))
    causes.push(...found, ...specialProblems(kind, object).filter(({ field }) => !seen.has(field)))
  } else causes.push(...validateMetadata(object, live))
  if (causes.length > 0) throw invalid(kind, object.metadata.name, causes)
}

/** Of kinds that are programs of their own: definitions and policies. */
function specialProblems(kind: ServedKind, object: Obj): readonly Cause[] {
  if (kind.kind === 'CustomResourceDefinition') return crdProblems(object)
  return kind.group === 'admissionregistration.k8s.io' ? policyProblems(object) : []
}

/** Tells the client what looks wrong in an object that is taken all the same; a change that is no new wish is not looked at. */
export function warned(kind: ServedKind, object: Obj, live: Obj | undefined, call: Call): void {
  if (kind.custom || (live && live.metadata.generation === object.metadata.generation && kind.generation)) return
  call.warnings.push(...podWarnings(object))
}

/** What a schema says against an object; a status is spoken of from its own root. */
function schemaCauses(schema: Schema, object: Obj, live: Obj | undefined, subresource: string | undefined): Cause[] {
  const causes = validate(schema, object, live)
  if (subresource !== 'status') return causes
  return causes.map((cause) => ({ ...cause, message: cause.message.replace(/\bstatus\.(\S+ in body)/, '$1') }))
}

/** The numbers a Scale would show must be whole and not negative. The remark that rules were skipped stays last. */
function withScale({ scale }: ServedKind, object: Obj, causes: Cause[]): Cause[] {
  if (!scale) return causes
  const more = [scale.replicas, scale.statusReplicas].flatMap((path): Cause[] => {
    const value = at(object, path)
    if (value === undefined || value === null) return []
    const field = `.${path.join('.')}`
    if (typeof value === 'number' && Number.isInteger(value)) {
      return value < 0 ? [{ field, reason: 'FieldValueInvalid', message: `Invalid value: ${value}: should be a non-negative integer` }] : []
    }
    const type = typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : typeof value
    const message = `Invalid value: 0: ${field} accessor error: ${String(value)} is of the type ${type}, expected int64`
    return [{ field, reason: 'FieldValueInvalid', message }]
  })
  const skipped = causes.findIndex((cause) => cause.message.includes('some validation rules were not checked'))
  return skipped < 0 ? [...causes, ...more] : [...causes.slice(0, skipped), ...more, ...causes.slice(skipped)]
}
