// The built-in kinds: their schemas, and what the real server knows of them beyond a schema.
export { defaultBuiltin } from './builtinDefaults.ts'
export { builtinDefinitions, builtinSchema } from './builtinSchemas.ts'
export { validateBuiltin } from './builtinValidation.ts'
