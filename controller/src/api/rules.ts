import { type CelRule, milliseconds } from './fields.ts'

/** Makers of rules that say the same twice: in CEL for the API server, and as a function for `serin lint`. */

/** Whether `self` has the field at a dotted path, as CEL's has() sees it: the API server takes a null for nothing. */
export function has(self: unknown, path: string): boolean {
  return (at(self, path) ?? undefined) !== undefined
}

/** The value at a dotted path, or undefined. */
export function at(self: unknown, path: string): unknown {
  let value = self
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** The value can never change. Checked only where an older object is known: by the API server. */
export function immutable(message: string): CelRule {
  return { rule: 'self == oldSelf', message }
}

export function notBoth(one: string, other: string, message: string): CelRule {
  return { rule: `!(has(self.${one}) && has(self.${other}))`, message, check: (self) => !(has(self, one) && has(self, other)) }
}

export function exactlyOneOf(fields: readonly string[], message: string): CelRule {
  return {
    rule: `[${fields.map((field) => `has(self.${field})`).join(', ')}].filter(x, x).size() == 1`,
    message,
    check: (self) => fields.filter((field) => has(self, field)).length === 1,
  }
}

export function atLeastOne(fields: readonly string[], message: string): CelRule {
  return {
    rule: fields.map((field) => `has(self.${field})`).join(' || '),
    message,
    check: (self) => fields.some((field) => has(self, field)),
  }
}

export function needs(field: string, needed: string, message: string): CelRule {
  return { rule: `!has(self.${field}) || has(self.${needed})`, message, check: (self) => !has(self, field) || has(self, needed) }
}

/** The value itself is one of these. For values that belong to the kind but that this version does not act on. */
export function onlyYet(values: readonly string[], message: string): CelRule {
  const rule = values.length === 1 ? `self == '${values[0]}'` : `self in [${values.map((value) => `'${value}'`).join(', ')}]`
  return { rule, message, check: (self) => values.includes(String(self)) }
}

/** For a share that must not be nothing. */
export function moreThanZero(message: string): CelRule {
  return { rule: "self.matches('[1-9]')", message, check: (self) => /[1-9]/.test(String(self)) }
}

/** For a duration that must not be nothing. */
export function longerThanZero(message: string): CelRule {
  return { rule: "duration(self) > duration('0s')", message, check: (self) => milliseconds(String(self)) > 0 }
}
