import type { Schema } from './schema.ts'

const text: Schema = { type: 'string' }
const time: Schema = { type: 'string', format: 'date-time' }
const whole: Schema = { type: 'integer', format: 'int64' }
const flag: Schema = { type: 'boolean' }
const texts: Schema = { type: 'object', additionalProperties: text }

/** The metadata of any object; custom kinds need it, since a CRD's own schema says next to nothing of it. */
export const objectMeta: Schema = {
  type: 'object',
  properties: {
    annotations: texts,
    creationTimestamp: { ...time, nullable: true },
    deletionGracePeriodSeconds: whole,
    deletionTimestamp: time,
    finalizers: { type: 'array', items: text, 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' },
    generateName: text,
    generation: whole,
    labels: texts,
    managedFields: {
      type: 'array',
      'x-kubernetes-list-type': 'atomic',
      items: {
        type: 'object',
        properties: {
          apiVersion: text,
          fieldsType: text,
          fieldsV1: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          manager: text,
          operation: text,
          subresource: text,
          time,
        },
      },
    },
    name: text,
    namespace: text,
    ownerReferences: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'uid',
      items: {
        type: 'object',
        'x-kubernetes-map-type': 'atomic',
        required: ['apiVersion', 'kind', 'name', 'uid'],
        properties: { apiVersion: text, blockOwnerDeletion: flag, controller: flag, kind: text, name: text, uid: text },
      },
    },
    resourceVersion: text,
    selfLink: text,
    uid: text,
  },
}
